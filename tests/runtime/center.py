"""A center in one process: real storage, bus and router, and a channel that keeps what it is given."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import text

from contactcenter.channels.base import Channel, FetchedMedia, Limits, PermanentError, WebhookRequest
from contactcenter.domain.configuration import Configuration, Disposition, QueueSettings, RoutingSettings, SkillProfile
from contactcenter.domain.messages import InboundEvent, InboundMedia, InboundMessage, OutboundMessage, Receipt
from contactcenter.domain.stimuli import (
    AgentStatusChanged,
    ContactEnded,
    OfferAccepted,
    ReplySubmitted,
    WrapUpCompleted,
)
from contactcenter.domain.words import AgentStatus, Delivery, MediaClass
from contactcenter.metrics import Metrics
from contactcenter.routing.engine import Engine
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.dispatcher import Dispatcher
from contactcenter.runtime.errands import Errands
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.pace import Pace
from contactcenter.runtime.router import Duty, Router
from contactcenter.storage import Answer, Draft, Storage, Taken
from tests.runtime.waiting import until
from tests.tables import HASTY, with_tables

OURS = "+59829000000"


def configuration(**queue: Any) -> Configuration:
    """One skill, one profile, one queue."""
    return Configuration(
        version=1,
        skills={"power": {"en": "Power"}},
        profiles={
            "all": SkillProfile(
                id="all",
                name="All",
                channels=("sms", "chat"),
                capacity={MediaClass.VOICE: 1, MediaClass.LIVE: 3, MediaClass.ASYNC: 5},
                skills={"power": 4},
            )
        },
        queues={
            "power": QueueSettings(
                id="power",
                name={"en": "Power"},
                skills={"power": 2},
                dispositions=(Disposition(id="done", name={"en": "Done"}),),
                **queue,
            )
        },
        default_queue="power",
        settings=RoutingSettings(disconnect_grace_seconds=1.0),
    )


@dataclass
class FakeVendor(Channel):
    """A channel whose vendor does as it is told: `send` runs what is next in `script`, else it works."""

    name: ClassVar[str] = "sms"
    media: ClassVar[MediaClass] = MediaClass.ASYNC
    limits: ClassVar[Limits] = Limits(max_length=1600)

    sent: list[OutboundMessage] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    script: list[Callable[[OutboundMessage], Receipt | None]] = field(default_factory=list)
    found: dict[str, Receipt] = field(default_factory=dict)
    inbound: list[InboundMessage] = field(default_factory=list)
    pictures: dict[str, FetchedMedia | Exception] = field(default_factory=dict)
    gate: asyncio.Event | None = None

    def authenticate(self, request: WebhookRequest) -> None:
        raise NotImplementedError

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        raise NotImplementedError

    async def send(self, message: OutboundMessage) -> Receipt:
        if self.gate is not None:
            await self.gate.wait()
        receipt = self.script.pop(0)(message) if self.script else None
        self.sent.append(message)
        return receipt or Receipt(provider_id=f"p-{message.id}", delivery=Delivery.SENT)

    async def look_up(self, message: OutboundMessage) -> Receipt | None:
        self.looked_up.append(message.id)
        return self.found.get(message.id)

    async def fetch_media(self, url: str, *, max_bytes: int) -> FetchedMedia:
        found = self.pictures[url]
        if isinstance(found, Exception):
            raise found
        if len(found.content) > max_bytes:
            raise PermanentError("too large")
        return found

    async def list_inbound(self, since: float) -> Sequence[InboundMessage]:
        return [message for message in self.inbound if message.received_at >= since]


class Center:
    """Everything wired; see the module."""

    def __init__(self, storage: Storage, bus: Bus, metrics: Metrics, vendor: FakeVendor) -> None:
        self.storage = storage
        self.bus = bus
        self.metrics = metrics
        self.vendor = vendor
        self.clock: Callable[[], float] = time.time
        self.intake = Intake(storage, bus, time.time, new_id, metrics=metrics)
        self.errands = Errands(
            {"sms": vendor},
            self.intake,
            clock=time.time,
            metrics=metrics,
            sign_media=lambda media_id: f"https://center.example/media/{media_id}",
            chance=lambda: 0.5,
        )
        self.news: list[tuple[str, dict[str, Any]]] = []
        for topic in ("desk", "chat", "overview", "answer", "alarm", "configuration"):
            bus.subscribe(topic, self._listener(topic))
        self._numbers = itertools.count(1)

    def _listener(self, topic: str) -> Callable[[dict[str, Any]], None]:
        return lambda payload: self.news.append((topic, payload))

    def router(
        self, holder: str = "router-1", duties: Sequence[Duty] | None = None, engine: type[Engine] = Engine
    ) -> Router:
        """A router of this center, with its dispatcher."""
        dispatcher = Dispatcher(
            self.storage, self.bus, self.errands, clock=time.time, metrics=self.metrics, paces={"sms": Pace()}
        )
        return Router(
            self.storage,
            self.bus,
            clock=time.time,
            new_id=new_id,
            holder=holder,
            metrics=self.metrics,
            duties=[dispatcher.run] if duties is None else duties,
            make_engine=engine,
        )

    @asynccontextmanager
    async def routing(
        self, holder: str = "router-1", duties: Sequence[Duty] | None = None, engine: type[Engine] = Engine
    ) -> AsyncIterator[Router]:
        """A router that leads while the block runs."""
        async with leading(self.router(holder, duties, engine)) as router:
            yield router

    async def agent(self, agent_id: str = "ana", name: str = "Ana", profile: str = "all") -> str:
        """An agent who is available at one console; returns the session."""
        await self.storage.put_agent(agent_id, name, profile, new_id())
        await self.storage.beat_node("node", 60.0)
        session = new_id()
        await self.storage.open_console(session, agent_id, f"account-{agent_id}", "node", new_id())
        self.bus.post("router", {})
        request = AgentStatusChanged(id=new_id(), request_id=new_id(), agent_id=agent_id, status=AgentStatus.AVAILABLE)
        answer = await self.intake.ask(request, wait=10.0)
        assert answer is not None
        assert answer.code is None, answer
        return session

    def message(self, text_: str = "no power", *, sender: str | None = None, **fields: Any) -> InboundMessage:
        """A customer's SMS, each from somebody else unless `sender` is given."""
        number = next(self._numbers)
        sender = sender or f"+598990{number:05d}"
        values: dict[str, Any] = {
            "channel": "sms",
            "provider_id": f"SM{number:08d}",
            "address": sender,
            "to": OURS,
            "thread": f"{OURS}|{sender}",
            "text": text_,
            "received_at": time.time(),
        }
        return InboundMessage(**(values | fields))

    async def write(self, text_: str = "no power", **fields: Any) -> Taken:
        """A customer writes an SMS."""
        return await self.intake.receive(self.message(text_, **fields), MediaClass.ASYNC)

    async def write_picture(self, url: str) -> Taken:
        """A customer sends a picture."""
        media = (InboundMedia(url=url, content_type="image/png"),)
        return await self.intake.receive(self.message("", media=media), MediaClass.ASYNC)

    async def offer_to(self, agent_id: str) -> tuple[str, str]:
        """The offer that rings at an agent: its id and its contact's."""
        found: list[Any] = []

        async def rings() -> bool:
            found[:] = await self.rows(
                "SELECT id, contact_id FROM offer WHERE agent_id = :agent AND outcome IS NULL", agent=agent_id
            )
            return bool(found)

        await until(rings)
        return found[0][0], found[0][1]

    async def accept(self, agent_id: str = "ana") -> str:
        """The agent takes what rings; returns the contact."""
        offer_id, contact_id = await self.offer_to(agent_id)
        answer = await self.ask(OfferAccepted(id=new_id(), request_id=new_id(), offer_id=offer_id, agent_id=agent_id))
        assert answer.code is None, answer
        return contact_id

    async def reply(self, contact_id: str, text_: str, agent_id: str = "ana") -> str:
        """The agent answers; returns the message."""
        message_id = new_id()
        draft = Draft(
            message_id=message_id,
            contact_id=contact_id,
            agent_id=agent_id,
            direction="out",
            text=text_,
            author_name=agent_id,
        )
        stimulus = ReplySubmitted(
            id=new_id(), request_id=new_id(), contact_id=contact_id, agent_id=agent_id, message_id=message_id
        )
        answer = await self.ask(stimulus, draft)
        assert answer.code is None, answer
        return message_id

    async def close(self, contact_id: str, agent_id: str = "ana") -> None:
        """The agent ends and wraps up."""
        ended = ContactEnded(id=new_id(), request_id=new_id(), contact_id=contact_id, agent_id=agent_id)
        assert (await self.ask(ended)).code is None
        wrapped = WrapUpCompleted(
            id=new_id(), request_id=new_id(), contact_id=contact_id, agent_id=agent_id, disposition="done"
        )
        assert (await self.ask(wrapped)).code is None

    async def ask(self, stimulus: Any, draft: Draft | None = None) -> Answer:
        answer = await self.intake.ask(stimulus, draft, wait=10.0)
        assert answer is not None
        return answer

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """What SQL says."""
        async with self.storage.read() as connection:
            return list((await connection.execute(text(statement), values)).all())

    async def delivery(self, message_id: str) -> str:
        """The delivery of a message."""
        return str((await self.rows("SELECT delivery FROM message WHERE id = :id", id=message_id))[0][0])

    def told(self, topic: str, key: str) -> list[Any]:
        """Everything news of `topic` said under `key`."""
        return [payload[key] for said, payload in self.news if said == topic and key in payload]


@asynccontextmanager
async def leading(router: Router) -> AsyncIterator[Router]:
    """The router runs, and leads, while the block does."""
    task = asyncio.create_task(router.run())
    try:
        await until(lambda: router.leading or task.done())
        yield router
    finally:
        router.stop()
        async with asyncio.timeout(15):
            await task


@asynccontextmanager
async def center(url: str, *, seed: bool = True, **queue: Any) -> AsyncIterator[Center]:
    """A center on the database of `url`, seeded with `configuration(**queue)`, whose intake is open."""
    storage = await Storage.open(await with_tables(url), migrate=True, use=HASTY)
    bus = Bus(None, "node")
    try:
        if seed:
            await storage.seed(configuration(**queue), [], "test")
        made = Center(storage, bus, Metrics(), FakeVendor())
        await made.intake.start()
        try:
            yield made
        finally:
            await made.intake.close()
    finally:
        await storage.close()
