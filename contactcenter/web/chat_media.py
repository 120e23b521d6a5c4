"""Pictures in a chat: put and read with the chat's token, from the sites that may show a chat."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from contactcenter.channels.chat import MAX_PICTURE
from contactcenter.channels.chat_session import is_token, thread_of
from contactcenter.web.access import guarded, public
from contactcenter.web.chat_doors import allows_any
from contactcenter.web.errors import ApiError, error_response, json_response, not_found
from contactcenter.web.limits import Rate
from contactcenter.web.multipart import read_picture
from contactcenter.web.screens import CATALOGUE, SCREENS
from contactcenter.web.sessions import ORIGINS, client_address
from contactcenter.web.state import DEPENDENCIES
from contactcenter.web.uploads import keep, serve, shape_of

BY_CHAT: Final = Rate(20, 60.0)
BY_ADDRESS: Final = Rate(120, 60.0)
PREFLIGHT_SECONDS: Final = 600


async def _site(request: web.Request) -> str:
    """The site that asks.

    Raises:
        ApiError: 403 when it may not show a chat.
    """
    origin = request.headers.get("Origin")
    configuration = await request.app[CATALOGUE].configuration()
    if origin is None or not allows_any(configuration, request.app[ORIGINS], origin):
        raise ApiError(HTTPStatus.FORBIDDEN, "foreign_origin", "This site may not show the chat.")
    return origin


@guarded(public("the page's allowed origins"))
async def preflight(request: web.Request) -> web.Response:
    """A browser asks whether a site may put pictures."""
    origin = await _site(request)
    return web.Response(
        status=HTTPStatus.NO_CONTENT,
        headers={
            **_shared(origin),
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        },
    )


@guarded(public("the page's allowed origins, and the chat's unguessable token"))
async def put(request: web.Request) -> web.Response:
    """Take a customer's picture."""
    origin = await _site(request)
    try:
        answer = await _put(request)
    except ApiError as error:
        answer = error_response(error)  # the site's script may read why
    answer.headers.update(_shared(origin))
    return answer


async def _put(request: web.Request) -> web.Response:
    deps = request.app[DEPENDENCIES]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not is_token(token):
        raise ApiError(HTTPStatus.UNAUTHORIZED, "no_token", "Send the chat's token as Authorization: Bearer.")
    thread = thread_of(token)
    address = client_address(request, deps.settings.trusted_proxies)
    for key, rate in ((f"picture:{thread}", BY_CHAT), (f"picture-from:{address}", BY_ADDRESS)):
        wait = await deps.limiter.take(key, rate)
        if wait is not None:
            message = "Too many pictures at once; wait a moment."
            raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", message, retry_after=wait)
    record = await keep(deps, await read_picture(request, MAX_PICTURE), thread)
    url = f"/chat/media/{record.id}?token={token}"
    return json_response(shape_of(record, url), status=HTTPStatus.CREATED)


@guarded(public("the chat's unguessable token"))
async def get(request: web.Request) -> web.StreamResponse:
    """A picture of this chat, whoever of the two sent it."""
    deps = request.app[DEPENDENCIES]
    token, media_id = request.query.get("token", ""), request.match_info["id"]
    if not is_token(token) or not media_id.isalnum():
        raise not_found("No picture")
    thread = thread_of(token)
    record = await deps.storage.media(media_id)
    if record is None:
        raise not_found("No picture")
    if record.owner != thread:
        screens = request.app[SCREENS]
        contact_id = await screens.media_contact(media_id)
        contact = None if contact_id is None else await screens.contact(contact_id)
        if contact is None or contact.thread != thread:
            raise not_found("No picture")
    return serve(deps, record, cross_origin=True)


def _shared(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Cross-Origin-Resource-Policy": "cross-origin"}
