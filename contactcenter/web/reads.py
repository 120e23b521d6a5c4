"""What an agent reads: the desk, and contacts and customers that are theirs to see. Others do not exist for them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.words import MediaClass
from contactcenter.storage.screen_records import ContactView
from contactcenter.web import rendering
from contactcenter.web.access import SIGNED_IN
from contactcenter.web.api import Call, Endpoints, Reply
from contactcenter.web.errors import not_found
from contactcenter.web.forecasts import FORECASTS
from contactcenter.web.rendering import iso, text_in
from contactcenter.web.screens import CATALOGUE, LISTINGS, SCREENS
from contactcenter.web.shapes import (
    CannedShape,
    ChannelInfoShape,
    ContactDetailShape,
    DeskShape,
    JobShape,
    JobStartedShape,
    QueueInfoShape,
)
from contactcenter.web.state import WebDependencies

EXPORT: Final = "history_export"

endpoints = Endpoints("desk")


@endpoints.get("/api/v1/console", access=SIGNED_IN)
async def desk(call: Call) -> DeskShape:
    """What the console needs to draw itself."""
    app, language = call.request.app, call.language
    configuration = await app[CATALOGUE].configuration()
    renderer = await app[CATALOGUE].renderer(language)
    agents, calling = await app[LISTINGS].agents(), await app[LISTINGS].on_calls()
    own = next((agent for agent in agents if agent.id == call.who.agent_id), None)
    return {
        "agent": None if own is None else renderer.agent(own),
        "queues": _queues(configuration, language),
        "skills": [{"id": skill, "name": text_in(name, language)} for skill, name in configuration.skills.items()],
        "channels": _channels(call.deps),
        "not_ready_reasons": [
            {"id": reason.id, "name": text_in(reason.name, language)} for reason in configuration.not_ready_reasons
        ],
        "answers": _answers(call.deps, language),
        "agents": [renderer.colleague(agent, on_call=agent.id in calling) for agent in agents],
        "configuration_version": configuration.version,
        "server_time": iso(call.deps.clock()),
    }


def _queues(configuration: Configuration, language: str) -> list[QueueInfoShape]:
    return [
        {
            "id": queue.id,
            "name": text_in(queue.name, language),
            "dispositions": [
                {"id": disposition.id, "name": text_in(disposition.name, language)}
                for disposition in queue.dispositions
            ],
            "wrap_up_seconds": queue.wrap_up_seconds,
        }
        for queue in configuration.queues.values()
    ]


def _channels(deps: WebDependencies) -> list[ChannelInfoShape]:
    return [
        {
            "id": name,
            "media": channel.media,
            "max_length": channel.limits.max_length,
            "attachments": channel.limits.max_media > 0,
        }
        for name, channel in deps.channels.items()
        if channel.media is not MediaClass.VOICE
    ]


def _answers(deps: WebDependencies, language: str) -> list[CannedShape]:
    return [
        {
            "id": answer.id,
            "title": text_in(answer.title, language),
            "texts": dict(answer.texts),
            "by_channel": {channel: dict(texts) for channel, texts in answer.by_channel.items()},
        }
        for answer in deps.answers
    ]


async def visible(call: Call) -> ContactView:
    """The contact of the path, if this person may see it.

    Raises:
        ApiError: 404.
    """
    who = call.who
    contact_id = call.path("id")
    if who.supervises:
        contact = await call.request.app[SCREENS].contact(contact_id)
    else:
        contact = await call.request.app[SCREENS].contact(contact_id, call.agent_id)
    if contact is None:
        raise not_found("No contact")
    return contact


@endpoints.get("/api/v1/contacts/{id}", access=SIGNED_IN, errors=(404,))
async def contact(call: Call) -> ContactDetailShape:
    """A contact with what was said and what happened."""
    view = await visible(call)
    screens = call.request.app[SCREENS]
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    return {
        "contact": renderer.contact(view),
        "messages": [rendering.message(each, view.customer_name) for each in await screens.messages(view.id)],
        "events": [rendering.event(each) for each in await screens.events(view.id)],
        "estimate": call.request.app[FORECASTS].contact(view.id),
    }


@endpoints.post("/api/v1/contacts/{id}/export", access=SIGNED_IN, status=HTTPStatus.ACCEPTED, errors=(404,))
async def export(call: Call) -> Reply[JobStartedShape]:
    """Have the contact's history written as a file."""
    view = await visible(call)
    job_id = call.deps.new_id()
    body = {"contact_id": view.id, "account_id": call.who.account_id}
    await call.deps.storage.add_job(job_id, EXPORT, body)
    call.deps.bus.post("job", {"id": job_id})
    return Reply({"job_id": job_id}, HTTPStatus.ACCEPTED)


@endpoints.get("/api/v1/jobs/{id}", access=SIGNED_IN, errors=(404,))
async def job(call: Call) -> JobShape:
    """How far a job of one's own is."""
    found = await call.deps.storage.job(call.path("id"))
    if found is None or found.body.get("account_id") != call.who.account_id:
        raise not_found("No job")
    media_id = (found.result or {}).get("media_id")
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,  # type: ignore[typeddict-item]  # SQL has a CHECK for it
        "error": found.error,
        "url": f"/api/v1/media/{media_id}?download=1" if media_id else None,
    }
