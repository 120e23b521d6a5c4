"""Pictures and sounds of conversations: served to those who may read, never as anything but what they are."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from aiohttp import web

from contactcenter.channels.base import Channel
from contactcenter.runtime.media import OTHER, SHOWN, MediaLinks
from contactcenter.storage import Media
from contactcenter.web.access import SIGNED_IN, guarded, public
from contactcenter.web.api import Call, Endpoints, Query, Reply
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.limits import Rate
from contactcenter.web.multipart import Upload, read_picture
from contactcenter.web.screens import SCREENS
from contactcenter.web.shapes import MediaShape
from contactcenter.web.state import DEPENDENCIES, WebDependencies

MAX_PICTURE: Final = 10_000_000
"""Bytes; what the channels carry is less or the same, and each is checked when it is sent."""
UPLOADS: Final = Rate(60, 60.0)
"""Pictures of one person."""

LINKS: Final = web.AppKey("links", MediaLinks)

endpoints = Endpoints("media")


class Wanted(Query):
    """`download`: as a file to keep."""

    download: bool = False


@endpoints.post("/api/v1/media", access=SIGNED_IN, status=HTTPStatus.CREATED, errors=(413, 415, 429), upload=True)
async def upload(call: Call) -> Reply[MediaShape]:
    """Upload a picture to send with a reply."""
    owner = call.who.account_id
    wait = await call.deps.limiter.take(f"upload:{owner}", UPLOADS)
    if wait is not None:
        message = "Too many pictures at once; wait a moment."
        raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", message, retry_after=wait)
    picture = await read_picture(call.request, MAX_PICTURE)
    record = await keep(call.deps, picture, owner)
    return Reply(shape_of(record, f"/api/v1/media/{record.id}"), HTTPStatus.CREATED)


@endpoints.get("/api/v1/media/{id}", access=SIGNED_IN, errors=(404,), media_types=("image/*", "audio/*", OTHER))
async def download(call: Call, query: Wanted) -> web.StreamResponse:
    """A picture, for those who may see its contact."""
    record = await call.deps.storage.media(call.path("id"))
    if record is None or not await _may_see(call, record):
        raise not_found("No picture")
    return serve(call.deps, record, download=query.download)


async def _may_see(call: Call, record: Media) -> bool:
    if record.owner == call.who.account_id or call.who.supervises:
        return True
    screens = call.request.app[SCREENS]
    contact_id = await screens.media_contact(record.id)
    if contact_id is None or call.who.agent_id is None:
        return False
    return await screens.contact(contact_id, call.who.agent_id) is not None


@guarded(public("the link's own signature, which ends"))
async def linked(request: web.Request) -> web.StreamResponse:
    """What a gateway fetches to send it on."""
    media_id, query = request.match_info["id"], request.query
    deps = request.app[DEPENDENCIES]
    if not request.app[LINKS].valid(media_id, query.get("expires", ""), query.get("signature", "")):
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "This link is not ours, or it has ended.")
    record = await deps.storage.media(media_id)
    if record is None:
        raise not_found("No picture")
    return serve(deps, record)


async def keep(deps: WebDependencies, picture: Upload, owner: str) -> Media:
    """Keep an uploaded picture: bytes first, then the row that says that they are there."""
    media_id = deps.new_id()
    stored = await deps.media.write(media_id, picture.content)
    record = Media(
        id=media_id,
        state="ready",
        owner=owner,
        content_type=stored.content_type,
        size=stored.size,
        name=picture.name,
        path=stored.path,
        created_at=deps.clock(),
    )
    await deps.storage.add_media(record)
    return record


def shape_of(record: Media, url: str) -> MediaShape:
    """A picture as it is answered to whoever put it."""
    return {
        "id": record.id,
        "content_type": record.content_type or OTHER,
        "size": record.size,
        "name": record.name,
        "state": record.state,
        "url": url,
    }


def serve(
    deps: WebDependencies, record: Media, *, download: bool = False, cross_origin: bool = False
) -> web.FileResponse:
    """The bytes of a row, so that a browser can do nothing with them but show a picture or play a sound.

    Raises:
        ApiError: 404 while they are not there.
    """
    path = deps.media.file(record.path) if record.state == "ready" and record.path else None
    if path is None:
        raise not_found("No picture (yet)")
    shown = record.content_type in SHOWN and not download
    name = record.name or f"{record.id[:12]}{path.suffix}"
    headers = {
        "Content-Type": record.content_type if record.content_type in SHOWN else OTHER,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
    if cross_origin:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return web.FileResponse(path, headers=headers)


async def usable_media(
    call: Call, media_ids: Sequence[str], channel: Channel | None, message_id: str
) -> tuple[str, ...]:
    """The pictures of a reply, if they are this person's, unused, and the channel carries them.

    Raises:
        ApiError: 422.
    """
    if not media_ids:
        return ()
    limits = channel.limits if channel is not None else None
    most = limits.max_media if limits is not None else 0
    if len(media_ids) > most:
        message = f"A message here has at most {most} pictures." if most else "This channel carries no pictures."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_media", message)
    for media_id in media_ids:
        record = await call.deps.storage.media(media_id)
        usable = (
            record is not None
            and record.owner == call.who.account_id
            and record.state == "ready"
            and record.message_id in (None, message_id)
        )
        if record is None or not usable:
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_media", f"There is no such picture: {media_id[:64]}")
        if limits is not None and (
            record.content_type not in limits.media_types or (record.size or 0) > limits.max_media_bytes
        ):
            kinds = ", ".join(sorted(limits.media_types))
            message = f"This channel carries {kinds} of up to {limits.max_media_bytes:,} bytes."
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_media", message)
    return tuple(dict.fromkeys(media_ids))
