"""Blocking and bulk work: rows in SQL say what is to be done, RQ only wakes the worker that does it.

A ring that is lost, doubled or late changes nothing: whoever is woken, or sweeps, takes what is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import Job, UnavailableError

QUEUE: Final = "contactcenter"
RING: Final = "contactcenter.runtime.worker.look_for_work"
LEASE_SECONDS: Final = 120.0
TIMEOUT_SECONDS: Final = 100.0
"""Less than the lease, so that no job runs twice at once."""
BACKOFF_SECONDS: Final = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
ATTEMPTS: Final = 30
"""Of a job that has to wait, which takes a day: what a vendor keeps for us is not lost with its bad hours."""
CRASHES: Final = 8
"""Of a job that fails for a reason it does not know."""
SWEEP_SECONDS: Final = 3.0
AT_ONCE: Final = 4
LIMIT: Final = 20

log = structlog.get_logger(__name__)


class LaterError(Exception):
    """The job cannot be done now; it is tried again."""


class HopelessError(Exception):
    """The job can never be done."""


Handler = Callable[[Job, bool], Awaitable[Mapping[str, Any] | None]]
"""Does one job; told whether this is its last attempt. Returns the result, raises LaterError or HopelessError."""


class Jobs(Protocol):
    """What a worker needs of the storage."""

    async def due_jobs(self, now: float, limit: int) -> list[Job]:
        """Jobs that nobody holds and whose time has come."""

    async def claim_job(self, job_id: str, lease_seconds: float) -> Job | None:
        """Hold a job, unless somebody else does."""

    async def finish_job(
        self, job_id: str, result: Mapping[str, Any] | None = None, attempt: int | None = None
    ) -> bool:
        """It is done; False when it is no longer `attempt`'s."""

    async def fail_job(
        self, job_id: str, error: str, run_after: float | None = None, attempt: int | None = None
    ) -> bool:
        """It failed: again at `run_after`, or (None) never."""


class JobBell:
    """Rings a worker by RQ when this process published that there is a job. `start` it in the event loop."""

    def __init__(self, clients: RedisClients, bus: Bus) -> None:
        self._clients = clients
        self._bus = bus
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self) -> None:
        """Listen for news of jobs."""
        self._unsubscribe = self._bus.subscribe("job", lambda _: self._rung.set(), local=True)
        self._task = asyncio.create_task(self._run(), name="job-bell")

    async def close(self) -> None:
        """Stop ringing."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._task is not None:
            await cancel(self._task)

    async def _run(self) -> None:
        connection = self._clients.jobs()
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        try:
            while True:
                await self._rung.wait()
                self._rung.clear()
                try:
                    await asyncio.to_thread(queue.enqueue, RING, job_timeout=-1, result_ttl=0, failure_ttl=60, ttl=60)
                except (RedisError, OSError) as error:
                    log.warning("jobs.ring_lost", error=str(error) or type(error).__name__)
        finally:
            connection.close()


class JobRunner:
    """Does what is due, a few at once. Everything goes through here, whoever woke it."""

    def __init__(
        self, jobs: Jobs, handlers: Mapping[str, Handler], *, clock: Callable[[], float], metrics: Metrics
    ) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._clock = clock
        self._metrics = metrics
        self._free = asyncio.Semaphore(AT_ONCE)

    async def sweep(self) -> None:
        """Do what is due, again and again: what a lost ring would have told."""
        while True:
            await self.run_due()
            await asyncio.sleep(SWEEP_SECONDS)

    async def run_due(self) -> int:
        """Do what is due now; returns how many jobs were taken."""
        done = 0
        while True:
            try:
                due = await self._jobs.due_jobs(self._clock(), LIMIT)
            except UnavailableError as error:
                log.warning("jobs.sql_unavailable", error=str(error))
                return done
            taken = sum(await asyncio.gather(*(self._run_one(job.id) for job in due)))
            done += taken
            if not taken:
                return done

    async def _run_one(self, job_id: str) -> bool:
        async with self._free:
            try:
                job = await self._jobs.claim_job(job_id, LEASE_SECONDS)
                if job is None:
                    return False
                await self._do(job)
            except UnavailableError as error:
                log.warning("jobs.sql_unavailable", job=job_id, error=str(error))
                return False
            return True

    async def _do(self, job: Job) -> None:
        handler = self._handlers.get(job.kind)
        last = job.attempts >= ATTEMPTS
        try:
            if handler is None:
                raise HopelessError(f"this release has no job {job.kind}")
            async with asyncio.timeout(TIMEOUT_SECONDS):
                result = await handler(job, last)
        except UnavailableError:
            raise
        except HopelessError as error:
            await self._failed(job, str(error), None)
        except (LaterError, TimeoutError) as error:
            await self._failed(job, str(error) or "it took too long", None if last else self._later(job))
        except Exception as error:
            log.exception("jobs.failed", job=job.id, kind=job.kind)
            reason = f"{type(error).__name__}: {error}"
            await self._failed(job, reason, None if job.attempts >= CRASHES else self._later(job))
        else:
            await self._jobs.finish_job(job.id, result, job.attempts)
            self._metrics.jobs.labels(job.kind, "done").inc()

    async def _failed(self, job: Job, error: str, run_after: float | None) -> None:
        result = "failed" if run_after is None else "later"
        log.warning("jobs.not_done", job=job.id, kind=job.kind, attempts=job.attempts, error=error, result=result)
        self._metrics.jobs.labels(job.kind, result).inc()
        await self._jobs.fail_job(job.id, error, run_after, job.attempts)

    def _later(self, job: Job) -> float:
        step = min(max(job.attempts, 1), len(BACKOFF_SECONDS)) - 1
        return self._clock() + BACKOFF_SECONDS[step]


def ring_for_media(bus: Bus) -> Callable[[Sequence[str]], None]:
    """What the intake calls when it committed pictures that are to be fetched."""

    def ring(_media_ids: Sequence[str]) -> None:
        bus.post("job", {})

    return ring
