"""Deadlines of the engine: set and forgotten; one that no longer holds is skipped when it comes up."""

from __future__ import annotations

from enum import IntEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class TimerKind(IntEnum):
    """What a deadline is about; at the same instant they act in this order."""

    OFFER = 1
    CONNECT = 2
    WRAP_UP = 3
    GRACE = 4
    RESERVED = 5
    PASSED_OVER = 6
    DAY = 7
    HOURS = 8
    RELAX = 9
    CALL_WAIT = 10


class Timer(NamedTuple):
    """`at` in UTC seconds; `key` is the id of the offer, contact, agent or calendar."""

    at: float
    kind: TimerKind
    key: str


class Timers:
    """Deadlines in order. `judges`, by kind from 1, say of `floor`, key and time whether one still holds."""

    __slots__ = ("_floor", "_heap", "_judges")

    def __init__(self, floor: object, judges: Sequence[Callable[[Any, str, float], bool]]) -> None:
        self._heap: list[tuple[float, TimerKind, str]] = []
        self._floor = floor
        self._judges = tuple(judges)

    def set(self, at: float, kind: TimerKind, key: str) -> None:
        """Act at `at` (UTC seconds), if it still holds then."""
        heappush(self._heap, (at, kind, key))

    def next(self) -> float | None:
        """When the next deadline is due (UTC seconds), or None."""
        heap = self._heap
        while heap:
            at, kind, key = heap[0]
            if self._judges[kind - 1](self._floor, key, at):
                return at
            heappop(heap)
        return None

    def due(self, now: float) -> Timer | None:
        """Take the first deadline at or before `now`, or None."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            at, kind, key = heappop(heap)
            if self._judges[kind - 1](self._floor, key, at):
                return Timer(at, kind, key)
        return None
