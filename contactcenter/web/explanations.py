"""Why a contact waits or went to somebody, and what a person could take: asked of SQL, not of the router."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp import web
from pydantic import StringConstraints

from contactcenter.domain.configuration import EXPERT, Configuration, SkillProfile
from contactcenter.domain.errors import ContactCenterError
from contactcenter.routing.abilities import abilities, what_if, with_skills
from contactcenter.routing.explanation import explain, waits
from contactcenter.routing.staffing import profile_of
from contactcenter.storage.explanations import AgentPicture, ContactPicture, Explanations
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.api import Call, Endpoints, Query
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.explained import AgentExplanationShape, ContactExplanationShape, agent_shape, contact_shape
from contactcenter.web.forecasts import FORECASTS
from contactcenter.web.reads import visible
from contactcenter.web.rendering import Renderer

MOST_SKILLS: Final = 20
EXPLANATIONS: Final = web.AppKey("explanations", Explanations)

endpoints = Endpoints("explanation")


class UnknownError(ContactCenterError):
    """A skill or profile that there is not, or a proficiency off the scale; the message says the remedy."""


class Supposed(Query):
    """What if: `profile` instead of theirs, and on top `skill` as `averias=4,portugues=0` (0: without it)."""

    profile: Annotated[str, StringConstraints(max_length=128)] | None = None
    skill: Annotated[str, StringConstraints(max_length=400)] | None = None


@endpoints.get("/api/v1/contacts/{id}/explanation", access=SIGNED_IN, errors=(404,))
async def explain_contact(call: Call) -> ContactExplanationShape:
    """Why a contact waits, or why it went to whom it went."""
    view = await visible(call)
    picture = await call.request.app[EXPLANATIONS].contact(view.id)
    if picture is None:
        raise not_found("No contact")
    shape = await asyncio.to_thread(explained_contact, picture, call.language)
    if shape["waiting"] is not None:
        shape["waiting"]["estimate"] = call.request.app[FORECASTS].contact(view.id)
    return shape


@endpoints.get("/api/v1/agents/{id}/explanation", access=SIGNED_IN, errors=(404,))
async def explain_agent(call: Call, query: Supposed) -> AgentExplanationShape:
    """What a person could take now, and what if; agents ask about themselves only."""
    agent_id = call.path("id")
    picture = None
    if call.who.supervises or call.who.agent_id == agent_id:
        picture = await call.request.app[EXPLANATIONS].agent(agent_id)
    if picture is None:
        raise not_found("No agent")
    try:
        profile = supposed(picture, query.profile, skills_of(query.skill or ""))
    except UnknownError as error:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_skill", str(error)) from error
    return await asyncio.to_thread(explained_agent, picture, profile, call.language)


def explained_contact(picture: ContactPicture, language: str) -> ContactExplanationShape:
    """What SQL holds about a contact, explained; names in `language`."""
    waiting = None
    if waits(picture.contact):
        waiting = explain(picture.configuration, picture.contact, picture.agents, picture.lines, picture.at)
    return contact_shape(picture, waiting, Renderer(picture.configuration, language))


def explained_agent(picture: AgentPicture, profile: SkillProfile | None, language: str) -> AgentExplanationShape:
    """What SQL holds about a person, explained; with `profile` also what that would change."""
    known = (picture.configuration, picture.agent, picture.staff, picture.lines, picture.at)
    other = None if profile is None else what_if(*known, profile)
    return agent_shape(picture, abilities(*known), other, Renderer(picture.configuration, language))


def supposed(picture: AgentPicture, profile_id: str | None, skills: Mapping[str, int]) -> SkillProfile | None:
    """The profile that somebody asks about; None when they ask about none.

    Raises:
        UnknownError: there is no such skill or profile.
    """
    if profile_id is None and not skills:
        return None
    configuration: Configuration = picture.configuration
    if profile_id is not None and profile_id not in configuration.profiles:
        raise UnknownError(f"there is no profile {profile_id!r}; use one of: {_known(configuration.profiles)}")
    for skill in skills:
        if skill not in configuration.skills:
            raise UnknownError(f"there is no skill {skill!r}; use one of: {_known(configuration.skills)}")
    return with_skills(profile_of(configuration, profile_id or picture.agent.profile), skills)


def skills_of(text: str) -> dict[str, int]:
    """`averias=4,portugues=0` as skills with proficiency; 0 takes a skill away.

    Raises:
        UnknownError: it is written otherwise.
    """
    skills = {}
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts[: MOST_SKILLS + 1]:
        skill, _, level = part.partition("=")
        if level.strip() not in _LEVELS:
            raise UnknownError(f"{part!r}: write a skill with its proficiency, 0 (without it) to {EXPERT}: averias=4")
        skills[skill.strip()] = int(level)
    if len(skills) > MOST_SKILLS:
        raise UnknownError(f"at most {MOST_SKILLS} skills at once")
    return skills


_LEVELS: Final = frozenset(str(level) for level in range(EXPERT + 1))


def _known(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none yet"
