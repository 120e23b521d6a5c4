"""The published API as data (`api.json`), and the check of each request against it.

Twilio ignores a parameter it does not know; here it is a violation and a 400, because it would be
a mistake of ours that nobody notices.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import TypedDict, cast

from contactcenter.localnet.errors import TwilioRefusal

Pairs = Sequence[tuple[str, str]]

_YEARS = range(2000, 2100)  # Twilio began in 2008; far from where arithmetic with dates overflows


class Shape(TypedDict, total=False):
    """What a parameter's value looks like."""

    type: str
    enum: list[str]
    pattern: str
    minimum: int
    maximum: int


class Operation(TypedDict, total=False):
    """One operation of the API."""

    method: str
    path: str
    parameters: dict[str, Shape]
    not_played: list[str]


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that does not fit the published API. `problem` is for people."""

    at: datetime
    operation: str
    parameter: str
    problem: str


def read_description() -> dict[str, Operation]:
    """Return the operations the network plays, by Twilio's operation id."""
    text = files(__package__).joinpath("api.json").read_text("utf-8")
    return cast("dict[str, Operation]", json.loads(text)["operations"])


def problems_of(operation: Operation, pairs: Pairs) -> Iterable[tuple[str, str]]:
    """Find what is wrong with a request's parameters, as names and problems."""
    known = operation["parameters"]
    seen: set[str] = set()
    for name, value in pairs:
        shape = known.get(name)
        if shape is None:
            played = name not in operation.get("not_played", [])
            yield name, "is unknown to Twilio" if played else "is not played by this network"
        elif name in seen and shape["type"] != "array":
            yield name, "is given more than once"
        elif problem := _problem(shape, value):
            yield name, problem
        seen.add(name)


def _problem(shape: Shape, value: str) -> str | None:
    match shape["type"]:
        case "integer":
            return _integer_problem(shape, value)
        case "number":
            is_number = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value)
            return None if is_number else "is not a number"
        case "boolean":
            return None if value.lower() in {"true", "false"} else "is neither true nor false"
        case "date-time":
            return None if _moment(value) else "is neither YYYY-MM-DD nor an ISO 8601 time"
        case _:
            return _text_problem(shape, value)


def _integer_problem(shape: Shape, value: str) -> str | None:
    low, high = shape.get("minimum", 0), shape.get("maximum", 10**9)
    if re.fullmatch(r"[0-9]{1,10}", value) and low <= int(value) <= high:
        return None
    return f"is not a whole number between {low} and {high}"


def _text_problem(shape: Shape, value: str) -> str | None:
    if "enum" in shape and value not in shape["enum"]:
        return f"is not one of {shape['enum']}"
    if "pattern" in shape and re.fullmatch(shape["pattern"], value) is None:
        return f"does not match {shape['pattern']}"
    return None


def _moment(text: str) -> datetime | date | None:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            day = date.fromisoformat(text)
            return day if day.year in _YEARS else None
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_span(text: str) -> tuple[datetime, datetime]:
    """Read a checked date or time as the span it means: one second, or a day.

    Midnight means its day too: Twilio's libraries write a date as `2026-11-21T00:00:00Z`.
    """
    moment = _moment(text)
    if moment is None:
        raise TwilioRefusal(20001, text)
    if isinstance(moment, datetime):
        start, length = moment.astimezone(UTC), timedelta(seconds=1)
        return start, start + (timedelta(days=1) if start.time() == time.min else length)
    start = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return start, start + timedelta(days=1)
