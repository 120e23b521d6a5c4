"""Obeying another configuration: what waits asks what its queue now asks, and is matched again at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import EventType
from contactcenter.domain.words import ContactState, OfferCause
from contactcenter.routing.arrivals import ask, enter_queue
from contactcenter.routing.deadlines import time_waiting
from contactcenter.routing.matching import match_agent
from contactcenter.routing.relaxation import due_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contactcenter.domain import stimuli as it
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact


def adopt(floor: Floor, stimulus: it.ConfigurationChanged) -> None:
    """Obey the new configuration from the next decision on."""
    for agent_id in list(floor.kept_free.values()):
        floor.stop_keeping_free(floor.agents[agent_id])
        floor.refresh(floor.agents[agent_id])
    before = floor.configuration.queues
    floor.reconfigure(stimulus.configuration)
    as_before = {name for name, queue in floor.configuration.queues.items() if before.get(name) == queue}
    for contact in floor.contacts.values():
        if contact.queue not in as_before:
            _obey(floor, contact, stimulus.moves)
        if contact.state is ContactState.WAITING:
            floor.room.join(contact)
            time_waiting(floor, contact)
    watch_hours(floor)
    ready = sorted(floor.agents.values(), key=lambda agent: (len(agent.holds), agent.idle_since, agent.id))
    for agent in ready:
        match_agent(floor, agent, OfferCause.CONFIGURATION_CHANGED)


def watch_hours(floor: Floor) -> None:
    """Wait for every calendar to open or close; what is kept although its queue is open comes in a moment."""
    queues = floor.configuration.queues
    overdue = {
        queue.hours
        for contact in floor.contacts.values()
        if contact.kept and floor.hours.is_open(queue := queues[contact.queue], floor.now)
    }
    for calendar in floor.hours.calendars():
        floor.hours.watch(calendar, floor.now, soon=calendar in overdue)


def _obey(floor: Floor, contact: Contact, moves: Mapping[str, str]) -> None:
    """Give a contact what its queue now asks, or another queue when its own is gone."""
    queues = floor.configuration.queues
    before = contact.queue, contact.clauses, contact.priority, contact.hazard, contact.relaxed, contact.kept
    queue = queues.get(contact.queue) or queues.get(moves.get(contact.queue, ""))
    queue = queue or queues[floor.configuration.default_queue]
    if queue.id == contact.queue:
        ask(contact, queue)
        contact.hazard = contact.hazard or queue.hazard
    else:
        enter_queue(floor, contact, queue)
    if contact.kept and (queue.hours is None or contact.hazard):
        contact.kept, contact.queued_at, contact.opened_at = False, floor.now, floor.now
        floor.note(contact, EventType.OPENED, queue=queue.id)
    contact.relaxed = 0 if contact.kept else due_steps(queue.relaxation, floor.now - contact.queued_at)
    if before[0] != contact.queue:
        floor.note(contact, EventType.QUEUE_CHANGED, before=before[0], queue=contact.queue)
    now = contact.queue, contact.clauses, contact.priority, contact.hazard, contact.relaxed, contact.kept
    if before != now:
        floor.change(contact)
