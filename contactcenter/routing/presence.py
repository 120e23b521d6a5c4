"""Agents who come, go, choose a status or vanish, and what that means for what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain import instructions as do
from contactcenter.domain.history import EventType
from contactcenter.domain.words import (
    NOT_READY_SIGNED_IN,
    AgentStatus,
    ContactState,
    MediaClass,
    OfferCause,
    OfferOutcome,
    Outcome,
)
from contactcenter.routing.matching import match_agent, unreserve, wait
from contactcenter.routing.requests import RefusedError, known_agent
from contactcenter.routing.state import Agent

if TYPE_CHECKING:
    from contactcenter.domain import stimuli as it
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact

TALKING_SECONDS = 10.0
"""How often it is looked whether somebody without a console still talks on the telephone."""


def configure(floor: Floor, stimulus: it.AgentConfigured) -> None:
    """Add an agent or change their name or profile; acts on the next decision."""
    if stimulus.profile not in floor.configuration.profiles:
        raise RefusedError("unknown_profile", f"There is no profile {stimulus.profile!r}.")
    agent = floor.agents.get(stimulus.agent_id)
    if agent is None:
        agent = Agent(id=stimulus.agent_id, name=stimulus.name, profile=stimulus.profile, status_since=floor.now)
        floor.agents[agent.id] = agent
    if agent.kept_free_for is not None and agent.profile != stimulus.profile:
        floor.stop_keeping_free(agent)
    agent.name, agent.profile = stimulus.name, stimulus.profile
    floor.refresh(agent)
    match_agent(floor, agent, OfferCause.CONFIGURATION_CHANGED)


def open_console(floor: Floor, stimulus: it.ConsoleOpened) -> None:
    """One more window; the first after a logout makes the agent not ready, never available."""
    agent = floor.agents.get(stimulus.agent_id)
    if agent is None:
        return
    agent.sessions.add(stimulus.session_id)
    agent.grace_until = None
    if agent.status is AgentStatus.LOGGED_OUT:
        agent.signed_in_at, agent.busy_seconds, agent.busy_since, agent.occupancy = floor.now, 0.0, None, 0.0
        floor.set_status(agent, AgentStatus.NOT_READY, NOT_READY_SIGNED_IN)
    floor.refresh(agent)
    match_agent(floor, agent)


def close_console(floor: Floor, stimulus: it.ConsoleClosed) -> None:
    """One window less; without any the agent gets no offers and, past the grace, is logged out."""
    agent = floor.agents.get(stimulus.agent_id)
    if agent is None or stimulus.session_id not in agent.sessions:
        return
    agent.sessions.discard(stimulus.session_id)
    if not agent.sessions and agent.status is not AgentStatus.LOGGED_OUT:
        floor.give_grace(agent, floor.grace_end())
        floor.vanished(agent)
        _guard_against_mass_logout(floor)
    floor.refresh(agent)
    if not agent.sessions:
        _give_back(floor, agent)


def _guard_against_mass_logout(floor: Floor) -> None:
    settings = floor.configuration.settings
    vanished = floor.vanished_since(floor.now - settings.mass_disconnect_seconds)
    staffed = len(vanished) + sum(1 for agent in floor.agents.values() if agent.sessions)
    if len(vanished) < settings.mass_disconnect_minimum or len(vanished) <= settings.mass_disconnect_share * staffed:
        return
    until = floor.now + settings.mass_disconnect_pause_seconds
    fresh = [agent for agent in vanished if (agent.grace_until or 0.0) < until - settings.mass_disconnect_seconds]
    for agent in fresh:
        floor.give_grace(agent, until)
        floor.refresh(agent)
    if len(fresh) < len(vanished):
        return  # The alarm was raised when the first of them went.
    message = (
        f"{len(vanished)} of {staffed} agents vanished within {settings.mass_disconnect_seconds:g} s: "
        f"nobody is logged out for {settings.mass_disconnect_pause_seconds:g} s; look at network and web nodes"
    )
    detail = {"count": str(len(vanished)), "staffed": str(staffed)}
    floor.tell(do.RaiseAlarm(id=floor.new_id(), code="mass_disconnect", message=message, detail=detail))


def change_status(floor: Floor, stimulus: it.AgentStatusChanged) -> None:
    """A person chose."""
    agent = known_agent(floor, stimulus.agent_id)
    if not agent.sessions and stimulus.status is not AgentStatus.LOGGED_OUT:
        raise RefusedError("not_connected", "No console of this agent is open; they must sign in first.")
    if stimulus.status is AgentStatus.AVAILABLE:
        _available(floor, agent)
    elif stimulus.status is AgentStatus.NOT_READY:
        _check_reason(floor, stimulus.reason)
        if stimulus.when_done and agent.holds:
            _finish_first(floor, agent, stimulus.reason)
        else:
            not_ready(floor, agent, stimulus.reason)
    elif stimulus.by is None and any(floor.contacts[held].state is not ContactState.WRAP_UP for held in agent.holds):
        message = f"You still have {len(agent.holds)} contact(s): end or transfer them before you log out."
        raise RefusedError("holds_contacts", message)
    else:
        log_out(floor, agent)


def _available(floor: Floor, agent: Agent) -> None:
    if agent.status is not AgentStatus.AVAILABLE or agent.finishing is not None:
        agent.idle_since = floor.now
        floor.set_status(agent, AgentStatus.AVAILABLE, None)
        floor.refresh(agent)
    match_agent(floor, agent)


def _finish_first(floor: Floor, agent: Agent, reason: str | None) -> None:
    """Nothing new any more; not ready once what they hold is finished."""
    if agent.status is AgentStatus.NOT_READY:
        not_ready(floor, agent, reason)
        return
    agent.finishing = reason or ""
    _withdraw(floor, agent)


def _check_reason(floor: Floor, reason: str | None) -> None:
    known = [entry.id for entry in floor.configuration.not_ready_reasons]
    if known and reason not in known:
        raise RefusedError("unknown_reason", f"Say why you are not ready: one of {', '.join(known)}.")


def not_ready(floor: Floor, agent: Agent, reason: str | None) -> None:
    """No new offers; what rings or waits for this agent alone goes back to everybody."""
    floor.set_status(agent, AgentStatus.NOT_READY, reason)
    _withdraw(floor, agent)


def stay_away(floor: Floor, agent: Agent) -> None:
    """No console came back in time: logged out. Whoever talks on the telephone goes on, and is looked at again then."""
    held = [floor.contacts[contact_id] for contact_id in agent.holds]
    talks = [one for one in held if one.media is MediaClass.VOICE and one.state is ContactState.CONNECTED]
    if not talks:
        log_out(floor, agent)
        return
    floor.give_grace(agent, floor.now + TALKING_SECONDS)
    floor.refresh(agent)
    for contact in held:
        if contact not in talks:
            _give_up(floor, agent, contact)


def log_out(floor: Floor, agent: Agent) -> None:
    """What the agent holds goes back to its place in line; what only lacked wrap-up is closed."""
    agent.grace_until = agent.signed_in_at = None
    floor.set_status(agent, AgentStatus.LOGGED_OUT, None)
    _withdraw(floor, agent)
    for contact_id in list(agent.holds):
        _give_up(floor, agent, floor.contacts[contact_id])


def _give_up(floor: Floor, agent: Agent, contact: Contact) -> None:
    floor.release(contact)
    if contact.state is ContactState.WRAP_UP:
        floor.close(contact, Outcome.AGENT_HANDLED)
    else:
        floor.note(contact, EventType.REQUEUED, agent.id, reason="agent_logged_out")
        wait(floor, contact, OfferCause.REQUEUED)


def back_in_line(floor: Floor, contact: Contact, *, pass_over: str | None = None) -> None:
    """Back at its own place after an offer; whoever it was reserved for had their chance."""
    contact.reserved_for = contact.reserved_until = None
    if pass_over is not None:
        floor.pass_over(contact, pass_over, floor.queue_of(contact).decline_seconds)
    wait(floor, contact, OfferCause.REQUEUED)


def _withdraw(floor: Floor, agent: Agent) -> None:
    floor.refresh(agent)
    if agent.offer_id is not None:
        reason = "finishing" if agent.finishing is not None else agent.status
        contact = floor.end_offer(floor.offers[agent.offer_id], OfferOutcome.WITHDRAWN, reason=reason)
        back_in_line(floor, contact)
    _give_back(floor, agent)


def _give_back(floor: Floor, agent: Agent) -> None:
    """Nobody waits for somebody who is away."""
    for contact_id in floor.room.reserved_for(agent.id):
        unreserve(floor, floor.contacts[contact_id])
