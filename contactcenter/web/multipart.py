"""Reading one uploaded file, bounded and without trust in what its headers say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from contactcenter.channels.text import clean_line
from contactcenter.runtime.media import PICTURES, sniff
from contactcenter.web.body import KIB, too_large, too_slow, unreadable
from contactcenter.web.errors import ApiError

MAX_NAME = 120
OVERHEAD = 16 * KIB
"""What the form around the file may weigh."""
READ_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture by its content; `name` is for people only."""

    name: str | None
    content: bytes
    content_type: str


async def read_picture(request: web.Request, limit: int) -> Upload:
    """The picture in the field `file`, of at most `limit` bytes.

    Raises:
        ApiError: 400 for anything else than such a form, 413 when it is too large, 415 when it is no picture.
    """
    if request.content_length is not None and request.content_length > limit + OVERHEAD:
        raise too_large(limit)
    if request.content_type != "multipart/form-data":
        message = "Send a form (multipart/form-data) with the picture in the field `file`."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _read(request, limit)
    except TimeoutError as error:
        raise too_slow() from error
    except (ValueError, AssertionError, RuntimeError, LookupError, web.RequestPayloadError, BadHttpMessage) as error:
        raise unreadable("The form is broken.") from error


async def _read(request: web.Request, limit: int) -> Upload:
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name != "file":
            message = "The form has other fields than `file`."
            raise unreadable(message)
        content = bytearray()
        while chunk := await part.read_chunk():
            content.extend(chunk)
            if len(content) > limit:
                raise too_large(limit)
        content_type = sniff(bytes(content[:16]))
        if content_type not in PICTURES:
            kinds = ", ".join(sorted(each.removeprefix("image/") for each in PICTURES))
            raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "no_picture", f"Send a picture: {kinds}.")
        return Upload(clean_line(part.filename or "", MAX_NAME) or None, bytes(content), content_type)
    raise unreadable("The form has no field `file`.")
