"""A queue, and the center, may have so many places to wait; whoever finds none is refused, at arrival only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.history import EventType
from contactcenter.domain.words import ContactState, Outcome
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center, with_settings


def limited(limit: int) -> Configuration:
    """The small center; its general queue has so many places."""
    base = configuration()
    general = replace(base.queues["general"], waiting_limit=limit)
    return replace(base, queues={**base.queues, "general": general})


def test_a_call_that_finds_no_place_is_refused_and_says_why() -> None:
    center = Center(limited(1))
    center.call("first", queue="general")
    with pytest.raises(KeyError):
        center.call("second", queue="general")
    assert center.contact("second").outcome is Outcome.REFUSED
    said = [event for event in center.peek().events if event.contact_id == "second"]
    assert [event.type for event in said] == [EventType.ARRIVED, EventType.REFUSED, EventType.CLOSED]
    assert said[1].detail == {"queue": "general", "waiting_limit": 1}
    assert center.engine.ledger.outcomes[Outcome.REFUSED] == 1
    assert center.call("third", queue="outages").state is ContactState.WAITING


def test_without_places_only_who_is_served_at_once_is_let_in() -> None:
    center = Center(limited(0))
    center.agent("ana")
    assert center.call("first", queue="general").state is ContactState.OFFERED
    with pytest.raises(KeyError):
        center.call("second", queue="general")


def test_whoever_comes_back_to_the_line_is_not_refused() -> None:
    center = Center(limited(0))
    center.agent("ana")
    first = center.call("first", queue="general")
    center.ask(it.OfferDeclined, offer_id="first.1", agent_id="ana")
    assert first.state is ContactState.WAITING


def test_messages_are_never_refused_and_take_no_place() -> None:
    center = Center(limited(0))
    assert center.write("first").state is ContactState.WAITING
    assert center.write("second").state is ContactState.WAITING


def test_a_chat_holds_a_line_as_a_call_does() -> None:
    center = Center(limited(1))
    center.write("first", "chat")
    assert center.write("second", "chat").outcome is Outcome.REFUSED


def test_a_place_is_free_again_when_its_contact_goes() -> None:
    center = Center(limited(1))
    center.call("first", queue="general")
    center.feed(it.CustomerLeft, thread="first")
    assert center.call("second", queue="general").state is ContactState.WAITING


def test_the_centers_own_limit_is_shared_by_all_queues() -> None:
    center = Center(with_settings(waiting_limit=2))
    center.call("first", queue="general")
    center.call("second", queue="outages")
    with pytest.raises(KeyError):
        center.call("third", queue="hazards")
    assert center.contact("third").outcome is Outcome.REFUSED


def test_a_lower_limit_drives_nobody_away() -> None:
    center = Center(limited(2))
    calls = [center.call(name, queue="general") for name in ("first", "second")]
    assert center.ask(it.ConfigurationChanged, configuration=replace(limited(0), version=2)) is None
    assert {call.state for call in calls} == {ContactState.WAITING}
    with pytest.raises(KeyError):
        center.call("third", queue="general")
