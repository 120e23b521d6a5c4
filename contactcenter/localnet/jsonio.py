"""Reading JSON from outside: each field is checked, each mistake named, nothing raises a 500."""

import base64
import binascii
import json
import math
from collections.abc import Mapping

from aiohttp import web

from contactcenter.localnet.inbound import Picture


class BadInputError(Exception):
    """What came in is not what the address takes; the text says why."""


async def read_object(request: web.Request) -> dict[str, object]:
    """Return the JSON object of a request. Raises BadInputError.

    The content type must say JSON: a form of another site's page cannot send that.
    """
    if request.content_type != "application/json":
        message = "send application/json"
        raise BadInputError(message)
    try:
        found = json.loads((await request.read()).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        message = "the body is not JSON"
        raise BadInputError(message) from error
    if not isinstance(found, dict):
        message = "the body is not a JSON object"
        raise BadInputError(message)
    return found


def text_of(source: Mapping[str, object], name: str, default: str | None = None) -> str:
    """Return a text field; without a default it must be there."""
    value = source.get(name, default)
    if not isinstance(value, str):
        message = f"{name} must be a text"
        raise BadInputError(message)
    return value


def flag_of(source: Mapping[str, object], name: str, *, default: bool) -> bool:
    """Return a true or false field."""
    value = source.get(name, default)
    if not isinstance(value, bool):
        message = f"{name} must be true or false"
        raise BadInputError(message)
    return value


def number_of(text: object, name: str, low: float, high: float) -> float:
    """Return a number between two bounds, from JSON or from a query."""
    try:
        value = float(text) if isinstance(text, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        value = math.nan
    if isinstance(text, bool) or not low <= value <= high:
        message = f"{name} must be a number between {low:g} and {high:g}"
        raise BadInputError(message)
    return value


def pictures_of(source: Mapping[str, object]) -> list[Picture]:
    """Return the field `media`: a list of objects with `content_type` and base64 `data`."""
    found = source.get("media", [])
    if not isinstance(found, list):
        message = "media must be a list"
        raise BadInputError(message)
    return [_picture(item) for item in found]


def _picture(item: object) -> Picture:
    if not isinstance(item, dict):
        message = "each medium is an object"
        raise BadInputError(message)
    try:
        data = base64.b64decode(text_of(item, "data"), validate=True)
    except (binascii.Error, ValueError) as error:
        message = "data must be base64"
        raise BadInputError(message) from error
    return Picture(text_of(item, "content_type"), data)
