"""How fast a vendor account may be used: messages at once, a second, and not before it says so again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Limits of one channel. `rate` in messages a second on the long run, None: as fast as they come."""

    concurrency: int = 16
    rate: float | None = None
    burst: float = 10.0


class Lane:
    """What one channel's pace leaves free at a moment (seconds of any one clock)."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._under_way = 0
        self._tokens = pace.burst
        self._counted_at: float | None = None
        self._rests_until = 0.0

    def room(self, now: float) -> int:
        """How many may begin now."""
        if now < self._rests_until:
            return 0
        free = self._pace.concurrency - self._under_way
        if self._pace.rate is not None:
            self._count(now)
            free = min(free, int(self._tokens))
        return max(0, free)

    def begin(self, now: float) -> None:
        """One begins."""
        self._under_way += 1
        if self._pace.rate is not None:
            self._count(now)
            self._tokens -= 1

    def end(self) -> None:
        """One is done."""
        self._under_way -= 1

    def rest(self, until: float) -> None:
        """The vendor asked for a pause."""
        self._rests_until = max(self._rests_until, until)

    def _count(self, now: float) -> None:
        passed = 0.0 if self._counted_at is None else max(0.0, now - self._counted_at)
        self._counted_at = now
        self._tokens = min(self._pace.burst, self._tokens + passed * (self._pace.rate or 0.0))
