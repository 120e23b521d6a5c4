"""Half-hours, and the hours and days of a time zone that they make up.

Half-hours stand on a grid of UTC, so a day may have 46, 48 or 50 of them. Where a zone is off by a
quarter of an hour, its days begin with the half-hour that holds their midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

SPAN: Final = 1_800
"""Seconds of a half-hour."""


class Interval(StrEnum):
    """How long a line of a report is."""

    HALF_HOUR = "30m"
    HOUR = "1h"
    DAY = "1d"


def span_of(at: float) -> int:
    """The half-hour that holds `at`: its start, in UTC seconds."""
    return int(at // SPAN) * SPAN


def day_of(at: float, zone: ZoneInfo) -> date:
    """The local date at `at` (UTC seconds)."""
    return datetime.fromtimestamp(at, zone).date()


def midnight(day: date, zone: ZoneInfo) -> float:
    """When a local day begins, in UTC seconds; where midnight is skipped, the moment after the gap."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def day_starts(at: float, zone: ZoneInfo) -> int:
    """The first half-hour of the local day that holds `at`."""
    return span_of(midnight(day_of(at, zone), zone))


def day_ends(at: float, zone: ZoneInfo) -> int:
    """The first half-hour after the local day that holds `at`."""
    return span_of(midnight(day_of(at, zone) + timedelta(days=1), zone))


def line_of(start: int, interval: Interval, zone: ZoneInfo) -> int:
    """The start (UTC seconds) of the line of a report to which the half-hour from `start` belongs."""
    if interval is Interval.HALF_HOUR:
        return start
    if interval is Interval.DAY:
        return day_starts(_within(start, zone), zone)
    local = datetime.fromtimestamp(start, UTC).astimezone(zone)
    return span_of(local.replace(minute=0, second=0, microsecond=0).timestamp())


def line_ends(start: int, interval: Interval, zone: ZoneInfo) -> int:
    """The end (UTC seconds) of a line that begins at `start`."""
    if interval is Interval.HALF_HOUR:
        return start + SPAN
    if interval is Interval.DAY:
        return day_ends(_within(start, zone), zone)
    end = start + SPAN
    while line_of(end, interval, zone) == start:
        end += SPAN
    return end


def _within(start: int, zone: ZoneInfo) -> float:
    """A moment of the local day that the half-hour belongs to: the one it ends in, where midnight falls inside."""
    last = start + SPAN - 1
    return last if day_of(last, zone) != day_of(start, zone) else start
