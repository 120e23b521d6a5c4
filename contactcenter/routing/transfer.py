"""Giving a contact to a queue or to one person; it keeps its place, so it loses no waiting time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome, Outcome
from contactcenter.routing.arrivals import enter_queue
from contactcenter.routing.eligibility import load_refusal, media_refusal
from contactcenter.routing.matching import match_agent, wait
from contactcenter.routing.presence import back_in_line
from contactcenter.routing.requests import RefusedError, held_by, known_agent, own

if TYPE_CHECKING:
    from contactcenter.domain import stimuli as it
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact


def transfer(floor: Floor, stimulus: it.TransferRequested) -> None:
    """Blind transfer: the agent is free at once, the contact waits again at its own place.

    Raises:
        RefusedError: when the agent does not have it, or nobody could take it where it should go.
    """
    contact = own(held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED))
    if (stimulus.queue is None) == (stimulus.to_agent is None):
        raise RefusedError("invalid_transfer", "Name a queue or an agent, exactly one of the two.")
    if stimulus.queue is not None:
        _to_queue(floor, contact, stimulus.queue, stimulus.agent_id)
    else:
        _to_agent(floor, contact, str(stimulus.to_agent), stimulus.agent_id)
    floor.note(
        contact,
        EventType.TRANSFERRED,
        stimulus.agent_id,
        queue=stimulus.queue,
        to_agent=stimulus.to_agent,
        note=stimulus.note,
    )
    agent = floor.release(contact)
    wait(floor, contact, OfferCause.TRANSFERRED)
    match_agent(floor, agent)


def hand_over(floor: Floor, stimulus: it.HandedOver) -> None:
    """Warm transfer: whoever is in the call already goes on with it; outside the center that is the end of our work.

    Raises:
        RefusedError: when the agent does not have it, it is no call, or the other cannot hold it.
    """
    contact = own(held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED))
    if contact.media is not MediaClass.VOICE:
        raise RefusedError("not_a_call", "Only a call can be handed over; transfer this contact.")
    if (stimulus.to_agent is None) == (stimulus.address is None):
        raise RefusedError("invalid_transfer", "Name an agent or a telephone number, exactly one of the two.")
    target = None if stimulus.to_agent is None else _joined_agent(floor, contact, stimulus.to_agent)
    floor.note(
        contact,
        EventType.TRANSFERRED,
        stimulus.agent_id,
        to_agent=stimulus.to_agent,
        address=stimulus.address,
        note=stimulus.note,
    )
    if target is None:
        floor.wrap_up(contact, floor.queue_of(contact).wrap_up_seconds, goes_on=True)
        return
    offered = None
    if target.offer_id is not None:  # What rings at their desk goes back to its place.
        offered = floor.end_offer(floor.offers[target.offer_id], OfferOutcome.WITHDRAWN, reason="handed_over")
    consult = floor.consult_of(contact)
    agent = floor.release(contact)
    floor.hold(contact, target, joined=True)
    if consult is not None and consult.agent_id == target.id:
        _follow(floor, contact, consult)
        floor.release(consult)
        floor.close(consult, Outcome.AGENT_HANDLED, goes_on=True)
    elif consult is not None:
        floor.moot.append(consult.id)
    floor.outlook.estimates.held(contact.id, contact.queue, contact.media, floor.now)
    if offered is not None:
        back_in_line(floor, offered)
    match_agent(floor, agent)


def _follow(floor: Floor, contact: Contact, consult: Contact) -> None:
    """A call that goes to whom a queue sent is that queue's from now on."""
    if consult.consult_to is None and consult.queue != contact.queue:
        before = contact.queue
        enter_queue(floor, contact, floor.queue_of(consult))
        floor.note(contact, EventType.QUEUE_CHANGED, before=before, queue=contact.queue, reason="handed_over")


def _joined_agent(floor: Floor, contact: Contact, agent_id: str) -> Agent:
    """The agent who holds it from now on. They agreed on the telephone: whether they are ready is not asked."""
    if agent_id == contact.agent_id:
        raise RefusedError("invalid_transfer", "You have this contact already.")
    target = known_agent(floor, agent_id)
    if target.status is AgentStatus.LOGGED_OUT or not target.sessions:
        raise RefusedError("agent_not_available", f"{target.name} is not there now.", status=target.status)
    profile = floor.pool.group_of(agent_id).profile
    refusal = media_refusal(profile, contact.channel, contact.media)
    consult = floor.consult_of(contact)
    if refusal is None and (consult is None or consult.agent_id != agent_id):  # Who gives advice swaps it for the call.
        refusal = load_refusal(target, profile, contact.media)
    if refusal is not None:
        raise RefusedError("agent_cannot_take", f"{target.name} cannot hold this call now.", reason=refusal)
    return target


def _to_queue(floor: Floor, contact: Contact, queue_id: str, from_agent: str) -> None:
    queue = floor.configuration.queues.get(queue_id)
    if queue is None:
        raise RefusedError("unknown_queue", f"There is no queue {queue_id!r}.")
    enter_queue(floor, contact, queue)
    floor.pass_over(contact, from_agent, queue.decline_seconds)


def _to_agent(floor: Floor, contact: Contact, agent_id: str, from_agent: str) -> None:
    if agent_id == from_agent:
        raise RefusedError("invalid_transfer", "You have this contact already.")
    target = target_agent(floor, contact, agent_id)
    floor.reserve(contact, target.id, floor.queue_of(contact).transfer_seconds)


def target_agent(floor: Floor, contact: Contact, agent_id: str) -> Agent:
    """The agent to whom a contact is given by name: whatever their skills, but there and on its channel.

    Raises:
        RefusedError: `unknown_agent`, `agent_not_available` or `agent_cannot_take`.
    """
    target = known_agent(floor, agent_id)
    call = floor.contacts.get(contact.consult_of or "")
    if call is not None and call.agent_id == agent_id:
        raise RefusedError("agent_cannot_take", f"{target.name} is the one who asks.")
    if target.status is not AgentStatus.AVAILABLE or not target.sessions or target.finishing is not None:
        raise RefusedError("agent_not_available", f"{target.name} is not available now.", status=target.status)
    profile = floor.pool.group_of(agent_id).profile
    refusal = media_refusal(profile, contact.channel, contact.media)
    if refusal is not None:
        raise RefusedError("agent_cannot_take", f"{target.name} does not work this channel.", reason=refusal)
    return target
