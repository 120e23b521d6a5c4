"""The worker: RQ wakes it, SQL says what to do.

RQ's own worker runs in a thread, because it blocks; the work itself runs in the event loop that owns the
database's connections, and nothing is forked.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from contactcenter.runtime.jobs import QUEUE, JobRunner
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.runtime.tasks import cancel

WORKER_TTL: Final = 17
"""RQ waits for a ring 15 s less than this at a time, so a stop is heard within two."""
RESTART_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)

_look: ContextVar[Callable[[], None]] = ContextVar("look")
"""What the worker's own thread does when RQ calls `look_for_work` by its name."""


def look_for_work() -> None:
    """The one job that travels through RQ: do what SQL says is due."""
    _look.get()()


class Worker:
    """Runs `runner` at each ring, and by its own sweep when Redis is away."""

    def __init__(self, runner: JobRunner, clients: RedisClients | None) -> None:
        self._runner = runner
        self._clients = clients
        self._stopping = threading.Event()

    async def run(self) -> None:
        """Work until cancelled; what is under way ends first."""
        loop = asyncio.get_running_loop()
        sweep = asyncio.create_task(self._runner.sweep(), name="job-sweep")
        listener = None
        if self._clients is not None:
            listener = threading.Thread(target=self._listen, args=(loop, self._clients), name="rq-worker", daemon=True)
            listener.start()
        try:
            await sweep
        finally:
            self._stopping.set()
            await cancel(sweep)
            if listener is not None:
                await _ended(asyncio.create_task(asyncio.to_thread(listener.join, WORKER_TTL)))

    def _listen(self, loop: asyncio.AbstractEventLoop, clients: RedisClients) -> None:
        """The thread: RQ's loop, begun again whenever it gives up."""

        def look() -> None:
            asyncio.run_coroutine_threadsafe(self._runner.run_due(), loop).result()

        _look.set(look)
        while not self._stopping.is_set():
            connection = clients.jobs()
            try:
                worker = _Listener(QUEUE, connection=connection, worker_ttl=WORKER_TTL, serializer=JSONSerializer)
                worker.stopping = self._stopping
                worker.work(logging_level="WARNING")
            except (RedisError, OSError) as error:
                log.warning("worker.redis_unavailable", error=str(error) or type(error).__name__)
            except Exception:
                log.exception("worker.rq_failed")
            finally:
                with contextlib.suppress(RedisError, OSError):
                    connection.close()
            self._stopping.wait(RESTART_SECONDS)


async def _ended(work: asyncio.Task[None]) -> None:
    """Wait for its end, however often it is asked to hurry: Redis would be stopped before the thread that uses it."""
    while not work.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(work)


class _Listener(SimpleWorker):
    """RQ's worker without what needs the main thread, and with an end from outside."""

    stopping: threading.Event
    death_penalty_class = TimerDeathPenalty
    max_connection_wait_time = RESTART_SECONDS

    def _install_signal_handlers(self) -> None:
        """Signals are the process's business."""

    def subscribe(self) -> None:
        """Remote commands (kill, shutdown) are not listened to: they would need another thread and connection."""

    def heartbeat(self, *args: Any, **keywords: Any) -> None:
        """Called at each turn: the place to leave RQ's loop."""
        if self.stopping.is_set():
            raise StopRequested
        super().heartbeat(*args, **keywords)
