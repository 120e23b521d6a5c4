"""Guarantees G1, G2 and G3 on real processes: each is killed in turn, and Redis flushed, while contacts flow."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contactcenter.localnet.messages import Announcement, Message
from contactcenter.storage import Storage
from tests.e2e.driving import Agent, Chatter, at_work
from tests.e2e.processes import OURS, PASSWORD, Center, center
from tests.runtime.waiting import until
from tests.services import RedisServer

AGENTS = ("ada", "bea", "carla", "dora", "eva", "flor")
TEXTS, CHATS = 140, 60
EVERY_SECONDS = 0.1


@dataclass
class Traffic:
    """200 customers, one after the other."""

    center: Center
    texts: list[Message] = field(default_factory=list)
    chats: list[Chatter] = field(default_factory=list)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    async def flow(self) -> None:
        """Until everybody has written and the center has answered, or refused for good."""
        async with asyncio.TaskGroup() as group:
            for number in range(TEXTS + CHATS):
                if number % 10 in (2, 5, 8):
                    chatter = Chatter(self.center.url, f"10.0.0.{number}", f"chat {number}")
                    self.chats.append(chatter)
                    group.create_task(chatter.run())
                else:
                    group.create_task(self._text(number))
                await asyncio.sleep(EVERY_SECONDS)
                await self.flowing.wait()

    async def _text(self, number: int) -> None:
        sender = f"+5989900{number:04d}"
        self.texts.append(await self.center.network.text(sender, OURS, f"no power {number}", within=60.0))

    @property
    def promised(self) -> list[Message]:
        """Texts that were answered with a 2xx."""
        return [message for message in self.texts if message.announcement is Announcement.ANSWERED]


@asynccontextmanager
async def read(center: Center) -> AsyncIterator[Storage]:
    storage = await Storage.open(center.settings.database_url)
    try:
        yield storage
    finally:
        await storage.close()


async def rows(storage: Storage, statement: str) -> list[Any]:
    async with storage.read() as connection:
        return list((await connection.execute(text(statement))).all())


async def leader(center: Center, storage: Storage) -> str:
    """The name of the process that decides."""
    found: list[str] = []

    async def known() -> bool:
        holder = await storage.lease_holder()
        pids = {str(process.pid): name for name, process in center.processes.items()}
        found[:] = [name for pid, name in pids.items() if holder is not None and f"-{pid}-" in holder[0]]
        return bool(found)

    await until(known, 30)
    return found[0]


async def mishaps(traffic: Traffic, storage: Storage, flush: Callable[[], None]) -> None:
    """Everything dies once, and comes back."""
    center = traffic.center
    traffic.flowing.set()
    await asyncio.sleep(2.5)
    for _ in range(2):  # the one that decides, then the one that took over
        name = await leader(center, storage)
        center.kill(name)
        center.start(name, "router")
        await center.ready()
        await asyncio.sleep(1.0)
    flush()
    center.kill("worker")
    center.start("worker")
    await asyncio.sleep(1.0)
    traffic.flowing.clear()  # With one web node nobody is heard while it is dead; what is under way is cut off.
    center.kill("web")
    center.start("web")
    await center.ready()
    traffic.flowing.set()
    await asyncio.sleep(2.0)
    flush()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.timeout(150)
async def test_nothing_is_lost_or_doubled_while_everything_dies_once(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with RedisServer() as redis:
        environ = {"CONTACTCENTER_REDIS_URL": redis.url}
        if database == "postgresql":
            url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
            environ["CONTACTCENTER_DATABASE_URL"] = url
        async with center(tmp_path / "center", environ, AGENTS) as made:
            for name in ("web", "router-1", "router-2", "worker"):
                made.start(name, name.split("-")[0])
            await made.ready()
            traffic = Traffic(made)
            agents = [Agent(made.url, name, PASSWORD) for name in AGENTS]
            async with read(made) as storage, at_work(agents):
                async with asyncio.TaskGroup() as group:
                    group.create_task(traffic.flow())
                    group.create_task(mishaps(traffic, storage, redis.flush))
                await until(lambda: everything_closed(storage), 60)
                await until(lambda: nothing_to_send(storage), 60)
                await check(traffic, storage)


async def everything_closed(storage: Storage) -> bool:
    open_ = await rows(storage, "SELECT COUNT(*) FROM contact WHERE state <> 'closed'")
    inbox = await rows(storage, "SELECT COUNT(*) FROM inbox")
    return bool(open_[0][0] == 0 and inbox[0][0] == 0)


async def nothing_to_send(storage: Storage) -> bool:
    return not await rows(storage, "SELECT id FROM outbox WHERE state IN ('pending', 'sending')")


async def check(traffic: Traffic, storage: Storage) -> None:
    await once_each(traffic, storage)
    await never_held_twice(storage)
    await answered_once(traffic, storage)
    assert not await rows(storage, "SELECT id FROM inbox WHERE quarantined_at IS NOT NULL")
    assert not await rows(storage, "SELECT id FROM outbox WHERE state IN ('dead', 'unknown')")
    assert len(traffic.promised) > TEXTS * 0.8  # else the mishaps were all there was


async def once_each(traffic: Traffic, storage: Storage) -> None:
    """G1, G2: whatever was promised is there, in one contact, and nothing is there twice."""
    found = await rows(
        storage,
        "SELECT m.text, m.contact_id, c.outcome FROM message m JOIN contact c ON c.id = m.contact_id"
        " WHERE m.direction = 'in'",
    )
    texts = Counter(row[0] for row in found)
    assert not [each for each, count in texts.items() if count > 1]
    promised = [message.body for message in traffic.promised] + [chat.text for chat in traffic.chats if chat.accepted]
    assert not [body for body in promised if body not in texts]
    assert len({row[1] for row in found}) == len(found)  # each customer wrote once: a contact each
    assert {row[2] for row in found} <= {"agent_handled"}
    contacts = await rows(storage, "SELECT COUNT(*) FROM contact")
    assert contacts[0][0] == len(found)
    assert not await rows(storage, "SELECT id FROM message WHERE direction = 'in' AND contact_id IS NULL")


async def never_held_twice(storage: Storage) -> None:
    """G3: between two agents who held a contact it went back to the line, and never rang at two."""
    offers = await rows(
        storage, "SELECT contact_id, agent_id, offered_at, ended_at, outcome FROM offer ORDER BY contact_id, offered_at"
    )
    by_contact = defaultdict(list)
    for offer in offers:
        by_contact[offer[0]].append(offer)
    for rung in by_contact.values():
        for earlier, later in itertools.pairwise(rung):
            assert earlier[3] is not None
            assert earlier[3] <= later[2]
    history = await rows(storage, "SELECT contact_id, type, agent_id FROM event ORDER BY contact_id, id")
    holder: dict[str, str | None] = {}
    for contact_id, kind, agent_id in history:
        if kind == "accepted":
            assert holder.get(contact_id) is None, (contact_id, holder[contact_id], agent_id)
            holder[contact_id] = agent_id
        elif kind in ("requeued", "transferred", "closed"):
            holder[contact_id] = None


async def answered_once(traffic: Traffic, storage: Storage) -> None:
    """What an agent sent reached the customer once, whoever died meanwhile."""
    sent = await rows(
        storage,
        "SELECT m.text, c.address FROM message m JOIN contact c ON c.id = m.contact_id"
        " WHERE m.direction = 'out' AND m.channel = 'sms'",
    )
    received = Counter(
        message.body
        for sender in {row[1] for row in sent}
        for message in traffic.center.network.handsets.received(sender)
    )
    assert {row[0]: received[row[0]] for row in sent} == {row[0]: 1 for row in sent}
    assert not traffic.center.network.violations
