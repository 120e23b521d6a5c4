"""Transfers: the contact keeps its place, the agent is free at once."""

from __future__ import annotations

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.needs import Clause
from contactcenter.domain.words import AgentStatus, ContactState
from tests.routing.center import Center


def held(center: Center) -> None:
    """Ana holds a contact."""
    center.agent("ana")
    center.write("first")
    center.accept("first")


def transfer(center: Center, **to: str) -> str | None:
    """Ana gives it away."""
    return center.ask(it.TransferRequested, contact_id="first", agent_id="ana", **to)


def test_to_a_queue_it_keeps_its_place_and_does_not_come_back_at_once() -> None:
    center = Center()
    held(center)
    center.wait(100)
    assert transfer(center, queue="outages", note="cable down") is None
    contact = center.contact("first")
    assert (contact.queue, contact.clauses, contact.priority) == ("outages", (Clause((("outages", 2),)),), 30.0)
    assert (contact.place, contact.state, contact.agent_id) == (1_000.0, ContactState.WAITING, None)
    center.wait(60)
    assert center.offered() == {"first": "ana"}


def test_to_a_queue_somebody_else_gets_it() -> None:
    center = Center()
    held(center)
    center.agent("bea", "outages")
    transfer(center, queue="outages")
    assert center.offered() == {"first": "bea"}


def test_the_agent_is_free_for_the_next() -> None:
    center = Center()
    held(center)
    center.write("second")
    center.ask(it.OfferDeclined, offer_id="second.1", agent_id="ana")
    center.write("third")
    assert center.offered() == {"third": "ana"}
    transfer(center, queue="outages")
    assert center.offered() == {"third": "ana"}


def test_to_an_agent_only_they_are_asked() -> None:
    center = Center()
    held(center)
    center.agent("bea", "novice")
    center.agent("caro")
    assert transfer(center, to_agent="bea") is None
    assert center.offered() == {"first": "bea"}
    (*_, decision) = center.peek().decisions
    assert decision.refusals == {"reserved_for_another": 2}
    assert center.accept("first") == "bea"
    assert center.contact("first").reserved_for is None


def test_a_reservation_ends_when_the_agent_declines() -> None:
    center = Center()
    held(center)
    center.agent("bea", "novice")
    center.agent("caro")
    assert transfer(center, to_agent="bea") is None
    center.ask(it.OfferDeclined, offer_id="first.2", agent_id="bea")
    assert center.contact("first").reserved_for is None
    assert center.offered()["first"] != "bea"


@pytest.mark.parametrize("how", ["time", "not ready"])
def test_a_reservation_ends(how: str) -> None:
    center = Center()
    held(center)
    center.agent("bea", "novice")
    for name in ("one", "two"):
        center.write(name)
        center.ask(it.OfferDeclined, offer_id=f"{name}.1", agent_id="ana")
        if name in center.offered():
            center.accept(name)
    assert transfer(center, to_agent="bea") is None
    contact = center.contact("first")
    assert (contact.state, contact.reserved_for) == (ContactState.WAITING, "bea")
    center.agent("caro")
    assert "first" not in center.offered()
    if how == "time":
        center.wait(60)
    else:
        center.status("bea", AgentStatus.NOT_READY, reason="break")
    assert contact.reserved_for is None
    assert "first" in center.offered()


def test_a_reservation_that_ends_while_it_rings_lets_it_ring() -> None:
    center = Center()
    held(center)
    center.agent("bea", "novice")
    center.write("busy")
    center.ask(it.OfferDeclined, offer_id="busy.1", agent_id="ana")
    assert center.offered() == {"busy": "bea"}
    transfer(center, to_agent="bea")
    center.wait(19)
    center.accept("busy")
    assert center.offered() == {"first": "bea"}


def test_refused() -> None:
    center = Center()
    held(center)
    center.agent("bea", available=False)
    assert transfer(center) == "invalid_transfer"
    assert transfer(center, queue="outages", to_agent="bea") == "invalid_transfer"
    assert transfer(center, queue="nowhere") == "unknown_queue"
    assert transfer(center, to_agent="nobody") == "unknown_agent"
    assert transfer(center, to_agent="ana") == "invalid_transfer"
    assert transfer(center, to_agent="bea") == "agent_not_available"
    assert center.contact("first").agent_id == "ana"


def test_refused_to_who_does_not_work_the_channel() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea", "novice")
    center.call("first")
    center.accept("first")
    center.feed(it.ContactConnected, contact_id="first")
    assert transfer(center, to_agent="bea") == "agent_cannot_take"


def busy_chatter(center: Center) -> None:
    """Bea has one chat and may have no more; Ana holds another."""
    center.agent("bea", "novice")
    center.write("chat", "chat")
    center.accept("chat")
    center.agent("ana")
    center.write("first", "chat")
    center.accept("first")


def test_a_reservation_ends_in_time() -> None:
    center = Center()
    busy_chatter(center)
    transfer(center, to_agent="bea")
    assert center.offered() == {}
    center.wait(60)
    assert center.contact("first").reserved_for is None
    assert center.offered() == {"first": "ana"}


def test_a_reservation_may_end_while_it_rings() -> None:
    center = Center()
    busy_chatter(center)
    transfer(center, to_agent="bea")
    center.wait(50)
    center.end("chat")
    center.finish("chat")
    assert center.offered() == {"first": "bea"}
    center.wait(10)
    assert center.offered() == {"first": "bea"}
    assert center.accept("first") == "bea"


def test_a_contact_closed_while_passing_over_is_forgotten() -> None:
    center = Center()
    center.agent("ana")
    center.write("first", "chat")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    center.feed(it.CustomerLeft, thread="first")
    center.wait(60)
    assert not center.engine.contacts


def test_each_is_asked_again_in_their_own_time() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea")
    center.write("first")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    center.wait(10)
    center.ask(it.OfferDeclined, offer_id="first.2", agent_id="bea")
    center.wait(50)
    assert center.offered() == {"first": "ana"}
    center.wait(10)
    assert center.contact("first").passed_over == {}
