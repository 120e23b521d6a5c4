"""Asking a queue or a colleague to come into a call, and what the one who asks decides then (docs/connecting.md).

Who comes is the router's to say; their telephone is called as for any contact. Numbers are called in by `calling`.
"""

from __future__ import annotations

from contactcenter.domain.stimuli import ConsultRequested
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.actions import Answered, Id, Note, Requested, ask, scope_of
from contactcenter.web.api import Call, Endpoints
from contactcenter.web.call_rooms import tell
from contactcenter.web.calling import ACTED, cancel, done, held_call, waiting

endpoints = Endpoints("calls")


class Consulted(Requested):
    """Whom to ask: a queue or an agent, exactly one. `hold`: the customer hears music meanwhile."""

    queue: Id | None = None
    agent: Id | None = None
    hold: bool = True
    note: Note | None = None


class Canceled(Requested):
    """`resume`: the customer, who waited meanwhile, hears the agent again."""

    resume: bool = False


@endpoints.post("/api/v1/contacts/{id}/call/consult", access=SIGNED_IN, errors=ACTED)
async def consult(call: Call, body: Consulted) -> Answered:
    """Ask a queue, or one colleague, to come into the call; they are offered it and see whose it is."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        asked = ConsultRequested(
            id=call.deps.new_id(),
            request_id=scope.id,
            contact_id=talk.contact.id,
            consult_id=call.deps.new_id(),
            agent_id=call.agent_id,
            queue=body.queue,
            to_agent=body.agent,
            note=body.note or None,
        )
        async with waiting(talk, waits=body.hold):
            answered = await ask(call, scope, asked)
        tell(call, talk.contact.id)
        return answered
    return done(scope)


@endpoints.post("/api/v1/contacts/{id}/call/consult/cancel", access=SIGNED_IN, errors=ACTED)
async def cancel_consult(call: Call, body: Canceled) -> Answered:
    """Ask nobody any more; whoever had come is out of the call."""
    scope = scope_of(call, body)
    if await call.deps.storage.answer(scope.id) is None:
        talk = await held_call(call)
        return await cancel(call, scope, talk, resume=body.resume)
    return done(scope)
