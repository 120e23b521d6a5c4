"""How each contact was served is judged once, where it happens."""

from __future__ import annotations

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.calendars import Outside
from contactcenter.domain.words import AgentStatus, Outcome, OutsideHours, Service
from contactcenter.queues.service_level import ARRIVED, Facts
from contactcenter.queues.staffing import DISCONNECTED, Doing
from contactcenter.routing import serving
from tests.routing.center import Center
from tests.routing.test_hours import center_at, local, opening


def test_a_transfer_leaves_the_credit_where_the_first_answer_was() -> None:
    center = Center()
    center.write("c", "chat")
    assert serving.facts(center.contact("c")) is ARRIVED
    center.wait(5)
    ana = center.agent("ana").id
    center.accept("c")
    contact = center.contact("c")
    queue = contact.queue
    center.wait(60)
    other = next(one for one in center.engine.configuration.queues if one != queue)
    assert center.ask(it.TransferRequested, contact_id="c", agent_id=ana, queue=other) is None
    center.wait(300)
    center.agent("beto")
    if contact.agent_id is None:
        center.accept("c")
    center.wait(30)
    assert center.end("c") is None
    center.wait(10)
    center.feed(it.ClosureRequested, contact_id="c", by="sofia", reason="done")
    seen = serving.seen(contact)
    assert (seen.queue, seen.closed) == (queue, True)
    assert seen.facts == Facts(Service.ON_TIME, Outcome.SYSTEM_CLOSED, 5_000, 90_000, 10_000)


@pytest.mark.parametrize(("waited", "service"), [(4, Service.SHORT_ABANDONED), (6, Service.ABANDONED)])
def test_giving_up_is_judged_by_its_wait(waited: int, service: Service) -> None:
    center = Center()
    contact = center.write("c", "chat")
    center.wait(waited)
    center.feed(it.CustomerLeft, thread="c")
    assert serving.facts(contact) == Facts(service, Outcome.ABANDONED, waited * 1000)


def test_who_serves_themselves_was_not_served() -> None:
    center = Center()
    center.write("c", text="STOP", kind="opt_out")
    assert serving.facts(center.contact("c")) == Facts(outcome=Outcome.SELF_SERVED)


def test_a_closed_queue_makes_nobody_wait() -> None:
    center = center_at(local(2026, 11, 23, 8, 59, 0), opening(Outside(OutsideHours.KEEP)))
    contact = center.write("kept", "chat")
    gone = center.write("gone", "chat")
    center.wait(30)
    center.feed(it.CustomerLeft, thread="gone")
    assert serving.facts(gone) == Facts(Service.SHORT_ABANDONED, Outcome.ABANDONED)
    center.wait(30)
    center.wait(30)
    center.agent("ana")
    center.accept("kept")
    assert serving.facts(contact) == Facts(Service.LATE, None, 30_000), "from the opening on"


def test_a_supervisor_lets_somebody_in_before_the_opening() -> None:
    center = center_at(local(2026, 11, 23, 7, 0, 0), opening(Outside(OutsideHours.KEEP)))
    moved, hurried = center.write("moved", "chat"), center.write("hurried", "chat")
    center.wait(600)
    other = next(one for one in center.engine.configuration.queues if one != moved.queue)
    assert center.ask(it.ContactMoved, contact_id="moved", by="sofia", queue=other) is None
    assert center.ask(it.PriorityChanged, contact_id="hurried", by="sofia", hazard=True) is None
    center.wait(7)
    assert (serving.waited(moved, center.now), serving.waited(hurried, center.now)) == (7, 7)


def test_what_agents_do() -> None:
    center = Center()
    ana = center.agent("ana")
    assert serving.doing(ana, center.engine.contacts) == Doing("expert", AgentStatus.AVAILABLE)
    center.write("chat", "chat")
    center.accept("chat")
    assert serving.doing(ana, center.engine.contacts).live == 1
    center.write("sms")
    center.accept("sms")
    assert serving.doing(ana, center.engine.contacts).messages == 1
    assert center.end("sms") is None
    doing = serving.doing(ana, center.engine.contacts)
    assert (doing.conversations, doing.wrap_up) == (1, 1)
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    doing = serving.doing(ana, center.engine.contacts)
    assert (doing.status, doing.reason) == (AgentStatus.NOT_READY, DISCONNECTED)


def test_a_call_is_a_conversation_from_the_accepting_on() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.call("call")
    center.accept("call")
    assert serving.doing(ana, center.engine.contacts).voice == 1
    assert contact.service is None, "the telephone still rings"
    center.wait(3)
    center.feed(it.ContactConnected, contact_id="call")
    assert serving.facts(contact) == Facts(Service.ON_TIME, None, 3_000)
