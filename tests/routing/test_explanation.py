"""Explanations of states that were made by hand: what each reason, step and place looks like."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from contactcenter.domain.calendars import Calendar, Interval
from contactcenter.domain.configuration import (
    Configuration,
    QueueSettings,
    RelaxationStep,
    RoutingSettings,
    ServiceLevel,
    SkillProfile,
)
from contactcenter.domain.needs import Clause, Needs, clauses_of
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, Refusal
from contactcenter.routing.abilities import abilities, what_if, with_skills
from contactcenter.routing.explanation import (
    LineCount,
    Waiting,
    explain,
    goes_before,
    line_of,
    waits,
)
from contactcenter.routing.staffing import on_shift, profile_of
from contactcenter.routing.state import Agent, Contact

NOW = 10_000.0
EVERYTHING = {MediaClass.VOICE: 1, MediaClass.LIVE: 2, MediaClass.ASYNC: 3}
STEPS = (
    RelaxationStep(60.0, lower={"outages": 2}),
    RelaxationStep(120.0, drop=("outages",), profiles=("mail",)),
)


def center(**settings: Any) -> Configuration:
    profiles = (
        SkillProfile("expert", "Expert", ("sms", "voice"), EVERYTHING, {"outages": 5}),
        SkillProfile("novice", "Novice", ("sms", "voice"), EVERYTHING, {"outages": 2}),
        SkillProfile("bills", "Bills", ("sms",), EVERYTHING, {"bills": 3}),
        SkillProfile("mail", "Mail", ("email",), EVERYTHING, {"outages": 5}),
    )
    queues = (
        QueueSettings(
            "outages", {}, {"outages": 4}, relaxation=STEPS, hours="office", service_level=ServiceLevel(0.8, 20.0)
        ),
        QueueSettings("general", {}, service_level=ServiceLevel(0.8, 200.0)),
    )
    office = Calendar("office", "UTC", {day: (Interval(540, 1080),) for day in range(7)})
    return Configuration(
        version=7,
        skills={"outages": {}, "bills": {}},
        profiles={profile.id: profile for profile in profiles},
        queues={queue.id: queue for queue in queues},
        default_queue="general",
        settings=RoutingSettings(**settings),
        calendars={"office": office},
    )


def waiting(name: str = "c", queue: str = "outages", **fields: Any) -> Contact:
    needs = Needs({"outages": 4}) if queue == "outages" else Needs()
    values: dict[str, Any] = {
        "channel": "sms",
        "media": MediaClass.ASYNC,
        "clauses": clauses_of(needs),
        "priority": 0.0,
        "place": NOW - 30,
        "queued_at": NOW - 30,
    }
    fixed: dict[str, Any] = {
        "customer_id": "k",
        "thread": name,
        "address": "a",
        "to": "b",
        "own_priority": 0.0,
        "arrived_at": NOW - 30,
    }
    return Contact(id=name, queue=queue, **(fixed | values | fields))


def person(name: str, profile: str = "expert", **fields: Any) -> Agent:
    values: dict[str, Any] = {"status": AgentStatus.AVAILABLE, "sessions": {f"{name}-1"}}
    return Agent(id=name, name=name.title(), profile=profile, **(values | fields))


def explained(contact: Contact, *agents: Agent, lines: list[LineCount] | None = None, **settings: Any) -> Waiting:
    return explain(center(**settings), contact, agents, lines or [count(contact)], NOW)


def count(contact: Contact, number: int = 1, earlier: int = 0) -> LineCount:
    return LineCount(key=line_of(contact), count=number, first=contact.rank, oldest=contact.place, earlier=earlier)


def people(view: Waiting) -> dict[str, Refusal | None]:
    return {one.agent_id: one.refusal for group in view.groups for one in group.people}


def test_only_what_nobody_has_waits() -> None:
    assert waits(waiting())
    assert not waits(waiting(state=ContactState.OFFERED))


def test_each_person_is_passed_over_for_a_reason() -> None:
    contact = waiting(passed_over={"dora": NOW + 40})
    call = person("call", holds={"x": MediaClass.VOICE})
    view = explained(
        contact,
        call,
        person("away", status=AgentStatus.NOT_READY, reason="break"),
        person("gone", status=AgentStatus.LOGGED_OUT),
        person("dora"),
        person("novi", "novice"),
        person("bill", "bills"),
        person("mail", "mail"),
        person("lost", "deleted"),
    )
    assert people(view) == {
        "call": Refusal.ON_A_CALL,
        "away": Refusal.NOT_READY,
        "gone": Refusal.LOGGED_OUT,
        "dora": Refusal.DECLINED_THIS_CONTACT,
        "novi": Refusal.PROFICIENCY_TOO_LOW,
        "bill": Refusal.SKILL_MISSING,
        "mail": Refusal.CHANNEL_NOT_IN_PROFILE,
        "lost": Refusal.CHANNEL_NOT_IN_PROFILE,
    }
    able = view.groups[0]
    assert (able.profile, able.refusal, able.members, able.signed_in, able.ready) == ("expert", None, 4, 3, 0)
    assert able.refused[Refusal.NOT_READY] == 1
    by_name = {one.agent_id: one for one in able.people}
    assert by_name["dora"].until == NOW + 40
    assert by_name["away"].reason == "break"
    assert (view.able, view.ever, view.position, view.in_line, view.level) == (3, True, 1, 1, 0)


def test_the_ready_are_named_first_and_only_so_many_are_named() -> None:
    crowd = [person(f"e{n}", status=AgentStatus.NOT_READY) for n in range(60)]
    crowd += [person("ready"), *(person(f"b{n}", "bills") for n in range(20))]
    view = explained(waiting(), *crowd)
    assert [len(group.people) for group in view.groups] == [50, 0]
    assert view.groups[0].people[0].agent_id == "ready"
    assert view.groups[0].members == 61
    few = explained(waiting(), *crowd[40:])
    assert [len(group.people) for group in few.groups] == [21, 5]


def test_steps_are_taken_by_time_and_by_absence() -> None:
    view = explained(waiting(), person("bob", "novice"))
    assert (view.level, view.able, view.ever) == (1, 1, True)
    assert [(one.holds, one.absence, one.at, one.able) for one in view.steps] == [
        (True, True, NOW + 30, 1),
        (False, False, NOW + 90, 1),
    ]
    assert view.next_step is view.steps[1]
    assert view.asked.required == (Clause((("outages", 2),)),)
    waited = explained(waiting(relaxed=1), person("bob", "novice"))
    assert [(one.holds, one.absence) for one in waited.steps] == [(True, False), (False, False)]
    dropped = explained(waiting(relaxed=2), person("bill", "bills"))
    assert dropped.next_step is None
    assert people(dropped) == {"bill": None}


def test_it_says_when_nobody_on_shift_could_ever_take_it() -> None:
    view = explained(waiting(), person("mail", "mail"), person("gone", status=AgentStatus.LOGGED_OUT))
    assert (view.able, view.ever, view.level) == (0, False, 2)
    assert all(one.holds and one.absence for one in view.steps)


def test_a_contact_that_is_reserved_waits_for_one_person() -> None:
    contact = waiting(reserved_for="bob", reserved_until=NOW + 9)
    view = explained(contact, person("ana"), person("bob", "bills"), person("cleo", "bills"), lines=[])
    assert people(view) == {
        "bob": None,
        "cleo": Refusal.SKILL_MISSING,
        "ana": Refusal.RESERVED_FOR_ANOTHER,
    }
    assert view.position is None
    assert view.groups[1].people[0].until == NOW + 9


def test_a_contact_that_is_kept_says_when_its_queue_opens() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
    contact = waiting(kept=True, queued_at=0.0)
    view = explain(center(), contact, [person("ana")], [], midnight)
    assert view.opens_at == midnight + 9 * 3600
    assert [one.at for one in view.steps] == [midnight + 9 * 3600 + 60, midnight + 9 * 3600 + 120]
    assert view.position is None
    noon = midnight + 12 * 3600
    assert explain(center(), contact, [], [], noon).opens_at == noon
    other = replace(contact, queue="general", clauses=())
    assert explain(center(), other, [], [], noon).opens_at == noon
    unknown = replace(contact, queue="removed")
    assert explain(center(), unknown, [], [], noon).steps == ()


def test_what_is_ahead_depends_on_whom_one_asks() -> None:
    contact = waiting()
    mine = count(contact, 5, earlier=2)
    general = count(waiting("g", "general"), 10, earlier=4)
    hazard = count(waiting("h", "general", hazard=True), 3, earlier=0)
    voice = count(waiting("v", "outages", channel="voice", media=MediaClass.VOICE), 9, earlier=9)
    view = explained(contact, person("ana"), person("bill", "bills"), lines=[mine, general, hazard, voice])
    assert (view.position, view.in_line) == (3, 5)
    assert {group.profile: group.ahead for group in view.groups} == {"expert": 2 + 4 + 3 + 9, "bills": 0}
    urgent = waiting("u", hazard=True)
    lines = [count(urgent, 1), general]
    assert explained(urgent, person("ana"), lines=lines).groups[0].ahead == 0


def test_with_urgency_a_queue_with_more_patience_waits_longer() -> None:
    contact = waiting(priority=10.0)
    assert goes_before(center(), contact, NOW) == {"outages": NOW - 40, "general": NOW - 40}
    urgent = goes_before(center(urgency=True), contact, NOW)
    assert urgent == {"outages": NOW - 40, "general": NOW - 400}
    assert set(goes_before(center(urgency=True), replace(contact, queue="removed"), NOW)) == {"outages", "general"}


def test_what_a_person_could_take_and_why_not_now() -> None:
    configuration = center()
    agent = person("bob", "bills", holds={"x": MediaClass.VOICE})
    staff = on_shift(configuration, [agent, person("ana")])
    lines = [count(waiting("g", "general"), 4), count(waiting(), 2), count(waiting("h", "general", hazard=True))]
    found = abilities(configuration, agent, staff, lines, NOW)
    assert [one.line.key.hazard for one in found.served] == [True, False]
    assert found.waiting == 5
    assert [one.refusal for one in found.others] == [Refusal.SKILL_MISSING]
    assert set(found.now.values()) == {Refusal.ON_A_CALL}


def test_urgency_orders_what_a_person_serves() -> None:
    configuration = center(urgency=True)
    agent = person("ana")
    lines = [count(waiting("g", "general", place=NOW - 99)), count(waiting())]
    served = abilities(configuration, agent, on_shift(configuration, [agent]), lines, NOW).served
    assert [one.line.key.queue for one in served] == ["outages", "general"]


def test_what_if_a_skill_or_the_profile_changed() -> None:
    configuration = center()
    agent, ana = person("bob", "bills"), person("ana")
    staff = on_shift(configuration, [agent, ana])
    lines = [count(waiting(), 2), count(waiting("g", "general"))]
    profile = profile_of(configuration, "bills")
    found = what_if(configuration, agent, staff, lines, NOW, with_skills(profile, {"outages": 4, "bills": 0}))
    assert found.abilities.profile.skills == {"outages": 4}
    assert [one.line.count for one in found.gained] == [2]
    assert found.lost == ()
    worse = what_if(configuration, agent, staff, lines, NOW, profile_of(configuration, "mail"))
    assert [one.line.key.queue for one in worse.lost] == ["general"]
    assert worse.gained == ()


def test_what_if_looks_anew_at_who_is_missing() -> None:
    """Alone on shift, a novice serves by absence; as a beginner the line needs the next step as well."""
    configuration = center()
    agent = person("bob", "novice")
    staff = on_shift(configuration, [agent])
    profile = with_skills(profile_of(configuration, "novice"), {"outages": 1})
    found = what_if(configuration, agent, staff, [count(waiting())], NOW, profile)
    assert [one.level for one in found.abilities.served] == [2]
    assert found.gained == found.lost == ()
    away = person("bob", "novice", status=AgentStatus.LOGGED_OUT)
    alone = what_if(configuration, away, [], [count(waiting())], NOW, profile)
    assert [one.level for one in alone.abilities.served] == [2]
