"""What happened: the only things that change routing state.

Past tense, frozen, each with an `id` that follows everything it causes and `at`, the router's
monotone clock in UTC seconds. They are stored as type, version and JSON (see `codec`); a field is
only ever added with a default, a changed meaning is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.needs import Needs
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.words import AgentStatus, MediaClass, MessageKind, Outcome


class Stimulus(Struct, frozen=True, kw_only=True, gc=False):
    """Base: `id` is unique for ever; `at` is stamped by the router when it takes the stimulus up."""

    id: str
    at: float = 0.0


class Asked(Stimulus, frozen=True, kw_only=True, gc=False):
    """Base of what somebody asked for and waits to hear about: answered by `AnswerRequest`.

    `request_id` is None when nobody waits.
    """

    request_id: str | None = None


class MessageReceived(Stimulus, frozen=True, kw_only=True, gc=False):
    """A customer wrote. Joins the open contact of `thread`, or becomes `contact_id`.

    `thread` is the conversation at the vendor's (our address and theirs); `contact_id` is the id a new
    contact gets, drawn at the edge because the engine draws nothing. `received_at` (UTC seconds, edge
    clock) bounds the place in line and is never later than `at`. `opted_out`: the address may not be
    written to. `flags`: what the customer's accounts are registered for (utility.Flag), sorted. `queue` None asks the
    entry points. `served`: it needs no person, only this answer.
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
    flags: tuple[str, ...] = ()
    queue: str | None = None
    served: Served | None = None


class ContactArrived(Stimulus, frozen=True, kw_only=True, gc=False):
    """A contact without a first message (a call, a simulated arrival).

    `queue` None asks the entry points. `place` (UTC seconds) is where it stands in line, `priority`
    seconds of head start added to the queue's, `skills`, `any_of` and `preferred` what a menu choice asks on top.
    `outcome`: it never waited; the menus served it, or it left them.
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
    flags: tuple[str, ...] = ()
    outcome: Outcome | None = None
    any_of: tuple[Mapping[str, int], ...] = ()


class CustomerLeft(Stimulus, frozen=True, kw_only=True, gc=False):
    """The customer closed the chat or hung up."""

    thread: str


class AgentConfigured(Asked, frozen=True, kw_only=True, gc=False):
    """An agent was added, or got another name or profile."""

    agent_id: str
    name: str
    profile: str


class ConsoleOpened(Stimulus, frozen=True, kw_only=True, gc=False):
    """An agent's console is connected: one `session_id` a window."""

    session_id: str
    agent_id: str


class ConsoleClosed(Stimulus, frozen=True, kw_only=True, gc=False):
    """A console is gone: closed, cut off, or its web node's lease ran out."""

    session_id: str
    agent_id: str


class AgentStatusChanged(Asked, frozen=True, kw_only=True, gc=False):
    """A person chose a status; `by` is the account when it was somebody else's choice.

    `when_done`: not ready only once what they hold is finished; until then nothing new is offered.
    """

    agent_id: str
    status: AgentStatus
    reason: str | None = None
    by: str | None = None
    when_done: bool = False


class OfferAccepted(Asked, frozen=True, kw_only=True, gc=False):
    """The agent takes the offered contact."""

    offer_id: str
    agent_id: str


class OfferDeclined(Asked, frozen=True, kw_only=True, gc=False):
    """The agent does not take it; it goes back to its place and passes this agent over for a while."""

    offer_id: str
    agent_id: str
    reason: str | None = None


class ContactConnected(Stimulus, frozen=True, kw_only=True, gc=False):
    """Customer and agent can talk (their legs are joined). With `agent_id`: if they still hold it."""

    contact_id: str
    agent_id: str | None = None


class ConnectionFailed(Stimulus, frozen=True, kw_only=True, gc=False):
    """The agent's leg was busy, missed or refused; the contact goes back to its place.

    With `agent_id`: if they still hold it, and also when the leg broke while they talked.
    """

    contact_id: str
    reason: str
    agent_id: str | None = None


class ReplySubmitted(Asked, frozen=True, kw_only=True, gc=False):
    """The agent wrote; the message row exists and waits for leave to be sent."""

    contact_id: str
    agent_id: str
    message_id: str


class NoteSubmitted(Asked, frozen=True, kw_only=True, gc=False):
    """The agent left a note on a contact they hold; the customer never sees it."""

    contact_id: str
    agent_id: str
    message_id: str


class ContactEnded(Asked, frozen=True, kw_only=True, gc=False):
    """The agent ended the conversation: wrap-up begins."""

    contact_id: str
    agent_id: str


class WrapUpCompleted(Asked, frozen=True, kw_only=True, gc=False):
    """The agent said what it was; the contact closes."""

    contact_id: str
    agent_id: str
    disposition: str
    note: str | None = None


class WrapUpExtended(Asked, frozen=True, kw_only=True, gc=False):
    """The agent needs `seconds` more."""

    contact_id: str
    agent_id: str
    seconds: float


class TransferRequested(Asked, frozen=True, kw_only=True, gc=False):
    """The agent gives the contact to a queue or to one agent (exactly one of the two)."""

    contact_id: str
    agent_id: str
    queue: str | None = None
    to_agent: str | None = None
    note: str | None = None


class HandedOver(Asked, frozen=True, kw_only=True, gc=False):
    """The conversation goes on without the agent: with `to_agent`, who is in the call already, or somebody outside.

    Exactly one of `to_agent` and `address` (a telephone number); the customer waits for nobody.
    """

    contact_id: str
    agent_id: str
    to_agent: str | None = None
    address: str | None = None
    note: str | None = None


class ConsultRequested(Asked, frozen=True, kw_only=True, gc=False):
    """The agent on a call asks a queue, or one colleague (exactly one of the two), to come into it.

    `consult_id` is the id the consult gets as a contact, drawn at the edge because the engine draws nothing.
    """

    contact_id: str
    consult_id: str
    agent_id: str
    queue: str | None = None
    to_agent: str | None = None
    note: str | None = None


class ConsultCanceled(Asked, frozen=True, kw_only=True, gc=False):
    """The agent needs nobody any more, whether somebody has come or not."""

    contact_id: str
    agent_id: str


class ClosureRequested(Asked, frozen=True, kw_only=True, gc=False):
    """A supervisor frees what is stuck; the outcome is `system_closed`."""

    contact_id: str
    by: str
    reason: str


class ContactMoved(Asked, frozen=True, kw_only=True, gc=False):
    """A supervisor sends a contact nobody holds to another queue or to one agent (exactly one of the two)."""

    contact_id: str
    by: str
    queue: str | None = None
    to_agent: str | None = None


class PriorityChanged(Asked, frozen=True, kw_only=True, gc=False):
    """A supervisor gives a contact another head start (seconds, on top of its queue's), or makes it a hazard."""

    contact_id: str
    by: str
    priority: float | None = None
    hazard: bool | None = None


class NeedsChanged(Asked, frozen=True, kw_only=True, gc=False):
    """An agent, a supervisor or a program says what a contact asks on top of its queue; replaces what it asked so."""

    contact_id: str
    by: str
    needs: Needs


class ConfigurationChanged(Asked, frozen=True, kw_only=True, gc=False):
    """A new version of the configuration holds from now on.

    `moves` names, for a removed queue, the queue that takes its contacts.
    """

    configuration: Configuration
    moves: Mapping[str, str] = field(default_factory=dict)


class TimePassed(Stimulus, frozen=True, kw_only=True, gc=False):
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
    HandedOver,
    ConsultRequested,
    ConsultCanceled,
    ClosureRequested,
    ContactMoved,
    PriorityChanged,
    NeedsChanged,
    ConfigurationChanged,
    TimePassed,
)
