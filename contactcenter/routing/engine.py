"""The engine: the only thing that changes routing state.

`handle(stimulus)` judges what happened, moves records on the floor and returns what must be done.
It reads no clock: time arrives in the stimulus and deadlines leave through `next_deadline()`. What
is due by then acts before the stimulus does, so that an answer given too late is too late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.history import EventType
from contactcenter.domain.words import (
    NOT_READY_RONA,
    ContactState,
    MediaClass,
    MessageKind,
    OfferCause,
    OfferOutcome,
    Outcome,
    OutsideHours,
)
from contactcenter.routing import arrivals, consults, matching, presence, supervision, transfer
from contactcenter.routing.adoption import adopt, watch_hours
from contactcenter.routing.floor import Floor, Ledger
from contactcenter.routing.invariants import check_invariants
from contactcenter.routing.requests import RefusedError, held_by, offered_to, own
from contactcenter.routing.state import HELD, Changes, Contact
from contactcenter.routing.timers import Timer, TimerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contactcenter.domain.configuration import Configuration
    from contactcenter.domain.instructions import Instruction
    from contactcenter.domain.stimuli import Stimulus
    from contactcenter.queues.calibration import Estimate
    from contactcenter.queues.estimates import Estimates
    from contactcenter.routing.state import Agent, Offer, Snapshot


class Engine:
    """Routing state of the whole center. One writer; not for use from two threads.

    Without `history` it decides the same and writes down neither events nor decisions.
    """

    def __init__(
        self,
        configuration: Configuration,
        snapshot: Snapshot | None = None,
        estimates: Estimates | None = None,
        *,
        history: bool = True,
    ) -> None:
        self._floor = Floor(configuration, snapshot, estimates, history=history)
        watch_hours(self._floor)
        self._handlers: dict[type[Stimulus], Callable[..., None]] = {
            it.MessageReceived: self._message_received,
            it.ContactArrived: self._contact_arrived,
            it.CustomerLeft: self._customer_left,
            it.AgentConfigured: self._agent_configured,
            it.ConsoleOpened: self._console_opened,
            it.ConsoleClosed: self._console_closed,
            it.AgentStatusChanged: self._agent_status_changed,
            it.OfferAccepted: self._offer_accepted,
            it.OfferDeclined: self._offer_declined,
            it.ContactConnected: self._contact_connected,
            it.ConnectionFailed: self._connection_failed,
            it.ReplySubmitted: self._reply_submitted,
            it.NoteSubmitted: self._note_submitted,
            it.ContactEnded: self._contact_ended,
            it.WrapUpCompleted: self._wrap_up_completed,
            it.WrapUpExtended: self._wrap_up_extended,
            it.TransferRequested: self._transfer_requested,
            it.HandedOver: self._handed_over,
            it.ConsultRequested: self._consult_requested,
            it.ConsultCanceled: self._consult_canceled,
            it.ClosureRequested: self._closure_requested,
            it.ContactMoved: self._contact_moved,
            it.PriorityChanged: self._priority_changed,
            it.NeedsChanged: self._needs_changed,
            it.ConfigurationChanged: self._configuration_changed,
            it.TimePassed: self._time_passed,
        }

    # What the shell asks

    def handle(self, stimulus: Stimulus) -> list[Instruction]:
        """Take up one stimulus. `stimulus.at` must not go back.

        Raises:
            ValueError: if time goes back.
        """
        floor, now = self._floor, stimulus.at
        if now < floor.now:
            message = f"stimulus {stimulus.id} at {now} is before {floor.now}; stamp it when it is taken up"
            raise ValueError(message)
        floor.now, floor.stimulus_id, floor.instructions = now, stimulus.id, []
        while timer := floor.timers.due(now):
            self._deadline(timer)
            matching.settle(floor)
        refused: RefusedError | None = None
        try:
            self._handlers[type(stimulus)](stimulus)
        except RefusedError as error:
            refused = error
        matching.settle(floor)
        if isinstance(stimulus, it.Asked) and stimulus.request_id is not None:
            self._answer(stimulus.request_id, refused)
        return floor.instructions

    def next_deadline(self) -> float | None:
        """When something is due (UTC seconds): hand in `TimePassed` then. None when nothing is."""
        return self._floor.timers.next()

    def take_changes(self) -> Changes:
        """What changed since the last call: write it down before the next `handle`."""
        changes, self._floor.changes = self._floor.changes, Changes()
        return changes

    def check_invariants(self) -> None:
        """Raise AssertionError when something that must always hold does not."""
        check_invariants(self._floor)

    @property
    def configuration(self) -> Configuration:
        """What the engine obeys."""
        return self._floor.configuration

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """Open contacts by id."""
        return self._floor.contacts

    @property
    def agents(self) -> Mapping[str, Agent]:
        """All agents by id."""
        return self._floor.agents

    @property
    def offers(self) -> Mapping[str, Offer]:
        """Live offers by id."""
        return self._floor.offers

    @property
    def ledger(self) -> Ledger:
        """Counts since the start, for guarantee G8."""
        return self._floor.ledger

    @property
    def estimates(self) -> Estimates:
        """What waiting contacts were told, and how true it was."""
        return self._floor.outlook.estimates

    def estimate(self, contact_id: str) -> Estimate | None:
        """How long a contact still waits, seconds from now; None when that cannot be known, or it does not wait."""
        contact = self._floor.contacts.get(contact_id)
        return None if contact is None else self._floor.outlook.of(self._floor, contact)

    def estimate_for(self, queue: str, channel: str, priority: float = 0.0) -> Estimate | None:
        """How long somebody would wait who came now; `priority` is seconds of head start.

        None when that cannot be known, or nobody has come this way yet.
        """
        line = self._floor.room.known(queue, channel)
        return None if line is None else self._floor.outlook.newcomer(self._floor, line, priority)

    def estimates_by_queue(self) -> dict[str, Estimate | None]:
        """`estimate_for` the longest line of each queue to which anybody has come."""
        return self._floor.outlook.queues(self._floor)

    def estimates_of_waiting(self, most: int) -> dict[str, Estimate]:
        """`estimate` of those who wait and of whom something is known, at most so many; messages last."""
        return self._floor.outlook.waiting(self._floor, most)

    def _answer(self, request_id: str, refused: RefusedError | None) -> None:
        floor = self._floor
        floor.tell(
            do.AnswerRequest(
                id=floor.new_id(),
                request_id=request_id,
                code=refused.code if refused else None,
                message=refused.message if refused else "",
                detail=refused.detail if refused else {},
            )
        )

    # Customers

    def _message_received(self, stimulus: it.MessageReceived) -> None:
        floor = self._floor
        joined = floor.live_contact(stimulus.thread)
        contact = joined or arrivals.open_contact(floor, stimulus, stimulus.received_at, stimulus.text)
        floor.changes.messages[stimulus.message_id] = contact.id
        contact.opted_out = stimulus.opted_out or stimulus.kind is MessageKind.OPT_OUT
        if stimulus.kind is MessageKind.OPT_IN:
            contact.opted_out = False
        floor.note(contact, _MESSAGE_EVENTS[stimulus.kind], message=stimulus.message_id)
        if stimulus.served is not None:
            arrivals.answer(floor, contact, stimulus.served)
        if joined and stimulus.served is None:
            self._wrote_again(contact)
            arrivals.hear_hazard(floor, contact, stimulus)
        elif joined:
            floor.change(contact)
        elif stimulus.kind is MessageKind.MESSAGE and (stimulus.served is None or contact.hazard):
            self._admit(contact, stimulus)
        else:  # A bare STOP or START has served itself, and so has a report that was answered.
            floor.close(contact, Outcome.SELF_SERVED)

    def _admit(self, contact: Contact, arrival: arrivals.Arrival) -> None:
        """Only an arrival can be refused: whoever stood in line once comes back to it."""
        floor = self._floor
        if arrivals.admit(floor, contact, arrival) is OutsideHours.REFUSE:
            floor.note(contact, EventType.REFUSED, queue=contact.queue, reason="outside_hours")
            matching.finish(self._floor, contact, Outcome.REFUSED)
            return
        limit = floor.overfull(contact) if contact.state is ContactState.WAITING else None
        if limit is not None:
            floor.note(contact, EventType.REFUSED, queue=contact.queue, waiting_limit=limit)
            matching.finish(self._floor, contact, Outcome.REFUSED)

    def _wrote_again(self, contact: Contact) -> None:
        contact.customer_left = False
        if contact.state is ContactState.WRAP_UP:
            self._floor.note(contact, EventType.REOPENED, contact.agent_id)
            self._floor.connect(contact)
        else:
            self._floor.change(contact)

    def _contact_arrived(self, stimulus: it.ContactArrived) -> None:
        floor = self._floor
        if floor.live_contact(stimulus.thread) is not None:
            return
        contact = arrivals.open_contact(floor, stimulus, stimulus.place)
        if stimulus.outcome is None:
            self._admit(contact, stimulus)
        else:
            contact.customer_left = True  # Whatever is left of the call is the menus'.
            floor.close(contact, stimulus.outcome)

    def _customer_left(self, stimulus: it.CustomerLeft) -> None:
        floor = self._floor
        contact = floor.live_contact(stimulus.thread)
        if contact is None or contact.customer_left:
            return
        floor.note(contact, EventType.CUSTOMER_LEFT)
        contact.customer_left = True
        if contact.state is ContactState.CONNECTED and contact.media is not MediaClass.ASYNC:
            floor.note(contact, EventType.ENDED, by="customer")
            floor.wrap_up(contact, floor.queue_of(contact).wrap_up_seconds)
        elif contact.state in (ContactState.CONNECTED, ContactState.WRAP_UP):
            floor.change(contact)
        else:
            matching.finish(self._floor, contact, Outcome.ABANDONED)

    # Agents

    def _agent_configured(self, stimulus: it.AgentConfigured) -> None:
        presence.configure(self._floor, stimulus)

    def _console_opened(self, stimulus: it.ConsoleOpened) -> None:
        presence.open_console(self._floor, stimulus)

    def _console_closed(self, stimulus: it.ConsoleClosed) -> None:
        presence.close_console(self._floor, stimulus)

    def _agent_status_changed(self, stimulus: it.AgentStatusChanged) -> None:
        presence.change_status(self._floor, stimulus)

    # Offers

    def _offer_accepted(self, stimulus: it.OfferAccepted) -> None:
        floor = self._floor
        offer = offered_to(floor, stimulus.offer_id, stimulus.agent_id)
        contact = floor.end_offer(offer, OfferOutcome.ACCEPTED)
        agent = floor.agents[stimulus.agent_id]
        floor.hold(contact, agent)
        matching.match_agent(floor, agent)

    def _offer_declined(self, stimulus: it.OfferDeclined) -> None:
        floor = self._floor
        offer = offered_to(floor, stimulus.offer_id, stimulus.agent_id)
        contact = floor.end_offer(offer, OfferOutcome.DECLINED, stimulus.reason)
        presence.back_in_line(floor, contact, pass_over=stimulus.agent_id)
        matching.match_agent(floor, floor.agents[stimulus.agent_id])

    def _contact_connected(self, stimulus: it.ContactConnected) -> None:
        contact = self._floor.contacts.get(stimulus.contact_id)
        if contact is None or contact.state is not ContactState.CONNECTING:
            return
        if stimulus.agent_id in (None, contact.agent_id):
            self._floor.connect(contact)

    def _connection_failed(self, stimulus: it.ConnectionFailed) -> None:
        contact = self._floor.contacts.get(stimulus.contact_id)
        if contact is None or stimulus.agent_id not in (None, contact.agent_id):
            return
        broke = stimulus.agent_id is not None and contact.state is ContactState.CONNECTED
        if broke or contact.state is ContactState.CONNECTING:
            self._not_connected(contact, stimulus.reason)

    def _not_connected(self, contact: Contact, reason: str) -> None:
        """The agent's phone was not answered: they are not ready, the caller is back at their place."""
        floor = self._floor
        floor.note(contact, EventType.REQUEUED, contact.agent_id, reason=reason)
        presence.not_ready(floor, floor.release(contact), NOT_READY_RONA)
        matching.wait(floor, contact, OfferCause.REQUEUED)

    # Work in hand

    def _reply_submitted(self, stimulus: it.ReplySubmitted) -> None:
        floor = self._floor
        try:
            contact = held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED)
            if contact.opted_out:
                raise RefusedError("opted_out", "The customer asked for no more messages on this channel.")
        except RefusedError as refused:
            floor.changes.refused[stimulus.message_id] = refused.code
            raise
        if contact.first_reply_at is None:
            contact.first_reply_at = floor.now
        floor.change(contact)
        floor.note(contact, EventType.REPLIED, stimulus.agent_id, message=stimulus.message_id)
        floor.tell(
            do.SendMessage(
                id=floor.new_id(), contact_id=contact.id, message_id=stimulus.message_id, channel=contact.channel
            )
        )

    def _note_submitted(self, stimulus: it.NoteSubmitted) -> None:
        try:
            own(held_by(self._floor, stimulus.contact_id, stimulus.agent_id, *HELD))
        except RefusedError as refused:
            self._floor.changes.refused[stimulus.message_id] = refused.code
            raise

    def _contact_ended(self, stimulus: it.ContactEnded) -> None:
        floor = self._floor
        contact = held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.CONNECTED)
        floor.note(contact, EventType.ENDED, stimulus.agent_id, by="agent")
        if contact.consult_of is None:
            floor.wrap_up(contact, floor.queue_of(contact).wrap_up_seconds)
        else:
            matching.end_consult(floor, contact)

    def _wrap_up_completed(self, stimulus: it.WrapUpCompleted) -> None:
        contact = held_by(self._floor, stimulus.contact_id, stimulus.agent_id, ContactState.WRAP_UP)
        known = [disposition.id for disposition in self._floor.queue_of(contact).dispositions]
        if known and stimulus.disposition not in known:
            message = f"This queue has no disposition {stimulus.disposition!r}; use one of: {', '.join(known)}."
            raise RefusedError("unknown_disposition", message)
        matching.finish(self._floor, contact, Outcome.AGENT_HANDLED, stimulus.disposition)

    def _wrap_up_extended(self, stimulus: it.WrapUpExtended) -> None:
        floor = self._floor
        contact = held_by(floor, stimulus.contact_id, stimulus.agent_id, ContactState.WRAP_UP)
        remaining = max(0.0, (contact.deadline or floor.now) - floor.now)
        floor.note(contact, EventType.WRAP_UP_EXTENDED, stimulus.agent_id, seconds=stimulus.seconds)
        floor.wrap_up(contact, remaining + stimulus.seconds)

    def _transfer_requested(self, stimulus: it.TransferRequested) -> None:
        transfer.transfer(self._floor, stimulus)

    def _handed_over(self, stimulus: it.HandedOver) -> None:
        transfer.hand_over(self._floor, stimulus)

    def _consult_requested(self, stimulus: it.ConsultRequested) -> None:
        consults.request(self._floor, stimulus)

    def _consult_canceled(self, stimulus: it.ConsultCanceled) -> None:
        consults.cancel(self._floor, stimulus)

    def _closure_requested(self, stimulus: it.ClosureRequested) -> None:
        contact = self._floor.contacts.get(stimulus.contact_id)
        if contact is None:
            raise RefusedError("already_ended", "The contact is closed already.")
        self._floor.note(contact, EventType.ENDED, by=stimulus.by, reason=stimulus.reason)
        matching.finish(self._floor, contact, Outcome.SYSTEM_CLOSED)

    def _contact_moved(self, stimulus: it.ContactMoved) -> None:
        supervision.move(self._floor, stimulus)

    def _priority_changed(self, stimulus: it.PriorityChanged) -> None:
        supervision.reprioritise(self._floor, stimulus)

    def _needs_changed(self, stimulus: it.NeedsChanged) -> None:
        supervision.change_needs(self._floor, stimulus)

    # Configuration and time

    def _configuration_changed(self, stimulus: it.ConfigurationChanged) -> None:
        adopt(self._floor, stimulus)

    def _time_passed(self, stimulus: it.TimePassed) -> None:
        """Deadlines have acted before this."""

    def _deadline(self, timer: Timer) -> None:
        floor = self._floor
        if timer.kind is TimerKind.OFFER:
            self._rona(floor.offers[timer.key])
        elif timer.kind is TimerKind.CONNECT:
            self._not_connected(floor.contacts[timer.key], "not_answered")
        elif timer.kind is TimerKind.WRAP_UP:
            matching.finish(self._floor, floor.contacts[timer.key], Outcome.AGENT_HANDLED)
        elif timer.kind is TimerKind.GRACE:
            presence.stay_away(floor, floor.agents[timer.key])
        elif timer.kind is TimerKind.RESERVED:
            matching.unreserve(floor, floor.contacts[timer.key])
        elif timer.kind is TimerKind.PASSED_OVER:
            self._forgiven(floor.contacts[timer.key])
        elif timer.kind is TimerKind.RELAX:
            matching.relax(floor, floor.contacts[timer.key])
        elif timer.kind is TimerKind.CALL_WAIT:
            matching.call_waited(floor, floor.contacts[timer.key])
        elif timer.kind is TimerKind.HOURS:
            matching.hours_changed(floor, timer.key)
        else:
            floor.new_day()

    def _rona(self, offer: Offer) -> None:
        floor = self._floor
        contact = floor.end_offer(offer, OfferOutcome.RONA)
        presence.not_ready(floor, floor.agents[offer.agent_id], NOT_READY_RONA)
        presence.back_in_line(floor, contact)

    def _forgiven(self, contact: Contact) -> None:
        self._floor.forgive(contact)
        if contact.state is ContactState.WAITING:
            matching.match_contact(self._floor, contact, OfferCause.REQUEUED)


_MESSAGE_EVENTS = {
    MessageKind.MESSAGE: EventType.MESSAGE_RECEIVED,
    MessageKind.OPT_OUT: EventType.OPTED_OUT,
    MessageKind.OPT_IN: EventType.MESSAGE_RECEIVED,
}
