"""Whom a queue prefers of those who may take a contact, and for whom a contact waits first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, Preference, QueueSettings, Rule, SkillProfile
from contactcenter.domain.history import EventType
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentChoice, AgentStatus, MediaClass, OfferCause, PreferredAgent
from contactcenter.testing.routing_center import MEDIA, configuration
from tests.routing.center import Center

SKILLS = {"specialist": {"a": 2}, "master": {"a": 5}, "generalist": {"a": 3, "b": 3}}


def going_by(choice: AgentChoice, **fields: Any) -> Configuration:
    """A queue that asks for skill a and goes by `choice`, and another that asks for b."""
    everything = {MediaClass.VOICE: 1, MediaClass.LIVE: 3, MediaClass.ASYNC: 3}
    base = configuration()
    return replace(
        base,
        skills={"a": {"en": "A"}, "b": {"en": "B"}},
        profiles={name: SkillProfile(name, name, tuple(MEDIA), everything, skills) for name, skills in SKILLS.items()},
        queues={
            "a": QueueSettings("a", {"en": "A"}, {"a": 1}, choice=choice, **fields),
            "b": QueueSettings("b", {"en": "B"}, {"b": 1}),
        },
        default_queue="a",
        entry_points=(),
    )


def staffed(choice: AgentChoice, **fields: Any) -> Center:
    """One person of each profile; the generalist has been idle for longest, then the specialist."""
    center = Center(going_by(choice, **fields))
    for name in ("generalist", "specialist", "master"):
        center.agent(name, name)
        center.wait(10)
    return center


@pytest.mark.parametrize(
    ("choice", "who"),
    [
        (AgentChoice.LONGEST_IDLE, "generalist"),
        (AgentChoice.MOST_PROFICIENT, "master"),
        (AgentChoice.LEAST_PROFICIENT, "specialist"),
        (AgentChoice.LEAST_OCCUPIED, "generalist"),
        (AgentChoice.FEWEST_CONTACTS, "generalist"),
    ],
)
def test_each_choice_at_the_beginning_of_a_day(choice: AgentChoice, who: str) -> None:
    center = staffed(choice)
    center.write("first")
    assert center.offered() == {"first": who}
    assert center.peek().decisions[-1].choice is choice


def test_the_best_who_is_ready_and_has_not_declined_it() -> None:
    center = staffed(AgentChoice.MOST_PROFICIENT)
    center.write("first")
    offer = next(iter(center.engine.offers.values()))
    center.ask(it.OfferDeclined, offer_id=offer.id, agent_id="master")
    assert center.offered() == {"first": "generalist"}


def handle(center: Center, contact: str, seconds: float) -> None:
    """A contact is taken by whoever gets it and takes so long."""
    center.write(contact)
    center.accept(contact)
    center.wait(seconds)
    center.end(contact)
    center.finish(contact)


def test_the_least_occupied_is_who_worked_the_smallest_share() -> None:
    center = staffed(AgentChoice.LEAST_OCCUPIED)
    handle(center, "one", 100)  # the generalist
    handle(center, "two", 10)  # the specialist
    handle(center, "three", 50)  # the master
    center.write("next")
    assert center.offered() == {"next": "specialist"}
    assert center.engine.agents["generalist"].occupancy == pytest.approx(100 / 130)


def test_the_fewest_contacts_are_those_of_the_day() -> None:
    center = Center(replace(going_by(AgentChoice.FEWEST_CONTACTS)))
    center.now = 86_400.0 * 10 + 3_600
    for name in ("generalist", "specialist"):
        center.agent(name, name)
        center.wait(1)
    center.agent("master", "master", available=False)
    handle(center, "one", 1)
    handle(center, "two", 1)
    handle(center, "three", 1)  # the generalist again
    center.write("four")
    assert center.offered() == {"four": "specialist"}
    center.accept("four")
    center.end("four")
    center.finish("four")
    handle(center, "five", 1)  # two each; the generalist has been idle for longer
    assert center.engine.agents["generalist"].taken == 3
    center.wait(86_400)
    handle(center, "six", 1)
    center.write("seven")
    assert center.offered() == {"seven": "generalist"}, "a new day, from nothing: the specialist had the sixth"


def test_the_generalist_is_spared_while_others_want_them() -> None:
    center = staffed(AgentChoice.SPARE_GENERALIST)
    center.write("first")
    assert center.offered() == {"first": "generalist"}, "nobody has wanted b yet"
    center.accept("first")
    center.end("first")
    center.finish("first")
    center.feed(
        it.ContactArrived,
        contact_id="b", thread="b", customer_id="c", channel="sms", media=MediaClass.ASYNC, address="", to="",
        place=center.now, queue="b",
    )  # fmt: skip
    center.accept("b")
    center.wait(60)
    center.end("b")
    center.finish("b")
    center.wait(60)
    for name in ("specialist", "master"):  # the generalist is the longest idle
        center.status(name, AgentStatus.NOT_READY, reason="break")
        center.status(name)
    center.write("second")
    assert center.offered() == {"second": "master"}, "idle as long as the specialist: settled by name"


def test_a_wish_comes_before_the_choice() -> None:
    center = staffed(AgentChoice.LONGEST_IDLE, preferred={"a": 4})
    center.write("first")
    assert center.offered() == {"first": "master"}
    center.write("second")
    assert center.offered()["second"] == "generalist", "nobody is left who has it: it is only a wish"


def test_rules_add_what_language_channel_and_tier_ask() -> None:
    rules = (
        Rule(language="pt", needs=Needs(skills={"b": 3})),
        Rule(tier="A", needs=Needs(preferred={"a": 5}), priority=60.0),
        Rule(channel="voice", queue="b", needs=Needs(any_of=({"a": 1},))),
    )
    center = Center(replace(going_by(AgentChoice.LONGEST_IDLE), rules=rules))
    plain, portuguese = center.write("es"), center.write("pt", language="pt")
    large = center.write("large", tier="A")
    assert [len(contact.clauses) for contact in (plain, portuguese, large)] == [1, 2, 2]
    assert (large.priority, large.clauses[1].preferred, large.tier) == (60.0, True, "A")
    call = center.call("call", queue="b", preferred={"a": 4})
    assert [clause.any_of for clause in call.clauses] == [(("b", 1),), (("a", 1),), (("a", 4),)]


def test_rules_go_by_the_registers_a_customer_is_on() -> None:
    rules = (Rule(flag="life_support", priority=600.0), Rule(flag="special_case", tier="A", priority=60.0))
    center = Center(replace(going_by(AgentChoice.LONGEST_IDLE), rules=rules))
    both = ("life_support", "special_case")
    assert center.write("plain").priority == 0.0
    assert center.write("oxygen", flags=both[:1]).priority == 600.0
    assert center.write("school", flags=both, tier="A").priority == 660.0
    assert center.call("call", queue="a", flags=both).priority == 600.0


# Preferred agents


def preferring(*agents: PreferredAgent) -> Center:
    """The queue keeps contacts for somebody for 30 seconds."""
    return staffed(AgentChoice.LONGEST_IDLE, preference=Preference(agents, 30.0))


def test_the_last_agent_is_asked_first() -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    center.write("first", last_agent="master")
    assert center.offered() == {"first": "master"}
    assert [event.agent_id for event in center.peek().events if event.type is EventType.RESERVED] == ["master"]


def busy(center: Center, name: str) -> None:
    """This person is on a call."""
    center.call("call", queue="a", last_agent=name)
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")


def test_a_busy_one_is_waited_for_so_long_and_no_longer() -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    busy(center, "master")
    center.write("first", last_agent="master")
    assert center.offered() == {}
    center.wait(29)
    assert center.offered() == {}
    center.wait(1)
    assert center.offered() == {"first": "generalist"}


def test_who_gets_free_in_time_gets_it() -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    busy(center, "master")
    center.write("first", last_agent="master")
    center.wait(10)
    center.end("call")
    center.finish("call")
    assert center.offered() == {"first": "master"}


@pytest.mark.parametrize("away", ["break", "gone", "finishing", "unable", "unknown"])
def test_nobody_waits_for_somebody_who_is_away(away: str) -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    if away == "break":
        center.status("master", AgentStatus.NOT_READY, reason="break")
    elif away == "gone":
        center.feed(it.ConsoleClosed, session_id="master-1", agent_id="master")
    elif away == "finishing":
        busy(center, "master")
        center.status("master", AgentStatus.NOT_READY, reason="break", when_done=True)
    elif away == "unable":
        center.feed(it.AgentConfigured, agent_id="master", name="M", profile="gone")
        center.feed(it.ConfigurationChanged, configuration=_without_a(center))
    center.write("first", last_agent="nobody" if away == "unknown" else "master")
    assert center.offered() == {"first": "generalist"}


def _without_a(center: Center) -> Configuration:
    now = center.engine.configuration
    mute = replace(now.profiles["master"], skills={"b": 1})
    return replace(now, version=2, profiles={**now.profiles, "master": mute})


@pytest.mark.parametrize("leaving", ["break", "gone", "finishing"])
def test_who_goes_away_gives_back_what_waits_for_them(leaving: str) -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    busy(center, "master")
    center.write("first", last_agent="master")
    assert center.offered() == {}
    if leaving == "gone":
        center.feed(it.ConsoleClosed, session_id="master-1", agent_id="master")
    else:
        center.status("master", AgentStatus.NOT_READY, reason="break", when_done=leaving == "finishing")
    assert center.offered() == {"first": "generalist"}
    assert center.peek().decisions[-1].cause is OfferCause.REQUEUED


def test_the_account_owner_needs_no_skill() -> None:
    center = preferring(PreferredAgent.ACCOUNT_OWNER, PreferredAgent.LAST_AGENT)
    center.feed(it.ConfigurationChanged, configuration=_without_a(center))
    center.write("first", account_owner="master", last_agent="specialist")
    assert center.offered() == {"first": "master"}
    center.write("second", account_owner="nobody", last_agent="specialist")
    assert center.offered()["second"] == "specialist"


def test_a_hazard_waits_for_nobody() -> None:
    center = staffed(AgentChoice.LONGEST_IDLE, preference=Preference((PreferredAgent.LAST_AGENT,), 30.0), hazard=True)
    busy(center, "specialist")
    center.write("first", last_agent="specialist")
    assert center.contact("first").reserved_for is None


def test_several_wait_for_the_same_person() -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    busy(center, "master")
    center.write("mail", last_agent="master")
    center.write("second mail", last_agent="master")
    center.write("chat", "chat", last_agent="master")
    center.feed(it.CustomerLeft, thread="chat")
    center.end("call")
    assert center.offered() == {}, "wrap-up of a call is work"
    center.ask(it.AgentStatusChanged, agent_id="master", status=AgentStatus.AVAILABLE)
    center.finish("call")
    assert center.offered() == {"mail": "master"}
    center.accept("mail")
    assert center.offered() == {"second mail": "master"}


def test_of_a_mail_and_a_chat_for_the_same_person_the_older_comes_first() -> None:
    center = preferring(PreferredAgent.LAST_AGENT)
    busy(center, "master")
    center.write("mail", last_agent="master")
    center.wait(1)
    center.write("chat", "chat", last_agent="master")
    center.end("call")
    center.finish("call")
    assert center.offered() == {"mail": "master"}


def test_what_nobody_wants_any_more_is_no_reason_to_spare_anybody() -> None:
    center = staffed(AgentChoice.SPARE_GENERALIST)
    for queue in ("a", "b"):
        center.feed(
            it.ContactArrived,
            contact_id=queue, thread=queue, customer_id="c", channel="sms", media=MediaClass.ASYNC, address="", to="",
            place=center.now, queue=queue,
        )  # fmt: skip
        center.feed(it.CustomerLeft, thread=queue)
    center.wait(40_000)
    for name in SKILLS:
        center.status(name, AgentStatus.NOT_READY, reason="break")
        center.status(name)
    center.write("late")
    assert center.offered() == {"late": "generalist"}


def test_the_refusals_of_a_large_center_are_counted_over_twenty_groups() -> None:
    base = going_by(AgentChoice.LONGEST_IDLE)
    many = {f"p{number}": replace(base.profiles["master"], id=f"p{number}") for number in range(25)}
    center = Center(replace(base, profiles=many))
    for number in range(25):
        center.agent(f"agent{number:02}", f"p{number}", available=number == 24)
    center.write("first")
    assert center.offered() == {"first": "agent24"}
    assert center.peek().decisions[-1].refusals == {"not_ready": 20}
