"""A restart finds everything as it was."""

from __future__ import annotations

from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Changes, Snapshot
from tests.routing.center import Center


def snapshot(center: Center) -> Snapshot:
    """What SQL has."""
    engine = center.engine
    return Snapshot(
        contacts=list(engine.contacts.values()),
        agents=list(engine.agents.values()),
        offers=list(engine.offers.values()),
        at=center.now,
    )


def test_everything_goes_on() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea", "novice")
    center.write("held")
    center.accept("held")
    center.write("offered")
    center.ask(it.OfferDeclined, offer_id="offered.1", agent_id="bea")
    center.write("wrapping", "chat")
    center.accept("wrapping")
    center.end("wrapping")
    center.call("ringing")
    before = center.engine
    center.engine = Engine(before.configuration, snapshot(center))
    center.feed(it.TimePassed)
    assert center.engine.next_deadline() == before.next_deadline()
    assert center.engine.ledger.open == 4
    center.wait(60)
    assert "wrapping" not in center.engine.contacts


def test_an_agent_without_a_console_gets_the_grace() -> None:
    center = Center()
    ana = center.agent("ana")
    ana.sessions.clear()
    center.engine = Engine(center.engine.configuration, snapshot(center))
    assert ana.grace_until == center.now + 30
    center.wait(30)
    assert ana.status is AgentStatus.LOGGED_OUT


def test_a_contact_still_rings_at_the_agents_phone() -> None:
    center = Center()
    center.agent("ana")
    call = center.call("call")
    center.accept("call")
    center.engine = Engine(center.engine.configuration, snapshot(center))
    center.wait(30)
    assert call.state is ContactState.WAITING


def test_a_reservation_goes_on() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.accept("first")
    center.agent("bea", "novice")
    center.write("busy")
    center.ask(it.OfferDeclined, offer_id="busy.1", agent_id="ana")
    center.ask(it.TransferRequested, contact_id="first", agent_id="ana", to_agent="bea")
    contact = center.contact("first")
    assert contact.reserved_for == "bea"
    center.engine = Engine(center.engine.configuration, snapshot(center))
    center.status("bea", AgentStatus.NOT_READY, reason="break")
    assert contact.reserved_for is None


def test_a_reservation_for_a_full_agent_waits() -> None:
    center = Center()
    center.agent("bea", "novice")
    center.write("chat", "chat")
    center.accept("chat")
    center.agent("ana")
    center.write("more", "chat")
    center.accept("more")
    center.ask(it.TransferRequested, contact_id="more", agent_id="ana", to_agent="bea")
    center.write("sms")
    center.ask(it.OfferDeclined, offer_id="sms.1", agent_id="ana")
    assert center.offered() == {"sms": "bea"}
    assert center.contact("more").state is ContactState.WAITING


def test_changes_know_whether_there_are_any() -> None:
    assert not Changes()
    assert Changes(messages={"message": "contact"})
