"""Offers: to whom, in which order, and how they end."""

from __future__ import annotations

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState, OfferCause, OfferOutcome
from tests.routing.center import Center


def test_a_contact_is_offered_to_the_agent_who_waits_for_one() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    assert center.told == [
        do.OfferContact(
            id=f"s{center.count}.0",
            offer_id="first.1",
            contact_id="first",
            agent_id="ana",
            deadline=center.now + 20.0,
            cause=OfferCause.CONTACT_ARRIVED,
        )
    ]


def test_the_longest_idle_is_asked_first_and_a_loaded_agent_last() -> None:
    center = Center()
    center.agent("ana")
    center.wait(5)
    center.agent("bea")
    center.write("first")
    assert center.accept("first") == "ana"
    center.wait(5)
    center.agent("caro")
    center.write("second")
    assert center.offered() == {"second": "bea"}


def test_the_decision_says_why() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea", "novice")
    center.agent("caro", available=False)
    center.write("first", text="luz 123")
    (decision,) = center.peek().decisions
    assert (decision.agent_id, decision.configuration_version) == ("ana", 1)
    assert decision.refusals == {"not_ready": 1, "skill_missing": 1}


def test_a_freed_agent_takes_the_best_contact_of_all_queues() -> None:
    center = Center()
    center.write("mail")
    center.wait(10)
    center.write("outage", text="LUZ 123")
    center.agent("ana")
    assert center.offered() == {"outage": "ana"}, "30 s of head start beat 10 s of waiting"


def test_waiting_long_enough_beats_a_head_start() -> None:
    center = Center()
    center.write("mail")
    center.wait(31)
    center.write("outage", text="LUZ 123")
    center.agent("ana")
    assert center.offered() == {"mail": "ana"}


def test_an_agent_considers_one_offer_at_a_time() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.write("second")
    assert center.offered() == {"first": "ana"}
    center.accept("first")
    assert center.offered() == {"second": "ana"}


def test_rona_makes_the_agent_not_ready_and_keeps_the_place() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.write("first")
    place = contact.place
    center.wait(20)
    assert center.told[0] == do.EndOffer(
        id=f"s{center.count}.0", offer_id="first.1", contact_id="first", agent_id="ana", outcome=OfferOutcome.RONA
    )
    assert (ana.status, ana.reason) == (AgentStatus.NOT_READY, "rona")
    assert (contact.state, contact.place) == (ContactState.WAITING, place)


def test_the_longest_waiting_goes_first_after_a_rona() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.write("second")
    center.wait(20)
    center.agent("bea")
    assert center.offered() == {"first": "bea"}


def test_an_answer_at_the_deadline_is_too_late() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.now += 20
    assert center.ask(it.OfferAccepted, offer_id="first.1", agent_id="ana") == "offer_gone"


def test_nobody_accepts_for_another() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea")
    center.write("first")
    assert center.ask(it.OfferAccepted, offer_id="first.1", agent_id="bea") == "not_yours"
    assert center.ask(it.OfferDeclined, offer_id="first.1", agent_id="bea") == "not_yours"


def test_who_declines_is_passed_over_for_a_while() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    assert center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana", reason="lunch") is None
    assert contact.state is ContactState.WAITING
    center.wait(59)
    assert center.offered() == {}
    center.wait(1)
    assert center.offered() == {"first": "ana"}


def test_who_declines_gets_the_next_one_and_others_the_declined() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.write("second")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    assert center.offered() == {"second": "ana"}
    center.agent("bea")
    assert center.offered() == {"second": "ana", "first": "bea"}
    decision = center.peek().decisions[-1]
    assert decision.refusals == {"considering_an_offer": 1, "declined_this_contact": 1}


def test_a_declined_contact_goes_to_the_next_of_the_same_profile() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea")
    center.write("first")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    assert center.offered() == {"first": "bea"}
    center.ask(it.OfferDeclined, offer_id="first.2", agent_id="bea")
    assert center.offered() == {}


def test_passing_over_ends_also_while_somebody_else_has_it() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea")
    contact = center.write("first")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    center.accept("first")
    center.wait(60)
    assert contact.passed_over == {}
    assert contact.agent_id == "bea"


def test_time_cannot_go_back() -> None:
    center = Center()
    center.now = 999.0
    center.feed(it.TimePassed)
    center.now = 998.0
    with pytest.raises(ValueError, match="before"):
        center.feed(it.TimePassed)
