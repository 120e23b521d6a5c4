"""Chance that can be repeated: a stream of its own for every purpose, and the distributions drawn from them.

Two scenarios with the same seed see the same customers with the same patience and the same problems, so
what differs between them is what was changed and not luck (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import log, sqrt
from random import Random

Draw = Callable[[], float]
"""One value of a distribution, in seconds; infinity is never."""


class Streams:
    """Independent streams by name; the same seed and name make the same stream, on every machine."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, *name: object) -> Random:
        """The stream of that name, from its beginning."""
        return Random("\0".join(map(str, (self._seed, *name))))  # A text seeds through SHA-512.


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: how long it has lasted says nothing of how long it still will."""

    mean: float

    def draws(self, random: Random) -> Draw:
        """A source of values."""
        uniform, rate = random.random, 1 / self.mean
        return lambda: -log(1.0 - uniform()) / rate  # as `expovariate`, without its call: three a contact


@dataclass(frozen=True, slots=True)
class Lognormal:
    """What conversations look like: many short, a long tail. `deviation` is the standard deviation."""

    mean: float
    deviation: float

    def draws(self, random: Random) -> Draw:
        """A source of values."""
        variance = log(1 + (self.deviation / self.mean) ** 2)
        return partial(random.lognormvariate, log(self.mean) - variance / 2, sqrt(variance))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    value: float

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    def draws(self, random: Random) -> Draw:  # noqa: ARG002  the others draw
        """A source of values."""
        return lambda: self.value


@dataclass(frozen=True, slots=True)
class Empirical:
    """What was measured: each value as likely as it occurs."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean of the values."""
        return sum(self.values) / len(self.values)

    def draws(self, random: Random) -> Draw:
        """A source of values."""
        return partial(random.choice, self.values)


Distribution = Exponential | Lognormal | Fixed | Empirical
NEVER = Fixed(float("inf"))
AT_ONCE = Fixed(0.0)
