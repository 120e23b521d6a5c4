"""The console side of a web node: windows, desks, supervisors' wall, presence and late answers, kept going together."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from contactcenter.runtime.forecast import TOPIC as ESTIMATES
from contactcenter.storage import UnavailableError
from contactcenter.storage.screen_lists import Listings
from contactcenter.storage.screens import Screens
from contactcenter.web.catalogue import Catalogue
from contactcenter.web.consoles import Consoles
from contactcenter.web.desks import Desks
from contactcenter.web.errors import ApiError
from contactcenter.web.feed import Feed
from contactcenter.web.forecasts import Forecasts
from contactcenter.web.hand_overs import HandOvers
from contactcenter.web.rendering import iso
from contactcenter.web.requests import Requests
from contactcenter.web.state import Identity, WebDependencies
from contactcenter.web.wall import PERIOD_SECONDS, Wall
from contactcenter.web.windows import Windows

SWEEP_SECONDS: Final = 3.0
PARTS: Final = 3
"""How soon a console hears what a lost message would have told; the desks are compared in as many parts."""

log = structlog.get_logger(__name__)


class Hub:
    """Everything that console windows need. `start` it in the event loop that serves."""

    def __init__(
        self,
        deps: WebDependencies,
        screens: Screens,
        listings: Listings,
        catalogue: Catalogue,
        forecasts: Forecasts,
    ) -> None:
        self._deps = deps
        self._screens = screens
        self._catalogue = catalogue
        self.windows = Windows(deps.clock)
        self.desks = Desks(deps.storage, catalogue, deps.clock)
        self.wall = Wall(listings, deps.storage.statistics, catalogue, self.windows, forecasts, deps.clock)
        self._forecasts = forecasts
        self.consoles = Consoles(deps.storage, screens, deps.bus, deps.new_id, deps.node_id)
        self.hand_overs = HandOvers(deps.storage.legs, deps.channels, deps.intake, deps.bus)
        self.requests = Requests(deps.storage, deps.clock, self._decided)
        self._known_version = 0
        self._looked_at = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Listen, and begin to tell."""
        callbacks = {
            "desk": self.desks.news,
            "answer": self.requests.heard,
            "alarm": self._alarm,
            "configuration": self._configured,
            "overview": lambda _: self._looked_at.set(),
            ESTIMATES: self._estimated,
            "call": self._called,
            "call_changed": self._called,
        }
        self._unsubscribe = [self._deps.bus.subscribe(topic, callback) for topic, callback in callbacks.items()]
        self._unsubscribe.append(self._deps.bus.subscribe("alarm_here", self._alarm, local=True))
        loops = {
            "desks": self.desks.run,
            "sweeps": self._sweeps,
            "wall": self._walls,
            "hand-overs": self.hand_overs.run,
        }
        self._tasks = [asyncio.create_task(loop(), name=f"hub-{name}") for name, loop in loops.items()]

    async def close(self) -> None:
        """Stop telling."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def join(self, identity: Identity, language: str) -> Feed:
        """Open a window, with names in this language; its snapshot is the first thing it is told.

        Raises:
            UnavailableError: SQL does not answer.
            ApiError: 503 while there is no configuration.
        """
        feed = Feed(
            self._deps.new_id(),
            account_id=identity.account_id,
            agent_id=identity.agent_id,
            login=identity.login.token_hash,
            language=language,
            supervises=identity.supervises,
        )
        extra = {"overview": await self.wall.overview(feed.language)} if feed.supervises else {}
        if feed.agent_id is None:
            now = iso(self._deps.clock())
            nothing: dict[str, Any] = {"agent": None, "offers": [], "contacts": []}
            feed.say("snapshot", session=feed.session, server_time=now, **nothing, **extra)
        else:
            await self.desks.join(feed, **extra)
        self.windows.add(feed)
        return feed

    async def _sweeps(self) -> None:
        """The desks in turn, a part of them at a time; everything else once a round."""
        for turn in itertools.count():
            await asyncio.sleep(SWEEP_SECONDS / PARTS)
            self.desks.look(turn % PARTS, PARTS)
            if turn % PARTS == 0:
                for sweep in (self._sweep_windows, self._sweep_version, self.consoles.sweep, self.requests.sweep):
                    await _guarded(sweep)
                self._looked_at.set()

    async def _sweep_windows(self) -> None:
        for feed in self.windows.gone():
            self.windows.remove(feed)
            self.desks.leave(feed)
        feeds = list(self.windows)
        valid = await self._screens.logins({feed.login for feed in feeds}, self._deps.clock())
        for feed in feeds:
            if feed.login not in valid:
                feed.end("session_ended")

    async def _sweep_version(self) -> None:
        version = await self._screens.configuration_version()
        if version not in (self._catalogue.version, 0):
            self._configured({"version": version})

    async def _walls(self) -> None:
        while True:
            await self._looked_at.wait()
            self._looked_at.clear()
            await _guarded(self.wall.tell)
            await asyncio.sleep(PERIOD_SECONDS)

    def _configured(self, news: Mapping[str, Any]) -> None:
        version = news.get("version")
        self._catalogue.outdated()
        if not isinstance(version, int) or version <= self._known_version:
            return
        self._known_version = version
        for feed in self.windows:
            feed.say("configuration", version=version)
        self.desks.look()

    def _estimated(self, news: Mapping[str, Any]) -> None:
        self._forecasts.heard(news)
        self._looked_at.set()

    def _called(self, news: Mapping[str, Any]) -> None:
        """Something changed in a call: who shows it looks again."""
        contact_id = str(news.get("contact") or "")
        self.hand_overs.heard(news)
        self.desks.look_at_call(contact_id)
        self.windows.say_to_supervisors("call", contact_id=contact_id)

    def _alarm(self, news: Mapping[str, Any]) -> None:
        given = news.get("detail")
        detail = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
        code, message = str(news.get("code", "")), str(news.get("message", ""))
        self.windows.say_to_supervisors("alarm", code=code, message=message, detail=detail)

    def _decided(self, account_id: str, request_id: str, status: int, error: Mapping[str, Any] | None) -> None:
        self.windows.say_to_account(account_id, "request", request_id=request_id, status=status, error=error)


HUB: Final = web.AppKey("hub", Hub)


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    """Work that is repeated anyway: SQL being away is a line in the log."""
    try:
        await work()
    except (UnavailableError, ApiError) as error:
        log.warning("hub.sweep_failed", work=getattr(work, "__name__", "?"), error=str(error))
    except Exception:
        log.exception("hub.sweep_failed", work=getattr(work, "__name__", "?"))
