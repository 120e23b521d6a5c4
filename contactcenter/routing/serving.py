"""What a contact's way says of our service: judged once, at the first answer or when the customer gives up.

The wait runs from arrival; of a contact that was kept while its queue was closed, from the opening.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, Outcome
from contactcenter.queues.counting import Seen
from contactcenter.queues.service_level import ARRIVED, Facts, judge_abandonment, judge_answer, milliseconds
from contactcenter.queues.staffing import DISCONNECTED, Doing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contactcenter.domain.configuration import QueueSettings, RoutingSettings
    from contactcenter.routing.state import Agent, Contact


def waited(contact: Contact, until: float) -> float:
    """Seconds that the customer had waited by `until` (UTC seconds); none while the queue was closed."""
    return 0.0 if contact.kept else until - (contact.opened_at or contact.arrived_at)


def let_in(contact: Contact, now: float) -> None:
    """Whoever was kept for another day waits from now on."""
    if contact.kept:
        contact.kept, contact.opened_at = False, now


def leave_state(contact: Contact, now: float) -> None:
    """The contact is about to leave its state: what it took is handling time."""
    if contact.state is ContactState.CONNECTED:
        contact.talk_seconds += now - contact.state_since
    elif contact.state is ContactState.WRAP_UP:
        contact.wrap_up_seconds += now - contact.state_since


def answer(contact: Contact, queue: QueueSettings, now: float) -> None:
    """The first answer: the queue that gives it keeps the credit, wherever the contact goes afterwards."""
    contact.served_queue = queue.id
    contact.service = judge_answer(waited(contact, now), queue.service_level.seconds)


def close(contact: Contact, outcome: Outcome, settings: RoutingSettings, now: float) -> None:
    """The contact is about to be closed; giving up before the first answer is judged too."""
    if contact.service is None and outcome is Outcome.ABANDONED:
        contact.service = judge_abandonment(waited(contact, now), settings.short_abandon_seconds)


def facts(contact: Contact) -> Facts:
    """What counts of the contact now."""
    if contact.service is None:
        return Facts(outcome=contact.outcome) if contact.outcome is not None else ARRIVED
    until = contact.connected_at if contact.connected_at is not None else contact.closed_at
    wait = milliseconds(waited(contact, until)) if until is not None else 0
    if contact.outcome is None:
        return Facts(contact.service, None, wait)
    return Facts(
        contact.service,
        contact.outcome,
        wait,
        milliseconds(contact.talk_seconds),
        milliseconds(contact.wrap_up_seconds),
    )


def seen(contact: Contact) -> Seen:
    """A contact as the counting wants it: in the queue that answered it first, else in the one it is in."""
    return Seen(
        contact.id,
        contact.arrived_at,
        contact.served_queue or contact.queue,
        contact.channel,
        facts(contact),
        contact.closed_at is not None,
    )


def doing(agent: Agent, contacts: Mapping[str, Contact]) -> Doing:
    """What an agent does; `contacts` has what they hold."""
    voice = live = messages = wrap_up = 0
    for contact_id, media in agent.holds.items():
        if contacts[contact_id].state is ContactState.WRAP_UP:
            wrap_up += 1
        elif media is MediaClass.ASYNC:
            messages += 1
        elif media is MediaClass.LIVE:
            live += 1
        else:
            voice += 1
    status, reason = agent.status, agent.reason
    if status is AgentStatus.AVAILABLE and not agent.connected:
        status, reason = AgentStatus.NOT_READY, DISCONNECTED
    return Doing(agent.profile, status, reason, voice, live, messages, wrap_up)
