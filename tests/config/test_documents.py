from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.config import configuration_from, document_of, load_configuration
from contactcenter.domain.configuration import Configuration, QueueSettings, RoutingSettings
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.words import MediaClass

ROOT = Path(__file__).resolve().parents[2]
ES = {"es": "Nombre"}
SMALL: dict[str, Any] = {
    "skills": {"averias": ES, "es": ES},
    "profiles": {
        "experto": {"name": "Experto", "channels": ["sms"], "capacity": {"async": 2}, "skills": {"averias": 5}}
    },
    "default_queue": "atencion",
    "queues": {"atencion": {"name": ES}},
}


def document(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SMALL) | changes


def complaints(raw: object) -> dict[str, str]:
    with pytest.raises(InvalidConfigurationError) as raised:
        configuration_from(raw)
    return {problem.path: problem.message for problem in raised.value.problems}


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    return load_configuration(ROOT).configuration


def test_the_document_of_a_configuration_makes_the_same_configuration(shipped: Configuration) -> None:
    text = json.dumps(document_of(shipped))
    assert configuration_from(json.loads(text), shipped.version) == shipped


def test_what_is_left_out_has_its_default() -> None:
    made = configuration_from(document(), version=7)
    assert made.version == 7
    assert made.queues["atencion"] == QueueSettings(id="atencion", name=ES)
    assert made.settings == RoutingSettings()
    assert made.profiles["experto"].capacity == {MediaClass.VOICE: 0, MediaClass.LIVE: 0, MediaClass.ASYNC: 2}
    assert made.profiles["experto"].exclusive_voice


def test_an_adapter_from_outside_brings_its_channel() -> None:
    raw = document(entry_points=[{"channel": "carta", "queue": "atencion"}])
    assert configuration_from(raw, channels=("carta", "sms")).entry_points[0].channel == "carta"
    assert complaints(raw)["entry_points[0].channel"].startswith("there is no channel 'carta'; ")


def test_every_missing_section_is_named() -> None:
    assert set(complaints({})) == {"skills", "profiles", "default_queue", "queues"}


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    raw = document(queues={"atencion": {"nam": ES}}, default_queue="atension")
    raw["profiles"]["experto"]["skills"] = {"averia": 3}
    raw["profiles"]["experto"]["channels"] = ["smss"]
    assert complaints(raw) == {
        "profiles.experto.skills.averia": "there is no skill 'averia'; did you mean 'averias'?",
        "profiles.experto.channels[0]": "there is no channel 'smss'; did you mean 'sms'?",
        "queues.atencion.nam": "is not known here; did you mean 'name'?",
        "queues.atencion.name": "is missing; add it",
        "default_queue": "there is no queue 'atension'; did you mean 'atencion'?",
    }


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("profiles", "experto", "skills", "averias"), 6, "6 is outside of 1 to 5; 1 is learning, 5 is expert"),
        (("profiles", "experto", "skills", "averias"), "5", "must be a whole number, not the text '5'"),
        (("profiles", "experto", "skills", "averias"), True, "must be a whole number, not true or false"),
        (("profiles", "experto", "skills", "averias"), 2.5, "must be a whole number, not the number 2.5"),
        (("profiles", "experto", "capacity", "async"), -1, "-1 is outside of 0 to 100 contacts at once"),
        (("profiles", "experto", "capacity", "asinc"), 1, "is not known here; did you mean 'async'?"),
        (("profiles", "experto", "channels"), "sms", "must be a list, not the text 'sms'"),
        (("profiles", "experto", "exclusive_voice"), 1, "must be true or false, not the number 1"),
        (("profiles", "experto", "name"), 59829001234, "must be a text, not the number 59829001234; put it in quotes"),
        (("profiles", "experto", "name"), "  ", "is empty; write a text"),
        (("profiles", "experto", "name"), "x" * 201, "has 201 characters; use at most 200"),
        (("profiles", "experto", "name"), "a\x00b", "has control characters or broken letters; write it again"),
        (("profiles", "experto"), [1], "must have entries of the form name: value, not be a list"),
        (("queues", "atencion", "name"), "Atención", "must be a text by language; write {es: Atención}"),
        (("queues", "atencion", "name"), {}, "has no text; write one by language, such as {es: …, pt: …, en: …}"),
        (
            ("queues", "atencion", "name", "ES"),
            "a",
            "'ES' is no language code; use es, pt, en or another of two letters",
        ),
        (("queues", "atencion", "offer_seconds"), 0, "0 is out of bounds; use more than 0, at most 86400 seconds"),
        (("queues", "atencion", "offer_seconds"), math.nan, "nan is out of bounds; use more than 0"),
        (("queues", "atencion", "offer_seconds"), 10**400, "10000"),
        (("queues", "atencion", "offer_seconds"), None, "must be a number of seconds, not nothing"),
        (("queues", "atencion", "decline_seconds"), -1, "-1 is out of bounds; use 0 or more, at most 86400 seconds"),
        (("queues", "atencion", "priority"), math.inf, "inf is out of bounds"),
        (("queues", "atencion", "service_level"), {"share": 80, "seconds": 20}, None),
        (("queues", "atencion", "dispositions"), {"x": {"es": 1}}, None),
        (("queues", "Atención"), {"name": ES}, "'Atención' is no id; use lower-case letters a–z, digits, - and _"),
        (("scale",), {"learning": 0, "expert": 5}, None),
        (("skills",), 3, "must have entries of the form name: value, not be the number 3"),
        (("not_ready_reasons", "rona"), ES, "is a reason that the router gives by itself; choose another id"),
        (("settings", "mass_disconnect_share"), 20, "20 is out of bounds; use more than 0, at most 1 (0.2 is 20 %)"),
        (("settings", "mass_disconnect_minimum"), 0, "0 is outside of 1 to 100000 agents"),
        (("queues", "atencion", "waiting_limit"), -1, "-1 is outside of 0 to 1000000 who may wait"),
        (("settings", "waiting_limit"), "many", "must be a whole number, not the text 'many'"),
        (("settings", "disconnect_grace"), 1, "is not known here; did you mean 'disconnect_grace_seconds'?"),
        (("entry_points",), {}, "must be a list, not a group of entries"),
    ],
)
def test_a_wrong_value_is_refused_with_the_remedy(path: tuple[str, ...], value: object, complaint: str | None) -> None:
    raw = document(not_ready_reasons={}, settings={})
    inner = raw
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    found = complaints(raw)
    if complaint is None:
        assert all(".".join(path) in where for where in found)
    else:
        assert found[".".join(path)].startswith(complaint)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        pytest.param("offer_seconds", 10**5000, "a number of thousands of digits is out of bounds", id="huge"),
        pytest.param("name", {"es": "\ud800"}, "has control characters or broken letters", id="lone surrogate"),
    ],
)
def test_an_odd_value_is_refused(name: str, value: object, complaint: str) -> None:
    raw = document()
    raw["queues"]["atencion"][name] = value
    assert next(iter(complaints(raw).values())).startswith(complaint)


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"channel": "sms"}, ".queue: is missing"),
        ({"channel": "sms", "queue": "atencio"}, ".queue: there is no queue 'atencio'; did you mean 'atencion'?"),
        (
            {"channel": "sms", "queue": "atencion", "address": "+598 2900"},
            ".address: '+598 2900' is no number; write +",
        ),
        ({"channel": "sms", "queue": "atencion", "address": 59829001234}, ".address: must be a text, not the number"),
        ({"channel": "sms", "queue": "atencion", "address": "59829001234"}, ".address: '59829001234' is no number"),
        ({"channel": "sms", "queue": "atencion", "keyword": "sin luz"}, ".keyword: 'sin luz' is not one word"),
        ({"channel": "sms", "queue": "atencion", "keyword": "!!"}, ".keyword: '!!' is not one word"),
        ({"channel": "sms", "queue": "atencion", "language": "spa ñol"}, ".language: 'spa ñol' is no language code"),
        ({"channel": "sms", "queue": "atencion", "skills": {"averia": 2}}, ".skills.averia: there is no skill"),
        (
            {"channel": "sms", "queue": "atencion", "origins": ["https://a.uy"]},
            ".origins: only chat pages have origins",
        ),
        ({"channel": "chat", "queue": "atencion", "origins": ["*"]}, ".origins[0]: '*' is no origin"),
        (
            {"channel": "chat", "queue": "atencion", "origins": ["https://a.uy/p"]},
            ".origins[0]: 'https://a.uy/p' is no",
        ),
        ({"channel": "chat", "queue": "atencion", "origins": ["https://[a.uy"]}, ".origins[0]: 'https://[a.uy' is no"),
        ({"channel": "chat", "queue": "atencion", "origins": ["https://A.uy"]}, ".origins[0]: 'https://A.uy' is no"),
        ({"channel": "chat", "queue": "atencion", "origins": "https://a.uy"}, ".origins: must be a list"),
        ("sms", ": must have entries of the form name: value, not be the text 'sms'"),
    ],
)
def test_a_wrong_entry_point_is_refused_with_the_remedy(entry: object, complaint: str) -> None:
    found = complaints(document(entry_points=[entry]))
    assert any(f"{path}: {message}".startswith(f"entry_points[0]{complaint}") for path, message in found.items())


def test_two_doors_that_are_the_same_are_refused() -> None:
    doors = [{"channel": "sms", "keyword": keyword, "queue": "atencion"} for keyword in ("Avería", "averia")]
    remedy = "is the same door as entry_points[0]; change its address or keyword, or remove one"
    assert complaints(document(entry_points=doors)) == {"entry_points[1]": remedy}


def test_a_channel_listed_twice_is_refused() -> None:
    raw = document()
    raw["profiles"]["experto"]["channels"] = ["sms", "sms"]
    assert complaints(raw) == {"profiles.experto.channels[1]": "sms is there twice; keep one"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(data=st.data())
def test_no_document_raises_anything_but_problems_with_a_path(data: st.DataObject) -> None:
    raw: Any = document(
        entry_points=[{"channel": "chat", "queue": "atencion", "origins": ["https://a.uy"]}], settings={}
    )
    inner = raw
    while True:
        options = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        if not options:
            break
        key = data.draw(st.sampled_from(options))
        if not isinstance(inner[key], dict | list) or data.draw(st.booleans()):
            inner[key] = data.draw(JSON)
            break
        inner = inner[key]
    try:
        made = configuration_from(raw)
    except InvalidConfigurationError:
        pass
    else:
        assert configuration_from(document_of(made)) == made


@given(raw=JSON)
def test_anything_else_is_no_document(raw: object) -> None:
    with pytest.raises(InvalidConfigurationError):
        configuration_from(raw)
