"""The people of a scenario's YAML: shifts and arrivals, clock times and distributions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from contactcenter.config.documents import CHANNELS
from contactcenter.config.reading import Value, hint
from contactcenter.domain.configuration import EXPERT, LEARNING
from contactcenter.simulation.chance import (
    AT_ONCE,
    NEVER,
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Lognormal,
)
from contactcenter.simulation.scenario import HOUR, Break, Demand, Rate, Retrials, Shift, Surge, surged

_CLOCK: Final = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?")
_LONGEST: Final = 31 * 86_400.0
_MOST: Final = 1e9
_MOST_PEOPLE: Final = 100_000


def clock_time(value: Value) -> float:
    """`08:30` or `08:30:15` as seconds since the first midnight; `32:30` is half past eight of the next day."""
    raw = value.raw
    found = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        value.problem("is no clock time; write such as 08:30")
        return 0.0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * HOUR + minutes * 60.0 + seconds


def read_distribution(value: Value) -> Distribution:
    """How long something takes: `{exponential: {mean: 240}}` and the like; a bare number is always that long."""
    if isinstance(value.raw, int | float) and not isinstance(value.raw, bool):
        return Fixed(value.number(0, _LONGEST, "seconds"))
    found = value.fields((), _DISTRIBUTIONS)
    if len(found) != 1:
        value.problem(f"must be exactly one of: {', '.join(_DISTRIBUTIONS)}; or a number of seconds")
        return AT_ONCE
    [(name, inner)] = found.items()
    return _DISTRIBUTIONS[name](inner)


def _positive(value: Value) -> float:
    return value.number(0, _LONGEST, "seconds", above=True)


def _exponential(value: Value) -> Distribution:
    found = value.fields(("mean",))
    return Exponential(_positive(found["mean"])) if "mean" in found else AT_ONCE


def _lognormal(value: Value) -> Distribution:
    found = value.fields(("mean", "deviation"))
    mean, deviation = (_positive(found[name]) if name in found else 1.0 for name in ("mean", "deviation"))
    return Lognormal(mean, deviation)


def _fixed(value: Value) -> Distribution:
    return Fixed(value.number(0, _LONGEST, "seconds"))


def _empirical(value: Value) -> Distribution:
    values = tuple(item.number(0, _LONGEST, "seconds") for item in value.elements())
    if not values:
        value.problem("has no values; write those that were measured, as a list of seconds")
        return AT_ONCE
    return Empirical(values)


_DISTRIBUTIONS: Final[Mapping[str, Callable[[Value], Distribution]]] = {
    "exponential": _exponential,
    "lognormal": _lognormal,
    "fixed": _fixed,
    "empirical": _empirical,
}


def read_shifts(value: Value, profiles: Collection[str]) -> tuple[Shift, ...]:
    """Who works when."""
    shifts = []
    for id_, item in value.items():
        found = item.fields(("profile", "count"), ("from", "to", "breaks"))
        start, end = (clock_time(found[name]) if name in found else None for name in ("from", "to"))
        if start is not None and end is not None and not start < end:
            found["to"].problem("must be later than from; 30:00 is six o'clock of the next morning")
        shifts.append(
            Shift(
                id_,
                found["profile"].one_of(profiles, "profile") if "profile" in found else "",
                found["count"].integer(1, _MOST_PEOPLE, " agents") if "count" in found else 0,
                start,
                end,
                tuple(_read_break(each) for each in found["breaks"].elements()) if "breaks" in found else (),
            )
        )
    return tuple(shifts)


def _read_break(value: Value) -> Break:
    found = value.fields(("at", "minutes"))
    minutes = found["minutes"].number(0, 1_440, "minutes", above=True) if "minutes" in found else 0.0
    return Break(clock_time(found["at"]) if "at" in found else 0.0, minutes * 60)


def read_demand(
    value: Value, hours: tuple[float, float], queues: Collection[str], skills: Collection[str], *, replayed: bool
) -> tuple[Demand, ...]:
    """Who arrives where. `replayed`: a file says when, and how long things take."""
    counts: Counter[str] = Counter()
    return tuple(_Entry(item, hours, queues, skills, replayed).demand(counts) for item in value.elements())


class _Entry:
    """One entry of `arrivals`."""

    _RATES: Final = ("poisson", "by_interval")

    def __init__(
        self, value: Value, hours: tuple[float, float], queues: Collection[str], skills: Collection[str], replayed: bool
    ) -> None:
        required = ("queue", "channel") if replayed else ("queue", "channel", "service")
        optional = (
            "service",
            *self._RATES,
            "surges",
            "patience",
            "wrap_up",
            "retrials",
            "customers",
            "skills",
            "priority",
        )
        self._value = value
        self._found = value.fields(required, optional)
        self._hours = hours
        self._queues = queues
        self._skills = skills
        self._replayed = replayed

    def demand(self, counts: Counter[str]) -> Demand:
        found = self._found
        queue = found["queue"].one_of(self._queues, "queue") if "queue" in found else ""
        channel = found["channel"].one_of(CHANNELS, "channel") if "channel" in found else ""
        id_ = f"{queue}/{channel}"
        counts[id_] += 1
        priority = found.get("priority")
        customers = found.get("customers")
        return Demand(
            id=id_ if counts[id_] == 1 else f"{id_}/{counts[id_]}",
            queue=queue,
            channel=channel,
            service=self._distribution("service") or AT_ONCE,
            rates=() if self._replayed else self._rates(),
            patience=self._distribution("patience") or NEVER,
            wrap_up=self._distribution("wrap_up"),
            retrials=_read_retrials(found["retrials"]) if "retrials" in found else None,
            customers=customers.integer(1, int(_MOST), " people") if customers else None,
            skills=self._read_skills(found["skills"]) if "skills" in found else {},
            priority=priority.number(-_LONGEST, _LONGEST, "seconds") if priority else 0.0,
        )

    def _distribution(self, name: str) -> Distribution | None:
        return read_distribution(self._found[name]) if name in self._found else None

    def _rates(self) -> tuple[Rate, ...]:
        given = [name for name in self._RATES if name in self._found]
        if len(given) != 1:
            self._value.problem(f"must have exactly one of: {', '.join(self._RATES)}")
            return ()
        value = self._found[given[0]]
        rates = self._steady(value) if given[0] == "poisson" else self._by_interval(value)
        surges = self._found.get("surges")
        return surged(rates, tuple(_read_surge(each) for each in surges.elements()) if surges else ())

    def _steady(self, value: Value) -> tuple[Rate, ...]:
        found = value.fields(("per_hour",))
        per_hour = found["per_hour"].number(0, _MOST, "contacts") if "per_hour" in found else 0.0
        return (Rate(*self._hours, per_hour),)

    def _by_interval(self, value: Value) -> tuple[Rate, ...]:
        found = value.fields(("from", "minutes", "contacts"))
        if len(found) < 3:  # noqa: PLR2004  the three required ones; what lacks is noted
            return ()
        start, length = clock_time(found["from"]), found["minutes"].number(0, 1_440, "minutes", above=True) * 60
        rates = []
        for position, each in enumerate(found["contacts"].elements()):
            begins = start + position * length
            per_hour = each.number(0, _MOST, "contacts") * HOUR / length
            cut = Rate(max(begins, self._hours[0]), min(begins + length, self._hours[1]), per_hour)
            if cut.start < cut.end:
                rates.append(cut)
        return tuple(rates)

    def _read_skills(self, value: Value) -> dict[str, int]:
        found = {}
        for skill, minimum in value.items():
            if skill not in self._skills:
                minimum.problem(f"there is no skill {skill!r}; {hint(skill, self._skills)}")
            found[skill] = minimum.integer(LEARNING, EXPERT)
        return found


def _read_surge(value: Value) -> Surge:
    found = value.fields(("from", "to", "factor"))
    start, end = (clock_time(found[name]) if name in found else 0.0 for name in ("from", "to"))
    if "to" in found and not start < end:
        found["to"].problem("must be later than from")
    return Surge(start, end, found["factor"].number(0, 10_000, "times") if "factor" in found else 1.0)


def _read_retrials(value: Value) -> Retrials:
    found = value.fields(("share", "after"), ("most",))
    return Retrials(
        found["share"].number(0, 1, note=" (0.5 is half of them)") if "share" in found else 0.0,
        read_distribution(found["after"]) if "after" in found else AT_ONCE,
        found["most"].integer(1, 100, " times") if "most" in found else 1,
    )
