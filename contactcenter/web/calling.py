"""What the agent who holds a call does with it: hold, mute, bring somebody in, hand it over, pause the recording.

The router decides who holds the contact (`actions`); what is heard meanwhile is asked of the vendor directly. Each
action leaves a line in the contact's history; a repeated request id changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import StringConstraints

from contactcenter.channels.voice import CallState
from contactcenter.domain.history import EventType
from contactcenter.domain.stimuli import ConsultCanceled, HandedOver
from contactcenter.storage import UnavailableError
from contactcenter.storage.call_legs import AGENT, GUEST, CallLeg
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.actions import Answered, Id, Note, Requested, ask, held, scope_of
from contactcenter.web.api import Call, Endpoints, Reply
from contactcenter.web.call_rooms import (
    FORWARDED,
    INVITED,
    Talk,
    bring_in,
    change,
    check_number,
    leg_id,
    look_up,
    network,
    talk_of,
    tell,
    written,
)
from contactcenter.web.call_shapes import InvitedShape
from contactcenter.web.errors import ApiError
from contactcenter.web.hub import HUB
from contactcenter.web.requests import Scope

ACTED: Final = (404, 409, 502, 503)
CALLED: Final = (*ACTED, 429)

Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]

endpoints = Endpoints("calls")


class Invited(Requested):
    """The number to call in. `consult`: the customer waits meanwhile. Colleagues are asked by `consulting`."""

    number: Number
    consult: bool = False


class Forwarded(Requested):
    """The number to which the customer is given as soon as it answers."""

    number: Number


class Completed(Requested):
    """Who has the call from now on."""

    leg: Id
    note: Note | None = None


class Removed(Requested):
    """`resume`: the customer, who waited meanwhile, hears the agent again."""

    leg: Id
    resume: bool = False


Work = Callable[[Talk], Awaitable[None]]


async def held_call(call: Call) -> Talk:
    """The connected call that the agent holds; whoever is asked for advice holds none.

    Raises:
        ApiError: 404 or 409.
    """
    contact = await held(call)
    if contact.consult_of is not None:
        raise ApiError(HTTPStatus.CONFLICT, "consulted", "The call is the one's who asked you; they can do this.")
    return await talk_of(call, contact)


async def act(call: Call, body: Requested, kind: EventType, work: Work, *, own: bool = False) -> Answered:
    """Do something to the call the agent holds, or to their `own` leg in any call, once a request."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await talk_of(call, await held(call)) if own else await held_call(call)
        await work(talk)
        await written(call, scope, talk.contact.id, kind)
    return done(scope)


def done(scope: Scope) -> Answered:
    """It was done."""
    return Reply({"request_id": scope.request_id, "status": int(HTTPStatus.OK)})


@endpoints.post("/api/v1/contacts/{id}/call/hold", access=SIGNED_IN, errors=ACTED)
async def hold_call(call: Call, body: Requested) -> Answered:
    """Let the customer hear music; nobody in the call hears them."""
    return await act(call, body, EventType.HELD, lambda talk: change(talk, talk.customer, held=True))


@endpoints.post("/api/v1/contacts/{id}/call/resume", access=SIGNED_IN, errors=ACTED)
async def resume_call(call: Call, body: Requested) -> Answered:
    """Take the customer back from hold; all who are in the call hear each other."""
    return await act(call, body, EventType.RESUMED, lambda talk: change(talk, talk.customer, held=False))


@endpoints.post("/api/v1/contacts/{id}/call/mute", access=SIGNED_IN, errors=ACTED)
async def mute_call(call: Call, body: Requested) -> Answered:
    """Close one's own microphone."""
    return await act(call, body, EventType.MUTED, lambda talk: _own(talk, muted=True), own=True)


@endpoints.post("/api/v1/contacts/{id}/call/unmute", access=SIGNED_IN, errors=ACTED)
async def unmute_call(call: Call, body: Requested) -> Answered:
    """Open one's own microphone."""
    return await act(call, body, EventType.UNMUTED, lambda talk: _own(talk, muted=False), own=True)


async def _own(talk: Talk, *, muted: bool) -> None:
    leg = talk.agents_leg
    await change(talk, None if leg is None else leg.call_id, muted=muted)


@endpoints.post("/api/v1/contacts/{id}/call/recording/pause", access=SIGNED_IN, errors=ACTED)
async def pause_recording(call: Call, body: Requested) -> Answered:
    """Record nothing for a while: a card number is said."""
    return await act(call, body, EventType.RECORDING_PAUSED, lambda talk: _record(talk, paused=True))


@endpoints.post("/api/v1/contacts/{id}/call/recording/resume", access=SIGNED_IN, errors=ACTED)
async def resume_recording(call: Call, body: Requested) -> Answered:
    """Record again."""
    return await act(call, body, EventType.RECORDING_RESUMED, lambda talk: _record(talk, paused=False))


async def _record(talk: Talk, *, paused: bool) -> None:
    async with network():
        recorded = await talk.channel.record(talk.contact.id, paused=paused)
    if not recorded:
        raise ApiError(HTTPStatus.CONFLICT, "not_recorded", "This call is not recorded.")


@endpoints.post("/api/v1/contacts/{id}/call/invite", access=SIGNED_IN, errors=CALLED)
async def invite_to_call(call: Call, body: Invited) -> Reply[InvitedShape]:
    """Call a number into the call: to ask them while the customer waits, or to talk together."""
    check_number(call, body.number)
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        async with waiting(talk, waits=body.consult):
            await bring_in(call, talk, _guest(call, talk, leg_id(scope, INVITED), body.number))
        purpose = "consult" if body.consult else "conference"
        await written(call, scope, talk.contact.id, EventType.INVITED, address=body.number, purpose=purpose)
    return _invited(scope, INVITED)


@asynccontextmanager
async def waiting(talk: Talk, *, waits: bool) -> AsyncIterator[None]:
    """The customer waits from now on, unless nothing comes of what they wait for.

    Raises:
        ApiError: 409 when they are not there, 502 or 503 from the network.
    """
    if waits:
        await change(talk, talk.customer, held=True)
    try:
        yield
    except (ApiError, UnavailableError):
        if waits:
            await change(talk, talk.customer, held=False)
        raise


@endpoints.post("/api/v1/contacts/{id}/call/forward", access=SIGNED_IN, errors=CALLED)
async def forward_call(call: Call, body: Forwarded) -> Reply[InvitedShape]:
    """Give the customer to a number as soon as it answers; while it rings the agent stays, and keeps them if not."""
    check_number(call, body.number)
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        await bring_in(call, talk, _guest(call, talk, leg_id(scope, FORWARDED), body.number))
        await written(call, scope, talk.contact.id, EventType.INVITED, address=body.number, purpose="forward")
    return _invited(scope, FORWARDED)


def _invited(scope: Scope, prefix: str) -> Reply[InvitedShape]:
    return Reply({"request_id": scope.request_id, "status": int(HTTPStatus.OK), "leg": leg_id(scope, prefix)})


def _guest(call: Call, talk: Talk, id_: str, address: str) -> CallLeg:
    return CallLeg(
        id=id_,
        contact_id=talk.contact.id,
        channel=talk.contact.channel,
        role=GUEST,
        address=address,
        state=CallState.QUEUED,
        created_at=call.deps.clock(),
    )


@endpoints.post("/api/v1/contacts/{id}/call/complete", access=SIGNED_IN, errors=ACTED)
async def complete_transfer(call: Call, body: Completed) -> Answered:
    """Hand the call over to somebody who is in it, and leave: an agent holds it at once, a number ends our part."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        leg = talk.leg(body.leg)
        if leg.role != GUEST:
            raise ApiError(HTTPStatus.CONFLICT, "not_in_call", "The call can be handed to a guest only.")
        await _check_there(talk, leg)
        answered = await _hand_over(call, scope, leg, body.note)
        await call.request.app[HUB].hand_overs.look(leg.contact_id)
        tell(call, leg.contact_id)  # Decided it is, also while the legs are still to follow.
        return answered
    return done(scope)


async def _check_there(talk: Talk, leg: CallLeg) -> None:
    async with network():
        room = await talk.channel.room(talk.contact.id)
    if room is None or all(occupant.call_id != leg.call_id for occupant in room.occupants):
        raise ApiError(HTTPStatus.CONFLICT, "not_answered", "They have not answered yet.")


async def _hand_over(call: Call, scope: Scope, leg: CallLeg, note: str | None) -> Answered:
    stimulus = HandedOver(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=leg.contact_id,
        agent_id=call.agent_id,
        to_agent=leg.agent_id,
        address=None if leg.agent_id is not None else leg.address,
        note=note or None,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/call/remove", access=SIGNED_IN, errors=ACTED)
async def remove_participant(call: Call, body: Removed) -> Answered:
    """Take somebody out of the call, or stop calling them."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        leg = talk.leg(body.leg)
        if leg.role == AGENT:
            raise ApiError(HTTPStatus.CONFLICT, "not_a_guest", "To leave the call, end or transfer it.")
        if leg.consult_id is not None:
            return await cancel(call, scope, talk, resume=body.resume)
        await drop(call, talk, leg)
        if body.resume:
            await change(talk, talk.customer, held=False)
        who = {"agent": leg.agent_id, "address": None if leg.agent_id else leg.address, "role": leg.role}
        await written(call, scope, talk.contact.id, EventType.REMOVED, **who)
    return done(scope)


async def cancel(call: Call, scope: Scope, talk: Talk, *, resume: bool) -> Answered:
    """Tell the router that nobody is asked any more; whoever had come goes, and the customer may hear the agent again.

    Raises:
        ApiError: 409 with the router's reason.
    """
    over = ConsultCanceled(
        id=call.deps.new_id(), request_id=scope.id, contact_id=talk.contact.id, agent_id=call.agent_id
    )
    answered = await ask(call, scope, over)
    if resume:
        await change(talk, talk.customer, held=False)
    tell(call, talk.contact.id)
    return answered


async def drop(call: Call, talk: Talk, leg: CallLeg) -> None:
    """End a leg; of one that the network never named it is asked whether it ever had it.

    Raises:
        ApiError: 502 or 503.
    """
    async with network():
        call_id = leg.call_id or await look_up(call, talk, leg)
        if call_id is not None:
            await talk.channel.hang_up(call_id)
    answered = leg.state == CallState.ANSWERED
    state = CallState.COMPLETED if answered else CallState.CANCELED
    await call.deps.storage.legs.ended(leg.id, state, call.deps.clock(), reason="removed")
