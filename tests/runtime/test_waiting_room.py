"""One picture of all who wait: fresh for everybody by one read, and silent when it is old."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.waiting_room import Place, Wait, WaitingRoom
from contactcenter.storage import HeldCall, UnavailableError


@dataclass
class Rows:
    """A storage that counts reads, and may be away."""

    held_calls: list[HeldCall] = field(default_factory=list)
    away: bool = False
    reads: int = 0

    async def held(self) -> list[HeldCall]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.away:
            raise UnavailableError("away")
        return self.held_calls


def waits(
    contact_id: str,
    rank: float,
    *,
    queue: str = "q",
    state: ContactState = ContactState.WAITING,
    hazard: bool = False,
    kept: bool = False,
) -> HeldCall:
    return HeldCall(contact_id=contact_id, queue=queue, state=state, hazard=hazard, rank=rank, kept=kept)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_thousands_of_polls_are_one_read() -> None:
    rows, clock = Rows([waits("a", 1.0)]), Clock()
    room = WaitingRoom(rows, Bus(None, "node"), clock)
    pictures = await asyncio.gather(*(room.look() for _ in range(4_000)))
    assert rows.reads == 1
    assert all(picture is pictures[0] for picture in pictures)
    clock.now += 1.9
    assert await room.look() is pictures[0]
    clock.now += 0.2
    assert await room.look() is not pictures[0]
    assert rows.reads == 2
    await room.close()


async def test_an_old_picture_says_nothing() -> None:
    rows, clock = Rows([waits("a", 1.0)]), Clock()
    room = WaitingRoom(rows, Bus(None, "node"), clock)
    assert await room.look() is not None
    rows.away = True
    clock.now += 9.0
    assert await room.look() is not None
    clock.now += 2.0
    assert await room.look() is None
    rows.away = False
    assert await room.look() is not None
    clock.now -= 60.0
    assert await room.look() is not None, "a clock that was set back"
    await room.close()


async def test_places_are_by_queue_and_rank_hazards_first() -> None:
    rows = Rows(
        [
            waits("late", 5.0),
            waits("first", 1.0),
            waits("other", 0.0, queue="r"),
            waits("rung", 0.5, state=ContactState.OFFERED),
            waits("danger", 9.0, hazard=True),
            waits("kept", 0.1, kept=True),
        ]
    )
    room = WaitingRoom(rows, Bus(None, "node"), Clock())
    picture = await room.look()
    assert picture is not None
    places = {one: picture.place(one) for one in ("danger", "first", "late", "other", "rung", "kept", "gone")}
    assert places == {
        "danger": Place("q", 1),
        "first": Place("q", 2),
        "late": Place("q", 3),
        "other": Place("r", 1),
        "rung": Place("q", None),
        "kept": Place("q", None, kept=True),
        "gone": None,
    }
    await room.close()


async def test_estimates_are_own_or_the_queue_s_and_never_old() -> None:
    bus, clock = Bus(None, "node"), Clock()
    room = WaitingRoom(Rows(), bus, clock)
    room.start()
    assert room.wait_of("a", "q") is None
    bus.post("estimates", {"queues": {"q": [60.0, 90.0], "r": None}, "contacts": {"a": [5.0, 9.0]}})
    assert room.wait_of("a", "q") == Wait(5.0, 9.0)
    assert room.wait_of("b", "q") == Wait(None, 90.0)
    assert room.wait_of("b", "r") is None
    bus.post("estimates", {"queues": 7})
    bus.post("estimates", {"queues": {"q": "soon"}, "contacts": {}})
    assert room.wait_of("b", "q") is None
    bus.post("estimates", {"queues": {"q": [60.0, 90.0]}, "contacts": {}})
    clock.now += 11.0
    assert room.wait_of("b", "q") is None
    await room.close()
