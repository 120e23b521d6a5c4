"""Estimated waits, told to every node every other second: what the wall and waiting customers are shown.

They travel by the bus only. Whoever reads them must not show any that are older than `STALE_SECONDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from contactcenter.queues.calibration import Estimate

TOPIC: Final = "estimates"
PERIOD_SECONDS: Final = 2.0
STALE_SECONDS: Final = 10.0
MOST: Final = 500
"""Waiting contacts that are told of by themselves; beyond, their queue's estimate says enough."""


class Oracle(Protocol):
    """What is asked of the engine."""

    def estimates_by_queue(self) -> dict[str, Estimate | None]:
        """What a newcomer would be told."""

    def estimates_of_waiting(self, most: int) -> dict[str, Estimate]:
        """What those are told who wait."""


class Forecast:
    """When to tell. Times in UTC seconds of the router's clock."""

    def __init__(self) -> None:
        self._due = 0.0

    def news(self, oracle: Oracle, now: float) -> Mapping[str, Any] | None:
        """What to tell now; None when that was done a moment ago."""
        if now < self._due <= now + PERIOD_SECONDS:
            return None
        self._due = now + PERIOD_SECONDS
        return {
            "queues": {queue: _rounded(told) for queue, told in oracle.estimates_by_queue().items()},
            "contacts": {contact: _rounded(told) for contact, told in oracle.estimates_of_waiting(MOST).items()},
        }


def _rounded(estimate: Estimate | None) -> list[float] | None:
    return None if estimate is None else [round(estimate.p50, 1), round(estimate.p80, 1)]
