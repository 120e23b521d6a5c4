"""A calendar in local time, held to what a clock on the wall says minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain.calendars import Calendar, Interval
from contactcenter.queues.hours import OpeningHours

HOLIDAYS = {country: holidays.country_holidays(country) for country in ("UY", "BR")}
MINUTE, HOUR, DAY = 60, 3600, 86400
ALWAYS = dict.fromkeys(range(7), (Interval(0, 1440),))
OFFICE = dict.fromkeys(range(5), (Interval(9 * 60, 12 * 60), Interval(13 * 60, 18 * 60)))


def calendar(zone: str, weekly: Mapping[int, tuple[Interval, ...]] = OFFICE, **more: object) -> Calendar:
    return Calendar("hours", zone, weekly, **more)  # type: ignore[arg-type]


def daily(zone: str, *intervals: tuple[int, int]) -> OpeningHours:
    return OpeningHours(calendar(zone, dict.fromkeys(range(7), tuple(Interval(*one) for one in intervals))))


def local(zone: str, *when: int, fold: int = 0) -> float:
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).timestamp()  # type: ignore[misc,arg-type]


def utc(*when: int) -> float:
    return datetime(*when, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


def on_the_wall(what: Calendar, at: float) -> bool:
    """What a person with a watch and the same calendar would say."""
    now = datetime.fromtimestamp(at, ZoneInfo(what.time_zone))
    day, minute = now.date(), now.hour * 60 + now.minute
    if day in what.special:
        open_then = what.special[day]
    elif day in what.closed or (what.country and day in HOLIDAYS[what.country]):
        open_then = ()
    else:
        open_then = what.weekly.get(day.weekday(), ())
    return any(interval.start <= minute < interval.end for interval in open_then)


def flips(what: Calendar, since: float, until: float) -> list[float]:
    minutes = range(int(since) - MINUTE, int(until), MINUTE)
    seen = {at: on_the_wall(what, at) for at in minutes}
    return [at for before, at in pairwise(minutes) if seen[at] is not seen[before]]


def changes(hours: OpeningHours, since: float, until: float) -> list[float]:
    found, at = [], hours.next_change(since - 1)
    while at is not None and at < until:
        found.append(at)
        at = hours.next_change(at)
    return found


def test_an_office_day_has_two_openings() -> None:
    hours, zone = OpeningHours(calendar("America/Montevideo")), "America/Montevideo"
    opened = local(zone, 2026, 7, 13, 9)
    assert not hours.is_open(opened - 0.001)
    assert hours.is_open(opened)
    assert hours.next_change(opened) == opened + 3 * HOUR
    assert not hours.is_open(opened + 3 * HOUR)
    assert hours.next_opening(opened) == opened + 4 * HOUR
    assert hours.next_opening(opened + 3.5 * HOUR) == opened + 4 * HOUR
    friday = local(zone, 2026, 7, 17, 18)
    assert hours.next_opening(friday) == local(zone, 2026, 7, 20, 9)


def test_what_never_changes_has_no_next_change() -> None:
    now = utc(2026, 7, 13)
    always, never = daily("Europe/Madrid", (0, 1440)), OpeningHours(calendar("Europe/Madrid", {}))
    for at in (now, now + 3 * DAY):
        assert always.is_open(at)
        assert always.next_change(at) is None
        assert always.next_opening(at) is None
        assert not never.is_open(at)
        assert never.next_opening(at) is None


def test_a_change_is_looked_for_over_a_year_ahead() -> None:
    party = {date(2027, 8, 1): (Interval(600, 660),)}
    hours = OpeningHours(calendar("UTC", {}, special=party))
    assert hours.next_change(utc(2026, 8, 1)) == utc(2027, 8, 1, 10)
    assert hours.next_change(utc(2026, 1, 1)) is None
    assert hours.next_opening(utc(2027, 8, 1, 10, 30)) is None


def test_intervals_may_touch_overlap_and_come_in_any_order() -> None:
    hours = daily("UTC", (720, 840), (600, 720), (630, 660))
    assert changes(hours, utc(2026, 1, 5), utc(2026, 1, 6)) == [utc(2026, 1, 5, 10), utc(2026, 1, 5, 14)]


def test_open_past_midnight_is_one_opening() -> None:
    hours = OpeningHours(calendar("America/Montevideo", {4: (Interval(1200, 1440),), 5: (Interval(0, 120),)}))
    begun = local("America/Montevideo", 2026, 7, 17, 20)
    assert hours.next_change(begun - 1) == begun
    assert hours.next_change(begun) == begun + 6 * HOUR


def test_special_wins_over_closed_over_holiday_over_weekday() -> None:
    zone, morning = "America/Montevideo", (Interval(540, 600),)
    hours = OpeningHours(
        calendar(
            zone,
            ALWAYS,
            country="UY",
            closed={date(2026, 12, 24): "Nochebuena", date(2026, 12, 25): "Navidad"},
            special={date(2026, 5, 1): morning, date(2026, 12, 25): morning},
        )
    )
    expected = {
        (2026, 4, 30): (True, True, None),
        (2026, 5, 1): (False, True, "special"),  # Workers' Day
        (2026, 8, 25): (False, False, "Declaratoria de la Independencia"),
        (2026, 12, 24): (False, False, "closed: Nochebuena"),
        (2026, 12, 25): (False, True, "special"),
    }
    for day, (at_night, at_nine, name) in expected.items():
        assert hours.is_open(local(zone, *day, 3)) is at_night
        assert hours.is_open(local(zone, *day, 9)) is at_nine
        assert hours.holiday_name(local(zone, *day, 23, 59)) == name


def test_regions_have_holidays_of_their_own() -> None:
    sao_paulo = OpeningHours(calendar("America/Sao_Paulo", ALWAYS, country="BR", region="SP"))
    brazil = OpeningHours(calendar("America/Sao_Paulo", ALWAYS, country="BR"))
    ninth_of_july = local("America/Sao_Paulo", 2026, 7, 9, 12)
    assert not sao_paulo.is_open(ninth_of_july)
    assert brazil.is_open(ninth_of_july)
    madrid = OpeningHours(calendar("Europe/Madrid", ALWAYS, country="ES", region="MD"))
    assert madrid.holiday_name(local("Europe/Madrid", 2026, 1, 6, 12)) == "Epifanía del Señor"


def test_names_do_not_depend_on_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("en_US.UTF-8", "pt_BR.UTF-8"):
        monkeypatch.setenv("LANGUAGE", language)
        hours = OpeningHours(calendar("America/Montevideo", country="UY"))
        assert hours.holiday_name(utc(2026, 1, 1, 12)) == "Año Nuevo"


@pytest.mark.parametrize(
    ("zone", "country", "region", "said"),
    [
        ("America/Montevidoe", None, None, "no time zone 'America/Montevidoe'"),
        ("America", None, None, "no time zone 'America'"),
        ("../etc/passwd", None, None, "no time zone"),
        ("a\x00b", None, None, "no time zone"),
        ("\ud800", None, None, "no time zone"),
        ("x" * 5000, None, None, "no time zone"),
        ("", None, None, "no time zone ''"),
        ("UTC", "XX", None, "no public holidays are known of 'XX'"),
        ("UTC", "uy", None, "no public holidays are known of 'uy'"),
        ("UTC", "HolidayBase", None, "no public holidays are known of 'HolidayBase'"),
        ("UTC", "BR", "ZZ", "no region 'ZZ' of BR; use one of: AC, AL"),
        ("UTC", None, "SP", "region 'SP' has no country"),
    ],
)
def test_what_nobody_knows_is_said_at_once(zone: str, country: str | None, region: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        OpeningHours(calendar(zone, country=country, region=region))


def test_an_interval_in_the_hour_that_does_not_exist_ends_when_the_clock_jumps() -> None:
    zone = "Europe/Madrid"  # 02:00 becomes 03:00
    jump = utc(2026, 3, 29, 1)
    assert changes(daily(zone, (60, 150)), jump - 2 * HOUR, jump + 2 * HOUR) == [jump - HOUR, jump]
    assert changes(daily(zone, (150, 240)), jump - 2 * HOUR, jump + 2 * HOUR) == [jump, jump + HOUR]
    assert changes(daily(zone, (120, 180)), jump - 2 * HOUR, jump + 2 * HOUR) == []


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    zone, back = "Europe/Madrid", utc(2026, 10, 25, 1)  # 03:00 becomes 02:00
    assert local(zone, 2026, 10, 25, 2, fold=1) == back
    whole = daily(zone, (120, 180))
    assert changes(whole, back - 3 * HOUR, back + 3 * HOUR) == [back - HOUR, back + HOUR]
    half = daily(zone, (60, 150))
    expected = [back - 2 * HOUR, back - HOUR / 2, back, back + HOUR / 2]
    assert changes(half, back - 3 * HOUR, back + 3 * HOUR) == expected


def test_a_clock_that_jumps_at_midnight() -> None:
    zone = "America/Sao_Paulo"
    spring = utc(2018, 11, 4, 3)  # 00:00 becomes 01:00: the day begins at one
    assert changes(daily(zone, (0, 90)), spring - HOUR, spring + 4 * HOUR) == [spring, spring + HOUR / 2]
    autumn = utc(2019, 2, 17, 2)  # 24:00 becomes 23:00: Saturday's last hour comes twice
    saturday = OpeningHours(calendar(zone, {5: (Interval(22 * 60, 1440),)}))
    assert changes(saturday, autumn - 5 * HOUR, autumn + DAY) == [autumn - 2 * HOUR, autumn + HOUR]
    assert changes(daily(zone, (540, 600)), utc(2026, 1, 1), utc(2026, 1, 2)) == [
        utc(2026, 1, 1, 12),
        utc(2026, 1, 1, 13),
    ]


def test_a_day_that_never_was() -> None:
    zone, jump = "Pacific/Apia", utc(2011, 12, 30, 10)  # Thursday is followed by Saturday
    friday = OpeningHours(calendar(zone, {4: (Interval(0, 1440),)}))
    assert changes(friday, jump - 5 * DAY, jump + 5 * DAY) == []
    saturday = OpeningHours(calendar(zone, {5: (Interval(0, 600),)}))
    assert changes(saturday, jump - 3 * DAY, jump + 3 * DAY) == [jump, jump + 10 * HOUR]


def test_half_an_hour_comes_twice() -> None:
    zone, back = "Australia/Lord_Howe", utc(2026, 4, 4, 15)  # 02:00 becomes 01:30
    hours = daily(zone, (60, 105))
    expected = [back - HOUR, back - HOUR / 4, back, back + HOUR / 4]
    assert changes(hours, back - 2 * HOUR, back + 2 * HOUR) == expected


ZONES = (
    "UTC",
    "America/Montevideo",
    "America/Sao_Paulo",
    "Europe/Madrid",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Antarctica/Troll",
)
TURNS = (utc(2011, 12, 30), utc(2018, 11, 4), utc(2019, 2, 17), utc(2026, 3, 29), utc(2026, 4, 5), utc(2026, 10, 25))
intervals = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda one: one[0] < one[1]), max_size=3
).map(lambda several: tuple(Interval(*one) for one in several))


@st.composite
def moments(draw: st.DrawFn) -> tuple[Calendar, float]:
    """A calendar, and a UTC midnight near a turn of its clock or of the year."""
    begin = draw(st.sampled_from((*TURNS, utc(2025, 12, 31)))) + draw(st.integers(-2, 2)) * DAY
    days = st.sampled_from([datetime.fromtimestamp(begin, UTC).date() + timedelta(days=day) for day in range(-1, 3)])
    what = calendar(
        draw(st.sampled_from(ZONES)),
        draw(st.dictionaries(st.integers(0, 6), intervals)),
        country=draw(st.sampled_from((None, "UY", "BR"))),
        closed=draw(st.dictionaries(days, st.just("closed"), max_size=1)),
        special=draw(st.dictionaries(days, intervals, max_size=1)),
    )
    return what, begin


@given(moments(), st.data())
def test_it_says_what_the_clock_on_the_wall_says(moment: tuple[Calendar, float], data: st.DataObject) -> None:
    what, begin = moment
    hours = OpeningHours(what)
    end = begin + 2 * DAY
    expected = flips(what, begin, end)
    assert changes(hours, begin, end) == expected
    for at in data.draw(st.lists(st.floats(begin, end, exclude_max=True), max_size=20)):
        assert hours.is_open(at) is on_the_wall(what, at)
        later = hours.next_change(at)
        assert later is None or later > at
        following = [flip for flip in expected if flip > at]
        assert following[:1] == [flip for flip in (later,) if flip is not None and flip < end]


def test_many_years_do_not_fill_the_memory() -> None:
    hours = OpeningHours(calendar("America/Montevideo", country="UY"))
    for day in range(5 * 365):
        hours.is_open(utc(2020, 1, 1) + day * DAY)
    assert len(hours._days) <= 1024
