"""One term as the router that decides: stimuli in, one fenced commit per batch, then the news of it.

The engine decides in memory; SQL is the truth. Whatever goes wrong, the engine is dropped and built anew
from SQL, where every stimulus that was not committed still waits in the inbox.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import structlog
from msgspec.structs import force_setattr

from contactcenter.domain.codec import UnknownTypeError, UnreadableError, decode_stimulus
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.instructions import AnswerRequest, Instruction, RaiseAlarm
from contactcenter.domain.stimuli import TimePassed
from contactcenter.metrics import Metrics
from contactcenter.queues.staffing import Change
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Changes, Snapshot
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.forecast import TOPIC as ESTIMATES
from contactcenter.runtime.forecast import Forecast
from contactcenter.runtime.garbage import Garbage
from contactcenter.runtime.news import Newsroom, live_offers
from contactcenter.storage import Batch, FencedError, InboxRow, Loaded, NotConfiguredError, UnavailableError

SWEEP_SECONDS: Final = 1.0
"""How often SQL is read although no news came."""
LARGEST_BATCH: Final = 500
SMALLEST_BATCH: Final = 16
LONG_COMMIT_SECONDS: Final = 0.02
"""Commits longer than this make batches smaller: others want to write too."""
ALARM_SECONDS: Final = 10.0
"""After an alarm others of its kind are only counted for so long."""
MEASURED: Final = 8
"""One decision in so many of a batch is measured: measuring costs a good part of a decision."""
RETRY_SECONDS: Final = (0.02, 0.1, 0.25, 0.5, 1.0)
PATIENCE_SECONDS: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
"""How long deadlines rest after they could not be handled."""

log = structlog.get_logger(__name__)


class Decisions(Protocol):
    """What the router needs of the storage."""

    async def load(self) -> Loaded:
        """The configuration and the live records."""

    async def read_inbox(self, limit: int) -> list[InboxRow]:
        """Stimuli that were not handled."""

    async def commit_batch(self, batch: Batch, at: float) -> None:
        """Write a batch in one commit, if its epoch still holds the lease."""

    async def batch_committed(self, batch_id: str) -> bool:
        """Whether that commit happened."""

    async def quarantine(self, epoch: int, inbox_id: int, error: str) -> None:
        """Put a stimulus aside that cannot be handled."""


class Watch(Protocol):
    """Who counts what the engine does."""

    def begin(self, picture: Engine, at: float) -> None:
        """An engine was loaded at `at` (UTC seconds)."""

    def take(self, changes: Changes, at: float) -> Sequence[tuple[str, Change]]:
        """What is about to be committed; returns what belongs into the agents' log with it."""

    def end(self) -> None:
        """The engine is gone."""


class _HandlingError(Exception):
    """The engine could not handle `row` (None: a deadline); what it knows is not to be trusted any more."""

    def __init__(self, row: InboxRow | None, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.row = row


class _RefusedCommitError(Exception):
    """SQL refuses the batch itself; trying it again would end the same."""


class Leader:
    """Runs one engine under one lease. `run` ends by FencedError, cancellation, or `stop`."""

    def __init__(
        self,
        storage: Decisions,
        bus: Bus,
        *,
        epoch: int,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        metrics: Metrics,
        wake: asyncio.Event,
        make_engine: Callable[[Configuration, Snapshot], Engine] = Engine,
        watch: Watch | None = None,
    ) -> None:
        self._storage = storage
        self._watch = watch
        self._make_engine = make_engine
        self._bus = bus
        self._epoch = epoch
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._wake = wake
        self._limit = LARGEST_BATCH
        self._careful = 0
        self._time_failures = 0
        self._time_rests_until = 0.0
        self._at = 0.0
        self._version = 0
        self._alarmed: dict[str, float] = {}
        self._stopping = False
        self._engine: Engine | None = None
        self._news: Newsroom | None = None
        self._estimates = Forecast()
        self._garbage = Garbage(time.monotonic)
        self.ready = asyncio.Event()

    @property
    def engine(self) -> Engine | None:
        """The live picture; None while it is being loaded."""
        return self._engine

    def stop(self) -> None:
        """Finish the batch under way, then return from `run`."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Decide until the lease is lost.

        Raises:
            FencedError: another router decides now.
        """
        try:
            await self._load()
            while not self._stopping:
                try:
                    await self._turn()
                except _HandlingError as error:
                    await self._put_aside(error)
                except _RefusedCommitError:
                    await self._load()
        finally:
            self._drop()

    # One turn

    async def _turn(self) -> None:
        """Handle what waits and commit it, or wait for something."""
        assert self._engine is not None
        self._wake.clear()
        rows = await self._read()
        batch, instructions = self._decide(rows)
        if not batch.handled and not batch.changes and not instructions:
            self._forecast()
            await self._rest()
            return
        await self._commit(batch, rows)
        self._tell(batch, instructions)
        self._forecast()

    async def _read(self) -> list[InboxRow]:
        failures = 0
        while True:
            try:
                rows = await self._storage.read_inbox(1 if self._careful else self._limit)
            except UnavailableError as error:
                log.warning("router.sql_unavailable", error=str(error))
                await _pause(RETRY_SECONDS, failures)
                failures += 1
                continue
            self._metrics.inbox_age.set(max(0.0, self._clock() - rows[0].received_at) if rows else 0.0)
            return rows

    def _decide(self, rows: Sequence[InboxRow]) -> tuple[Batch, list[Instruction]]:
        assert self._engine is not None
        instructions: list[Instruction] = []
        handled: list[int] = []
        if self._pass_time(instructions) and self._careful:
            rows = ()  # Deadlines by themselves, so that a stimulus is not blamed for them.
        for row in rows:
            try:
                stimulus = decode_stimulus(row.kind, row.version, row.body)
            except (UnknownTypeError, UnreadableError) as error:
                if handled:
                    break  # Commit what is good first; this row is the next batch's first.
                raise _HandlingError(row, error) from error
            self._pass_time(instructions)
            # It was decoded here for this one use: stamping it in place saves a copy of each.
            force_setattr(stimulus, "at", self._at)
            began = time.perf_counter()
            try:
                instructions += self._engine.handle(stimulus)
            except Exception as error:
                raise _HandlingError(row, error) from error
            if not len(handled) % MEASURED:
                self._metrics.decision.observe(time.perf_counter() - began)
            handled.append(row.id)
        changes = self._engine.take_changes()
        batch = Batch(
            id=self._new_id(),
            epoch=self._epoch,
            changes=changes,
            agent_log=self._watch.take(changes, self._at) if self._watch is not None else (),
            handled=handled,
            answers=[instruction for instruction in instructions if isinstance(instruction, AnswerRequest)],
            outbox=[instruction for instruction in instructions if instruction.durable],
        )
        return batch, instructions

    def _pass_time(self, instructions: list[Instruction]) -> bool:
        """Deadlines come before what arrives after them, and are nobody else's fault when they fail."""
        assert self._engine is not None
        now = self._now()
        deadline = self._engine.next_deadline()
        if deadline is None or deadline > now or self._time_rests_until > now:
            return False
        try:
            instructions += self._engine.handle(TimePassed(id=self._new_id(), at=now))
        except Exception as error:
            raise _HandlingError(None, error) from error
        return True

    def _now(self) -> float:
        """The router's clock: never goes back, whatever the machine's does."""
        self._at = max(self._at, self._clock())
        return self._at

    async def _rest(self) -> None:
        """Wait for news, the next deadline, or the sweep."""
        assert self._engine is not None
        seconds = SWEEP_SECONDS
        deadline = self._engine.next_deadline()
        if deadline is not None:
            due = max(deadline, self._time_rests_until)
            seconds = min(seconds, max(0.0, due - self._clock()))
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            if seconds >= SWEEP_SECONDS:
                self._garbage.rest()

    # The commit

    async def _commit(self, batch: Batch, rows: Sequence[InboxRow]) -> None:
        """Commit, however long it takes; nothing else is handled meanwhile."""
        failures = 0
        while True:
            began = time.perf_counter()
            try:
                await self._storage.commit_batch(batch, self._at)
            except FencedError:
                if failures and await self._storage.batch_committed(batch.id):
                    return
                raise
            except UnavailableError as error:
                log.warning("router.commit_failed", batch=batch.id, error=str(error))
                self._metrics.batch_failures.inc()
                if await self._was_committed(batch, failures):
                    return
                failures += 1
            except Exception as error:  # noqa: BLE001  SQL's refusals have many names
                await self._refused(batch, rows, error)
            else:
                self._committed(len(batch.handled), time.perf_counter() - began)
                return

    async def _was_committed(self, batch: Batch, failures: int) -> bool:
        """Look the batch up as soon as SQL answers again."""
        while True:
            await _pause(RETRY_SECONDS, failures)
            failures += 1
            try:
                return await self._storage.batch_committed(batch.id)
            except UnavailableError as error:
                log.warning("router.sql_unavailable", error=str(error))

    def _committed(self, size: int, seconds: float) -> None:
        self._metrics.batch.observe(size)
        self._metrics.batch_commit.observe(seconds)
        if size:
            self._careful = max(0, self._careful - size)
        else:
            self._time_failures = 0
        if seconds > LONG_COMMIT_SECONDS and size >= self._limit:
            self._limit = max(SMALLEST_BATCH, self._limit // 2)
        elif seconds < LONG_COMMIT_SECONDS / 2:
            self._limit = min(LARGEST_BATCH, self._limit * 2)

    async def _refused(self, batch: Batch, rows: Sequence[InboxRow], error: Exception) -> None:
        """SQL answers, and refuses: find the stimulus by handling them one at a time, and put it aside."""
        log.error("router.commit_refused", batch=batch.id, handled=batch.handled, exc_info=error)
        if len(batch.handled) == 1 and self._careful:
            row = next(row for row in rows if row.id == batch.handled[0])
            raise _HandlingError(row, error) from error
        if not batch.handled:
            raise _HandlingError(None, error) from error
        self._careful = len(batch.handled)
        raise _RefusedCommitError from error

    def _tell(self, batch: Batch, instructions: list[Instruction]) -> None:
        """After the commit: who waits for an answer hears it, whoever watches sees it, the dispatcher begins."""
        assert self._engine is not None
        assert self._news is not None
        if batch.outbox:
            self._bus.post("dispatcher", {})
        for instruction in instructions:
            if isinstance(instruction, RaiseAlarm):
                self._alarm(instruction.code, instruction.message, instruction.detail)
        for topic, payload in self._news.of(batch.changes, instructions):
            self._bus.post(topic, payload)
        if self._engine.configuration.version != self._version:
            self._version = self._engine.configuration.version
            self._bus.post("configuration", {"version": self._version})

    def _forecast(self) -> None:
        assert self._engine is not None
        told = self._estimates.news(self._engine, self._now())
        if told is not None:
            self._bus.post(ESTIMATES, told)

    # When something cannot be handled

    async def _put_aside(self, error: _HandlingError) -> None:
        """Quarantine the stimulus, or let deadlines rest for a while; then begin again from SQL."""
        if error.row is None:
            seconds = PATIENCE_SECONDS[min(self._time_failures, len(PATIENCE_SECONDS) - 1)]
            self._time_failures += 1
            self._time_rests_until = self._now() + seconds
            log.error("router.deadline_failed", rests_seconds=seconds, exc_info=error.__cause__)
            self._alarm("deadline_failed", f"A deadline could not be handled ({error}); it is tried again.")
        else:
            row = error.row
            log.error("router.quarantined", inbox=row.id, kind=row.kind, exc_info=error.__cause__)
            await self._quarantine(row, str(error))
            self._metrics.quarantined.inc()
            message = f"Stimulus {row.id} ({row.kind}) could not be handled ({error}); it was put aside."
            self._alarm("quarantined", message, {"kind": row.kind})
        await self._load()

    async def _quarantine(self, row: InboxRow, error: str) -> None:
        failures = 0
        while True:
            try:
                await self._storage.quarantine(self._epoch, row.id, error)
            except UnavailableError:
                await _pause(RETRY_SECONDS, failures)
                failures += 1
            else:
                return

    def _alarm(self, code: str, message: str, detail: Mapping[str, str] | None = None) -> None:
        """Count each; tell one of a kind in a while, because a thousand say no more than one."""
        self._metrics.alarms.labels(code).inc()
        now = time.monotonic()
        if now - self._alarmed.get(code, -ALARM_SECONDS) >= ALARM_SECONDS:
            self._alarmed[code] = now
            log.warning("router.alarm", code=code, message=message)
            self._bus.post("alarm", {"code": code, "message": message, "detail": dict(detail or {})})

    # The engine's life

    async def _load(self) -> None:
        """Build the engine from SQL."""
        self._drop()
        began = time.perf_counter()
        self._garbage.clear()
        loaded = await self._loaded()
        with self._garbage.paused():
            engine = self._make_engine(loaded.configuration, loaded.snapshot)
        self._at = max(self._at, loaded.snapshot.at)
        self._engine = engine
        self._news = Newsroom(engine, self._metrics)
        self._version = engine.configuration.version
        if self._watch is not None:
            self._watch.begin(engine, self._at)
        self._garbage.keep()
        for topic, payload in live_offers(engine.offers):
            self._bus.post(topic, payload)
        self._bus.post("overview", {})
        self._bus.post("dispatcher", {})
        self.ready.set()
        log.info(
            "router.loaded",
            epoch=self._epoch,
            contacts=len(engine.contacts),
            agents=len(engine.agents),
            configuration=self._version,
            seconds=round(time.perf_counter() - began, 3),
        )

    async def _loaded(self) -> Loaded:
        failures = 0
        while True:
            try:
                with self._garbage.paused():
                    return await self._storage.load()
            except (UnavailableError, NotConfiguredError) as error:
                log.warning("router.cannot_load", error=str(error))
                await _pause(RETRY_SECONDS, failures)
                failures += 1

    def _drop(self) -> None:
        self.ready.clear()
        if self._engine is not None:
            self._engine = self._news = None
            if self._watch is not None:
                self._watch.end()
            self._garbage.let_go()


async def _pause(steps: Sequence[float], failures: int) -> None:
    await asyncio.sleep(steps[min(failures, len(steps) - 1)])
