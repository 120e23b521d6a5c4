"""Asking what became of messages whose reports never came: a vendor tells it once, and a lost report comes no more.

What it answers goes the way of a report: it never moves a delivery backwards (guarantee G12), and twice is once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, Protocol

import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.metrics import Metrics
from contactcenter.runtime.gaps import Pinged, wait
from contactcenter.runtime.intake import Intake
from contactcenter.storage import Lease, UnavailableError, Unsettled

PERIOD_SECONDS: Final = 60.0
FIRST_SECONDS: Final = 180.0
"""Most reports are there by then."""

OLDEST_SECONDS: Final = 86400.0
"""What nobody has heard of for a day, nobody will: many carriers never say more than `sent`."""

MOST: Final = 60
"""Questions a channel and turn, one after the other: far below any vendor's limit, which sending needs."""

TIMEOUT_SECONDS: Final = 20.0
AGES: Final = (*(FIRST_SECONDS * 2**step for step in range(9)), OLDEST_SECONDS)
"""A message is asked about once in each of these spans of its age, at the beginning of it if there is time."""

log = structlog.get_logger(__name__)


class Sent(Pinged, Protocol):
    """What this needs of the storage."""

    async def unsettled(self, channel: str, after: tuple[float, str], until: float, limit: int) -> list[Unsettled]:
        """Messages whose delivery is not final, written after a time and id and not after `until`, in order."""


class DeliveryAsker:
    """A duty of the router that leads; when it begins, and when SQL is back, it asks about the whole day again."""

    def __init__(
        self,
        storage: Sent,
        intake: Intake,
        channels: Mapping[str, Channel],
        *,
        clock: Callable[[], float],
        metrics: Metrics,
        period: float = PERIOD_SECONDS,
    ) -> None:
        self._storage = storage
        self._intake = intake
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._period = period
        self._places: dict[tuple[str, float], tuple[float, str]] = {}
        self._rests_until: dict[str, float] = {}

    async def run(self, _lease: Lease) -> None:
        """Ask until cancelled."""
        self._places.clear()
        while True:
            await self.take_turn()
            if await wait(self._storage, self._period):
                self._places.clear()

    async def take_turn(self) -> None:
        """Ask what is due, of each channel at most `MOST`."""
        for name, channel in self._channels.items():
            if channel.can_be_asked and self._rests_until.get(name, 0.0) <= self._clock():
                await self._ask_channel(name, channel)

    async def _ask_channel(self, name: str, channel: Channel) -> None:
        """The youngest first: somebody may still look at those."""
        now, left, found = self._clock(), MOST, 0
        try:
            for age, next_age in pairwise(AGES):
                after = max(self._places.get((name, age), (0.0, "")), (now - next_age, ""))
                for one in await self._storage.unsettled(name, after, now - age, left):
                    found += await self._ask(channel, one)
                    self._places[name, age] = one.message.created_at, one.message.id
                    left -= 1
                if left <= 0:
                    break
        except (TransientError, UnavailableError, TimeoutError) as error:
            retry_after = error.retry_after if isinstance(error, TransientError) else None
            self._rests_until[name] = self._clock() + (retry_after or 0.0)
            log.warning("deliveries.not_asked", channel=name, error=str(error) or type(error).__name__)
        except Exception:
            log.exception("deliveries.failed", channel=name)
        if found:
            log.warning("deliveries.found", channel=name, messages=found)
            self._metrics.asked_deliveries.labels(name).inc(found)

    async def _ask(self, channel: Channel, one: Unsettled) -> bool:
        """Whether the answer was news."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                report = await channel.ask_delivery(one.message, one.provider_id)
        except PermanentError as error:
            log.warning("deliveries.refused", channel=channel.name, message=one.message.id, error=str(error))
            return False
        return report is not None and (await self._intake.report(report)).delivery_changed
