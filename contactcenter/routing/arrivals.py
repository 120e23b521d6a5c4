"""How a contact comes in: which queue, what it asks, whether the queue is open, for whom it waits first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.history import AutomaticMessage, EventType
from contactcenter.domain.needs import NOTHING, Needs, clauses_of, together
from contactcenter.domain.outage_answers import say
from contactcenter.domain.words import (
    VOICEMAIL,
    AgentStatus,
    ContactState,
    MediaClass,
    OfferCause,
    OfferOutcome,
    OutsideHours,
    PreferredAgent,
)
from contactcenter.routing.eligibility import profile_refusal
from contactcenter.routing.matching import wait
from contactcenter.routing.relaxation import Asked, asked
from contactcenter.routing.serving import let_in
from contactcenter.routing.state import HELD, Contact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contactcenter.domain.configuration import EntryPoint, QueueSettings
    from contactcenter.domain.needs import Clause
    from contactcenter.domain.outage_answers import Served
    from contactcenter.routing.floor import Floor

Arrival = it.MessageReceived | it.ContactArrived
_MOST_WAYS = 10_000
_ANY_SKILL = Asked((), (), frozenset())


def open_contact(floor: Floor, stimulus: Arrival, place: float, text: str = "") -> Contact:
    """A new contact, with what its queue, entry point, menu choice and the rules ask. It stands nowhere yet."""
    door = _door(floor, stimulus, text)
    entry, queue = door.entry, door.queue
    language = stimulus.language or door.language
    asking = _asking(floor, stimulus, queue, entry, language)
    priority = asking.priority + (stimulus.priority if isinstance(stimulus, it.ContactArrived) else 0.0)
    place = min(place, floor.now)
    contact = Contact(
        id=stimulus.contact_id,
        customer_id=stimulus.customer_id,
        channel=stimulus.channel,
        media=stimulus.media,
        thread=stimulus.thread,
        address=stimulus.address,
        to=stimulus.to,
        queue=queue.id,
        clauses=asking.clauses,
        own_needs=asking.needs,
        priority=queue.priority + priority,
        own_priority=priority,
        place=place,
        arrived_at=floor.now,
        queued_at=place,
        hazard=queue.hazard,
        state_since=floor.now,
        language=language,
        tier=stimulus.tier,
    )
    floor.open(contact)
    heard = {} if door.heard is None else {"heard": door.heard}
    floor.note(contact, EventType.ARRIVED, queue=queue.id, channel=contact.channel, to=contact.to, **heard)
    return contact


def hear_hazard(floor: Floor, contact: Contact, stimulus: it.MessageReceived) -> None:
    """A later message may say that there is danger: the open contact goes where that leads, before all others.

    Whoever has it keeps it, and sees it as a hazard.
    """
    if contact.hazard:
        return
    entry = floor.configuration.entry_for(stimulus.channel, stimulus.to, stimulus.text)
    danger = _danger(floor, entry, stimulus.text)
    if danger is None:
        return
    entry, queue = danger.entry, danger.queue
    heard = {} if danger.heard is None else {"heard": danger.heard}
    if contact.state in HELD:
        contact.hazard = True
        floor.change(contact)
        floor.note(contact, EventType.PRIORITY_CHANGED, priority=contact.priority, hazard="yes", by="customer", **heard)
        return
    if contact.state is ContactState.OFFERED:
        floor.end_offer(floor.live_offer(contact), OfferOutcome.WITHDRAWN, reason="hazard")
    else:
        floor.step_aside(contact)
    floor.unreserve(contact)
    let_in(contact, floor.now)
    asking = _asking(floor, stimulus, queue, entry, contact.language)
    contact.own_needs, contact.own_priority, before = asking.needs, asking.priority, contact.queue
    enter_queue(floor, contact, queue)
    floor.note(contact, EventType.QUEUE_CHANGED, before=before, queue=queue.id, reason="hazard", **heard)
    wait(floor, contact, OfferCause.MOVED)


class Door(NamedTuple):
    """Where a contact goes and what else it asks by its entry point; `heard` is the phrase that said danger."""

    entry: EntryPoint | None
    queue: QueueSettings
    language: str | None
    heard: str | None = None


def _door(floor: Floor, stimulus: Arrival, text: str) -> Door:
    """The door of a new contact: danger first, then what the gateway or a menu says, then the entry point."""
    settings = floor.configuration
    entry = settings.entry_for(stimulus.channel, stimulus.to, text)
    named = settings.queues.get(stimulus.queue or (entry.queue if entry else ""))
    if named is None or not named.hazard:
        danger = _danger(floor, entry, text)
        if danger is not None:
            return danger
    return Door(entry, named or settings.queues[settings.default_queue], entry.language if entry else None)


def _danger(floor: Floor, entry: EntryPoint | None, text: str) -> Door | None:
    """Where a text leads that says there is danger: by the keyword of a hazard queue's door, or by a phrase in it."""
    settings = floor.configuration
    if entry is not None and entry.keyword is not None:
        queue = settings.queues.get(entry.queue)
        if queue is not None and queue.hazard:
            return Door(entry, queue, entry.language)
    danger = floor.ear.hear(text, entry.language if entry else None)
    if danger is None or settings.hazards is None:
        return None
    return Door(None, settings.queues[settings.hazards.queue], danger.language, danger.phrase)


class Asking(NamedTuple):
    """What a contact asks by itself, the head start it has by itself, and all it asks with its queue."""

    needs: Needs
    priority: float
    clauses: tuple[Clause, ...]


def _asking(
    floor: Floor, stimulus: Arrival, queue: QueueSettings, entry: EntryPoint | None, language: str | None
) -> Asking:
    """What entry point, rules and a menu choice add; worked out once for all who come the same way."""
    menu = NOTHING
    if isinstance(stimulus, it.ContactArrived) and (stimulus.skills or stimulus.any_of or stimulus.preferred):
        menu = Needs(stimulus.skills, stimulus.any_of, stimulus.preferred)
    way = (queue.id, id(entry), stimulus.channel, language, stimulus.tier, stimulus.flags)
    known = floor.askings.get(way) if menu is NOTHING else None
    if known is not None:
        return known
    needs, priority = (entry.needs, entry.priority) if entry else (NOTHING, 0.0)
    if menu is not NOTHING:
        needs = together(needs, menu)
    for rule in floor.configuration.rules:
        if rule.applies(queue.id, stimulus.channel, language, stimulus.tier, stimulus.flags):
            needs, priority = together(needs, rule.needs), priority + rule.priority
    asking = Asking(needs, priority, clauses_of(together(queue.needs, needs)))
    if menu is NOTHING and len(floor.askings) < _MOST_WAYS:
        floor.askings[way] = asking
    return asking


def enter_queue(floor: Floor, contact: Contact, queue: QueueSettings) -> None:
    """Ask what this queue asks, with what the contact asks by itself; the place stays, the steps begin again.

    A hazard stays one, unless it was one only because of the queue it leaves.
    """
    left = floor.configuration.queues.get(contact.queue)
    if contact.queue != queue.id:
        contact.queued_at, contact.relaxed = floor.now, 0
    contact.hazard = queue.hazard or (contact.hazard and not (left is not None and left.hazard))
    contact.queue = queue.id
    ask(contact, queue)


def ask(contact: Contact, queue: QueueSettings) -> None:
    """Put together what the queue and the contact itself ask."""
    contact.clauses = clauses_of(together(queue.needs, contact.own_needs))
    contact.priority = queue.priority + contact.own_priority


def admit(floor: Floor, contact: Contact, arrival: Arrival) -> OutsideHours:
    """A new contact waits, or what its queue does outside its hours; `REFUSE` is left to the caller."""
    outside = _look_at_the_clock(floor, contact)
    if outside is OutsideHours.REFUSE:
        return outside
    if outside is OutsideHours.KEEP:
        contact.kept = True
        floor.note(contact, EventType.KEPT, queue=contact.queue)
    else:
        _prefer(floor, contact, arrival)
        if floor.demand.used and contact.reserved_for is None:
            floor.demand.arrived(floor.room.line_for(contact), floor.now)
    wait(floor, contact, OfferCause.CONTACT_ARRIVED)
    return outside


def _look_at_the_clock(floor: Floor, contact: Contact) -> OutsideHours:
    """Move the contact on while its queue is closed and says so; what is to be done where it ends."""
    visited: set[str] = set()
    while not contact.hazard:
        queue = floor.queue_of(contact)
        if floor.hours.is_open(queue, floor.now):
            break
        if queue.id in visited:
            return OutsideHours.KEEP
        visited.add(queue.id)
        outside = queue.beyond_hours(contact.channel)
        _say(floor, contact, outside.text)
        if outside.do is not OutsideHours.MOVE:
            return outside.do
        next_queue = floor.configuration.queues.get(outside.queue or "")
        if next_queue is None:
            return OutsideHours.KEEP
        enter_queue(floor, contact, next_queue)
        floor.note(contact, EventType.QUEUE_CHANGED, before=queue.id, queue=next_queue.id, reason="outside_hours")
    return OutsideHours.SERVE


def _say(floor: Floor, contact: Contact, text: Mapping[str, str]) -> None:
    """Send the center's own words in the contact's language, or else the first there is."""
    if not text or contact.opted_out or contact.media is MediaClass.VOICE or contact.channel == VOICEMAIL:
        return
    _send(floor, contact, text.get(contact.language or "") or next(iter(text.values())))


def answer(floor: Floor, contact: Contact, served: Served) -> None:
    """Answer a message that needs no person; tell the supervisors when its sender is answered no more."""
    words = say(served, contact.language, floor.configuration.settings.time_zone, floor.now)
    if words and not contact.opted_out:
        _send(floor, contact, words)
    if served.alarm:
        detail = {"channel": contact.channel, "contact": contact.id}
        message = "A sender reports outages too often and is not answered for a while; look at the contact."
        floor.tell(do.RaiseAlarm(id=floor.new_id(), code="answered_too_often", message=message, detail=detail))


def _send(floor: Floor, contact: Contact, words: str) -> None:
    message = floor.new_id()
    floor.changes.texts.append(AutomaticMessage(message, contact.id, contact.channel, words, floor.now))
    floor.tell(do.SendAutomatic(id=message, contact_id=contact.id, message_id=message, channel=contact.channel))


def _prefer(floor: Floor, contact: Contact, arrival: Arrival) -> None:
    """Keep the contact for the agent its queue prefers, if that one is there; a hazard waits for nobody."""
    queue = floor.queue_of(contact)
    preference = queue.preference
    if preference is None or contact.hazard:
        return
    for kind in preference.agents:
        last = kind is PreferredAgent.LAST_AGENT
        agent_id = arrival.last_agent if last else arrival.account_owner
        what = asked(contact.clauses, queue.relaxation, contact.relaxed) if last else _ANY_SKILL
        if agent_id is not None and _is_there(floor, agent_id, contact, what):
            floor.reserve(contact, agent_id, preference.seconds)
            floor.note(contact, EventType.RESERVED, agent_id, preferred=kind, seconds=preference.seconds)
            return


def _is_there(floor: Floor, agent_id: str, contact: Contact, what: Asked) -> bool:
    agent = floor.agents.get(agent_id)
    if agent is None or agent.status is not AgentStatus.AVAILABLE or not agent.sessions or agent.finishing is not None:
        return False
    profile = floor.pool.group_of(agent_id).profile
    return profile_refusal(profile, contact.channel, contact.media, what) is None
