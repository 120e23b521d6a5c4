from __future__ import annotations

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain import codec, instructions, stimuli
from contactcenter.domain.calendars import Calendar, Interval, Outside
from contactcenter.domain.configuration import Configuration, QueueSettings, RelaxationStep, RoutingSettings, Rule
from contactcenter.domain.instructions import Instruction
from contactcenter.domain.needs import Needs
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.stimuli import Stimulus

TIMES = st.floats(min_value=0, max_value=4e9, allow_nan=False)
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
st.register_type_strategy(float, TIMES)
st.register_type_strategy(str, TEXTS)
SKILLS = st.dictionaries(TEXTS, st.integers(1, 5), max_size=2)
GROUPS = st.lists(SKILLS, max_size=2).map(tuple)
NEEDS = st.builds(Needs, skills=SKILLS, any_of=GROUPS, preferred=SKILLS)
st.register_type_strategy(Needs, NEEDS)
LANGUAGES = st.dictionaries(TEXTS, TEXTS, max_size=2)
INTERVALS = st.lists(st.builds(Interval), max_size=2).map(tuple)
CALENDAR = st.builds(
    Calendar,
    weekly=st.dictionaries(st.integers(0, 6), INTERVALS, max_size=2),
    closed=st.dictionaries(st.dates(), TEXTS, max_size=2),
    special=st.dictionaries(st.dates(), INTERVALS, max_size=2),
)
QUEUE = st.builds(
    QueueSettings,
    name=LANGUAGES,
    skills=SKILLS,
    any_of=GROUPS,
    preferred=SKILLS,
    dispositions=st.just(()),
    relaxation=st.lists(st.builds(RelaxationStep, lower=SKILLS), max_size=2).map(tuple),
    outside=st.dictionaries(TEXTS, st.builds(Outside, text=LANGUAGES), max_size=2),
)
st.register_type_strategy(Served, st.builds(Served, cause=LANGUAGES))
MAPPINGS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    stimuli.ContactArrived: {"skills": SKILLS, "preferred": SKILLS},
    stimuli.ConfigurationChanged: {
        "configuration": st.builds(
            Configuration,
            skills=st.dictionaries(TEXTS, LANGUAGES, max_size=2),
            profiles=st.just({}),
            queues=st.dictionaries(TEXTS, QUEUE, max_size=2),
            entry_points=st.just(()),
            not_ready_reasons=st.just(()),
            rules=st.lists(st.builds(Rule), max_size=2).map(tuple),
            calendars=st.dictionaries(TEXTS, CALENDAR, max_size=2),
        ),
        "moves": st.dictionaries(TEXTS, TEXTS, max_size=2),
    },
    instructions.AnswerRequest: {"detail": st.dictionaries(TEXTS, TEXTS, max_size=2)},
}


def made(kinds: tuple[type[Any], ...]) -> st.SearchStrategy[Any]:
    return st.one_of([st.builds(kind, **MAPPINGS.get(kind, {})) for kind in kinds])


@given(stimulus=made(stimuli.ALL))
def test_a_stimulus_comes_back_as_it_was(stimulus: Stimulus) -> None:
    kind, version, body = codec.encode(stimulus)
    assert codec.decode_stimulus(kind, version, body) == stimulus
    assert codec.decode_stimulus(kind, version, body.decode()) == stimulus


@given(instruction=made(instructions.ALL))
def test_an_instruction_comes_back_as_it_was(instruction: Instruction) -> None:
    kind, version, body = codec.encode(instruction)
    assert codec.decode_instruction(kind, version, body) == instruction


def _classes(module: ModuleType, base: type) -> set[type]:
    return {kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, base)}


def test_every_kind_can_be_stored() -> None:
    assert _classes(stimuli, Stimulus) - set(stimuli.ALL) == {Stimulus, stimuli.Asked}
    assert _classes(instructions, Instruction) - set(instructions.ALL) == {Instruction}


def body(**fields: Any) -> bytes:
    whole: Mapping[str, Any] = {"id": "s", "thread": "t"}
    return json.dumps({**whole, **fields}).encode()


def test_a_field_of_a_later_release_is_passed_over() -> None:
    expected = stimuli.CustomerLeft(id="s", thread="t")
    assert codec.decode_stimulus("CustomerLeft", codec.VERSION, body(mood="good")) == expected


def test_a_field_that_an_earlier_release_did_not_write_has_its_default() -> None:
    assert codec.decode_stimulus("CustomerLeft", 0, body()).at == 0.0


def test_a_configuration_of_the_first_release_has_the_defaults_of_what_it_did_not_know() -> None:
    queue = {"id": "a", "name": {"es": "A"}, "skills": {"es": 1}, "priority": 5.0, "dispositions": []}
    profile = {"id": "p", "name": "P", "channels": ["sms"], "capacity": {"async": 1}, "skills": {"es": 5}}
    entry = {"channel": "sms", "queue": "a", "skills": {"es": 2}, "origins": []}
    stored = {
        "version": 3,
        "skills": {"es": {"es": "Español"}},
        "profiles": {"p": profile},
        "queues": {"a": queue},
        "default_queue": "a",
        "entry_points": [entry],
        "settings": {"disconnect_grace_seconds": 10.0, "waiting_limit": None},
    }
    change = codec.decode_stimulus("ConfigurationChanged", 1, body(configuration=stored))
    assert isinstance(change, stimuli.ConfigurationChanged)
    made = change.configuration
    assert made.queues == {"a": QueueSettings("a", {"es": "A"}, skills={"es": 1}, priority=5.0)}
    assert made.settings == RoutingSettings(disconnect_grace_seconds=10.0)
    assert made.profiles["p"].interruptible
    assert (made.rules, made.calendars, made.entry_points[0].needs) == ((), {}, Needs({"es": 2}))


@pytest.mark.parametrize(("kind", "version"), [("CustomerLeft", codec.VERSION + 1), ("CustomerDreamt", 1), ("", 1)])
def test_what_a_later_release_stored_is_named(kind: str, version: int) -> None:
    with pytest.raises(
        codec.UnknownTypeError, match=rf"{kind} version {version} is not known to this release; upgrade"
    ):
        codec.decode_stimulus(kind, version, body())


def test_an_instruction_is_no_stimulus() -> None:
    with pytest.raises(codec.UnknownTypeError):
        codec.decode_stimulus("SendMessage", 1, b"{}")
    with pytest.raises(codec.UnknownTypeError):
        codec.decode_instruction("CustomerLeft", 1, body())


@pytest.mark.parametrize(
    "stored", [b"", b"no", b"[]", b"{}", body(thread=3), body(at="now"), b'{"id": "\xff"}', b'{"x": ' + b"[" * 10_000]
)
def test_what_cannot_be_read_is_said_so(stored: bytes) -> None:
    with pytest.raises(codec.UnreadableError, match="CustomerLeft version 1"):
        codec.decode_stimulus("CustomerLeft", 1, stored)
