"""The web chat's frames (docs/api.md, "Web chat"): what a browser may say, read without trust.

Pure: no sockets, no clock. `read` turns whatever arrives into a frame or a `Refused`, never an exception;
the functions below it write the server's frames.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.channels.text import clean, clean_line

MAX_FRAME: Final = 64 * 1024
"""Characters or bytes of one frame: 4,000 characters, each escaped, fit; hand it to the socket as its limit too."""
MAX_TEXT: Final = 4000
MAX_NAME: Final = 80
MAX_ID: Final = 64
MAX_MEDIA: Final = 5

_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
_ID: Final = re.compile(r"[!-~]{1,64}")
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first frame. `token` resumes a chat; it is None when absent or not one of ours by its shape."""

    page: str
    token: str | None = None
    language: str | None = None
    name: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The customer wrote; `client_id` is theirs, so that a repeat is known."""

    client_id: str
    text: str
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typing:
    """The customer is typing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The browser has shown the message (`ack`)."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The customer closed the chat (`end`)."""


@dataclass(frozen=True, slots=True)
class Ping:
    """The browser asks whether we are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A frame that cannot be used: to be told to the browser by `error`. `fatal`: then close the socket."""

    code: str
    message: str
    retry: bool = False
    client_id: str | None = None
    fatal: bool = False


Frame = Hello | Written | Typing | Seen | Ended | Ping


def read(data: str | bytes) -> Frame | Refused:
    """What the browser said."""
    if len(data) > MAX_FRAME:
        return Refused(code="too_large", message=f"A frame has at most {MAX_FRAME} characters.")
    try:
        # Not json.loads(bytes): it would guess UTF-16 and let surrogates pass.
        fields = json.loads(data if isinstance(data, str) else data.decode())
    except (ValueError, RecursionError):  # not JSON, not UTF-8, a number of 5,000 digits, 10,000 brackets
        return Refused(code="bad_frame", message="A frame is one JSON object.")
    if not isinstance(fields, dict):
        return Refused(code="bad_frame", message="A frame is one JSON object.")
    kind = fields.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        known = ", ".join(_READERS)
        return Refused(code="unknown_type", message=f"`type` is one of: {known}.")
    return reader(fields)


def _hello(fields: Mapping[str, Any]) -> Hello | Refused:
    page = page_of(fields.get("page"))
    if page is None:
        return Refused(code="bad_page", message=f"`page` names an entry point in at most {MAX_ID} plain characters.")
    return Hello(
        page=page,
        token=_match(TOKEN, fields.get("token")),
        language=language_of(fields.get("language")),
        name=_name(fields.get("name")),
        after=_match(_ID, fields.get("after")),
    )


def _written(fields: Mapping[str, Any]) -> Written | Refused:
    client_id = _match(_ID, fields.get("client_id"))
    if client_id is None:
        return Refused(code="bad_frame", message=f"`client_id` has 1 to {MAX_ID} plain characters.")
    text = fields.get("text", "")
    if not isinstance(text, str):
        return Refused(code="bad_frame", message="`text` is a string.", client_id=client_id)
    text = clean(text).strip()
    if len(text) > MAX_TEXT:
        message = f"A message has at most {MAX_TEXT} characters; this one has {len(text)}."
        return Refused(code="too_long", message=message, client_id=client_id)
    media = fields.get("media_ids") or []
    if not isinstance(media, list) or len(media) > MAX_MEDIA or not all(_match(_ID, each) for each in media):
        message = f"`media_ids` has at most {MAX_MEDIA} ids of uploaded pictures."
        return Refused(code="bad_media", message=message, client_id=client_id)
    if not text and not media:
        return Refused(code="empty", message="A message has a text or a picture.", client_id=client_id)
    return Written(client_id=client_id, text=text, media_ids=tuple(media))


def _typing(_fields: Mapping[str, Any]) -> Typing:
    return Typing()


def _seen(fields: Mapping[str, Any]) -> Seen | Refused:
    message_id = _match(_ID, fields.get("message_id"))
    if message_id is None:
        return Refused(code="bad_frame", message="`message_id` is the id of a message that was received.")
    return Seen(message_id=message_id)


def _ended(_fields: Mapping[str, Any]) -> Ended:
    return Ended()


def _ping(_fields: Mapping[str, Any]) -> Ping:
    return Ping()


_READERS: Final = {
    "hello": _hello,
    "message": _written,
    "typing": _typing,
    "ack": _seen,
    "end": _ended,
    "ping": _ping,
}


def _match(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def page_of(value: object) -> str | None:
    """A page's name if it has the shape of one."""
    return _match(_ID, value)


def language_of(tag: object) -> str | None:
    """The language of a tag such as `es-UY` or `pt_BR`: `es`, `pt`; None for anything else."""
    match = _LANGUAGE.fullmatch(tag) if isinstance(tag, str) and len(tag) <= MAX_ID else None
    return match.group(1).lower() if match else None


def _name(value: object) -> str | None:
    return clean_line(value[: 4 * MAX_NAME], MAX_NAME) or None if isinstance(value, str) else None


def welcome(
    *,
    token: str,
    state: str,
    agent: str | None,
    messages: Iterable[Mapping[str, Any]],
    texts: Mapping[str, str],
    max_media_bytes: int,
) -> str:
    """The answer to `hello`; `state` is new, waiting, connected or ended, `agent` a name."""
    limits = {"max_length": MAX_TEXT, "max_media_bytes": max_media_bytes}
    return _write(
        "welcome", token=token, state=state, agent=_agent(agent), messages=list(messages), texts=texts, limits=limits
    )


def accepted(*, client_id: str, message_id: str, at: str) -> str:
    """The message is committed; `at` in ISO 8601."""
    return _write("accepted", client_id=client_id, message_id=message_id, at=at)


def message(content: Mapping[str, Any]) -> str:
    """A message of either side, as docs/api.md's `Message'`."""
    return _write("message", message=content)


def status(*, state: str, agent: str | None, wait: tuple[float, float] | None = None) -> str:
    """How far the chat is; `wait` is how long half, and four in five, wait from now on, in seconds."""
    fields: dict[str, Any] = {} if wait is None else {"wait": {"p50": wait[0], "p80": wait[1]}}
    return _write("status", state=state, agent=_agent(agent), **fields)


def typing() -> str:
    """The agent is typing."""
    return _write("typing")


def pong() -> str:
    """We are here."""
    return _write("pong")


def error(refused: Refused) -> str:
    """Tell the browser why a frame was not used, and whether the same frame may work later."""
    fields: dict[str, Any] = {"code": refused.code, "message": refused.message, "retry": refused.retry}
    if refused.client_id is not None:
        fields["client_id"] = refused.client_id
    return _write("error", **fields)


def _agent(name: str | None) -> dict[str, str] | None:
    return None if name is None else {"name": name}


def _write(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
