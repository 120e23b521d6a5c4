"""Calls that agents give to somebody who is in them: the router is told once, then the legs follow.

What a lost message or a killed node left undone is found in SQL by every node's next look; each step may be repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Final

import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.channels.voice import CallState, VoiceChannel
from contactcenter.domain.stimuli import HandedOver
from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.intake import Intake
from contactcenter.storage import UnavailableError
from contactcenter.storage.call_legs import AGENT, GUEST, CallerContact, CallLeg, CallLegStore
from contactcenter.web.call_rooms import FORWARDED

LOOK_SECONDS: Final = 3.0
FOLLOW_SECONDS: Final = 10.0
AT_ONCE: Final = 8
"""Hand-overs followed side by side: numbers that ring for a minute keep nobody waiting who has answered."""
OVER: Final = (ContactState.WRAP_UP, ContactState.CLOSED)

log = structlog.get_logger(__name__)


class HandOvers:
    """Carries hand-overs through. `run` it in the event loop that serves."""

    def __init__(self, legs: CallLegStore, channels: Mapping[str, Channel], intake: Intake, bus: Bus) -> None:
        self._legs = legs
        self._channels = channels
        self._intake = intake
        self._bus = bus
        self._wake = asyncio.Event()
        self._free = asyncio.Semaphore(AT_ONCE)

    def heard(self, news: Mapping[str, Any]) -> None:
        """The bus says that a leg changed."""
        if news.get("leg") and news.get("state") == CallState.ANSWERED:
            self._wake.set()

    async def run(self) -> None:
        """Look whenever somebody answers, and from time to time."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await asyncio.gather(*map(self._look_in_turn, await self._legs.handed_over(FORWARDED)))
            except UnavailableError as error:
                log.warning("hand_overs.sql_unavailable", error=str(error))
            except Exception:  # Nobody else of this node would follow the next ones.
                log.exception("hand_overs.not_found")

    async def _look_in_turn(self, contact_id: str) -> None:
        async with self._free:
            await self.look(contact_id)

    async def look(self, contact_id: str) -> None:
        """Do what is left of a contact's hand-over; what fails of it is tried again at the next look. Never raises."""
        try:
            async with asyncio.timeout(FOLLOW_SECONDS):
                await self._follow(contact_id)
        except (UnavailableError, TransientError, PermanentError, TimeoutError) as error:
            log.warning("hand_overs.not_followed", contact=contact_id, error=str(error) or type(error).__name__)
        except Exception:
            log.exception("hand_overs.failed", contact=contact_id)

    async def _follow(self, contact_id: str) -> None:
        caller = await self._legs.caller(contact_id)
        channel = self._channels.get(caller.channel) if caller is not None else None
        if caller is None or not isinstance(channel, VoiceChannel):
            return
        for leg in caller.legs:
            if leg.role != GUEST or leg.call_id is None:
                continue
            if leg.agent_id is not None:
                if caller.state is ContactState.CONNECTED and caller.agent_id == leg.agent_id:
                    await self._to_agent(caller, leg, channel)
            elif caller.state in OVER or await self._forwarded(caller, leg, channel):
                await channel.change(contact_id, leg.call_id, ends=True)
                await self._leave(caller, [each for each in caller.legs if each.role == AGENT], channel)

    async def _forwarded(self, caller: CallerContact, leg: CallLeg, channel: VoiceChannel) -> bool:
        """Give the call to whom the agent forwards it, if they have answered; whether the router agreed."""
        if caller.state is not ContactState.CONNECTED or caller.agent_id is None or not leg.id.startswith(FORWARDED):
            return False
        if await channel.call_state(leg.call_id or "") is not CallState.ANSWERED:
            return False
        over = HandedOver(
            id=f"{leg.id}.over",  # the same for every node: it is said once
            request_id=f"{leg.id}.over",
            contact_id=caller.contact_id,
            agent_id=caller.agent_id,
            address=leg.address,
        )
        answer = await self._intake.ask(over)
        return answer is not None and answer.code is None

    async def _to_agent(self, caller: CallerContact, leg: CallLeg, channel: VoiceChannel) -> None:
        before = [each for each in caller.legs if each.role == AGENT and each.agent_id != caller.agent_id]
        await self._leave(caller, before, channel)
        await self._legs.changed_role(leg.id, AGENT)  # Last: until then it is found again.
        self._bus.post("call_changed", {"contact": caller.contact_id})

    async def _leave(self, caller: CallerContact, legs: list[CallLeg], channel: VoiceChannel) -> None:
        """The customer hears them no longer wait; whoever gave the call away is out of it."""
        await channel.change(caller.contact_id, caller.call_id, held=False)
        for leg in legs:
            if leg.call_id is not None:
                await channel.hang_up(leg.call_id)
        self._bus.post("call_changed", {"contact": caller.contact_id})
