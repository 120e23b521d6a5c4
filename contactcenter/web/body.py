"""Reading what strangers send: bounded, and odd input is an answer of the 4xx kind, never an exception.

aiohttp undoes Content-Encoding piece by piece, so the limit counts unpacked bytes: a compressed bomb is
refused when its first pieces pass the limit.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from contactcenter.channels.text import clean
from contactcenter.web.errors import ApiError

KIB: Final = 1024
MIB: Final = 1024 * KIB
READ_SECONDS: Final = 20.0
"""How long a body may take to arrive."""


def too_large(limit: int) -> ApiError:
    """The body passes `limit` bytes."""
    return ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        f"The body is larger than {limit:,} bytes, which is all this address takes.",
    )


def unreadable(message: str) -> ApiError:
    """The body is not what this address takes."""
    return ApiError(HTTPStatus.BAD_REQUEST, "unreadable", message)


def too_slow() -> ApiError:
    """The body did not come in time."""
    return ApiError(HTTPStatus.REQUEST_TIMEOUT, "too_slow", "The body did not come; send it again.")


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body, unpacked.

    Raises:
        ApiError: 413 past `limit` bytes, 400 when the encoding is broken, 408 when it does not come.
    """
    if request.content_length is not None and request.content_length > limit:
        raise too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            while chunk := await request.content.readany():
                body.extend(chunk)
                if len(body) > limit:
                    raise too_large(limit)
    except TimeoutError as error:
        raise too_slow() from error
    except (web.RequestPayloadError, BadHttpMessage, AssertionError) as error:
        raise unreadable("The body's encoding is broken.") from error
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """The JSON value in `body`, cleaned of what no database takes.

    Raises:
        ApiError: 400 when it is not JSON in UTF-8.
    """
    try:
        return _clean(json.loads(body.decode(), parse_constant=_refuse))
    except UnicodeDecodeError as error:
        raise unreadable("The body is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise unreadable("The body is not JSON.") from error


def _refuse(constant: str) -> Any:
    message = f"{constant} is not JSON"
    raise ValueError(message)


def _clean(value: Any) -> Any:
    """Every string in `value` without what no database takes: a person wrote it, it is not refused for that."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _clean(item) for key, item in value.items()}
    return value
