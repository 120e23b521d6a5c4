"""What is done now and then: pruning, and the gauges that need a look into SQL and Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from contactcenter.domain.words import Lane
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.storage import Lease, UnavailableError
from contactcenter.storage.records import LaneDepth, OutboxEntry

PRUNE_SECONDS: Final = 600.0
LOOK_SECONDS: Final = 5.0
MANY: Final = 1_000
"""Dead letters are counted no further."""

log = structlog.get_logger(__name__)


class Kept(Protocol):
    """What this needs of the storage."""

    async def prune(self, now: float) -> dict[str, int]:
        """Remove what is over, a bounded number of rows a transaction; counts by table."""

    async def outbox_depth(self) -> list[LaneDepth]:
        """Unfinished instructions by lane."""

    async def dead_letters(self, limit: int = 200) -> list[OutboxEntry]:
        """Instructions that wait for a person."""

    async def ping(self) -> None:
        """Raise UnavailableError when SQL does not answer."""


async def prune(storage: Kept, clock: Callable[[], float], metrics: Metrics, _lease: Lease) -> None:
    """A duty of the router that leads."""
    while True:
        await asyncio.sleep(PRUNE_SECONDS)
        try:
            removed = await storage.prune(clock())
        except UnavailableError as error:
            log.warning("housekeeping.not_pruned", error=str(error))
            continue
        for table, count in removed.items():
            metrics.pruned.labels(table).inc(count)


async def watch_outbox(storage: Kept, clock: Callable[[], float], metrics: Metrics, _lease: Lease) -> None:
    """A duty of the router that leads: how much is to be carried out, and since when."""
    while True:
        try:
            depths = {depth.lane: depth for depth in await storage.outbox_depth()}
            dead = len(await storage.dead_letters(MANY))
        except UnavailableError:
            await asyncio.sleep(LOOK_SECONDS)
            continue
        for lane in Lane:
            depth = depths.get(lane.value)
            metrics.outbox.labels(lane.value).set(depth.count if depth else 0)
        oldest = min((depth.oldest_at for depth in depths.values()), default=None)
        metrics.outbox_age.set(0.0 if oldest is None else max(0.0, clock() - oldest))
        metrics.dead_letters.set(dead)
        await asyncio.sleep(LOOK_SECONDS)


async def watch_services(storage: Kept, bus: Bus, metrics: Metrics) -> None:
    """Every process: whether SQL and Redis answer it."""
    while True:
        try:
            await storage.ping()
        except UnavailableError:
            metrics.sql_up.set(0)
        else:
            metrics.sql_up.set(1)
        metrics.redis_up.set(1 if bus.connected else 0)
        await asyncio.sleep(LOOK_SECONDS)
