"""What a restart finds: the records of a snapshot, and every index on them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, ContactState
from contactcenter.routing import deadlines
from contactcenter.routing.state import HELD
from contactcenter.routing.timers import TimerKind

if TYPE_CHECKING:
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact, Snapshot


def load(floor: Floor, snapshot: Snapshot) -> None:
    """Fill an empty floor."""
    for agent in snapshot.agents:
        agent.holds, agent.offer_id = {}, None
        floor.agents[agent.id] = agent
        if agent.kept_free_for is not None:
            floor.kept_free[agent.kept_free_for] = agent.id
    for contact in snapshot.contacts:
        _take_up(floor, contact)
    for offer in snapshot.offers:
        floor.offers[offer.id] = offer
        floor.agents[offer.agent_id].offer_id = offer.id
        floor.timers.set(offer.deadline, TimerKind.OFFER, offer.id)
    for agent in snapshot.agents:
        floor.pool.refresh(agent)
        if agent.status is not AgentStatus.LOGGED_OUT and not agent.sessions:
            floor.give_grace(agent, agent.grace_until or floor.grace_end())
    for contact in snapshot.contacts:
        if contact.state is ContactState.WAITING:
            floor.room.join(contact)
            deadlines.time_waiting(floor, contact)
    floor.pool.restaffed = False  # The lines were made after everybody was indexed.
    floor.ledger.offered = floor.ledger.open = len(floor.contacts) - len(floor.consults)


def _take_up(floor: Floor, contact: Contact) -> None:
    """Index a contact."""
    floor.enlist(contact)
    for agent_id, until in contact.passed_over.items():
        floor.skipped[agent_id].add(contact.id)
        floor.timers.set(until, TimerKind.PASSED_OVER, contact.id)
    if contact.state in HELD and contact.agent_id:
        floor.agents[contact.agent_id].holds[contact.id] = contact.media
        since = contact.state_since if contact.connected_at is None else contact.connected_at
        floor.outlook.estimates.held(contact.id, contact.queue, contact.media, since)
    if contact.reserved_until is not None:
        floor.timers.set(contact.reserved_until, TimerKind.RESERVED, contact.id)
    if contact.deadline is not None:
        kind = TimerKind.CONNECT if contact.state is ContactState.CONNECTING else TimerKind.WRAP_UP
        floor.timers.set(contact.deadline, kind, contact.id)
