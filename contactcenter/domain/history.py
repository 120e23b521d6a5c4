"""What is written down of a contact: events a person can read, and decisions with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contactcenter.domain.words import OfferCause


class EventType(StrEnum):
    """Kinds of events, in the words of docs/api.md."""

    ARRIVED = "arrived"
    MESSAGE_RECEIVED = "message_received"
    OPTED_OUT = "opted_out"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RONA = "rona"
    OFFER_WITHDRAWN = "offer_withdrawn"
    CONNECTED = "connected"
    REPLIED = "replied"
    TRANSFERRED = "transferred"
    REQUEUED = "requeued"
    REOPENED = "reopened"
    QUEUE_CHANGED = "queue_changed"
    CUSTOMER_LEFT = "customer_left"
    ENDED = "ended"
    WRAP_UP_EXTENDED = "wrap_up_extended"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """One line of a contact's history. `at` in UTC seconds; `detail` in plain values."""

    contact_id: str
    at: float
    type: EventType
    agent_id: str | None = None
    detail: Mapping[str, str | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """Why this agent: the winner, the configuration's version, and refusals counted by reason.

    `refusals` counts people over at most `GROUPS` profiles, so that its cost does not grow with them.
    """

    offer_id: str
    contact_id: str
    agent_id: str
    at: float
    cause: OfferCause
    configuration_version: int
    waited_seconds: float
    refusals: Mapping[str, int]


GROUPS = 20
