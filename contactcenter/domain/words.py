"""The closed vocabularies: media classes, states, statuses, outcomes and reasons.

Stored by value in SQL and shown by value in the API, so a value once released is never renamed.
"""

from __future__ import annotations

from enum import StrEnum


class MediaClass(StrEnum):
    """How a channel loads an agent."""

    VOICE = "voice"
    LIVE = "live"
    ASYNC = "async"


class ContactState(StrEnum):
    """Where a contact is on its way; only `CLOSED` is final."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class Outcome(StrEnum):
    """The one final outcome of a contact (guarantee G8)."""

    AGENT_HANDLED = "agent_handled"
    OFFICE_HANDLED = "office_handled"
    SELF_SERVED = "self_served"
    ABANDONED = "abandoned"
    CALLBACK_FAILED = "callback_failed"
    MERGED = "merged"
    REFUSED = "refused"
    SYSTEM_CLOSED = "system_closed"


class Service(StrEnum):
    """How soon a contact was served, judged once: at its first answer, or when the customer gave up before one."""

    ON_TIME = "on_time"
    LATE = "late"
    ABANDONED = "abandoned"
    SHORT_ABANDONED = "short_abandoned"


class AgentStatus(StrEnum):
    """What a person chose."""

    AVAILABLE = "available"
    NOT_READY = "not_ready"
    LOGGED_OUT = "logged_out"


class OfferOutcome(StrEnum):
    """How an offer ended; every offer ends exactly once."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    RONA = "rona"
    WITHDRAWN = "withdrawn"


class OfferCause(StrEnum):
    """What made the router look for a match."""

    CONTACT_ARRIVED = "contact_arrived"
    AGENT_FREED = "agent_freed"
    TRANSFERRED = "transferred"
    REQUEUED = "requeued"
    CONFIGURATION_CHANGED = "configuration_changed"
    RELAXED = "relaxed"
    MOVED = "moved"
    OPENED = "opened"
    STAFFING_CHANGED = "staffing_changed"
    CONSULTED = "consulted"


class Refusal(StrEnum):
    """Why an agent may not be offered a contact."""

    CHANNEL_NOT_IN_PROFILE = "channel_not_in_profile"
    SKILL_MISSING = "skill_missing"
    PROFICIENCY_TOO_LOW = "proficiency_too_low"
    NO_CAPACITY_FOR_MEDIA = "no_capacity_for_media"
    LOGGED_OUT = "logged_out"
    NOT_READY = "not_ready"
    DISCONNECTED = "disconnected"
    FINISHING = "finishing"
    CONSIDERING_AN_OFFER = "considering_an_offer"
    ON_A_CALL = "on_a_call"
    BUSY_FOR_A_CALL = "busy_for_a_call"
    KEPT_FREE_FOR_A_CALL = "kept_free_for_a_call"
    AT_CAPACITY = "at_capacity"
    DECLINED_THIS_CONTACT = "declined_this_contact"
    RESERVED_FOR_ANOTHER = "reserved_for_another"


class AgentChoice(StrEnum):
    """Whom a queue prefers of those who may take a contact; ties go by load, then longest idle, then id.

    `LEAST_OCCUPIED`: the lowest share of their time since sign-in spent with contacts, as of when they
    last became free. `SPARE_GENERALIST`: whose other skills are least wanted now.
    """

    LONGEST_IDLE = "longest_idle"
    MOST_PROFICIENT = "most_proficient"
    LEAST_PROFICIENT = "least_proficient"
    LEAST_OCCUPIED = "least_occupied"
    FEWEST_CONTACTS = "fewest_contacts"
    SPARE_GENERALIST = "spare_generalist"


class PreferredAgent(StrEnum):
    """Somebody a contact is kept for at first."""

    LAST_AGENT = "last_agent"
    ACCOUNT_OWNER = "account_owner"


class OutsideHours(StrEnum):
    """What becomes of a contact that arrives while its queue is closed.

    `SERVE`: as if it were open. `KEEP`: it waits, and is offered from the next opening on. `MOVE`: it
    goes to another queue. `REFUSE`: it is told so and closed.
    """

    SERVE = "serve"
    KEEP = "keep"
    MOVE = "move"
    REFUSE = "refuse"


class MessageKind(StrEnum):
    """What an inbound message means to the center."""

    MESSAGE = "message"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class Lane(StrEnum):
    """Lanes of the outbox, the most urgent first."""

    CALL_CONTROL = "call_control"
    HAZARD = "hazard"
    REPLY = "reply"
    AUTOMATIC = "automatic"
    BULK = "bulk"


class Repeat(StrEnum):
    """What a second execution of an instruction means.

    `SAFE`: the same as one. `LOOKUP`: ask the vendor first. `NEVER`: an unknown outcome stays unknown.
    """

    SAFE = "safe"
    LOOKUP = "lookup"
    NEVER = "never"


class Delivery(StrEnum):
    """Delivery state of an outgoing message; `rank` never decreases (guarantee G12)."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERY_UNKNOWN = "delivery_unknown"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        """Position in the one direction a delivery may go.

        A vendor that says `delivered` after `undelivered` knows better; the reverse is a late report.
        """
        return _RANKS[self]


_RANKS = {state: position for position, state in enumerate(Delivery)}

VOICEMAIL = "voicemail"
"""The channel of what callers recorded: nothing is written to it."""

NOT_READY_RONA = "rona"
NOT_READY_SIGNED_IN = "signed_in"
"""Reasons the router gives itself; the others come from the configuration."""
