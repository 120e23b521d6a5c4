"""Scenarios: what they may say, and what is said of a fault: file, line, remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.words import MediaClass
from contactcenter.simulation import load_scenario
from contactcenter.simulation.chance import Empirical, Exponential, Fixed, Lognormal
from contactcenter.simulation.documents import completed, merged
from contactcenter.simulation.scenario import Rate
from tests.simulation.playing import DAY, refusal

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WHOLE = """
name: Everything
about: Everything that a scenario may say.
day: 2026-11-23T00:00-03:00
from: "08:00"
to: "32:00"
warm_up_minutes: 30
interval_minutes: 15
steady: false
seed: 7
accept: {lognormal: {mean: 3, deviation: 1}}
rona_pause_seconds: 20
short_abandon_seconds: 3
skills: {a: {en: A}}
queues:
  line: {skills: {a: 2}, priority: 60, waiting_limit: 4, service_level: {share: 0.9, seconds: 10}}
profiles:
  all: {skills: {a: 3, b: 1}, capacity: {voice: 1, live: 3, async: 0}}
settings: {waiting_limit: 9}
agents:
  ana: {profile: all, count: 3, from: "08:00", to: "16:00", breaks: [{at: "12:00", minutes: 30}]}
arrivals:
  - queue: line
    channel: voice
    poisson: {per_hour: 60}
    surges: [{from: "10:00", to: "11:00", factor: 3}]
    service: {empirical: [60, 120]}
    patience: {exponential: {mean: 100}}
    wrap_up: {fixed: 10}
    retrials: {share: 0.5, after: 60, most: 2}
    customers: 100
    skills: {b: 1}
    priority: 5
  - queue: line
    channel: voice
    by_interval: {from: "07:30", minutes: 60, contacts: [10, 20]}
    service: 5
"""


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(WHOLE, encoding="utf-8")
    scenario = load_scenario(tmp_path / "all.yaml")
    assert scenario.day.isoformat() == "2026-11-23T00:00:00-03:00"
    assert (scenario.start, scenario.end, scenario.counted_from) == (8 * 3600, 32 * 3600, 8.5 * 3600)
    assert (scenario.interval, scenario.seed, scenario.rona_pause, scenario.short_abandon) == (900, 7, 20, 3)
    assert scenario.accept == Lognormal(3, 1)
    queue, profile = scenario.configuration.queues["line"], scenario.configuration.profiles["all"]
    assert (queue.waiting_limit, queue.priority, queue.name) == (4, 60, {"en": "line"})
    assert (profile.capacity[MediaClass.LIVE], profile.capacity[MediaClass.ASYNC]) == (3, 0)
    assert scenario.configuration.settings.waiting_limit == 9
    [shift] = scenario.shifts
    assert (shift.agents(), shift.start, shift.end, shift.breaks[0].seconds) == (
        ["ana-1", "ana-2", "ana-3"],
        28_800,
        57_600,
        1800,
    )
    first, second = scenario.demand
    assert (first.id, second.id) == ("line/voice", "line/voice/2")
    assert (first.service, first.patience, first.wrap_up) == (Empirical((60, 120)), Exponential(100), Fixed(10))
    assert first.rates == (Rate(28_800, 36_000, 60), Rate(36_000, 39_600, 180), Rate(39_600, 115_200, 60))
    assert second.rates == (Rate(28_800, 30_600, 10), Rate(30_600, 34_200, 20))
    assert (first.customers, first.skills, first.priority, second.wrap_up) == (100, {"b": 1}, 5, None)
    assert first.retrials is not None
    assert (first.retrials.share, first.retrials.after, first.retrials.most) == (0.5, Fixed(60), 2)


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_ready_ones_can_be_read(path: Path) -> None:
    assert load_scenario(path).name


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("name: A small day", "nam: A small day", "day.yaml:2: nam: is not known here; did you mean 'name'?"),
        ("name: A small day", "", "day.yaml:3: name: is missing; add it"),
        ("2026-11-23", "Monday", "day.yaml:3: day: 'Monday' is no date; write such as 2026-11-23"),
        ("2026-11-23", "2026-11-23T08:00", "day: must be midnight; clock times count from it"),
        ('"08:00"', '"8 am"', "day.yaml:4: from: is no clock time; write such as 08:30"),
        ('"08:00"', "8", "from: is no clock time"),
        ('"08:00"', '"08:75"', "from: is no clock time"),
        ('"09:00"', '"07:00"', "day.yaml:5: to: must be later than from; 32:00 is eight o'clock of the next day"),
        ("profile: all", "profile: al", "agents.ana.profile: there is no profile 'al'; did you mean 'all'?"),
        ("count: 1", "count: 0", "agents.ana.count: 0 is outside of 1 to 100000 agents"),
        ("count: 1", 'count: 1, from: "10:00", to: "09:00"', "agents.ana.to: must be later than from; 30:00 is"),
        ("queue: line", "queue: lime", "day.yaml:9: arrivals[0].queue: there is no queue 'lime'; did you mean 'line'?"),
        ("channel: voice", "channel: fax", "arrivals[0].channel: there is no channel 'fax'; use one of: chat"),
        ("wrap_up: 0", "wrap_up: -1", "arrivals[0].wrap_up: -1 is out of bounds"),
        ("wrap_up: 0", "wrap_up: soon", "must have entries of the form name: value, not be the text 'soon'"),
        ("wrap_up: 0", "wrap_up: {}", "must be exactly one of: exponential, lognormal, fixed, empirical; or a number"),
        ("wrap_up: 0", "patience: {exponential: {mean: 0}}", "patience.exponential.mean: 0 is out of bounds; use more"),
        ("wrap_up: 0", "patience: {exponential: {}}", "patience.exponential.mean: is missing; add it"),
        ("wrap_up: 0", "patience: {lognormal: {mean: 3}}", "patience.lognormal.deviation: is missing; add it"),
        ("wrap_up: 0", "patience: {empirical: []}", "patience.empirical: has no values; write those that were"),
        ("wrap_up: 0", "patience: {weibull: {}}", "patience.weibull: is not known here"),
        ("wrap_up: 0", "skills: {none: 3}", "arrivals[0].skills.none: there is no skill 'none'"),
        ("wrap_up: 0", "surges: [{}], retrials: {}", "retrials.share: is missing; add it"),
        ("workload: workload.csv", "workload: nothing.csv", "there is no file nothing.csv; its path is relative"),
        ("workload: workload.csv", "", "arrivals[0].service: is missing; add it"),
        ("workload: workload.csv", "center: nowhere", "center: is not the folder of a skills.yaml and a routing.yaml"),
        (
            "arrivals: [{queue: line, channel: voice, wrap_up: 0}]\nworkload: workload.csv",
            "",
            "say who arrives, or name",
        ),
        ("queues: {line: {wrap_up_seconds: 30}}", "queues: {line: {wrap_up: 30}}", "queues.line.wrap_up: is not known"),
        ("profiles: {all: {}}", "profiles: {all: {skills: {a: 9}}}", "day.yaml:7: profiles.all.skills.a: 9 is outside"),
        ("profiles: {all: {}}", "profiles: 3", "profiles: must have entries of the form"),
        (
            "profiles: {all: {}}",
            'changes: [{at: "08:00", agents: {bo: x}}]\nprofiles: {all: {}}',
            "no agents 'bo'; use",
        ),
        (
            "profiles: {all: {}}",
            'changes: [{at: "08:00"}, {at: "08:00"}]\nprofiles: {all: {}}',
            "changes[1]: must be later than the change before it",
        ),
        (
            "profiles: {all: {}}",
            'changes: [{at: "08:00", queues: {line: {wrap_up_seconds: 0}}}, 3]\nprofiles: {all: {}}',
            "day.yaml:7: changes[0].queues.line.wrap_up_seconds: 0 is out of bounds",
        ),
    ],
)
def test_a_fault_is_named_with_file_line_and_remedy(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in DAY
    assert complaint in refusal(tmp_path, DAY.replace(old, new))


def test_arrivals_by_chance_need_a_rate(tmp_path: Path) -> None:
    day = DAY.replace("workload: workload.csv", "").replace("wrap_up: 0", "service: 3")
    assert "arrivals[0]: must have exactly one of: poisson, by_interval" in refusal(tmp_path, day)
    both = day.replace("service: 3", "service: 3, poisson: {}, by_interval: {}")
    assert "must have exactly one of" in refusal(tmp_path, both)
    surge = day.replace("service: 3", 'service: 3, poisson: {}, surges: [{from: "10:00", to: "09:00"}]')
    said = refusal(tmp_path, surge)
    assert "arrivals[0].poisson.per_hour: is missing" in said
    assert "arrivals[0].surges[0].to: must be later than from" in said
    assert "arrivals[0].surges[0].factor: is missing" in said
    part = day.replace("service: 3", "service: 3, by_interval: {minutes: 30}")
    assert "arrivals[0].by_interval.contacts: is missing" in refusal(tmp_path, part)


def test_something_else_entirely(tmp_path: Path) -> None:
    assert "day.yaml:1: syntax: must begin with name:, day:, agents: and arrivals:" in refusal(tmp_path, "[]")
    with pytest.raises(InvalidConfigurationError, match="it is looked for at"):
        load_scenario(tmp_path / "none.yaml")


def test_a_center_of_files_is_the_ground_that_others_are_laid_upon(tmp_path: Path) -> None:
    day = f"""
name: Ours
day: 2026-11-23
from: "08:00"
to: "09:00"
center: {SCENARIOS.parent}
queues: {{averias: {{waiting_limit: 3}}}}
agents: {{ana: {{profile: comercial, count: 1}}}}
arrivals: [{{queue: averias, channel: voice, poisson: {{per_hour: 3}}, service: 9}}]
"""
    (tmp_path / "day.yaml").write_text(day, encoding="utf-8")
    queue = load_scenario(tmp_path / "day.yaml").configuration.queues["averias"]
    assert (queue.waiting_limit, queue.skills) == (3, {"averias": 2, "es": 1})


def test_laying_one_document_upon_another() -> None:
    base = {"a": {"b": 1, "c": {"d": 2}}, "e": [1]}
    assert merged(base, {"a": {"b": None, "c": {"f": 3}}, "e": [2], "g": 4}) == {
        "a": {"c": {"d": 2, "f": 3}},
        "e": [2],
        "g": 4,
    }
    assert base == {"a": {"b": 1, "c": {"d": 2}}, "e": [1]}


def test_what_is_no_group_of_entries_is_left_to_be_complained_of() -> None:
    assert completed({"queues": 3, "profiles": {"a": 4, "b": {"skills": 5}}, "skills": 6})["queues"] == 3
