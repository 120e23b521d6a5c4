"""What estimated waits are learned from: how long contacts keep people busy, who gives up, how far waits strayed.

A line that knows little borrows from its queue, a queue from all of its media class.
"""

from __future__ import annotations

from math import log1p
from typing import Final, NamedTuple

from contactcenter.domain.words import MediaClass
from contactcenter.queues.calibration import Ringing, Spread

ENOUGH_IN_QUEUE: Final = 3
ENOUGH_IN_CLASS: Final = 10
"""Finished contacts of a queue, or of its whole media class, before anything can be said."""
_BORROWED: Final = 8.0
"""What is known of the whole counts as much as so many contacts of a part."""
_LINE_MEMORY, _QUEUE_MEMORY, _CLASS_MEMORY = 0.9, 0.95, 0.98
"""What each contact leaves of the weight of those before it."""
_HOLD_MEMORY: Final = 0.98
_LEAVING_MEMORY: Final = 0.99
_LEAVING: Final = (2.5, 1_000.0)
"""Of those who can hang up: so many gone in so many seconds of waiting, until more is known."""
_RINGING: Final = (3.0, 6.0)
"""Seconds in which people accept, until more is known."""


class Sight(NamedTuple):
    """What a contact sees when it looks around.

    `places`: how many are served before it, in its own line and, by the share of people that they have in
    common, in others. `slots`: how many contacts the people who are there and serve the line can hold. `ahead`:
    how many are before it in its own line.
    """

    places: float
    slots: int
    ahead: float = 0.0


class Stray:
    """How far waits strayed from what was expected on average; a part borrows from the whole it belongs to."""

    __slots__ = ("_count", "_memory", "_sum", "_whole")

    def __init__(self, memory: float, whole: Stray | None = None) -> None:
        self._memory = memory
        self._whole = whole
        self._sum = self._count = 0.0

    @property
    def mean(self) -> float:
        """The mean, of the logarithms."""
        borrowed = self._whole.mean if self._whole else 0.0
        return (self._sum + _BORROWED * borrowed) / (self._count + _BORROWED)

    def learn(self, stray: float) -> None:
        """One more wait is known."""
        self._sum = self._sum * self._memory + stray
        self._count = self._count * self._memory + 1.0
        if self._whole:
            self._whole.learn(stray)


class Holding:
    """How long contacts keep a slot, seconds."""

    __slots__ = ("count", "seconds", "seen")

    def __init__(self) -> None:
        self.count = self.seconds = 0.0
        self.seen = 0

    def learn(self, seconds: float) -> None:
        """One more was finished."""
        self.seconds = self.seconds * _HOLD_MEMORY + seconds
        self.count = self.count * _HOLD_MEMORY + 1.0
        self.seen += 1


class ClassExperience:
    """What is known of a media class."""

    __slots__ = ("_gone", "_waited", "holding", "ringing", "spread", "stray")

    def __init__(self, media: MediaClass) -> None:
        self.holding = Holding()
        self.stray = Stray(_CLASS_MEMORY)
        self.spread = Spread()
        self.ringing = Ringing(*_RINGING)
        self._gone, self._waited = _LEAVING
        if media is MediaClass.ASYNC:
            self._gone = 0.0  # Nobody hangs up a letter.

    @property
    def leaving(self) -> float:
        """How many give up in each second that one waits."""
        return self._gone / self._waited

    def learn_waiting(self, seconds: float, *, gone: bool) -> None:
        """Somebody waited so long, and gave up or not."""
        if gone:
            self._gone = self._gone * _LEAVING_MEMORY + 1.0
            self._waited *= _LEAVING_MEMORY
        self._waited += seconds


class QueueExperience:
    """What is known of one media class of a queue."""

    __slots__ = ("holding", "kind", "stray")

    def __init__(self, kind: ClassExperience) -> None:
        self.kind = kind
        self.holding = Holding()
        self.stray = Stray(_QUEUE_MEMORY, kind.stray)

    def line(self) -> Stray:
        """Experience of a new line of this queue."""
        return Stray(_LINE_MEMORY, self.stray)

    def learn_hold(self, seconds: float) -> None:
        """A contact kept a slot for so long."""
        self.holding.learn(seconds)
        self.kind.holding.learn(seconds)

    def hold(self) -> float | None:
        """How long one of its contacts keeps a slot, seconds; None while too little is known."""
        own, whole = self.holding, self.kind.holding
        if own.seen < ENOUGH_IN_QUEUE and whole.seen < ENOUGH_IN_CLASS:
            return None
        borrowed = whole.seconds / whole.count
        return (own.seconds + _BORROWED * borrowed) / (own.count + _BORROWED)

    def expected(self, sight: Sight) -> float | None:
        """Seconds until somebody with this sight is served, if nothing strays; None when it cannot be known.

        QLr: with a hold of h seconds, s slots and l leaving a second, those on place i leave it at a rate of
        s/h + i·l; the sum of the times is written as its integral, which takes parts of places too.
        """
        hold = self.hold()
        if hold is None or not sight.slots:
            return None
        each, leaving = hold / sight.slots, self.kind.leaving
        if leaving <= 0.0:
            return (sight.places + 1.0) * each
        return log1p((sight.places + 1.0) * each * leaving) / leaving
