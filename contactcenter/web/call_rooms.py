"""A call that is up, for those who act on it: who may, who is in its room, and what the telephone network answers.

Rows say whom we called in (storage.call_legs); only the vendor knows who is in the room now, and how.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from weakref import WeakValueDictionary

import structlog
from aiohttp import web

from contactcenter.channels.base import PermanentError, TransientError
from contactcenter.channels.voice import CallState, Invitation, VoiceChannel
from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.storage.call_legs import AGENT, SUPERVISOR, CallLeg
from contactcenter.storage.call_records import THREAD
from contactcenter.storage.screen_records import ContactView
from contactcenter.web.api import Call
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.limits import Rate
from contactcenter.web.requests import Scope
from contactcenter.web.screens import SCREENS

VENDOR_SECONDS: Final = 8.0
RING_SECONDS: Final = 30
MOST_LEGS: Final = 8
INVITED: Final = "g"
FORWARDED: Final = "f"
"""How the id of a guest's leg begins; one who is forwarded to has the call as soon as they answer."""
INVITATIONS: Final = Rate(30, 60.0)
"""Of one account: each costs money at the vendor."""

ROOM_LOCKS: Final = web.AppKey("room_locks", WeakValueDictionary[str, asyncio.Lock])
"""Of rooms that somebody is being called into, by contact."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """A connected call, or a consult during one: the contact, the vendor's channel, and the live legs, oldest first."""

    contact: ContactView
    channel: VoiceChannel
    legs: Sequence[CallLeg]

    @property
    def room(self) -> str:
        """The contact in whose room they talk."""
        return self.contact.consult_of or self.contact.id

    @property
    def customer(self) -> str:
        """The vendor's id of the customer's call."""
        return self.contact.thread.removeprefix(THREAD)

    @property
    def agents_leg(self) -> CallLeg | None:
        """The leg of the agent who holds the contact."""
        own = [leg for leg in self.legs if leg.agent_id == self.contact.agent_id and leg.call_id is not None]
        return next((leg for leg in own if leg.role == AGENT), own[0] if own else None)

    def leg(self, leg_id: str) -> CallLeg:
        """A live leg.

        Raises:
            ApiError: 409 when it is over, or was never in this call.
        """
        for leg in self.legs:
            if leg.id == leg_id:
                return leg
        raise ApiError(HTTPStatus.CONFLICT, "not_in_call", "They are not in this call any more.")


async def talk_of(call: Call, contact: ContactView) -> Talk:
    """The call of a contact that is connected.

    Raises:
        ApiError: 409 when it is no call, or not up.
    """
    channel = call.deps.channels.get(contact.channel)
    if contact.media != "voice" or not isinstance(channel, VoiceChannel):
        raise ApiError(HTTPStatus.CONFLICT, "not_a_call", "This contact is no telephone call.")
    if contact.state != "connected":
        code = "already_ended" if contact.state in ("wrap_up", "closed") else "call_not_up"
        raise ApiError(HTTPStatus.CONFLICT, code, "Nobody talks in this call now.", detail={"state": contact.state})
    return Talk(contact, channel, await call.deps.storage.legs.legs_of(contact.consult_of or contact.id))


async def any_contact(call: Call) -> ContactView:
    """The contact of the path, whoever holds it.

    Raises:
        ApiError: 404.
    """
    contact = await call.request.app[SCREENS].contact(call.path("id"))
    if contact is None:
        raise not_found("No contact")
    return contact


@asynccontextmanager
async def network() -> AsyncIterator[None]:
    """Around what is asked of the telephone network: its failures become answers that say what to do.

    Raises:
        ApiError: 503 when it may be tried again, 502 when the network refused it.
    """
    try:
        async with asyncio.timeout(VENDOR_SECONDS):
            yield
    except TransientError as error:
        log.warning("calls.network_away", error=str(error))
        raise _away(error.retry_after) from error
    except TimeoutError as error:
        log.warning("calls.network_silent", seconds=VENDOR_SECONDS)
        raise _away(None) from error
    except PermanentError as error:
        log.warning("calls.network_refused", error=str(error), code=error.code)
        raise _refused(str(error), error.code or "") from error


def _refused(reason: str, code: str) -> ApiError:
    message = f"The telephone network refused it: {reason}"
    return ApiError(HTTPStatus.BAD_GATEWAY, "network_refused", message, detail={"reason": reason, "code": code})


def _away(retry_after: float | None) -> ApiError:
    message = "The telephone network does not answer. Look at the call, and try again in a moment."
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "network_away", message, retry_after=retry_after or 2)


async def change(
    talk: Talk, call_id: str | None, *, muted: bool | None = None, held: bool | None = None, ends: bool | None = None
) -> None:
    """Change a leg in the room.

    Raises:
        ApiError: 409 when it is not there (any more), 502 or 503 from the network.
    """
    async with network():
        there = call_id is not None and await talk.channel.change(talk.room, call_id, muted=muted, held=held, ends=ends)
    if not there:
        raise ApiError(HTTPStatus.CONFLICT, "not_in_call", "They are not in this call any more.")


def check_number(call: Call, number: str | None) -> None:
    """Whether agents may call this number at all; at one of ours the menus answer, and the call would wait for them.

    Raises:
        ApiError: 422 `number_not_allowed`.
    """
    allowed = call.deps.settings.dialled_prefixes
    if number is not None and allowed and not number.startswith(allowed):
        message = f"Numbers that begin with {', '.join(allowed)} can be called from here."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "number_not_allowed", message)
    if number in call.deps.settings.twilio_numbers:
        message = f"{number} is the center's own: its menus would answer. To a person of ours it is a transfer."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "number_not_allowed", message)


def leg_id(scope: Scope, prefix: str) -> str:
    """Our id of the leg that a request calls: the same for a repeat, so that nobody is called twice.

    Its beginning says what the leg is for, to whoever finds the row after a crash.
    """
    return prefix + hashlib.sha256(scope.id.encode()).hexdigest()[:40]


async def bring_in(call: Call, talk: Talk, leg: CallLeg, *, muted: bool = False, coaches: str | None = None) -> CallLeg:
    """Call somebody into the room: the row first, then the vendor; what may have been asked before is looked up.

    One at a time into each room: whoever asks again meanwhile finds what became of the first.

    Raises:
        ApiError: 409 when they are in the call or it is full, 429, 502 or 503.
    """
    async with call.request.app[ROOM_LOCKS].setdefault(leg.contact_id, asyncio.Lock()):
        return await _bring_in(call, talk, leg, muted=muted, coaches=coaches)


async def _bring_in(call: Call, talk: Talk, leg: CallLeg, *, muted: bool, coaches: str | None) -> CallLeg:
    legs = call.deps.storage.legs
    known = await legs.leg(leg.id)
    if known is None:
        await _admit(call, talk, leg, await legs.legs_of(leg.contact_id))
        await legs.add(leg)
    elif known.call_id is not None:
        return known
    elif not known.live:
        raise _refused(known.reason or "it was ended", "")
    invitation = invitation_of(talk, leg, muted=muted, coaches=coaches)
    try:
        async with network():
            call_id = None if known is None else await look_up(call, talk, known)
            if call_id is None:
                call_id = await talk.channel.invite(invitation)
    except ApiError as error:
        if error.status == HTTPStatus.BAD_GATEWAY:
            await legs.ended(leg.id, CallState.FAILED, call.deps.clock(), reason=error.detail.get("reason"))
        raise
    if not await legs.named(leg.id, call_id):  # It ended meanwhile, or another node was first.
        async with network():
            await talk.channel.hang_up(call_id)
    return leg


async def look_up(call: Call, talk: Talk, leg: CallLeg) -> str | None:
    """The vendor's id of an attempt, if it was made; another call to the same number is not it.

    Raises:
        TransientError: the network does not answer.
        PermanentError: it refuses.
    """
    others = await call.deps.storage.legs.others(leg)
    found = await talk.channel.find_leg(invitation_of(talk, leg), leg.created_at, others)
    return None if found is None else found[0]


def invitation_of(talk: Talk, leg: CallLeg, *, muted: bool = False, coaches: str | None = None) -> Invitation:
    """How a leg is called into the room."""
    return Invitation(
        contact=leg.contact_id,
        leg=leg.id,
        to=leg.address,
        caller=talk.contact.our_address,
        seconds=RING_SECONDS,
        muted=muted,
        coaches=coaches,
        quiet=leg.role == SUPERVISOR,
    )


async def _admit(call: Call, talk: Talk, leg: CallLeg, there: Sequence[CallLeg]) -> None:
    wait = await call.deps.limiter.take(f"calls:account:{call.who.account_id}", INVITATIONS)
    if wait is not None:
        message = "Too many calls in a minute. Wait a moment."
        raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", message, retry_after=wait)
    if any(other.address == leg.address for other in there) or leg.address == talk.contact.address:
        raise ApiError(HTTPStatus.CONFLICT, "already_in_call", "They are in this call already, or it rings there.")
    if len(there) >= MOST_LEGS:
        raise ApiError(HTTPStatus.CONFLICT, "call_full", f"At most {MOST_LEGS} people besides the customer.")


async def written(call: Call, scope: Scope, contact_id: str, kind: EventType, **detail: str | None) -> None:
    """Write what was done into the contact's history, and tell whoever watches the call."""
    plain = {"by": call.who.account_id, "name": call.who.name} | {key: value for key, value in detail.items() if value}
    event = ContactEvent(contact_id, call.deps.clock(), kind, call.who.agent_id, plain)
    await call.deps.storage.note_event(event, scope.id)
    tell(call, contact_id)


def tell(call: Call, contact_id: str) -> None:
    """Whoever watches the call looks again."""
    call.deps.bus.post("call_changed", {"contact": contact_id})
