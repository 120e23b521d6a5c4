"""What the center is measured by: service level, speed of answer, abandonment, handling time; each formula once.

docs/metrics.md has them with their sources. Sums are whole milliseconds, so that adding half-hours up in
any order gives the day exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from contactcenter.domain.words import Outcome, Service

if TYPE_CHECKING:
    from collections.abc import Iterable

MILLISECONDS: Final = 1_000


def milliseconds(seconds: float) -> int:
    """A duration or a moment (UTC seconds) in whole milliseconds."""
    return round(seconds * MILLISECONDS)


def judge_answer(waited: float, target: float) -> Service:
    """An answer after `waited` seconds in a queue whose target is `target` seconds."""
    return Service.ON_TIME if waited <= target else Service.LATE


def judge_abandonment(waited: float, short: float) -> Service:
    """Somebody gave up after `waited` seconds; up to `short` seconds they never gave us a chance."""
    return Service.SHORT_ABANDONED if waited <= short else Service.ABANDONED


class Facts(NamedTuple):
    """What counts of one contact so far. `waited`, `talk` (hold included) and `wrap_up` in milliseconds.

    `waited` runs until the first answer or until the customer gave up; `talk` and `wrap_up` are those of
    closed contacts, so that a handling time is always a whole one.
    """

    service: Service | None = None
    outcome: Outcome | None = None
    waited: int = 0
    talk: int = 0
    wrap_up: int = 0


ARRIVED: Final = Facts()
"""A contact that nobody has answered yet."""


@dataclass(slots=True)
class Tally:
    """Counts and sums (milliseconds) of some contacts.

    offered = answered + abandoned (short ones included) + refused + other + those still waiting. `handled`
    are the answered that are closed, `delayed` those who waited at all before an answer or giving up.
    """

    offered: int = 0
    answered: int = 0
    within: int = 0
    abandoned: int = 0
    short: int = 0
    refused: int = 0
    other: int = 0
    handled: int = 0
    delayed: int = 0
    wait: int = 0
    lost_wait: int = 0
    talk: int = 0
    wrap_up: int = 0

    def count(self, facts: Facts, sign: int = 1) -> None:
        """Count one contact; `sign` -1 takes it out again."""
        self.offered += sign
        service, outcome = facts.service, facts.outcome
        if service is Service.ON_TIME or service is Service.LATE:
            self._answer(facts, sign)
        elif service is not None:
            self.abandoned += sign
            self.lost_wait += sign * facts.waited
            self.delayed += sign * (facts.waited > 0)
            if service is Service.SHORT_ABANDONED:
                self.short += sign
        elif outcome is Outcome.REFUSED:
            self.refused += sign
        elif outcome is not None:
            self.other += sign

    def _answer(self, facts: Facts, sign: int) -> None:
        self.answered += sign
        self.wait += sign * facts.waited
        self.delayed += sign * (facts.waited > 0)
        if facts.service is Service.ON_TIME:
            self.within += sign
        if facts.outcome is not None:
            self.handled += sign
            self.talk += sign * facts.talk
            self.wrap_up += sign * facts.wrap_up

    def add(self, other: Tally) -> None:
        """Count these too."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def service_level(self) -> float | None:
        """Share (0–1) answered within the target, short abandons left out; None when there is nobody to tell of."""
        return _ratio(self.within, self.answered + self.abandoned - self.short)

    @property
    def abandonment(self) -> float | None:
        """Share (0–1) of the offered who gave up, short abandons left out on both sides."""
        return _ratio(self.abandoned - self.short, self.offered - self.short)

    @property
    def asa(self) -> float | None:
        """Average speed of answer: mean wait of the answered, in seconds."""
        return _ratio(self.wait / MILLISECONDS, self.answered)

    @property
    def mean_wait(self) -> float | None:
        """Mean wait in seconds of the answered and those who gave up."""
        return _ratio((self.wait + self.lost_wait) / MILLISECONDS, self.answered + self.abandoned)

    @property
    def waiting(self) -> float | None:
        """Share (0–1) of the answered and those who gave up who waited at all."""
        return _ratio(self.delayed, self.answered + self.abandoned)

    @property
    def aht(self) -> float | None:
        """Average handling time in seconds: talk, hold and wrap-up of the handled."""
        return _ratio((self.talk + self.wrap_up) / MILLISECONDS, self.handled)

    def share(self, count: int) -> float | None:
        """A count as a share (0–1) of the offered."""
        return _ratio(count, self.offered)


COUNTS: Final = (
    "offered", "answered", "within", "abandoned", "short", "refused", "other", "handled", "delayed", "wait",
    "lost_wait", "talk", "wrap_up",
)  # fmt: skip
"""The fields of a tally, in the order in which they are stored."""


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    result = Tally()
    for tally in tallies:
        result.add(tally)
    return result


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole > 0 else None
