"""Messages that need no person: answered, closed as self-served, and in nobody's way."""

from __future__ import annotations

from dataclasses import replace

from contactcenter.domain import instructions as do
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.outage_dialogue import What
from contactcenter.domain.words import ContactState, Outcome
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center

TOLD = Served(what=What.REPORTED, number="1000007")
SILENCE = Served(what=What.SILENCE, alarm=True)


def answers(center: Center) -> list[str]:
    return [text.text for text in center.peek().texts]


def test_a_report_is_answered_and_closed_at_once() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first", served=TOLD, language="en")
    assert (contact.state, contact.outcome) == (ContactState.CLOSED, Outcome.SELF_SERVED)
    assert not center.offered()
    assert [type(one) for one in center.told if isinstance(one, do.SendMessage)] == [do.SendAutomatic]
    (said,) = answers(center)
    assert said.startswith("Report No. 1000007 received")


def test_silence_says_nothing_and_alarms() -> None:
    center = Center()
    contact = center.write("first", served=SILENCE)
    assert contact.outcome is Outcome.SELF_SERVED
    (alarm,) = [one for one in center.told if isinstance(one, do.RaiseAlarm)]
    assert (alarm.code, alarm.detail) == ("answered_too_often", {"channel": "sms", "contact": "first"})
    assert not answers(center)


def test_a_report_within_a_contact_is_answered_there() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.end("first")
    assert center.write("first", served=TOLD) is contact
    assert contact.state is ContactState.WRAP_UP
    assert len(answers(center)) == 1


def test_who_wants_no_messages_gets_none() -> None:
    center = Center()
    contact = center.write("first", served=TOLD, opted_out=True)
    assert contact.outcome is Outcome.SELF_SERVED
    assert not answers(center)


def test_a_hazard_is_always_for_a_person() -> None:
    made = configuration()
    hazard = replace(made.queues[made.default_queue], hazard=True)
    center = Center(replace(made, queues={**made.queues, made.default_queue: hazard}, entry_points=()))
    center.agent("ana")
    center.write("first", served=TOLD)
    assert center.offered() == {"first": "ana"}
    assert len(answers(center)) == 1
