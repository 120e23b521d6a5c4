"""What the router knows: the live contacts, agents and offers, and what changed since the last commit.

These records are what SQL stores and what a restart loads; everything else in `routing` is an index
that is derived from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome, Outcome

if TYPE_CHECKING:
    from contactcenter.domain.history import ContactEvent, Decision

HELD = (ContactState.CONNECTING, ContactState.CONNECTED, ContactState.WRAP_UP)
"""States in which a contact is its agent's work; an offered one only holds their attention."""


@dataclass(slots=True, kw_only=True)
class Contact:
    """A live contact. Times in UTC seconds.

    `place` is where it stands in line and never moves; `priority` is seconds of head start (the
    queue's and the entry point's). `reserved_for` limits it to one agent until `reserved_until`.
    `passed_over` are agents that declined it, until when they are not asked again. `customer_left`
    says that nobody is at the other end any more. `deadline` is the one of its present state
    (connecting or wrap-up).
    """

    id: str
    customer_id: str
    channel: str
    media: MediaClass
    thread: str
    address: str
    to: str
    queue: str
    skills: tuple[tuple[str, int], ...]
    entry_skills: tuple[tuple[str, int], ...]
    priority: float
    entry_priority: float
    place: float
    arrived_at: float
    language: str | None = None
    state: ContactState = ContactState.WAITING
    state_since: float = 0.0
    agent_id: str | None = None
    reserved_for: str | None = None
    reserved_until: float | None = None
    passed_over: dict[str, float] = field(default_factory=dict)
    offers: int = 0
    deadline: float | None = None
    customer_left: bool = False
    opted_out: bool = False
    connected_at: float | None = None
    first_reply_at: float | None = None
    ended_at: float | None = None
    closed_at: float | None = None
    outcome: Outcome | None = None
    disposition: str | None = None
    version: int = 0

    @property
    def rank(self) -> float:
        """Position in line: the lower is served first. Ageing is built in, nothing is re-sorted."""
        return self.place - self.priority


@dataclass(slots=True, kw_only=True)
class Agent:
    """A person who may be offered contacts. Times in UTC seconds.

    `idle_since` orders agents of equal load: when they last became ready, or last took or finished
    a contact. `grace_until` is set while no console is open: past it the agent is logged out.
    """

    id: str
    name: str
    profile: str
    status: AgentStatus = AgentStatus.LOGGED_OUT
    reason: str | None = None
    status_since: float = 0.0
    idle_since: float = 0.0
    grace_until: float | None = None
    sessions: set[str] = field(default_factory=set)
    offer_id: str | None = None
    holds: dict[str, MediaClass] = field(default_factory=dict)
    version: int = 0

    @property
    def connected(self) -> bool:
        """Whether at least one console is open."""
        return bool(self.sessions)

    def load(self, media: MediaClass) -> int:
        """How many contacts of this media class the agent holds."""
        return tuple(self.holds.values()).count(media)


@dataclass(slots=True, kw_only=True)
class Offer:
    """A contact held for one agent until `deadline` (UTC seconds); `outcome` is set exactly once."""

    id: str
    contact_id: str
    agent_id: str
    offered_at: float
    deadline: float
    cause: OfferCause
    outcome: OfferOutcome | None = None
    ended_at: float | None = None
    reason: str | None = None


@dataclass(slots=True)
class Changes:
    """What a commit must write: records that changed (by id), and what to write down for good.

    `messages` says to which contact each received message went (message id: contact id); `refused`
    which submitted replies may not be sent (message id: code).
    """

    contacts: dict[str, Contact] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    events: list[ContactEvent] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """Everything a restart needs: open contacts, all agents, live offers, as SQL has them."""

    contacts: list[Contact]
    agents: list[Agent]
    offers: list[Offer]
    at: float = 0.0
