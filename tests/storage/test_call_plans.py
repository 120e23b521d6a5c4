"""Calls, their legs and recordings are read by indexes however many there have been."""

from __future__ import annotations

import re

import msgspec

from contactcenter.domain.stimuli import ContactArrived, CustomerLeft
from contactcenter.domain.words import MediaClass
from contactcenter.ivr import Enqueue, Session
from contactcenter.storage import Call, Called, CallerFacts, CallPart, call_legs, calls, intake, recordings
from contactcenter.storage.call_legs import AGENT, CallLeg
from contactcenter.storage.recordings import Recorded
from contactcenter.testing.storage_base import NOW
from tests.storage.plans import Explained

OPEN = "(uq_contact_open_thread|ix_contact_open_call|ix_call_leg_live)"
SCAN = re.compile(rf"SCAN (?!v\b|json_each\b|\w+ USING (COVERING )?INDEX {OPEN})\w+")


def test_nothing_scans_the_calls(connection: Explained) -> None:
    do = connection.do
    call = Call(
        id="CA1",
        channel="voice",
        contact_id="contact",
        address="+59899100101",
        to="+59829000000",
        started_at=NOW,
        session=Session(1, "desk", "es", (Enqueue("atencion", "es"),), over=True),
        facts=CallerFacts(),
    )
    arrived = ContactArrived(
        id="arrived",
        contact_id="contact",
        thread=call.thread,
        customer_id="",
        channel="voice",
        media=MediaClass.VOICE,
        address=call.address,
        to=call.to,
        place=NOW,
    )
    first = Called(call=call, at=NOW, stimulus=arrived)
    (taken,) = do(intake.take_in, [first])
    assert (taken.duplicate, taken.call) == (False, call)
    (taken,) = do(intake.take_in, [first])
    assert (taken.duplicate, taken.call) == (True, call)
    held = msgspec.structs.replace(call, part=CallPart.HOLD, contact_at=NOW, version=2)
    left = Called(call=held, at=NOW, stimulus=CustomerLeft(id="left", thread=call.thread))
    (taken,) = do(intake.take_in, [left])
    assert (taken.duplicate, taken.call) == (False, held)
    assert do(lambda _: calls._one("CA1")) == held
    assert do(lambda _: calls._held()) == []
    assert do(lambda _: calls._standing("contact")) is None
    assert do(lambda _: calls._forsaken(NOW + 1.0, 10)) == []
    assert do(lambda _: calls._end_closed(NOW + 1.0, NOW, 10)) == 0
    recorded = Recorded(contact_id="contact", channel="voice", recording_id="RE1", url="https://x.example", at=NOW)
    assert do(recordings._keep, recorded) is False
    assert do(lambda _: recordings._old(NOW, 10)) == []
    assert do(lambda _: recordings._unknown("voice", ["RE1", "RE2"])) == {"RE1", "RE2"}
    leg = CallLeg(
        id="leg", contact_id="contact", channel="voice", role=AGENT, agent_id="ana", address="agent:ana",
        state="queued", created_at=NOW,
    )  # fmt: skip
    assert do(lambda _: call_legs._add(leg)) == leg
    assert do(lambda _: call_legs._legs_of("contact", live=True)) == [leg]
    assert do(lambda _: call_legs._others(leg)) == frozenset()
    assert do(lambda _: call_legs._set("leg", "state = ?", "ringing"))
    assert do(lambda _: call_legs._name("leg", "CA9"))
    assert do(lambda _: call_legs._with_legs()) == {"contact": None}
    assert do(lambda _: call_legs._ids(call_legs._HANDED_OVER, "f%")) == []
    assert do(lambda _: call_legs._consults_legs("consult")) == []
    assert do(lambda _: call_legs._caller("contact")) is None
    assert do(lambda _: call_legs._open_calls()) == []
    assert do(lambda context: call_legs._tell(context, "ended_at = ?", (NOW,), "leg", "", None))
    connection.check(SCAN, more_than=20)
