"""What supervisors see and do: the overview, any contact, agents and their statuses."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from contactcenter.domain.stimuli import AgentConfigured
from contactcenter.domain.words import AgentStatus
from contactcenter.storage.screen_records import ContactFilter
from contactcenter.web.access import SUPERVISOR
from contactcenter.web.actions import DECIDED, Answered, StatusChange, change_status
from contactcenter.web.api import Body, Call, Endpoints, Query, Reply
from contactcenter.web.call_rooms import check_number
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.hub import HUB
from contactcenter.web.rendering import iso
from contactcenter.web.requests import error_of
from contactcenter.web.screens import CATALOGUE, LISTINGS
from contactcenter.web.shapes import AgentShape, AgentsShape, ContactsShape, OverviewShape

LARGEST: Final = 1e12
Word = Annotated[str, StringConstraints(max_length=128)]
TELEPHONE: Final = r"^(|\+[1-9][0-9]{6,14}|sip:[A-Za-z0-9._~%+-]{1,64}@[A-Za-z0-9.-]{1,100}(:[0-9]{1,5})?)$"

endpoints = Endpoints("supervisor")


@endpoints.get("/api/v1/overview", access=SUPERVISOR)
async def overview(call: Call) -> OverviewShape:
    """Who is here and what waits, at most a second old; the ledger counts the last 24 hours."""
    return await call.request.app[HUB].wall.overview(call.language)


class Filter(Query):
    """Which contacts; `q` is part of a name or an address, or a contact's id."""

    state: Word | None = None
    queue: Word | None = None
    channel: Word | None = None
    customer: Word | None = None
    agent: Word | None = None
    q: Word | None = None
    before: Word | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@endpoints.get("/api/v1/contacts", access=SUPERVISOR)
async def contacts(call: Call, query: Filter) -> ContactsShape:
    """Contacts by a filter, the newest first; `next` continues as `before`."""
    wanted = ContactFilter(
        state=query.state,
        queue=query.queue,
        channel=query.channel,
        customer=query.customer,
        agent=query.agent,
        text=query.q,
        before=None if query.before is None else _read_cursor(query.before),
        limit=query.limit + 1,
    )
    found = await call.request.app[LISTINGS].contacts(wanted)
    page = found[: query.limit]
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    more = len(found) > query.limit
    return {
        "contacts": [renderer.contact(view) for view in page],
        "next": _cursor(page[-1].arrived_at, page[-1].id) if more else None,
    }


def _cursor(arrived_at: float, contact_id: str) -> str:
    return base64.urlsafe_b64encode(f"{arrived_at!r} {contact_id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[float, str]:
    try:
        arrived_at, contact_id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        number = float(arrived_at)
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise _bad_cursor() from error
    if not -LARGEST < number < LARGEST or "\0" in contact_id:
        raise _bad_cursor()
    return number, contact_id


def _bad_cursor() -> ApiError:
    message = "`before` is the `next` of the page before it."
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_cursor", message)


class NewAgent(Body):
    """A person who is to take contacts."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    profile: Word


class ChangedAgent(Body):
    """What changes; the rest stays. `telephone`: a number with + or `sip:…`; empty is the console's softphone."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] | None = None
    profile: Word | None = None
    telephone: Annotated[str, StringConstraints(max_length=200, pattern=TELEPHONE)] | None = None


@endpoints.get("/api/v1/agents", access=SUPERVISOR)
async def agents(call: Call) -> AgentsShape:
    """All agents, by name."""
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    return {"agents": [renderer.agent(view) for view in await call.request.app[LISTINGS].agents()]}


@endpoints.post("/api/v1/agents", access=SUPERVISOR, status=HTTPStatus.CREATED, errors=(409,))
async def add_agent(call: Call, body: NewAgent) -> Reply[AgentShape]:
    """Add an agent."""
    await _check_profile(call, body.profile)
    if await call.request.app[LISTINGS].agent(body.id) is not None:
        message = f"There is an agent {body.id!r} already; change it with PUT."
        raise ApiError(HTTPStatus.CONFLICT, "agent_exists", message)
    return Reply(await _configure(call, body.id, body.name, body.profile), HTTPStatus.CREATED)


@endpoints.put("/api/v1/agents/{id}", access=SUPERVISOR, errors=(404, 409))
async def change_agent(call: Call, body: ChangedAgent) -> AgentShape:
    """Give an agent another name or profile, which holds for the next decision, or another telephone."""
    view = await call.request.app[LISTINGS].agent(call.path("id"))
    if view is None:
        raise not_found("No agent")
    if body.telephone is not None:
        check_number(call, body.telephone if body.telephone.startswith("+") else None)
        await call.deps.storage.legs.set_telephone(view.id, body.telephone or None)
    profile = body.profile or view.profile
    await _check_profile(call, profile)
    return await _configure(call, view.id, body.name or view.name, profile)


async def _configure(call: Call, agent_id: str, name: str, profile: str) -> AgentShape:
    """Have the router write it; while it takes longer than a person waits, answer as it was asked for."""
    stimulus = AgentConfigured(
        id=call.deps.new_id(), request_id=call.deps.new_id(), agent_id=agent_id, name=name, profile=profile
    )
    answer = await call.deps.intake.ask(stimulus)
    error = None if answer is None else error_of(answer)
    if error is not None:
        raise ApiError(HTTPStatus.CONFLICT, error["code"], error["message"], detail=error["detail"])
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    view = await call.request.app[LISTINGS].agent(agent_id)
    if view is not None:
        return {**renderer.agent(view), "name": name, "profile": renderer.profile(profile)}
    return {
        "id": agent_id,
        "name": name,
        "profile": renderer.profile(profile),
        "status": AgentStatus.LOGGED_OUT,
        "reason": None,
        "status_since": iso(call.deps.clock()),
        "connected": False,
        "finishing": None,
        "telephone": None,
    }


async def _check_profile(call: Call, profile: str) -> None:
    profiles = (await call.request.app[CATALOGUE].configuration()).profiles
    if profile not in profiles:
        message = f"There is no profile {profile!r}; use one of: {', '.join(sorted(profiles))}"
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_profile", message)


@endpoints.put("/api/v1/agents/{id}/status", access=SUPERVISOR, errors=DECIDED)
async def others_status(call: Call, body: StatusChange) -> Answered:
    """Give another person a status."""
    return await change_status(call, call.path("id"), body)
