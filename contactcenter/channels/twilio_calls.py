"""The addresses that Twilio's calls ask and report at, and what it posts there, in the center's words.

Twilio signs the whole address, so what is in a query is what we wrote there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from contactcenter.channels.base import MalformedError, WebhookRequest
from contactcenter.channels.text import clean, clean_line
from contactcenter.channels.twilio_webhooks import Form, read_form
from contactcenter.channels.voice import (
    CallAsked,
    CallEvent,
    CallReported,
    CallState,
    Link,
    Part,
    RecordingReported,
    RoomReported,
)
from contactcenter.domain.messages import UnknownEvent

ASK_PATH: Final = "/webhooks/twilio/voice"
"""A call comes in; below it is each part."""
STATUS_PATH: Final = f"{ASK_PATH}/status"
ROOM_PATH: Final = f"{ASK_PATH}/room"
RECORDING_PATH: Final = f"{ASK_PATH}/recording"
PART_PATHS: Final[Mapping[str, Part]] = {f"{ASK_PATH}/{part.value}": part for part in Part}
PATHS: Final = (ASK_PATH, *PART_PATHS, STATUS_PATH, ROOM_PATH, RECORDING_PATH)

SILENT: Final = "silent"
"""In a query: we asked for keys or words, and none came."""
RETRIES: Final = "#rc=3&rp=5xx,ct,rt&rt=5000"
"""Twilio asks again when we do not answer; without it, it tells the caller of an application error."""
_MAX_KEYS: Final = 100
_MAX_WORDS: Final = 1000
_MAX_ID: Final = 100
_MAX_COUNT: Final = 1_000_000_000
_FAR_FUTURE: Final = 1e11
_NO_KEY: Final = re.compile(r"[^0-9*#]")
_ID: Final = re.compile(rf"[A-Za-z0-9_.-]{{1,{_MAX_ID}}}")

_WITHHELD: Final = frozenset(
    {
        "", "anonymous", "restricted", "unknown", "unavailable", "blocked", "private", "withheld",
        "266696687", "7378742833", "2562533", "8566696", "86282452253", "464",
    }
)  # fmt: skip
"""What stands in place of a number that is not shown: words, and those words on a telephone's keys."""

STATES: Final[Mapping[str, CallState]] = {
    "queued": CallState.QUEUED,
    "initiated": CallState.QUEUED,
    "ringing": CallState.RINGING,
    "in-progress": CallState.ANSWERED,
    "answered": CallState.ANSWERED,
    "completed": CallState.COMPLETED,
    "busy": CallState.BUSY,
    "no-answer": CallState.NO_ANSWER,
    "failed": CallState.FAILED,
    "canceled": CallState.CANCELED,
}
_ROOM_EVENTS: Final = {"participant-join": "joined", "participant-leave": "left", "conference-end": "ended"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Our addresses as Twilio is given them."""

    public_url: str

    def of(self, link: Link, *, silent: bool = False) -> str:
        """Where a link leads; `silent`: as it is asked when nobody pressed or said anything."""
        query = {
            each.name: f"{value:d}" if isinstance(value, bool) else str(value)
            for each in fields(link)
            if each.name != "part" and (value := getattr(link, each.name)) != each.default
        }
        if silent:
            query[SILENT] = "1"
        return self._address(f"{ASK_PATH}/{link.part.value}", query)

    def status(self, contact: str, leg: str) -> str:
        """Where a leg of ours is reported."""
        return self._address(STATUS_PATH, {"contact": contact, "leg": leg})

    def room(self, contact: str) -> str:
        """Where it is reported who enters and leaves a room."""
        return self._address(ROOM_PATH, {"contact": contact})

    def recording(self, contact: str) -> str:
        """Where the recording of a room is reported."""
        return self._address(RECORDING_PATH, {"contact": contact})

    def _address(self, path: str, query: Mapping[str, str]) -> str:
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.public_url}{path}{asked}{RETRIES}"


class CallReader:
    """Reads what Twilio posts about calls of one `channel`."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def event(self, request: WebhookRequest) -> CallEvent:
        """What an authentic request says.

        Raises:
            MalformedError: when it cannot be read, or names no call where it must.
        """
        form = read_form(request)
        raw = clean(request.body.decode("utf-8", "replace"))
        path, query = _split(request.url)
        if path == ASK_PATH or path in PART_PATHS:
            return self._asked(form, path, query, request, raw)
        event: CallEvent | None = None
        if path == STATUS_PATH:
            event = self._reported(form, query, request, raw)
        elif path == ROOM_PATH:
            event = self._room(form, query, request, raw)
        elif path == RECORDING_PATH:
            event = self._recording(form, query, request, raw)
        return event or UnknownEvent(channel=self._channel, kind="form", raw=raw)

    def _asked(self, form: Form, path: str, query: Mapping[str, str], request: WebhookRequest, raw: str) -> CallAsked:
        if path == ASK_PATH and (failed := form.get("ErrorUrl")):
            # A number's fallback address: the request that failed is made up for.
            with suppress(MalformedError):
                path, query = _split(failed)
        keys, words = _given(form, query)
        return CallAsked(
            channel=self._channel,
            call_id=_needed(form, "CallSid"),
            address=address_of(form.get("From", "")),
            to=clean_line(form.get("To", ""), _MAX_ID),
            at=request.received_at,
            link=link_of(PART_PATHS[path], query) if path in PART_PATHS else None,
            keys=keys,
            words=words,
            recording=clean_line(form["RecordingUrl"], 500) or None if "RecordingUrl" in form else None,
            seconds=_seconds(form.get("RecordingDuration", "")),
            dialled=_dialled(form.get("DialCallStatus")),
            raw=raw,
        )

    def _reported(self, form: Form, query: Mapping[str, str], request: WebhookRequest, raw: str) -> CallReported | None:
        state = STATES.get(form.get("CallStatus", ""))
        if state is None:
            return None
        return CallReported(
            channel=self._channel,
            call_id=_needed(form, "CallSid"),
            state=state,
            at=request.received_at,
            leg=_id(query.get("leg", "")),
            contact=_id(query.get("contact", "")),
            machine=machine_of(form.get("AnsweredBy", "")),
            seconds=_seconds(form.get("CallDuration", "")),
            raw=raw,
        )

    def _room(self, form: Form, query: Mapping[str, str], request: WebhookRequest, raw: str) -> RoomReported | None:
        kind = _ROOM_EVENTS.get(form.get("StatusCallbackEvent", ""))
        if kind is None:
            return None
        return RoomReported(
            channel=self._channel,
            contact=_id(query.get("contact", "")) or _needed(form, "FriendlyName"),
            kind=kind,
            at=request.received_at,
            call_id=_id(form.get("CallSid", "")),
            raw=raw,
        )

    def _recording(
        self, form: Form, query: Mapping[str, str], request: WebhookRequest, raw: str
    ) -> RecordingReported | None:
        status = form.get("RecordingStatus", "")
        if status not in ("completed", "absent", "failed"):
            return None
        return RecordingReported(
            channel=self._channel,
            contact=_id(query.get("contact", "")),
            recording_id=_needed(form, "RecordingSid"),
            url=clean_line(form.get("RecordingUrl", ""), 500) if status == "completed" else "",
            seconds=_seconds(form.get("RecordingDuration", "")),
            at=request.received_at,
            raw=raw,
        )


def link_of(part: Part, query: Mapping[str, str]) -> Link:
    """The link of a part's address. What is missing or cannot be, is as if it were not there."""
    given: dict[str, Any] = {}
    for each in fields(Link):
        if each.name in query and each.name != "part":
            value = _value(query[each.name], type(each.default))
            if value is not None:
                given[each.name] = value
    return Link(part=part, **given)


def _value(text: str, kind: type) -> object:
    if kind is bool:
        return text == "1"
    if kind is int:
        return _count(text)
    if kind is float:
        return _seconds(text) or None
    return _id(text) or None


def _count(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(_MAX_COUNT)):
        return None
    return min(int(text), _MAX_COUNT)


def address_of(sender: str) -> str:
    """The caller's number; empty when it is not shown."""
    address = clean_line(sender, _MAX_ID)
    return "" if address.lower().lstrip("+") in _WITHHELD else address


def machine_of(answered_by: str) -> bool | None:
    """Whether a machine answered; None: not known."""
    if answered_by.startswith(("machine", "fax")):
        return True
    return False if answered_by == "human" else None


def _given(form: Form, query: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The keys and the words; both empty after silence, both None when nothing was asked for."""
    if "DialCallStatus" in form:
        return None, None  # the key is one of the conversation
    if "RecordingUrl" in form:
        return _NO_KEY.sub("", form.get("Digits", "")).strip("#")[:1] or None, None  # the one that ended it
    if form.get("SpeechResult"):
        return "", clean_line(form["SpeechResult"], _MAX_WORDS)
    if "Digits" in form:
        return _NO_KEY.sub("", form["Digits"][: 10 * _MAX_KEYS])[:_MAX_KEYS], ""
    return ("", "") if SILENT in query or "SpeechResult" in form else (None, None)


def _dialled(status: str | None) -> CallState | None:
    if status is None:
        return None
    # `answered` is what Twilio says of a conference that somebody left.
    return CallState.COMPLETED if status == "answered" else STATES.get(status, CallState.FAILED)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and 0 <= seconds < _FAR_FUTURE else 0.0


def _id(text: str) -> str:
    return text if _ID.fullmatch(text) else ""


def _needed(form: Form, name: str) -> str:
    found = _id(form.get(name, ""))
    if not found:
        raise MalformedError(f"{name} is missing")
    return found


def _split(url: str) -> tuple[str, Mapping[str, str]]:
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, errors="replace", max_num_fields=50))
    except ValueError as error:
        raise MalformedError("not an address") from error
    return parts.path, query
