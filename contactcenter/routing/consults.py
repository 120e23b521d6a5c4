"""Asking a queue, or one colleague, to come into a call, perhaps to hand it over to them (ADR 15).

A consult is a contact of its own: it stands in line at the place of its call, is offered, rings and is accepted like
any other, so that whoever gives advice is busy meanwhile. It is no customer's: no figure counts it, nothing is written
down after it, and it ends with its call. Whoever was asked may get the call (`transfer.hand_over`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import EventType
from contactcenter.domain.words import ContactState, MediaClass, OfferCause
from contactcenter.routing.arrivals import enter_queue
from contactcenter.routing.matching import end_consult, wait
from contactcenter.routing.requests import RefusedError, held_by, own
from contactcenter.routing.state import Contact
from contactcenter.routing.transfer import target_agent

if TYPE_CHECKING:
    from contactcenter.domain import stimuli as it
    from contactcenter.domain.configuration import QueueSettings
    from contactcenter.routing.floor import Floor

THREAD = "consult:"
NEVER_SECONDS = 86_400.0
"""Longer than any call: who asks is not asked."""


def request(floor: Floor, stimulus: it.ConsultRequested) -> None:
    """Ask for somebody; the call goes on meanwhile.

    Raises:
        RefusedError: when the agent is not on this call, asks already, or nobody could come.
    """
    call = own(held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED))
    if call.media is not MediaClass.VOICE:
        raise RefusedError("not_a_call", "Only during a call can somebody be asked to come; transfer this contact.")
    if (stimulus.queue is None) == (stimulus.to_agent is None):
        raise RefusedError("invalid_consult", "Name a queue or an agent, exactly one of the two.")
    if floor.consult_of(call) is not None:
        raise RefusedError("consult_exists", "You have asked somebody already: wait for them, or cancel that first.")
    queue = floor.queue_of(call) if stimulus.queue is None else _open_queue(floor, stimulus.queue)
    if stimulus.to_agent is not None:
        _check_free(floor, call, stimulus.to_agent)
    consult = _consult(call, stimulus, floor.now)
    enter_queue(floor, consult, queue)
    floor.open(consult)
    asked = {"queue": stimulus.queue, "to_agent": stimulus.to_agent, "note": stimulus.note}
    for contact in (call, consult):
        floor.note(contact, EventType.CONSULTED, stimulus.agent_id, **asked)
    floor.pass_over(consult, stimulus.agent_id, NEVER_SECONDS)
    if stimulus.to_agent is not None:
        floor.reserve(consult, stimulus.to_agent, queue.transfer_seconds)
    wait(floor, consult, OfferCause.CONSULTED)


def _open_queue(floor: Floor, queue_id: str) -> QueueSettings:
    queue = floor.configuration.queues.get(queue_id)
    if queue is None:
        raise RefusedError("unknown_queue", f"There is no queue {queue_id!r}.")
    if not floor.hours.is_open(queue, floor.now):
        raise RefusedError("queue_closed", "That queue is closed now; ask another, or transfer the call.")
    return queue


def _check_free(floor: Floor, call: Contact, agent_id: str) -> None:
    """Whoever is asked by name is asked at once, or not at all."""
    if agent_id == call.agent_id:
        raise RefusedError("invalid_consult", "You are in this call already.")
    target = target_agent(floor, call, agent_id)
    refusal = floor.pool.group_of(agent_id).refusal(agent_id, call.media)
    if refusal is not None:
        raise RefusedError("agent_busy", f"{target.name} is busy now.", reason=refusal)


def _consult(call: Contact, stimulus: it.ConsultRequested, now: float) -> Contact:
    return Contact(
        id=stimulus.consult_id,
        consult_of=call.id,
        consult_to=stimulus.to_agent,
        customer_id=call.customer_id,
        channel=call.channel,
        media=call.media,
        thread=f"{THREAD}{call.id}",
        address=call.address,
        to=call.to,
        queue=call.queue,
        clauses=(),
        own_needs=call.own_needs,
        priority=0.0,
        own_priority=call.own_priority,
        place=call.place,
        arrived_at=now,
        queued_at=now,
        hazard=call.hazard,
        state_since=now,
        language=call.language,
        tier=call.tier,
    )


def cancel(floor: Floor, stimulus: it.ConsultCanceled) -> None:
    """Ask nobody any more; whoever had come is free again.

    Raises:
        RefusedError: when the agent is not on this call, or asks nobody.
    """
    call = held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED)
    consult = floor.consult_of(call)
    if consult is None:
        raise RefusedError("no_consult", "Nobody is asked any more.")
    end_consult(floor, consult)
