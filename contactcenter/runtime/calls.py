"""What is done with live calls: call the agent, put the caller back on hold, end it. One contact at a time.

The dispatcher's attempts and the watch (`call_watch`) run in one process, under one lease, and hold the contact's lock;
web nodes act on calls without it. Everything may be repeated: rows come before the vendor is asked, and what was asked
is looked up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import structlog

from contactcenter.channels.base import Channel, PermanentError
from contactcenter.channels.voice import CallState, Invitation, Link, Part, VoiceChannel, softphone_of
from contactcenter.domain.instructions import ConnectContact, EndCall, HoldCall
from contactcenter.domain.stimuli import ConnectionFailed, Stimulus
from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.storage.call_legs import AGENT, GUEST, CallerContact, CallLeg, CallLegStore

LOOK_UP_SECONDS: Final = 2.0
"""A vendor may show a leg that much later than it took it; an earlier look-up could miss it."""
RING_SECONDS: Final = (5, 60)
"""At least and at most: how long an agent's telephone rings."""

CallInstruction = ConnectContact | HoldCall | EndCall

log = structlog.get_logger(__name__)


class Calls:
    """Carries out what the router wants of calls. `recorded`: whether the calls of a queue are."""

    def __init__(
        self,
        legs: CallLegStore,
        channels: Mapping[str, Channel],
        bus: Bus,
        *,
        clock: Callable[[], float],
        recorded: Callable[[str], bool],
    ) -> None:
        self.legs = legs
        self._channels = channels
        self._bus = bus
        self._clock = clock
        self._recorded = recorded
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def channel(self, name: str) -> VoiceChannel | None:
        """The channel of this name, if it is one of calls and set up."""
        found = self._channels.get(name)
        return found if isinstance(found, VoiceChannel) else None

    @asynccontextmanager
    async def alone(self, contact_id: str) -> AsyncIterator[None]:
        """Nobody else of this process acts on this contact's legs meanwhile."""
        async with self._locks.setdefault(contact_id, asyncio.Lock()) as _:
            yield

    async def carry_out(
        self, instruction: CallInstruction, channel: VoiceChannel, tried_at: float | None
    ) -> str | None:
        """Do it, or say why it is not needed any more. `tried_at`: an earlier attempt may have reached the vendor.

        Raises:
            TransientError: try again later.
            PermanentError: never try again.
            UnavailableError: SQL does not answer.
        """
        async with self.alone(instruction.contact_id):
            contact = await self.legs.caller(instruction.contact_id)
            if contact is None:
                return "there is no such call"
            if isinstance(instruction, ConnectContact):
                return await self._connect(instruction, contact, channel, tried_at)
            if isinstance(instruction, HoldCall):
                await self.put_on_hold(contact, channel, instruction.agent_id)
            else:
                await self.end(contact, channel, told=instruction.told)
        return None

    async def _connect(
        self, instruction: ConnectContact, contact: CallerContact, channel: VoiceChannel, tried_at: float | None
    ) -> str | None:
        wanted = (ContactState.CONNECTING, instruction.agent_id, instruction.deadline)
        if (contact.state, contact.agent_id, contact.deadline) != wanted or self._clock() >= instruction.deadline:
            return "nobody waits for this leg any more"
        leg = await self.legs.add(
            CallLeg(
                id=instruction.id,
                contact_id=contact.room,
                channel=contact.channel,
                role=AGENT if contact.consult_of is None else GUEST,
                agent_id=instruction.agent_id,
                consult_id=None if contact.consult_of is None else contact.contact_id,
                address=await self.legs.telephone(instruction.agent_id) or softphone_of(instruction.agent_id),
                state=CallState.QUEUED,
                created_at=self._clock(),
            )
        )
        if leg.live and leg.call_id is None:
            try:
                call_id = await self._invite(leg, contact, channel, tried_at)
            except PermanentError as error:
                log.warning("calls.refused", contact=contact.contact_id, agent=leg.agent_id, error=str(error))
                await self.failed(contact, leg, CallState.FAILED, error.code or "refused")
            else:
                if not await self.legs.named(leg.id, call_id):
                    await channel.hang_up(call_id)
        return None

    async def _invite(self, leg: CallLeg, contact: CallerContact, channel: VoiceChannel, tried_at: float | None) -> str:
        invitation = self._invitation(leg, contact)
        if tried_at is not None:
            wait = tried_at + LOOK_UP_SECONDS - self._clock()
            if wait > 0:
                await asyncio.sleep(min(wait, LOOK_UP_SECONDS))
            found = await self.look_up(leg, contact, channel)
            if found is not None:
                return found
        return await channel.invite(invitation)

    def _invitation(self, leg: CallLeg, contact: CallerContact) -> Invitation:
        shortest, longest = RING_SECONDS
        left = (contact.deadline or 0.0) - self._clock()
        return Invitation(
            contact=leg.contact_id,
            leg=leg.id,
            to=leg.address,
            caller=contact.our_address,
            seconds=int(min(max(left, shortest), longest)),
            # The agent's leg makes the room, and with it its recording; whoever is asked comes into one.
            recorded=contact.consult_of is None and self._recorded(contact.queue),
        )

    async def failed(self, contact: CallerContact, leg: CallLeg, state: CallState, reason: str) -> None:
        """The agent's leg did not come about, or broke: the contact goes back to its place."""
        failed = ConnectionFailed(
            id=f"{leg.id}.failed", contact_id=contact.contact_id, reason=reason, agent_id=leg.agent_id
        )
        if await self.over(leg, state, reason, failed):
            # That nobody takes up is a person's affair; that a telephone cannot be called is an operator's.
            tell = log.warning if state is CallState.FAILED else log.info
            tell("calls.not_connected", contact=contact.contact_id, agent=leg.agent_id, leg=leg.id, reason=reason)

    async def over(
        self, leg: CallLeg, state: CallState, reason: str | None = None, stimulus: Stimulus | None = None
    ) -> bool:
        """Write down, once, that a leg is over and what that means to the router; False when it was known."""
        told = await self.legs.ended(leg.id, state, self._clock(), reason=reason, stimulus=stimulus)
        if told:
            self.tell(leg, state)
            if stimulus is not None:
                self._bus.post("router", {})
        return told

    def tell(self, leg: CallLeg, state: CallState) -> None:
        """Say to whoever shows it how far a leg is."""
        payload = {"contact": leg.contact_id, "call": leg.call_id or "", "leg": leg.id, "state": state.value}
        self._bus.post("call", payload)

    async def put_on_hold(self, contact: CallerContact, channel: VoiceChannel, agent_id: str) -> None:
        """End every leg, and let the caller, if they are in the room or on their way into it, ask at the hold."""
        if contact.consult_of is None and await self._hears_the_room(contact, channel, agent_id):
            await channel.move(contact.call_id, Link(part=Part.HOLD, contact=contact.contact_id))
        await self.end_legs(contact, channel)

    async def _hears_the_room(self, contact: CallerContact, channel: VoiceChannel, agent_id: str) -> bool:
        return await self._was_admitted(contact, agent_id) or await self._is_inside(contact, channel)

    async def _was_admitted(self, contact: CallerContact, agent_id: str) -> bool:
        """Who was never asked into the room hears the hold already."""
        legs = [leg for leg in await self.legs.legs_of(contact.contact_id, live=False) if leg.agent_id == agent_id]
        return bool(legs) and legs[-1].admitted_at is not None

    async def _is_inside(self, contact: CallerContact, channel: VoiceChannel) -> bool:
        """Another agent may have brought the caller into the room, and handed them over."""
        room = await channel.room(contact.contact_id)
        return room is not None and any(each.call_id == contact.call_id for each in room.occupants)

    async def end(self, contact: CallerContact, channel: VoiceChannel, *, told: bool = False) -> None:
        """End the call and every leg; `told`: the caller hears why at the hold before. A consult has legs only."""
        if contact.consult_of is None and told:
            await channel.move(contact.call_id, Link(part=Part.HOLD, contact=contact.contact_id))
        elif contact.consult_of is None:
            await channel.hang_up(contact.call_id)
        await self.end_legs(contact, channel)

    async def end_legs(self, contact: CallerContact, channel: VoiceChannel) -> None:
        """End every leg that the center called into the room."""
        for leg in contact.legs:
            await self.end_leg(leg, contact, channel)

    async def look_up(self, leg: CallLeg, contact: CallerContact, channel: VoiceChannel) -> str | None:
        """The vendor's id of a leg; None: it never had it."""
        others = await self.legs.others(leg)
        found = await channel.find_leg(self._invitation(leg, contact), leg.created_at, others)
        return None if found is None else found[0]

    async def end_leg(self, leg: CallLeg, contact: CallerContact, channel: VoiceChannel) -> None:
        """End one leg, also one of which it is not known whether the vendor ever had it."""
        call_id = leg.call_id or await self.look_up(leg, contact, channel)
        if call_id is not None:
            await channel.hang_up(call_id)
        answered = leg.state == CallState.ANSWERED
        await self.over(leg, CallState.COMPLETED if answered else CallState.CANCELED)
