"""Half-hours, hours and days of time zones with and without daylight saving."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from contactcenter.queues.intervals import SPAN, Interval, day_ends, day_of, day_starts, line_ends, line_of, span_of

ZONES = [ZoneInfo(name) for name in ("America/Montevideo", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe")]


def spans_of(day: date, zone: ZoneInfo) -> int:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp()
    return (day_ends(noon, zone) - day_starts(noon, zone)) // SPAN


@pytest.mark.parametrize(
    ("zone", "day", "count"),
    [
        ("America/Montevideo", date(2026, 11, 22), 48),
        ("Europe/Madrid", date(2026, 3, 29), 46),
        ("Europe/Madrid", date(2026, 10, 25), 50),
        ("Australia/Lord_Howe", date(2026, 10, 4), 47),
        ("Australia/Lord_Howe", date(2026, 4, 5), 49),
        ("Asia/Kathmandu", date(2026, 11, 22), 48),
        ("America/Sao_Paulo", date(2018, 11, 4), 46),
    ],
)
def test_a_day_has_as_many_half_hours_as_it_lasts(zone: str, day: date, count: int) -> None:
    assert spans_of(day, ZoneInfo(zone)) == count


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("interval", list(Interval))
def test_lines_cover_a_year_without_gaps(zone: ZoneInfo, interval: Interval) -> None:
    span = day_starts(datetime(2026, 1, 1, 12, tzinfo=zone).timestamp(), zone)
    start = line_of(span, interval, zone)
    for _ in range(30 if interval is Interval.DAY else 400):
        end = line_ends(start, interval, zone)
        assert {line_of(one, interval, zone) for one in range(start, end, SPAN)} == {start}
        assert line_of(end, interval, zone) == end
        start = end


def test_the_repeated_hour_is_told_twice() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    two = span_of(datetime(2026, 10, 25, 2, 30, tzinfo=madrid).timestamp())
    first, second = (line_of(two + shift, Interval.HOUR, madrid) for shift in (0, 3600))
    assert second - first == 3600
    assert datetime.fromtimestamp(first, madrid).hour == datetime.fromtimestamp(second, madrid).hour == 2


def test_the_date_is_local() -> None:
    evening = datetime(2026, 11, 22, 23, 30, tzinfo=ZoneInfo("America/Montevideo")).timestamp()
    assert day_of(evening, ZoneInfo("America/Montevideo")) == date(2026, 11, 22)
    assert day_of(evening, ZoneInfo("UTC")) == date(2026, 11, 23)


def test_where_midnight_is_off_the_grid_a_day_begins_with_the_half_hour_that_holds_it() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    midnight = datetime(2026, 11, 22, tzinfo=kathmandu).timestamp()
    start = day_starts(midnight, kathmandu)
    assert start == midnight - 900
    assert line_of(start, Interval.DAY, kathmandu) == start
    assert line_of(start - SPAN, Interval.DAY, kathmandu) == start - 48 * SPAN
