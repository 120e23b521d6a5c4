"""Hours as people write them."""

from __future__ import annotations

import string
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config.calendars import calendar_document, read_calendars
from contactcenter.config.reading import Value
from contactcenter.domain.calendars import WEEKDAYS, Calendar, Interval
from contactcenter.domain.errors import Problem

ZONE = "America/Montevideo"
OPEN = {"monday": ["09:00-18:00"]}


def read(raw: object) -> tuple[dict[str, Calendar], dict[str, str]]:
    problems: list[Problem] = []
    made = read_calendars(Value(raw, "calendars", problems))
    return made, {problem.path: problem.message for problem in problems}


def one(**fields: Any) -> tuple[Calendar, dict[str, str]]:
    made, problems = read({"c": {"time_zone": ZONE, "weekly": OPEN, **fields}})
    return made["c"], {path.removeprefix("calendars.c."): message for path, message in problems.items()}


def test_everything_is_read() -> None:
    made, problems = one(
        weekly={"monday-thursday": ["13:30-18:00", "9:00-12:30"], "friday": ["00:00-24:00"], "sunday": []},
        holidays={"country": "BR", "region": "SP"},
        closed={"2026-12-24": "Nochebuena"},
        special={"2026-12-31": ["09:00-12:00"], "2027-01-01": []},
    )
    assert problems == {}
    morning_and_afternoon = (Interval(540, 750), Interval(810, 1080))
    assert made == Calendar(
        "c",
        ZONE,
        weekly={**dict.fromkeys(range(4), morning_and_afternoon), 4: (Interval(0, 1440),)},
        country="BR",
        region="SP",
        closed={date(2026, 12, 24): "Nochebuena"},
        special={date(2026, 12, 31): (Interval(540, 720),), date(2027, 1, 1): ()},
    )


def test_a_range_of_days_may_go_over_the_weekend() -> None:
    made, problems = one(weekly={"saturday-monday": ["10:00-11:00"]})
    assert (sorted(made.weekly), problems) == ([0, 5, 6], {})


def test_nothing_said_of_holidays_and_null_are_the_same() -> None:
    for holidays in (None, {"country": None}, {"country": None, "region": None}):
        made, problems = one(holidays=holidays)
        assert (made.country, made.region, problems) == (None, None, {})


@pytest.mark.parametrize(
    ("hours", "complaint"),
    [
        ("22:00-06:00", 'goes past midnight; write two: "22:00-24:00" on this day and "00:00-06:00" on the next'),
        ("22:00-00:00", 'goes to midnight; write "22:00-24:00"'),
        ("09:00-09:00", 'has no length; for the whole day write "00:00-24:00"'),
        ("22:00-25:00", 'ends after midnight; write "22:00-24:00" and the rest on the next day'),
        ("24:00-24:00", "are no hours; write such as"),
        ("09:60-18:00", "are no hours; write such as"),
        ("9-18", "are no hours; write such as"),
        ("", "are no hours; write such as"),
        ("٠٩:00-18:00", "are no hours; write such as"),
        (9, 'must be hours such as "09:00-18:00", not the number 9'),
        (None, 'must be hours such as "09:00-18:00", not nothing'),
    ],
)
def test_hours_that_are_none_are_refused_with_the_remedy(hours: object, complaint: str) -> None:
    _, problems = one(weekly={"monday": [hours]})
    assert complaint in problems["weekly.monday[0]"]


@pytest.mark.parametrize(
    ("fields", "where", "complaint"),
    [
        ({"time_zone": "Montevideo"}, "time_zone", "'Montevideo'; did you mean 'America/Montevideo'?"),
        ({"time_zone": "america/montevideo"}, "time_zone", "did you mean 'America/Montevideo'?"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "use a name of the IANA list, such as America/Montevideo"),
        ({"time_zone": -3}, "time_zone", "must be a text, not the number -3"),
        ({"weekly": {"lunes": ["09:00-18:00"]}}, "weekly.lunes", "'lunes' is no weekday; use monday, tuesday"),
        ({"weekly": {"monday-": ["09:00-18:00"]}}, "weekly.monday-", "'monday-' is no weekday"),
        (
            {"weekly": {"monday-friday": ["09:00-18:00"], "friday": ["09:00-17:00"]}},
            "weekly.friday",
            "friday is there already as 'monday-friday'; keep one",
        ),
        ({"weekly": {"monday": "09:00-18:00"}}, "weekly.monday", 'must be a list; write ["09:00-18:00"]'),
        (
            {"weekly": {"monday": ["09:00-12:00", "11:00-18:00"]}},
            "weekly.monday",
            "and 11:00-18:00 overlap",
        ),
        ({"weekly": {"monday": ["09:00-12:00"] * 25}}, "weekly.monday", "has 25 elements; use at most 24"),
        ({"weekly": ["09:00-18:00"]}, "weekly", "must have entries of the form name: value, not be a list"),
        ({"holidays": "UY"}, "holidays", "must have entries of the form name: value, not be the text 'UY'"),
        ({"holidays": {}}, "holidays.country", "is missing; add it"),
        (
            {"holidays": {"country": "Uruguay"}},
            "holidays.country",
            "is no country whose holidays are known; use",
        ),
        ({"holidays": {"country": "XX"}}, "holidays.country", "'XX' is no country whose holidays are known"),
        ({"holidays": {"country": "__class__"}}, "holidays.country", "is no country whose holidays are known"),
        ({"holidays": {"country": "UY", "region": "MO"}}, "holidays.region", "this country has none: remove it"),
        ({"holidays": {"country": "BR", "region": "XX"}}, "holidays.region", "there is no region 'XX'; use one of: AC"),
        ({"closed": {"24/12/2026": "x"}}, "closed.24/12/2026", "is no date; write year, month and day"),
        ({"closed": {"2026-02-30": "x"}}, "closed.2026-02-30", "is no date; write year, month and day"),
        ({"closed": {"20261224": "x"}}, "closed.20261224", "is no date; write year, month and day"),
        ({"closed": {"2026-12-24": 1}}, "closed.2026-12-24", "must be a text, not the number 1"),
        ({"closed": ["2026-12-24"]}, "closed", "must have entries of the form name: value, not be a list"),
        ({"special": {"2026-12-24": None}}, "special.2026-12-24", "must be a list, not nothing"),
        (
            {"closed": {(date(2026, 1, 1) + timedelta(n)).isoformat(): "x" for n in range(1001)}},
            "closed",
            "has 1001 dates; use at most 1000",
        ),
    ],
)
def test_what_is_no_calendar_is_refused_with_the_remedy(fields: dict[str, Any], where: str, complaint: str) -> None:
    _, problems = one(**fields)
    assert complaint in problems.get(where, ""), problems
    assert len(problems) == 1


def test_there_is_a_limit_to_calendars() -> None:
    _, problems = read({f"c{n}": {"time_zone": "UTC", "weekly": OPEN} for n in range(201)})
    assert problems == {"calendars": "has 201 calendars; use at most 200"}


ENDS = st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted)
INTERVALS = ENDS.map(lambda ends: tuple(Interval(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)))
DATES = st.dates(date(1900, 1, 1), date(2200, 1, 1))
CALENDARS = st.builds(
    Calendar,
    id=st.just("c"),
    time_zone=st.sampled_from([ZONE, "UTC", "Europe/Madrid"]),
    weekly=st.dictionaries(st.integers(0, 6), INTERVALS.filter(bool)),
    country=st.sampled_from([None, "UY"]),
    region=st.none(),
    closed=st.dictionaries(DATES, st.text(string.ascii_letters, min_size=1, max_size=9), max_size=3),
    special=st.dictionaries(DATES, INTERVALS, max_size=3),
)


@given(calendar=CALENDARS)
def test_what_is_written_out_is_read_again(calendar: Calendar) -> None:
    made, problems = read({"c": calendar_document(calendar)})
    assert (made, problems) == ({"c": calendar}, {})


KEYS = st.sampled_from([*WEEKDAYS, "monday-friday", "2026-12-24", "country", "region", ""]) | st.text(max_size=4)
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(["09:00-10:00", "UY", ZONE]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=6,
)


@given(fields=st.dictionaries(st.sampled_from(["time_zone", "weekly", "holidays", "closed", "special"]), ODD))
def test_nothing_raises_anything(fields: dict[str, Any]) -> None:
    made, problems = one(**fields)
    assert problems or read({"c": calendar_document(made)}) == ({"c": made}, {})
