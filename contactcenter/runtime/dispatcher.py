"""Carries out what the router decided: takes instructions from the outbox by urgency and settles them.

It runs beside the router that decides, under the same lease. Order within a contact, lanes and the state
of each instruction are SQL's; here are the pace of each vendor account, repeats, and patience.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog

from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.errands import Errands
from contactcenter.runtime.pace import Lane, Pace
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import DeliveryChange, Lease, OutboxItem, Settlement, UnavailableError

SWEEP_SECONDS: Final = 0.5
CLAIM: Final = 32
"""Instructions taken at once; what a channel cannot begin yet waits here, so few are taken ahead."""
DRAIN_SECONDS: Final = 5.0
"""How long attempts under way may take to end when the lease goes; later ones are looked up by whoever is next."""
ALARM_SECONDS: Final = 30.0

log = structlog.get_logger(__name__)


class Outbox(Protocol):
    """What the dispatcher needs of the storage."""

    async def claim_outbox(
        self, epoch: int, now: float, limit: int, *, except_channels: Sequence[str] = ()
    ) -> list[OutboxItem]:
        """Take what is due, the most urgent first; FencedError when the lease is lost."""

    async def settle_outbox(self, settlements: Sequence[Settlement], at: float) -> list[DeliveryChange]:
        """Write down what became of attempts."""


class Dispatcher:
    """Runs as a duty of the router that leads. `paces` by channel; others get `Pace()`."""

    def __init__(
        self,
        outbox: Outbox,
        bus: Bus,
        errands: Errands,
        *,
        clock: Callable[[], float],
        metrics: Metrics,
        paces: Mapping[str, Pace] | None = None,
    ) -> None:
        self._outbox = outbox
        self._bus = bus
        self._errands = errands
        self._clock = clock
        self._metrics = metrics
        self._paces = paces or {}
        self._lanes: defaultdict[str, Lane] = defaultdict(lambda: Lane(Pace()))
        self._ahead: defaultdict[str, deque[OutboxItem]] = defaultdict(deque)
        self._under_way: set[asyncio.Task[None]] = set()
        self._settled: list[Settlement] = []
        self._wake = asyncio.Event()
        self._results = asyncio.Event()
        self._alarmed_at = 0.0

    async def run(self, lease: Lease) -> None:
        """Dispatch until cancelled.

        Raises:
            FencedError: the lease is lost.
        """
        self._lanes.clear()
        self._lanes.update({channel: Lane(pace) for channel, pace in self._paces.items()})
        unsubscribe = self._bus.subscribe("dispatcher", lambda _: self._wake.set())
        settler = asyncio.create_task(self._settle(), name="settler")
        try:
            while True:
                self._wake.clear()
                self._begin_waiting()
                if not await self._claim(lease.epoch):
                    await self._rest()
        finally:
            unsubscribe()
            await self._drain(settler)

    async def _claim(self, epoch: int) -> bool:
        """Take what is due; whether there may be more."""
        now = self._clock()
        full = [channel for channel, lane in self._lanes.items() if self._ahead[channel] or not lane.room(now)]
        try:
            items = await self._outbox.claim_outbox(epoch, now, CLAIM, except_channels=full)
        except UnavailableError as error:
            log.warning("dispatcher.sql_unavailable", error=str(error))
            return False
        for item in items:
            self._ahead[self._errands.channel_of(item)].append(item)
        self._begin_waiting()
        return bool(items)

    def _begin_waiting(self) -> None:
        """Begin what was taken, as far as each channel's pace allows."""
        now = self._clock()
        for channel, items in self._ahead.items():
            lane = self._lanes[channel]
            for _ in range(min(len(items), lane.room(now))):
                lane.begin(now)
                task = asyncio.create_task(self._carry_out(channel, items.popleft()), name="errand")
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _carry_out(self, channel: str, item: OutboxItem) -> None:
        lane = self._lanes[channel]
        try:
            done = await self._errands.run(item)
        finally:
            lane.end()
        if done.channel_rests_until is not None:
            lane.rest(done.channel_rests_until)
        if done.settlement.state == "dead":
            self._dead_letter(channel, item, done.settlement)
        self._settled.append(done.settlement)
        self._results.set()
        self._wake.set()

    def _dead_letter(self, channel: str, item: OutboxItem, settlement: Settlement) -> None:
        log.error(
            "dispatcher.dead_letter",
            outbox=item.id,
            contact=item.contact_id,
            channel=channel,
            attempts=item.attempts,
            error=settlement.error,
        )
        now = self._clock()
        if now - self._alarmed_at >= ALARM_SECONDS:  # One alarm tells of an outage; a thousand tell no more.
            self._alarmed_at = now
            self._metrics.alarms.labels("dead_letter").inc()
            message = f"A message by {channel} could not be sent: {settlement.error}. See the dead letters."
            detail = {"channel": channel, "error": settlement.error or ""}
            self._bus.post("alarm", {"code": "dead_letter", "message": message, "detail": detail})

    async def _settle(self) -> None:
        """Write results down, those that are there together."""
        while True:
            await self._results.wait()
            self._results.clear()
            while self._settled:
                if not await self._settle_once():
                    await asyncio.sleep(SWEEP_SECONDS)

    async def _settle_once(self) -> bool:
        batch, self._settled = self._settled, []
        try:
            changes = await self._outbox.settle_outbox(batch, self._clock())
        except UnavailableError as error:
            log.warning("dispatcher.settle_failed", count=len(batch), error=str(error))
            self._settled = batch + self._settled
            return False
        except BaseException:
            self._settled = batch + self._settled
            raise
        for payload in _desk_news(changes):
            self._bus.post("desk", payload)
        self._wake.set()  # The next of these contacts may go now.
        return True

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._wake.wait()

    async def _drain(self, settler: asyncio.Task[None]) -> None:
        """Let attempts under way end and write them down, before somebody else takes over."""
        self._ahead.clear()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=DRAIN_SECONDS)
            await cancel(*late)
        await cancel(settler)  # It puts back what it was writing; writing that twice is harmless.
        if self._settled:
            with contextlib.suppress(UnavailableError):
                await self._settle_once()


def _desk_news(changes: Sequence[DeliveryChange]) -> list[dict[str, Any]]:
    by_agent: defaultdict[str, list[list[str | None]]] = defaultdict(list)
    for change in changes:
        if change.agent_id is not None:
            by_agent[change.agent_id].append([change.contact_id, change.message_id])
    return [{"agent": agent, "deliveries": deliveries} for agent, deliveries in by_agent.items()]
