"""Changing the configuration while it runs: whole versions, each on the version before it, checked as the files are."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from contactcenter.config import CHANNELS, configuration_from, document_of
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.storage import QueueNotEmptyError, StaleVersionError, StoredConfiguration
from contactcenter.web.access import SUPERVISOR
from contactcenter.web.api import Body, Call, Endpoints, Query
from contactcenter.web.body import MIB
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.rendering import iso
from contactcenter.web.screens import CATALOGUE
from contactcenter.web.shapes import ConfigurationShape, VersionShape

VERSIONS: Final = 2**31 - 1
PART_BYTES: Final = MIB // 4

Version = Annotated[int, Field(ge=0, le=VERSIONS)]
Id = Annotated[str, StringConstraints(max_length=128)]

endpoints = Endpoints("configuration")


class Change(Body):
    """A whole new version; `moves` says, for a removed queue, which one takes its contacts."""

    base_version: Version
    document: dict[str, Any]
    comment: Annotated[str, StringConstraints(max_length=500)] | None = None
    moves: dict[Id, Id] = Field(default_factory=dict)


class ProfileChange(Body):
    """One profile, in the shape it has in the document."""

    base_version: Version
    profile: dict[str, Any]


class QueueChange(Body):
    """One queue, in the shape it has in the document; what is left out stays as it is."""

    base_version: Version
    queue: dict[str, Any]


class Base(Query):
    """The version that the change was made on."""

    base_version: Version


class Removal(Base):
    """`target` is the queue that takes the contacts of the removed one."""

    target: Id | None = None


@endpoints.get("/api/v1/configuration", access=SUPERVISOR)
async def configuration(call: Call) -> ConfigurationShape:
    """The configuration that holds now."""
    stored = await _newest(call)
    return {
        "version": stored.version,
        "at": iso(stored.at),
        "by": stored.by,
        "document": document_of(stored.configuration),
    }


@endpoints.put("/api/v1/configuration", access=SUPERVISOR, errors=(409,), limit=2 * MIB)
async def change(call: Call, body: Change) -> VersionShape:
    """Store the next version; it holds for the next decision."""
    return await _store(call, body.base_version, body.document, body.comment, body.moves)


@endpoints.put("/api/v1/profiles/{id}", access=SUPERVISOR, errors=(409,), limit=PART_BYTES)
async def put_profile(call: Call, body: ProfileChange) -> VersionShape:
    """Add a skill profile, or replace one."""
    document = await _document_at(call, body.base_version)
    profile_id = call.path("id")
    before = document["profiles"].get(profile_id, {})
    document["profiles"][profile_id] = {**_kept(before), **body.profile}
    return await _store(call, body.base_version, document, f"profile {profile_id}", {})


def _kept(before: Mapping[str, Any]) -> dict[str, Any]:
    """What the first release's profiles did not have stays as it is when it is not said."""
    return {name: value for name, value in before.items() if name in ("exclusive_voice", "interruptible")}


@endpoints.delete("/api/v1/profiles/{id}", access=SUPERVISOR, errors=(404, 409))
async def delete_profile(call: Call, query: Base) -> VersionShape:
    """Remove a skill profile that nobody has."""
    document = await _document_at(call, query.base_version)
    profile_id = call.path("id")
    if document["profiles"].pop(profile_id, None) is None:
        raise not_found("No profile")
    return await _store(call, query.base_version, document, f"profile {profile_id} removed", {})


@endpoints.put("/api/v1/queues/{id}", access=SUPERVISOR, errors=(409,), limit=PART_BYTES)
async def put_queue(call: Call, body: QueueChange) -> VersionShape:
    """Add a queue, or change one."""
    document = await _document_at(call, body.base_version)
    queue_id = call.path("id")
    document["queues"][queue_id] = {**document["queues"].get(queue_id, {}), **body.queue}
    return await _store(call, body.base_version, document, f"queue {queue_id}", {})


@endpoints.delete("/api/v1/queues/{id}", access=SUPERVISOR, errors=(404, 409))
async def delete_queue(call: Call, query: Removal) -> VersionShape:
    """Remove a queue that no door, rule or other queue leads to; its contacts go to `target`."""
    document = await _document_at(call, query.base_version)
    queue_id = call.path("id")
    if document["queues"].pop(queue_id, None) is None:
        raise not_found("No queue")
    moves = {} if query.target is None else {queue_id: query.target}
    return await _store(call, query.base_version, document, f"queue {queue_id} removed", moves)


async def _newest(call: Call) -> StoredConfiguration:
    catalogue = call.request.app[CATALOGUE]
    catalogue.outdated()
    return await catalogue.stored()


async def _document_at(call: Call, base_version: int) -> dict[str, Any]:
    stored = await _newest(call)
    if stored.version != base_version:
        raise _stale(stored.version)
    return document_of(stored.configuration)


async def _store(
    call: Call, base_version: int, document: object, comment: str | None, moves: Mapping[str, str]
) -> VersionShape:
    made = _parsed(document, base_version + 1, {*CHANNELS, *call.deps.channels})
    _check_moves(made, moves)
    await _check_profiles_in_use(call, made)
    try:
        version = await call.deps.storage.change_configuration(
            base_version, made, call.who.login.account.username, comment, moves, call.deps.new_id()
        )
    except StaleVersionError as error:
        raise _stale(error.current) from error
    except QueueNotEmptyError as error:
        message = f"These queues have contacts; say in `moves` which queue takes them: {', '.join(error.queues)}"
        detail = {"queues": list(error.queues)}
        raise ApiError(HTTPStatus.CONFLICT, "queue_not_empty", message, detail=detail) from error
    call.deps.bus.post("router", {})
    call.deps.bus.post("configuration", {"version": version})
    return {"version": version}


def _parsed(document: object, version: int, channels: set[str]) -> Configuration:
    try:
        return configuration_from(document, version, channels=channels)
    except InvalidConfigurationError as error:
        errors = [{"path": problem.path, "message": problem.message} for problem in error.problems]
        message = "; ".join(f"{each['path']}: {each['message']}" for each in errors[:5])
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_configuration", message, detail={"errors": errors[:200]}
        ) from error


def _check_moves(made: Configuration, moves: Mapping[str, str]) -> None:
    wrong = [f"{queue} → {target}" for queue, target in moves.items() if target not in made.queues]
    if wrong:
        errors = [{"path": "moves", "message": f"there is no such queue: {each}"} for each in wrong]
        message = "`moves` names queues that are not in the document."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_configuration", message, detail={"errors": errors})


async def _check_profiles_in_use(call: Call, made: Configuration) -> None:
    missing: dict[str, list[str]] = {}
    for agent in await call.deps.storage.agents():
        if agent.profile not in made.profiles:
            missing.setdefault(agent.profile, []).append(agent.name)
    if missing:
        message = "; ".join(f"{profile} is the profile of {', '.join(names[:5])}" for profile, names in missing.items())
        raise ApiError(HTTPStatus.CONFLICT, "profile_in_use", message, detail={"profiles": missing})


def _stale(current: int) -> ApiError:
    message = f"Somebody changed the configuration meanwhile (it is at version {current}). Read it again and repeat."
    return ApiError(HTTPStatus.CONFLICT, "stale_version", message, detail={"version": current})
