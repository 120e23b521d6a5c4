"""The floor: live contacts, agents and offers with every index on them, and the moves they can make.

A move keeps records and indexes in step, writes down what happened and says what must be done. It
never judges whether a move is allowed, nor looks for a match: that is the engine's.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contactcenter.domain import instructions as do
from contactcenter.domain.hazards import HazardEar
from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.domain.words import (
    AgentChoice,
    AgentStatus,
    ContactState,
    MediaClass,
    OfferCause,
    OfferOutcome,
    Outcome,
    Refusal,
)
from contactcenter.queues.estimates import Estimates
from contactcenter.routing import calls, deadlines, loading, reasons, serving
from contactcenter.routing.demand import Demand
from contactcenter.routing.eligibility import presence_refusal
from contactcenter.routing.hours import Hours
from contactcenter.routing.lines import Line, WaitingRoom
from contactcenter.routing.outlook import Outlook
from contactcenter.routing.pool import AgentPool, Ordering
from contactcenter.routing.state import Agent, Changes, Contact, Offer, Snapshot
from contactcenter.routing.timers import TimerKind, Timers

if TYPE_CHECKING:
    from contactcenter.domain.configuration import Configuration, QueueSettings
    from contactcenter.domain.instructions import Instruction
    from contactcenter.routing.arrivals import Asking

    Way = tuple[str, int, str, str | None, str | None, tuple[str, ...]]


@dataclass(slots=True)
class Ledger:
    """Guarantee G8: offered = open + the sum of outcomes, at any moment."""

    offered: int = 0
    open: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))


class Floor:
    """Records and indexes. Times in UTC seconds; `now` is that of the stimulus being handled.

    `kept_free` says for which waiting call (its id) which agent gets no more chats, `call_waits` when
    each waiting call asks for one (UTC seconds). `unmatched` are agents to look for a contact for, and
    `regrouped` lines to look for agents for, before the stimulus is done with. `consults` has the consult of
    each call whose agent asks for a colleague; `moot` are those whose call has gone on without.
    """

    pool: AgentPool
    room: WaitingRoom
    demand: Demand
    hours: Hours

    def __init__(
        self,
        configuration: Configuration,
        snapshot: Snapshot | None = None,
        estimates: Estimates | None = None,
        *,
        history: bool = True,
    ) -> None:
        self._history = history
        self.outlook = Outlook(Estimates() if estimates is None else estimates)
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.offers: dict[str, Offer] = {}
        self.threads: dict[str, str] = {}
        self.ledger = Ledger()
        self.now = snapshot.at if snapshot else 0.0
        self.changes = Changes()
        self.instructions: list[Instruction] = []
        self.stimulus_id = ""
        self.timers = Timers(self, deadlines.JUDGES)
        self.kept_free: dict[str, str] = {}
        self.call_waits: dict[str, float] = {}
        self.unmatched: dict[str, None] = {}
        self.regrouped: list[Line] = []
        self.consults: dict[str, str] = {}
        self.moot: list[str] = []
        self.skipped: defaultdict[str, set[str]] = defaultdict(set)
        self._vanished: deque[tuple[float, str]] = deque()
        self._obey(configuration)
        self.pool.today_ends = self.hours.time_day(self.now, counted=Ordering.CONTACTS in self.pool.orderings)
        if snapshot:
            loading.load(self, snapshot)

    def _obey(self, configuration: Configuration) -> None:
        self.configuration = configuration
        queues = dict(configuration.queues)
        self.pool = AgentPool(configuration.profiles, (queue.choice for queue in queues.values()))
        self.room = WaitingRoom(queues, self.pool, urgency=configuration.settings.urgency)
        sparing = any(queue.choice is AgentChoice.SPARE_GENERALIST for queue in queues.values())
        self.demand = Demand(self.room, self.pool, used=sparing)
        self.hours = Hours(configuration, self.timers)
        self.askings: dict[Way, Asking] = {}
        self.ear = HazardEar(configuration.hazards)
        self.outlook.forget_people()

    def enlist(self, contact: Contact) -> None:
        """The contact is among the open ones."""
        self.contacts[contact.id] = contact
        self.threads[contact.thread] = contact.id
        if contact.consult_of is not None:
            self.consults[contact.consult_of] = contact.id

    # Reading

    def queue_of(self, contact: Contact) -> QueueSettings:
        """Settings of the queue the contact is in."""
        return self.configuration.queues[contact.queue]

    def live_contact(self, thread: str) -> Contact | None:
        """The open contact of a conversation."""
        contact_id = self.threads.get(thread)
        return self.contacts[contact_id] if contact_id else None

    def consult_of(self, contact: Contact) -> Contact | None:
        """The consult that the agent of a call has asked for."""
        consult_id = self.consults.get(contact.id)
        return self.contacts[consult_id] if consult_id else None

    def live_offer(self, contact: Contact) -> Offer:
        """The offer an offered contact is out on."""
        return self.offers[offer_id(contact)]

    def overfull(self, contact: Contact) -> int | None:
        """The limit that a waiting call or chat is beyond, if it is beyond one."""
        if contact.media is MediaClass.ASYNC or contact.hazard or contact.kept:
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
        if self._history:
            self.changes.events.append(ContactEvent(contact.id, self.now, kind, agent_id, detail))

    def _touch(self, contact: Contact) -> None:
        contact.version += 1
        self.changes.contacts[contact.id] = contact

    def refresh(self, agent: Agent) -> None:
        """Index and write down a changed agent; nobody is kept free for a call who is not there."""
        if agent.kept_free_for is not None and presence_refusal(agent) in _GONE:
            self.stop_keeping_free(agent)
        agent.version += 1
        self.changes.agents[agent.id] = agent
        self.pool.refresh(agent)

    # Moves of a contact

    def open(self, contact: Contact) -> None:
        """A contact exists from now on; it stands nowhere yet."""
        self.enlist(contact)
        if contact.consult_of is None:
            self.ledger.offered += 1
            self.ledger.open += 1
        self._touch(contact)

    def change(self, contact: Contact) -> None:
        """Write down that a field changed that no index depends on."""
        self._touch(contact)

    def _state(self, contact: Contact, state: ContactState) -> None:
        if contact.state is not state:
            if contact.connected_at is not None:
                serving.leave_state(contact, self.now)
                if contact.id in self.consults and contact.state is ContactState.CONNECTED:
                    self.moot.append(self.consults[contact.id])
            contact.state = state
            contact.state_since = self.now
        contact.deadline = None
        contact.version += 1
        self.changes.contacts[contact.id] = contact

    def come(self, contact: Contact) -> None:
        """Wait from now on; `stand` follows, unless somebody is free."""
        calls.hold(self, contact)
        self._state(contact, ContactState.WAITING)
        contact.agent_id = None

    def stand(self, contact: Contact) -> None:
        """Nobody was free: stand in line at the contact's own place."""
        self.room.join(contact)
        deadlines.time_waiting(self, contact)

    def step_aside(self, contact: Contact) -> None:
        """A waiting contact leaves its line, for `stand` to find it another."""
        self.room.leave(contact)

    def leave_line(self, contact: Contact, taker: Agent | None = None) -> None:
        """A contact waits no longer: `taker` gets it, or nobody does.

        Whoever was kept free for it goes on to keep free for the call that `taker` was kept free for, or
        gets chats again.
        """
        if contact in self.room:
            self.room.leave(contact)
        self.call_waits.pop(contact.id, None)
        helper = self.agents.get(self.kept_free.pop(contact.id, ""))
        call = taker.kept_free_for if taker is not None else None
        if taker is not None and call is not None:
            taker.kept_free_for = None
            self.kept_free.pop(call, None)
        if helper is None or helper is taker:
            return
        helper.kept_free_for = None
        if call is not None and self._serves(helper, call):
            self.keep_free(helper, call)
        else:
            self.refresh(helper)
            self.unmatched[helper.id] = None

    def keep_free(self, agent: Agent, call_id: str) -> None:
        """The agent gets no more chats: a call waits for their last one to end."""
        agent.kept_free_for = call_id
        self.kept_free[call_id] = agent.id
        self.refresh(agent)

    def stop_keeping_free(self, agent: Agent) -> None:
        """The agent may have chats again; the call asks for another in its time."""
        self.kept_free.pop(agent.kept_free_for or "", None)
        agent.kept_free_for = None

    def _serves(self, agent: Agent, contact_id: str) -> bool:
        line = self.room.standing(self.contacts[contact_id])
        return isinstance(line, Line) and bool(line.groups & self.pool.group_of(agent.id).bit)

    def offer(self, contact: Contact, agent: Agent, cause: OfferCause) -> None:
        """Hold a waiting contact for one agent until the queue's deadline."""
        if self._history:
            self.changes.decisions.append(reasons.decision(self, contact, agent, cause))
        self.leave_line(contact, agent)
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
        self.note(contact, EventType.OFFERED, agent.id, cause=cause, waited=self.now - contact.place)
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

    def end_offer(self, offer: Offer, outcome: OfferOutcome, reason: str | None = None) -> Contact:
        """End an offer, once; the contact stands nowhere until its next move."""
        offer.outcome, offer.ended_at, offer.reason = outcome, self.now, reason
        del self.offers[offer.id]
        self.changes.offers[offer.id] = offer
        agent, contact = self.agents[offer.agent_id], self.contacts[offer.contact_id]
        agent.offer_id = None
        if outcome is not OfferOutcome.ACCEPTED:  # Accepting goes on to `hold`, which takes note of both.
            self.refresh(agent)
        if outcome is OfferOutcome.WITHDRAWN:
            self.unmatched[agent.id] = None
        told = self.outlook.answered(contact, self.now) if outcome is OfferOutcome.ACCEPTED else {}
        self.note(contact, _OFFER_EVENTS[outcome], agent.id, reason=reason, **told)
        self.tell(
            do.EndOffer(id=self.new_id(), offer_id=offer.id, contact_id=contact.id, agent_id=agent.id, outcome=outcome)
        )
        return contact

    def hold(self, contact: Contact, agent: Agent, *, joined: bool = False) -> None:
        """The agent has the contact: connected at once, or, by voice, connecting first, unless they `joined` before."""
        contact.agent_id = agent.id
        self.unreserve(contact)
        if not agent.holds:
            agent.busy_since = self.now
        agent.holds[contact.id] = contact.media
        agent.idle_since = self.now
        if agent.taken_until <= self.now:
            agent.taken, agent.taken_until = 0, self.hours.day_end(self.now)
        agent.taken += 1
        if contact.media is MediaClass.VOICE and not joined:
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
            serving.answer(contact, self.queue_of(contact), self.now)
        self.note(contact, EventType.CONNECTED, contact.agent_id)

    def wrap_up(self, contact: Contact, seconds: float, *, goes_on: bool = False) -> None:
        """The conversation is over (its call `goes_on` without us), or more time is needed: `seconds` to say what."""
        if not goes_on:
            calls.end(self, contact)
        if contact.state is not ContactState.WRAP_UP:
            self._state(contact, ContactState.WRAP_UP)
            contact.ended_at = self.now
        contact.deadline = self.now + seconds
        self._touch(contact)
        self.timers.set(contact.deadline, TimerKind.WRAP_UP, contact.id)

    def release(self, contact: Contact) -> Agent:
        """The agent no longer has the held contact; they are not served yet."""
        self.outlook.estimates.released(contact.id, self.now)
        agent = self.agents[contact.agent_id or ""]
        del agent.holds[contact.id]
        agent.idle_since = self.now
        since = self.now if agent.busy_since is None else agent.busy_since
        busy, here = agent.busy_seconds + self.now - since, self.now - (agent.signed_in_at or 0.0)
        agent.occupancy = busy / here if here > 0 else 1.0
        if not agent.holds:
            agent.busy_seconds, agent.busy_since = busy, None
            if agent.finishing is not None:
                self.set_status(agent, AgentStatus.NOT_READY, agent.finishing or None)
        self.refresh(agent)
        return agent

    def close(
        self, contact: Contact, outcome: Outcome, disposition: str | None = None, *, goes_on: bool = False
    ) -> None:
        """The one final outcome (a call `goes_on` without it). Whoever held the contact has been released."""
        serving.close(contact, outcome, self.configuration.settings, self.now)
        if contact.state is ContactState.WAITING:
            self.leave_line(contact)
        for agent_id in contact.passed_over:
            self.skipped[agent_id].discard(contact.id)
        if contact.agent_id is None:
            self.outlook.estimates.gone(contact.id, self.now, gave_up=outcome is Outcome.ABANDONED)
        contact.outcome, contact.disposition, contact.closed_at = outcome, disposition, self.now
        if not goes_on:
            calls.end(self, contact)
        self._state(contact, ContactState.CLOSED)
        del self.contacts[contact.id]
        del self.threads[contact.thread]
        if contact.consult_of is None:
            self.ledger.open -= 1
            self.ledger.outcomes[outcome] += 1
        else:
            self._forget_consult(contact.consult_of, contact)
        self.note(contact, EventType.CLOSED, contact.agent_id, outcome=outcome, disposition=disposition)

    def _forget_consult(self, call_id: str, consult: Contact) -> None:
        del self.consults[call_id]
        call = self.contacts.get(call_id)
        if call is not None:
            self.note(call, EventType.CONSULT_ENDED, consult.agent_id, queue=consult.queue, to_agent=consult.consult_to)

    # Passing over and reserving

    def pass_over(self, contact: Contact, agent_id: str, seconds: float) -> None:
        """Do not ask this agent for a while."""
        until = contact.passed_over[agent_id] = self.now + seconds
        self.skipped[agent_id].add(contact.id)
        self.timers.set(until, TimerKind.PASSED_OVER, contact.id)

    def forgive(self, contact: Contact) -> None:
        """Ask again those whose time is over."""
        for agent_id, until in list(contact.passed_over.items()):
            if until <= self.now:
                del contact.passed_over[agent_id]
                self.skipped[agent_id].discard(contact.id)
        self._touch(contact)

    def reserve(self, contact: Contact, agent_id: str, seconds: float) -> None:
        """Only this agent, for a while, even if they declined it before. The contact stands nowhere meanwhile."""
        contact.passed_over.pop(agent_id, None)
        self.skipped[agent_id].discard(contact.id)
        contact.reserved_for = agent_id
        contact.reserved_until = self.now + seconds
        self.timers.set(contact.reserved_until, TimerKind.RESERVED, contact.id)

    def unreserve(self, contact: Contact) -> None:
        """Everybody may have it again. Who waits must step aside first."""
        contact.reserved_for = contact.reserved_until = None

    # Presence

    def set_status(self, agent: Agent, status: AgentStatus, reason: str | None) -> None:
        """The agent is something else from now on; `refresh` follows."""
        agent.status, agent.reason, agent.status_since, agent.finishing = status, reason, self.now, None

    def give_grace(self, agent: Agent, until: float) -> None:
        """Log the agent out at `until` (UTC seconds) if no console is open by then."""
        agent.grace_until = until
        self.timers.set(until, TimerKind.GRACE, agent.id)

    def grace_end(self) -> float:
        """When an agent is logged out who is away from now on (UTC seconds)."""
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
        self._obey(configuration)
        self.pool.today_ends = self.hours.time_day(self.now, counted=Ordering.CONTACTS in self.pool.orderings)
        for agent in self.agents.values():
            self.pool.refresh(agent)

    def new_day(self) -> None:
        """All counts of the day start again."""
        self.pool.today_ends = self.hours.time_day(self.now, counted=Ordering.CONTACTS in self.pool.orderings)
        for agent in self.agents.values():
            if agent.taken:
                self.pool.refresh(agent)


def offer_id(contact: Contact) -> str:
    """Id of the contact's latest offer: the contact's and how many offers it has had."""
    return f"{contact.id}.{contact.offers}"


_OFFER_EVENTS = {
    OfferOutcome.ACCEPTED: EventType.ACCEPTED,
    OfferOutcome.DECLINED: EventType.DECLINED,
    OfferOutcome.RONA: EventType.RONA,
    OfferOutcome.WITHDRAWN: EventType.OFFER_WITHDRAWN,
}
_GONE = (Refusal.LOGGED_OUT, Refusal.NOT_READY, Refusal.DISCONNECTED, Refusal.FINISHING)
