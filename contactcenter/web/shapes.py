"""What the API says, as types: the names and values of docs/api.md. Times are ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads these; before Python 3.12 it needs this TypedDict

from contactcenter.web.statistic_shapes import LiveShape


class Named(TypedDict):
    """Something with a name for people."""

    id: str
    name: str


class EstimateShape(TypedDict):
    """A wait in seconds from now: half of the contacts wait less than `p50`, four in five less than `p80`."""

    p50: float
    p80: float


class AccountShape(TypedDict):
    """A person's sign-in."""

    id: str
    username: str
    name: str
    role: Literal["agent", "supervisor", "admin"]
    agent_id: str | None
    language: str | None


class SessionShape(TypedDict):
    """Who is signed in."""

    account: AccountShape
    csrf_token: str
    demo: bool


class AgentShape(TypedDict):
    """A person who takes contacts. `telephone` is where their calls ring; null: the console's softphone."""

    id: str
    name: str
    profile: Named
    status: str
    reason: str | None
    status_since: str
    connected: bool
    finishing: str | None
    telephone: str | None


class CustomerShape(TypedDict):
    """The person at the other end. `flags`: what their accounts are on a register for."""

    id: str
    name: str | None
    tier: str | None
    language: str | None
    flags: list[str]


class KnownOutageShape(TypedDict):
    """An outage where a customer is supplied; the cause in the reader's language if there is one."""

    id: str
    cause: str
    started: str
    restoration: str | None


class PlaceShape(TypedDict):
    """Where a customer is supplied; `report` is the number of an open report of it."""

    id: str
    account: str
    address: str
    zone: Named
    outage: KnownOutageShape | None
    report: str | None


SkillsShape = list[tuple[str, int]]
"""Each [skill, least proficiency]."""
YoursShape = list[tuple[str, int, int | None]]
"""Each [skill, least proficiency, yours]."""


class NeedsShape(TypedDict):
    """What is asked on top of a queue: all of `skills`, one of each of `any_of`, rather `preferred` too."""

    skills: dict[str, int]
    any_of: list[dict[str, int]]
    preferred: dict[str, int]


class ConsultedShape(TypedDict):
    """The call during which a colleague is asked to come, and who asks; `named`: asked by name, and nobody else is."""

    call: str
    asked_by: str | None
    named: bool


class ContactShape(TypedDict):
    """One piece of work. `priority` in seconds of head start, `own_priority` what of it is not the queue's.

    `consult`: it is no customer's, but advice to the agent on a call.
    """

    id: str
    channel: str
    media: str
    state: str
    state_since: str
    queue: Named
    priority: float
    own_priority: float
    hazard: bool
    kept: bool
    relaxed: int
    skills: SkillsShape
    any_of: list[SkillsShape]
    preferred: SkillsShape
    own_needs: NeedsShape
    arrived_at: str
    place: str
    agent: Named | None
    reserved_for: str | None
    customer: CustomerShape
    address: str
    to: str
    preview: str
    last_message_at: str | None
    connected_at: str | None
    ended_at: str | None
    wrap_up_until: str | None
    closed_at: str | None
    outcome: str | None
    disposition: str | None
    opted_out: bool
    consult: ConsultedShape | None
    version: int


class AuthorShape(TypedDict):
    """Who wrote a message."""

    kind: Literal["customer", "agent", "system"]
    name: str | None


class MediaShape(TypedDict):
    """A picture; `size` in bytes."""

    id: str
    content_type: str
    size: int | None
    name: str | None
    state: Literal["ready", "pending", "failed"]
    url: str


class MessageShape(TypedDict):
    """One utterance, or a note the customer never sees."""

    id: str
    contact_id: str
    direction: Literal["in", "out", "note", "system"]
    author: AuthorShape
    text: str
    at: str
    delivery: str | None
    error: str | None
    media: list[MediaShape]


class WhyShape(TypedDict):
    """Why this agent. `steps` of relaxation held, `ready` profiles had somebody ready."""

    reason: str
    waited_seconds: float
    skills: YoursShape
    any_of: list[YoursShape]
    preferred: YoursShape
    choice: str
    steps: int
    proficiency: int
    ready: int
    refused: dict[str, int]
    configuration_version: int


class OfferShape(TypedDict):
    """A contact that rings. `places`: where the customer is supplied, without power first; at most 5."""

    id: str
    contact: ContactShape
    places: list[PlaceShape]
    offered_at: str
    deadline: str
    why: WhyShape


class EventShape(TypedDict):
    """One line of a contact's history."""

    at: str
    type: str
    agent: Named | None
    detail: dict[str, Any]


class ContactDetailShape(TypedDict):
    """A contact with what was said and what happened; `estimate` while it waits and something is known."""

    contact: ContactShape
    messages: list[MessageShape]
    events: list[EventShape]
    estimate: EstimateShape | None


class KnownCustomerShape(CustomerShape):
    """A customer with the agent who looks after them."""

    account_owner: Named | None


class CustomerDetailShape(TypedDict):
    """A customer with their contacts, the newest first, and where they are supplied, without power first."""

    customer: KnownCustomerShape
    places: list[PlaceShape]
    contacts: list[ContactShape]


class ContactsShape(TypedDict):
    """A page of contacts; `next` is the cursor of the page after it."""

    contacts: list[ContactShape]
    next: str | None


class QueueInfoShape(TypedDict):
    """A queue as an agent needs it."""

    id: str
    name: str
    dispositions: list[Named]
    wrap_up_seconds: float


class ChannelInfoShape(TypedDict):
    """What one message on a channel may be."""

    id: str
    media: str
    max_length: int
    attachments: bool


class CannedShape(TypedDict):
    """A text ready to be sent, by language; `by_channel` where a channel has a wording of its own."""

    id: str
    title: str
    texts: dict[str, str]
    by_channel: dict[str, dict[str, str]]


class ColleagueShape(TypedDict):
    """Whom a contact can be given to.

    `reason`: why they are not ready; `ready`: takes something new; `on_call`: holds a call; `channels`: those their
    profile works.
    """

    id: str
    name: str
    status: str
    reason: str | None
    profile: Named
    ready: bool
    on_call: bool
    channels: list[str]


class DeskShape(TypedDict):
    """What the console needs to draw itself."""

    agent: AgentShape | None
    queues: list[QueueInfoShape]
    skills: list[Named]
    channels: list[ChannelInfoShape]
    not_ready_reasons: list[Named]
    answers: list[CannedShape]
    agents: list[ColleagueShape]
    configuration_version: int
    server_time: str


class AnswerShape(TypedDict):
    """What came of an action: `status` 200 done, 202 not decided yet."""

    request_id: str
    status: int
    message: NotRequired[MessageShape]


Load = TypedDict("Load", {"voice": int, "live": int, "async": int})
"""Contacts by media class."""


class AgentLoadShape(AgentShape):
    """An agent with their work."""

    contacts: Load
    offered: bool
    capacity: Load


class QueueLoadShape(TypedDict):
    """A queue with its work."""

    id: str
    name: str
    waiting: int
    longest_wait_since: str | None
    offered: int
    connected: int
    wrap_up: int
    agents_available: int
    estimate: EstimateShape | None


class LedgerShape(TypedDict):
    """offered = open + the sum of outcomes, at any moment."""

    offered: int
    open: int
    outcomes: dict[str, int]


class OverviewShape(TypedDict):
    """Who is here, what waits, and how well it goes; `statistics` is null until a router has counted."""

    queues: list[QueueLoadShape]
    agents: list[AgentLoadShape]
    waiting: list[ContactShape]
    ledger: LedgerShape
    statistics: LiveShape | None


class ConfigurationShape(TypedDict):
    """One version of the configuration; `document` has the shape of skills.yaml and routing.yaml."""

    version: int
    at: str
    by: str
    document: dict[str, Any]


class VersionShape(TypedDict):
    """The version that holds from now on."""

    version: int


class JobShape(TypedDict):
    """Work in the background."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed"]
    error: str | None
    url: str | None


class JobStartedShape(TypedDict):
    """Where to ask for the result."""

    job_id: str


class OutboxItemShape(TypedDict):
    """Something to be sent that was not."""

    id: str
    kind: str
    contact_id: str | None
    attempts: int
    error: str | None
    created_at: str
    state: str


class OutboxShape(TypedDict):
    """Items of the outbox."""

    items: list[OutboxItemShape]


class QuarantinedShape(TypedDict):
    """A stimulus that could not be handled."""

    id: str
    kind: str
    error: str | None
    received_at: str


class QuarantineShape(TypedDict):
    """Stimuli that could not be handled."""

    items: list[QuarantinedShape]


class DoneShape(TypedDict):
    """What was dealt with."""

    id: str


class AgentsShape(TypedDict):
    """All agents."""

    agents: list[AgentShape]


class AdminAccountShape(AccountShape):
    """A sign-in as administrators see it."""

    active: bool


class AccountsShape(TypedDict):
    """All accounts."""

    accounts: list[AdminAccountShape]


class ErrorBodyShape(TypedDict):
    """Why not."""

    code: str
    message: str
    detail: dict[str, Any]


class ErrorShape(TypedDict):
    """A refusal."""

    error: ErrorBodyShape
