"""When a queue is open: a calendar in local time, answered in UTC seconds, daylight saving included.

Time is cut into UTC days. Within one, a zone changes its offset at most once, so local time is one or
two straight pieces; the local intervals are moved to UTC piece by piece. An hour that does not exist
falls out by itself, an hour that comes twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holidays import HolidayBase

    from contactcenter.domain.calendars import Calendar, Interval

_DAY = 86400
_EPOCH = date(1970, 1, 1).toordinal()
_HORIZON = 400 * _DAY
"""How far ahead a change is looked for, in seconds: over a year, so that a yearly day is found."""

_REMEMBERED = 1024
"""UTC days remembered: more than the horizon, so that looking ahead twice costs little."""

_CODE = 2
"""Letters of a country's code; longer names are other things of the library."""


class _Span(NamedTuple):
    """Open, or not, from `since` until just before `until` (UTC seconds)."""

    since: float
    until: float
    is_open: bool


class OpeningHours:
    """Answers when `calendar` is open. Special days win over closed dates, these over public holidays and weekdays.

    Raises:
        ValueError: for a time zone, country or region that nobody knows.
    """

    __slots__ = ("_calendar", "_days", "_holidays", "_span", "_whole", "_zone")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = _zone(calendar.time_zone)
        self._holidays = _public_holidays(calendar.country, calendar.region)
        self._days: dict[int, tuple[_Span, ...]] = {}
        self._span = _Span(0.0, 0.0, is_open=False)
        self._whole = False

    def is_open(self, at: float) -> bool:
        """Whether it is open at `at` (UTC seconds)."""
        span = self._span
        if not span.since <= at < span.until:
            span = self._move_to(at)
        return span.is_open

    def next_change(self, at: float) -> float | None:
        """The first instant after `at` when it opens or closes (UTC seconds); None if not within 400 days."""
        span = self._span
        if not span.since <= at < span.until:
            span = self._move_to(at)
        if self._whole:
            return span.until
        until = span.until
        while until <= at + _HORIZON:
            later = self._at(until)
            if later.is_open is not span.is_open:
                self._span, self._whole = span._replace(until=until), True
                return until
            until = later.until
        return None

    def next_opening(self, at: float) -> float | None:
        """The first instant after `at` when it opens (UTC seconds); None if not within 400 days of a change."""
        change = self.next_change(at)
        if change is None or not self.is_open(at):
            return change
        return self.next_change(change)

    def holiday_name(self, at: float) -> str | None:
        """What is particular about the local day of `at`, for people; None on an ordinary one."""
        day = datetime.fromtimestamp(at, self._zone).date()
        if day in self._calendar.special:
            return "special"
        if day in self._calendar.closed:
            return f"closed: {self._calendar.closed[day]}"
        return self._public_holiday(day)

    def _move_to(self, at: float) -> _Span:
        self._span, self._whole = self._at(at), False
        return self._span

    def _at(self, at: float) -> _Span:
        number = int(at // _DAY)
        spans = self._days.get(number)
        if spans is None:
            if len(self._days) >= _REMEMBERED:
                self._days.clear()
            spans = self._days[number] = tuple(_tiles(number * _DAY, self._openings(number * _DAY)))
        return spans[bisect_right(spans, at, key=_since) - 1]

    def _openings(self, begin: int) -> Iterator[tuple[float, float]]:
        """When it is open in the UTC day from `begin`, in order of time; some may touch."""
        for since, until, offset in self._pieces(begin):
            for day in range((since + offset) // _DAY, (until - 1 + offset) // _DAY + 1):
                midnight = day * _DAY - offset
                for interval in self._intervals(date.fromordinal(_EPOCH + day)):
                    opens = max(since, midnight + interval.start * 60)
                    closes = min(until, midnight + interval.end * 60)
                    if opens < closes:
                        yield opens, closes

    def _pieces(self, begin: int) -> Iterator[tuple[int, int, int]]:
        """Since, until (UTC seconds) and the seconds that local time is ahead, of the UTC day from `begin`."""
        end = begin + _DAY
        first, last = self._offset(begin), self._offset(end - 1)
        if first == last:
            yield begin, end, first
            return
        before, after = begin, end - 1
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset(middle) == first:
                before = middle
            else:
                after = middle
        yield begin, after, first
        yield after, end, last

    def _offset(self, at: int) -> int:
        offset = datetime.fromtimestamp(at, self._zone).utcoffset()
        assert offset is not None, "a zoned time has an offset"
        return offset.days * _DAY + offset.seconds

    def _intervals(self, day: date) -> list[Interval]:
        calendar = self._calendar
        if day in calendar.special:
            return sorted(calendar.special[day])
        if day in calendar.closed or self._public_holiday(day) is not None:
            return []
        return sorted(calendar.weekly.get(day.weekday(), ()))

    def _public_holiday(self, day: date) -> str | None:
        return None if self._holidays is None else self._holidays.get(day)


def _since(span: _Span) -> float:
    return span.since


def _tiles(begin: int, openings: Iterator[tuple[float, float]]) -> Iterator[_Span]:
    """The UTC day from `begin` without gaps; neighbours may both be open."""
    at: float = begin
    for opens, closes in openings:
        if opens > at:
            yield _Span(at, opens, is_open=False)
        if closes > at:
            yield _Span(max(opens, at), closes, is_open=True)
            at = closes
    if at < begin + _DAY:
        yield _Span(at, begin + _DAY, is_open=False)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown, malformed, or a folder such as "America"
        raise ValueError(f"there is no time zone {name!r}; use an IANA name such as 'America/Montevideo'") from None


def _public_holidays(country: str | None, region: str | None) -> HolidayBase | None:
    if country is None:
        if region is not None:
            raise ValueError(f"region {region!r} has no country; name the country too")
        return None
    import holidays  # a third of a second, only for who asks for them

    try:
        found = holidays.country_holidays(country) if len(country) == _CODE else None
    except NotImplementedError:
        found = None
    if found is None:
        raise ValueError(f"no public holidays are known of {country!r}; use an ISO 3166 code such as 'UY'")
    if region is not None and region not in found.subdivisions:
        known = ", ".join(found.subdivisions) or "none"
        raise ValueError(f"there is no region {region!r} of {country}; use one of: {known}")
    # In the country's own language: else names depend on the locale of whoever started the process.
    return holidays.country_holidays(country, subdiv=region, language=found.default_language)
