"""What a waiting caller hears: music, now and then their place and an honest estimate, and why nobody will come.

A poll commits nothing unless the hazard key was pressed, and is answered from one picture of all who wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec
import structlog

from contactcenter.channels.voice import CallAsked, Join, Link, Music, Part, VoiceStep
from contactcenter.domain.stimuli import ContactMoved
from contactcenter.domain.words import ContactState, Outcome
from contactcenter.ivr import Enqueue, Gather, HangUp
from contactcenter.ivr.model import Line
from contactcenter.runtime import phrases
from contactcenter.runtime.menus import Menus
from contactcenter.runtime.waiting_room import WaitingRoom
from contactcenter.storage import Call, Called, Standing, Taken, UnavailableError

KEY_SECONDS: Final = 1.0
"""Silence for a key after the music, before the next poll."""
LOOK_SECONDS: Final = 0.8
"""So long it is worth to ask how one contact stands; the music goes on anyway."""
REMEMBERED: Final = 50_000
"""Calls whose language this node remembers."""
CUSTOMER: Final = "customer"
"""Who moved the contact."""
_TALKING: Final = (ContactState.CONNECTING, ContactState.CONNECTED)
_OVER: Final = (ContactState.WRAP_UP, ContactState.CLOSED)
_SENT_AWAY: Final = (Outcome.REFUSED, Outcome.SYSTEM_CLOSED, Outcome.ABANDONED)

log = structlog.get_logger(__name__)

Heard = tuple[list[VoiceStep], Link]


class Reads(Protocol):
    """What this needs of the storage."""

    async def call(self, call_id: str) -> Call | None:
        """One call by the vendor's id."""

    async def standing(self, contact_id: str) -> Standing | None:
        """How a call's contact is."""


class Advances(Protocol):
    """What this needs of the intake."""

    async def advance(self, called: Called) -> Taken:
        """Write a call's next state."""


class OnHold:
    """Answers polls. `room` is this node's picture of who waits."""

    def __init__(self, calls: Reads, intake: Advances, menus: Menus, room: WaitingRoom) -> None:
        self._calls = calls
        self._intake = intake
        self._menus = menus
        self._room = room
        self._languages: OrderedDict[str, str] = OrderedDict()

    # --- languages

    def remember(self, call: Call) -> None:
        """Note what is spoken in a call, for when SQL does not answer or need not be asked."""
        self._languages[call.id] = call.language
        self._languages.move_to_end(call.id)
        while len(self._languages) > REMEMBERED:
            self._languages.popitem(last=False)

    def language_of(self, call_id: str) -> str | None:
        """What is spoken in a call, if this node knows."""
        return self._languages.get(call_id)

    async def _language(self, call_id: str) -> str:
        known = self.language_of(call_id)
        if known is None:
            call = await self._calls.call(call_id)
            if call is None:
                return self._menus.interpreter.ivr.languages[0]
            self.remember(call)
            known = call.language
        return known

    # --- heard

    def enter(self, call: Call, said: Sequence[VoiceStep]) -> Heard:
        """The menus have put the caller in line: what they said last, then music."""
        told = phrases.recorded(self._menus.interpreter.ivr, call.language) if self._announced(call) else []
        return [*said, *told, *self._interlude()], Link(part=Part.HOLD, contact=call.contact_id, turn=1)

    def music(self, asked: CallAsked, link: Link) -> Heard:
        """Nothing is known, or nothing is to be said."""
        hazard = link.hazard or self._menus.is_hazard(asked.keys)
        after = Link(part=Part.HOLD, contact=link.contact, turn=link.turn + 1, hazard=hazard)
        return self._interlude(), after

    async def steps(self, asked: CallAsked, link: Link) -> Heard:
        """The next round; a caller whom nobody will serve hears why, and the call ends. Raises UnavailableError.

        Turn 0 is no poll: the caller was sent here because something has changed that the picture may not show yet.
        """
        if link.turn == 0:
            return await self._unseen(asked, link)
        picture = await self._room.look()
        if picture is None:
            return self.music(asked, link)
        place = picture.place(link.contact)
        if place is None:
            return await self._unseen(asked, link)
        every = self._menus.interpreter.ivr.hold.every
        if (place.position is None and not place.kept) or link.turn % every != 1 % every:
            return self.music(asked, link)
        language = await self._language(asked.call_id)
        if place.position is None:
            said = phrases.kept(self._menus.configuration, place.queue, asked.channel, language)
        else:
            wait = self._room.wait_of(link.contact, place.queue)
            said = phrases.news(self._menus.interpreter.ivr, language, place.position, wait)
        music, after = self.music(asked, link)
        return [*said, *music], after

    async def join(self, asked: CallAsked, link: Link) -> Heard:
        """The agent's telephone was answered: into the room, unless the contact waits again by now."""
        standing = None
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                standing = await self._calls.standing(link.contact)
        except (UnavailableError, TimeoutError):
            log.warning("on_hold.joined_unseen", contact=link.contact)
        if standing is None or standing.state in _TALKING:
            again = Link(part=Part.HOLD, contact=link.contact, turn=2)
            return [*await self._recording(asked, standing), self._door(link.contact, standing)], again
        if standing.state in _OVER:
            return await self._goodbye(asked, link, standing)
        return self.music(asked, link)

    def _door(self, contact_id: str, standing: Standing | None) -> Join:
        return Join(contact=contact_id, ends=True, recorded=standing is not None and self._recorded(standing.queue))

    async def _recording(self, asked: CallAsked, standing: Standing | None) -> list[VoiceStep]:
        """What must be said before a recording begins, unless it was on the way into the line."""
        if standing is None or not self._recorded(standing.queue):
            return []
        call = await self._calls.call(asked.call_id)
        if call is None or self._announced(call):
            return []
        return [*phrases.recorded(self._menus.interpreter.ivr, call.language)]

    def _recorded(self, queue: str) -> bool:
        settings = self._menus.configuration.queues.get(queue)
        return settings is not None and settings.recorded

    def _announced(self, call: Call) -> bool:
        last = call.session.answer[-1]
        return isinstance(last, Enqueue) and self._recorded(last.queue)

    async def _unseen(self, asked: CallAsked, link: Link) -> Heard:
        """No open contact was seen: the router has not taken it up yet, or it is closed."""
        standing = await self._calls.standing(link.contact)
        if standing is None or standing.state not in _OVER:
            return self.music(asked, link)
        return await self._goodbye(asked, link, standing)

    async def _goodbye(self, asked: CallAsked, link: Link, standing: Standing) -> Heard:
        after = Link(part=Part.HOLD, contact=link.contact, turn=link.turn + 1)
        if standing.outcome not in _SENT_AWAY:
            return [HangUp()], after
        language = await self._language(asked.call_id)
        ivr, configuration = self._menus.interpreter.ivr, self._menus.configuration
        return [*phrases.farewell(ivr, configuration, standing, asked.channel, language), HangUp()], after

    def _interlude(self) -> list[VoiceStep]:
        return [Music(self._menus.interpreter.ivr.hold.music), Gather(1, 1, "", KEY_SECONDS)]

    # --- the hazard key

    async def move(self, asked: CallAsked, call: Call) -> bool:
        """The waiting contact goes where the hazard key leads, once; False when there is nothing to move."""
        ivr = self._menus.interpreter.ivr
        node = ivr.nodes.get(ivr.hazard.node)
        if not isinstance(node, Line) or call.ended_at is not None or call.contact_at is None:
            return False
        if call.moved_at is None:
            moved = ContactMoved(
                id=f"{call.contact_id}.moved", contact_id=call.contact_id, by=CUSTOMER, queue=node.queue
            )
            after = msgspec.structs.replace(call, moved_at=asked.at, version=call.version + 1)
            await self._intake.advance(Called(call=after, at=asked.at, stimulus=moved))
        return True

    def moved(self, link: Link, language: str) -> Heard:
        """What somebody hears who has said that there is danger."""
        said = phrases.danger(self._menus.interpreter.ivr, language)
        after = Link(part=Part.HOLD, contact=link.contact, turn=link.turn + 1)
        return [*said, *self._interlude()], after
