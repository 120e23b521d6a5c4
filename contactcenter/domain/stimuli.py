"""What happened: the only things that change routing state.

Past tense, frozen, each with an `id` that follows everything it causes and `at`, the router's
monotone clock in UTC seconds. They are stored as type, version and JSON (see `codec`); a field is
only ever added with a default, a changed meaning is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentStatus, MediaClass, MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulus:
    """Base: `id` is unique for ever; `at` is stamped by the router when it takes the stimulus up."""

    id: str
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Stimulus):
    """Base of what somebody asked for and waits to hear about: answered by `AnswerRequest`.

    `request_id` is None when nobody waits.
    """

    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Stimulus):
    """A customer wrote. Joins the open contact of `thread`, or becomes `contact_id`.

    `thread` is the conversation at the vendor's (our address and theirs); `contact_id` is the id a new
    contact gets, drawn at the edge because the engine draws nothing. `received_at` (UTC seconds, edge
    clock) bounds the place in line and is never later than `at`. `opted_out`: the address may not be
    written to.
    """

    message_id: str
    thread: str
    contact_id: str
    customer_id: str
    channel: str
    media: MediaClass
    address: str
    to: str
    text: str
    received_at: float
    kind: MessageKind = MessageKind.MESSAGE
    language: str | None = None
    opted_out: bool = False
    tier: str | None = None
    last_agent: str | None = None
    account_owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactArrived(Stimulus):
    """A contact without a first message (a call, a simulated arrival).

    `queue` None asks the entry points. `place` (UTC seconds) is where it stands in line, `priority`
    seconds of head start added to the queue's, `skills` and `preferred` what a menu choice asks on top.
    """

    contact_id: str
    thread: str
    customer_id: str
    channel: str
    media: MediaClass
    address: str
    to: str
    place: float
    queue: str | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: float = 0.0
    language: str | None = None
    preferred: Mapping[str, int] = field(default_factory=dict)
    tier: str | None = None
    last_agent: str | None = None
    account_owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLeft(Stimulus):
    """The customer closed the chat or hung up."""

    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfigured(Asked):
    """An agent was added, or got another name or profile."""

    agent_id: str
    name: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOpened(Stimulus):
    """An agent's console is connected: one `session_id` a window."""

    session_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleClosed(Stimulus):
    """A console is gone: closed, cut off, or its web node's lease ran out."""

    session_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatusChanged(Asked):
    """A person chose a status; `by` is the account when it was somebody else's choice.

    `when_done`: not ready only once what they hold is finished; until then nothing new is offered.
    """

    agent_id: str
    status: AgentStatus
    reason: str | None = None
    by: str | None = None
    when_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Asked):
    """The agent takes the offered contact."""

    offer_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(Asked):
    """The agent does not take it; it goes back to its place and passes this agent over for a while."""

    offer_id: str
    agent_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactConnected(Stimulus):
    """Customer and agent can talk (their legs are joined)."""

    contact_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailed(Stimulus):
    """The agent's leg was busy, missed or refused; the contact goes back to its place."""

    contact_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySubmitted(Asked):
    """The agent wrote; the message row exists and waits for leave to be sent."""

    contact_id: str
    agent_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSubmitted(Asked):
    """The agent left a note on a contact they hold; the customer never sees it."""

    contact_id: str
    agent_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEnded(Asked):
    """The agent ended the conversation: wrap-up begins."""

    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpCompleted(Asked):
    """The agent said what it was; the contact closes."""

    contact_id: str
    agent_id: str
    disposition: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(Asked):
    """The agent needs `seconds` more."""

    contact_id: str
    agent_id: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(Asked):
    """The agent gives the contact to a queue or to one agent (exactly one of the two)."""

    contact_id: str
    agent_id: str
    queue: str | None = None
    to_agent: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRequested(Asked):
    """A supervisor frees what is stuck; the outcome is `system_closed`."""

    contact_id: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMoved(Asked):
    """A supervisor sends a contact nobody holds to another queue or to one agent (exactly one of the two)."""

    contact_id: str
    by: str
    queue: str | None = None
    to_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Asked):
    """A supervisor gives a contact another head start (seconds, on top of its queue's), or makes it a hazard."""

    contact_id: str
    by: str
    priority: float | None = None
    hazard: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsChanged(Asked):
    """An agent, a supervisor or a program says what a contact asks on top of its queue; replaces what it asked so."""

    contact_id: str
    by: str
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChanged(Asked):
    """A new version of the configuration holds from now on.

    `moves` names, for a removed queue, the queue that takes its contacts.
    """

    configuration: Configuration
    moves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed(Stimulus):
    """The clock reached a deadline; every deadline up to `at` acts."""


ALL: tuple[type[Stimulus], ...] = (
    MessageReceived,
    ContactArrived,
    CustomerLeft,
    AgentConfigured,
    ConsoleOpened,
    ConsoleClosed,
    AgentStatusChanged,
    OfferAccepted,
    OfferDeclined,
    ContactConnected,
    ConnectionFailed,
    ReplySubmitted,
    NoteSubmitted,
    ContactEnded,
    WrapUpCompleted,
    WrapUpExtended,
    TransferRequested,
    ClosureRequested,
    ContactMoved,
    PriorityChanged,
    NeedsChanged,
    ConfigurationChanged,
    TimePassed,
)
