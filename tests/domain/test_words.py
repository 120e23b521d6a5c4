from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from contactcenter.domain import instructions, words
from contactcenter.domain.history import GROUPS, EventType
from contactcenter.domain.words import Delivery, Lane, Repeat


def test_values_are_lower_case_and_stay_as_they_were_released() -> None:
    vocabularies: list[type[Enum]] = [
        kind for kind in vars(words).values() if isinstance(kind, type) and issubclass(kind, Enum)
    ]
    members = [word for vocabulary in vocabularies for word in vocabulary]
    for word in (*members, *EventType):
        assert word.value == word.name.lower() == str(word)


@pytest.mark.parametrize(
    "way",
    [
        (Delivery.QUEUED, Delivery.SENDING, Delivery.SENT, Delivery.DELIVERED, Delivery.READ),
        (Delivery.SENDING, Delivery.DELIVERY_UNKNOWN, Delivery.SENT),
        (Delivery.SENT, Delivery.UNDELIVERED, Delivery.DELIVERED),
        (Delivery.SENT, Delivery.FAILED, Delivery.DELIVERED),
    ],
)
def test_a_delivery_only_moves_on(way: tuple[Delivery, ...]) -> None:
    ranks = [delivery.rank for delivery in way]
    assert ranks == sorted(set(ranks))


def test_no_two_deliveries_are_equally_far() -> None:
    assert len({delivery.rank for delivery in Delivery}) == len(Delivery)


def test_lanes_are_in_order_of_urgency() -> None:
    assert [lane.value for lane in Lane] == ["call_control", "hazard", "reply", "automatic", "bulk"]


def test_new_calls_are_paced_apart_from_what_is_done_to_live_ones() -> None:
    about: dict[str, Any] = {"id": "1", "contact_id": "c", "channel": "voice"}
    assert instructions.ConnectContact(agent_id="a", deadline=1.0, **about).account == "voice"
    assert instructions.HoldCall(agent_id="a", **about).account == "voice.control"
    assert instructions.EndCall(**about).account == "voice.control"
    assert instructions.AnswerRequest(id="1", request_id="r").account == ""


def test_what_reaches_a_customer_is_durable_and_looked_up_before_a_repeat() -> None:
    outward = (instructions.SendMessage, instructions.SendAutomatic, instructions.ConnectContact)
    assert all(kind.durable and kind.repeat is Repeat.LOOKUP for kind in outward)
    calls = (instructions.HoldCall, instructions.EndCall)
    assert all(kind.durable and kind.repeat is Repeat.SAFE for kind in calls)
    inward = set(instructions.ALL) - set(outward) - set(calls)
    assert all(not kind.durable and kind.repeat is Repeat.SAFE for kind in inward)


def test_a_decision_is_bounded() -> None:
    assert GROUPS == 20
