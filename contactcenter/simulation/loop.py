"""The virtual clock: an event at a time into the engine, and what people do with what it says.

The engine is the product's own and is not bent: the loop only hands in stimuli a real center would, at the
times a real one would, and reads what came of it from the engine's changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Final, Protocol

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState, OfferOutcome, Outcome
from contactcenter.queues.estimates import Estimates, NoEstimates
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation.chance import Streams
from contactcenter.simulation.journeys import Journey
from contactcenter.simulation.scenario import DAY, Change, Scenario, Shift

_UNANSWERED: Final = (ContactState.WAITING, ContactState.OFFERED, ContactState.CONNECTING)
_LOST: Final = (Outcome.ABANDONED, Outcome.REFUSED)


class Observer(Protocol):
    """Who watches: told of records as the engine leaves them, after each event."""

    def agent_changed(self, agent: Agent, at: float) -> None:
        """An agent's record changed at `at` (UTC seconds)."""

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        """A contact has its outcome."""


class Loop:
    """One run. `journeys` arrive in order of time; times are UTC seconds of the virtual clock."""

    def __init__(
        self,
        scenario: Scenario,
        journeys: Iterator[Journey],
        streams: Streams,
        observer: Observer,
        estimates: Estimates | None = None,
    ) -> None:
        if estimates is None and not scenario.estimates:
            estimates = NoEstimates()
        self.engine = Engine(scenario.configuration, estimates=estimates, history=False)
        self._contacts = self.engine.contacts
        self.handled = 0
        """Stimuli handed in."""
        self._scenario = scenario
        self._streams = streams
        self._observer = observer
        self._midnight = scenario.day.timestamp()
        self._start = self._midnight + scenario.start
        self._end = self._midnight + scenario.end
        self.now = self._start
        self._coming = journeys
        self._next: Journey | None = None
        self._events: list[tuple[float, int, Callable[[str], None], str]] = []
        self._order = count()
        self._under_way: dict[str, Journey] = {}
        self._off: dict[str, str | None] = {}
        """Whom the clock keeps from being ready: before the shift or on a break; None: the shift is over."""
        self._not_ready = next((reason.id for reason in scenario.configuration.not_ready_reasons), None)
        self._obey: dict[type[do.Instruction], Callable[..., None]] = {
            do.OfferContact: self._offered,
            do.ConnectContact: self._ring,
            do.EndOffer: self._offer_over,
        }
        self._staff()
        self._advance()

    # The clock

    def step(self) -> bool:
        """Let the next thing happen; False when nothing more will."""
        journey = self._next
        arrival = journey.at if journey is not None else inf
        event = self._events[0][0] if self._events else inf
        deadline = self.engine.next_deadline()
        upcoming = min(arrival, event) if deadline is None else min(arrival, event, deadline)
        if upcoming > self._end and self._over(upcoming):
            return False
        if journey is not None and upcoming == arrival:
            self.now = arrival
            self._advance()
            self._arrive(journey)
        elif upcoming == event:
            self.now, _, act, subject = heappop(self._events)
            act(subject)
        else:
            self.now = upcoming
            self._hand(it.TimePassed(id=self._id(), at=upcoming))
        self._settle()
        return True

    def _over(self, upcoming: float) -> bool:
        """Whether what comes after the end is of no account: nobody is left, or those who are get nobody any more."""
        return (self._next is None and not self._under_way) or upcoming > self._end + DAY

    def _advance(self) -> None:
        """Look at the next arrival; the doors close at the end."""
        upcoming = next(self._coming, None)
        self._next = upcoming if upcoming is not None and upcoming.at < self._end else None

    def _at(self, at: float, act: Callable[[str], None], subject: str) -> None:
        heappush(self._events, (max(at, self.now), next(self._order), act, subject))

    def _id(self) -> str:
        self.handled += 1
        return str(self.handled)

    def _hand(self, stimulus: it.Stimulus) -> None:
        """Hand a stimulus in and do as told."""
        for told in self.engine.handle(stimulus):
            obey = self._obey.get(type(told))
            if obey is not None:
                obey(told)

    def _settle(self) -> None:
        """Tell the observer what came of it; send home who is done."""
        changes = self.engine.take_changes()
        leaving = False
        for agent in changes.agents.values():
            self._observer.agent_changed(agent, self.now)
            if self._off and self._off.get(agent.id, "") is None and not agent.holds:
                leaving = self._go_home(agent) or leaving
        for contact in changes.contacts.values():
            if contact.state is ContactState.CLOSED:
                self._closed(contact)
        if leaving:
            self._settle()

    # Customers

    def _arrive(self, journey: Journey) -> None:
        self._under_way[journey.id] = journey
        self._hand(
            it.ContactArrived(
                id=self._id(),
                at=self.now,
                contact_id=journey.id,
                thread=journey.id,
                customer_id=journey.customer,
                channel=journey.channel,
                media=journey.media,
                address=journey.customer,
                to="",
                place=self.now,
                queue=journey.queue,
                skills=journey.skills,
                priority=journey.priority,
            )
        )
        contact = self._contacts.get(journey.id)
        if contact is not None and journey.patience < inf and contact.state in _UNANSWERED:
            self._at(self.now + journey.patience, self._give_up, journey.id)

    def _give_up(self, contact_id: str) -> None:
        contact = self._contacts.get(contact_id)
        if contact is not None and contact.state in _UNANSWERED:
            self._hand(it.CustomerLeft(id=self._id(), at=self.now, thread=contact_id))

    def _closed(self, contact: Contact) -> None:
        journey = self._under_way.pop(contact.id)
        self._observer.contact_closed(contact, journey)
        retrials = journey.demand.retrials
        if retrials is not None and contact.outcome in _LOST and journey.attempt <= retrials.most:
            random = self._streams.stream("retrial", journey.id)  # One each: who retries does not shift who else does.
            if random.random() < retrials.share:
                self._retry(journey, retrials.after.draws(random)(), journey.demand.patience.draws(random)())

    def _retry(self, journey: Journey, after: float, patience: float) -> None:
        """The same person with the same problem, and another patience."""
        first = journey.id.partition("~")[0]
        again = Journey(
            f"{first}~{journey.attempt + 1}",
            self.now + after,
            journey.queue,
            journey.channel,
            journey.media,
            journey.service,
            patience,
            journey.wrap_up,
            journey.accept,
            journey.customer,
            journey.skills,
            journey.priority,
            journey.demand,
            journey.attempt + 1,
        )
        if again.at < self._end:
            self._under_way[again.id] = again
            self._at(again.at, self._call_again, again.id)

    def _call_again(self, contact_id: str) -> None:
        self._arrive(self._under_way[contact_id])

    # Agents at work

    def _ring(self, told: do.ConnectContact) -> None:
        self._hand(it.ContactConnected(id=self._id(), at=self.now, contact_id=told.contact_id))

    def _offer_over(self, told: do.EndOffer) -> None:
        if told.outcome is OfferOutcome.RONA:
            self._at(self.now + self._scenario.rona_pause, self._resume, told.agent_id)

    def _offered(self, offer: do.OfferContact) -> None:
        delay = self._under_way[offer.contact_id].accept
        if delay > 0:
            self._at(self.now + delay, self._accept, offer.offer_id)
        else:
            self._accept(offer.offer_id)

    def _accept(self, offer_id: str) -> None:
        offer = self.engine.offers.get(offer_id)
        if offer is None:
            return
        contact = self._contacts[offer.contact_id]
        self._hand(it.OfferAccepted(id=self._id(), at=self.now, offer_id=offer_id, agent_id=offer.agent_id))
        if contact.state is ContactState.CONNECTED:
            self._at(self.now + self._under_way[contact.id].service, self._end_talk, contact.id)

    def _end_talk(self, contact_id: str) -> None:
        contact = self._contacts.get(contact_id)
        if contact is None or contact.state is not ContactState.CONNECTED or contact.agent_id is None:
            return
        self._hand(it.ContactEnded(id=self._id(), at=self.now, contact_id=contact_id, agent_id=contact.agent_id))
        wrap_up = self._under_way[contact_id].wrap_up
        if wrap_up is None:
            return  # The engine ends it, when the queue's time is over.
        if wrap_up > 0:
            self._at(self.now + wrap_up, self._end_wrap_up, contact_id)
        else:
            self._end_wrap_up(contact_id)

    def _end_wrap_up(self, contact_id: str) -> None:
        contact = self._contacts.get(contact_id)
        if contact is None or contact.agent_id is None:
            return
        dispositions = self.engine.configuration.queues[contact.queue].dispositions
        self._hand(
            it.WrapUpCompleted(
                id=self._id(),
                at=self.now,
                contact_id=contact_id,
                agent_id=contact.agent_id,
                disposition=dispositions[0].id if dispositions else "",
            )
        )

    # Agents' days

    def _staff(self) -> None:
        for shift in self._scenario.shifts:
            for agent_id in shift.agents():
                self._hand(
                    it.AgentConfigured(
                        id=self._id(), at=self.now, agent_id=agent_id, name=agent_id, profile=shift.profile
                    )
                )
                self._hand(it.ConsoleOpened(id=self._id(), at=self.now, session_id=agent_id, agent_id=agent_id))
                self._plan(shift, agent_id)
        for position, change in enumerate(self._scenario.changes):
            self._at(self._midnight + change.at, self._change, str(position))
        self._settle()

    def _plan(self, shift: Shift, agent_id: str) -> None:
        """Put a day into the clock; what was over before the beginning is left out."""
        begin = self._scenario.start
        if shift.end is not None and shift.end <= begin:
            return
        if shift.start is None or shift.start <= begin:
            self._come(agent_id)
        else:
            self._off[agent_id] = "shift"
            self._at(self._midnight + shift.start, self._come, agent_id)
        for pause in shift.breaks:
            if pause.at + pause.seconds > begin:
                self._at(self._midnight + pause.at, self._pause, agent_id)
                self._at(self._midnight + pause.at + pause.seconds, self._come_back, agent_id)
        if shift.end is not None:
            self._at(self._midnight + shift.end, self._leave, agent_id)

    def _come(self, agent_id: str) -> None:
        self._off.pop(agent_id, None)
        self._resume(agent_id)

    def _come_back(self, agent_id: str) -> None:
        """The break is over, unless the shift is too."""
        if self._off.get(agent_id) == "break":
            self._come(agent_id)

    def _resume(self, agent_id: str) -> None:
        if agent_id not in self._off:
            self._choose(agent_id, AgentStatus.AVAILABLE)

    def _pause(self, agent_id: str) -> None:
        if agent_id not in self._off:
            self._off[agent_id] = "break"
            self._choose(agent_id, AgentStatus.NOT_READY)

    def _leave(self, agent_id: str) -> None:
        self._off[agent_id] = None
        self._choose(agent_id, AgentStatus.NOT_READY)

    def _go_home(self, agent: Agent) -> bool:
        """Log out who has nothing in hand any more; whether they were still there."""
        if agent.status is AgentStatus.LOGGED_OUT:
            return False
        self._choose(agent.id, AgentStatus.LOGGED_OUT)
        return True

    def _choose(self, agent_id: str, status: AgentStatus) -> None:
        reason = self._not_ready if status is AgentStatus.NOT_READY else None
        self._hand(it.AgentStatusChanged(id=self._id(), at=self.now, agent_id=agent_id, status=status, reason=reason))

    # Supervisors

    def _change(self, position: str) -> None:
        change: Change = self._scenario.changes[int(position)]
        self._hand(it.ConfigurationChanged(id=self._id(), at=self.now, configuration=change.configuration))
        for agent_id, profile in change.profiles.items():
            name = self.engine.agents[agent_id].name
            self._hand(it.AgentConfigured(id=self._id(), at=self.now, agent_id=agent_id, name=name, profile=profile))
