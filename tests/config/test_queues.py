"""What a queue, a rule and a door say of needs, steps, choices and hours."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contactcenter.config import configuration_from, document_of
from contactcenter.domain.calendars import Outside
from contactcenter.domain.configuration import Preference, RelaxationStep, RoutingSettings, Rule
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentChoice, OutsideHours, PreferredAgent

ES = {"es": "Nombre"}
WHOLE: dict[str, Any] = {
    "skills": {"averias": ES, "es": ES, "pt": ES},
    "profiles": {
        "experto": {"name": "E", "channels": ["sms"], "capacity": {"async": 2}, "skills": {}, "interruptible": False}
    },
    "default_queue": "a",
    "queues": {
        "a": {
            "name": ES,
            "skills": {"averias": 3},
            "any_of": [{"es": 1, "pt": 3}],
            "preferred": {"pt": 4},
            "relaxation": [
                {"after_seconds": 0, "drop_preferred": True},
                {"after_seconds": 30.5, "lower": {"averias": 2}, "drop": ["pt"], "profiles": ["experto"]},
            ],
            "choice": "spare_generalist",
            "preferred_agent": {"agents": ["account_owner", "last_agent"], "seconds": 45},
            "hazard": True,
            "hours": "comercial",
            "outside": {
                "voice": {"do": "refuse", "text": {"es": "Cerrado", "pt": "Fechado"}},
                "chat": {"do": "move", "queue": "b"},
                "*": {"do": "keep"},
            },
        },
        "b": {"name": ES},
    },
    "entry_points": [{"channel": "sms", "queue": "a", "any_of": [{"es": 2}], "preferred": {"pt": 1}}],
    "rules": [
        {"when": {"queue": "a", "channel": "sms", "language": "pt", "tier": "A"}, "skills": {"pt": 1}, "priority": 60},
        {"when": {"flag": "life_support"}, "priority": 600},
        {"when": {}, "any_of": [{"es": 1, "pt": 1}], "preferred": {"es": 5}},
    ],
    "calendars": {"comercial": {"time_zone": "America/Montevideo", "weekly": {"monday": ["09:00-18:00"]}}},
    "hazards": {"queue": "a", "between": 2, "phrases": {"es": ["cable* caíd*", "chispas"], "pt": ["fio caiu"]}},
    "settings": {"urgency": True, "call_wait_seconds": None, "time_zone": "America/Montevideo"},
}


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    raw = copy.deepcopy(WHOLE)
    inner: Any = raw
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return raw


def complaints(raw: object) -> dict[str, str]:
    with pytest.raises(InvalidConfigurationError) as raised:
        configuration_from(raw)
    return {problem.path: problem.message for problem in raised.value.problems}


def test_everything_is_read() -> None:
    made = configuration_from(WHOLE)
    queue = made.queues["a"]
    assert queue.needs == Needs({"averias": 3}, ({"es": 1, "pt": 3},), {"pt": 4})
    assert queue.relaxation == (
        RelaxationStep(0, drop_preferred=True),
        RelaxationStep(30.5, lower={"averias": 2}, drop=("pt",), profiles=("experto",)),
    )
    assert queue.choice is AgentChoice.SPARE_GENERALIST
    assert queue.preference == Preference((PreferredAgent.ACCOUNT_OWNER, PreferredAgent.LAST_AGENT), 45)
    assert (queue.hazard, queue.hours) == (True, "comercial")
    assert queue.beyond_hours("voice") == Outside(OutsideHours.REFUSE, {"es": "Cerrado", "pt": "Fechado"})
    assert queue.beyond_hours("chat") == Outside(OutsideHours.MOVE, queue="b")
    assert queue.beyond_hours("sms") == Outside(OutsideHours.KEEP)
    assert made.entry_points[0].needs == Needs({}, ({"es": 2},), {"pt": 1})
    assert made.rules == (
        Rule("a", "sms", "pt", "A", Needs({"pt": 1}), 60),
        Rule(flag="life_support", priority=600),
        Rule(needs=Needs({}, ({"es": 1, "pt": 1},), {"es": 5})),
    )
    assert made.hazards == Hazards("a", {"es": ("cable* caíd*", "chispas"), "pt": ("fio caiu",)}, between=2)
    assert made.settings == RoutingSettings(urgency=True, call_wait_seconds=None, time_zone="America/Montevideo")
    assert not made.profiles["experto"].interruptible


def test_what_is_written_out_is_read_again() -> None:
    made = configuration_from(WHOLE)
    document = document_of(made)
    assert configuration_from(document) == made
    queues: Any = document["queues"]
    assert queues["a"]["relaxation"] == [
        {"after_seconds": 0, "lower": {}, "drop": [], "drop_preferred": True, "profiles": []},
        {
            "after_seconds": 30.5,
            "lower": {"averias": 2},
            "drop": ["pt"],
            "drop_preferred": False,
            "profiles": ["experto"],
        },
    ]
    assert (queues["b"]["preferred_agent"], queues["b"]["hours"], queues["b"]["outside"]) == (None, None, {})


def test_nothing_said_and_null_are_the_same() -> None:
    raw = copy.deepcopy(WHOLE)
    raw["queues"]["b"] |= {"preferred_agent": None, "hours": None, "waiting_limit": None, "outside": {}}
    assert configuration_from(raw) == configuration_from(WHOLE)
    silent = {name: section for name, section in WHOLE.items() if name != "hazards"}
    assert configuration_from({**silent, "hazards": None}) == configuration_from(silent)
    assert document_of(configuration_from(silent))["hazards"] is None


A = ("queues", "a")


@pytest.mark.parametrize(
    ("path", "value", "where", "complaint"),
    [
        ((*A, "any_of"), [{}], "queues.a.any_of[0]", "is empty, so that nobody could match; add a skill"),
        ((*A, "any_of"), {"es": 1}, "queues.a.any_of", "must be a list, not a group of entries"),
        ((*A, "any_of"), [{"es": 1}, {"es": 1}], "queues.a.any_of[1]", "is there twice; keep one"),
        ((*A, "any_of"), [{"es": 1}] * 21, "queues.a.any_of", "has 21 elements; use at most 20"),
        ((*A, "any_of"), [{"ess": 1}], "queues.a.any_of[0].ess", "there is no skill 'ess'; did you mean 'es'?"),
        ((*A, "preferred"), {"pt": 6}, "queues.a.preferred.pt", "6 is outside of 1 to 5"),
        (
            (*A, "choice"),
            "longest",
            "queues.a.choice",
            "there is no choice of agent 'longest'",
        ),
        ((*A, "choice"), None, "queues.a.choice", "must be a text, not nothing"),
        (("queues", "b", "hazard"), "yes", "queues.b.hazard", "must be true or false, not the text 'yes'"),
        ((*A, "hours"), "comerciall", "queues.a.hours", "there is no calendar 'comerciall'; did you mean 'comercial'?"),
        ((*A, "preferred_agent", "agents"), [], "queues.a.preferred_agent.agents", "names nobody; use last_agent"),
        (
            (*A, "preferred_agent", "agents"),
            ["last_agent", "last_agent"],
            "queues.a.preferred_agent.agents[1]",
            "last_agent is there twice; keep one",
        ),
        ((*A, "preferred_agent", "agents"), ["owner"], "queues.a.preferred_agent.agents[0]", "there is no preferred"),
        ((*A, "preferred_agent"), {"agents": ["last_agent"]}, "queues.a.preferred_agent.seconds", "is missing; add it"),
        ((*A, "preferred_agent", "seconds"), 0, "queues.a.preferred_agent.seconds", "0 is out of bounds; use more"),
        ((*A, "outside", "fax"), {"do": "keep"}, "queues.a.outside.fax", "is not known here"),
        ((*A, "outside", "*"), {}, "queues.a.outside.*.do", "is missing; add it"),
        ((*A, "outside", "*"), {"do": "kep"}, "queues.a.outside.*.do", "there is no thing to do 'kep'; did you mean"),
        ((*A, "outside", "*"), {"do": "move"}, "queues.a.outside.*.queue", "is missing; say to which queue it moves"),
        (
            (*A, "outside", "*"),
            {"do": "move", "queue": "a"},
            "queues.a.outside.*.queue",
            "is this queue itself, which is closed then; name another",
        ),
        ((*A, "outside", "*"), {"do": "move", "queue": "c"}, "queues.a.outside.*.queue", "there is no queue 'c'"),
        ((*A, "outside", "*"), {"do": "keep", "queue": "b"}, "queues.a.outside.*.queue", "only `do: move` goes to"),
        ((*A, "outside", "*"), {"do": "keep", "text": {"es": ""}}, "queues.a.outside.*.text.es", "is empty; write a"),
        ((*A, "outside", "*"), {"do": "keep", "text": "No"}, "queues.a.outside.*.text", "must be a text by language"),
        ((*A, "outside", "*"), {"do": "keep", "text": {"es": "x" * 1501}}, "queues.a.outside.*.text.es", "has 1501 c"),
        (("rules", 0, "when", "queue"), "c", "rules[0].when.queue", "there is no queue 'c'; use one of: a, b"),
        (("rules", 0, "when", "channel"), "fax", "rules[0].when.channel", "there is no channel 'fax'"),
        (("rules", 0, "when", "language"), "Português", "rules[0].when.language", "'Português' is no language code"),
        (
            ("rules", 0, "when", "flag"),
            "lifesupport",
            "rules[0].when.flag",
            "there is no flag 'lifesupport'; did you mean",
        ),
        (("rules", 0, "when", "tier"), 1, "rules[0].when.tier", "must be a text, not the number 1; put it in quotes"),
        (("rules", 0, "when", "color"), "red", "rules[0].when.color", "is not known here"),
        (("rules", 0), {"when": {"tier": "A"}}, "rules[0]", "asks nothing; add skills, any_of, preferred or priority"),
        (("rules", 0), {"priority": 5}, "rules[0].when", "is missing; add it"),
        (("entry_points", 0, "preferred"), {"qom": 1}, "entry_points[0].preferred.qom", "there is no skill 'qom'"),
        (("hazards", "queue"), "c", "hazards.queue", "there is no queue 'c'; use one of: a, b"),
        (("hazards", "queue"), "b", "hazards.queue", "'b' does not go before all others; set its hazard: true"),
        (("hazards", "between"), 21, "hazards.between", "21 is outside of 0 to 20 words"),
        (("hazards", "phrases"), {}, "hazards.phrases", "has no phrase, so that no danger is heard; write some"),
        (("hazards", "phrases"), {"es": []}, "hazards.phrases", "has no phrase, so that no danger is heard; write"),
        (("hazards", "phrases", "spanish"), ["fio caiu"], "hazards.phrases.spanish", "'spanish' is no language code"),
        (("hazards", "phrases", "es"), "cable caído", "hazards.phrases.es", "must be a list, not the text 'cable"),
        (("hazards", "phrases", "es", 0), 5, "hazards.phrases.es[0]", "must be a text, not the number 5"),
        (("hazards", "phrases", "es", 0), "luz", "hazards.phrases.es[0]", "'luz' alone would be heard in nearly every"),
        (("settings", "urgency"), 1, "settings.urgency", "must be true or false, not the number 1"),
        (("settings", "call_wait_seconds"), -1, "settings.call_wait_seconds", "-1 is out of bounds; use 0 or more"),
        (("profiles", "experto", "interruptible"), None, "profiles.experto.interruptible", "must be true or false"),
    ],
)
def test_a_wrong_value_is_refused_with_the_remedy(
    path: tuple[str | int, ...], value: object, where: str, complaint: str
) -> None:
    found = complaints(changed(path, value))
    assert found.get(where, "").startswith(complaint), found
    assert set(found) == {where}, found


@pytest.mark.parametrize(
    ("steps", "where", "complaint"),
    [
        (
            [{"after_seconds": 5}],
            "[0]",
            "does nothing; add lower, drop, drop_preferred or profiles",
        ),
        ([{"lower": {"es": 1}}], "[0].after_seconds", "is missing; add it"),
        ([{"after_seconds": -5, "drop": ["es"]}], "[0].after_seconds", "-5 is out of bounds; use 0 or more"),
        ([{"after_seconds": 5, "drop": ["qom"]}], "[0].drop[0]", "there is no skill 'qom'"),
        ([{"after_seconds": 5, "drop": ["es", "es"]}], "[0].drop[1]", "es is there twice; keep one"),
        ([{"after_seconds": 5, "lower": {"qom": 1}}], "[0].lower.qom", "there is no skill 'qom'"),
        ([{"after_seconds": 5, "lower": {"es": 0}}], "[0].lower.es", "0 is outside of 1 to 5"),
        ([{"after_seconds": 5, "lower": {"es": 1}, "drop": ["es"]}], "[0].lower.es", "is dropped by the same step"),
        ([{"after_seconds": 5, "profiles": ["experta"]}], "[0].profiles[0]", "there is no profile 'experta'; did you"),
        (
            [{"after_seconds": 60, "drop": ["es"]}, {"after_seconds": 60, "drop": ["pt"]}],
            "[1].after_seconds",
            "must be later than the 60 seconds of the step before it",
        ),
        ([{"after_seconds": n, "drop": ["es"]} for n in range(21)], "", "has 21 elements; use at most 20"),
        ({"after_seconds": 5}, "", "must be a list, not a group of entries"),
    ],
)
def test_a_step_that_cannot_be_is_refused(steps: object, where: str, complaint: str) -> None:
    found = complaints(changed((*A, "relaxation"), steps))
    assert found[f"queues.a.relaxation{where}"].startswith(complaint)
    assert len(found) == 1


def test_queues_that_move_to_each_other_in_a_circle_are_refused() -> None:
    raw = copy.deepcopy(WHOLE)
    raw["queues"]["c"] = {"name": ES, "hours": "comercial", "outside": {"*": {"do": "move", "queue": "a"}}}
    raw["queues"]["b"] |= {"hours": "comercial", "outside": {"*": {"do": "move", "queue": "c"}}}
    remedy = "moves in a circle when all are closed (a → b → c → a); let one of them keep or refuse"
    assert complaints(raw) == {"queues.a.outside.chat.queue": remedy}
    raw["queues"]["b"]["outside"]["chat"] = {"do": "keep"}
    configuration_from(raw)


def test_a_queue_that_never_closes_ends_every_way() -> None:
    raw = copy.deepcopy(WHOLE)
    raw["queues"]["b"]["outside"] = {"*": {"do": "move", "queue": "a"}}
    configuration_from(raw)
