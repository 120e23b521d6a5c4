"""A telephone network's doors: what it asks is answered with what a call is to do, whatever breaks here.

An authentic question always gets 200 with valid instructions; but a node without menus refuses new calls, and leaves
those of other nodes to them by 503. A report gets 200 once what matters of it is committed,
and 503 while SQL is down, so that the vendor tells again.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog
from aiohttp import web

from contactcenter.channels.base import AuthenticationError, MalformedError, WebhookRequest
from contactcenter.channels.voice import (
    CallAsked,
    CallReported,
    Link,
    Part,
    RecordingReported,
    Refuse,
    RoomReported,
    VoiceChannel,
)
from contactcenter.runtime.front_desk import Answer
from contactcenter.web.errors import ApiError
from contactcenter.web.state import WebDependencies

CALL_TOPIC = "call"
"""Legs and rooms that changed; it may be lost."""

log = structlog.get_logger(__name__)


async def answer(deps: WebDependencies, channel: VoiceChannel, request: WebhookRequest) -> web.Response:
    """Take a voice channel's request.

    Raises:
        ApiError: 403 forged, 400 unreadable, 503 another node's call.
        UnavailableError: a report could not be written down.
    """
    try:
        channel.authenticate(request)
        event = channel.parse_call(request)
    except AuthenticationError as error:
        raise ApiError(HTTPStatus.FORBIDDEN, "forged", str(error)) from error
    except MalformedError as error:
        raise ApiError(HTTPStatus.BAD_REQUEST, "unreadable", str(error)) from error
    match event:
        case CallAsked():
            return await _instruct(deps, channel, event)
        case CallReported():
            if deps.front_desk is not None:
                await deps.front_desk.reported(event)
            if event.contact:  # Of a customer's own call the row says all.
                told = {"contact": event.contact, "call": event.call_id, "leg": event.leg, "state": event.state.value}
                deps.bus.post(CALL_TOPIC, {**told, "machine": event.machine})
        case RoomReported():
            told = {"contact": event.contact, "call": event.call_id, "leg": "", "state": event.kind}
            deps.bus.post(CALL_TOPIC, told)
        case RecordingReported():
            if deps.recordings is not None:
                await deps.recordings.take(event)
        case _:
            log.info("webhook.unknown_kind", channel=channel.name, kind=event.kind)
    content_type, text = channel.acknowledgement
    return web.Response(text=text, content_type=content_type)


async def _instruct(deps: WebDependencies, channel: VoiceChannel, asked: CallAsked) -> web.Response:
    desk = deps.front_desk
    if desk is None and asked.link is not None:
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "no_menus", "This node has no ivr.yaml; the call is another's.")
    if desk is None:
        log.error("voice.refused", call=asked.call_id, reason="this node has no ivr.yaml")
        found = Answer([Refuse()], Link(part=Part.MENU))
    else:
        found = await desk.answer(asked)
    deps.metrics.call_answers.labels(part=found.link.part.value).inc()
    try:
        content_type, text = channel.respond(found.steps, found.link)
    except Exception:
        if desk is None:
            raise
        log.exception("voice.not_rendered", call=asked.call_id)
        content_type, text = channel.respond(*desk.without_sql(asked))
    return web.Response(text=text, content_type=content_type)
