"""What must hold after every stimulus; the stateful tests call this at each step. Not fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, ContactState, MediaClass
from contactcenter.routing.eligibility import agent_refusal, media_refusal, profile_refusal
from contactcenter.routing.floor import offer_id
from contactcenter.routing.lines import Line
from contactcenter.routing.relaxation import asked
from contactcenter.routing.state import HELD

if TYPE_CHECKING:
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact


def check_invariants(floor: Floor) -> None:
    """Raise AssertionError when something that must always hold does not."""
    _check_ledger(floor)
    for contact in floor.contacts.values():
        _check_contact(floor, contact)
    for agent in floor.agents.values():
        _check_agent(floor, agent)
    _check_offers(floor)
    _check_kept_free(floor)
    _check_consults(floor)
    _check_lines(floor)
    _check_nobody_waits_in_vain(floor)
    deadline = floor.timers.next()
    _hold(deadline is None or deadline > floor.now, f"a deadline at {deadline} is overdue")


def _hold(fact: bool, otherwise: str) -> None:
    if not fact:
        raise AssertionError(otherwise)


def _check_ledger(floor: Floor) -> None:
    ledger = floor.ledger
    customers = [contact for contact in floor.contacts.values() if contact.consult_of is None]
    _hold(ledger.open == len(customers), "G8: the open ones are not those that are open")
    _hold(ledger.offered == ledger.open + sum(ledger.outcomes.values()), "G8: a contact is missing or counted twice")
    waiting = [contact for contact in floor.contacts.values() if contact.state is ContactState.WAITING]
    _hold(len(floor.room) == len(waiting), "a line holds a contact that does not wait")
    held = [contact for contact in waiting if contact.media is not MediaClass.ASYNC and not contact.kept]
    _hold(floor.room.on_hold() == len(held), "the calls and chats on hold are not those that wait")
    threads = {contact.thread: contact.id for contact in floor.contacts.values()}
    _hold(threads == floor.threads, "a conversation has no contact, or two")


def _check_contact(floor: Floor, contact: Contact) -> None:
    state = contact.state
    _hold(state is not ContactState.CLOSED and contact.outcome is None, f"{contact.id} is closed and open")
    _hold((state is ContactState.WAITING) == (contact in floor.room), f"{contact.id} is {state} but not in line so")
    _hold((state is ContactState.OFFERED) == (offer_id(contact) in floor.offers), f"{contact.id} has no offer")
    holders = [agent.id for agent in floor.agents.values() if contact.id in agent.holds]
    _hold(holders == ([contact.agent_id] if state in HELD else []), f"G3: {contact.id} is held by {holders}")
    _hold(contact.agent_id is None or state in HELD, f"{contact.id} is {state} with an agent")
    _hold(contact.place <= contact.arrived_at, f"{contact.id} stands behind its arrival")
    timed = state in (ContactState.CONNECTING, ContactState.WRAP_UP)
    _hold(timed == (contact.deadline is not None), f"{contact.id} is {state} with deadline {contact.deadline}")
    reserved = contact.reserved_for is None or state in (ContactState.WAITING, ContactState.OFFERED)
    _hold(reserved, f"{contact.id} is {state} and still reserved")
    _hold(not contact.kept or state is ContactState.WAITING, f"{contact.id} is {state} and kept until its queue opens")


def _check_agent(floor: Floor, agent: Agent) -> None:
    for contact_id, media in agent.holds.items():
        _hold(floor.contacts[contact_id].media is media, f"{agent.id} holds {contact_id} as {media}")
    if agent.status is AgentStatus.LOGGED_OUT:
        _hold(not agent.holds and agent.offer_id is None, f"{agent.id} is logged out with work")
    if agent.offer_id is not None:
        _hold(floor.offers[agent.offer_id].agent_id == agent.id, f"{agent.id} considers an offer of another")
    vanished = not agent.sessions and agent.status is not AgentStatus.LOGGED_OUT
    _hold(vanished == (agent.grace_until is not None), f"{agent.id} has no console and no grace")
    group = floor.pool.group_of(agent.id)
    for media in MediaClass:
        refusal = group.refusal(agent.id, media)
        _hold(refusal == agent_refusal(agent, group.profile, media), f"{agent.id} is indexed as {refusal}")
    _hold((agent.busy_since is None) == (not agent.holds), f"{agent.id} is busy since {agent.busy_since}")
    _hold(agent.finishing is None or bool(agent.holds), f"{agent.id} finishes nothing")


def _check_kept_free(floor: Floor) -> None:
    kept = {agent.kept_free_for: agent.id for agent in floor.agents.values() if agent.kept_free_for is not None}
    _hold(kept == floor.kept_free, "an agent is kept free for a call that does not know")
    for call, agent_id in kept.items():
        contact = floor.contacts.get(call)
        waits = contact is not None and contact.state is ContactState.WAITING and contact.media is MediaClass.VOICE
        _hold(waits, f"{agent_id} is kept free for {call}, which does not wait")
        _hold(floor.agents[agent_id].status is AgentStatus.AVAILABLE, f"{agent_id} is kept free and not available")


def _check_consults(floor: Floor) -> None:
    asked = {contact.consult_of: contact.id for contact in floor.contacts.values() if contact.consult_of is not None}
    _hold(asked == floor.consults, "a call has a consult that it does not know, or two")
    for call_id, consult_id in asked.items():
        call, consult = floor.contacts.get(call_id or ""), floor.contacts[consult_id]
        on = call is not None and call.state is ContactState.CONNECTED and call.media is MediaClass.VOICE
        _hold(on, f"{consult_id} asks for a call that nobody is on")
        _hold(call is None or call.agent_id != consult.agent_id, f"{consult_id} asks the one who asks")
        _hold(consult.state is not ContactState.WRAP_UP, f"{consult_id} is written down after it")


def _check_lines(floor: Floor) -> None:
    """The sets of groups and lines say what the groups and lines say."""
    pool, room = floor.pool, floor.room
    for group in pool.groups:
        for media, ready in enumerate(group.ready):
            _hold(bool(pool.ready[media] & group.bit) == (ready > 0), f"{group.profile.id} is not as ready as it seems")
        members = [floor.agents[agent_id] for agent_id in group]
        staffed = any(agent.status is not AgentStatus.LOGGED_OUT for agent in members)
        _hold(bool(pool.staffed & group.bit) == staffed, f"{group.profile.id} is not as staffed as it seems")
    for line in room.lines():
        before = line.groups
        _hold(not line.restaff() and line.groups == before, f"{line.key} did not see who came or went")
        active = any(floor.contacts[one].state is ContactState.WAITING for one in line)
        _hold(active == bool(len(line)), f"{line.key} holds somebody who does not wait")


def _check_offers(floor: Floor) -> None:
    offered = [offer.contact_id for offer in floor.offers.values()]
    _hold(len(offered) == len(set(offered)), "G3: a contact has two live offers")
    for offer in floor.offers.values():
        _hold(offer.outcome is None, f"{offer.id} is live and ended")
        _hold(floor.agents[offer.agent_id].offer_id == offer.id, f"G3: {offer.id} is not what its agent considers")


def _check_nobody_waits_in_vain(floor: Floor) -> None:
    for contact in floor.contacts.values():
        if contact.state is ContactState.WAITING:
            free = [agent.id for agent in floor.agents.values() if _could_take(floor, agent, contact)]
            _hold(not free, f"{contact.id} waits while {free} could take it")


def _could_take(floor: Floor, agent: Agent, contact: Contact) -> bool:
    profile = floor.pool.group_of(agent.id).profile
    line = floor.room.standing(contact)
    if contact.kept:
        never = True
    elif contact.reserved_for is not None:
        never = contact.reserved_for != agent.id or bool(media_refusal(profile, contact.channel, contact.media))
    else:
        assert isinstance(line, Line)
        what = asked(contact.clauses, floor.queue_of(contact).relaxation, line.level)
        refused = profile_refusal(profile, contact.channel, contact.media, what)
        never = agent.id in contact.passed_over or refused is not None
    return not never and agent_refusal(agent, profile, contact.media) is None
