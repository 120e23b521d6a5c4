"""Relaxation: what a queue asks less of with time, or at once when nobody on shift could match."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, RelaxationStep
from contactcenter.domain.history import EventType
from contactcenter.domain.needs import Clause, Needs, clauses_of, together
from contactcenter.domain.words import AgentStatus, OfferCause
from contactcenter.routing.relaxation import asked, due_steps, fits, proficiency
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center

LOWER = RelaxationStep(30.0, lower={"outages": 2})
DROP = RelaxationStep(60.0, drop=("outages",))
EVERYBODY = RelaxationStep(90.0, profiles=("novice",))


def relaxing(*steps: RelaxationStep, **fields: Any) -> Configuration:
    """The small center; its outages ask for an expert at first."""
    base = configuration()
    queue = replace(base.queues["outages"], skills={"outages": 4}, relaxation=steps, **fields)
    return replace(base, queues={**base.queues, "outages": queue})


def outage(center: Center, contact: str = "first", **fields: Any) -> None:
    """Somebody writes to the outages."""
    center.write(contact, text="luz", **fields)


def test_a_step_is_taken_when_its_time_has_come() -> None:
    center = Center(relaxing(LOWER))
    center.agent("expert", available=False)
    center.agent("bea", "outages")
    outage(center)
    assert center.offered() == {}
    assert center.engine.next_deadline() == center.now + 30
    center.wait(29.9)
    assert center.offered() == {}
    center.wait(0.1)
    assert center.offered() == {"first": "bea"}
    decision = center.peek().decisions[-1]
    assert (decision.steps, decision.cause, decision.proficiency) == (1, OfferCause.RELAXED, 2)
    assert [event.detail for event in center.peek().events if event.type is EventType.RELAXED] == [{"steps": 1}]


def test_place_and_priority_are_kept() -> None:
    center = Center(relaxing(LOWER))
    center.agent("expert", available=False)
    outage(center, "first")
    center.wait(10)
    outage(center, "second")
    center.wait(20)
    center.agent("bea", "outages")
    assert center.contact("first").relaxed == 1
    assert center.offered() == {"first": "bea"}, "the second has not earned the step yet"


def test_a_contact_that_comes_back_has_earned_its_steps_meanwhile() -> None:
    center = Center(relaxing(LOWER, offer_seconds=50.0))
    center.agent("ana")
    center.agent("bea", "outages")
    outage(center)
    assert center.offered() == {"first": "ana"}
    center.wait(50)
    assert center.contact("first").relaxed == 1
    assert center.offered() == {"first": "bea"}


def test_agents_of_other_groups_are_added_whatever_their_skills() -> None:
    center = Center(relaxing(EVERYBODY))
    center.agent("ana", available=False)
    center.agent("nora", "novice")
    outage(center)
    center.wait(89)
    assert center.offered() == {}
    center.wait(1)
    assert center.offered() == {"first": "nora"}


def test_a_dropped_skill_is_asked_no_more() -> None:
    center = Center(relaxing(DROP))
    center.agent("ana", available=False)
    center.agent("nora", "novice")
    outage(center)
    center.wait(60)
    assert center.offered() == {"first": "nora"}


def test_at_once_when_nobody_on_shift_could_match() -> None:
    center = Center(relaxing(LOWER, DROP))
    center.agent("nora", "novice")
    outage(center)
    assert center.offered() == {"first": "nora"}
    assert center.peek().decisions[-1].steps == 2
    assert center.contact("first").relaxed == 0, "it has earned none itself"


def test_at_once_when_the_last_who_could_goes_home() -> None:
    center = Center(relaxing(LOWER, DROP))
    center.agent("ana", available=False)
    center.agent("nora", "novice")
    outage(center)
    assert center.offered() == {}, "a break is not the end of the shift"
    center.status("ana", AgentStatus.LOGGED_OUT)
    assert center.offered() == {"first": "nora"}
    assert center.peek().decisions[-1].cause is OfferCause.STAFFING_CHANGED


def test_who_goes_home_leaves_lines_in_which_nobody_stands() -> None:
    center = Center(relaxing(LOWER, DROP))
    center.agent("ana")
    center.agent("nora", "novice")
    outage(center)
    center.accept("first")
    center.end("first")
    center.finish("first")
    center.status("ana", AgentStatus.LOGGED_OUT)
    outage(center, "second")
    assert center.offered() == {"second": "nora"}


def test_whoever_comes_back_takes_the_exception_away() -> None:
    center = Center(relaxing(LOWER, DROP))
    center.agent("nora", "novice", available=False)
    outage(center)
    center.agent("ana", available=False)
    center.status("nora")
    assert center.offered() == {}, "ana is on shift: the contact waits for her, or for its time"
    center.status("ana")
    assert center.offered() == {"first": "ana"}


def test_another_queue_begins_again() -> None:
    center = Center(relaxing(LOWER))
    outage(center)
    center.wait(40)
    assert center.contact("first").relaxed == 1
    assert center.ask(it.ContactMoved, contact_id="first", by="eva", queue="general") is None
    assert center.contact("first").relaxed == 0
    center.ask(it.ContactMoved, contact_id="first", by="eva", queue="outages")
    assert (center.contact("first").relaxed, center.contact("first").queued_at) == (0, center.now)


def test_a_change_of_the_steps_acts_at_once() -> None:
    center = Center(relaxing(DROP))
    center.agent("ana", available=False)
    center.agent("bea", "outages")
    outage(center)
    center.wait(35)
    assert center.offered() == {}
    center.feed(it.ConfigurationChanged, configuration=replace(relaxing(LOWER, DROP), version=2))
    assert center.contact("first").relaxed == 1
    assert center.offered() == {"first": "bea"}


# What is still asked


BILLING = Clause((("billing", 3),))
EITHER = Clause((("billing", 4), ("outages", 2)))
WISH = Clause((("pt", 3),), preferred=True)


def test_a_wish_binds_until_a_step_drops_it() -> None:
    step = RelaxationStep(30.0, drop_preferred=True)
    assert asked([BILLING, WISH], [step], 0)[:2] == ((BILLING, WISH), ())
    assert asked([BILLING, WISH], [step], 1)[:2] == ((BILLING,), (WISH,))
    assert asked([BILLING, WISH], [], 0)[:2] == ((BILLING,), (WISH,)), "without such a step it only comes first"
    named = RelaxationStep(30.0, drop=("pt",))
    assert asked([WISH], [named], 0).required == (WISH,)


def test_a_dropped_alternative_takes_its_clause_along() -> None:
    step = RelaxationStep(30.0, drop=("outages",))
    assert asked([EITHER, BILLING], [step], 1).required == (BILLING,)


@pytest.mark.parametrize(("level", "minimum"), [(0, 4), (1, 3), (2, 1)])
def test_minimums_only_go_down(level: int, minimum: int) -> None:
    steps = [RelaxationStep(10.0, lower={"billing": 3}), RelaxationStep(20.0, lower={"billing": 1, "outages": 5})]
    assert asked([EITHER], steps, level).required == (Clause((("billing", minimum), ("outages", 2))),)


def test_which_steps_are_due() -> None:
    assert [due_steps([LOWER, DROP, EVERYBODY], waited) for waited in (0, 29.9, 30, 89, 1000)] == [0, 0, 1, 2, 3]


def test_one_of_several_is_enough() -> None:
    assert fits(EITHER, {"outages": 2})
    assert not fits(EITHER, {"billing": 3, "outages": 1})
    assert proficiency([EITHER, BILLING], {"billing": 3, "outages": 5}) == 8


def test_needs_as_clauses() -> None:
    needs = Needs({"b": 2, "a": 1}, ({"d": 1, "c": 3}, {"a": 1, "z": 5}), {"e": 4, "b": 1})
    assert clauses_of(needs) == (
        Clause((("a", 1),)),
        Clause((("b", 2),)),
        Clause((("c", 3), ("d", 1))),
        Clause((("e", 4),), preferred=True),
    )


def test_the_higher_minimum_of_both_holds() -> None:
    both = together(Needs({"a": 2, "b": 1}, ({"x": 1},), {"p": 2}), Needs({"b": 3, "c": 1}, ({"x": 1},), {"p": 4}))
    assert both == Needs({"a": 2, "b": 3, "c": 1}, ({"x": 1},), {"p": 4})
    assert together(Needs(), both) is both
    assert together(both, Needs()) is both
