from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contactcenter.domain.calendars import Calendar, Interval
from contactcenter.domain.configuration import (
    Configuration,
    EntryPoint,
    Preference,
    QueueSettings,
    RelaxationStep,
    SkillProfile,
    first_word,
)
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.validation import validate
from contactcenter.domain.words import MediaClass, PreferredAgent

NUMBER = "+59829001234"
DAY = date(2026, 12, 24)
SMALL = Configuration(
    version=1,
    skills={"averias": {"es": "Averías"}},
    profiles={"experto": SkillProfile("experto", "Experto", ("sms",), {MediaClass.ASYNC: 2}, {"averias": 5})},
    queues={"atencion": QueueSettings("atencion", {"es": "Atención"}), "averias": QueueSettings("averias", {})},
    default_queue="atencion",
)


def complaints(configuration: Configuration) -> list[str]:
    with pytest.raises(InvalidConfigurationError) as raised:
        validate(configuration)
    assert str(raised.value) == "; ".join(str(problem) for problem in raised.value.problems)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("LUZ 4401873", "luz"),
        ("  ¡Avería!\nno hay luz", "averia"),
        ("AVERÍA", "averia"),  # decomposed, as some phones send it
        ("straße", "strasse"),
        ("", ""),
        (" \n ", ""),
        ("!!! luz", ""),
    ],
)
def test_a_keyword_is_a_first_word_without_case_accents_and_punctuation(text: str, word: str) -> None:
    assert first_word(text) == word


def test_the_most_particular_door_opens() -> None:
    doors = (
        EntryPoint("sms", "any"),
        EntryPoint("sms", "number", address=NUMBER),
        EntryPoint("sms", "keyword", keyword="LUZ"),
        EntryPoint("sms", "both", address=NUMBER, keyword="Luz"),
        EntryPoint("chat", "chat"),
    )

    def opened(channel: str, address: str, text: str) -> str | None:
        found = {
            entry.queue
            for entry in (
                replace(SMALL, entry_points=doors).entry_for(channel, address, text),
                replace(SMALL, entry_points=doors[::-1]).entry_for(channel, address, text),
            )
            if entry
        }
        assert len(found) <= 1, "the order of the doors means nothing"
        return found.pop() if found else None

    assert opened("sms", NUMBER, "luz 1") == "both"
    assert opened("sms", "+1", "¡luz!") == "keyword"
    assert opened("sms", NUMBER, "hola") == "number"
    assert opened("sms", "+1", "hola") == "any"
    assert opened("chat", NUMBER, "luz") == "chat"
    assert opened("x", NUMBER, "luz") is None


def test_of_equal_doors_the_first_opens() -> None:
    doors = (EntryPoint("sms", "first"), EntryPoint("sms", "second"))
    entry = replace(SMALL, entry_points=doors).entry_for("sms", NUMBER, "")
    assert entry is doors[0]


def test_a_configuration_that_fits_together_is_fine() -> None:
    validate(SMALL)


def test_every_problem_is_said_at_once() -> None:
    profile = SkillProfile(
        "experto", "Experto", (), {MediaClass.LIVE: -1, MediaClass.ASYNC: 1}, {"averia": 3, "averias": 6}
    )
    queue = QueueSettings("averias", {}, skills={"averias": 0}, offer_seconds=0, wrap_up_seconds=-1)
    wrong = replace(
        SMALL,
        profiles={"experto": profile},
        queues={"averias": queue},
        entry_points=(EntryPoint("sms", "averias"), EntryPoint("sms", "facturas", skills={"luz": 1})),
    )
    assert complaints(wrong) == [
        "profiles.experto.skills.averia: there is no such skill; use one of: averias",
        "profiles.experto.skills.averias: proficiency 6 is off the scale; use 1 (learning) to 5 (expert)",
        "profiles.experto.capacity.live: -1 is negative; use 0 or more",
        "queues.averias.skills.averias: proficiency 0 is off the scale; use 1 (learning) to 5 (expert)",
        "queues.averias.offer_seconds: must be more than 0 seconds",
        "queues.averias.wrap_up_seconds: must be more than 0 seconds",
        "entry_points[1].skills.luz: there is no such skill; use one of: averias",
        "entry_points[1].queue: there is no queue 'facturas'; use one of: averias",
        "default_queue: there is no queue 'atencion'; use one of: averias",
    ]


def test_without_any_queue_the_remedy_is_to_add_one() -> None:
    wrong = replace(SMALL, queues={})
    assert complaints(wrong) == [
        "default_queue: there is no queue 'atencion'; use one of: none yet: add it under queues"
    ]


def test_a_problem_says_where_as_far_as_it_is_known() -> None:
    assert str(Problem("a.b", "is wrong")) == "a.b: is wrong"
    assert str(Problem("a.b", "is wrong", "skills.yaml")) == "skills.yaml: a.b: is wrong"
    assert str(Problem("a.b", "is wrong", "skills.yaml", 41)) == "skills.yaml:41: a.b: is wrong"


def test_what_depends_on_time_must_make_sense() -> None:
    night = Interval(1320, 1500)
    broken = Calendar(
        "broken", "UTC", {7: (), 0: (night,)}, region="SP", closed={DAY: "Feast"}, special={DAY: (Interval(0, 60),)}
    )
    shut = Calendar("shut", "UTC", {0: ()})
    mixed = Calendar("mixed", "UTC", {1: (Interval(600, 700), Interval(650, 720))})
    queue = QueueSettings(
        "averias",
        {},
        relaxation=(RelaxationStep(-1.0, drop_preferred=True),),
        preference=Preference((PreferredAgent.LAST_AGENT,), 0.0),
    )
    wrong = replace(
        SMALL,
        queues={"averias": queue},
        default_queue="averias",
        entry_points=(),
        calendars={calendar.id: calendar for calendar in (broken, shut, mixed)},
    )
    found = [complaint.partition(":")[0] for complaint in complaints(wrong)]
    assert sorted(found) == [
        "calendars.broken.closed.2026-12-24",
        "calendars.broken.holidays.region",
        "calendars.broken.weekly",
        "calendars.broken.weekly.monday",
        "calendars.mixed.weekly.tuesday",
        "calendars.shut",
        "queues.averias.preferred_agent.seconds",
        "queues.averias.relaxation[0].after_seconds",
    ]
