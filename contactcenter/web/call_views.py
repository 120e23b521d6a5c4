"""Reading a call: who is in it and how, and the telephone that a console can be."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Literal

from contactcenter.channels.voice import CallState, Occupant, Room, VoiceChannel, softphone_of
from contactcenter.domain.history import EventType
from contactcenter.storage.call_legs import AGENT, CallLeg
from contactcenter.storage.call_records import THREAD
from contactcenter.storage.screen_records import ContactView
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.api import Call, Endpoints
from contactcenter.web.call_rooms import any_contact, network
from contactcenter.web.call_shapes import (
    CallShape,
    ConsultOverShape,
    ConsultShape,
    ParticipantShape,
    SoftphoneShape,
    UnansweredShape,
    WhomShape,
)
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.rendering import iso
from contactcenter.web.screens import CATALOGUE, LISTINGS, SCREENS
from contactcenter.web.state import WebDependencies

CUSTOMER: Final = "customer"
UNANSWERED_SECONDS: Final = 60.0
TOKEN_SECONDS: Final = 3600
"""A console asks for a new token before the old one ends."""

endpoints = Endpoints("calls")


@endpoints.get("/api/v1/contacts/{id}/call", access=SIGNED_IN, errors=(404, 409))
async def call_now(call: Call) -> CallShape:
    """Who is in the call and how, for who holds it, is in it or asked into it, or supervises."""
    asked = await any_contact(call)
    screens = call.request.app[SCREENS]
    contact = asked if asked.consult_of is None else await screens.contact(asked.consult_of)
    if contact is None or not await _may_see(call, asked, contact):
        raise not_found("No contact")
    channel = call.deps.channels.get(contact.channel)
    if contact.media != "voice" or not isinstance(channel, VoiceChannel):
        raise ApiError(HTTPStatus.CONFLICT, "not_a_call", "This contact is no telephone call.")
    every = await call.deps.storage.legs.legs_of(contact.id, live=False)
    legs = [leg for leg in every if leg.live]
    room, known = await _room(channel, contact)
    present = {each.call_id: each for each in room.occupants} if room is not None else {}
    customer = present.get(contact.thread.removeprefix(THREAD))
    names = await _names(call, every)
    own = next((leg for leg in legs if _yours(call, leg)), None)
    here = present.get(own.call_id or "") if own is not None else None
    consult = asked if asked.consult_of is not None else await screens.consult_of(contact.id)
    return {
        "contact_id": asked.id,
        "state": _state(asked),
        "held": customer is not None and customer.held,
        "muted": here is not None and here.muted,
        "recording": await _recording(call, contact),
        "participants": [
            _customer(contact, customer),
            *(_participant(call, leg, present.get(leg.call_id or ""), names) for leg in legs),
        ],
        "unanswered": [
            _unanswered(leg, names) for leg in every if _is_unanswered(leg, call.deps.clock() - UNANSWERED_SECONDS)
        ],
        "consult": None if consult is None else await _consult(call, consult),
        "consult_over": await _consult_over(call, contact),
        "known": known,
    }


async def _may_see(call: Call, asked: ContactView, contact: ContactView) -> bool:
    agent_id = call.who.agent_id
    if call.who.supervises:
        return True
    if agent_id is None:
        return False
    adviser = asked.agent_id if asked.closed_at is None else None  # Advice once given opens no door to the call.
    legs = await call.deps.storage.legs.legs_of(contact.id)
    return agent_id in (adviser, contact.agent_id) or any(leg.agent_id == agent_id for leg in legs)


def _is_unanswered(leg: CallLeg, since: float) -> bool:
    """Whether somebody called in did not come, lately; whoever was, or was taken out, is no news."""
    missed = (CallState.BUSY, CallState.NO_ANSWER, CallState.CANCELED, CallState.FAILED)
    lately = leg.ended_at is not None and leg.ended_at > since and leg.reason != "removed"
    return lately and leg.role != AGENT and leg.state in missed


def _unanswered(leg: CallLeg, names: Mapping[str, str]) -> UnansweredShape:
    return {
        "leg": leg.id,
        "agent_id": leg.agent_id,
        "name": names.get(leg.agent_id or "") or leg.name,
        "address": leg.address,
        "reason": leg.state,
        "at": iso(leg.ended_at or leg.created_at),
    }


async def _consult(call: Call, consult: ContactView) -> ConsultShape | None:
    """Whom the agent has asked; None once that is over."""
    if consult.closed_at is not None:
        return None
    return {
        "id": consult.id,
        "state": consult.state,
        "since": iso(consult.arrived_at),
        **(await _whom(call, consult)),
    }


async def _consult_over(call: Call, contact: ContactView) -> ConsultOverShape | None:
    """What became of the last consult, while that is news."""
    since = call.deps.clock() - UNANSWERED_SECONDS
    over = await call.request.app[SCREENS].consult_before(contact, since)
    if over is None:
        return None
    came = over.connected_at is not None
    return {"id": over.id, "came": came, "at": iso(over.closed_at or since), **(await _whom(call, over))}


async def _whom(call: Call, consult: ContactView) -> WhomShape:
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    to_agent = None if consult.consult_to is None else await call.request.app[LISTINGS].agent(consult.consult_to)
    return {
        "queue": renderer.queue(consult.queue),
        "to_agent": None if to_agent is None else {"id": to_agent.id, "name": to_agent.name},
        "agent": None if consult.agent_id is None else {"id": consult.agent_id, "name": consult.agent_name or ""},
    }


async def _room(channel: VoiceChannel, contact: ContactView) -> tuple[Room | None, bool]:
    """The room, and whether the network said so."""
    if contact.state != "connected":
        return None, True
    try:
        async with network():
            return await channel.room(contact.id), True
    except ApiError:
        return None, False


def _state(contact: ContactView) -> Literal["ringing", "connected", "over"]:
    if contact.state == "connecting":
        return "ringing"
    return "connected" if contact.state == "connected" else "over"


def _yours(call: Call, leg: CallLeg) -> bool:
    if leg.agent_id is not None:
        return leg.agent_id == call.who.agent_id
    return leg.address == softphone_of(call.who.account_id)


async def _names(call: Call, legs: list[CallLeg]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for agent_id in {leg.agent_id for leg in legs if leg.agent_id is not None}:
        agent = await call.request.app[LISTINGS].agent(agent_id)
        names[agent_id] = agent_id if agent is None else agent.name
    return names


async def _recording(call: Call, contact: ContactView) -> Literal["off", "on", "paused"]:
    """Whether the queue that the room was made for has its calls recorded, and what was last asked of that there."""
    queues = (await call.request.app[CATALOGUE].configuration()).queues
    events = await call.request.app[SCREENS].events(contact.id)
    made = max((at for at, event in enumerate(events) if event.type == EventType.ACCEPTED), default=0)
    here = events[made:]  # Whoever accepts makes a room; whoever is handed the call comes into it.
    moved = next((event for event in here if event.type == EventType.QUEUE_CHANGED), None)
    queue = queues.get(contact.queue if moved is None else str(moved.detail.get("before")))
    asked = [event.type for event in here if event.type in (EventType.RECORDING_PAUSED, EventType.RECORDING_RESUMED)]
    if asked:
        return "paused" if asked[-1] == EventType.RECORDING_PAUSED else "on"
    return "on" if queue is not None and queue.recorded else "off"


def _customer(contact: ContactView, occupant: Occupant | None) -> ParticipantShape:
    return {
        "leg": CUSTOMER,
        "role": "customer",
        "agent_id": None,
        "name": contact.customer_name,
        "address": contact.address,
        "state": "in_call" if occupant is not None else "calling",
        "muted": occupant is not None and occupant.muted,
        "held": occupant is not None and occupant.held,
        "coaching": False,
        "yours": False,
        "since": iso(contact.state_since),
    }


def _participant(call: Call, leg: CallLeg, occupant: Occupant | None, names: Mapping[str, str]) -> ParticipantShape:
    return {
        "leg": leg.id,
        "role": leg.role,  # type: ignore[typeddict-item]  # SQL has a CHECK for it
        "agent_id": leg.agent_id,
        "name": names.get(leg.agent_id or "") or leg.name,
        "address": leg.address,
        "state": "in_call" if occupant is not None else "calling",
        "muted": occupant is not None and occupant.muted,
        "held": occupant is not None and occupant.held,
        "coaching": occupant is not None and occupant.coaches is not None,
        "yours": _yours(call, leg),
        "since": iso(leg.created_at),
    }


def telephone_hosts(deps: WebDependencies) -> tuple[str, ...]:
    """Whom consoles may talk to besides us, if they can be telephones here."""
    channel = _voice(deps)
    return () if channel is None or channel.softphone("nobody", 1) is None else channel.softphone_hosts


def _voice(deps: WebDependencies) -> VoiceChannel | None:
    return next((each for each in deps.channels.values() if isinstance(each, VoiceChannel)), None)


@endpoints.get("/api/v1/voice/softphone", access=SIGNED_IN, errors=(404,))
async def softphone(call: Call) -> SoftphoneShape:
    """What makes this console the reader's telephone; 404 says what they have instead, or how to set it up."""
    identity = call.who.agent_id or call.who.account_id
    telephone = await call.deps.storage.legs.telephone(identity)
    channel = _voice(call.deps)
    demo = call.deps.demo
    page = None
    if demo is not None and demo.handset_url and channel is not None:
        page = f"{demo.handset_url}desk-phone/#{channel.telephone(identity)}"
    detail = {"telephone": telephone, "desk_phone": page}
    if telephone is not None:
        message = f"Your calls ring at {telephone}."
        raise ApiError(HTTPStatus.NOT_FOUND, "own_telephone", message, detail=detail)
    given = None if channel is None else channel.softphone(identity, TOKEN_SECONDS)
    if given is None:
        message = "No softphone is set up. docs/channels/voice.md says which keys it needs."
        raise ApiError(HTTPStatus.NOT_FOUND, "no_softphone", message, detail=detail)
    return {**given, "expires_at": iso(call.deps.clock() + TOKEN_SECONDS)}  # type: ignore[typeddict-item]
