"""The floor: live contacts, agents and offers with every index on them, and the moves they can make.

A move keeps records and indexes in step, writes down what happened and says what must be done. It
never judges whether a move is allowed: that is the engine's.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contactcenter.domain import instructions as do
from contactcenter.domain.history import ContactEvent, Decision, EventType
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome, Outcome, Refusal
from contactcenter.routing.lines import WaitingRoom
from contactcenter.routing.pool import AgentPool
from contactcenter.routing.state import HELD, Agent, Changes, Contact, Offer, Snapshot
from contactcenter.routing.timers import Timer, TimerKind, Timers

if TYPE_CHECKING:
    from contactcenter.domain.configuration import Configuration, QueueSettings
    from contactcenter.domain.instructions import Instruction


@dataclass(slots=True)
class Ledger:
    """Guarantee G8: offered = open + the sum of outcomes, at any moment."""

    offered: int = 0
    open: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))


class Floor:
    """Records and indexes. Times in UTC seconds; `now` is that of the stimulus being handled."""

    def __init__(self, configuration: Configuration, snapshot: Snapshot | None = None) -> None:
        self.configuration = configuration
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.offers: dict[str, Offer] = {}
        self.threads: dict[str, str] = {}
        self.ledger = Ledger()
        self.now = snapshot.at if snapshot else 0.0
        self.changes = Changes()
        self.instructions: list[Instruction] = []
        self.stimulus_id = ""
        self.timers = Timers(self._timer_holds)
        self.pool = AgentPool(configuration.profiles)
        self.room = WaitingRoom(self.pool.groups.values())
        self._skipped: defaultdict[str, set[str]] = defaultdict(set)
        self._vanished: deque[tuple[float, str]] = deque()
        if snapshot:
            self._load(snapshot)

    def _load(self, snapshot: Snapshot) -> None:
        for agent in snapshot.agents:
            agent.holds, agent.offer_id = {}, None
            self.agents[agent.id] = agent
        for contact in snapshot.contacts:
            self._take_up(contact)
        for offer in snapshot.offers:
            self.offers[offer.id] = offer
            self.agents[offer.agent_id].offer_id = offer.id
            self.timers.set(offer.deadline, TimerKind.OFFER, offer.id)
        for agent in snapshot.agents:
            self._index(agent)
            if agent.status is not AgentStatus.LOGGED_OUT and not agent.sessions:
                self.give_grace(agent, agent.grace_until or self._grace_end())
        self.ledger.offered = self.ledger.open = len(self.contacts)

    def _take_up(self, contact: Contact) -> None:
        """Index a contact that a restart found."""
        self.contacts[contact.id] = contact
        self.threads[contact.thread] = contact.id
        for agent_id, until in contact.passed_over.items():
            self._skipped[agent_id].add(contact.id)
            self.timers.set(until, TimerKind.PASSED_OVER, contact.id)
        if contact.state is ContactState.WAITING:
            self.room.join(contact)
        if contact.state in HELD and contact.agent_id:
            self.agents[contact.agent_id].holds[contact.id] = contact.media
        if contact.reserved_until is not None:
            self.timers.set(contact.reserved_until, TimerKind.RESERVED, contact.id)
        if contact.deadline is not None:
            kind = TimerKind.CONNECT if contact.state is ContactState.CONNECTING else TimerKind.WRAP_UP
            self.timers.set(contact.deadline, kind, contact.id)

    # Reading

    def queue_of(self, contact: Contact) -> QueueSettings:
        """Settings of the queue the contact is in."""
        return self.configuration.queues[contact.queue]

    def live_contact(self, thread: str) -> Contact | None:
        """The open contact of a conversation."""
        contact_id = self.threads.get(thread)
        return self.contacts[contact_id] if contact_id else None

    def live_offer(self, contact: Contact) -> Offer:
        """The offer an offered contact is out on."""
        return self.offers[offer_id(contact)]

    def overfull(self, contact: Contact) -> int | None:
        """The limit that a waiting call or chat is beyond, if it is beyond one."""
        if contact.media is MediaClass.ASYNC:
            return None
        limit = self.queue_of(contact).waiting_limit
        if limit is not None and self.room.on_hold(contact.queue) > limit:
            return limit
        limit = self.configuration.settings.waiting_limit
        return limit if limit is not None and self.room.on_hold() > limit else None

    # Writing down

    def tell(self, instruction: Instruction) -> None:
        """Add an instruction to those of this stimulus."""
        self.instructions.append(instruction)

    def new_id(self) -> str:
        """The id of the next instruction of this stimulus."""
        return f"{self.stimulus_id}.{len(self.instructions)}"

    def note(
        self, contact: Contact, kind: EventType, agent_id: str | None = None, **detail: str | float | None
    ) -> None:
        """Write a line into the contact's history."""
        self.changes.events.append(ContactEvent(contact.id, self.now, kind, agent_id, detail))

    def _touch(self, contact: Contact) -> None:
        contact.version += 1
        self.changes.contacts[contact.id] = contact

    def refresh(self, agent: Agent) -> None:
        """Index and write down a changed agent."""
        agent.version += 1
        self.changes.agents[agent.id] = agent
        self._index(agent)

    def _index(self, agent: Agent) -> None:
        self.pool.refresh(agent)
        group = self.pool.group_of(agent.id)
        if not self.room.knows(group):
            self.room.add_group(group)

    # Moves of a contact

    def open(self, contact: Contact) -> None:
        """A contact exists from now on; it stands nowhere yet."""
        self.ledger.offered += 1
        self.ledger.open += 1
        self.contacts[contact.id] = contact
        self.threads[contact.thread] = contact.id
        self._touch(contact)

    def change(self, contact: Contact) -> None:
        """Write down that a field changed that no index depends on."""
        self._touch(contact)

    def _state(self, contact: Contact, state: ContactState) -> None:
        contact.state = state
        contact.state_since = self.now
        contact.deadline = None
        self._touch(contact)

    def wait(self, contact: Contact, cause: OfferCause) -> None:
        """Stand in line at the contact's own place, and look for somebody at once."""
        self._state(contact, ContactState.WAITING)
        contact.agent_id = None
        self.room.join(contact)
        self.match_contact(contact, cause)

    def offer(self, contact: Contact, agent: Agent, cause: OfferCause) -> None:
        """Hold a waiting contact for one agent until the queue's deadline."""
        refusals = self._refusals(contact, agent)
        self.room.leave(contact)
        contact.offers += 1
        deadline = self.now + self.queue_of(contact).offer_seconds
        offer = Offer(
            id=offer_id(contact),
            contact_id=contact.id,
            agent_id=agent.id,
            offered_at=self.now,
            deadline=deadline,
            cause=cause,
        )
        self.offers[offer.id] = self.changes.offers[offer.id] = offer
        agent.offer_id = offer.id
        self._state(contact, ContactState.OFFERED)
        self.refresh(agent)
        self.timers.set(deadline, TimerKind.OFFER, offer.id)
        waited = self.now - contact.place
        self.changes.decisions.append(
            Decision(offer.id, contact.id, agent.id, self.now, cause, self.configuration.version, waited, refusals)
        )
        self.note(contact, EventType.OFFERED, agent.id, cause=cause, waited=waited)
        self.tell(
            do.OfferContact(
                id=self.new_id(),
                offer_id=offer.id,
                contact_id=contact.id,
                agent_id=agent.id,
                deadline=deadline,
                cause=cause,
            )
        )

    def _refusals(self, contact: Contact, winner: Agent) -> dict[str, int]:
        if contact.reserved_for is not None:
            others = len(self.agents) - 1
            return {Refusal.RESERVED_FOR_ANOTHER: others} if others else {}
        counts = self.room.line_for(contact).refusals()
        passed_over = sum(1 for agent_id in contact.passed_over if agent_id != winner.id)
        if passed_over:
            counts[Refusal.DECLINED_THIS_CONTACT] = passed_over
        return counts

    def end_offer(self, offer: Offer, outcome: OfferOutcome, reason: str | None = None) -> Contact:
        """End an offer, once; the contact stands nowhere until its next move."""
        offer.outcome, offer.ended_at, offer.reason = outcome, self.now, reason
        del self.offers[offer.id]
        self.changes.offers[offer.id] = offer
        agent, contact = self.agents[offer.agent_id], self.contacts[offer.contact_id]
        agent.offer_id = None
        if outcome is not OfferOutcome.ACCEPTED:  # Accepting goes on to `hold`, which takes note of both.
            self.refresh(agent)
        self.note(contact, _OFFER_EVENTS[outcome], agent.id, reason=reason)
        self.tell(
            do.EndOffer(id=self.new_id(), offer_id=offer.id, contact_id=contact.id, agent_id=agent.id, outcome=outcome)
        )
        return contact

    def hold(self, contact: Contact, agent: Agent) -> None:
        """The agent has the contact: connected at once, or, by voice, connecting first."""
        contact.agent_id = agent.id
        self._unreserve(contact)
        agent.holds[contact.id] = contact.media
        agent.idle_since = self.now
        if contact.media is MediaClass.VOICE:
            self._connecting(contact, agent)
        else:
            self.connect(contact)
        self.refresh(agent)

    def _connecting(self, contact: Contact, agent: Agent) -> None:
        self._state(contact, ContactState.CONNECTING)
        contact.deadline = self.now + self.queue_of(contact).connect_seconds
        self.timers.set(contact.deadline, TimerKind.CONNECT, contact.id)
        self.tell(
            do.ConnectContact(
                id=self.new_id(),
                contact_id=contact.id,
                agent_id=agent.id,
                channel=contact.channel,
                deadline=contact.deadline,
            )
        )

    def connect(self, contact: Contact) -> None:
        """Customer and agent can talk."""
        self._state(contact, ContactState.CONNECTED)
        contact.ended_at = None
        if contact.connected_at is None:
            contact.connected_at = self.now
        self.note(contact, EventType.CONNECTED, contact.agent_id)

    def wrap_up(self, contact: Contact, seconds: float) -> None:
        """The conversation is over, or more time is needed: `seconds` from now to say what it was."""
        if contact.state is not ContactState.WRAP_UP:
            self._state(contact, ContactState.WRAP_UP)
            contact.ended_at = self.now
        contact.deadline = self.now + seconds
        self._touch(contact)
        self.timers.set(contact.deadline, TimerKind.WRAP_UP, contact.id)

    def release(self, contact: Contact) -> Agent:
        """The agent no longer has the held contact; they are not served yet."""
        agent = self.agents[contact.agent_id or ""]
        del agent.holds[contact.id]
        agent.idle_since = self.now
        self.refresh(agent)
        return agent

    def close(self, contact: Contact, outcome: Outcome, disposition: str | None = None) -> None:
        """The one final outcome. Whoever held the contact has been released."""
        if contact.state is ContactState.WAITING and contact in self.room:
            self.room.leave(contact)
        for agent_id in contact.passed_over:
            self._skipped[agent_id].discard(contact.id)
        contact.outcome, contact.disposition, contact.closed_at = outcome, disposition, self.now
        self._state(contact, ContactState.CLOSED)
        del self.contacts[contact.id]
        del self.threads[contact.thread]
        self.ledger.open -= 1
        self.ledger.outcomes[outcome] += 1
        self.note(contact, EventType.CLOSED, contact.agent_id, outcome=outcome, disposition=disposition)

    # Passing over and reserving

    def pass_over(self, contact: Contact, agent_id: str, seconds: float) -> None:
        """Do not ask this agent for a while."""
        until = contact.passed_over[agent_id] = self.now + seconds
        self._skipped[agent_id].add(contact.id)
        self.timers.set(until, TimerKind.PASSED_OVER, contact.id)

    def forgive(self, contact: Contact) -> None:
        """Ask again those whose time is over."""
        for agent_id, until in list(contact.passed_over.items()):
            if until <= self.now:
                del contact.passed_over[agent_id]
                self._skipped[agent_id].discard(contact.id)
        self._touch(contact)

    def reserve(self, contact: Contact, agent_id: str, seconds: float) -> None:
        """Only this agent, for a while, even if they declined it before. The contact stands nowhere meanwhile."""
        contact.passed_over.pop(agent_id, None)
        self._skipped[agent_id].discard(contact.id)
        contact.reserved_for = agent_id
        contact.reserved_until = self.now + seconds
        self.timers.set(contact.reserved_until, TimerKind.RESERVED, contact.id)

    def unreserve(self, contact: Contact) -> None:
        """Everybody again; a waiting contact changes its line and keeps its place."""
        waiting = contact.state is ContactState.WAITING
        if waiting:
            self.room.leave(contact)
        self._unreserve(contact)
        if waiting:
            self.wait(contact, OfferCause.TRANSFERRED)

    def _unreserve(self, contact: Contact) -> None:
        contact.reserved_for = contact.reserved_until = None

    # Matching

    def match_contact(self, contact: Contact, cause: OfferCause) -> None:
        """Offer a waiting contact to the best ready agent, if there is one."""
        if contact.reserved_for is not None:
            agent = self.agents[contact.reserved_for]
            if self.pool.group_of(agent.id).members[agent.id][contact.media] is None:
                self.offer(contact, agent, cause)
            return
        best = None
        for group in self.room.line_for(contact).groups:
            if group.ready[contact.media]:
                claim = group.best(contact.media, contact.passed_over)
                if claim is not None and (best is None or claim < best):
                    best = claim
        if best is not None:
            self.offer(contact, self.agents[best.agent_id], cause)

    def match_agent(self, agent: Agent, cause: OfferCause = OfferCause.AGENT_FREED) -> None:
        """Offer an agent the best contact of all the lines they serve, if there is one."""
        group = self.pool.group_of(agent.id)
        contact_id = self.room.best_for(agent, group, self._skipped[agent.id])
        if contact_id is not None:
            self.offer(self.contacts[contact_id], agent, cause)

    # Presence

    def give_grace(self, agent: Agent, until: float) -> None:
        """Log the agent out at `until` (UTC seconds) if no console is open by then."""
        agent.grace_until = until
        self.timers.set(until, TimerKind.GRACE, agent.id)

    def _grace_end(self) -> float:
        return self.now + self.configuration.settings.disconnect_grace_seconds

    def vanished(self, agent: Agent) -> None:
        """The agent's last console is gone as of now."""
        self._vanished.append((self.now, agent.id))

    def vanished_since(self, since: float) -> list[Agent]:
        """Agents whose last console went after `since` (UTC seconds) and who are still away."""
        while self._vanished and self._vanished[0][0] < since:
            self._vanished.popleft()
        gone = dict.fromkeys(agent_id for _, agent_id in self._vanished)
        return [agent for agent_id in gone if (agent := self.agents[agent_id]).grace_until is not None]

    # A new configuration

    def reconfigure(self, configuration: Configuration) -> None:
        """Obey another configuration from now on: every index on profiles and requirements is made anew."""
        self.configuration = configuration
        self.pool = AgentPool(configuration.profiles)
        self.room = WaitingRoom(self.pool.groups.values())
        for agent in self.agents.values():
            self._index(agent)

    def _timer_holds(self, timer: Timer) -> bool:
        if timer.kind is TimerKind.OFFER:
            return timer.key in self.offers
        if timer.kind is TimerKind.GRACE:
            return self.agents[timer.key].grace_until == timer.at
        contact = self.contacts.get(timer.key)
        if contact is None:
            return False
        if timer.kind is TimerKind.PASSED_OVER:
            return timer.at in contact.passed_over.values()
        if timer.kind is TimerKind.RESERVED:
            return contact.reserved_until == timer.at
        return contact.deadline == timer.at and contact.state is _TIMED[timer.kind]


def offer_id(contact: Contact) -> str:
    """Id of the contact's latest offer: the contact's and how many offers it has had."""
    return f"{contact.id}.{contact.offers}"


_OFFER_EVENTS = {
    OfferOutcome.ACCEPTED: EventType.ACCEPTED,
    OfferOutcome.DECLINED: EventType.DECLINED,
    OfferOutcome.RONA: EventType.RONA,
    OfferOutcome.WITHDRAWN: EventType.OFFER_WITHDRAWN,
}
_TIMED = {TimerKind.CONNECT: ContactState.CONNECTING, TimerKind.WRAP_UP: ContactState.WRAP_UP}
