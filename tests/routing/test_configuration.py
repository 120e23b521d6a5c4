"""A change of configuration acts on the next decision, and loses nobody."""

from __future__ import annotations

from dataclasses import replace

from contactcenter.domain import stimuli as it
from contactcenter.domain.words import ContactState
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center


def change(center: Center, **fields: object) -> None:
    """Put a changed configuration in force."""
    moves = fields.pop("moves", {})
    changed = replace(configuration(2), **fields)  # type: ignore[arg-type]  # fields of Configuration
    assert center.ask(it.ConfigurationChanged, configuration=changed, moves=moves) is None


def test_a_lower_minimum_finds_somebody_at_once() -> None:
    center = Center()
    center.agent("bea", "outages")
    changed = configuration(2, minimum=5)
    center.ask(it.ConfigurationChanged, configuration=changed)
    contact = center.write("first", text="luz")
    assert contact.state is ContactState.WAITING
    change(center)
    assert center.offered() == {"first": "bea"}
    assert center.peek().decisions[-1].configuration_version == 2


def test_contacts_of_a_removed_queue_move_and_keep_their_place() -> None:
    center = Center()
    one = center.call("one", queue="hazards")
    two = center.call("two", queue="hazards")
    kept = {name: queue for name, queue in configuration().queues.items() if name != "hazards"}
    center.wait(5)
    change(center, queues=kept, moves={"hazards": "outages"})
    assert {(contact.queue, contact.place, contact.priority) for contact in (one, two)} == {("outages", 1_000.0, 30.0)}


def test_without_a_target_the_default_queue_takes_them() -> None:
    center = Center()
    contact = center.call("one", queue="hazards")
    kept = {name: queue for name, queue in configuration().queues.items() if name != "hazards"}
    change(center, queues=kept)
    assert contact.queue == "general"


def test_an_agent_whose_profile_is_gone_gets_nothing() -> None:
    center = Center()
    center.agent("ana")
    change(center, profiles={})
    center.write("first")
    assert center.offered() == {}
    change(center)
    assert center.offered() == {"first": "ana"}


def test_what_is_in_hand_stays_in_hand() -> None:
    center = Center()
    center.agent("ana")
    center.agent("bea")
    held = center.write("held", text="luz")
    center.accept("held")
    center.write("ringing")
    change(center, profiles={})
    assert (held.state, held.agent_id) == (ContactState.CONNECTED, "ana")
    assert center.accept("ringing") == "bea"
