"""How screens' rows are selected and read: one statement and one reader a kind of row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import RowMapping, Select, func, select, union_all

from contactcenter.domain.words import AgentChoice
from contactcenter.storage.mapping import clauses_of, needs_of
from contactcenter.storage.screen_records import (
    AgentView,
    ContactView,
    EventView,
    MediaView,
    MessageView,
    OfferView,
)
from contactcenter.storage.tables import TABLES

CONTACT: Final = TABLES["contact"]
CUSTOMER: Final = TABLES["customer"]
AGENT: Final = TABLES["agent"]
OFFER: Final = TABLES["offer"]
DECISION: Final = TABLES["decision"]
MESSAGE: Final = TABLES["message"]
MEDIA: Final = TABLES["media"]
EVENT: Final = TABLES["event"]

Row: TypeAlias = RowMapping | Mapping[str, Any]
"""A row by the names of its columns."""

HELD: Final = ("connecting", "connected", "wrap_up")

_CALL: Final = CONTACT.alias("asking_call")
_ASKER: Final = AGENT.alias("asker")
"""Of a consult: the call whose agent asks, and that agent."""

_CONTACT_COLUMNS: Final = tuple(
    CONTACT.c[name]
    for name in (
        "id", "customer_id", "channel", "media", "thread", "address", "our_address", "queue", "clauses_json",
        "own_needs_json", "priority", "own_priority", "place", "arrived_at", "queued_at", "relaxed", "hazard", "kept",
        "language", "tier", "state", "state_since", "agent_id", "reserved_for", "deadline",
        "customer_left", "opted_out", "connected_at", "ended_at", "closed_at", "outcome", "disposition", "consult_of",
        "consult_to", "version", "preview", "last_message_at",
    )
)  # fmt: skip


def contacts() -> Select[Any]:
    """Contacts with names."""
    return (
        select(
            *_CONTACT_COLUMNS,
            CUSTOMER.c.name.label("customer_name"),
            CUSTOMER.c.tier.label("customer_tier"),
            CUSTOMER.c.language.label("customer_language"),
            CUSTOMER.c.flags.label("customer_flags"),
            AGENT.c.name.label("agent_name"),
            _ASKER.c.name.label("asker_name"),
        )
        .outerjoin(CUSTOMER, CUSTOMER.c.id == CONTACT.c.customer_id)
        .outerjoin(AGENT, AGENT.c.id == CONTACT.c.agent_id)
        .outerjoin(_CALL, _CALL.c.id == CONTACT.c.consult_of)
        .outerjoin(_ASKER, _ASKER.c.id == _CALL.c.agent_id)
    )


def contact(row: Row) -> ContactView:
    """One row of `contacts`."""
    fields = dict(row)
    clauses, own_needs = clauses_of(fields.pop("clauses_json")), needs_of(fields.pop("own_needs_json"))
    return ContactView(**fields, clauses=clauses, own_needs=own_needs)


def agents() -> Select[Any]:
    """Agents."""
    columns = AGENT.c
    return select(
        columns.id,
        columns.name,
        columns.profile,
        columns.status,
        columns.reason,
        columns.status_since,
        columns.finishing,
        columns.version,
        columns.telephone,
        (func.length(columns.sessions_json) > len("[]")).label("connected"),
    )


def agent(row: Row) -> AgentView:
    """One row of `agents`."""
    return AgentView(**{**row, "connected": bool(row["connected"])})


def offers() -> Select[Any]:
    """Offers with the decision behind them."""
    columns = OFFER.c
    return select(
        columns.id,
        columns.contact_id,
        columns.agent_id,
        columns.offered_at,
        columns.deadline,
        columns.cause,
        columns.outcome,
        DECISION.c.configuration_version,
        DECISION.c.waited_seconds,
        DECISION.c.refusals_json,
        DECISION.c.choice,
        DECISION.c.steps,
        DECISION.c.proficiency,
        DECISION.c.ready,
    ).outerjoin(DECISION, DECISION.c.offer_id == columns.id)


def offer(row: Row) -> OfferView:
    """One row of `offers`."""
    fields = dict(row)
    refusals = fields.pop("refusals_json")
    fields["configuration_version"] = fields["configuration_version"] or 0
    fields["waited_seconds"] = fields["waited_seconds"] or 0.0
    fields["choice"] = fields["choice"] or AgentChoice.LONGEST_IDLE.value
    fields["ready"] = 1 if fields["ready"] is None else fields["ready"]
    fields["steps"], fields["proficiency"] = fields["steps"] or 0, fields["proficiency"] or 0
    return OfferView(**fields, refusals=json.loads(refusals) if refusals else {})


def messages() -> Select[Any]:
    """Messages without their pictures."""
    names = (
        "id", "contact_id", "direction", "agent_id", "author_name", "text", "at", "delivery", "error", "provider_id",
    )  # fmt: skip
    return select(*(MESSAGE.c[name] for name in names))


def message(row: Row, media: tuple[MediaView, ...]) -> MessageView:
    """One row of `messages` with its pictures."""
    return MessageView(**row, media=media)


def media() -> Select[Any]:
    """Pictures in the order of their message."""
    columns = MEDIA.c
    return select(
        columns.id, columns.message_id, columns.state, columns.content_type, columns.size, columns.name
    ).order_by(columns.message_id, columns.position, columns.id)


def medium(row: Row) -> MediaView:
    """One row of `media`."""
    return MediaView(**row)


def events() -> Select[Any]:
    """Events with names, in order."""
    columns = EVENT.c
    return (
        select(columns.at, columns.type, columns.agent_id, columns.detail_json, AGENT.c.name.label("agent_name"))
        .outerjoin(AGENT, AGENT.c.id == columns.agent_id)
        .order_by(columns.id)
    )


def event(row: Row) -> EventView:
    """One row of `events`."""
    fields = dict(row)
    return EventView(detail=json.loads(fields.pop("detail_json") or "{}"), **fields)


def visible_to(agent_id: str) -> Any:
    """Whether an agent may see a contact: they hold it or are offered it, or such a one of the same customer."""
    own = CONTACT.alias("own")
    held = select(own.c.customer_id).where(
        own.c.agent_id == agent_id,
        own.c.state.in_(HELD),
        own.c.closed_at.is_(None),  # says the same again for the partial index of open contacts
    )
    ringing = (
        select(own.c.customer_id)
        .join(OFFER, OFFER.c.contact_id == own.c.id)
        .where(OFFER.c.agent_id == agent_id, OFFER.c.outcome.is_(None))
    )
    return CONTACT.c.customer_id.in_(union_all(held, ringing))
