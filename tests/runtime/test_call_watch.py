"""When calls are looked at, whatever the vendor and SQL do."""

from __future__ import annotations

import asyncio
from collections import Counter

from contactcenter.domain.words import ContactState
from contactcenter.runtime.call_watch import AT_ONCE, CallWatch
from contactcenter.runtime.calls import Calls
from contactcenter.storage import Lease, UnavailableError
from contactcenter.storage.call_legs import CallerContact, CallLegStore
from tests.runtime.center import Center
from tests.runtime.waiting import until

MANY = 3 * AT_ONCE


class Slow(CallLegStore):
    """More calls than can be looked at in the time that a look takes: each costs a second, and none succeeds."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.seen: Counter[str] = Counter()

    async def with_legs(self) -> dict[str, str | None]:
        return {f"c{number}": None for number in range(MANY)}

    async def open_calls(self) -> list[tuple[str, ContactState]]:
        return []

    async def caller(self, contact_id: str) -> CallerContact | None:
        self.seen[contact_id] += 1
        self.now += 1.0
        raise UnavailableError("too slow")


async def test_every_call_has_its_turn_while_looking_is_slow(one: Center) -> None:
    legs = Slow()
    calls = Calls(legs, {}, one.bus, clock=lambda: legs.now, recorded=lambda _: False)
    watch = CallWatch(calls, one.intake, one.bus, clock=lambda: legs.now)
    watching = asyncio.create_task(watch.run(Lease(epoch=1, holder="router-1", until=0.0)))
    await until(lambda: legs.seen.total() >= 3 * MANY)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert len(legs.seen) == MANY
    assert max(legs.seen.values()) - min(legs.seen.values()) <= 1
