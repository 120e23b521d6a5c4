"""Looking for a match: for a contact that waits, for an agent who is free, for whoever just became able to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome, Outcome, Refusal
from contactcenter.routing.choice import choose
from contactcenter.routing.deadlines import time_waiting
from contactcenter.routing.eligibility import excludes_calls
from contactcenter.routing.hours import AT_ONCE
from contactcenter.routing.lines import Line
from contactcenter.routing.pool import AGENT, INDEX
from contactcenter.routing.relaxation import due_steps
from contactcenter.routing.state import HELD

if TYPE_CHECKING:
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact


def wait(floor: Floor, contact: Contact, cause: OfferCause) -> None:
    """Stand in line at the contact's own place, with the steps its waiting has earned, and look for somebody.

    A colleague who was asked by name and did not come is asked no more, and nobody in their stead.
    """
    if contact.consult_to is not None and cause not in (OfferCause.CONSULTED, OfferCause.MOVED):
        floor.close(contact, _advised(contact))
        return
    steps = floor.queue_of(contact).relaxation
    if steps and not contact.kept:
        contact.relaxed = max(contact.relaxed, due_steps(steps, floor.now - contact.queued_at))
    floor.come(contact)
    match_contact(floor, contact, cause)
    if contact.state is ContactState.WAITING:
        floor.stand(contact)
    floor.outlook.entered(floor, contact)
    if contact.hazard and contact.media is MediaClass.VOICE and contact.state is ContactState.WAITING:
        ask_for_one(floor, contact)


def match_contact(floor: Floor, contact: Contact, cause: OfferCause) -> None:
    """Offer a contact that stands nowhere yet to the best ready agent, if there is one.

    Whoever was freed a moment ago is not: they look for the best of all who wait, and this one waits like the rest.
    """
    if contact.kept:
        return
    if floor.pool.restaffed:
        _restaff(floor)
    if contact.reserved_for is not None:
        agent = floor.agents[contact.reserved_for]
        if floor.pool.group_of(agent.id).refusal(agent.id, contact.media) is None:
            floor.offer(contact, agent, cause)
        return
    line = floor.room.line_for(contact)
    barred = contact.passed_over if not floor.unmatched else {**contact.passed_over, **floor.unmatched}
    claim = choose(floor.pool, floor.demand, line, barred, floor.now)
    if claim is not None:
        floor.offer(contact, floor.agents[claim[AGENT]], cause)


def match_agent(floor: Floor, agent: Agent, cause: OfferCause = OfferCause.AGENT_FREED) -> None:
    """Offer an agent the best contact of all the lines they serve, if there is one.

    Somebody kept free for a call takes the call that has the first turn, before anything else.
    """
    if floor.pool.restaffed:
        _restaff(floor)
    standing = floor.pool.standing(agent.id)
    if not standing.able:
        return
    best, skipped = None, floor.skipped[agent.id]
    if agent.kept_free_for is not None:
        best = floor.room.best_for(agent.id, standing, skipped, floor.now, MediaClass.VOICE)
    if best is None:
        best = floor.room.best_for(agent.id, standing, skipped, floor.now)
    if best is not None:
        floor.offer(floor.contacts[best], agent, cause)


def finish(floor: Floor, contact: Contact, outcome: Outcome, disposition: str | None = None) -> None:
    """Close a contact in whatever state, and serve whoever that frees."""
    freed: Agent | None = None
    if contact.state is ContactState.OFFERED:
        offer = floor.live_offer(contact)
        floor.end_offer(offer, OfferOutcome.WITHDRAWN, reason=outcome)
        freed = floor.agents[offer.agent_id]
    elif contact.state in HELD:
        freed = floor.release(contact)
    floor.close(contact, outcome, disposition)
    if freed is not None:
        match_agent(floor, freed)


def end_consult(floor: Floor, consult: Contact) -> None:
    """Nobody is asked any more; whoever gave advice has nothing to write down."""
    finish(floor, consult, _advised(consult))


def _advised(consult: Contact) -> Outcome:
    return Outcome.SYSTEM_CLOSED if consult.connected_at is None else Outcome.AGENT_HANDLED


def settle(floor: Floor) -> None:
    """Look at what a stimulus left over: consults whose call went on, agents who may take more, groups that changed."""
    while floor.moot or floor.unmatched or floor.pool.restaffed or floor.regrouped:
        while floor.moot:
            end_consult(floor, floor.contacts[floor.moot.pop()])
        if floor.pool.restaffed:
            _restaff(floor)
        unmatched, floor.unmatched = list(floor.unmatched), {}
        for agent_id in unmatched:
            match_agent(floor, floor.agents[agent_id])
        regrouped, floor.regrouped = floor.regrouped, []
        for line in regrouped:
            _serve(floor, line)


def _restaff(floor: Floor) -> None:
    """Nothing is decided by who was on shift a moment ago."""
    floor.pool.restaffed = False
    floor.regrouped += floor.room.restaff()


def _serve(floor: Floor, line: Line) -> None:
    """Other groups serve the line now: let their ready people take what they may."""
    asked: set[str] = set()
    while len(line):
        claim = choose(floor.pool, floor.demand, line, asked, floor.now)
        if claim is None:
            return
        asked.add(claim[AGENT])
        match_agent(floor, floor.agents[claim[AGENT]], OfferCause.STAFFING_CHANGED)


# Reserved, relaxed, kept


def unreserve(floor: Floor, contact: Contact, cause: OfferCause = OfferCause.REQUEUED) -> None:
    """Everybody may have it again; a waiting contact changes its line and keeps its place."""
    waiting = contact.state is ContactState.WAITING
    if waiting:
        floor.step_aside(contact)
    floor.unreserve(contact)
    if waiting:
        wait(floor, contact, cause)


def relax(floor: Floor, contact: Contact) -> None:
    """A relaxation step is due: the contact changes its line and keeps its place."""
    floor.step_aside(contact)
    contact.relaxed = due_steps(floor.queue_of(contact).relaxation, floor.now - contact.queued_at)
    floor.note(contact, EventType.RELAXED, steps=contact.relaxed)
    wait(floor, contact, OfferCause.RELAXED)


def hours_changed(floor: Floor, calendar: str) -> None:
    """Let those in who waited for their queue to open, in order of place, not too many at once."""
    more = False
    for queue in floor.configuration.queues.values():
        if queue.hours == calendar and floor.hours.is_open(queue, floor.now):
            more = open_up(floor, queue.id) or more
    floor.hours.watch(calendar, floor.now, soon=more)


def open_up(floor: Floor, queue: str) -> bool:
    """The first of those kept for this queue stand in line; whether there are more."""
    for _ in range(AT_ONCE):
        first = floor.room.kept(queue)
        if first is None:
            return False
        contact = floor.contacts[first]
        floor.step_aside(contact)
        contact.kept, contact.queued_at, contact.opened_at = False, floor.now, floor.now
        floor.note(contact, EventType.OPENED, queue=queue)
        wait(floor, contact, OfferCause.OPENED)
    return floor.room.kept(queue) is not None


# Calls among chats


def call_waited(floor: Floor, contact: Contact) -> None:
    """A call has waited long enough to keep somebody free for it; asks again later while it waits."""
    time_waiting(floor, contact)
    ask_for_one(floor, contact)


def ask_for_one(floor: Floor, contact: Contact) -> None:
    """Keep the one free for a waiting call whose other work excludes calls and is the least."""
    line = floor.room.standing(contact)
    if contact.id in floor.kept_free or not isinstance(line, Line):
        return
    voice = INDEX[MediaClass.VOICE]
    busy = [group for group in floor.pool.members(line.groups) if Refusal.BUSY_FOR_A_CALL in group.refused[voice]]
    candidates = [
        (_blocking(floor, agent), agent.idle_since, agent.id)
        for group in busy
        for agent in map(floor.agents.__getitem__, group)
        if agent.kept_free_for is None
        and agent.status is AgentStatus.AVAILABLE
        and group.refusal(agent.id, MediaClass.VOICE) is Refusal.BUSY_FOR_A_CALL
        and agent.id not in contact.passed_over
    ]
    if candidates:
        floor.keep_free(floor.agents[min(candidates)[2]], contact.id)


def _blocking(floor: Floor, agent: Agent) -> int:
    profile = floor.pool.group_of(agent.id).profile
    return sum(excludes_calls(profile, media) for media in agent.holds.values())
