"""What is written down of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import Decision
from contactcenter.domain.words import Refusal

if TYPE_CHECKING:
    from contactcenter.domain.words import OfferCause
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact


def decision(floor: Floor, contact: Contact, winner: Agent, cause: OfferCause) -> Decision:
    """Why a waiting contact goes to this agent; both must still be as they are before it does."""
    refusals: dict[str, int] = {}
    good, steps, ready = 0, contact.relaxed, 1
    if contact.reserved_for is None:
        line = floor.room.line_for(contact)
        refusals = line.refusals()
        passed_over = sum(1 for agent_id in contact.passed_over if agent_id != winner.id)
        if passed_over:
            refusals[Refusal.DECLINED_THIS_CONTACT] = passed_over
        good = line.served.proficiency.get(floor.pool.group_of(winner.id).bit, 0)
        steps, ready = line.level, (line.groups & floor.pool.ready[line.media]).bit_count()
    elif len(floor.agents) > 1:
        refusals[Refusal.RESERVED_FOR_ANOTHER] = len(floor.agents) - 1
    return Decision(
        offer_id=f"{contact.id}.{contact.offers + 1}",
        contact_id=contact.id,
        agent_id=winner.id,
        at=floor.now,
        cause=cause,
        configuration_version=floor.configuration.version,
        waited_seconds=floor.now - contact.place,
        refusals=refusals,
        choice=floor.queue_of(contact).choice,
        steps=steps,
        proficiency=good,
        ready=ready,
    )
