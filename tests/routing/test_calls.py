"""What a call asks besides what every contact asks: its legs end, or are put back on hold."""

from __future__ import annotations

from typing import Any

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, Outcome
from tests.routing.center import Center


def told(center: Center, kind: type[do.Instruction]) -> list[Any]:
    """Instructions of a kind that the last stimulus caused."""
    return [each for each in center.told if isinstance(each, kind)]


def connected(center: Center) -> None:
    """Ana talks to a caller."""
    center.agent("ana")
    center.call("call")
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")


@pytest.mark.parametrize("talking", [False, True])
def test_a_caller_who_waits_again_is_put_on_hold(talking: bool) -> None:
    center = Center()
    center.agent("ana")
    center.call("call")
    center.accept("call")
    if talking:
        center.feed(it.ContactConnected, contact_id="call")
        center.ask(it.TransferRequested, contact_id="call", agent_id="ana", queue="outages")
    else:
        center.feed(it.ConnectionFailed, contact_id="call", reason="busy")
    [hold] = told(center, do.HoldCall)
    assert (hold.contact_id, hold.agent_id, hold.channel) == ("call", "ana", "voice")
    assert told(center, do.EndCall) == []


def test_whoever_hangs_up_their_legs_end_once() -> None:
    center = Center()
    connected(center)
    center.end("call")
    [end] = told(center, do.EndCall)
    assert (end.contact_id, end.told) == ("call", False)
    center.finish("call")
    assert told(center, do.EndCall) == []
    connected(center := Center())
    center.feed(it.CustomerLeft, thread="call")
    assert len(told(center, do.EndCall)) == 1


def test_a_leg_that_breaks_puts_the_caller_back_unless_another_has_them() -> None:
    center = Center()
    connected(center)
    center.agent("beto")
    center.feed(it.ConnectionFailed, contact_id="call", reason="late report")
    center.feed(it.ConnectionFailed, contact_id="call", reason="failed", agent_id="beto")
    assert center.contact("call").state is ContactState.CONNECTED
    center.feed(it.ConnectionFailed, contact_id="call", reason="failed", agent_id="ana")
    assert [hold.agent_id for hold in told(center, do.HoldCall)] == ["ana"]
    assert center.offered() == {"call": "beto"}
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call", agent_id="ana")
    assert center.contact("call").state is ContactState.CONNECTING
    center.feed(it.ContactConnected, contact_id="call", agent_id="beto")
    assert center.contact("call").state is ContactState.CONNECTED


def test_whoever_is_sent_away_waiting_hears_why() -> None:
    center = Center()
    center.call("call")
    center.ask(it.ClosureRequested, contact_id="call", by="sofia", reason="test")
    [end] = told(center, do.EndCall)
    assert end.told


def test_whoever_hangs_up_waiting_needs_nothing() -> None:
    center = Center()
    center.call("call")
    center.feed(it.CustomerLeft, thread="call")
    assert told(center, do.EndCall) == told(center, do.HoldCall) == []


def test_messages_have_no_legs() -> None:
    center = Center()
    center.agent("ana")
    center.write("mail")
    center.accept("mail")
    center.end("mail")
    center.finish("mail")
    assert told(center, do.EndCall) == []


@pytest.mark.parametrize("outcome", [Outcome.SELF_SERVED, Outcome.ABANDONED])
def test_what_the_menus_served_is_a_contact_that_never_waited(outcome: Outcome) -> None:
    center = Center()
    center.agent("ana")
    center.feed(
        it.ContactArrived,
        contact_id="call",
        thread="call",
        customer_id="customer",
        channel="voice",
        media=MediaClass.VOICE,
        address="+598",
        to="100",
        place=center.now,
        outcome=outcome,
    )
    contact = center.contact("call")
    assert (contact.state, contact.outcome, center.offered()) == (ContactState.CLOSED, outcome, {})
    assert center.told == []
    assert center.engine.ledger.outcomes[outcome] == center.engine.ledger.offered == 1


def test_a_call_is_handed_over_to_whoever_is_in_it_already() -> None:
    center = Center()
    connected(center)
    center.agent("bruno")
    center.call("second")  # It rings at Bruno's desk while he listens.
    assert center.offered() == {"second": "bruno"}
    center.wait(5)
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno") is None
    contact = center.contact("call")
    assert (contact.state, contact.agent_id, contact.state_since) == (ContactState.CONNECTED, "bruno", 1_000.0)
    assert center.offered() == {"second": "ana"}
    assert told(center, do.ConnectContact) == told(center, do.HoldCall) == told(center, do.EndCall) == []
    assert center.end("call") is None
    assert center.contact("call").state is ContactState.WRAP_UP


def test_whoever_agreed_on_the_telephone_need_not_be_ready() -> None:
    center = Center()
    connected(center)
    center.agent("bruno", available=False)
    center.status("bruno", AgentStatus.NOT_READY, reason="pause")
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", to_agent="bruno") is None
    assert center.contact("call").agent_id == "bruno"
    center.feed(it.AgentConfigured, agent_id="carla", name="Carla", profile="expert")
    over = {"contact_id": "call", "agent_id": "bruno", "to_agent": "carla"}
    assert center.ask(it.HandedOver, **over) == "agent_not_available"


def test_a_call_handed_to_a_number_is_over_for_us_and_goes_on() -> None:
    center = Center()
    connected(center)
    assert center.ask(it.HandedOver, contact_id="call", agent_id="ana", address="+59829001234") is None
    assert center.contact("call").state is ContactState.WRAP_UP
    assert told(center, do.EndCall) == []
    center.feed(it.CustomerLeft, thread="call")
    assert center.finish("call") is None
    assert center.contact("call").outcome is Outcome.AGENT_HANDLED
    assert told(center, do.EndCall) == []


def test_a_call_is_handed_only_to_whom_can_hold_it() -> None:
    center = Center()
    connected(center)
    center.agent("bruno")
    center.call("second")
    center.accept("second")
    over = {"contact_id": "call", "agent_id": "ana"}
    assert center.ask(it.HandedOver, **over, to_agent="bruno") == "agent_cannot_take"
    assert center.ask(it.HandedOver, **over, to_agent="ana") == "invalid_transfer"
    assert center.ask(it.HandedOver, **over, to_agent="nobody") == "unknown_agent"
    assert center.ask(it.HandedOver, **over) == "invalid_transfer"
    assert center.ask(it.HandedOver, **over, to_agent="bruno", address="+598") == "invalid_transfer"
    assert center.ask(it.HandedOver, contact_id="call", agent_id="bruno", address="+598") == "not_yours"
    center.agent("carla")
    center.write("mail")
    center.accept("mail")
    assert center.ask(it.HandedOver, contact_id="mail", agent_id="carla", to_agent="ana") == "not_a_call"
    assert center.contact("call").agent_id == "ana"
