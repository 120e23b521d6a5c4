"""Gateways' doors: authenticate, parse, take in, 2xx. Thin on purpose: what a request means is the channel's to know.

The address that was signed is rebuilt from CONTACTCENTER_PUBLIC_URL and the path, never from a Host header.
Nothing here limits a gateway's address, and no message of a real customer is refused: a sender who writes
very much is taken in and pointed out to supervisors.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from contactcenter.channels.base import AuthenticationError, Channel, MalformedError, WebhookRequest
from contactcenter.channels.voice import VoiceChannel
from contactcenter.domain.messages import CustomerGone, DeliveryReport, InboundEvent, InboundMessage
from contactcenter.domain.stimuli import CustomerLeft
from contactcenter.storage import UnavailableError
from contactcenter.web import voice_webhooks
from contactcenter.web.access import guarded, public
from contactcenter.web.body import KIB, read_body
from contactcenter.web.errors import ApiError, not_found, unavailable
from contactcenter.web.limits import Limiter, MemoryLimiter, Rate
from contactcenter.web.state import DEPENDENCIES, WebDependencies

MAX_BODY: Final = 256 * KIB
MANY: Final = Rate(30, 60.0)
"""Messages of one sender; what is above is pointed out, not refused."""
SENDERS: Final = web.AppKey("senders", MemoryLimiter)
"""Counted by this node alone: no gateway waits for Redis."""

log = structlog.get_logger(__name__)


@guarded(public("the vendor's signature, which the channel checks"))
async def webhook(request: web.Request) -> web.Response:
    """Whatever a vendor posts at a path that one of the channels names as its own."""
    deps = request.app[DEPENDENCIES]
    channel = next((each for each in deps.channels.values() if request.path in each.webhooks), None)
    if channel is None:
        raise not_found("No channel that is set up has a webhook")
    name = channel.name
    code = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        response = await _take_in(request, deps, channel)
        code = HTTPStatus.OK
    except ApiError as error:
        code = HTTPStatus(error.status)
        log.warning("webhook.refused", channel=name, status=error.status, code=error.code, reason=error.message)
        raise
    except UnavailableError as error:
        code = HTTPStatus.SERVICE_UNAVAILABLE
        log.warning("webhook.sql_unavailable", channel=name, error=str(error))
        raise unavailable() from error
    except Exception as error:
        # A fault of ours: the gateway shall come again, nothing was promised.
        code = HTTPStatus.SERVICE_UNAVAILABLE
        log.exception("webhook.failed", channel=name)
        raise unavailable() from error
    finally:
        deps.metrics.webhooks.labels(channel=name, code=str(int(code))).inc()
    return response


async def _take_in(request: web.Request, deps: WebDependencies, channel: Channel) -> web.Response:
    received = WebhookRequest(
        method=request.method,
        url=public_address(request, deps.settings.public_url),
        headers=request.headers,
        body=await read_body(request, MAX_BODY),
        received_at=deps.clock(),
    )
    if isinstance(channel, VoiceChannel):
        return await voice_webhooks.answer(deps, channel, received)
    try:
        channel.authenticate(received)
        events = channel.parse(received)
    except AuthenticationError as error:
        raise ApiError(HTTPStatus.FORBIDDEN, "forged", str(error)) from error
    except MalformedError as error:
        raise ApiError(HTTPStatus.BAD_REQUEST, "unreadable", str(error)) from error
    for event in events:
        await _event(deps, channel, event)
        if isinstance(event, InboundMessage):
            await _watch(deps, request.app[SENDERS], event)
    content_type, text = channel.acknowledgement
    return web.Response(text=text, content_type=content_type)


def public_address(request: web.Request, public_url: str) -> str:
    """The address as the gateway knows it: our public one with the path and query exactly as they came."""
    path = request.raw_path
    if not path.startswith("/"):  # the whole address in the request line, as a proxy is asked
        path = "/" + path.partition("://")[2].partition("/")[2]
    return public_url + path


async def _event(deps: WebDependencies, channel: Channel, event: InboundEvent) -> None:
    match event:
        case InboundMessage():
            await deps.intake.receive(event, channel.media)
        case DeliveryReport():
            await deps.intake.report(event)
        case CustomerGone():
            await deps.intake.submit(CustomerLeft(id=deps.new_id(), thread=event.thread))
        case _:
            log.info("webhook.unknown_kind", channel=channel.name, kind=event.kind)


async def _watch(deps: WebDependencies, senders: Limiter, message: InboundMessage) -> None:
    """Point out a sender who writes very much, once a window."""
    key = f"{message.channel}:{message.address}"
    if await senders.take(key, MANY) is None or await senders.take(f"{key}:told", Rate(1, MANY.seconds)):
        return
    log.warning("webhook.many_messages", channel=message.channel)
    text = f"{message.address} wrote more than {MANY.count} messages within {MANY.seconds:.0f} s on {message.channel}."
    detail = {"address": message.address, "channel": message.channel, "count": str(MANY.count)}
    deps.bus.post("alarm", {"code": "many_messages", "message": text, "detail": detail})
