"""A scenario: who works when, who calls when, and how long things take. Plain values; nothing runs here.

Clock times are seconds since midnight of the scenario's first day, durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.words import MediaClass
from contactcenter.simulation.chance import AT_ONCE, NEVER, Distribution

HOUR: Final = 3_600.0
DAY: Final = 86_400.0

_MEDIA: Final = {"voice": MediaClass.VOICE, "chat": MediaClass.LIVE}


def media_of(channel: str) -> MediaClass:
    """How a channel loads an agent: whatever is neither a call nor a chat can be put aside."""
    return _MEDIA.get(channel, MediaClass.ASYNC)


@dataclass(frozen=True, slots=True)
class Break:
    """Not ready from clock time `at`, or from the end of the contact in hand, to `at` + `seconds`."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Shift:
    """`count` people of one profile, there from clock time `start` to `end`; None: before and after everything."""

    id: str
    profile: str
    count: int
    start: float | None = None
    end: float | None = None
    breaks: tuple[Break, ...] = ()

    def agents(self) -> list[str]:
        """Ids of its people."""
        return [f"{self.id}-{number}" for number in range(1, self.count + 1)]


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_hour` contacts an hour on average from clock time `start` to `end`, at random (Poisson)."""

    start: float
    end: float
    per_hour: float


@dataclass(frozen=True, slots=True)
class Surge:
    """From clock time `start` to `end` there are `factor` times as many."""

    start: float
    end: float
    factor: float


@dataclass(frozen=True, slots=True)
class Retrials:
    """`share` of those who gave up or were refused try again after a while, `most` times at most."""

    share: float
    after: Distribution
    most: int = 1


@dataclass(frozen=True, slots=True)
class Demand:
    """Customers of one queue on one channel.

    `rates` is empty for contacts that only a workload file brings. `patience`: how long they wait before they
    give up. `wrap_up` None: agents use all of the queue's wrap-up. `customers`: how many people they are;
    None: everybody calls once.
    """

    id: str
    queue: str
    channel: str
    service: Distribution
    rates: tuple[Rate, ...] = ()
    patience: Distribution = NEVER
    wrap_up: Distribution | None = None
    retrials: Retrials | None = None
    customers: int | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """At clock time `at` another configuration holds, and these agents have another profile."""

    at: float
    configuration: Configuration
    profiles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything a run needs, except the seed's alternative and where to write.

    Contacts arrive from clock time `start` to `end`; what arrives before `counted_from` is not counted.
    `day` is midnight of the first day. `workload` replaces what `demand` says of arrivals. `steady`: nothing
    changes over time, so intervals repeat each other and tell how far chance can be off. `estimates`: those who
    wait are told how long, and the summary says how true that was.
    """

    name: str
    about: str
    configuration: Configuration
    shifts: tuple[Shift, ...]
    demand: tuple[Demand, ...]
    day: datetime
    start: float
    end: float
    counted_from: float
    changes: tuple[Change, ...] = ()
    workload: Path | None = None
    seed: int = 1
    interval: float = HOUR / 2
    steady: bool = False
    estimates: bool = True
    accept: Distribution = AT_ONCE
    rona_pause: float = 60.0

    @property
    def short_abandon(self) -> float:
        """Who gives up within so many seconds is no failure of the center."""
        return self.configuration.settings.short_abandon_seconds


def surged(rates: tuple[Rate, ...], surges: tuple[Surge, ...]) -> tuple[Rate, ...]:
    """The rates with every surge on them, cut where one begins or ends."""
    cuts = sorted({time for rate in rates for time in (rate.start, rate.end)} | _ends(surges))
    found = []
    for start, end in pairwise(cuts):
        per_hour = sum(rate.per_hour for rate in rates if rate.start <= start < rate.end)
        for surge in surges:
            if surge.start <= start < surge.end:
                per_hour *= surge.factor
        if per_hour > 0:
            found.append(Rate(start, end, per_hour))
    return tuple(found)


def _ends(surges: tuple[Surge, ...]) -> set[float]:
    return {time for surge in surges for time in (surge.start, surge.end)}
