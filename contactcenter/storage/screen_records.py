"""What screens read: rows joined with the names that a person needs. Times are UTC seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from contactcenter.domain.needs import Clause, Needs
from contactcenter.storage.utility_callers import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact with its customer's and its agent's names; `preview` is the beginning of the last message.

    `consult_of` is the call of whose agent (`asker_name`) it is the consult.
    """

    id: str
    customer_id: str
    customer_name: str | None
    customer_tier: str | None
    customer_language: str | None
    customer_flags: str | None
    channel: str
    media: str
    thread: str
    address: str
    our_address: str
    queue: str
    clauses: tuple[Clause, ...]
    own_needs: Needs
    priority: float
    own_priority: float
    place: float
    arrived_at: float
    queued_at: float
    relaxed: int
    hazard: bool
    kept: bool
    language: str | None
    tier: str | None
    state: str
    state_since: float
    agent_id: str | None
    agent_name: str | None
    reserved_for: str | None
    deadline: float | None
    customer_left: bool
    opted_out: bool
    connected_at: float | None
    ended_at: float | None
    closed_at: float | None
    outcome: str | None
    disposition: str | None
    consult_of: str | None
    consult_to: str | None
    asker_name: str | None
    version: int
    preview: str | None
    last_message_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent; `connected`: at least one console of theirs is open. `telephone` None: the softphone."""

    id: str
    name: str
    profile: str
    status: str
    reason: str | None
    status_since: float
    connected: bool
    finishing: str | None
    version: int
    telephone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """An offer with the decision behind it."""

    id: str
    contact_id: str
    agent_id: str
    offered_at: float
    deadline: float
    cause: str
    outcome: str | None
    configuration_version: int
    waited_seconds: float
    refusals: Mapping[str, int]
    choice: str
    steps: int
    proficiency: int
    ready: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """A picture of a message."""

    id: str
    message_id: str | None
    state: str
    content_type: str | None
    size: int | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One utterance with its pictures."""

    id: str
    contact_id: str | None
    direction: str
    agent_id: str | None
    author_name: str | None
    text: str
    at: float
    delivery: str | None
    error: str | None
    provider_id: str | None
    media: tuple[MediaView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One line of a contact's history."""

    at: float
    type: str
    agent_id: str | None
    agent_name: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """A customer; the account owner with their name; `flags`: words between spaces."""

    id: str
    name: str | None
    tier: str | None
    language: str | None
    account_owner: str | None
    owner_name: str | None
    flags: str | None


class MessageMark(NamedTuple):
    """What of a message may still change: its delivery, and how many of its pictures are to come."""

    id: str
    contact_id: str
    delivery: str | None
    error: str | None
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """The work of some agents at one moment: what they hold, what rings, and what was asked for by name.

    `places`: where the customers of what rings are supplied.
    """

    agents: Mapping[str, AgentView]
    offers: Mapping[str, OfferView]
    contacts: Mapping[str, ContactView]
    messages: tuple[MessageView, ...]
    marks: tuple[MessageMark, ...] = ()
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """A conversation by its thread: the newest contact, and what both sides can see, in order."""

    customer_id: str
    contact: ContactView | None
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCount:
    """How many open contacts of a queue are in a state, and when the first of them arrived."""

    queue: str
    state: str
    count: int
    first_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadView:
    """How many contacts of a media class an agent holds."""

    agent_id: str
    media: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    """Who is here and what waits, at one moment."""

    queues: tuple[QueueCount, ...]
    agents: tuple[AgentView, ...]
    loads: tuple[LoadView, ...]
    offered: frozenset[str]
    waiting: tuple[ContactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """offered = open + the sum of outcomes."""

    offered: int
    open: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFilter:
    """Which contacts to list; `before` is the arrival (and id) after which the page begins."""

    state: str | None = None
    queue: str | None = None
    channel: str | None = None
    customer: str | None = None
    agent: str | None = None
    text: str | None = None
    before: tuple[float, str] | None = None
    limit: int = 50
