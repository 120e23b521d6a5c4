"""What is done to one contact from outside the conversation: what it asks, how soon, where it goes, its end.

Each is a stimulus for the router, like what agents do (`actions`): the router decides and answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contactcenter.domain import stimuli
from contactcenter.domain.configuration import EXPERT, LEARNING
from contactcenter.domain.needs import Needs
from contactcenter.web.access import SIGNED_IN, SUPERVISOR
from contactcenter.web.actions import DECIDED, Answered, Id, Requested, ask, held, scope_of
from contactcenter.web.api import Call, Endpoints
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.requests import Scope
from contactcenter.web.screens import CATALOGUE, LISTINGS, SCREENS

WEEK: Final = 7 * 24 * 3600.0
MOST_SKILLS: Final = 20
MOST_GROUPS: Final = 10

Minimum = Annotated[int, Field(ge=LEARNING, le=EXPERT)]
Skills = Annotated[dict[Id, Minimum], Field(max_length=MOST_SKILLS)]
OneOf = Annotated[dict[Id, Minimum], Field(min_length=1, max_length=MOST_SKILLS)]

endpoints = Endpoints("supervisor")


class Closed(Requested):
    """Why a supervisor closes it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Moved(Requested):
    """To a queue or to an agent, exactly one of the two."""

    queue: Id | None = None
    agent: Id | None = None


class Prioritised(Requested):
    """`priority_seconds` of head start on top of its queue's; `hazard`: before all others. One of them, or both."""

    priority_seconds: Annotated[float, Field(ge=-WEEK, le=WEEK)] | None = None
    hazard: bool | None = None


class Asking(Requested):
    """What it asks on top of its queue: all of `skills`, one of each of `any_of`, rather `preferred` too.

    Each is a skill with its least proficiency. It replaces what was asked so before; empty takes it back.
    """

    skills: Skills = Field(default_factory=dict)
    any_of: Annotated[tuple[OneOf, ...], Field(max_length=MOST_GROUPS)] = ()
    preferred: Skills = Field(default_factory=dict)

    @property
    def mentioned(self) -> list[Mapping[str, int]]:
        """Every set of skills in it."""
        return [self.skills, *self.any_of, self.preferred]


@endpoints.post("/api/v1/contacts/{id}/close", access=SUPERVISOR, errors=DECIDED)
async def close(call: Call, body: Closed) -> Answered:
    """Free a contact that is stuck; its outcome is `system_closed`."""
    scope = scope_of(call, body)
    stimulus = stimuli.ClosureRequested(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        by=call.who.account_id,
        reason=body.reason,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/move", access=SUPERVISOR, errors=DECIDED)
async def move(call: Call, body: Moved) -> Answered:
    """Send a contact that nobody holds to another queue or to one agent; it keeps its place."""
    if (body.queue is None) == (body.agent is None):
        message = "Name a queue or an agent, exactly one of the two."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_move", message)
    if body.queue is not None:
        _known("queue", body.queue, (await call.request.app[CATALOGUE].configuration()).queues)
    elif await call.request.app[LISTINGS].agent(str(body.agent)) is None:
        message = f"There is no agent {body.agent!r}; GET /api/v1/agents lists them."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_agent", message)
    await _exists(call)
    scope = scope_of(call, body)
    stimulus = stimuli.ContactMoved(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        by=call.who.account_id,
        queue=body.queue,
        to_agent=body.agent,
    )
    return await ask(call, scope, stimulus)


@endpoints.post("/api/v1/contacts/{id}/priority", access=SUPERVISOR, errors=DECIDED)
async def prioritise(call: Call, body: Prioritised) -> Answered:
    """Give a contact another head start, or make it a hazard."""
    if body.priority_seconds is None and body.hazard is None:
        message = "Send priority_seconds, hazard or both."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_priority", message)
    await _exists(call)
    scope = scope_of(call, body)
    stimulus = stimuli.PriorityChanged(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        by=call.who.account_id,
        priority=body.priority_seconds,
        hazard=body.hazard,
    )
    return await ask(call, scope, stimulus)


@endpoints.put("/api/v1/contacts/{id}/needs", access=SIGNED_IN, errors=DECIDED)
async def ask_for(call: Call, body: Asking) -> Answered:
    """Change what a contact asks on top of its queue; an agent may for a contact they hold."""
    skills = (await call.request.app[CATALOGUE].configuration()).skills
    for mentioned in body.mentioned:
        for skill in mentioned:
            _known("skill", skill, skills)
    scope = scope_of(call, body)
    await _theirs(call, scope)
    stimulus = stimuli.NeedsChanged(
        id=call.deps.new_id(),
        request_id=scope.id,
        contact_id=call.path("id"),
        by=call.who.account_id,
        needs=Needs(skills=body.skills, any_of=body.any_of, preferred=body.preferred),
    )
    return await ask(call, scope, stimulus)


async def _theirs(call: Call, scope: Scope) -> None:
    """A supervisor's are all; an agent's are those they hold, and those they held when they first asked."""
    if call.who.supervises:
        await _exists(call)
        return
    try:
        await held(call)
    except ApiError:
        if await call.deps.storage.answer(scope.id) is None:
            raise


async def _exists(call: Call) -> None:
    if await call.request.app[SCREENS].contact(call.path("id")) is None:
        raise not_found("No contact")


def _known(what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        message = f"There is no {what} {name!r}; use one of: {', '.join(names)}"
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, f"unknown_{what}", message)
