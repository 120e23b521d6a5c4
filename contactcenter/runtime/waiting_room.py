"""Who waits on the telephone, and for how long: one picture for all of them, read at most once a second.

Thousands poll for what they hear next; none of them asks SQL for a place of their own.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import structlog

from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.forecast import STALE_SECONDS
from contactcenter.runtime.forecast import TOPIC as ESTIMATES
from contactcenter.storage import HeldCall, UnavailableError

FRESH_SECONDS: Final = 2.0
"""A picture younger than this is looked at as it is."""
AHEAD_SECONDS: Final = 1.0
"""Whoever looks at one older than this has the next one read, and does not wait for it."""
PATIENCE_SECONDS: Final = 1.0
"""So long a poll waits for a newer one."""
_PAIR: Final = 2

log = structlog.get_logger(__name__)


class ReadsHeld(Protocol):
    """What this needs of the storage."""

    async def held(self) -> list[HeldCall]:
        """Every open contact that is a call."""


class Place(NamedTuple):
    """Where a call is. `position` counts from 1 within its queue; None: it does not wait, somebody is on the way.

    `kept`: its queue is closed, and nobody comes before it opens; it has no position then.
    """

    queue: str
    position: int | None
    kept: bool = False


class Wait(NamedTuple):
    """Estimated seconds to go; `least` None: only the end is known."""

    least: float | None
    most: float


class Picture:
    """All calls at one moment."""

    def __init__(self, held: Sequence[HeldCall]) -> None:
        self._places: dict[str, Place] = {}
        positions: dict[str, int] = {}
        for call in sorted(held, key=lambda call: (not call.hazard, call.rank, call.contact_id)):
            if call.kept:
                self._places[call.contact_id] = Place(call.queue, None, kept=True)
            elif call.state is ContactState.WAITING:
                positions[call.queue] = position = positions.get(call.queue, 0) + 1
                self._places[call.contact_id] = Place(call.queue, position)
            else:
                self._places[call.contact_id] = Place(call.queue, None)

    def place(self, contact_id: str) -> Place | None:
        """Where a call is; None when no open contact is known of it."""
        return self._places.get(contact_id)


class WaitingRoom:
    """Keeps the picture of a web node. `clock` in UTC seconds; `start` it in the loop that uses it."""

    def __init__(self, calls: ReadsHeld, bus: Bus, clock: Callable[[], float]) -> None:
        self._calls = calls
        self._bus = bus
        self._clock = clock
        self._picture = Picture(())
        self._seen_at = -math.inf
        self._reading: asyncio.Task[None] | None = None
        self._heard_at = -math.inf
        self._queues: Mapping[str, Any] = {}
        self._contacts: Mapping[str, Any] = {}
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Listen to the router's estimates."""
        self._unsubscribe = self._bus.subscribe(ESTIMATES, self._heard)

    async def close(self) -> None:
        """Stop."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def look(self) -> Picture | None:
        """The picture; None when SQL has not answered for so long that nothing may be said by it."""
        age = self._clock() - self._seen_at
        reading = self._reading
        if (reading is None or reading.done()) and not 0 <= age < AHEAD_SECONDS:
            self._reading = reading = asyncio.create_task(self._read(), name="waiting-room")
        if reading is not None and not 0 <= age < FRESH_SECONDS:
            await asyncio.wait({reading}, timeout=PATIENCE_SECONDS)
        return self._picture if 0 <= self._clock() - self._seen_at <= STALE_SECONDS else None

    def wait_of(self, contact_id: str, queue: str) -> Wait | None:
        """How long a waiting call still waits; None: nobody can say.

        The router tells of the first some hundreds by themselves. Whoever is behind those waits no longer than
        somebody would who came now.
        """
        if not 0 <= self._clock() - self._heard_at <= STALE_SECONDS:
            return None
        own = _pair(self._contacts.get(contact_id))
        if own is not None:
            return Wait(*own)
        newcomer = _pair(self._queues.get(queue))
        return None if newcomer is None else Wait(None, newcomer[1])

    async def _read(self) -> None:
        began = self._clock()
        try:
            held = await self._calls.held()
        except UnavailableError as error:
            log.warning("waiting_room.not_read", error=str(error))
            return
        self._picture, self._seen_at = Picture(held), began

    def _heard(self, news: Mapping[str, Any]) -> None:
        queues, contacts = news.get("queues"), news.get("contacts")
        if isinstance(queues, Mapping) and isinstance(contacts, Mapping):
            self._heard_at, self._queues, self._contacts = self._clock(), queues, contacts


def _pair(told: object) -> tuple[float, float] | None:
    if isinstance(told, list | tuple) and len(told) == _PAIR:
        return float(told[0]), float(told[1])
    return None
