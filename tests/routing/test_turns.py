"""Which contact a freed agent takes: hazards, urgency, and what supervisors say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, ServiceLevel
from contactcenter.domain.history import EventType
from contactcenter.domain.needs import Clause, Needs
from contactcenter.domain.words import AgentStatus, ContactState, OfferOutcome, Outcome
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center


def hurried(*, urgency: bool) -> Configuration:
    """General answers within 4 hours, outages within 20 seconds; hazards are hazards."""
    base = configuration()
    queues = {
        **base.queues,
        "general": replace(base.queues["general"], service_level=ServiceLevel(0.8, 14_400.0)),
        "outages": replace(base.queues["outages"], priority=0.0, service_level=ServiceLevel(0.8, 20.0)),
        "hazards": replace(base.queues["hazards"], priority=0.0, hazard=True, waiting_limit=0),
    }
    return replace(base, queues=queues, settings=replace(base.settings, urgency=urgency))


@pytest.mark.parametrize(("urgency", "first"), [(True, "call"), (False, "mail")])
def test_a_call_with_a_short_target_and_a_mail_with_a_long_one(urgency: bool, first: str) -> None:
    center = Center(hurried(urgency=urgency))
    center.write("mail")
    center.wait(600)
    center.call("call", queue="outages")
    center.wait(15)
    center.agent("ana")
    assert center.offered() == {first: "ana"}


def test_in_the_end_the_mail_is_more_urgent() -> None:
    center = Center(hurried(urgency=True))
    center.write("mail")
    center.wait(14_000)
    center.call("call", queue="outages")
    center.wait(10)
    center.agent("ana")
    assert center.offered() == {"mail": "ana"}


@pytest.mark.parametrize(("urgency", "first"), [(True, "call"), (False, "mail")])
def test_who_waits_for_one_person_takes_turns_with_the_rest(urgency: bool, first: str) -> None:
    center = Center(hurried(urgency=urgency))
    center.agent("ana")
    center.call("before")
    center.accept("before")
    center.feed(it.ContactConnected, contact_id="before")
    center.write("mail")
    assert center.ask(it.ContactMoved, contact_id="mail", by="eva", to_agent="ana") is None
    center.wait(10)
    center.call("call", queue="outages")
    center.wait(5)
    assert center.contact("mail").reserved_for == "ana"
    center.end("before")
    center.finish("before")
    assert center.offered() == {first: "ana"}


@pytest.mark.parametrize("urgency", [True, False])
def test_a_hazard_goes_before_everything(urgency: bool) -> None:
    center = Center(hurried(urgency=urgency))
    center.call("call", queue="outages", priority=1e6)
    center.wait(1000)
    center.call("hazard", queue="hazards")
    center.agent("ana")
    assert center.offered() == {"hazard": "ana"}


def test_no_limit_refuses_a_hazard() -> None:
    base = hurried(urgency=False)
    center = Center(replace(base, settings=replace(base.settings, waiting_limit=0)))
    center.call("hazard", queue="hazards")
    assert center.contact("hazard").state is ContactState.WAITING
    center.feed(
        it.ContactArrived,
        contact_id="call", thread="call", customer_id="c", channel="voice", media=center.contact("hazard").media,
        address="", to="", place=center.now, queue="outages",
    )  # fmt: skip
    assert center.contact("call").outcome is Outcome.REFUSED


# Supervisors


def test_a_supervisor_moves_what_waits_and_it_keeps_its_place() -> None:
    center = Center()
    center.agent("nora", "novice")
    center.write("first", text="luz")
    place = center.contact("first").place
    center.wait(30)
    assert center.offered() == {}
    assert center.ask(it.ContactMoved, contact_id="first", by="eva", queue="general") is None
    assert center.offered() == {"first": "nora"}
    contact = center.contact("first")
    assert (contact.queue, contact.place, contact.priority) == ("general", place, 0.0)
    moved = [event.detail for event in center.peek().events if event.type is EventType.QUEUE_CHANGED]
    assert moved == [{"before": "outages", "queue": "general", "by": "eva"}]


def test_what_rings_is_taken_back() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea", "outages")
    center.write("first")
    center.write("second")
    assert center.offered() == {"first": "ana", "second": "bea"}
    assert center.ask(it.ContactMoved, contact_id="first", by="eva", queue="outages") is None
    ended = [offer for offer in center.peek().offers.values() if offer.outcome]
    assert [(offer.outcome, offer.reason) for offer in ended] == [(OfferOutcome.WITHDRAWN, "moved")]
    assert center.offered() == {"first": "ana", "second": "bea"}


def test_a_supervisor_gives_it_to_somebody() -> None:
    center = Center()
    center.agent("nora", "novice")
    center.write("first", text="luz")
    assert center.ask(it.ContactMoved, contact_id="first", by="eva", to_agent="nora") is None
    assert center.offered() == {"first": "nora"}, "whatever her skills"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"queue": "gone"}, "unknown_queue"),
        ({}, "invalid_move"),
        ({"queue": "general", "to_agent": "ana"}, "invalid_move"),
        ({"to_agent": "nobody"}, "unknown_agent"),
        ({"to_agent": "off"}, "agent_not_available"),
        ({"contact_id": "none", "queue": "general"}, "already_ended"),
    ],
)
def test_moves_that_cannot_be(fields: dict[str, str], code: str) -> None:
    center = Center()
    center.agent("off", available=False)
    center.write("first", text="luz")
    assert center.ask(it.ContactMoved, **{"contact_id": "first", "by": "eva", **fields}) == code
    assert center.contact("first").queue == "outages"


def test_what_somebody_holds_is_not_moved() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.accept("first")
    assert center.ask(it.ContactMoved, contact_id="first", by="eva", queue="outages") == "held"


def test_another_head_start_changes_the_turn() -> None:
    center = Center()
    center.write("first")
    center.wait(10)
    center.write("second")
    assert center.ask(it.PriorityChanged, contact_id="second", by="eva", priority=60.0) is None
    center.agent("ana")
    assert center.offered() == {"second": "ana"}
    assert center.contact("second").priority == 60.0


def test_a_supervisor_makes_a_hazard_and_unmakes_it() -> None:
    center = Center()
    center.write("first")
    center.wait(10)
    center.write("second")
    center.ask(it.PriorityChanged, contact_id="second", by="eva", hazard=True)
    assert center.contact("second").hazard
    center.ask(it.PriorityChanged, contact_id="second", by="eva", hazard=False)
    center.agent("ana")
    assert center.offered() == {"first": "ana"}
    assert center.ask(it.PriorityChanged, contact_id="second", by="eva") == "invalid_priority"


def needing(**fields: Any) -> dict[str, Any]:
    """Bea's words about the first contact."""
    return {"contact_id": "first", "by": "bea", "needs": Needs(**fields)}


def test_what_a_contact_asks_can_change_while_it_waits() -> None:
    center = Center()
    center.agent("nora", "novice", available=False)
    center.write("first")
    assert center.ask(it.NeedsChanged, **needing(skills={"outages": 2}, preferred={"billing": 4})) is None
    assert center.contact("first").clauses == (
        Clause((("outages", 2),)),
        Clause((("billing", 4),), preferred=True),
    )
    center.status("nora")
    assert center.offered() == {}
    center.agent("ana")
    assert center.offered() == {"first": "ana"}


def test_it_stops_ringing_at_who_does_not_fit_any_more() -> None:
    center = Center()
    center.agent("nora", "novice")
    center.write("first")
    center.write("second")
    assert center.offered() == {"first": "nora"}
    center.ask(it.NeedsChanged, **needing(skills={"billing": 1}))
    assert center.offered() == {"first": "nora"}, "she still fits"
    center.ask(it.NeedsChanged, **needing(skills={"outages": 1}))
    assert center.offered() == {"second": "nora"}


def test_what_an_agent_says_holds_for_the_transfer() -> None:
    center = Center()
    center.agent("nora", "novice")
    center.write("first")
    center.accept("first")
    assert center.ask(it.NeedsChanged, **needing(skills={"outages": 1})) is None
    center.agent("ana")
    center.ask(it.TransferRequested, contact_id="first", agent_id="nora", queue="general")
    assert center.offered() == {"first": "ana"}


@pytest.mark.parametrize(
    ("needs", "code"),
    [({"skills": {"nonsense": 2}}, "unknown_skill"), ({"any_of": ({"billing": 6},)}, "invalid_proficiency")],
)
def test_needs_that_cannot_be(needs: dict[str, Any], code: str) -> None:
    center = Center()
    center.write("first")
    assert center.ask(it.NeedsChanged, **needing(**needs)) == code
    assert center.contact("first").clauses == ()


# Not ready once done


def test_not_ready_when_done() -> None:
    center = Center()
    ana = center.agent("ana")
    center.write("first")
    center.accept("first")
    assert center.status("ana", AgentStatus.NOT_READY, reason="break", when_done=True) is None
    assert (ana.status, ana.finishing) == (AgentStatus.AVAILABLE, "break")
    center.write("second")
    assert center.offered() == {}, "nothing new"
    center.end("first")
    assert ana.status is AgentStatus.AVAILABLE, "wrap-up is work"
    center.finish("first")
    assert (ana.status, ana.reason, ana.finishing) == (AgentStatus.NOT_READY, "break", None)


def test_with_nothing_in_hand_it_is_now() -> None:
    center = Center()
    ana = center.agent("ana")
    center.status("ana", AgentStatus.NOT_READY, reason="break", when_done=True)
    assert (ana.status, ana.finishing) == (AgentStatus.NOT_READY, None)


def test_what_rings_goes_back_and_one_may_think_again() -> None:
    center = Center()
    ana = center.agent("ana")
    center.write("first")
    center.accept("first")
    center.write("second")
    assert center.offered() == {"second": "ana"}
    center.status("ana", AgentStatus.NOT_READY, reason="break", when_done=True)
    assert center.offered() == {}
    center.status("ana")
    assert ana.finishing is None
    assert center.offered() == {"second": "ana"}


def test_not_ready_already_stays_so() -> None:
    center = Center()
    ana = center.agent("ana")
    center.write("first")
    center.accept("first")
    center.status("ana", AgentStatus.NOT_READY, reason="break")
    center.status("ana", AgentStatus.NOT_READY, reason="break", when_done=True)
    assert (ana.status, ana.finishing) == (AgentStatus.NOT_READY, None)
