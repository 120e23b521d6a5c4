"""The exchange: it rings, connects and ends legs, and runs what happens on each."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from contactcenter.localnet.account import SidMaker
from contactcenter.localnet.bell import Bell, Tasks
from contactcenter.localnet.call_webhooks import CallWebhooks
from contactcenter.localnet.calls import OVER, Call, CallBook, CallDirection, CallStatus, Reporting, first_of
from contactcenter.localnet.messages import Clock

Work = Callable[[Call], Awaitable[None]]

_MOMENT = 0.005  # so that nothing that repeats itself takes all of the time
_RINGS = 2.0
_DETECTION = 2.0


class Behaviour(StrEnum):
    """What a telephone does when it is called."""

    RING = "ring"
    ANSWER = "answer"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class Exchange:
    """Runs the legs. Times a person would wait through are scaled by `tempo`."""

    def __init__(
        self,
        book: CallBook,
        webhooks: CallWebhooks,
        bell: Bell,
        tasks: Tasks,
        clock: Clock,
        new_sid: SidMaker,
        *,
        tempo: float,
        unattended: Mapping[str, Behaviour] | None = None,
        is_on: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """`unattended` is what telephones do whose address begins so, while nobody has said otherwise.

        `is_on` says whether a telephone is switched on.
        Raises ValueError for a tempo that is not above 0.
        """
        self.tempo = self._usual_tempo = tempo
        self.book = book
        self.webhooks = webhooks
        self.bell = bell
        self._tasks = tasks
        self._clock = clock
        self._new_sid = new_sid
        self._is_on = is_on
        self._unattended = dict(unattended or {})
        self._behaviour: dict[str, Behaviour] = {}
        self._attended: Counter[str] = Counter()
        self._running: dict[str, asyncio.Task[None]] = {}

    def behave(self, telephone: str, behaviour: Behaviour) -> None:
        """Set what a telephone does from its next call on."""
        self._behaviour[telephone] = behaviour

    def behaviour_of(self, telephone: str) -> Behaviour:
        """Return what a telephone does when it is called: it rings while a page of it is open."""
        if not self._is_on(telephone):
            return Behaviour.NO_ANSWER
        if telephone in self._attended:
            return Behaviour.RING
        kinds = (how for start, how in self._unattended.items() if telephone.startswith(start))
        return self._behaviour.get(telephone) or next(kinds, Behaviour.RING)

    @contextmanager
    def attended(self, telephone: str) -> Iterator[None]:
        """Let a telephone ring while somebody sits before it."""
        self._attended[telephone] += 1
        try:
            yield
        finally:
            self._attended[telephone] -= 1
            if not self._attended[telephone]:
                del self._attended[telephone]

    @property
    def tempo(self) -> float:
        """How long a person's second takes."""
        return self._tempo

    @tempo.setter
    def tempo(self, tempo: float) -> None:
        if not tempo > 0:
            raise ValueError("tempo must be above 0")
        self._tempo = tempo

    def reset(self) -> None:
        """End all calls, forget them, let every telephone ring again and everybody speak as fast as at first."""
        self.tempo = self._usual_tempo
        for call in self.book:
            self.end(call, CallStatus.COMPLETED)
        self._behaviour.clear()
        self.book.clear()

    async def pass_seconds(self, seconds: float) -> None:
        """Wait as long as something of this length is heard."""
        await asyncio.sleep(max(seconds * self._tempo, _MOMENT))

    def open(
        self,
        sender: str,
        to: str,
        direction: CallDirection,
        *,
        parent: Call | None = None,
        reporting: Reporting | None = None,
        fallback: str = "",
        detection: str = "",
    ) -> Call:
        """Enter a new leg; nothing happens on it yet."""
        now = self._clock()
        inbound = direction is CallDirection.INBOUND
        call = Call(
            sid=self._new_sid("CA"),
            sender=sender,
            to=to,
            direction=direction,
            status=CallStatus.RINGING if inbound else CallStatus.QUEUED,
            created=now,
            updated=now,
            reporting=reporting or Reporting(),
            parent_sid=None if parent is None else parent.sid,
            fallback=fallback,
            detection=detection,
        )
        self.book.add(call)
        return call

    def run(self, call: Call, work: Work) -> None:
        """Let something happen on a leg, in place of what happened so far. It ends with it."""
        if call.status in OVER:
            return
        running = self._running.pop(call.sid, None)
        if running is not None:
            running.cancel()
        task = self._tasks.spawn(self._run(call, work))
        self._running[call.sid] = task

    async def _run(self, call: Call, work: Work) -> None:
        try:
            await work(call)
        except Exception:
            self.end(call, CallStatus.FAILED)
            raise
        self._running.pop(call.sid, None)
        self.end(call, CallStatus.COMPLETED)

    def end(self, call: Call, status: CallStatus) -> None:
        """Hang up a leg, whoever wants it; not twice."""
        if call.status in OVER:
            return
        answered = call.status is CallStatus.IN_PROGRESS
        if not answered and status is CallStatus.COMPLETED:
            inbound = call.direction is CallDirection.INBOUND
            status = CallStatus.NO_ANSWER if inbound else CallStatus.CANCELED
        self.book.move(call, status)
        running = self._running.pop(call.sid, None)
        if running is not None and running is not asyncio.current_task():
            running.cancel()
        self.webhooks.progress(call, "completed")

    def answer(self, call: Call) -> None:
        """Take up a leg."""
        if call.status in OVER or call.status is CallStatus.IN_PROGRESS:
            return
        self.book.move(call, CallStatus.IN_PROGRESS)
        call.picked_up.set()
        self.webhooks.progress(call, "answered")

    async def ring(self, call: Call, seconds: float) -> bool:
        """Call a telephone and wait until it is taken up; False when it was not, and the leg is over."""
        self.webhooks.progress(call, "initiated")
        behaviour = self.behaviour_of(call.person)
        if behaviour in {Behaviour.BUSY, Behaviour.FAILED}:
            self.end(call, CallStatus(behaviour.value))
            return False
        self.book.move(call, CallStatus.RINGING)
        self.webhooks.progress(call, "ringing")
        self.book.hear(call, "ring", "")
        await self._wait(call, behaviour, seconds)
        if call.status is CallStatus.RINGING:
            self.end(call, CallStatus.NO_ANSWER)
        return call.status is CallStatus.IN_PROGRESS

    async def _wait(self, call: Call, behaviour: Behaviour, seconds: float) -> None:
        if behaviour is Behaviour.RING:
            call.line.waiting = True
            call.line.bell.ring()
            await first_of(seconds, call.picked_up, call.over, call.line.skipped)
            call.line.waiting = False
            return
        await self.pass_seconds(_RINGS)
        if behaviour is not Behaviour.NO_ANSWER:
            self.answer(call)

    async def detect(self, call: Call) -> None:
        """Find out who took up, when that was asked for."""
        if call.detection:
            await self.pass_seconds(_DETECTION)
            machine = self.behaviour_of(call.person) is Behaviour.MACHINE
            kind = "machine_end_beep" if call.detection == "DetectMessageEnd" else "machine_start"
            call.answered_by = kind if machine else "human"
