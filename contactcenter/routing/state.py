"""What the router knows: the live contacts, agents and offers, and what changed since the last commit.

These records are what SQL stores and what a restart loads; everything else in `routing` is an index
that is derived from them. They refer to nothing that could refer back, so the garbage collector need not
look at a hundred thousand of them (`gc=False`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct, field

from contactcenter.domain.needs import NOTHING, Clause, Needs
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome, Outcome, Service

if TYPE_CHECKING:
    from contactcenter.domain.history import AutomaticMessage, ContactEvent, Decision

HELD = (ContactState.CONNECTING, ContactState.CONNECTED, ContactState.WRAP_UP)
"""States in which a contact is its agent's work; an offered one only holds their attention."""
ON_THE_LINE = (ContactState.CONNECTING, ContactState.CONNECTED)
"""States in which a caller's agent has a leg of their own."""


class Contact(Struct, kw_only=True, gc=False):
    """A live contact. Times in UTC seconds.

    `place` is where it stands in line and never moves; `priority` is seconds of head start: the
    queue's and `own_priority`, which entry point, rules or a supervisor gave it. `clauses` is what it
    asks: the queue's needs and `own_needs` together. `relaxed` counts the relaxation steps of its queue
    that its waiting since `queued_at` has earned. A hazard goes before all others.

    `reserved_for` limits it to one agent until `reserved_until`. `passed_over` are agents that declined
    it, until when they are not asked again. `kept`: its queue was closed when it came; it is not offered
    before the next opening. `customer_left` says that nobody is at the other end any more. `deadline` is
    the one of its present state (connecting or wrap-up). `consult_of`: it is no customer's, but the agent's who
    has that call and asks for a colleague (see `consults`), only for `consult_to` if that one was asked by name.

    `opened_at` is when its queue opened, if it was kept. `service` judges the first answer, given in
    `served_queue`, or giving up before one. `talk_seconds` and `wrap_up_seconds` add up over all who held it.
    """

    id: str
    customer_id: str
    channel: str
    media: MediaClass
    thread: str
    address: str
    to: str
    queue: str
    clauses: tuple[Clause, ...]
    own_needs: Needs = NOTHING
    priority: float
    own_priority: float
    place: float
    arrived_at: float
    queued_at: float
    relaxed: int = 0
    hazard: bool = False
    kept: bool = False
    language: str | None = None
    tier: str | None = None
    state: ContactState = ContactState.WAITING
    state_since: float = 0.0
    agent_id: str | None = None
    reserved_for: str | None = None
    reserved_until: float | None = None
    passed_over: dict[str, float] = field(default_factory=dict)
    offers: int = 0
    deadline: float | None = None
    consult_of: str | None = None
    consult_to: str | None = None
    customer_left: bool = False
    opted_out: bool = False
    connected_at: float | None = None
    first_reply_at: float | None = None
    ended_at: float | None = None
    closed_at: float | None = None
    outcome: Outcome | None = None
    disposition: str | None = None
    opened_at: float | None = None
    served_queue: str | None = None
    service: Service | None = None
    talk_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    version: int = 0

    @property
    def rank(self) -> float:
        """Position in line: the lower is served first. Ageing is built in, nothing is re-sorted."""
        return self.place - self.priority


class Agent(Struct, kw_only=True, gc=False):
    """A person who may be offered contacts. Times in UTC seconds.

    `idle_since` orders agents of equal load: when they last became ready, or last took or finished
    a contact. `grace_until` is set while no console is open: past it the agent is logged out.
    `finishing` is the reason to be not ready for once nothing is held any more.

    `signed_in_at` is when they last came, `busy_seconds` how long since then they held something,
    `busy_since` since when they do now, `occupancy` the share as of when they last finished something.
    `taken` counts the contacts accepted before `taken_until`, the end of that day.
    `kept_free_for` is the call for which they get no more chats.
    """

    id: str
    name: str
    profile: str
    status: AgentStatus = AgentStatus.LOGGED_OUT
    reason: str | None = None
    status_since: float = 0.0
    idle_since: float = 0.0
    grace_until: float | None = None
    finishing: str | None = None
    signed_in_at: float | None = None
    busy_seconds: float = 0.0
    busy_since: float | None = None
    occupancy: float = 0.0
    taken: int = 0
    taken_until: float = 0.0
    kept_free_for: str | None = None
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


class Offer(Struct, kw_only=True, gc=False):
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


class Changes(Struct):
    """What a commit must write: records that changed (by id), and what to write down for good.

    `messages` says to which contact each received message went (message id: contact id); `refused`
    which submitted replies may not be sent (message id: code); `texts` are messages of the center's own.
    """

    contacts: dict[str, Contact] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    events: list[ContactEvent] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    texts: list[AutomaticMessage] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """Everything a restart needs: open contacts, all agents, live offers, as SQL has them."""

    contacts: list[Contact]
    agents: list[Agent]
    offers: list[Offer]
    at: float = 0.0
