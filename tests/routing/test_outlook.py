"""What waiting contacts are told of their wait: who is before them, who is there, and when nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, QueueSettings, RelaxationStep
from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentStatus, MediaClass
from contactcenter.queues.calibration import Estimate
from contactcenter.queues.estimates import NoEstimates
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Snapshot
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center, with_settings


def serve(center: Center, count: int = 10, seconds: float = 100.0, queue: str = "general") -> None:
    """Calls that somebody takes, `seconds` each."""
    for number in range(count):
        name = f"served{queue}{number}"
        center.call(name, queue=queue)
        center.accept(name)
        center.feed(it.ContactConnected, contact_id=name)
        center.wait(seconds)
        center.end(name)
        center.finish(name)


def experienced(configured: Configuration | None = None) -> Center:
    """A center with one expert who has served a few calls of a hundred seconds, and now has another."""
    center = Center(configured)
    center.agent("ana")
    serve(center)
    center.call("in-hand", queue="general")
    center.accept("in-hand")
    center.feed(it.ContactConnected, contact_id="in-hand")
    return center


def p50(center: Center, contact: str) -> float:
    estimate = center.engine.estimate(contact)
    assert estimate is not None
    return estimate.p50


def test_says_nothing_while_nothing_is_known() -> None:
    center = Center()
    center.agent("ana")
    center.call("first", queue="general")
    center.accept("first")
    center.call("second", queue="general")
    assert center.engine.estimate("second") is None
    assert center.engine.estimate("nobody") is None
    assert center.engine.estimate("first") is None, "it does not wait"


def test_who_comes_later_is_told_of_a_longer_wait() -> None:
    center = experienced()
    for name in ("first", "second", "third"):
        center.call(name, queue="general")
        center.wait(1)
    assert p50(center, "first") < p50(center, "second") < p50(center, "third")
    newcomer = center.engine.estimate_for("general", "voice")
    assert newcomer is not None
    assert newcomer.p50 > p50(center, "third")
    hurried = center.engine.estimate_for("general", "voice", priority=3600.0)
    assert hurried is not None
    assert hurried.p50 < p50(center, "third")


def test_says_nothing_of_a_way_by_which_nobody_came() -> None:
    assert experienced().engine.estimate_for("general", "chat") is None


def test_another_person_shortens_it_and_nobody_there_ends_it() -> None:
    center = experienced()
    center.agent("bea")
    center.call("busy", queue="general")
    center.accept("busy")
    center.call("first", queue="general")
    two = p50(center, "first")
    assert center.status("bea", AgentStatus.NOT_READY, reason="break") is None
    center.wait(5)
    one = center.engine.estimate_for("general", "voice")
    assert one is not None
    assert one.p50 > two
    assert center.status("ana", AgentStatus.NOT_READY, reason="break") is None
    center.wait(5)
    assert center.engine.estimate("first") is None


def test_a_line_that_is_relaxed_for_want_of_people_says_nothing_until_somebody_is_there() -> None:
    base = configuration()
    steps = (RelaxationStep(600.0, profiles=("novice",)),)
    queue = replace(base.queues["outages"], relaxation=steps, dispositions=())
    center = Center(replace(base, queues={**base.queues, "outages": queue}))
    center.call("first", queue="outages")
    assert center.engine.estimate("first") is None


def test_lines_that_share_people_stand_before_each_other() -> None:
    center = experienced()
    center.call("alone", queue="general")
    before = p50(center, "alone")
    center = experienced()
    for number in range(5):
        center.call(f"outage{number}", queue="outages")
    center.call("alone", queue="general")
    assert p50(center, "alone") > 2 * before


def test_messages_do_not_stand_before_calls() -> None:
    center = experienced()
    for number in range(9):
        center.write(f"m{number}")
    center.call("alone", queue="general")
    alone = p50(center, "alone")
    center = experienced()
    center.call("alone", queue="general")
    assert p50(center, "alone") == alone


@pytest.mark.parametrize("hazard", [True, False])
def test_hazards_stand_before_all_and_nobody_before_them(hazard: bool) -> None:
    base = configuration()
    queues = {
        "general": QueueSettings("general", {}),
        "hazards": QueueSettings("hazards", {}, hazard=True),
    }
    center = experienced(replace(base, queues=queues, entry_points=()))
    mine, theirs = ("hazards", "general") if hazard else ("general", "hazards")
    center.call("mine", queue=mine)
    alone = p50(center, "mine")
    for number in range(5):
        center.call(f"other{number}", queue=theirs)
    center.wait(1)
    center.call("later", queue=mine)
    assert (p50(center, "later") > 3 * alone) is not hazard


def test_with_urgency_a_line_with_a_late_target_stands_behind() -> None:
    def later(urgency: bool) -> float:
        base = with_settings(urgency=urgency)
        slow = replace(base.queues["outages"], service_level=replace(base.queues["outages"].service_level, seconds=9e4))
        center = experienced(replace(base, queues={**base.queues, "outages": replace(slow, priority=0.0)}))
        for number in range(5):
            center.call(f"outage{number}", queue="outages")
        center.wait(60)
        center.call("later", queue="general", priority=30.0)
        return p50(center, "later")

    assert later(urgency=True) < later(urgency=False)


def test_nothing_is_said_of_who_waits_for_one_person_alone() -> None:
    center = experienced()
    center.agent("bea")
    center.call("busy", queue="general")
    center.accept("busy")
    assert center.ask(it.TransferRequested, contact_id="in-hand", agent_id="ana", to_agent="bea", note="") is None
    assert center.contact("in-hand").reserved_for == "bea"
    assert center.engine.estimate("in-hand") is None


def test_for_whom_somebody_is_free_it_is_how_long_it_rings() -> None:
    center = Center()
    center.agent("ana")
    center.call("first", queue="general")
    assert center.engine.estimate("first") == Estimate(3.0, 6.0)
    center.accept("first")
    center.feed(it.ContactConnected, contact_id="first")
    center.end("first")
    center.finish("first")
    assert center.engine.estimate_for("general", "voice") is not None


def accepted(center: Center, contact: str) -> dict[str, Any]:
    events = center.peek().events
    return next(dict(e.detail) for e in events if e.contact_id == contact and e.type is EventType.ACCEPTED)


def test_the_history_says_what_was_told_and_what_came() -> None:
    center = experienced()
    center.call("first", queue="general")
    told = center.engine.estimate("first")
    assert told is not None
    center.wait(40)
    center.end("in-hand")
    center.finish("in-hand")
    center.wait(5)
    center.accept("first")
    detail = accepted(center, "first")
    assert detail["answered_in"] == 45.0
    assert (detail["estimate_p50"], detail["estimate_p80"]) == told
    score = center.engine.estimates.scores["general", False]
    assert score.answered == 1


def test_a_contact_that_comes_back_to_its_place_is_held_to_its_first_promise() -> None:
    center = experienced()
    center.call("first", queue="general")
    told = center.engine.estimate("first")
    center.wait(40)
    center.end("in-hand")
    center.finish("in-hand")
    center.wait(21)  # Nobody answers: it is back in line.
    assert center.engine.estimate("first") != told
    assert center.status("ana") is None
    center.accept("first")
    assert accepted(center, "first")["answered_in"] == 61.0


def test_all_that_wait_and_their_queues_are_told_calls_first() -> None:
    center = experienced()
    center.write("mail")
    for name in ("first", "second"):
        center.call(name, queue="general")
    assert list(center.engine.estimates_of_waiting(2)) == ["first", "second"]
    assert set(center.engine.estimates_of_waiting(10)) <= {"first", "second", "mail"}
    told = center.engine.estimates_by_queue()
    assert told["general"] is not None


def test_after_a_restart_nothing_is_said_until_something_is_known_again() -> None:
    center = experienced()
    center.call("first", queue="general")
    engine = center.engine
    snapshot = Snapshot(
        contacts=list(engine.contacts.values()), agents=list(engine.agents.values()), offers=[], at=center.now
    )
    center.engine = Engine(engine.configuration, snapshot)
    assert center.engine.estimate("first") is None
    center.wait(100)
    center.end("in-hand")
    center.finish("in-hand")
    center.accept("first")
    assert "answered_in" not in accepted(center, "first"), "nobody saw it come"
    assert center.engine._floor.outlook.estimates._classes[MediaClass.VOICE].holding.seen == 1


def test_where_nobody_asks_nothing_is_learned() -> None:
    center = Center()
    center.engine = Engine(configuration(), estimates=NoEstimates())
    center.agent("ana")
    serve(center)
    assert not center.engine.estimates.scores
    assert not center.engine.estimates.has_promised("first")


def test_beside_many_lines_it_is_worked_out_now_and_then() -> None:
    base = configuration()
    many = {f"q{number}": QueueSettings(f"q{number}", {}) for number in range(12)}
    center = experienced(replace(base, queues={**base.queues, **many}))
    for number in range(12):
        center.call(f"beside{number}", queue=f"q{number}")
        center.wait(0.01)
    center.call("mine", queue="general")
    first = p50(center, "mine")
    for number in range(12):
        center.call(f"more{number}", queue=f"q{number}")
    center.call("soon", queue="general")
    soon = center.engine.estimate_for("general", "voice")
    assert soon is not None
    assert first < soon.p50
    center.wait(5)
    later = center.engine.estimate_for("general", "voice")
    assert later is not None
    assert later.p50 > 1.2 * soon.p50, "the twelve more are seen by now"
    between = p50(center, "soon")
    assert first < between <= later.p50


def test_a_line_that_others_serve_does_not_matter() -> None:
    base = configuration()
    speakers = replace(base.profiles["expert"], id="speakers", skills={"billing": 5})
    queues = {
        **base.queues,
        "general": replace(base.queues["general"], skills={"outages": 5}),
        "bills": QueueSettings("bills", {"en": "Bills"}, {"billing": 5}),
    }
    center = experienced(replace(base, queues=queues, profiles={**base.profiles, "speakers": speakers}))
    center.agent("sol", "speakers")
    serve(center, queue="bills")
    center.call("next", queue="general")
    before = p50(center, "next")
    center.status("sol", AgentStatus.NOT_READY, reason="break")
    for number in range(5):
        center.call(f"bill{number}", queue="bills")
    assert p50(center, "next") == before
