"""The door to SQL: what arrives together shares one commit, and nobody is answered before it.

Whatever the outside brings becomes a message row and an inbox row here; contacts are the router's.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

import structlog

from contactcenter.domain.messages import DeliveryReport, InboundMessage
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.outage_dialogue import What, keyword
from contactcenter.domain.stimuli import Asked, Stimulus
from contactcenter.domain.words import MediaClass
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.storage import (
    Answer,
    Called,
    Draft,
    Incoming,
    Received,
    Reported,
    Submitted,
    Taken,
    UnavailableError,
)

CAPACITY: Final = 10_000
"""Items that may wait for a commit; past it SQL is as good as down and gateways shall come back later."""
BATCH: Final = 250
WINDOW_SECONDS: Final = 0.002
BUSY: Final = 16
"""A commit of this many says that waiting a moment gathers more."""
ANSWER_SECONDS: Final = 2.0
SWEEP_SECONDS: Final = 0.4
"""How often a waiting action looks into SQL for an answer whose news was lost."""

log = structlog.get_logger(__name__)


class TakesIn(Protocol):
    """What the intake needs of the storage."""

    async def take_in(self, items: Sequence[Incoming]) -> list[Taken]:
        """Write all in one commit."""

    async def answer(self, request_id: str) -> Answer | None:
        """The answer of a request that was decided."""


Waiting = tuple[Incoming, "asyncio.Future[Taken]"]


class Intake:
    """Group commit in front of `storage.take_in`; `start` it in the event loop that uses it.

    `wake_jobs` is told the media ids whose download jobs were just committed. A message that begins with one of
    `outage_keywords` (as `outage_dialogue.words_of` gives them) may report an outage.
    """

    def __init__(
        self,
        storage: TakesIn,
        bus: Bus,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        *,
        metrics: Metrics | None = None,
        wake_jobs: Callable[[Sequence[str]], None] | None = None,
        outage_keywords: Collection[str] = (),
    ) -> None:
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._metrics = metrics
        self._wake_jobs = wake_jobs
        self._outage_keywords = frozenset(outage_keywords)
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._answers: dict[str, list[asyncio.Future[Answer]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    async def start(self) -> None:
        """Begin to commit."""
        self._unsubscribe = self._bus.subscribe("answer", self._answered)
        self._task = asyncio.create_task(self._run(), name="intake")

    async def close(self) -> None:
        """Commit what waits, then stop."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._task is None:
            return
        task, self._task = self._task, None
        self._arrived.set()
        await asyncio.gather(task, return_exceptions=True)

    async def receive(self, message: InboundMessage, media_class: MediaClass) -> Taken:
        """Take a customer's message in; returns after the commit.

        Raises:
            UnavailableError: SQL does not answer; nothing was promised.
        """
        received = Received(
            message=message,
            media_class=media_class,
            message_id=self._new_id(),
            contact_id=self._new_id(),
            stimulus_id=self._new_id(),
            media_ids=tuple(media.media_id or self._new_id() for media in message.media),
            outage=keyword(message.text, self._outage_keywords) if self._outage_keywords else None,
        )
        taken = await self._take(received)
        if self._metrics is not None and taken.served is not None and not taken.duplicate:
            self._metrics.outage_reports.labels(message.channel, _result(taken.served)).inc()
        if received.media_ids and not taken.duplicate and self._wake_jobs is not None:
            self._wake_jobs(received.media_ids)
        return taken

    async def submit(self, stimulus: Stimulus, draft: Draft | None = None) -> Taken:
        """Hand a stimulus to the router, with the message it is about; raises like `receive`."""
        return await self._take(Submitted(stimulus=stimulus, draft=draft))

    async def advance(self, called: Called) -> Taken:
        """Write a call's next state. A `duplicate` was overtaken: `call` is what is stored. Raises like `receive`."""
        return await self._take(called)

    async def report(self, report: DeliveryReport) -> Taken:
        """Take a delivery report in and tell the agent's console; raises like `receive`."""
        taken = await self._take(Reported(report=report))
        if taken.delivery_changed and taken.agent_id is not None:
            changed = [[taken.contact_id, taken.message_id]]
            self._bus.post("desk", {"agent": taken.agent_id, "deliveries": changed})
        return taken

    async def ask(self, stimulus: Asked, draft: Draft | None = None, wait: float = ANSWER_SECONDS) -> Answer | None:
        """Ask the router and wait at most `wait` seconds for the committed answer; None: not decided yet.

        A repeated `request_id` gets the answer of the first. Raises like `receive`.
        """
        request_id = stimulus.request_id
        if request_id is None:
            await self.submit(stimulus, draft)
            return None
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers.setdefault(request_id, []).append(future)
        try:
            taken = await self.submit(stimulus, draft)
            return taken.answer or await self._await_answer(request_id, future, wait)
        finally:
            waiting = self._answers[request_id]
            waiting.remove(future)
            if not waiting:
                del self._answers[request_id]

    async def _await_answer(self, request_id: str, future: asyncio.Future[Answer], wait: float) -> Answer | None:
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            done, _ = await asyncio.wait({future}, timeout=min(SWEEP_SECONDS, left))
            if done:
                return future.result()
            try:
                answer = await self._storage.answer(request_id)
            except UnavailableError:
                continue
            if answer is not None:
                return answer
        return None

    def _answered(self, payload: dict[str, object]) -> None:
        waiting = self._answers.get(str(payload.get("request_id")))
        if not waiting:
            return
        detail = payload.get("detail")
        answer = Answer(
            request_id=str(payload["request_id"]),
            code=None if payload.get("code") is None else str(payload["code"]),
            message=str(payload.get("message", "")),
            detail=dict(detail) if isinstance(detail, dict) else {},
        )
        for future in waiting:
            if not future.done():
                future.set_result(answer)

    async def _take(self, item: Incoming) -> Taken:
        if self._task is None or len(self._queue) >= CAPACITY:
            raise UnavailableError("the intake is full or closed; come back in a moment")
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        self._arrived.set()
        return await future

    async def _run(self) -> None:
        size = 0
        while self._task is not None or self._queue:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            if size >= BUSY and len(self._queue) < size:
                await asyncio.sleep(WINDOW_SECONDS)
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH))]
            size = len(batch)
            await self._commit(batch)

    async def _commit(self, batch: list[Waiting]) -> None:
        began = time.perf_counter()
        try:
            taken = await self._storage.take_in([item for item, _ in batch])
        except UnavailableError as error:
            log.warning("intake.unavailable", items=len(batch), error=str(error))
            _fail(batch, error)
            return
        except Exception as error:  # noqa: BLE001  whatever it is, the items are tried one by one
            await self._isolate(batch, error)
            return
        if self._metrics is not None:
            self._metrics.intake_commit.observe(time.perf_counter() - began)
            self._metrics.intake_items.observe(len(batch))
        if any(_concerns_router(item) for item, _ in batch):
            self._bus.post("router", {})
        for (_, future), result in zip(batch, taken, strict=True):
            if not future.done():
                future.set_result(result)

    async def _isolate(self, batch: list[Waiting], error: Exception) -> None:
        """One item cannot be written: the others shall not share its fate."""
        if len(batch) == 1:
            log.error("intake.item_failed", kind=type(batch[0][0]).__name__, exc_info=error)
            _fail(batch, error)
            return
        for waiting in batch:
            await self._commit([waiting])


def _concerns_router(item: Incoming) -> bool:
    if isinstance(item, Called):
        return item.stimulus is not None
    return not isinstance(item, Reported)


def _result(served: Served) -> str:
    if served.what is What.REPORTED:
        return "joined" if served.joined else "new"
    return "unanswered" if served.what is What.SILENCE else "asked"


def _fail(batch: list[Waiting], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
