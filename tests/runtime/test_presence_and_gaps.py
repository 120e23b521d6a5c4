"""Nodes that die, and messages that came while we were away."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

from contactcenter.domain.words import MediaClass
from contactcenter.runtime.gaps import GapReader
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.presence import NodeHeartbeat, expire_nodes
from contactcenter.storage import UnavailableError
from tests.runtime.center import Center
from tests.runtime.waiting import until


async def test_the_consoles_of_a_node_that_died_are_closed(each: Center) -> None:
    duty = partial(expire_nodes, each.storage, each.bus, new_id)
    async with each.routing(duties=[duty]) as router:
        await each.agent()
        assert router.engine is not None
        assert router.engine.agents["ana"].connected
        await each.storage.beat_node("node", 0.0)
        await until(lambda: router.engine is not None and not router.engine.agents["ana"].connected)


async def test_a_node_lives_while_it_beats_and_ends_at_once_when_it_stops(one: Center) -> None:
    heartbeat = NodeHeartbeat(one.storage, "node-2")
    await heartbeat.start()
    await one.storage.open_console("s", "ana", "account", "node-2", new_id())
    assert await one.storage.expire_nodes(new_id) == 0
    await heartbeat.close()
    assert await one.storage.expire_nodes(new_id) == 1


async def test_messages_missed_are_read_again_once(one: Center) -> None:
    known = one.message("known")
    await one.intake.receive(known, MediaClass.ASYNC)
    missed = [one.message(f"missed {number}") for number in range(3)]
    one.vendor.inbound = [known, *missed]
    reader = GapReader(one.storage, one.intake, {"sms": one.vendor}, clock=time.time, metrics=one.metrics, period=0.02)
    task = asyncio.create_task(reader.run(None))  # type: ignore[arg-type]

    async def all_there() -> bool:
        return len(await one.rows("SELECT id FROM message")) == 4

    await until(all_there)
    one.vendor.inbound.append(one.message("later"))
    await until(lambda: _count(one, 5))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await one.storage.read_inbox(20)) == 5


async def test_the_gap_is_read_when_sql_is_back(one: Center) -> None:
    away = Away(one.storage)
    reader = GapReader(away, one.intake, {"sms": one.vendor}, clock=time.time, metrics=one.metrics)
    task = asyncio.create_task(reader.run(None))  # type: ignore[arg-type]
    await until(lambda: away.pings > 0)
    away.gone = True
    pings = away.pings
    await until(lambda: away.pings > pings)
    one.vendor.inbound = [one.message("missed")]
    away.gone = False
    await until(lambda: _count(one, 1))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class Away:
    """The storage, with an outage on request."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self.gone = False
        self.pings = 0

    async def last_received(self, channel: str) -> float | None:
        return await self._storage.last_received(channel)  # type: ignore[no-any-return]

    async def ping(self) -> None:
        self.pings += 1
        if self.gone:
            raise UnavailableError("away")


async def _count(center: Center, number: int) -> bool:
    return len(await center.rows("SELECT id FROM message")) == number
