"""Which skills are wanted now: what "spare the generalist" goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contactcenter.routing.lines import Line, WaitingRoom
    from contactcenter.routing.pool import AgentPool

HALF_LIFE_SECONDS: Final = 1800.0
"""After so long an arrival counts half."""

_FRESH_SECONDS: Final = 0.25
"""How old a price may be without being looked at again."""
_MOST_GROUPS: Final = 32
"""Groups counted at each question to price lines anew, the oldest first: hundreds of lines must not cost one decision
much, and a small center's are always fresh."""


class Demand:
    """Arrivals per line, fading by half every `HALF_LIFE_SECONDS`, over the people ready to take them.

    `used`: whether any queue goes by it; else nothing is counted.
    """

    def __init__(self, room: WaitingRoom, pool: AgentPool, *, used: bool) -> None:
        self.used = used
        self._room = room
        self._pool = pool
        self._prices: dict[Line, tuple[float, float]] = {}
        """What one person is worth to a line, and as of when (UTC seconds); the oldest first."""

    def arrived(self, line: Line, now: float) -> None:
        """A contact came that asks what this line asks."""
        line.wanted = self._faded(line, now) + 1.0
        line.wanted_at = now
        self._prices.setdefault(line, (0.0, 0.0))

    def missed(self, line: Line, groups: int, now: float) -> dict[int, float]:
        """By bit of each of `groups`: how much the other lines of this media class would miss one of its people.

        Each line that a group serves wants it the more, the more contacts come to that line and the fewer
        are ready for it: its recent arrivals over its ready people.
        """
        self._refresh(now)
        missed = dict.fromkeys((group.bit for group in self._pool.members(groups)), 0.0)
        for other, (price, _) in self._prices.items():
            if other is line or other.media != line.media or not other.groups & groups:
                continue
            for group in self._pool.members(other.groups & groups):
                missed[group.bit] += price
        return missed

    def _refresh(self, now: float) -> None:
        """Price lines anew, the oldest first."""
        left = _MOST_GROUPS
        while left > 0 and self._prices:
            line = next(iter(self._prices))
            if now < self._prices[line][1] + _FRESH_SECONDS:
                return
            left -= self._price(line, now)

    def _price(self, line: Line, now: float) -> int:
        """What one person is worth to a line now; it goes behind all others. What nobody wants has no price.

        Returns how many groups were looked at.
        """
        del self._prices[line]
        wanted = self._faded(line, now)
        if not wanted or not self._room.knows(line):
            return 1
        serving = line.groups & self._pool.ready[line.media]
        ready = sum(group.ready[line.media] for group in self._pool.members(serving))
        self._prices[line] = wanted / (1 + ready), now
        return 1 + serving.bit_count()

    @staticmethod
    def _faded(line: Line, now: float) -> float:
        if not line.wanted:
            return 0.0
        faded: float = line.wanted * 0.5 ** ((now - line.wanted_at) / HALF_LIFE_SECONDS)
        return faded if faded > _NOTHING else 0.0


_NOTHING: Final = 1e-3
