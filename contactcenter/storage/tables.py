"""The tables: one class each, the same on SQLite and PostgreSQL.

Times are UTC seconds since the epoch (float), ids are text, columns that end in `_json` hold JSON. The hot path
writes them by plain SQL; screens read them with SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Table, text
from sqlmodel import Field

from contactcenter.storage import call_leg_tables, call_tables, statistic_tables, utility_tables
from contactcenter.storage.table_base import CLUSTERED, COUNTER, NO, ZERO, Row, partial, plain_types

__all__ = ["TABLES", "Row", "call_leg_tables", "call_tables", "statistic_tables", "utility_tables"]


# --- customers, contacts, messages ------------------------------------------------------------------------------------


class CustomerRow(Row, table=True):
    """The person. `account_owner` is the agent who looks after them; `flags`: words between spaces."""

    __tablename__ = "customer"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    name: str | None = None
    tier: str | None = None
    language: str | None = None
    created_at: float
    account_owner: str | None = None
    flags: str | None = None


class AddressRow(Row, table=True):
    """How a customer is reached: `kind` (phone, chat, …) and value. Channels may share a kind."""

    __tablename__ = "address"
    __table_args__ = CLUSTERED

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    opted_out_at: float | None = None
    created_at: float


class ContactRow(Row, table=True):
    """A contact as the router knows it (routing.state.Contact), open or closed.

    `our_address` is the contact's `to`. `preview` and `last_message_at` are for screens; the router never reads them.
    """

    __tablename__ = "contact"
    __table_args__ = (
        # Guarantee G8: a contact is open, or it has exactly one outcome.
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("agent_id IS NOT NULL OR state NOT IN ('connecting', 'connected', 'wrap_up')", name="held"),
        # By `closed_at` and not by `state`, which changes all the time and would drag the index along.
        partial("uq_contact_open_thread", "thread", where="closed_at IS NULL", unique=True),
        partial("ix_contact_open_agent", "agent_id", where="closed_at IS NULL AND agent_id IS NOT NULL"),
        partial("ix_contact_open_call", "id", where="closed_at IS NULL AND media = 'voice'"),
        Index("ix_contact_customer", "customer_id", "arrived_at"),
        Index("ix_contact_arrived", "arrived_at"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    customer_id: str
    channel: str
    media: str
    thread: str
    address: str
    our_address: str
    queue: str
    clauses_json: str
    own_needs_json: str
    priority: float
    own_priority: float
    place: float
    arrived_at: float
    language: str | None = None
    state: str
    state_since: float
    agent_id: str | None = None
    reserved_for: str | None = None
    reserved_until: float | None = None
    passed_over_json: str
    offers: int
    deadline: float | None = None
    customer_left: bool
    opted_out: bool
    connected_at: float | None = None
    first_reply_at: float | None = None
    ended_at: float | None = None
    closed_at: float | None = None
    outcome: str | None = None
    disposition: str | None = None
    opened_at: float | None = None
    served_queue: str | None = None
    service: str | None = None
    talk_seconds: float = Field(default=0.0, sa_column_kwargs=ZERO)
    wrap_up_seconds: float = Field(default=0.0, sa_column_kwargs=ZERO)
    version: int
    preview: str | None = None
    last_message_at: float | None = None
    queued_at: float = Field(sa_column_kwargs=ZERO)
    relaxed: int = Field(sa_column_kwargs=ZERO)
    hazard: bool = Field(sa_column_kwargs=NO)
    kept: bool = Field(sa_column_kwargs=NO)
    tier: str | None = None
    consult_of: str | None = None
    consult_to: str | None = None


class MessageRow(Row, table=True):
    """One utterance. `contact_id` is empty until the router has said which contact it belongs to.

    `kind` is MessageKind for what customers wrote. `raw` is the vendor's payload as it came.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out', 'note', 'system')", name="direction"),
        CheckConstraint("(delivery IS NULL) OR direction IN ('out', 'system')", name="delivery"),
        # Guarantee G2: a repeat of the vendor's finds this.
        partial("uq_message_inbound", "channel", "provider_id", where="direction = 'in'", unique=True),
        partial("ix_message_outbound", "channel", "provider_id", where="direction <> 'in' AND provider_id IS NOT NULL"),
        Index("ix_message_contact", "contact_id", "at"),
        # What a vendor is asked about, should its report be lost.
        partial("ix_message_unsettled", "channel", "at", where="delivery IN ('sending', 'sent')"),
    )

    id: str = Field(primary_key=True)
    contact_id: str | None = None
    customer_id: str | None = None
    channel: str
    provider_id: str | None = None
    direction: str
    kind: str = "message"
    agent_id: str | None = None
    author_name: str | None = None
    text: str
    at: float
    delivery: str | None = None
    error: str | None = None
    segments: int | None = None
    raw: str | None = None


class DeliveryReportRow(Row, table=True):
    """A vendor's report that came before we knew that its provider id is ours; applied when we do."""

    __tablename__ = "delivery_report"

    channel: str = Field(primary_key=True)
    provider_id: str = Field(primary_key=True)
    delivery: str
    error: str | None = None
    at: float = Field(index=True)


class MediaRow(Row, table=True):
    """A picture or file; its bytes lie at `path` under the data directory once `state` is ready.

    `url` is the vendor's, for what is still to be fetched. `owner` is who uploaded it (an account's id, a chat's
    thread), empty for what a vendor keeps for us.
    """

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'ready', 'failed')", name="state"),
        CheckConstraint("state <> 'ready' OR path IS NOT NULL", name="path"),
        Index("ix_media_message", "message_id", "position"),
        Index("ix_media_created", "created_at"),
    )

    id: str = Field(primary_key=True)
    message_id: str | None = None
    position: int = 0
    channel: str | None = None
    owner: str | None = None
    state: str
    content_type: str | None = None
    size: int | None = None
    name: str | None = None
    path: str | None = None
    url: str | None = None
    error: str | None = None
    created_at: float


# --- what the router writes down --------------------------------------------------------------------------------------


class AgentRow(Row, table=True):
    """An agent as the router knows them (routing.state.Agent); what they hold is in contact and offer.

    `telephone` is where they take calls, the softphone when it is empty; the router does not read it.
    """

    __tablename__ = "agent"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    name: str
    profile: str
    status: str
    reason: str | None = None
    status_since: float
    idle_since: float
    grace_until: float | None = None
    sessions_json: str
    version: int
    finishing: str | None = None
    signed_in_at: float | None = None
    busy_seconds: float = Field(sa_column_kwargs=ZERO)
    busy_since: float | None = None
    occupancy: float = Field(sa_column_kwargs=ZERO)
    taken: int = Field(sa_column_kwargs=ZERO)
    taken_until: float = Field(sa_column_kwargs=ZERO)
    kept_free_for: str | None = None
    telephone: str | None = None


class OfferRow(Row, table=True):
    """A contact held for one agent; live while `outcome` is empty."""

    __tablename__ = "offer"
    __table_args__ = (
        # Guarantee G3: one live offer per contact, and one per agent.
        partial("uq_offer_live_contact", "contact_id", where="outcome IS NULL", unique=True),
        partial("uq_offer_live_agent", "agent_id", where="outcome IS NULL", unique=True),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_at"),
        Index("ix_offer_contact", "contact_id"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    contact_id: str
    agent_id: str
    offered_at: float
    deadline: float
    cause: str
    outcome: str | None = None
    ended_at: float | None = None
    reason: str | None = None


class DecisionRow(Row, table=True):
    """Why this agent (domain.history.Decision)."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_contact", "contact_id"),
        CLUSTERED,
    )

    offer_id: str = Field(primary_key=True)
    contact_id: str
    agent_id: str
    at: float
    cause: str
    configuration_version: int
    waited_seconds: float
    refusals_json: str
    choice: str = Field(sa_column_kwargs={"server_default": text("'longest_idle'")})
    steps: int = Field(sa_column_kwargs=ZERO)
    proficiency: int = Field(sa_column_kwargs=ZERO)
    ready: int = Field(sa_column_kwargs={"server_default": text("1")})


class EventRow(Row, table=True):
    """One line of a contact's history (domain.history.ContactEvent)."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_contact", "contact_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=COUNTER)
    contact_id: str
    at: float
    type: str
    agent_id: str | None = None
    detail_json: str


# --- the way in and the way out ---------------------------------------------------------------------------------------


class InboxRow(Row, table=True):
    """A stimulus that the router has not handled; handled ones are deleted in their decision's commit."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_stimulus", "stimulus_id", unique=True),
        partial("ix_inbox_quarantined", "quarantined_at", where="quarantined_at IS NOT NULL"),
        {"sqlite_autoincrement": True},  # an id that was handled is never given again
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=COUNTER)
    stimulus_id: str
    kind: str
    version: int
    body: str
    received_at: float
    quarantined_at: float | None = None
    error: str | None = None


class OutboxRow(Row, table=True):
    """An instruction to carry out. `lane` is the position in words.Lane, 0 the most urgent.

    `epoch` and `claimed_at` say who took it last; `first_tried_at` is set once an attempt may have reached the vendor.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'sending', 'dead', 'dropped', 'unknown')", name="state"),
        Index("uq_outbox_instruction", "instruction_id", unique=True),
        partial("ix_outbox_unfinished", "lane", "id", where="state IN ('pending', 'sending')"),
        partial("ix_outbox_unfinished_contact", "contact_id", "id", where="state IN ('pending', 'sending')"),
        partial("ix_outbox_finished", "state", "id", where="state IN ('dead', 'dropped', 'unknown')"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=COUNTER)
    instruction_id: str
    contact_id: str
    message_id: str | None = None
    channel: str
    lane: int
    kind: str
    version: int
    body: str
    state: str
    attempts: int = 0
    next_at: float
    created_at: float
    epoch: int | None = None
    claimed_at: float | None = None
    first_tried_at: float | None = None
    settled_at: float | None = None
    error: str | None = None


class RequestRow(Row, table=True):
    """A request of somebody who waits for the answer; `answered_at` is empty until the router has decided.

    `message_id` is the draft that came with it.
    """

    __tablename__ = "request"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    message_id: str | None = None
    created_at: float = Field(index=True)
    answered_at: float | None = None
    code: str | None = None
    message: str = ""
    detail_json: str = "{}"


class LeaseRow(Row, table=True):
    """Who decides: one row, named `router`. `until` by the database's clock."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    epoch: int = Field(sa_type=BigInteger)
    until: float


class BatchRow(Row, table=True):
    """A committed batch of decisions: how an unknown outcome is looked up."""

    __tablename__ = "batch"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    epoch: int = Field(sa_type=BigInteger)
    at: float = Field(index=True)


class ConfigurationRow(Row, table=True):
    """A version of the configuration (domain.configuration.Configuration as JSON)."""

    __tablename__ = "configuration"

    version: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    at: float
    made_by: str
    comment: str | None = None
    body_json: str


# --- people, presence, jobs -------------------------------------------------------------------------------------------


class NodeRow(Row, table=True):
    """A web node that beats; `until` by the database's clock."""

    __tablename__ = "node"

    id: str = Field(primary_key=True)
    until: float


class ConsoleSessionRow(Row, table=True):
    """An open console, under its node's lease."""

    __tablename__ = "console_session"

    id: str = Field(primary_key=True)
    agent_id: str
    account_id: str
    node_id: str = Field(index=True)
    opened_at: float


class AccountRow(Row, table=True):
    """Who may sign in. `username` is kept in lower case."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'supervisor', 'admin')", name="role"),
        Index("uq_account_username", "username", unique=True),
    )

    id: str = Field(primary_key=True)
    username: str
    name: str
    role: str
    agent_id: str | None = None
    language: str
    password_hash: str
    active: bool
    created_at: float


class LoginRow(Row, table=True):
    """A signed-in session; the cookie's token is stored as its SHA-256 only."""

    __tablename__ = "login"

    token_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    csrf: str
    created_at: float
    expires_at: float = Field(index=True)


class JobRow(Row, table=True):
    """Blocking or bulk work; a worker holds it until `lease_until` (the database's clock)."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        partial("ix_job_due", "run_after", where="state IN ('queued', 'running')"),
        partial("ix_job_finished", "finished_at", where="finished_at IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    kind: str
    state: str
    attempts: int
    body_json: str
    result_json: str | None = None
    error: str | None = None
    run_after: float
    lease_until: float | None = None
    created_at: float
    finished_at: float | None = None


plain_types()

TABLES: dict[str, Table] = dict(Row.metadata.tables)
"""Every table by its name, for SQLAlchemy Core."""
