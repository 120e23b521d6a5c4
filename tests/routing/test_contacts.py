"""The way of a contact: arriving, being worked on, ending."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.history import EventType
from contactcenter.domain.needs import Clause
from contactcenter.domain.words import AgentStatus, ContactState, MessageKind, Outcome
from contactcenter.testing.routing_center import everything_on
from tests.routing.center import Center


def test_the_whole_way() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    assert contact.state is ContactState.CONNECTED
    assert center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="reply") is None
    assert center.told[0] == do.SendMessage(
        id=f"s{center.count}.0", contact_id="first", message_id="reply", channel="sms"
    )
    assert center.ask(it.NoteSubmitted, contact_id="first", agent_id="ana", message_id="note") is None
    assert center.end("first") is None
    assert center.engine.next_deadline() == center.now + 60
    assert center.finish("first") is None
    assert (contact.state, contact.outcome, contact.disposition) == (
        ContactState.CLOSED,
        Outcome.AGENT_HANDLED,
        "solved",
    )
    assert [event.type for event in center.peek().events] == [
        EventType.ARRIVED,
        EventType.MESSAGE_RECEIVED,
        EventType.OFFERED,
        EventType.ACCEPTED,
        EventType.CONNECTED,
        EventType.REPLIED,
        EventType.ENDED,
        EventType.CLOSED,
    ]
    assert center.engine.ledger.outcomes[Outcome.AGENT_HANDLED] == 1


def test_the_first_reply_is_timed_once() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="one")
    first = contact.first_reply_at
    center.wait(5)
    center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="two")
    assert contact.first_reply_at == first == center.now - 5


def test_messages_of_one_conversation_are_one_contact() -> None:
    center = Center()
    center.write("first")
    center.write("first", contact_id="second")
    assert list(center.engine.contacts) == ["first"]
    assert set(center.peek().messages.values()) == {"first"}


def test_a_place_is_never_in_the_future() -> None:
    center = Center()
    assert center.write("first", received_at=center.now + 100).place == center.now
    assert center.write("second", received_at=center.now - 100).place == center.now - 100


def test_writing_again_in_wrap_up_reopens() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.end("first")
    center.write("first")
    assert (contact.state, contact.agent_id, contact.ended_at) == (ContactState.CONNECTED, "ana", None)
    assert center.finish("first") == "not_now"


def test_the_servers_timer_ends_wrap_up() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.end("first")
    assert center.ask(it.WrapUpExtended, contact_id="first", agent_id="ana", seconds=30.0) is None
    center.wait(89)
    assert contact.state is ContactState.WRAP_UP
    center.wait(1)
    assert (contact.outcome, contact.disposition, ana.holds) == (Outcome.AGENT_HANDLED, None, {})


def test_dispositions_are_those_of_the_queue() -> None:
    center = Center()
    center.agent("ana")
    center.write("first", text="luz")
    center.accept("first")
    center.end("first")
    assert center.finish("first", "nonsense") == "unknown_disposition"
    assert center.finish("first", "solved") is None


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_a_customer_who_leaves_the_line_abandons(state: str) -> None:
    center = Center()
    if state == "offered":
        center.agent("ana")
    contact = center.write("first", "chat")
    assert contact.state == state
    center.feed(it.CustomerLeft, thread="first")
    assert contact.outcome is Outcome.ABANDONED
    assert center.offered() == {}


def test_an_abandoned_offer_frees_its_agent_for_the_next() -> None:
    center = Center()
    center.agent("ana")
    center.write("first", "chat")
    center.write("second", "chat")
    center.feed(it.CustomerLeft, thread="first")
    assert center.offered() == {"second": "ana"}


def test_leaving_a_live_conversation_starts_wrap_up() -> None:
    center = Center()
    center.agent("ana")
    chat = center.write("first", "chat")
    center.accept("first")
    center.feed(it.CustomerLeft, thread="first")
    assert (chat.state, chat.customer_left) == (ContactState.WRAP_UP, True)
    center.feed(it.CustomerLeft, thread="first")
    assert chat.state is ContactState.WRAP_UP


def test_leaving_an_async_conversation_is_only_noted() -> None:
    center = Center()
    center.agent("ana")
    sms = center.write("first")
    center.accept("first")
    center.feed(it.CustomerLeft, thread="first")
    assert (sms.state, sms.customer_left) == (ContactState.CONNECTED, True)


def test_leaving_twice_is_leaving_once() -> None:
    center = Center()
    center.agent("ana")
    center.call("call")
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")
    for _ in range(2):
        center.feed(it.CustomerLeft, thread="call")
    assert [event.type for event in center.peek().events].count(EventType.CUSTOMER_LEFT) == 1


def test_leaving_what_is_not_there_is_nothing() -> None:
    center = Center()
    assert center.feed(it.CustomerLeft, thread="nowhere") == []


@pytest.mark.parametrize("kind", [MessageKind.OPT_OUT, MessageKind.OPT_IN])
def test_a_bare_stop_or_start_serves_itself(kind: MessageKind) -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first", text="BAJA", kind=kind)
    assert contact.outcome is Outcome.SELF_SERVED
    assert center.offered() == {}


def test_nothing_is_sent_to_who_opted_out() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.write("first", kind=MessageKind.OPT_OUT)
    assert center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="reply") == "opted_out"
    assert center.peek().refused == {"reply": "opted_out"}
    center.write("first", kind=MessageKind.OPT_IN)
    assert not contact.opted_out
    assert center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="reply") is None


@pytest.mark.parametrize("happened", [it.ReplySubmitted, it.NoteSubmitted])
def test_nobody_writes_on_what_is_not_theirs(happened: type[it.ReplySubmitted | it.NoteSubmitted]) -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.accept("first")
    fields = {"agent_id": "bea", "message_id": "text"}
    assert center.ask(happened, contact_id="first", **fields) == "not_yours"
    assert center.ask(happened, contact_id="none", **fields) == "already_ended"
    assert set(center.peek().refused) == {"text"}


def test_a_reply_in_wrap_up_is_too_late() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.accept("first")
    center.end("first")
    assert center.ask(it.ReplySubmitted, contact_id="first", agent_id="ana", message_id="text") == "already_ended"


def test_a_supervisor_frees_what_is_stuck() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    fields = {"by": "sofia", "reason": "test"}
    assert center.ask(it.ClosureRequested, contact_id="first", **fields) is None
    assert (contact.outcome, ana.holds) == (Outcome.SYSTEM_CLOSED, {})
    assert center.ask(it.ClosureRequested, contact_id="first", **fields) == "already_ended"


def test_a_call_rings_before_it_is_connected() -> None:
    center = Center()
    center.agent("ana")
    center.call("call")
    center.accept("call")
    assert center.told[1] == do.ConnectContact(
        id=f"s{center.count}.1", contact_id="call", agent_id="ana", channel="voice", deadline=center.now + 30
    )
    assert center.contact("call").state is ContactState.CONNECTING
    center.feed(it.ContactConnected, contact_id="call")
    assert center.contact("call").state == "connected"


def test_late_reports_of_the_agents_phone_are_nothing() -> None:
    center = Center()
    center.agent("ana")
    center.call("call")
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")
    center.feed(it.ContactConnected, contact_id="call")
    center.feed(it.ConnectionFailed, contact_id="call", reason="late report")
    assert center.contact("call").state is ContactState.CONNECTED


def test_nobody_is_answered_who_did_not_ask() -> None:
    center = Center()
    center.agent("ana", available=False)
    available = {"agent_id": "ana", "status": AgentStatus.AVAILABLE}
    assert center.feed(it.AgentStatusChanged, request_id=None, **available) == []


@pytest.mark.parametrize("reported", [True, False])
def test_a_phone_not_answered_puts_the_caller_back(reported: bool) -> None:
    center = Center()
    ana = center.agent("ana")
    call = center.call("call")
    place = call.place
    center.wait(3)
    center.accept("call")
    if reported:
        center.feed(it.ConnectionFailed, contact_id="call", reason="busy")
    else:
        center.wait(30)
    assert (call.state, call.place, call.agent_id) == (ContactState.WAITING, place, None)
    assert (ana.status, ana.reason) == (AgentStatus.NOT_READY, "rona")


def test_hanging_up_while_it_rings_abandons() -> None:
    center = Center()
    ana = center.agent("ana")
    call = center.call("call")
    center.accept("call")
    center.feed(it.CustomerLeft, thread="call")
    assert (call.outcome, ana.holds) == (Outcome.ABANDONED, {})


def test_the_same_call_twice_is_one() -> None:
    center = Center()
    center.call("call")
    center.feed(
        it.ContactArrived,
        contact_id="again",
        thread="call",
        customer_id="customer",
        channel="voice",
        media=center.contact("call").media,
        address="+598",
        to="100",
        place=center.now,
    )
    assert list(center.engine.contacts) == ["call"]


def test_the_door_decides_queue_skills_priority() -> None:
    center = Center()
    assert center.write("keyword", text="Luz, por favor").queue == "outages"
    bill = center.write("page", "chat", to="bills")
    assert (bill.queue, bill.clauses, bill.priority) == ("general", (Clause((("billing", 3),)),), 5.0)
    call = center.call("call", queue="outages", skills={"outages": 5}, priority=1.0)
    assert (call.queue, call.clauses, call.priority) == ("outages", (Clause((("outages", 5),)),), 31.0)
    assert center.call("lost", queue="no such queue").queue == "general"


@pytest.mark.parametrize("state", ["waiting", "offered", "kept"])
def test_a_word_of_danger_moves_a_contact_that_waits_before_all_others(state: str) -> None:
    center = Center(everything_on())
    if state == "kept":
        center.now = 1_740.0  # one of the minutes in which the office is closed
    if state == "offered":
        center.agent("ana", "desk")
    first = center.write("first", queue="office" if state == "kept" else None)
    assert (first.state is ContactState.OFFERED) == (state == "offered")
    assert first.kept == (state == "kept")
    place = first.place
    center.wait(1)
    center.write("other")
    center.write("first", text="¡Cable caído!")
    assert (first.queue, first.hazard, first.kept, first.place) == ("hazards", True, False, place)
    assert first.state is ContactState.WAITING
    center.agent("bruno", "outages")
    assert center.offered()["first"] == "bruno"


@pytest.mark.parametrize("channel", ["sms", "chat"])
def test_danger_anywhere_in_a_first_message_leads_before_all_others(channel: str) -> None:
    center = Center(everything_on())
    contact = center.write("first", channel, text="Hola, hay un poste que se cayó acá", to="bills", queue="few")
    assert (contact.queue, contact.hazard, contact.language) == ("hazards", True, "es")
    assert contact.clauses == (Clause((("outages", 1),)),), "what the door asks besides keeps nobody away"
    [arrived] = [event for event in center.peek().events if event.type is EventType.ARRIVED]
    assert arrived.detail["heard"] == "poste* cay*"


def test_danger_goes_before_the_word_that_a_message_begins_with() -> None:
    center = Center(everything_on())
    assert center.write("first", text="Luz, se cayeron los postes").queue == "hazards"
    assert center.write("second", text="cable", queue="few").queue == "hazards"


def test_danger_anywhere_in_a_later_message_moves_what_waits() -> None:
    center = Center(everything_on())
    first = center.write("first", text="luz 123")
    center.write("first", text="y ahora los postes se cayeron")
    assert (first.queue, first.hazard, first.place) == ("hazards", True, center.now)
    moved = [event.detail for event in center.peek().events if event.type is EventType.QUEUE_CHANGED]
    assert [(detail["reason"], detail["heard"]) for detail in moved] == [("hazard", "poste* cay*")]


def test_who_holds_what_has_become_dangerous_is_told_by_which_words() -> None:
    center = Center(everything_on())
    center.agent("ana")
    contact = center.write("first", "chat")
    center.accept("first")
    center.write("first", "chat", text="se cayó un poste")
    assert (contact.state, contact.queue, contact.hazard) == (ContactState.CONNECTED, "general", True)
    [raised] = [event for event in center.peek().events if event.type is EventType.PRIORITY_CHANGED]
    assert raised.detail["heard"] == "poste* cay*"


def test_other_phrases_hold_from_the_next_message_on() -> None:
    center = Center(everything_on())
    assert center.write("first", text="hay humo").queue == "general"
    changed = replace(everything_on(version=2), hazards=Hazards("hazards", {"es": ("humo",)}))
    center.feed(it.ConfigurationChanged, configuration=changed, moves={})
    assert center.write("second", text="hay humo").queue == "hazards"
    assert center.write("third", text="se cayó un poste").queue == "general"


@pytest.mark.parametrize("state", ["connected", "wrap-up"])
def test_whoever_has_a_contact_sees_that_it_is_a_hazard_now(state: str) -> None:
    center = Center(everything_on())
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    if state == "wrap-up":
        center.end("first")
    center.write("first", text="cable")
    assert (contact.state, contact.agent_id, contact.hazard) == (ContactState.CONNECTED, "ana", True)
    center.ask(it.TransferRequested, contact_id="first", agent_id="ana", queue="outages")
    assert contact.hazard, "handed on it still goes before all others"
    center.write("first", text="cable")
    raised = [event for event in center.peek().events if event.type is EventType.PRIORITY_CHANGED]
    assert [(event.detail["hazard"], event.detail["by"]) for event in raised] == [("yes", "customer")], (
        "it is said once"
    )
