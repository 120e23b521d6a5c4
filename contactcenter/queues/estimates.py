"""Estimated wait: what a contact is told when it begins to wait, and how true that turned out.

Queue length over capacity, less those who will give up before they are served (QLr of Ibrahim and Whitt,
2009), over all lines that the same people serve; corrected by how far the last waits strayed from it, and
given as a range whose coverage corrects itself. docs/adr/0009-estimated-wait.md says why.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, NamedTuple

from contactcenter.domain.words import MediaClass
from contactcenter.queues.calibration import Estimate, softened
from contactcenter.queues.experience import ClassExperience, QueueExperience, Sight, Stray

_REASON: Final = 0.25
_REASON_SECONDS: Final = 15.0
"""A promise is only lengthened by more than this share of what is left, and more than so many seconds."""
_MOST_LINES: Final = 4_096
"""Lines remembered; beyond, the oldest is forgotten and borrows from its queue again."""


class Told(NamedTuple):
    """What a contact was told when it began to wait, and what came of it: `waited` seconds.

    `at_once`: somebody was free. `estimate` None: nothing could be told.
    """

    queue: str
    estimate: Estimate | None
    waited: float
    at_once: bool


@dataclass(slots=True)
class Score:
    """How true estimates were. Seconds are summed over the answered that were told something.

    `early`, `late`: the answered within P50, and after P80. `untold` are answered contacts that nothing was
    told. `left` gave up, `left_late` after their P80 was over.
    """

    answered: int = 0
    early: int = 0
    late: int = 0
    waited: float = 0.0
    error: float = 0.0
    bias: float = 0.0
    promised: float = 0.0
    untold: int = 0
    left: int = 0
    left_late: int = 0

    def add(self, estimate: Estimate | None, waited: float) -> None:
        """One more was answered after `waited` seconds."""
        if estimate is None:
            self.untold += 1
            return
        off = estimate.p50 - waited
        self.answered += 1
        self.early += waited <= estimate.p50
        self.late += waited > estimate.p80
        self.waited += waited
        self.error += abs(off)
        self.bias += off
        self.promised += estimate.p80

    def add_left(self, estimate: Estimate | None, waited: float) -> None:
        """One more gave up after `waited` seconds."""
        self.left += 1
        self.left_late += estimate is not None and waited > estimate.p80


class _Promise:
    """What a contact that is not answered yet was told. Times in UTC seconds.

    `expected` is what the range was put around, `base` that without the correction by strays.
    """

    __slots__ = ("at", "base", "estimate", "expected", "places", "queue", "queue_id", "stray", "until")

    def __init__(self, at: float, queue_id: str, queue: QueueExperience) -> None:
        self.at = at
        self.queue_id = queue_id
        self.queue = queue
        self.estimate: Estimate | None = None
        self.until: Estimate | None = None
        self.stray: Stray | None = None
        self.places = self.base = self.expected = 0.0


class Estimates:
    """All estimates of the center and what they are learned from. Times in UTC seconds, never going back.

    `line` is whatever tells waiting lines apart. `scores` are by queue and whether somebody was free at once.
    Whoever feeds it need not while it does not `listens`.
    """

    def __init__(self) -> None:
        self.scores: dict[tuple[str, bool], Score] = {}
        self.listens = True
        self._classes = {media: ClassExperience(media) for media in MediaClass}
        self._queues: dict[tuple[str, MediaClass], QueueExperience] = {}
        self._lines: dict[Hashable, Stray] = {}
        self._promises: dict[str, _Promise] = {}
        self._ringing: dict[str, tuple[float, str, QueueExperience, Estimate]] = {}
        self._held: dict[str, tuple[float, QueueExperience]] = {}

    # Telling

    def estimate(self, queue: str, media: MediaClass, line: Hashable, sight: Sight) -> Estimate | None:
        """What somebody with this sight would be told; None when it cannot be known."""
        known = self._queue(queue, media)
        expected = known.expected(sight)
        if expected is None:
            return None
        stray = self._lines.get(line, known.stray)
        return known.kind.spread.around(softened(expected) + stray.mean, sight.places)

    def at_once(self, media: MediaClass) -> Estimate:
        """What somebody is told for whom an agent is free: how long it rings."""
        return self._classes[media].ringing.estimate

    def remaining(self, contact_id: str, fresh: Estimate | None, now: float) -> Estimate | None:
        """What a waiting contact is told now, given what a newcomer at its place would be.

        A promise counts down. It is shortened whenever it can be, and lengthened only for a reason.
        """
        promise = self._promises.get(contact_id)
        if promise is None or fresh is None:
            return fresh
        if promise.until is not None:
            left = promise.until.p80 - now
            if 0.0 < left <= fresh.p80 <= left + max(_REASON * left, _REASON_SECONDS):
                return Estimate(max(0.0, promise.until.p50 - now), left)
        promise.until = Estimate(now + fresh.p50, now + fresh.p80)
        return fresh

    def has_promised(self, contact_id: str) -> bool:
        """Whether a contact waits whose wait is watched already."""
        return contact_id in self._promises or contact_id in self._ringing

    # Watching

    def offered_at_once(self, contact_id: str, queue: str, media: MediaClass, now: float) -> None:
        """A contact came, or came back, and somebody was free for it."""
        if contact_id not in self._promises and contact_id not in self._ringing:
            known = self._queues.get((queue, media)) or self._queue(queue, media)
            self._ringing[contact_id] = (now, queue, known, known.kind.ringing.estimate)

    def waits(self, contact_id: str, queue: str, media: MediaClass, line: Hashable, sight: Sight, now: float) -> None:
        """A contact begins to wait. Whoever comes back to its place is held to its first promise: do not ask again."""
        known = self._queue(queue, media)
        promise = self._promises[contact_id] = _Promise(now, queue, known)
        expected = known.expected(sight)
        if expected is None:
            return
        promise.stray = self._line(line, known)
        promise.places = sight.places
        promise.base = softened(expected)
        promise.expected = promise.base + promise.stray.mean
        promise.estimate = told = known.kind.spread.around(promise.expected, sight.places)
        promise.until = Estimate(now + told.p50, now + told.p80)

    def answered(self, contact_id: str, queue: str, media: MediaClass, now: float) -> Told | None:
        """Somebody accepted the contact and has it from now on: what it was told, if it was seen to come."""
        rung = self._ringing.pop(contact_id, None)
        if rung is not None:
            at, queue_id, known, estimate = rung
            waited = now - at
            known.kind.ringing.learn(waited)
            self._score(queue_id, at_once=True).add(estimate, waited)
            self._held[contact_id] = (now, known)
            return Told(queue_id, estimate, waited, at_once=True)
        self._held[contact_id] = (now, self._queue(queue, media))
        promise = self._promises.pop(contact_id, None)
        return None if promise is None else self._kept(promise, now - promise.at)

    def _kept(self, promise: _Promise, waited: float) -> Told:
        """A contact that had to wait is answered."""
        kind = promise.queue.kind
        self._score(promise.queue_id, at_once=False).add(promise.estimate, waited)
        kind.learn_waiting(waited, gone=False)
        if promise.stray is not None:
            logarithm = softened(waited)
            promise.stray.learn(logarithm - promise.base)
            kind.spread.learn(logarithm - promise.expected, promise.places)
        return Told(promise.queue_id, promise.estimate, waited, at_once=False)

    def gone(self, contact_id: str, now: float, *, gave_up: bool) -> None:
        """A contact that nobody accepted is closed."""
        rung = self._ringing.pop(contact_id, None)
        promise = self._promises.pop(contact_id, None)
        if not gave_up:
            return
        if rung is not None:
            self._score(rung[1], at_once=True).add_left(rung[3], now - rung[0])
        elif promise is not None:
            waited = now - promise.at
            self._score(promise.queue_id, at_once=False).add_left(promise.estimate, waited)
            promise.queue.kind.learn_waiting(waited, gone=True)

    def held(self, contact_id: str, queue: str, media: MediaClass, since: float) -> None:
        """A restart found an agent who has had the contact since then."""
        self._held[contact_id] = (since, self._queue(queue, media))

    def released(self, contact_id: str, now: float) -> None:
        """The agent no longer has it."""
        held = self._held.pop(contact_id, None)
        if held is not None:
            # A router before this one may have had a clock that was ahead of ours.
            held[1].learn_hold(max(0.0, now - held[0]))

    def _queue(self, queue: str, media: MediaClass) -> QueueExperience:
        known = self._queues.get((queue, media))
        if known is None:
            known = self._queues[queue, media] = QueueExperience(self._classes[media])
        return known

    def _line(self, line: Hashable, queue: QueueExperience) -> Stray:
        known = self._lines.get(line)
        if known is None:
            if len(self._lines) >= _MOST_LINES:
                del self._lines[next(iter(self._lines))]
            known = self._lines[line] = queue.line()
        return known

    def _score(self, queue: str, *, at_once: bool) -> Score:
        score = self.scores.get((queue, at_once))
        if score is None:
            score = self.scores[queue, at_once] = Score()
        return score


class NoEstimates(Estimates):
    """Learns nothing and tells nothing, for runs in which nobody asks."""

    def __init__(self) -> None:
        super().__init__()
        self.listens = False
