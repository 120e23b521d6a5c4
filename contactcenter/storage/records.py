"""What goes into storage and what comes out of it. Times are UTC seconds, durations seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.instructions import AnswerRequest, Instruction
from contactcenter.domain.messages import DeliveryReport, InboundMessage, OutboundMessage, Receipt
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.outage_dialogue import Heard
from contactcenter.domain.stimuli import Stimulus
from contactcenter.domain.words import AgentStatus, Delivery, MediaClass
from contactcenter.queues.staffing import Change
from contactcenter.routing.state import Changes, Snapshot
from contactcenter.storage.call_records import Call, Called

# --- the way in -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A customer's message, with the ids that it and a contact it may open will get.

    `media_ids` go with `message.media` in order; one that we hold already keeps its own. `outage`: its text is the
    keyword that reports an outage.
    """

    message: InboundMessage
    media_class: MediaClass
    message_id: str
    contact_id: str
    stimulus_id: str
    media_ids: tuple[str, ...] = ()
    outage: Heard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an agent wrote: a reply (`out`) or a note that the customer never sees."""

    message_id: str
    contact_id: str
    agent_id: str | None
    direction: Literal["out", "note"]
    text: str
    author_name: str
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A stimulus from inside (a console, the dispatcher), with the text that it sends.

    Without a stimulus the draft is only written down (a note); `request_id` then makes a repeat harmless.
    """

    stimulus: Stimulus | None
    draft: Draft | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A vendor said what became of a message."""

    report: DeliveryReport


Incoming = Received | Submitted | Reported | Called


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the router decided about a request: `code` None when it was done, else why not."""

    request_id: str
    code: str | None
    message: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one `Incoming`. `duplicate`: it had been taken before and nothing was written.

    Of a received message, `contact_id` is None while the router has not joined it to one. Of a report,
    `agent_id` holds the contact now. `served`: a message needed no person.
    Of a call, `call` is how it is stored: another's state, if this is a `duplicate`.
    """

    duplicate: bool = False
    message_id: str | None = None
    customer_id: str | None = None
    contact_id: str | None = None
    agent_id: str | None = None
    delivery_changed: bool = False
    answer: Answer | None = None
    call: Call | None = None
    served: Served | None = None


# --- the router -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to decide, until `until` by the database's clock."""

    epoch: int
    holder: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a router starts from."""

    configuration: Configuration
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A stored stimulus that waits to be handled; `codec.decode_stimulus` reads it."""

    id: int
    stimulus_id: str
    kind: str
    version: int
    body: str
    received_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A stimulus that could not be handled, and why."""

    id: int
    stimulus_id: str
    kind: str
    version: int
    body: str
    received_at: float
    quarantined_at: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Decisions to commit together. `handled` are inbox ids; only durable instructions belong in `outbox`.

    `agent_log` has who did something else from when on.
    """

    id: str
    epoch: int
    changes: Changes
    handled: list[int] = field(default_factory=list)
    answers: list[AnswerRequest] = field(default_factory=list)
    outbox: list[Instruction] = field(default_factory=list)
    agent_log: Sequence[tuple[str, Change]] = ()


# --- the way out ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """An instruction to carry out now. `attempts` counts this one.

    `first_tried_at` is set when an earlier attempt may have reached the vendor (`message` has it too).
    Pictures in `message.media` have no `url` yet: whoever can sign addresses fills them in.
    `opted_out`: the customer wants no messages there any more.
    """

    id: int
    instruction: Instruction
    contact_id: str
    lane: str
    attempts: int
    created_at: float
    first_tried_at: float | None
    message: OutboundMessage | None
    agent_id: str | None
    opted_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of an attempt. `pending`: again at `next_at`; `reached`: the vendor may have taken it."""

    id: int
    state: Literal["sent", "pending", "dead", "dropped", "unknown"]
    next_at: float | None = None
    error: str | None = None
    receipt: Receipt | None = None
    reached: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """A message's delivery moved on; `agent_id` holds the contact now."""

    message_id: str
    contact_id: str | None
    agent_id: str | None
    delivery: Delivery
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A message that a vendor took as `provider_id`, and of which nothing final was heard."""

    message: OutboundMessage
    provider_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A row of the outbox as an operator sees it."""

    id: int
    kind: str
    contact_id: str
    message_id: str | None
    channel: str
    lane: str
    state: str
    attempts: int
    error: str | None
    created_at: float
    next_at: float
    settled_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneDepth:
    """How many items of a lane are unfinished, and since when the oldest waits."""

    lane: str
    count: int
    oldest_at: float


# --- configuration, people, jobs, media -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConfiguration:
    """A version of the configuration, and who made it when."""

    version: int
    at: float
    by: str
    comment: str | None
    configuration: Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRecord:
    """An agent's row."""

    id: str
    name: str
    profile: str
    status: AgentStatus
    reason: str | None
    status_since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may sign in; `username` is compared without case."""

    id: str
    username: str
    name: str
    role: str
    agent_id: str | None
    language: str
    password_hash: str = field(repr=False)
    active: bool = True
    created_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A signed-in session and its account; expired ones and those of inactive accounts are not found."""

    token_hash: str = field(repr=False)
    account: Account
    csrf: str = field(repr=False)
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Blocking or bulk work. `body` and `result` are plain JSON values; `attempts` counts claims."""

    id: str
    kind: str
    state: str
    body: Mapping[str, Any]
    attempts: int = 0
    result: Mapping[str, Any] | None = None
    error: str | None = None
    run_after: float = 0.0
    created_at: float = 0.0
    finished_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or file. `path` is below the data directory; see `tables.MediaRow`."""

    id: str
    state: Literal["pending", "ready", "failed"]
    message_id: str | None = None
    position: int = 0
    channel: str | None = None
    owner: str | None = None
    content_type: str | None = None
    size: int | None = None
    name: str | None = None
    path: str | None = None
    url: str | None = None
    error: str | None = None
    created_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChange:
    """A message's media became ready or failed; `agent_id` holds the contact now."""

    media_id: str
    message_id: str | None
    contact_id: str | None
    agent_id: str | None
