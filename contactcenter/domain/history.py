"""What is written down of a contact: events a person can read, and decisions with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from contactcenter.domain.words import AgentChoice, OfferCause


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
    RELAXED = "relaxed"
    NEEDS_CHANGED = "needs_changed"
    PRIORITY_CHANGED = "priority_changed"
    RESERVED = "reserved"
    KEPT = "kept"
    OPENED = "opened"
    CLOSED = "closed"
    HELD = "held"
    RESUMED = "resumed"
    MUTED = "muted"
    UNMUTED = "unmuted"
    INVITED = "invited"
    CONSULTED = "consulted"
    CONSULT_ENDED = "consult_ended"
    REMOVED = "removed"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_RESUMED = "recording_resumed"
    SUPERVISED = "supervised"


class ContactEvent(Struct, frozen=True, gc=False):
    """One line of a contact's history. `at` in UTC seconds; `detail` in plain values."""

    contact_id: str
    at: float
    type: EventType
    agent_id: str | None = None
    detail: Mapping[str, str | float | None] = field(default_factory=dict)


class Decision(Struct, frozen=True, gc=False):
    """Why this agent: the winner, the configuration's version, and refusals counted by reason.

    `refusals` counts people over at most `GROUPS` profiles, so that its cost does not grow with them.
    `choice` is the queue's rule, `steps` how many of its relaxation steps held, `proficiency` the
    winner's in what was asked (the sum), `ready` how many groups had somebody ready.
    """

    offer_id: str
    contact_id: str
    agent_id: str
    at: float
    cause: OfferCause
    configuration_version: int
    waited_seconds: float
    refusals: Mapping[str, int]
    choice: AgentChoice = AgentChoice.LONGEST_IDLE
    steps: int = 0
    proficiency: int = 0
    ready: int = 1


class AutomaticMessage(Struct, frozen=True, gc=False):
    """A text the center sends by itself; `id` is its message's and its instruction's. `at` in UTC seconds."""

    id: str
    contact_id: str
    channel: str
    text: str
    at: float


GROUPS = 20
