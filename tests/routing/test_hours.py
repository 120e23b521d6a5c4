"""A queue with hours: what becomes of whoever comes outside them, and what happens when it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.calendars import Calendar, Interval, Outside
from contactcenter.domain.configuration import Configuration, RelaxationStep
from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentChoice, ContactState, OfferCause, Outcome, OutsideHours
from contactcenter.routing.engine import Engine
from contactcenter.routing.hours import AT_ONCE
from contactcenter.testing.routing_center import MEDIA, Copy, configuration
from tests.routing.center import Center

HOUR = 3600.0
MONTEVIDEO = "America/Montevideo"
TEXT = {"es": "Abrimos a las nueve.", "en": "We open at nine."}


def office(zone: str = MONTEVIDEO, days: Iterable[int] = range(5), **more: Any) -> Calendar:
    """Nine to six."""
    return Calendar("office", zone, dict.fromkeys(days, (Interval(9 * 60, 18 * 60),)), **more)


def opening(
    outside: Mapping[str, Outside] | Outside | None = None, calendar: Calendar | None = None, **queue: Any
) -> Configuration:
    """The small center; its general queue keeps office hours."""
    base = configuration()
    by_channel = {"*": outside} if isinstance(outside, Outside) else outside or {}
    general = replace(base.queues["general"], hours="office", outside=by_channel, **queue)
    return replace(base, queues={**base.queues, "general": general}, calendars={"office": calendar or office()})


def local(*when: int, zone: str = MONTEVIDEO) -> float:
    return datetime(*when, tzinfo=ZoneInfo(zone)).timestamp()  # type: ignore[misc,arg-type]


def center_at(now: float, configured: Configuration) -> Center:
    center = Center(configured)
    center.now = now
    return center


BEFORE, OPENS, CLOSES = local(2026, 7, 13, 8), local(2026, 7, 13, 9), local(2026, 7, 13, 18)
"""A Monday."""


def events(center: Center, contact: str) -> list[EventType]:
    return [event.type for event in center.peek().events if event.contact_id == contact]


def texts(center: Center, contact: str) -> list[str]:
    """What the center said by itself; each text has its instruction."""
    said = [text for text in center.peek().texts if text.contact_id == contact]
    ids = {one.message_id for one in center.told if isinstance(one, do.SendAutomatic)}
    assert ids <= {text.id for text in center.peek().texts}
    return [text.text for text in said]


def until(center: Center, at: float) -> None:
    center.wait(at - center.now)


def test_within_the_hours_nothing_is_different() -> None:
    center = center_at(OPENS, opening(Outside(OutsideHours.REFUSE, TEXT)))
    center.agent("ana")
    assert center.write("first", language="es").state is ContactState.OFFERED
    assert texts(center, "first") == []


def test_what_is_kept_is_told_so_and_offered_at_the_opening() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.KEEP, TEXT)))
    center.agent("ana")
    first = center.write("first", language="es")
    assert (first.state, first.kept) == (ContactState.WAITING, True)
    sent = [one for one in center.told if isinstance(one, do.SendAutomatic)]
    assert [(one.contact_id, one.channel) for one in sent] == [("first", "sms")]
    assert texts(center, "first") == ["Abrimos a las nueve."]
    assert events(center, "first")[-1] is EventType.KEPT
    assert center.engine.next_deadline() == OPENS
    until(center, OPENS - 1)
    assert first.state is ContactState.WAITING
    until(center, OPENS)
    assert center.offered() == {"first": "ana"}
    assert not first.kept
    assert [offer.cause for offer in center.engine.offers.values()] == [OfferCause.OPENED]
    assert EventType.OPENED in events(center, "first")


def test_to_keep_is_what_happens_when_nobody_says_otherwise() -> None:
    center = center_at(BEFORE, opening())
    center.agent("ana")
    assert center.write("first").kept
    assert texts(center, "first") == []


def test_whoever_becomes_ready_meanwhile_is_not_offered_what_is_kept() -> None:
    center = center_at(BEFORE, opening())
    first = center.write("first")
    center.agent("ana")
    assert first.state is ContactState.WAITING
    other = center.write("other", to="100", text="luz")
    assert other.state is ContactState.OFFERED


def test_kept_contacts_are_offered_in_order_of_place() -> None:
    center = center_at(BEFORE, opening())
    center.agent("ana")
    for name, received in (("second", 60.0), ("third", 120.0), ("first", 30.0)):
        center.now = BEFORE + 200
        center.call(name, queue="general", place=BEFORE + received)
    until(center, OPENS)
    taken = []
    for _ in range(3):
        (contact,) = center.offered()
        taken.append(contact)
        center.accept(contact)
        center.feed(it.ContactConnected, contact_id=contact)
        assert center.end(contact) is None
        if contact in center.engine.contacts:
            assert center.finish(contact) is None
    assert taken == ["first", "second", "third"]


def test_who_waits_at_closing_is_still_served() -> None:
    center = center_at(CLOSES - 1, opening(Outside(OutsideHours.REFUSE, TEXT)))
    early = center.call("early", queue="general")
    until(center, CLOSES)
    assert early.state is ContactState.WAITING
    with pytest.raises(KeyError):
        center.call("late", queue="general")
    until(center, CLOSES + HOUR)
    center.agent("ana")
    assert center.offered() == {"early": "ana"}


def test_a_returned_offer_is_not_kept() -> None:
    center = center_at(CLOSES - 1, opening())
    center.agent("ana")
    first = center.call("first", queue="general")
    until(center, CLOSES + 1)
    (offer,) = center.engine.offers
    assert center.ask(it.OfferDeclined, offer_id=offer, agent_id="ana") is None
    assert (first.state, first.kept) == (ContactState.WAITING, False)
    center.agent("bea")
    assert center.offered() == {"first": "bea"}


def test_serve_is_as_if_it_were_open() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.SERVE, TEXT)))
    center.agent("ana")
    assert center.write("first", language="en").state is ContactState.OFFERED
    assert texts(center, "first") == ["We open at nine."]


def test_move_goes_to_another_queue_and_asks_what_that_asks() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.MOVE, TEXT, queue="outages")))
    center.agent("ana", "outages")
    first = center.write("first", language="es")
    assert (first.queue, first.state, first.kept) == ("outages", ContactState.OFFERED, False)
    assert first.priority == center.engine.configuration.queues["outages"].priority
    assert texts(center, "first") == ["Abrimos a las nueve."]


def test_two_closed_queues_that_move_to_each_other_keep_it() -> None:
    base = opening(Outside(OutsideHours.MOVE, queue="outages"))
    there = replace(base.queues["outages"], hours="office", outside={"*": Outside(OutsideHours.MOVE, queue="general")})
    center = center_at(BEFORE, replace(base, queues={**base.queues, "outages": there}))
    center.agent("ana")
    first = center.write("first")
    assert (first.state, first.kept) == (ContactState.WAITING, True)
    until(center, OPENS)
    assert center.offered() == {"first": "ana"}


def test_a_move_to_nowhere_keeps_it() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.MOVE, queue="gone")))
    assert center.write("first").kept


def test_refuse_says_so_and_closes() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.REFUSE, TEXT)))
    center.agent("ana")
    first = center.write("first", language="es")
    assert first.outcome is Outcome.REFUSED
    assert texts(center, "first") == ["Abrimos a las nueve."]
    assert events(center, "first")[-2:] == [EventType.REFUSED, EventType.CLOSED]
    assert center.engine.ledger.outcomes[Outcome.REFUSED] == 1
    assert center.offered() == {}


def test_the_text_is_in_the_customers_language_or_the_first_there_is() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.KEEP, TEXT)))
    for name, language in (("english", "en"), ("german", "de"), ("unknown", None)):
        center.write(name, language=language)
    assert texts(center, "english") == ["We open at nine."]
    assert texts(center, "german") == texts(center, "unknown") == ["Abrimos a las nueve."]


def test_nothing_is_written_to_who_opted_out_nor_into_a_call() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.KEEP, TEXT)))
    assert center.write("silent", opted_out=True).kept
    assert center.call("call", queue="general").kept
    assert center.peek().texts == []


def test_each_channel_has_a_rule_of_its_own() -> None:
    rules = {"voice": Outside(OutsideHours.REFUSE), "chat": Outside(OutsideHours.SERVE), "*": Outside()}
    center = center_at(BEFORE, opening(rules))
    center.agent("ana")
    with pytest.raises(KeyError):
        center.call("call", queue="general")
    assert center.write("chat", "chat").state is ContactState.OFFERED
    assert center.write("text").kept


def test_a_hazard_knows_no_hours() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.REFUSE), hazard=True))
    center.agent("ana")
    assert center.call("first", queue="general").state is ContactState.OFFERED


def test_a_kept_customer_who_writes_again_or_leaves() -> None:
    center = center_at(BEFORE, opening(Outside(OutsideHours.KEEP, TEXT)))
    center.agent("ana")
    center.write("first", "chat", language="es")
    center.write("first", "chat", text="sigo aquí", language="es")
    assert texts(center, "first") == ["Abrimos a las nueve."]
    center.feed(it.CustomerLeft, thread="first")
    assert center.contact("first").outcome is Outcome.ABANDONED
    until(center, OPENS)
    assert center.offered() == {}


def test_steps_are_counted_from_the_opening() -> None:
    steps = (RelaxationStep(60.0, lower={"outages": 2}),)
    center = center_at(BEFORE, opening(skills={"outages": 3}, relaxation=steps))
    first = center.write("first")
    until(center, OPENS)
    until(center, OPENS + 59)
    assert (first.queued_at, first.relaxed) == (OPENS, 0)
    until(center, OPENS + 60)
    assert first.relaxed == 1


def test_a_queue_that_never_closes_has_nothing_to_wait_for() -> None:
    always = Calendar("office", MONTEVIDEO, dict.fromkeys(range(7), (Interval(0, 1440),)))
    center = center_at(BEFORE, opening(calendar=always))
    center.agent("ana")
    assert center.engine.next_deadline() is None
    assert center.write("first").state is ContactState.OFFERED


def test_a_day_ends_at_midnight_of_the_center_also_when_it_has_23_hours() -> None:
    base = opening(choice=AgentChoice.FEWEST_CONTACTS)
    madrid = replace(base, settings=replace(base.settings, time_zone="Europe/Madrid"))
    center = center_at(local(2026, 3, 29, 0, 30, zone="Europe/Madrid"), madrid)
    ana = center.agent("ana")
    center.write("first", text="luz")
    center.accept("first")
    assert (ana.taken, ana.taken_until) == (1, midnight := local(2026, 3, 30, zone="Europe/Madrid"))
    assert midnight - center.now == 22.5 * HOUR


def test_a_supervisor_may_have_a_kept_contact_served_now() -> None:
    center = center_at(BEFORE, opening())
    center.agent("ana")
    first = center.write("first")
    assert center.ask(it.ContactMoved, contact_id="first", to_agent="ana", by="sup") is None
    assert center.offered() == {"first": "ana"}
    assert not first.kept


def test_a_holiday_keeps_until_the_day_after() -> None:
    workers_day = local(2026, 5, 1, 12)  # a Friday
    center = center_at(workers_day, opening(calendar=office(days=range(7), country="UY")))
    center.agent("ana")
    assert center.write("first").kept
    assert center.engine.next_deadline() == local(2026, 5, 2, 9)
    until(center, local(2026, 5, 2, 9))
    assert center.offered() == {"first": "ana"}


def test_on_the_day_of_summer_time_it_opens_by_the_clock_on_the_wall() -> None:
    night = local(2026, 3, 28, 22, zone="Europe/Madrid")
    center = center_at(night, opening(calendar=office("Europe/Madrid", range(7))))
    center.agent("ana")
    center.write("first")
    assert center.engine.next_deadline() == night + 10 * HOUR  # eleven on the wall
    until(center, night + 10 * HOUR)
    assert center.offered() == {"first": "ana"}


LONGER = opening(calendar=office(special={date(2026, 7, 13): (Interval(7 * 60, 18 * 60),)}))


@pytest.mark.parametrize("changed", [LONGER, opening(hazard=True), configuration()], ids=["longer", "hazard", "none"])
def test_hours_that_change_act_at_once(changed: Configuration) -> None:
    center = center_at(BEFORE, opening())
    center.agent("ana")
    first = center.write("first")
    center.wait(1800)
    assert center.ask(it.ConfigurationChanged, configuration=replace(changed, version=2)) is None
    center.wait(0.1)
    assert center.offered() == {"first": "ana"}
    assert first.queued_at >= BEFORE + 1800
    assert EventType.OPENED in events(center, "first")


def test_hours_that_become_shorter_hold_for_who_comes_after() -> None:
    center = center_at(OPENS, opening())
    first = center.write("first")
    closed = opening(calendar=office(closed={date(2026, 7, 13): "storm"}))
    assert center.ask(it.ConfigurationChanged, configuration=replace(closed, version=2)) is None
    second = center.write("second")
    assert (first.kept, second.kept) == (False, True)
    center.agent("ana")
    assert center.offered() == {"first": "ana"}
    assert center.engine.next_deadline() is not None
    until(center, OPENS + 24 * HOUR)
    assert not second.kept


def test_after_a_restart_it_still_opens() -> None:
    configured = opening()
    center = center_at(BEFORE, configured)
    kept = Copy()
    center.agent("ana")
    center.write("first")
    kept.commit(center.engine.take_changes())
    rebuilt = Engine(configured, kept.snapshot(center.now))
    assert rebuilt.next_deadline() == center.engine.next_deadline() == OPENS
    rebuilt.handle(it.TimePassed(id="late", at=OPENS + HOUR))
    assert [offer.contact_id for offer in rebuilt.offers.values()] == ["first"]


def test_a_restart_after_the_opening_lets_them_in() -> None:
    configured = opening()
    center = center_at(BEFORE, configured)
    kept = Copy()
    center.agent("ana")
    center.write("first")
    kept.commit(center.engine.take_changes())
    rebuilt = Engine(configured, kept.snapshot(OPENS + HOUR))
    due = rebuilt.next_deadline()
    assert due is not None
    rebuilt.handle(it.TimePassed(id="late", at=max(due, OPENS + HOUR)))
    assert [offer.contact_id for offer in rebuilt.offers.values()] == ["first"]


def test_many_kept_contacts_come_in_portions_and_in_order() -> None:
    center = center_at(BEFORE, opening())
    count = 2 * AT_ONCE + 10
    for number in range(count):
        center.engine.handle(_text(number))
    center.now = OPENS
    center.feed(it.TimePassed)
    inside = [contact.id for contact in center.engine.contacts.values() if not contact.kept]
    assert inside == [f"c{number:05}" for number in range(AT_ONCE)]
    for _ in range(2):
        due = center.engine.next_deadline()
        assert due is not None
        assert due < OPENS + 1
        center.now = due
        center.feed(it.TimePassed)
    assert not any(contact.kept for contact in center.engine.contacts.values())
    assert center.engine.next_deadline() == CLOSES


def _text(number: int) -> it.MessageReceived:
    name = f"c{number:05}"
    return it.MessageReceived(
        id=name,
        at=BEFORE + number,
        message_id=f"m{number}",
        thread=name,
        contact_id=name,
        customer_id="customer",
        channel="sms",
        media=MEDIA["sms"],
        address="+598",
        to="100",
        text="hola",
        received_at=BEFORE + number,
    )
