"""A process and its parts: web node, router (with its dispatcher), worker. `run` plays all of them."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import web

from contactcenter.bootstrap.database import StartError, open_storage
from contactcenter.channels.base import ChannelContext
from contactcenter.channels.registry import Channels, build_channels
from contactcenter.channels.voice import VoiceChannel
from contactcenter.config import CannedAnswer, Settings
from contactcenter.config.ivr import LoadedIvr
from contactcenter.metrics import Metrics
from contactcenter.runtime import downloads, export
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.call_watch import CallWatch
from contactcenter.runtime.calls import Calls
from contactcenter.runtime.dispatcher import Dispatcher
from contactcenter.runtime.doors import Doors
from contactcenter.runtime.downloads import Downloads
from contactcenter.runtime.errands import Errands
from contactcenter.runtime.export import Export
from contactcenter.runtime.front_desk import FrontDesk, sweep
from contactcenter.runtime.gaps import GapReader
from contactcenter.runtime.gaps_deliveries import DeliveryAsker
from contactcenter.runtime.gaps_recordings import RecordingFinder
from contactcenter.runtime.housekeeping import prune, watch_outbox, watch_services
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.jobs import JobBell, JobRunner, ring_for_media
from contactcenter.runtime.media import MediaLinks, MediaStore
from contactcenter.runtime.menus import Menus
from contactcenter.runtime.on_hold import OnHold
from contactcenter.runtime.ops import ops_application
from contactcenter.runtime.pace import Pace
from contactcenter.runtime.presence import NodeHeartbeat, expire_nodes
from contactcenter.runtime.recordings import Recordings
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.runtime.redis_server import NoRedisError, RedisServer
from contactcenter.runtime.router import Router
from contactcenter.runtime.services import Services
from contactcenter.runtime.site import Site
from contactcenter.runtime.statistics import Statistics
from contactcenter.runtime.tasks import cancel
from contactcenter.runtime.voicemails import Voicemails
from contactcenter.runtime.waiting_room import WaitingRoom
from contactcenter.runtime.worker import Worker
from contactcenter.storage import Storage
from contactcenter.storage.screens import Screens
from contactcenter.web.app import create_app
from contactcenter.web.limits import Limiter, MemoryLimiter, RedisLimiter
from contactcenter.web.state import Demo, WebDependencies

PACES: Final = {
    "sms": Pace(concurrency=32, rate=80.0, burst=80.0),  # an account's requests; Twilio queues by number itself
    "chat": Pace(concurrency=64),
    "voice.control": Pace(concurrency=64),
}
STOP_SECONDS: Final = 12.0
"""How long a part may take to finish what is under way."""
HANDSHAKE_SECONDS: Final = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What this process plays."""

    web: bool = False
    router: bool = False
    worker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a process is made from. `ops_port` serves health and metrics of a process that is no web node.

    `ivr` None: there are no menus, and a web node takes no calls.
    """

    settings: Settings
    parts: Parts
    environ: Mapping[str, str]
    answers: tuple[CannedAnswer, ...] = ()
    ivr: LoadedIvr | None = None
    demo: Demo | None = None
    extra_origins: tuple[str, ...] = ()
    ops_port: int | None = None
    clock: Callable[[], float] = time.time


@asynccontextmanager
async def running(wiring: Wiring) -> AsyncIterator[asyncio.Task[None]]:
    """Start the process's parts; they stop in the reverse order when the block ends.

    The task ends, by an exception, only when a part broke that nothing can go on without.

    Raises:
        StartError: something it needs is missing.
        ContactCenterError: the database is of another release, a channel is set up wrongly.
    """
    async with AsyncExitStack() as stack:
        process = await Process.start(wiring, stack)
        yield process.watch()


class Process:
    """The shared ground of the parts: database, Redis, bus, channels, intake."""

    def __init__(self, wiring: Wiring, storage: Storage, bus: Bus, clients: RedisClients | None) -> None:
        self.wiring = wiring
        self.settings = wiring.settings
        self.node_id = f"{socket.gethostname()}-{os.getpid()}-{new_id()[-8:]}"
        self.metrics = Metrics()
        self.storage = storage
        self.bus = bus
        self.clients = clients
        self.doors = Doors(storage, bus)
        self.store = MediaStore(self.settings.data_dir)
        self.links = MediaLinks(self.settings.data_dir, self.settings.public_url, wiring.clock)
        self.intake = Intake(
            storage,
            bus,
            wiring.clock,
            new_id,
            metrics=self.metrics,
            wake_jobs=ring_for_media(bus),
            outage_keywords=self.settings.outage_keywords,
        )
        self.channels: Channels = Channels(())
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls, wiring: Wiring, stack: AsyncExitStack) -> Process:
        """Start everything; `stack` stops it."""
        settings = wiring.settings
        storage = await open_storage(settings)
        stack.push_async_callback(storage.close)
        clients = await _redis(settings, stack)
        bus = Bus(clients, f"bus-{new_id()}")
        process = cls(wiring, storage, bus, clients)
        await process._ground(stack)
        if wiring.parts.router:
            await process._router(stack)
        if wiring.parts.worker:
            await process._worker(stack)
        if wiring.parts.web:
            await process._web(stack)
        elif wiring.ops_port is not None:
            app = ops_application(process.metrics, storage, process.bus)
            await _serve(app, settings.host, wiring.ops_port, stack)
        return process

    def watch(self) -> asyncio.Task[None]:
        """A task that ends when one of the parts broke."""
        return asyncio.create_task(self._first_failure(), name="watch")

    async def _first_failure(self) -> None:
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def _ground(self, stack: AsyncExitStack) -> None:
        await self.bus.start()
        stack.push_async_callback(self.bus.close)
        await self.doors.refresh()
        self.channels = build_channels(
            ChannelContext(
                settings=self.settings,
                environ=self.wiring.environ,
                clock=self.wiring.clock,
                deliver=self._deliver,
                allows=self.doors.allows,
            )
        )
        stack.push_async_callback(self.channels.close)
        for name, remedy in self.channels.missing.items():
            log.info("channel.not_set_up", channel=name, remedy=remedy)
        await self.intake.start()
        stack.push_async_callback(self.intake.close)
        if self.clients is not None:
            bell = JobBell(self.clients, self.bus)
            await bell.start()
            stack.push_async_callback(bell.close)
        self._background(self.doors.follow(), stack)
        self._background(watch_services(self.storage, self.bus, self.metrics), stack)

    async def _deliver(self, thread: str, message_id: str) -> None:
        """See `channels.base.Deliver`."""
        await self.bus.publish("chat", {"thread": thread, "message": message_id, "state": None})

    async def _router(self, stack: AsyncExitStack) -> None:
        clock, metrics, storage = self.wiring.clock, self.metrics, self.storage
        calls = Calls(storage.legs, self.channels, self.bus, clock=clock, recorded=self._recorded)
        watch = CallWatch(calls, self.intake, self.bus, clock=clock)
        errands = Errands(
            self.channels, self.intake, clock=clock, metrics=metrics, sign_media=self.links.link, calls=calls
        )
        paces = {**PACES, "voice": _new_calls(self.settings.twilio_calls_per_second)}
        dispatcher = Dispatcher(storage, self.bus, errands, clock=clock, metrics=metrics, paces=paces)
        statistics = Statistics(storage.statistics, clock, metrics)
        gaps = GapReader(storage, self.intake, self.channels, clock=clock, metrics=metrics)
        asker = DeliveryAsker(storage, self.intake, self.channels, clock=clock, metrics=metrics)
        recordings = self._recordings()
        finder = RecordingFinder(storage, storage.recordings, recordings, self.channels, clock=clock, metrics=metrics)
        router = Router(
            storage,
            self.bus,
            clock=clock,
            new_id=new_id,
            holder=self.node_id,
            metrics=metrics,
            duties=[
                dispatcher.run,
                watch.run,
                gaps.run,
                asker.run,
                partial(expire_nodes, storage, self.bus, new_id),
                partial(prune, storage, clock, metrics),
                partial(watch_outbox, storage, clock, metrics),
                statistics.run,
                recordings.run,
                finder.run,
            ],
            watch=statistics,
        )
        task = asyncio.create_task(router.run(), name="router")
        self._tasks.append(task)

        async def stop() -> None:
            router.stop()
            await _end(task)

        stack.push_async_callback(stop)

    def _recorded(self, queue: str) -> bool:
        configuration = self.doors.configuration
        settings = None if configuration is None else configuration.queues.get(queue)
        return settings is not None and settings.recorded

    async def _worker(self, stack: AsyncExitStack) -> None:
        fetching = Downloads(self.storage, self.store, self.channels, self.bus)
        writing = Export(Screens(self.storage.read), self.storage, self.store, clock=self.wiring.clock)
        runner = JobRunner(
            self.storage,
            {downloads.KIND: fetching.handle, export.KIND: writing.handle},
            clock=self.wiring.clock,
            metrics=self.metrics,
        )
        self._background(Worker(runner, self.clients).run(), stack)

    async def _web(self, stack: AsyncExitStack) -> None:
        heartbeat = NodeHeartbeat(self.storage, self.node_id)
        await heartbeat.start()
        stack.push_async_callback(heartbeat.close)
        limiter: Limiter = MemoryLimiter(self.wiring.clock)
        if self.clients is not None:
            limiter = RedisLimiter(self.clients.commands(), self.wiring.clock)
        app = create_app(
            WebDependencies(
                settings=self.settings,
                storage=self.storage,
                intake=self.intake,
                bus=self.bus,
                channels=self.channels,
                limiter=limiter,
                media=self.store,
                metrics=self.metrics,
                clock=self.wiring.clock,
                new_id=new_id,
                node_id=self.node_id,
                answers=self.wiring.answers,
                demo=self.wiring.demo,
                front_desk=self._front_desk(stack),
                recordings=self._recordings(),
                extra_origins=self.wiring.extra_origins,
            )
        )
        await _serve(app, self.settings.host, self.settings.port, stack)

    def _recordings(self) -> Recordings:
        return Recordings(
            self.storage.recordings,
            self.store,
            self.wiring.clock,
            days=self.settings.recording_days,
            wake_jobs=ring_for_media(self.bus),
        )

    def _front_desk(self, stack: AsyncExitStack) -> FrontDesk | None:
        """Who answers calls, if there are menus to answer with."""
        if self.wiring.ivr is None:
            if any(isinstance(channel, VoiceChannel) for channel in self.channels.values()):
                log.error("voice.no_menus", remedy="put ivr.yaml beside routing.yaml and restart; calls are refused")
            return None
        calls, clock = self.storage.calls, self.wiring.clock
        menus = Menus(self.wiring.ivr, lambda: self.doors.configuration, self.bus)
        self.doors.tell(menus.changed)
        room = WaitingRoom(calls, self.bus, clock)
        room.start()
        stack.push_async_callback(room.close)
        hold = OnHold(calls, self.intake, menus, room)
        services = Services(self.storage, self.metrics)
        voicemails = Voicemails(self.intake, self.channels)
        desk = FrontDesk(calls, self.intake, services, menus, hold, voicemails, new_id=new_id)
        self._background(sweep(desk, clock), stack)
        return desk

    def _background(self, work: Coroutine[Any, Any, None], stack: AsyncExitStack) -> None:
        task = asyncio.create_task(work)
        self._tasks.append(task)

        stack.push_async_callback(cancel, task)


def _new_calls(rate: float) -> Pace:
    """A vendor takes so many new calls a second, and refuses or queues what is more."""
    return Pace(concurrency=max(4, round(4 * rate)), rate=rate, burst=max(1.0, rate))


async def _redis(settings: Settings, stack: AsyncExitStack) -> RedisClients | None:
    """The Redis of the settings, or one of our own; without any, processes hear of each other by their sweeps."""
    if settings.redis_url is not None:
        return RedisClients(settings.redis_url)
    server = RedisServer(settings.data_dir / "redis")
    try:
        await server.start()
    except (NoRedisError, OSError) as error:
        await server.stop()
        log.warning("start.no_redis", error=str(error))
        return None
    stack.push_async_callback(server.stop)
    return RedisClients(server.url)


async def _serve(app: web.Application, host: str, port: int, stack: AsyncExitStack) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=HANDSHAKE_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = Site(runner, host, port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        message = f"cannot listen on {host}:{port} ({error.strerror or error}); free it or set CONTACTCENTER_PORT"
        raise StartError(message) from error
    log.info("web.listening", host=host, port=port)


async def _end(task: asyncio.Task[None]) -> None:
    """Wait for a part that was asked to stop; one that does not gets cancelled."""
    _, late = await asyncio.wait({task}, timeout=STOP_SECONDS)
    for each in late:
        log.warning("stop.late", part=each.get_name())
    await cancel(task)
