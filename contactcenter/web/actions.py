"""What an agent does: each action is a stimulus for the router, which decides and answers.

The request id makes a repeat harmless; it is kept per account, so that two people may use the same one.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contactcenter.domain import stimuli
from contactcenter.domain.stimuli import Asked
from contactcenter.domain.words import VOICEMAIL, AgentStatus, MediaClass
from contactcenter.storage import Answer, Draft
from contactcenter.storage.screen_records import ContactView, MessageView
from contactcenter.storage.screen_rows import HELD
from contactcenter.web import rendering
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.api import Body, Call, Endpoints, Reply
from contactcenter.web.call_rooms import tell
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.hub import HUB
from contactcenter.web.requests import Scope, error_of
from contactcenter.web.screens import CATALOGUE, SCREENS
from contactcenter.web.shapes import AnswerShape
from contactcenter.web.uploads import usable_media

MAX_NOTE: Final = 4000

Note = Annotated[str, StringConstraints(max_length=MAX_NOTE, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]

endpoints = Endpoints("desk")
DECIDED: Final = (404, 409)


class Requested(Body):
    """`request_id`: any unique string of the client; repeating it repeats the answer, never the action."""

    request_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class StatusChange(Requested):
    """What the person chose; `reason` one of the configured ones.

    `when_done`: not ready only once everything they hold is finished; choosing `available` takes it back.
    """

    status: AgentStatus
    reason: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    when_done: bool = False


class Declined(Requested):
    """Why not, if the person says."""

    reason: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] | None = None


class Written(Requested):
    """A reply: text, pictures uploaded before, or both."""

    text: Annotated[str, StringConstraints(max_length=20_000)] = ""
    media_ids: Annotated[tuple[Id, ...], Field(max_length=10)] = ()


class Noted(Requested):
    """A note that the customer never sees."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_NOTE, strip_whitespace=True)]


class WrappedUp(Requested):
    """What it was: one of the queue's dispositions."""

    disposition: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    note: Note | None = None


class Extended(Requested):
    """How many seconds more."""

    seconds: Annotated[float, Field(gt=0, le=600)]


class Transferred(Requested):
    """To a queue or to an agent, exactly one of the two."""

    queue: Id | None = None
    agent: Id | None = None
    note: Note | None = None


Answered = Reply[AnswerShape]


def scope_of(call: Call, body: Requested) -> Scope:
    """The request, apart from everybody else's."""
    return Scope(call.who.account_id, body.request_id)


def draft_id(scope: Scope) -> str:
    """The id of the message that a request writes: the same for a repeat, so that it is answered the same."""
    return "m" + hashlib.sha256(scope.id.encode()).hexdigest()[:43]


async def ask(call: Call, scope: Scope, stimulus: Asked, draft: Draft | None = None) -> Answered:
    """Hand the stimulus to the router and answer with what it decided.

    Raises:
        ApiError: 409 with the router's reason.
        UnavailableError: SQL does not answer; nothing was asked.
    """
    answer = await call.deps.intake.ask(stimulus, draft)
    if answer is None:
        call.request.app[HUB].requests.expect(scope)
    return await _answered(call, scope, answer, undecided=answer is None, wrote=draft is not None)


async def _answered(
    call: Call, scope: Scope, answer: Answer | None, *, undecided: bool = False, wrote: bool = True
) -> Answered:
    error = None if answer is None else error_of(answer)
    if error is not None:
        raise ApiError(HTTPStatus.CONFLICT, error["code"], error["message"], detail=error["detail"])
    status = HTTPStatus.ACCEPTED if undecided else HTTPStatus.OK
    shape: AnswerShape = {"request_id": scope.request_id, "status": int(status)}
    written = await _written(call, scope) if wrote else None
    if written is not None:
        shape["message"] = rendering.message(written)
    return Reply(shape, status)


async def _written(call: Call, scope: Scope) -> MessageView | None:
    """What the request wrote."""
    messages = (await call.deps.storage.desks(message_ids=[draft_id(scope)])).messages
    return messages[0] if messages else None


async def _repeated(call: Call, scope: Scope, stimulus: Asked | None = None) -> Answered | None:
    """The answer of a request that wrote its message before, whatever became of the contact since.

    `stimulus` is what the router was asked with it; asked again while it has not decided, it waits with us.
    """
    if await _written(call, scope) is None:
        return None
    answer = await call.deps.storage.answer(scope.id)
    if answer is None and stimulus is not None:
        answer = await call.deps.intake.ask(stimulus)
        if answer is None:
            call.request.app[HUB].requests.expect(scope)
            return await _answered(call, scope, None, undecided=True)
    return await _answered(call, scope, answer)


async def change_status(call: Call, agent_id: str, body: StatusChange) -> Answered:
    """Give an agent a status, their own or (by a supervisor) another's."""
    if body.when_done and body.status is not AgentStatus.NOT_READY:
        message = "`when_done` goes with the status not_ready only."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_status", message)
    if body.reason is not None:
        reasons = [reason.id for reason in (await call.request.app[CATALOGUE].configuration()).not_ready_reasons]
        if body.reason not in reasons:
            message = f"There is no reason {body.reason!r}; use one of: {', '.join(reasons)}"
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_reason", message)
    scope = scope_of(call, body)
    by = None if agent_id == call.who.agent_id else call.who.account_id
    stimulus = stimuli.AgentStatusChanged(
        id=call.deps.new_id(),
        request_id=scope.id,
        agent_id=agent_id,
        status=body.status,
        reason=body.reason if body.status is AgentStatus.NOT_READY else None,
        by=by,
        when_done=body.when_done,
    )
    return await ask(call, scope, stimulus)


@endpoints.put("/api/v1/agent/status", access=SIGNED_IN, errors=DECIDED)
async def own_status(call: Call, body: StatusChange) -> Answered:
    """Choose one's own status."""
    return await change_status(call, call.agent_id, body)


@endpoints.post("/api/v1/offers/{id}/accept", access=SIGNED_IN, errors=DECIDED)
async def accept(call: Call, body: Requested) -> Answered:
    """Take the offered contact."""
    scope = scope_of(call, body)
    stimulus = stimuli.OfferAccepted(
        id=call.deps.new_id(), request_id=scope.id, offer_id=call.path("id"), agent_id=call.agent_id
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/offers/{id}/decline", access=SIGNED_IN, errors=DECIDED)
async def decline(call: Call, body: Declined) -> Answered:
    """Leave the offered contact to others."""
    scope = scope_of(call, body)
    stimulus = stimuli.OfferDeclined(
        id=call.deps.new_id(),
        request_id=scope.id,
        offer_id=call.path("id"),
        agent_id=call.agent_id,
        reason=body.reason,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/messages", access=SIGNED_IN, errors=DECIDED)
async def reply(call: Call, body: Written) -> Answered:
    """Write to the customer."""
    scope = scope_of(call, body)
    stimulus = stimuli.ReplySubmitted(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        agent_id=call.agent_id,
        message_id=draft_id(scope),
    )
    repeated = await _repeated(call, scope, stimulus)
    if repeated is not None:
        return repeated
    contact = await held(call)
    if contact.media == MediaClass.VOICE or contact.channel == VOICEMAIL:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "not_written", "Nothing can be written to a telephone.")
    channel = call.deps.channels.get(contact.channel)
    text = body.text.strip()
    if not text and not body.media_ids:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "empty", "Write a text or add a picture.")
    if channel is not None and len(text) > channel.limits.max_length:
        message = f"A message here has at most {channel.limits.max_length:,} characters; this one has {len(text):,}."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "too_long", message)
    draft = Draft(
        message_id=stimulus.message_id,
        contact_id=contact.id,
        agent_id=call.agent_id,
        direction="out",
        text=text,
        author_name=call.who.name,
        media_ids=await usable_media(call, body.media_ids, channel, stimulus.message_id),
    )
    return await ask(call, scope, stimulus, draft)


@endpoints.post("/api/v1/contacts/{id}/notes", access=SIGNED_IN, errors=DECIDED)
async def note(call: Call, body: Noted) -> Answered:
    """Write a note that the customer never sees."""
    scope = scope_of(call, body)
    repeated = await _repeated(call, scope)
    if repeated is not None:
        return repeated
    contact = await held(call)
    draft = Draft(
        message_id=draft_id(scope),
        contact_id=contact.id,
        agent_id=call.agent_id,
        direction="note",
        text=body.text,
        author_name=call.who.name,
    )
    taken = await call.deps.storage.write_note(draft, scope.id)
    if not taken.duplicate:
        call.deps.bus.post("desk", {"agent": call.agent_id, "messages": [[contact.id, draft.message_id]]})
        if contact.media == MediaClass.VOICE:
            tell(call, contact.id)  # Whoever gives advice reads it too.
    return await _answered(call, scope, None)


@endpoints.post("/api/v1/contacts/{id}/end", access=SIGNED_IN, errors=DECIDED)
async def end(call: Call, body: Requested) -> Answered:
    """End the conversation; wrap-up begins."""
    scope = scope_of(call, body)
    stimulus = stimuli.ContactEnded(
        id=call.deps.new_id(), request_id=scope.id, contact_id=call.path("id"), agent_id=call.agent_id
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/wrap-up", access=SIGNED_IN, errors=DECIDED)
async def wrap_up(call: Call, body: WrappedUp) -> Answered:
    """Say what it was; the contact closes."""
    scope = scope_of(call, body)
    told = call.request.app[HUB].desks.held(call.agent_id, call.path("id"))
    contact = told or await call.request.app[SCREENS].contact(call.path("id"))
    if contact is not None:
        await _check_disposition(call, contact, body.disposition)
    stimulus = stimuli.WrapUpCompleted(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        agent_id=call.agent_id,
        disposition=body.disposition,
        note=body.note or None,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/wrap-up/extend", access=SIGNED_IN, errors=DECIDED)
async def extend(call: Call, body: Extended) -> Answered:
    """Ask for more time to wrap up."""
    scope = scope_of(call, body)
    stimulus = stimuli.WrapUpExtended(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        agent_id=call.agent_id,
        seconds=body.seconds,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/transfer", access=SIGNED_IN, errors=DECIDED)
async def transfer(call: Call, body: Transferred) -> Answered:
    """Give the contact to a queue or to an agent."""
    if (body.queue is None) == (body.agent is None):
        message = "Name a queue or an agent, exactly one of the two."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_transfer", message)
    scope = scope_of(call, body)
    stimulus = stimuli.TransferRequested(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        agent_id=call.agent_id,
        queue=body.queue,
        to_agent=body.agent,
        note=body.note or None,
    )
    return await ask(call, scope, stimulus)


async def held(call: Call) -> ContactView:
    """The contact of the path, if the agent holds it: nothing is written into somebody else's.

    What their window was told is enough: the router looks again.

    Raises:
        ApiError: 404 when they may not even see it, 409 when it is not theirs (any more).
    """
    told = call.request.app[HUB].desks.held(call.agent_id, call.path("id"))
    if told is not None:
        return told
    contact = await call.request.app[SCREENS].contact(call.path("id"))
    if contact is None:
        raise not_found("No contact")
    if contact.agent_id != call.agent_id or contact.state not in HELD:
        code, message = "not_yours", "You do not have this contact any more."
        if contact.state == "closed":
            code, message = "already_ended", "The contact is closed."
        raise ApiError(HTTPStatus.CONFLICT, code, message)
    return contact


async def _check_disposition(call: Call, contact: ContactView, disposition: str) -> None:
    queue = (await call.request.app[CATALOGUE].configuration()).queues.get(contact.queue)
    known = [each.id for each in queue.dispositions] if queue else []
    if known and disposition not in known:
        message = f"There is no disposition {disposition!r} in this queue; use one of: {', '.join(known)}"
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_disposition", message)
