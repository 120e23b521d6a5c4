"""One look at one call: what the vendor says is true, and what follows where the router thinks otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from contactcenter.channels.voice import CallState, Link, Part, VoiceChannel
from contactcenter.domain.stimuli import ConnectionFailed, ContactConnected, ContactEnded, CustomerLeft
from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.calls import Calls
from contactcenter.runtime.intake import Intake
from contactcenter.storage.call_legs import AGENT, GUEST, CallerContact, CallLeg

REASONS: Final = {
    CallState.BUSY: "busy",
    CallState.NO_ANSWER: "not_answered",
    CallState.CANCELED: "canceled",
    CallState.COMPLETED: "hung_up",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often the vendor is asked although it reported nothing, in seconds.

    `joining`: both legs are up and about to meet; `again`: they did not, and the caller is asked in again.
    `waiting_rate` bounds how many of those who wait are asked a second, `talking_rate` how many conversations.
    `settled`: how long an instruction of the router may take before the watch does what is left of it; `unnamed`: how
    long a web node may take to call somebody in.
    """

    sweep: float = 1.0
    connecting: float = 1.5
    joining: float = 0.3
    talking: float = 10.0
    talking_rate: float = 25.0
    waiting: float = 20.0
    waiting_rate: float = 20.0
    again: float = 3.0
    settled: float = 3.0
    unnamed: float = 15.0


@dataclass(frozen=True, slots=True)
class Hint:
    """What the vendor reported of a leg or of the caller's call."""

    call_id: str
    state: CallState | None
    machine: bool


class Lookout:
    """Looks at calls, and tells the router what it does not know. `clock` in UTC seconds."""

    def __init__(self, calls: Calls, intake: Intake, bus: Bus, clock: Callable[[], float], rhythm: Rhythm) -> None:
        self.calls = calls
        self.rhythm = rhythm
        self.now = clock
        self._intake = intake
        self._bus = bus

    async def see(self, contact_id: str, hints: list[Hint]) -> float | None:
        """Make what the router knows what is true; seconds until the next look, None for none. Hold the contact's lock.

        Raises:
            TransientError: the vendor does not answer.
            PermanentError: it refuses.
            UnavailableError: SQL does not answer.
        """
        contact = await self.calls.legs.caller(contact_id)
        channel = None if contact is None else self.calls.channel(contact.channel)
        if contact is None or channel is None:
            return None
        look = _Look(self, contact, channel, hints)
        if contact.consult_of is not None and contact.state is not ContactState.CONNECTING:
            return await look.consult()
        if contact.state is ContactState.CONNECTING:
            return await look.connecting()
        if contact.state is ContactState.CONNECTED:
            return await look.talking()
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            return await look.waiting()
        return await look.afterwards()

    async def connected(self, contact: CallerContact, leg: CallLeg) -> None:
        """Caller and agent can talk, or whoever asks and whoever was asked."""
        stimulus = ContactConnected(id=f"{leg.id}.connected", contact_id=contact.contact_id, agent_id=leg.agent_id)
        if await self.calls.legs.connected(leg.id, self.now(), stimulus):
            self._bus.post("router", {})

    async def deserted(self, contact: CallerContact) -> None:
        """Nobody of ours is in the call: the caller goes back to their place."""
        log.warning("call_look.deserted", contact=contact.contact_id, agent=contact.agent_id)
        stimulus = ConnectionFailed(
            id=f"{contact.contact_id}.deserted.{contact.state_since:.3f}",
            contact_id=contact.contact_id,
            reason="failed",
            agent_id=contact.agent_id,
        )
        await self._intake.submit(stimulus)

    async def customer_left(self, contact: CallerContact) -> None:
        """The caller hung up, and nobody has told the router yet."""
        log.info("call_look.customer_left", contact=contact.contact_id)
        await self._intake.submit(CustomerLeft(id=f"{contact.contact_id}.left", thread=contact.thread))


class _Look:
    """One look at one call, under its lock."""

    def __init__(self, lookout: Lookout, contact: CallerContact, channel: VoiceChannel, hints: list[Hint]) -> None:
        self._lookout = lookout
        self._calls = lookout.calls
        self._rhythm = lookout.rhythm
        self._contact = contact
        self._channel = channel
        self._hints = hints

    # By the contact's state

    async def connecting(self) -> float:
        """The agent's telephone rings; once it is answered, the caller is asked in, if they are not there already."""
        leg = self._agents_leg()
        if leg is None or leg.call_id is None:
            return self._rhythm.connecting  # The dispatcher's attempt has not ended yet.
        state = await self._state(leg)
        if self._answered_by_machine(leg):
            await self._channel.hang_up(leg.call_id)
            await self._calls.failed(self._contact, leg, CallState.COMPLETED, "machine")
        elif state is None or state.final:
            await self._calls.failed(
                self._contact, leg, state or CallState.FAILED, REASONS.get(state or CallState.FAILED, "failed")
            )
        elif state is CallState.ANSWERED:
            return await self._join(leg)
        return self._rhythm.connecting

    async def talking(self) -> float:
        """Whoever is not in the room any more has left, or was lost."""
        inside = await self._inside()
        if self._contact.call_id not in inside and await self._customer_is_gone():
            await self._lookout.customer_left(self._contact)
            return self._rhythm.connecting
        mine = self._agents_leg()
        if mine is None and self._is_settled():
            await self._lookout.deserted(self._contact)
            return self._rhythm.connecting
        for leg in self._contact.legs:
            if leg.role == AGENT and leg.agent_id != self._contact.agent_id:
                await self._given_away(leg, mine)
            elif leg is mine or leg.consult_id is None:  # A consult's leg is the consult's to look at.
                over = await self._is_over(leg, inside, holds=leg is mine)
                if over and leg is mine:
                    return self._rhythm.connecting
        if mine is not None and mine.role == GUEST and not self._is_given_over():
            await self._calls.legs.changed_role(mine.id, AGENT)
        if self._contact.call_id not in inside and mine is not None and mine.call_id in inside:
            await self._admit(mine)  # The caller was to be here and is not: they are asked in again.
            return self._rhythm.connecting
        return self._rhythm.talking

    async def _is_over(self, leg: CallLeg, inside: frozenset[str], *, holds: bool) -> bool:
        """Take note of somebody who is not in the room and has hung up."""
        if leg.call_id is None:
            await self._name(leg)
            return False
        if leg.call_id in inside:
            return False
        state = await self._state(leg)
        if state is not None and not state.final:
            return False
        await self._leg_is_over(leg, state, holds=holds)
        return True

    async def _name(self, leg: CallLeg) -> None:
        """Whoever called this leg has not come back with its name: it is looked up, once they had their time."""
        if self._lookout.now() - leg.created_at < self._rhythm.unnamed:
            return
        call_id = await self._calls.look_up(leg, self._contact, self._channel)
        if call_id is None:
            await self._calls.over(leg, CallState.FAILED, "network")
        else:
            await self._calls.legs.named(leg.id, call_id)

    async def consult(self) -> float | None:
        """A colleague who was asked in talks, or nobody is called for it any more."""
        if self._contact.state is ContactState.CONNECTED:
            mine = self._agents_leg()
            if mine is not None:
                over = await self._is_over(mine, await self._inside(), holds=True)
                return self._rhythm.connecting if over else self._rhythm.talking
            if self._is_settled():
                await self._lookout.deserted(self._contact)
            return self._rhythm.connecting
        if self._contact.legs and self._is_settled():
            await self._calls.end_legs(self._contact, self._channel)
        return self._rhythm.connecting if self._contact.legs else None

    async def _inside(self) -> frozenset[str]:
        """Who is in the room, by the vendor's ids of their calls."""
        room = await self._channel.room(self._contact.room)
        return frozenset() if room is None else frozenset(each.call_id for each in room.occupants)

    def _is_given_over(self) -> bool:
        """Whether the agent who gave the call is still to leave it."""
        return any(leg.role == AGENT and leg.agent_id != self._contact.agent_id for leg in self._contact.legs)

    async def _given_away(self, leg: CallLeg, mine: CallLeg | None) -> None:
        """An agent handed the call over; what the web node that did it left undone once the other has it is done."""
        if mine is not None and mine.role == AGENT:
            await self._channel.change(self._contact.contact_id, self._contact.call_id, held=False)
            await self._calls.end_leg(leg, self._contact, self._channel)

    async def waiting(self) -> float | None:
        """Nobody is called: whoever hung up is gone, and legs that are left are ended."""
        if await self._customer_is_gone():
            await self._lookout.customer_left(self._contact)
        elif self._contact.legs and self._is_settled():
            agent_id = self._contact.legs[-1].agent_id or ""
            await self._calls.put_on_hold(self._contact, self._channel, agent_id)
        return self._rhythm.connecting if self._contact.legs else None

    async def afterwards(self) -> float | None:
        """Our work is over. Somebody outside may still talk to the caller; else nothing is left of the call."""
        if not self._contact.legs:
            return None
        if not self._is_settled():
            return self._rhythm.connecting
        outside = []
        if not await self._customer_is_gone():
            for leg in self._contact.legs:
                guest = leg.role == GUEST and leg.agent_id is None and leg.call_id is not None
                state = await self._state(leg) if guest else None
                if state is not None and not state.final:
                    outside.append(leg)
        if not outside:
            await self._calls.end(self._contact, self._channel)
            return None
        await self._leave_alone(outside, [leg for leg in self._contact.legs if leg not in outside])
        return self._rhythm.talking

    async def _leave_alone(self, outside: list[CallLeg], ours: list[CallLeg]) -> None:
        """Whoever is outside goes on with the caller, without us; the room ends with them."""
        if not ours:
            return
        contact_id = self._contact.contact_id
        await self._channel.change(contact_id, self._contact.call_id, held=False)
        for leg in outside:
            await self._channel.change(contact_id, leg.call_id or "", ends=True)
        for leg in ours:
            await self._calls.end_leg(leg, self._contact, self._channel)

    # Parts of it

    def _is_settled(self) -> bool:
        """Whether the router's last instruction has had its time."""
        return self._lookout.now() - self._contact.state_since >= self._rhythm.settled

    def _agents_leg(self) -> CallLeg | None:
        """The leg of the agent who holds the contact; one who was asked for advice may hold it by now."""
        theirs = [leg for leg in self._contact.legs if leg.agent_id == self._contact.agent_id]
        mine = [leg for leg in theirs if leg.role == AGENT] or [leg for leg in theirs if leg.role == GUEST]
        return mine[-1] if mine else None

    async def _state(self, leg: CallLeg) -> CallState | None:
        """How far a leg is, by what was reported just now, else by the vendor; None: there is no such leg."""
        reported = [hint.state for hint in self._hints if hint.call_id == leg.call_id and hint.state is not None]
        final = next((state for state in reported if state.final), None)
        if final is not None:
            return final
        if CallState.ANSWERED in reported:
            state: CallState | None = CallState.ANSWERED
        else:
            state = await self._channel.call_state(leg.call_id or "")
        if state is not None and state != leg.state and not state.final:
            await self._calls.legs.moved_on(leg.id, state)
            if state not in reported:
                self._calls.tell(leg, state)
        return state

    def _answered_by_machine(self, leg: CallLeg) -> bool:
        return any(hint.machine and hint.call_id == leg.call_id for hint in self._hints)

    async def _customer_is_gone(self) -> bool:
        state = await self._channel.call_state(self._contact.call_id)
        return state is None or state.final

    async def _join(self, leg: CallLeg) -> float:
        if leg.admitted_at is None and self._contact.consult_of is None:
            return await self._admit(leg)
        awaited = {leg.call_id} if self._contact.consult_of else {leg.call_id, self._contact.call_id}
        if awaited <= await self._inside():
            await self._lookout.connected(self._contact, leg)
            return self._rhythm.talking
        if leg.admitted_at is not None and self._lookout.now() - leg.admitted_at >= self._rhythm.again:
            return await self._admit(leg)
        return self._rhythm.joining

    async def _admit(self, leg: CallLeg) -> float:
        """Ask the caller into the room; the intent is written down first."""
        await self._calls.legs.admitted(leg.id, self._lookout.now())
        link = Link(part=Part.JOIN, contact=self._contact.contact_id)
        if not await self._channel.move(self._contact.call_id, link):
            await self._lookout.customer_left(self._contact)
            return self._rhythm.connecting
        return self._rhythm.joining

    async def _leg_is_over(self, leg: CallLeg, state: CallState | None, *, holds: bool) -> None:
        """Somebody hung up: the agent who holds it ends the talk so; a leg that broke does not."""
        if holds and state not in (None, CallState.FAILED):
            contact_id, agent_id = self._contact.contact_id, self._contact.agent_id or ""
            ended = ContactEnded(id=f"{leg.id}.ended", contact_id=contact_id, agent_id=agent_id)
            await self._calls.over(leg, state or CallState.COMPLETED, None, ended)
        elif holds:
            await self._calls.failed(self._contact, leg, CallState.FAILED, "failed")
        else:
            await self._calls.over(leg, state or CallState.FAILED)
