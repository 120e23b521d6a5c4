"""Reading the gap again: what a vendor received for us while we could not take it (guarantee G11).

Everything goes through the same intake and its dedupe, so reading too much is only work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.metrics import Metrics
from contactcenter.runtime.intake import Intake
from contactcenter.storage import Lease, UnavailableError

PERIOD_SECONDS: Final = 300.0
WATCH_SECONDS: Final = 2.0
MARGIN_SECONDS: Final = 600.0
"""Read so much more than the gap: vendors' clocks differ, and their lists lag."""
LONGEST_SECONDS: Final = 3 * 86400.0
"""Messages older than this are answered by nobody."""
FIRST_SECONDS: Final = 86400.0
TIMEOUT_SECONDS: Final = 60.0

log = structlog.get_logger(__name__)


class Pinged(Protocol):
    """What waiting needs of the storage."""

    async def ping(self) -> None:
        """Raise UnavailableError when SQL does not answer."""


class Watched(Pinged, Protocol):
    """What this needs of the storage."""

    async def last_received(self, channel: str) -> float | None:
        """When the newest message of a channel was received (UTC seconds)."""


async def wait(storage: Pinged, seconds: float) -> bool:
    """Until the time is over, or SQL was away and is back; whether it was."""
    left, away = seconds, False
    while left > 0:
        await asyncio.sleep(min(WATCH_SECONDS, left))
        left -= WATCH_SECONDS
        try:
            await storage.ping()
        except UnavailableError:
            away, left = True, max(left, WATCH_SECONDS)
        else:
            if away:
                log.info("gaps.sql_is_back")
                return True
    return False


class GapReader:
    """A duty of the router that leads: reads when it begins, when SQL is back, and every few minutes."""

    def __init__(
        self,
        storage: Watched,
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

    async def run(self, _lease: Lease) -> None:
        """Read gaps until cancelled."""
        since: dict[str, float] = {}
        while True:
            for name, channel in self._channels.items():
                await self._read_channel(name, channel, since)
            await wait(self._storage, self._period)

    async def _read_channel(self, name: str, channel: Channel, since: dict[str, float]) -> None:
        began = self._clock()
        try:
            start = since.get(name) or await self._first(name)
            async with asyncio.timeout(TIMEOUT_SECONDS):
                messages = await channel.list_inbound(max(start, began - LONGEST_SECONDS))
            taken = [await self._intake.receive(message, channel.media) for message in messages]
        except (TransientError, PermanentError, UnavailableError, TimeoutError) as error:
            log.warning("gaps.not_read", channel=name, error=str(error) or type(error).__name__)
            return
        except Exception:
            log.exception("gaps.failed", channel=name)
            return
        since[name] = began - MARGIN_SECONDS
        found = sum(1 for one in taken if not one.duplicate)
        if found:
            log.warning("gaps.found", channel=name, messages=found)
            self._metrics.gap_messages.labels(name).inc(found)

    async def _first(self, name: str) -> float:
        last = await self._storage.last_received(name)
        return self._clock() - FIRST_SECONDS if last is None else last - MARGIN_SECONDS
