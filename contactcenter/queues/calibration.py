"""How far a wait strays from what was expected: quantiles learned one contact at a time.

Strays are logarithms of actual over expected, so that five minutes instead of ten weigh as much as twenty.
"""

from __future__ import annotations

from math import exp, log
from typing import Final, NamedTuple

SOFTENING: Final = 5.0
"""Seconds added on both sides before a ratio is taken: two seconds instead of one are no stray worth knowing."""
_FINEST_STEP: Final = 0.05
_FIRST_STEP: Final = 0.4
_SURE: Final = 16
"""Values after which steps get no finer."""
_SHORTEST: Final = 0.1
"""Seconds that it rings at least."""
_SLOWING: Final = 4.0
_BOUNDS: Final = (1.0, 3.0, 8.0, 25.0)
"""Places to go up to which a wait belongs to each class of spread."""
_PRIORS: Final = ((-0.25, 0.55), (-0.15, 0.4), (-0.05, 0.35), (0.0, 0.25), (0.0, 0.15))
"""Where each class begins: about what an Erlang distribution of so many stages has."""


class Estimate(NamedTuple):
    """A wait in seconds from now: half of the contacts wait less than `p50`, four in five less than `p80`."""

    p50: float
    p80: float


def softened(seconds: float) -> float:
    """The logarithm in which strays are measured."""
    return log(seconds + SOFTENING)


def seconds_of(softened_: float) -> float:
    """Seconds of such a logarithm, none of them negative."""
    return max(0.0, exp(softened_) - SOFTENING)


class Quantiles:
    """P50 and P80 of a stream of values: each value moves them by a step towards where so many lie below.

    After R. Koenker's quantile loss by stochastic gradient, which in adaptive conformal inference (Gibbs and
    Candès, 2021) holds the coverage in the long run whatever the values do.
    """

    __slots__ = ("_seen", "p50", "p80")

    def __init__(self, p50: float, p80: float) -> None:
        self.p50 = p50
        self.p80 = p80
        self._seen = 0

    def learn(self, value: float, weight: float = 1.0) -> None:
        """Take a value into account."""
        self._seen += 1
        step = weight * (_FINEST_STEP if self._seen > _SURE else _FIRST_STEP / (self._seen + 3) ** 0.7)
        self.p50 += step * (0.5 - (value <= self.p50))
        self.p80 = max(self.p50, self.p80 + step * (0.8 - (value <= self.p80)))


class Ringing:
    """How long it rings for whom somebody is free: the same in seconds, by steps in proportion."""

    __slots__ = ("_seen", "estimate")

    def __init__(self, p50: float, p80: float) -> None:
        self.estimate = Estimate(p50, p80)
        self._seen = 0

    def learn(self, seconds: float) -> None:
        """Somebody took so long to accept."""
        self._seen += 1
        step = _FINEST_STEP if self._seen > _SURE else _FIRST_STEP / (self._seen + 3) ** 0.7
        p50, p80 = self.estimate
        p50 = max(_SHORTEST, p50 * (1.0 + step * (0.5 - (seconds <= p50))))
        self.estimate = Estimate(p50, max(p50, p80 * (1.0 + step * (0.8 - (seconds <= p80)))))


class Spread:
    """Strays by how many places there are to go: the longer the line, the surer its wait."""

    __slots__ = ("_classes",)

    def __init__(self) -> None:
        self._classes = [Quantiles(*prior) for prior in _PRIORS]

    def around(self, expected: float, places: float) -> Estimate:
        """The range around an expected wait, given as its `softened` logarithm."""
        found = self._classes[_class_of(places)]
        return Estimate(seconds_of(expected + found.p50), seconds_of(expected + found.p80))

    def learn(self, stray: float, places: float) -> None:
        """One more wait is known.

        From a long line many answers come before one shows what the last step did; they take smaller steps.
        """
        self._classes[_class_of(places)].learn(stray, 1.0 / (1.0 + places / _SLOWING))


def _class_of(places: float) -> int:
    for number, bound in enumerate(_BOUNDS):
        if places < bound:
            return number
    return len(_BOUNDS)
