"""What supervisors do in other people's calls: listen, whisper to the agent, talk with everybody, leave again.

They come with their own telephone or their console's softphone. The agent sees that they are there.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Final, Literal

from contactcenter.channels.voice import CallState, softphone_of
from contactcenter.domain.history import EventType
from contactcenter.domain.words import MediaClass
from contactcenter.storage.call_legs import SUPERVISOR as SUPERVISOR_LEG
from contactcenter.storage.call_legs import CallLeg
from contactcenter.web.access import SUPERVISOR
from contactcenter.web.actions import Answered, Requested, scope_of
from contactcenter.web.api import Call, Endpoints
from contactcenter.web.call_rooms import Talk, any_contact, bring_in, check_number, leg_id, network, talk_of, written
from contactcenter.web.call_shapes import CallsShape
from contactcenter.web.calling import ACTED, CALLED, Number, done, drop
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.requests import Scope
from contactcenter.web.screens import CATALOGUE, LISTINGS

Mode = Literal["listen", "whisper", "barge"]
UP: Final = ("connecting", "connected")
_PREFIX: Final = 12

endpoints = Endpoints("calls")


class Supervised(Requested):
    """`listen`: nobody hears you; `whisper`: the agent does; `barge`: everybody does. `number` is where you answer."""

    mode: Mode
    number: Number | None = None


@endpoints.get("/api/v1/agents/{id}/calls", access=SUPERVISOR, errors=(404,))
async def calls_of(call: Call) -> CallsShape:
    """The calls an agent is in, or that ring at their telephone: their own, and those in which they give advice."""
    agent_id = call.path("id")
    if await call.request.app[LISTINGS].agent(agent_id) is None:
        raise not_found("No agent")
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    has = (await call.deps.storage.desks([agent_id])).contacts.values()
    calls = [each for each in has if each.agent_id == agent_id and each.media == MediaClass.VOICE and each.state in UP]
    return {"calls": [renderer.contact(each) for each in sorted(calls, key=lambda each: each.arrived_at)]}


@endpoints.post("/api/v1/contacts/{id}/call/supervise", access=SUPERVISOR, errors=CALLED)
async def supervise(call: Call, body: Supervised) -> Answered:
    """Enter a call, or change how one is heard in it."""
    check_number(call, body.number)
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await talk_of(call, await any_contact(call))
        if talk.contact.consult_of is not None:
            raise ApiError(HTTPStatus.CONFLICT, "consulted", "This is advice in another call; enter that one.")
        if talk.contact.agent_id == call.who.agent_id:
            raise ApiError(HTTPStatus.CONFLICT, "your_own_call", "You hold this call yourself.")
        agents = talk.agents_leg
        if agents is None or agents.call_id is None:
            raise ApiError(HTTPStatus.CONFLICT, "call_not_up", "The agent is not in this call now.")
        own = _own(call, talk)
        if own is not None and own.call_id is None and own.id != leg_id(scope, _prefix(call.who.account_id)):
            await drop(call, talk, own)  # An earlier attempt of which nothing came.
            talk, own = await talk_of(call, talk.contact), None
        if own is None or own.id == leg_id(scope, _prefix(call.who.account_id)):
            leg = own or await _new_leg(call, talk, scope, body.number)
            coaches = agents.call_id if body.mode == "whisper" else None
            await bring_in(call, talk, leg, muted=body.mode == "listen", coaches=coaches)
        else:
            await _heard_by(talk, own, agents.call_id, body.mode)
        await written(call, scope, talk.contact.id, EventType.SUPERVISED, mode=body.mode)
    return done(scope)


@endpoints.post("/api/v1/contacts/{id}/call/leave", access=SUPERVISOR, errors=ACTED)
async def leave_call(call: Call, body: Requested) -> Answered:
    """Leave a call one supervises."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await talk_of(call, await any_contact(call))
        own = _own(call, talk)
        if own is None:
            raise ApiError(HTTPStatus.CONFLICT, "not_in_call", "You are not in this call.")
        await drop(call, talk, own)
        await written(call, scope, talk.contact.id, EventType.SUPERVISED, mode="left")
    return done(scope)


async def _heard_by(talk: Talk, own: CallLeg, agents: str, mode: Mode) -> None:
    """Change who hears a supervisor's leg that is there."""
    if own.call_id is None:
        raise ApiError(HTTPStatus.CONFLICT, "still_calling", "Your telephone rings; answer it first.")
    async with network():
        there = await talk.channel.coach(
            talk.contact.id, own.call_id, agents if mode == "whisper" else None, muted=mode == "listen"
        )
    if not there:
        raise ApiError(HTTPStatus.CONFLICT, "still_calling", "Your telephone rings; answer it first.")


def _prefix(account_id: str) -> str:
    """How the ids of a person's legs begin: a supervisor need be no agent."""
    return f"s{hashlib.sha256(account_id.encode()).hexdigest()[:_PREFIX]}-"


def _own(call: Call, talk: Talk) -> CallLeg | None:
    prefix = _prefix(call.who.account_id)
    return next((leg for leg in talk.legs if leg.id.startswith(prefix)), None)


async def _new_leg(call: Call, talk: Talk, scope: Scope, number: str | None) -> CallLeg:
    agent_id = call.who.agent_id
    telephone = number
    if telephone is None and agent_id is not None:
        telephone = await call.deps.storage.legs.telephone(agent_id)
    return CallLeg(
        id=leg_id(scope, _prefix(call.who.account_id)),
        contact_id=talk.contact.id,
        channel=talk.contact.channel,
        role=SUPERVISOR_LEG,
        address=telephone or softphone_of(agent_id or call.who.account_id),
        agent_id=agent_id,
        name=call.who.name,
        state=CallState.QUEUED,
        created_at=call.deps.clock(),
    )
