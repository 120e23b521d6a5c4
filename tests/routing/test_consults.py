"""Asking a queue for a colleague: the consult waits, is offered and ends like a contact, and is no customer's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.history import EventType
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, Outcome
from contactcenter.routing.engine import Engine
from contactcenter.testing.routing_center import Copy, everything_on
from tests.routing.center import Center

NAMED = {"contact_id": "call", "consult_id": "consult", "agent_id": "ana", "to_agent": "bruno"}
ASK = {"contact_id": "call", "consult_id": "consult", "agent_id": "ana", "queue": "outages"}


def told(center: Center, kind: type[do.Instruction]) -> list[Any]:
    """Instructions of a kind that the last stimulus caused."""
    return [each for each in center.told if isinstance(each, kind)]


def talking(*, contact: str = "call", agent: str = "ana") -> Center:
    """Ana talks to a caller."""
    center = Center()
    center.agent(agent)
    center.call(contact)
    center.accept(contact)
    center.feed(it.ContactConnected, contact_id=contact)
    return center


def advised() -> Center:
    """Bruno, of the queue that Ana asked, talks to her."""
    center = talking()
    center.agent("bruno", "outages")
    assert center.ask(it.ConsultRequested, **ASK, note="¿Cuándo vuelve?") is None
    assert center.accept("consult") == "bruno"
    center.feed(it.ContactConnected, contact_id="consult", agent_id="bruno")
    return center


def test_a_consult_waits_at_the_place_of_its_call_and_its_call_goes_on() -> None:
    center = talking()
    center.wait(30)
    center.call("later")
    assert center.ask(it.ConsultRequested, **ASK) is None
    call, consult = center.contact("call"), center.contact("consult")
    assert (call.state, call.agent_id) == (ContactState.CONNECTED, "ana")
    assert (consult.state, consult.queue, consult.place, consult.customer_id) == (
        ContactState.WAITING,
        "outages",
        call.place,
        call.customer_id,
    )
    assert told(center, do.HoldCall) == told(center, do.EndCall) == []
    center.agent("bruno")
    assert center.offered() == {"consult": "bruno"}, "it came before the call that came later"


def test_whoever_takes_it_is_rung_into_the_call_and_is_busy() -> None:
    center = advised()
    assert center.contact("consult").state is ContactState.CONNECTED
    center.call("next")
    assert center.offered() == {}, "somebody who gives advice is not free"
    assert center.engine.ledger.offered == 2, "a consult is no customer's"


def test_the_call_goes_to_whoever_was_asked() -> None:
    center = advised()
    center.wait(20)
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno") is None
    call, consult = center.contact("call"), center.contact("consult")
    assert (call.state, call.agent_id) == (ContactState.CONNECTED, "bruno")
    assert (consult.state, consult.outcome) == (ContactState.CLOSED, Outcome.AGENT_HANDLED)
    assert told(center, do.EndCall) == told(center, do.HoldCall) == [], "nobody's telephone is hung up"
    assert set(center.engine.agents["bruno"].holds) == {"call"}
    assert (call.queue, call.served_queue) == ("outages", "general"), "it is the queue's that was asked from now on"
    center.call("next")
    assert center.offered() == {"next": "ana"}


def test_whoever_was_asked_hangs_up_and_has_nothing_to_write_down() -> None:
    center = advised()
    assert center.ask(it.ContactEnded, contact_id="consult", agent_id="bruno") is None
    assert center.contact("consult").outcome is Outcome.AGENT_HANDLED
    assert [end.contact_id for end in told(center, do.EndCall)] == ["consult"]
    center.call("next")
    assert center.offered() == {"next": "bruno"}
    assert center.contact("call").agent_id == "ana"
    assert center.ask(it.ConsultRequested, **{**ASK, "consult_id": "again"}) is None, "one may ask again"


@pytest.mark.parametrize("step", ["waiting", "offered", "ringing", "talking"])
def test_whoever_needs_nobody_any_more_cancels_it(step: str) -> None:
    center = talking()
    if step != "waiting":
        center.agent("bruno", "outages")
    center.ask(it.ConsultRequested, **ASK)
    if step in ("ringing", "talking"):
        center.accept("consult")
    if step == "talking":
        center.feed(it.ContactConnected, contact_id="consult")
    assert center.ask(it.ConsultCanceled, contact_id="call", agent_id="ana") is None
    outcome = Outcome.AGENT_HANDLED if step == "talking" else Outcome.SYSTEM_CLOSED
    assert center.contact("consult").outcome is outcome
    assert center.offered() == {}
    assert center.ask(it.ConsultCanceled, contact_id="call", agent_id="ana") == "no_consult"
    if step != "waiting":
        center.call("next")
        assert center.offered() == {"next": "bruno"}


@pytest.mark.parametrize(
    "ending", ["hangs up", "agent ends", "transfer", "leg breaks", "closed", "logs out", "outside"]
)
def test_a_consult_ends_with_its_call(ending: str) -> None:
    center = advised()
    if ending == "hangs up":
        center.feed(it.CustomerLeft, thread="call")
    elif ending == "agent ends":
        center.end("call")
    elif ending == "transfer":
        center.ask(it.TransferRequested, contact_id="call", agent_id="ana", queue="general")
    elif ending == "leg breaks":
        center.feed(it.ConnectionFailed, contact_id="call", reason="failed", agent_id="ana")
    elif ending == "closed":
        center.ask(it.ClosureRequested, contact_id="call", by="sofia", reason="stuck")
    elif ending == "logs out":
        center.status("ana", AgentStatus.LOGGED_OUT, by="sofia")
    else:
        center.ask(it.HandedOver, contact_id="call", agent_id="ana", address="+59829001234")
    assert center.contact("consult").state is ContactState.CLOSED
    assert "consult" in [end.contact_id for end in told(center, do.EndCall)]
    assert "consult" not in center.engine.agents["bruno"].holds


def test_a_call_handed_to_somebody_else_asks_nobody_any_more() -> None:
    center = advised()
    center.agent("carla")
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="carla") is None
    assert center.contact("consult").state is ContactState.CLOSED
    assert [end.contact_id for end in told(center, do.EndCall)] == ["consult"]


def test_an_unanswered_telephone_puts_the_consult_back_at_its_place() -> None:
    center = talking()
    center.agent("bruno", "outages")
    center.ask(it.ConsultRequested, **ASK)
    center.accept("consult")
    center.feed(it.ConnectionFailed, contact_id="consult", reason="busy", agent_id="bruno")
    assert center.contact("consult").state is ContactState.WAITING
    assert center.engine.agents["bruno"].status is AgentStatus.NOT_READY
    assert [hold.contact_id for hold in told(center, do.HoldCall)] == ["consult"]
    assert center.contact("call").state is ContactState.CONNECTED


def test_whoever_asks_is_not_asked() -> None:
    configured = everything_on()
    expert = configured.profiles["expert"]
    two = replace(expert, capacity={**expert.capacity, MediaClass.VOICE: 2})
    center = Center(replace(configured, profiles={**configured.profiles, "expert": two}))
    center.agent("ana")
    center.call("call")
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")
    center.ask(it.ConsultRequested, **ASK)
    assert center.offered() == {}
    move = {"contact_id": "consult", "by": "sofia"}
    assert center.ask(it.ContactMoved, **move, to_agent="ana") == "agent_cannot_take"
    assert center.ask(it.ContactMoved, **move, queue="hazards") is None, "a supervisor may send it elsewhere"
    assert center.offered() == {}


def test_what_cannot_be_asked() -> None:
    center = Center(everything_on())
    center.now = 1_740.0  # 1970-01-01 in Montevideo, one of the minutes in which the office is closed
    center.agent("ana")
    center.write("sms")
    center.accept("sms")
    assert center.ask(it.ConsultRequested, **{**ASK, "contact_id": "sms"}) == "not_a_call"
    center.call("call")
    center.accept("call")
    assert center.ask(it.ConsultRequested, **ASK) == "not_now"
    center.feed(it.ContactConnected, contact_id="call")
    assert center.ask(it.ConsultRequested, **{**ASK, "queue": "nowhere"}) == "unknown_queue"
    assert center.ask(it.ConsultRequested, **{**ASK, "queue": "office"}) == "queue_closed"
    assert center.ask(it.ConsultRequested, **{**ASK, "agent_id": "bruno"}) == "not_yours"
    assert center.ask(it.ConsultRequested, **ASK) is None
    assert center.ask(it.ConsultRequested, **{**ASK, "consult_id": "second"}) == "consult_exists"


def test_a_colleague_is_asked_by_name_whatever_the_queue_asks() -> None:
    center = talking()
    center.agent("bruno", "desk")
    center.agent("carla")
    assert center.ask(it.ConsultRequested, **NAMED) is None
    assert center.offered() == {"consult": "bruno"}
    assert center.contact("consult").queue == center.contact("call").queue
    center.accept("consult")
    center.feed(it.ContactConnected, contact_id="consult")
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno") is None
    assert (center.contact("call").agent_id, center.contact("call").queue) == ("bruno", "general")


@pytest.mark.parametrize("answer", ["declines", "rona", "busy", "leaves", "not ready"])
def test_nobody_is_asked_in_a_colleagues_stead(answer: str) -> None:
    center = talking()
    center.agent("bruno")
    center.ask(it.ConsultRequested, **NAMED)
    center.agent("carla")
    if answer == "declines":
        center.ask(it.OfferDeclined, offer_id="consult.1", agent_id="bruno")
    elif answer == "rona":
        center.wait(60)
    elif answer == "leaves":
        center.status("bruno", AgentStatus.LOGGED_OUT)
    elif answer == "not ready":
        center.status("bruno", AgentStatus.NOT_READY, reason="break")
    else:
        center.accept("consult")
        center.feed(it.ConnectionFailed, contact_id="consult", reason="busy", agent_id="bruno")
        assert [hold.contact_id for hold in told(center, do.EndCall)] == ["consult"]
    assert center.contact("consult").outcome is Outcome.SYSTEM_CLOSED
    assert center.offered() == {}
    over = [event for event in center.peek().events if event.type is EventType.CONSULT_ENDED]
    assert [(event.contact_id, event.detail["to_agent"]) for event in over] == [("call", "bruno")]


def test_only_who_is_free_is_asked_by_name() -> None:
    center = talking()
    center.agent("bruno")
    center.call("second")
    assert center.ask(it.ConsultRequested, **NAMED) == "agent_busy", "it rings at their desk"
    center.accept("second")
    assert center.ask(it.ConsultRequested, **NAMED) == "agent_busy"
    assert center.ask(it.ConsultRequested, **{**NAMED, "to_agent": "ana"}) == "invalid_consult"
    assert center.ask(it.ConsultRequested, **NAMED, queue="outages") == "invalid_consult"
    assert center.ask(it.ConsultRequested, **{**NAMED, "to_agent": "nobody"}) == "unknown_agent"
    center.agent("carla", "novice")
    assert center.ask(it.ConsultRequested, **{**NAMED, "to_agent": "carla"}) == "agent_cannot_take"
    center.status("carla", AgentStatus.NOT_READY, reason="break")
    assert center.ask(it.ConsultRequested, **{**NAMED, "to_agent": "carla"}) == "agent_not_available"


def test_a_supervisor_sends_what_a_colleague_was_asked_to_a_queue() -> None:
    center = talking()
    center.agent("bruno")
    center.ask(it.ConsultRequested, **NAMED)
    assert center.ask(it.ContactMoved, contact_id="consult", by="sofia", queue="outages") is None
    center.agent("carla", "outages")
    center.status("bruno", AgentStatus.NOT_READY, reason="break")
    assert center.offered() == {"consult": "carla"}
    assert center.ask(it.NeedsChanged, contact_id="consult", by="sofia", needs=Needs({"billing": 2})) == "consulted"


def test_the_call_is_the_one_s_who_asked() -> None:
    center = advised()
    mine = {"contact_id": "consult", "agent_id": "bruno"}
    assert center.ask(it.TransferRequested, **mine, queue="general") == "consulted"
    assert center.ask(it.HandedOver, **mine, address="+59829001234") == "consulted"
    assert center.ask(it.ConsultRequested, **{**ASK, **mine, "consult_id": "third"}) == "consulted"
    assert center.ask(it.NoteSubmitted, **mine, message_id="note") == "consulted"


def test_both_histories_tell_it() -> None:
    center = advised()
    center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno")
    events = center.peek().events
    asked = {event.contact_id: event for event in events if event.type is EventType.CONSULTED}
    assert set(asked) == {"call", "consult"}
    assert asked["consult"].agent_id == "ana"
    assert asked["consult"].detail == {"queue": "outages", "to_agent": None, "note": "¿Cuándo vuelve?"}
    center = advised()
    center.ask(it.ConsultCanceled, contact_id="call", agent_id="ana")
    over = [event for event in center.peek().events if event.type is EventType.CONSULT_ENDED]
    assert [(event.contact_id, event.agent_id) for event in over] == [("call", "bruno")]


def test_a_restart_finds_it() -> None:
    center = advised()
    copy = Copy()
    copy.commit(center.peek())
    center.engine = Engine(center.engine.configuration, copy.snapshot(center.now))
    center.engine.check_invariants()
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno") is None
    assert center.contact("consult").state is ContactState.CLOSED
