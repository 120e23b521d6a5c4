"""The router's records as rows and back; a round trip changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.history import ContactEvent, Decision
from contactcenter.domain.needs import NOTHING, Clause, Needs
from contactcenter.domain.words import (
    AgentStatus,
    ContactState,
    MediaClass,
    OfferCause,
    OfferOutcome,
    Outcome,
    Service,
)
from contactcenter.routing.state import HELD, Agent, Contact, Offer

_encoder: Final = msgspec.json.Encoder()
_clauses: Final = msgspec.json.Decoder(tuple[Clause, ...])
_needs: Final = msgspec.json.Decoder(Needs)
_until: Final = msgspec.json.Decoder(dict[str, float])
_names: Final = msgspec.json.Decoder(set[str])
_texts: Final = msgspec.json.Decoder(dict[str, str])
_plain: Final = msgspec.json.Decoder(dict[str, Any])
_configuration: Final = msgspec.json.Decoder(Configuration)


def json_of(value: object) -> str:
    """`value` as JSON text."""
    return _encoder.encode(value).decode()


def texts_of(text: str) -> Mapping[str, str]:
    """A JSON object of texts."""
    return _texts.decode(text)


def plain_of(text: str) -> Mapping[str, Any]:
    """A JSON object."""
    return _plain.decode(text)


def configuration_of(text: str) -> Configuration:
    """A stored configuration."""
    return _configuration.decode(text)


_MEDIA: Final = {media._value_: media for media in MediaClass}
_STATES: Final = {state._value_: state for state in ContactState}


@lru_cache(maxsize=4096)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """Stored clauses; a storm's contacts all ask for the same few, and share them."""
    return _clauses.decode(text)


@lru_cache(maxsize=4096)
def needs_of(text: str) -> Needs:
    """Stored needs, shared like clauses."""
    return _needs.decode(text) if text != "{}" else NOTHING


CONTACT: Final = (
    "id", "customer_id", "channel", "media", "thread", "address", "our_address", "queue", "clauses_json",
    "own_needs_json", "priority", "own_priority", "place", "arrived_at", "queued_at", "relaxed", "hazard", "kept",
    "language", "tier", "state", "state_since", "agent_id", "reserved_for", "reserved_until", "passed_over_json",
    "offers", "deadline", "customer_left", "opted_out", "connected_at", "first_reply_at", "ended_at", "closed_at",
    "outcome", "disposition", "opened_at", "served_queue", "service", "talk_seconds", "wrap_up_seconds", "consult_of",
    "consult_to", "version",
)  # fmt: skip


def contact_row(contact: Contact) -> tuple[Any, ...]:
    """The columns of `CONTACT`. StrEnum values are made plain: drivers want exact text."""
    return (
        contact.id,
        contact.customer_id,
        contact.channel,
        contact.media._value_,
        contact.thread,
        contact.address,
        contact.to,
        contact.queue,
        json_of(contact.clauses) if contact.clauses else "[]",
        json_of(contact.own_needs) if contact.own_needs else "{}",
        contact.priority,
        contact.own_priority,
        contact.place,
        contact.arrived_at,
        contact.queued_at,
        contact.relaxed,
        contact.hazard,
        contact.kept,
        contact.language,
        contact.tier,
        contact.state._value_,
        contact.state_since,
        contact.agent_id,
        contact.reserved_for,
        contact.reserved_until,
        json_of(contact.passed_over) if contact.passed_over else "{}",
        contact.offers,
        contact.deadline,
        contact.customer_left,
        contact.opted_out,
        contact.connected_at,
        contact.first_reply_at,
        contact.ended_at,
        contact.closed_at,
        contact.outcome._value_ if contact.outcome else None,
        contact.disposition,
        contact.opened_at,
        contact.served_queue,
        contact.service._value_ if contact.service else None,
        contact.talk_seconds,
        contact.wrap_up_seconds,
        contact.consult_of,
        contact.consult_to,
        contact.version,
    )


def contact_of(row: Sequence[Any]) -> Contact:
    """The inverse of `contact_row`."""
    (
        id_, customer_id, channel, media, thread, address, to, queue, clauses, own_needs, priority, own_priority,
        place, arrived_at, queued_at, relaxed, hazard, kept, language, tier, state, state_since, agent_id,
        reserved_for, reserved_until, passed_over, offers, deadline, customer_left, opted_out, connected_at,
        first_reply_at, ended_at, closed_at, outcome, disposition, opened_at, served_queue, service, talk_seconds,
        wrap_up_seconds, consult_of, consult_to, version,
    ) = row  # fmt: skip
    return Contact(
        id=id_,
        customer_id=customer_id,
        channel=channel,
        media=_MEDIA[media],
        thread=thread,
        address=address,
        to=to,
        queue=queue,
        clauses=clauses_of(clauses),
        own_needs=needs_of(own_needs),
        priority=priority,
        own_priority=own_priority,
        place=place,
        arrived_at=arrived_at,
        queued_at=queued_at,
        relaxed=relaxed,
        hazard=bool(hazard),
        kept=bool(kept),
        language=language,
        tier=tier,
        state=_STATES[state],
        state_since=state_since,
        agent_id=agent_id,
        reserved_for=reserved_for,
        reserved_until=reserved_until,
        passed_over=_until.decode(passed_over) if passed_over != "{}" else {},
        offers=offers,
        deadline=deadline,
        customer_left=bool(customer_left),
        opted_out=bool(opted_out),
        connected_at=connected_at,
        first_reply_at=first_reply_at,
        ended_at=ended_at,
        closed_at=closed_at,
        outcome=Outcome(outcome) if outcome else None,
        disposition=disposition,
        opened_at=opened_at,
        served_queue=served_queue,
        service=Service(service) if service else None,
        talk_seconds=talk_seconds,
        wrap_up_seconds=wrap_up_seconds,
        consult_of=consult_of,
        consult_to=consult_to,
        version=version,
    )


AGENT: Final = (
    "id", "name", "profile", "status", "reason", "status_since", "idle_since", "grace_until", "finishing",
    "signed_in_at", "busy_seconds", "busy_since", "occupancy", "taken", "taken_until", "kept_free_for",
    "sessions_json", "version",
)  # fmt: skip


def agent_row(agent: Agent) -> tuple[Any, ...]:
    """The columns of `AGENT`; what the agent holds is not among them."""
    return (
        agent.id,
        agent.name,
        agent.profile,
        agent.status._value_,
        agent.reason,
        agent.status_since,
        agent.idle_since,
        agent.grace_until,
        agent.finishing,
        agent.signed_in_at,
        agent.busy_seconds,
        agent.busy_since,
        agent.occupancy,
        agent.taken,
        agent.taken_until,
        agent.kept_free_for,
        json_of(sorted(agent.sessions)),
        agent.version,
    )


def agent_of(row: Sequence[Any]) -> Agent:
    """The inverse of `agent_row`; `hold` gives back the rest."""
    (
        id_, name, profile, status, reason, status_since, idle_since, grace_until, finishing, signed_in_at,
        busy_seconds, busy_since, occupancy, taken, taken_until, kept_free_for, sessions, version,
    ) = row  # fmt: skip
    return Agent(
        id=id_,
        name=name,
        profile=profile,
        status=AgentStatus(status),
        reason=reason,
        status_since=status_since,
        idle_since=idle_since,
        grace_until=grace_until,
        finishing=finishing,
        signed_in_at=signed_in_at,
        busy_seconds=busy_seconds,
        busy_since=busy_since,
        occupancy=occupancy,
        taken=taken,
        taken_until=taken_until,
        kept_free_for=kept_free_for,
        sessions=_names.decode(sessions),
        version=version,
    )


OFFER: Final = (
    "id", "contact_id", "agent_id", "offered_at", "deadline", "cause", "outcome", "ended_at", "reason",
)  # fmt: skip


def offer_row(offer: Offer) -> tuple[Any, ...]:
    """The columns of `OFFER`."""
    return (
        offer.id,
        offer.contact_id,
        offer.agent_id,
        offer.offered_at,
        offer.deadline,
        offer.cause._value_,
        offer.outcome._value_ if offer.outcome else None,
        offer.ended_at,
        offer.reason,
    )


def offer_of(row: Sequence[Any]) -> Offer:
    """The inverse of `offer_row`."""
    id_, contact_id, agent_id, offered_at, deadline, cause, outcome, ended_at, reason = row
    return Offer(
        id=id_,
        contact_id=contact_id,
        agent_id=agent_id,
        offered_at=offered_at,
        deadline=deadline,
        cause=OfferCause(cause),
        outcome=OfferOutcome(outcome) if outcome else None,
        ended_at=ended_at,
        reason=reason,
    )


def hold(agents: Mapping[str, Agent], contacts: Sequence[Contact], offers: Sequence[Offer]) -> None:
    """Give agents back what follows from contacts and offers: what they hold, what rings."""
    for contact in contacts:
        if contact.state in HELD and contact.agent_id is not None and contact.agent_id in agents:
            agents[contact.agent_id].holds[contact.id] = contact.media
    for offer in offers:
        if offer.agent_id in agents:
            agents[offer.agent_id].offer_id = offer.id


EVENT: Final = ("contact_id", "at", "type", "agent_id", "detail_json")


def event_row(event: ContactEvent) -> tuple[Any, ...]:
    """The columns of `EVENT`."""
    detail = json_of(event.detail) if event.detail else "{}"
    return (event.contact_id, event.at, event.type._value_, event.agent_id, detail)


DECISION: Final = (
    "offer_id", "contact_id", "agent_id", "at", "cause", "configuration_version", "waited_seconds", "refusals_json",
    "choice", "steps", "proficiency", "ready",
)  # fmt: skip


def decision_row(decision: Decision) -> tuple[Any, ...]:
    """The columns of `DECISION`."""
    return (
        decision.offer_id,
        decision.contact_id,
        decision.agent_id,
        decision.at,
        decision.cause._value_,
        decision.configuration_version,
        decision.waited_seconds,
        json_of(decision.refusals) if decision.refusals else "{}",
        decision.choice._value_,
        decision.steps,
        decision.proficiency,
        decision.ready,
    )
