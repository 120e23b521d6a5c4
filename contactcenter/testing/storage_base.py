"""What every part of `StorageTests` starts from: two storages on one database, and makers of records."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar

import pytest

from contactcenter.domain.configuration import Configuration, QueueSettings, SkillProfile
from contactcenter.domain.instructions import SendMessage
from contactcenter.domain.messages import DeliveryReport, InboundMedia, InboundMessage
from contactcenter.domain.needs import Clause
from contactcenter.domain.outage_dialogue import Heard
from contactcenter.domain.stimuli import MessageReceived, ReplySubmitted
from contactcenter.domain.words import Delivery, MediaClass, MessageKind
from contactcenter.routing.state import Changes, Contact
from contactcenter.storage import Batch, Draft, Lease, Received, Reported, Storage, Submitted, Taken

NOW = 1_795_000_000.0
"""The process's clock in these tests, in UTC seconds; the database has its own."""


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class StorageBase(ABC):
    """Give `url`: the address of an empty database; and `rows`, the way round storage."""

    numbers: ClassVar = itertools.count(1)

    @pytest.fixture
    @abstractmethod
    def url(self) -> str:
        """The address of an empty database of this test's own."""

    @abstractmethod
    async def rows(self, url: str, sql: str) -> list[tuple[Any, ...]]:
        """The back door: what a statement finds, without storage."""

    @pytest.fixture
    def clock(self) -> Clock:
        """The clock of both storages."""
        return Clock()

    @pytest.fixture
    async def storage(self, url: str, clock: Clock) -> AsyncIterator[Storage]:
        """Storage with a configuration and the agents ana and beto."""
        storage = await Storage.open(url, migrate=True, clock=clock)
        await storage.seed(configuration(), [("ana", "Ana", "all"), ("beto", "Beto", "all")], "test")
        yield storage
        await storage.close()

    @pytest.fixture
    async def other(self, url: str, clock: Clock, storage: Storage) -> AsyncIterator[Storage]:
        """Another process's storage on the same database."""
        other = await Storage.open(url, clock=clock)
        yield other
        await other.close()

    @pytest.fixture
    async def lease(self, storage: Storage) -> Lease:
        """The router's lease, held by `storage`."""
        lease = await storage.take_lease("router-1", 600)
        assert lease is not None
        return lease

    async def arrive(self, storage: Storage, lease: Lease, name: str = "x", /, **message: Any) -> Contact:
        """A customer writes, and the router opens contact `name` for it."""
        item = received(name, **message)
        (taken,) = await storage.take_in([item])
        contact = contact_of(item, taken)
        (row,) = [row for row in await storage.read_inbox(1000) if row.stimulus_id == item.stimulus_id]
        changes = Changes(contacts={contact.id: contact}, messages={item.message_id: contact.id})
        await storage.commit_batch(self.batch(lease, changes, handled=[row.id]), NOW)
        return contact

    async def reply(
        self, storage: Storage, lease: Lease, contact: Contact, name: str, text: str = "Voy"
    ) -> SendMessage:
        """An agent writes back, and the router lets it be sent."""
        await storage.take_in([submitted(name, contact.id, text)])
        (row,) = [row for row in await storage.read_inbox(1000) if row.stimulus_id == f"stimulus-{name}"]
        send = SendMessage(
            id=f"send-{name}", contact_id=contact.id, message_id=f"message-{name}", channel=contact.channel
        )
        await storage.commit_batch(self.batch(lease, Changes(), handled=[row.id], outbox=[send]), NOW)
        return send

    def batch(self, lease: Lease, changes: Changes | None = None, **fields: Any) -> Batch:
        """A batch with an id of its own."""
        fields.setdefault("id", f"batch-{next(self.numbers)}")
        return Batch(epoch=lease.epoch, changes=changes or Changes(), **fields)

    async def count(self, url: str, table: str, where: str = "TRUE") -> int:
        """How many rows there are, by the back door."""
        found: int = (await self.rows(url, f"SELECT COUNT(*) FROM {table} WHERE {where}"))[0][0]  # noqa: S608
        return found


def configuration(version: int = 1, queues: Sequence[str] = ("faults", "bills")) -> Configuration:
    """A small configuration."""
    return Configuration(
        version=version,
        skills={"faults": {"en": "Faults"}},
        profiles={"all": SkillProfile("all", "All", ("sms", "chat"), {MediaClass.ASYNC: 3}, {"faults": 4})},
        queues={name: QueueSettings(name, {"en": name.title()}, {"faults": 2}) for name in queues},
        default_queue=queues[0],
    )


def received(name: str, /, **fields: Any) -> Received:
    """A message of a customer; everything about it is named after `name` unless said otherwise."""
    ids = {
        part: fields.pop(part, f"{part.removesuffix('_id')}-{name}")
        for part in ("message_id", "contact_id", "stimulus_id")
    }
    media_ids: tuple[str, ...] = fields.pop("media_ids", ())
    outage: Heard | None = fields.pop("outage", None)
    values: dict[str, Any] = {
        "channel": "sms",
        "provider_id": f"SM{name}",
        "address": f"+598{name}",
        "to": "+59829000000",
        "thread": f"thread-{name}",
        "text": f"Hola de {name}",
        "received_at": NOW,
    }
    message = InboundMessage(**(values | fields))
    return Received(message=message, media_class=MediaClass.ASYNC, media_ids=media_ids, outage=outage, **ids)


def picture(url: str) -> InboundMedia:
    """A picture that the vendor keeps."""
    return InboundMedia(url=url, content_type="image/jpeg")


def stop(name: str, /, **fields: Any) -> Received:
    """A customer who wants no more messages."""
    return received(name, kind=MessageKind.OPT_OUT, **fields)


def contact_of(item: Received, taken: Taken, **fields: Any) -> Contact:
    """The contact that a message opens."""
    values: dict[str, Any] = {
        "id": item.contact_id,
        "customer_id": taken.customer_id,
        "channel": item.message.channel,
        "media": item.media_class,
        "thread": item.message.thread,
        "address": item.message.address,
        "to": item.message.to,
        "queue": "faults",
        "clauses": (Clause((("faults", 2),)),),
        "priority": 0.0,
        "own_priority": 0.0,
        "place": item.message.received_at,
        "arrived_at": item.message.received_at,
        "queued_at": item.message.received_at,
        "state_since": NOW,
    }
    return Contact(**(values | fields))


def draft(name: str, contact_id: str, text: str = "Voy", /, **fields: Any) -> Draft:
    """What ana writes."""
    values: dict[str, Any] = {"agent_id": "ana", "direction": "out", "author_name": "Ana"}
    return Draft(message_id=f"message-{name}", contact_id=contact_id, text=text, **(values | fields))


def submitted(name: str, contact_id: str, text: str = "Voy", request_id: str | None = None) -> Submitted:
    """A reply of ana's."""
    stimulus = ReplySubmitted(
        id=f"stimulus-{name}",
        contact_id=contact_id,
        agent_id="ana",
        message_id=f"message-{name}",
        request_id=request_id,
    )
    return Submitted(stimulus=stimulus, draft=draft(name, contact_id, text))


def reported(delivery: Delivery, **fields: Any) -> Reported:
    """A vendor's report."""
    return Reported(report=DeliveryReport(channel="sms", delivery=delivery, at=NOW, **fields))


async def stimuli(storage: Storage) -> list[MessageReceived]:
    """The messages that wait for the router."""
    from contactcenter.domain.codec import decode_stimulus

    found = [decode_stimulus(row.kind, row.version, row.body) for row in await storage.read_inbox(1000)]
    return [stimulus for stimulus in found if isinstance(stimulus, MessageReceived)]
