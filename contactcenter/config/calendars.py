"""Opening hours as people write them ("09:00-12:30", "monday-friday") and back."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

import holidays

from contactcenter.config.reading import Value, hint, kind, short
from contactcenter.domain.calendars import WEEKDAYS, Calendar, Interval

_INTERVAL: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_DAY: Final = 1440
_HOUR: Final = 60
_MOST_INTERVALS: Final = 24
_MOST_DATES: Final = 1_000
_MOST_CALENDARS: Final = 200


def read_calendars(value: Value) -> dict[str, Calendar]:
    """Every calendar by its id."""
    found = {id_: _calendar(id_, calendar) for id_, calendar in value.items()}
    if len(found) > _MOST_CALENDARS:
        value.problem(f"has {len(found)} calendars; use at most {_MOST_CALENDARS}")
    return found


def _calendar(id_: str, value: Value) -> Calendar:
    found = value.fields(("time_zone", "weekly"), ("holidays", "closed", "special"))
    country, region = _holidays(found.get("holidays"))
    return Calendar(
        id=id_,
        time_zone=read_time_zone(found["time_zone"]) if "time_zone" in found else "",
        weekly=_weekly(found["weekly"]) if "weekly" in found else {},
        country=country,
        region=region,
        closed={day: name.text() for day, name in _dates(found.get("closed"))},
        special={day: _intervals(hours) for day, hours in _dates(found.get("special"))},
    )


def read_time_zone(value: Value) -> str:
    """The name of a time zone."""
    name = value.text()
    if name and name not in _zones():
        value.problem(f"there is no time zone {short(name)!r}; {_zone_hint(name)}")
    return name


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone_hint(name: str) -> str:
    """The nearest zone: by its city, or by the whole name."""
    asked = name[:60].casefold().replace(" ", "_")
    by_city = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(_zones(), reverse=True)}
    whole = {zone.casefold(): zone for zone in sorted(_zones())}
    for names, wanted in ((whole, asked), (by_city, asked.rpartition("/")[2])):
        near = difflib.get_close_matches(wanted, list(names), n=1, cutoff=0.75)
        if near:
            return f"did you mean {names[near[0]]!r}?"
    return "use a name of the IANA list, such as America/Montevideo"


def _holidays(value: Value | None) -> tuple[str | None, str | None]:
    if value is None or value.raw is None:
        return None, None
    found = value.fields(("country",), ("region",))
    country, region = found.get("country"), found.get("region")
    if country is None or country.raw is None:
        return None, None
    code = country.text()
    name = region.text() if region is not None and region.raw is not None else None
    if code:
        _check_holidays(code, name, country, region)
    return code, name


def _check_holidays(code: str, name: str | None, country: Value, region: Value | None) -> None:
    try:
        known = holidays.country_holidays(code) if _COUNTRY.fullmatch(code) else None
    except NotImplementedError:
        known = None
    if known is None:
        country.problem(f"{short(code)!r} is no country whose holidays are known; use its two letters, such as UY")
    elif region is not None and name and name not in known.subdivisions:
        remedy = hint(name, known.subdivisions) if known.subdivisions else "this country has none: remove it"
        region.problem(f"there is no region {short(name)!r}; {remedy}")


def _weekly(value: Value) -> dict[int, tuple[Interval, ...]]:
    weekly: dict[int, tuple[Interval, ...]] = {}
    written: dict[int, str] = {}
    for key, hours in value.entries():
        intervals = _intervals(hours)
        days = _days(key)
        if not days:
            hours.problem(f"{short(key)!r} is no weekday; use {', '.join(WEEKDAYS)}, or such as monday-friday")
        for day in days:
            if day in written:
                hours.problem(f"{WEEKDAYS[day]} is there already as {written[day]!r}; keep one")
            written[day] = key
            if intervals:
                weekly[day] = intervals
    return dict(sorted(weekly.items()))


def _days(key: str) -> list[int]:
    """Weekdays that a key names; none when it names none."""
    first, dash, last = (part.strip() for part in key.partition("-"))
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        return []
    start = WEEKDAYS.index(first)
    count = (WEEKDAYS.index(last) - start) % len(WEEKDAYS) if dash else 0
    return [(start + step) % len(WEEKDAYS) for step in range(count + 1)]


def _dates(value: Value | None) -> Iterator[tuple[date, Value]]:
    entries = value.entries() if value is not None else []
    if value is not None and len(entries) > _MOST_DATES:
        value.problem(f"has {len(entries)} dates; use at most {_MOST_DATES}")
        return
    for key, inner in entries:
        try:
            day = date.fromisoformat(key) if _DATE.fullmatch(key) else None
        except ValueError:
            day = None
        if day is None:
            inner.problem(f"{short(key)!r} is no date; write year, month and day, such as 2026-12-24")
        else:
            yield day, inner


def _intervals(value: Value) -> tuple[Interval, ...]:
    if isinstance(value.raw, str):
        value.problem(f'must be a list; write ["{short(value.raw)}"]')
        return ()
    found = []
    for item in value.elements(_MOST_INTERVALS):
        interval = _interval(item)
        if interval is not None:
            found.append(interval)
    found.sort()
    for before, after in pairwise(found):
        if after.start < before.end:
            value.problem(f"{written(before)} and {written(after)} overlap; write them as one")
            return ()
    return tuple(found)


def _interval(value: Value) -> Interval | None:
    if not isinstance(value.raw, str):
        value.problem(f'must be hours such as "09:00-18:00", not {kind(value.raw)}')
        return None
    match = _INTERVAL.fullmatch(value.raw.strip())
    numbers = [int(part) for part in match.groups()] if match else []
    if not numbers or max(numbers[1], numbers[3]) >= _HOUR or numbers[0] * _HOUR + numbers[1] >= _DAY:
        value.problem(f'{short(value.raw)!r} are no hours; write such as "09:00-18:00", midnight at the end is 24:00')
        return None
    start, end = numbers[0] * _HOUR + numbers[1], numbers[2] * _HOUR + numbers[3]
    if end > _DAY:
        value.problem(
            f'{short(value.raw)!r} ends after midnight; write "{_clock(start)}-24:00" and the rest on the next day'
        )
        return None
    if end <= start:
        value.problem(_past_midnight(start, end))
        return None
    return Interval(start, end)


def _past_midnight(start: int, end: int) -> str:
    whole = f"{_clock(start)}-{_clock(end)}"
    if start == end:
        return f'{whole!r} has no length; for the whole day write "00:00-24:00"'
    if end == 0:
        return f'{whole!r} goes to midnight; write "{_clock(start)}-24:00"'
    return (
        f'{whole!r} goes past midnight; write two: "{_clock(start)}-24:00" on this day '
        f'and "00:00-{_clock(end)}" on the next'
    )


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"


def written(interval: Interval) -> str:
    """Such as 09:00-12:30."""
    return f"{_clock(interval.start)}-{_clock(interval.end)}"


def calendar_document(calendar: Calendar) -> dict[str, object]:
    """The calendar as `read_calendars` reads it, every day by itself."""
    country = calendar.country
    return {
        "time_zone": calendar.time_zone,
        "weekly": {WEEKDAYS[day]: _list(intervals) for day, intervals in sorted(calendar.weekly.items())},
        "holidays": None if country is None else {"country": country, "region": calendar.region},
        "closed": {day.isoformat(): name for day, name in sorted(calendar.closed.items())},
        "special": {day.isoformat(): _list(intervals) for day, intervals in sorted(calendar.special.items())},
    }


def _list(intervals: Sequence[Interval]) -> list[str]:
    return [written(interval) for interval in intervals]
