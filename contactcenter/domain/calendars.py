"""When a queue is open: weekly hours, holidays and special days of one time zone, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from contactcenter.domain.words import OutsideHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Interval(NamedTuple):
    """Open from `start` until just before `end`: minutes since local midnight, 0 to 1440, start before end.

    What is open past midnight is two intervals, the second on the next day.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours in local time of `time_zone` (IANA name).

    `weekly` has the intervals of each weekday (0 is Monday); a day that is missing is closed. On public
    holidays of `country` (ISO 3166 code, `region` its subdivision) and on `closed` dates nobody works;
    `special` days have hours of their own, holiday or not, and win over everything.
    """

    id: str
    time_zone: str
    weekly: Mapping[int, tuple[Interval, ...]]
    country: str | None = None
    region: str | None = None
    closed: Mapping[date, str] = field(default_factory=dict)
    special: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outside:
    """What happens to a contact that arrives outside the hours of its queue.

    `text` by language is sent to the customer (or played), `queue` is where `OutsideHours.MOVE` moves it.
    """

    do: OutsideHours = OutsideHours.KEEP
    text: Mapping[str, str] = field(default_factory=dict)
    queue: str | None = None
