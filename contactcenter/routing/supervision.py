"""What supervisors do with contacts that nobody holds: move, re-prioritise, change what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.configuration import EXPERT, LEARNING
from contactcenter.domain.history import EventType
from contactcenter.domain.words import ContactState, OfferCause, OfferOutcome
from contactcenter.routing import serving
from contactcenter.routing.arrivals import ask, enter_queue
from contactcenter.routing.eligibility import profile_refusal
from contactcenter.routing.matching import match_agent, wait
from contactcenter.routing.relaxation import asked
from contactcenter.routing.requests import RefusedError, known_contact, own
from contactcenter.routing.state import HELD
from contactcenter.routing.transfer import target_agent

if TYPE_CHECKING:
    from contactcenter.domain import stimuli as it
    from contactcenter.domain.needs import Needs
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact


def move(floor: Floor, stimulus: it.ContactMoved) -> None:
    """To another queue, or to one agent; it keeps its place.

    Raises:
        RefusedError: when somebody holds it, or nobody could take it where it should go.
    """
    contact = known_contact(floor, stimulus.contact_id)
    if contact.state in HELD:
        message = "Somebody has this contact: they transfer it, or free it first."
        raise RefusedError("held", message, agent=contact.agent_id or "")
    if (stimulus.queue is None) == (stimulus.to_agent is None):
        raise RefusedError("invalid_move", "Name a queue or an agent, exactly one of the two.")
    queue = floor.configuration.queues.get(stimulus.queue or contact.queue)
    if queue is None:
        raise RefusedError("unknown_queue", f"There is no queue {stimulus.queue!r}.")
    agent = None if stimulus.to_agent is None else target_agent(floor, contact, stimulus.to_agent)
    freed = _take_back(floor, contact, "moved")
    before = contact.queue
    serving.let_in(contact, floor.now)
    enter_queue(floor, contact, queue)
    floor.unreserve(contact)
    if contact.consult_of is not None:
        contact.consult_to = stimulus.to_agent
    if agent is not None:
        floor.reserve(contact, agent.id, queue.transfer_seconds)
    floor.note(contact, EventType.QUEUE_CHANGED, stimulus.to_agent, before=before, queue=queue.id, by=stimulus.by)
    wait(floor, contact, OfferCause.MOVED)
    if freed is not None:
        match_agent(floor, freed)


def reprioritise(floor: Floor, stimulus: it.PriorityChanged) -> None:
    """Another head start, or a hazard from now on (or no more).

    Raises:
        RefusedError: when it is closed, or nothing was said.
    """
    contact = known_contact(floor, stimulus.contact_id)
    if stimulus.priority is None and stimulus.hazard is None:
        raise RefusedError("invalid_priority", "Say the head start in seconds, or whether it is a hazard.")
    waits = _aside(floor, contact)
    if stimulus.priority is not None:
        contact.own_priority = stimulus.priority
    if stimulus.hazard is not None:
        contact.hazard = stimulus.hazard
        if contact.hazard:
            serving.let_in(contact, floor.now)
    contact.priority = floor.queue_of(contact).priority + contact.own_priority
    hazard = "yes" if contact.hazard else "no"
    floor.note(contact, EventType.PRIORITY_CHANGED, priority=contact.priority, hazard=hazard, by=stimulus.by)
    _back(floor, contact, waits=waits)


def change_needs(floor: Floor, stimulus: it.NeedsChanged) -> None:
    """What it asks on top of its queue is this from now on; an offer to somebody who does not fit ends.

    Raises:
        RefusedError: when it is closed, or a skill is unknown.
    """
    contact = own(known_contact(floor, stimulus.contact_id))
    _check(floor, stimulus.needs)
    waits = _aside(floor, contact)
    contact.own_needs = stimulus.needs
    ask(contact, floor.queue_of(contact))
    floor.note(contact, EventType.NEEDS_CHANGED, by=stimulus.by)
    freed = None
    if contact.state is ContactState.OFFERED and not _fits(floor, contact):
        freed, waits = _take_back(floor, contact, "needs_changed"), True
        floor.unreserve(contact)
    _back(floor, contact, waits=waits)
    if freed is not None:
        match_agent(floor, freed)


def _fits(floor: Floor, contact: Contact) -> bool:
    profile = floor.pool.group_of(floor.live_offer(contact).agent_id).profile
    what = asked(contact.clauses, floor.queue_of(contact).relaxation, floor.room.line_for(contact).level)
    return profile_refusal(profile, contact.channel, contact.media, what) is None


def _check(floor: Floor, needs: Needs) -> None:
    for skills in (needs.skills, needs.preferred, *needs.any_of):
        for skill, minimum in skills.items():
            if skill not in floor.configuration.skills:
                known = ", ".join(sorted(floor.configuration.skills))
                raise RefusedError("unknown_skill", f"There is no skill {skill!r}; use one of: {known}.")
            if not LEARNING <= minimum <= EXPERT:
                message = f"{skill}: {minimum} is off the scale of {LEARNING} to {EXPERT}."
                raise RefusedError("invalid_proficiency", message)


def _take_back(floor: Floor, contact: Contact, reason: str) -> Agent | None:
    """Out of its line, or from the agent it rings at; who is free again by that."""
    if contact.state is ContactState.WAITING:
        floor.step_aside(contact)
        return None
    offer = floor.live_offer(contact)
    floor.end_offer(offer, OfferOutcome.WITHDRAWN, reason=reason)
    return floor.agents[offer.agent_id]


def _aside(floor: Floor, contact: Contact) -> bool:
    waits = contact.state is ContactState.WAITING
    if waits:
        floor.step_aside(contact)
    return waits


def _back(floor: Floor, contact: Contact, *, waits: bool) -> None:
    if waits:
        wait(floor, contact, OfferCause.MOVED)
    else:
        floor.change(contact)
