"""The router process: stands by for the lease, decides while it holds it, and lets it go at once when it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Protocol

import structlog

from contactcenter.domain.configuration import Configuration
from contactcenter.metrics import Metrics
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Snapshot
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.leader import Decisions, Leader, Watch
from contactcenter.runtime.lease import Leases, keep_lease, release_lease, wait_for_lease
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import FencedError, Lease

Duty = Callable[[Lease], Coroutine[None, None, None]]
"""What runs beside the router that decides, and only there; it raises FencedError when it finds the lease lost."""

log = structlog.get_logger(__name__)


class RouterStorage(Leases, Decisions, Protocol):
    """What the router needs of the storage."""


class Router:
    """Runs until `stop`. `holder` names this process to the others; `duties` run while it leads."""

    def __init__(
        self,
        storage: RouterStorage,
        bus: Bus,
        *,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        holder: str,
        metrics: Metrics,
        duties: Sequence[Duty] = (),
        make_engine: Callable[[Configuration, Snapshot], Engine] = Engine,
        watch: Watch | None = None,
    ) -> None:
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._holder = holder
        self._metrics = metrics
        self._duties = duties
        self._make_engine = make_engine
        self._watch = watch
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._leader: Leader | None = None

    @property
    def engine(self) -> Engine | None:
        """The live picture of a router that decides."""
        return self._leader.engine if self._leader is not None else None

    @property
    def leading(self) -> bool:
        """Whether this router decides now."""
        return self._leader is not None and self._leader.ready.is_set()

    def stop(self) -> None:
        """Finish the batch under way, release the lease and return from `run`."""
        self._stop.set()
        if self._leader is not None:
            self._leader.stop()

    async def run(self) -> None:
        """Stand by and lead in turn until `stop`."""
        unsubscribe = self._bus.subscribe("router", lambda _: self._wake.set())
        stopping = asyncio.create_task(self._stop.wait(), name="router-stop")
        try:
            while not self._stop.is_set():
                waiting = asyncio.create_task(wait_for_lease(self._storage, self._holder, self._wake), name="standby")
                await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await self._give_back(await waiting)
                    return
                await self._lead(waiting.result())
        finally:
            unsubscribe()
            await cancel(stopping)

    async def _lead(self, lease: Lease) -> None:
        """One term: until the lease is lost, something unforeseen happens, or `stop`."""
        self._leader = leader = Leader(
            self._storage,
            self._bus,
            epoch=lease.epoch,
            clock=self._clock,
            new_id=self._new_id,
            metrics=self._metrics,
            wake=self._wake,
            make_engine=self._make_engine,
            watch=self._watch,
        )
        self._metrics.lease_held.set(1)
        self._metrics.lease_epoch.set(lease.epoch)
        fenced = False
        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(keep_lease(self._storage, lease), name="lease")]
                beside += [group.create_task(duty(lease), name="duty") for duty in self._duties]
                if self._stop.is_set():
                    leader.stop()
                await leader.run()
                for task in beside:
                    task.cancel()
        except* FencedError:
            fenced = True
            log.warning("router.fenced", epoch=lease.epoch)
        except* Exception:
            log.exception("router.term_failed", epoch=lease.epoch)
            await asyncio.sleep(1.0)  # Whatever it was, do not spin on it; a standby may do better.
        finally:
            self._leader = None
            self._metrics.lease_held.set(0)
            if not fenced:
                await self._give_back(lease)

    async def _give_back(self, lease: Lease) -> None:
        await release_lease(self._storage, lease)
        self._bus.post("router", {})  # A standby need not wait for its next look.
