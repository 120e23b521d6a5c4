"""The job that writes a contact's history into one file that anybody can open, pictures included.

The page has no scripts and loads nothing; whatever people wrote is escaped text.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final, Protocol

from contactcenter.runtime.jobs import HopelessError
from contactcenter.runtime.media import PICTURES, MediaStore
from contactcenter.storage import Job, Media
from contactcenter.storage.screen_records import ContactView, EventView, MediaView, MessageView

KIND: Final = "history_export"
CONTENT_TYPE: Final = "text/html; charset=utf-8"
MESSAGES: Final = 10_000
PICTURE_BYTES: Final = 20_000_000
"""Pictures in one file; later ones are named only."""

_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2430}"
    "h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}td{padding:.2rem .6rem .2rem 0;vertical-align:top}"
    "article{margin:.8rem 0;padding:.6rem .9rem;border-left:4px solid #9aa7b5;background:#f5f7f9}"
    "article.out{border-color:#1f6feb}article.note{border-color:#d29922}header{font-size:.85rem;color:#57606a}"
    "p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}img{max-width:100%}"
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Histories(Protocol):
    """What is read (storage.screens.Screens)."""

    async def contact(self, contact_id: str, agent_id: str | None = None) -> ContactView | None:
        """One contact."""

    async def messages(self, contact_id: str, last: int = ...) -> tuple[MessageView, ...]:
        """Its last messages, in order."""

    async def events(self, contact_id: str) -> tuple[EventView, ...]:
        """What happened to it, in order."""


class MediaRows(Protocol):
    """What this needs of the storage."""

    async def media(self, media_id: str) -> Media | None:
        """One file's row."""

    async def add_media(self, record: Media) -> None:
        """Note a file."""


class Export:
    """Handles `history_export` jobs: body `{contact_id, account_id}`; the result `{media_id}` is the file.

    Only the account that asked may fetch the file.
    """

    def __init__(self, histories: Histories, rows: MediaRows, store: MediaStore, *, clock: Callable[[], float]) -> None:
        self._histories = histories
        self._rows = rows
        self._store = store
        self._clock = clock

    async def handle(self, job: Job, _last: bool) -> Mapping[str, Any]:
        """Write one file. See `jobs.Handler`."""
        media_id = f"export-{job.id}"
        if await self._rows.media(media_id) is not None:
            return {"media_id": media_id}  # An attempt before this one got that far.
        contact = await self._histories.contact(str(job.body["contact_id"]))
        if contact is None:
            raise HopelessError("there is no such contact")
        messages = await self._histories.messages(contact.id, MESSAGES)
        events = await self._histories.events(contact.id)
        pictures = await self._pictures(messages)
        page = await asyncio.to_thread(render, contact, messages, events, pictures, self._clock())
        stored = await self._store.write(media_id, page.encode())
        arrived = datetime.fromtimestamp(contact.arrived_at, UTC)
        await self._rows.add_media(
            Media(
                id=media_id,
                state="ready",
                owner=str(job.body["account_id"]),
                content_type=CONTENT_TYPE,
                size=stored.size,
                name=f"contact-{arrived:%Y%m%d-%H%M}.html",
                path=stored.path,
                created_at=self._clock(),
            )
        )
        return {"media_id": media_id}

    async def _pictures(self, messages: Iterable[MessageView]) -> dict[str, str]:
        """Data addresses by media id."""
        found: dict[str, str] = {}
        left = PICTURE_BYTES
        for media in (media for message in messages for media in message.media):
            if media.state != "ready" or media.content_type not in PICTURES or (media.size or 0) > left:
                continue
            row = await self._rows.media(media.id)
            content = await self._store.read(row.path) if row is not None and row.path else None
            if content is not None:
                left -= len(content)
                found[media.id] = f"data:{media.content_type};base64,{base64.b64encode(content).decode()}"
        return found


def render(
    contact: ContactView,
    messages: Iterable[MessageView],
    events: Iterable[EventView],
    pictures: Mapping[str, str],
    at: float,
) -> str:
    """The page; `pictures` are data addresses by media id, `at` is now in UTC seconds."""
    facts = {
        "Customer": contact.customer_name or contact.address,
        "Address": contact.address,
        "Channel": contact.channel,
        "Queue": contact.queue,
        "Arrived": _time(contact.arrived_at),
        "Closed": _time(contact.closed_at),
        "Outcome": contact.outcome,
        "Disposition": contact.disposition,
        "Agent": contact.agent_name,
        "Contact": contact.id,
    }
    rows = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>" for name, value in facts.items() if value)
    spoken = "".join(_message(message, pictures) for message in messages)
    happened = "".join(_event(event) for event in events)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{_POLICY}"><title>Contact of {_time(contact.arrived_at)}</title><style>{_STYLE}</style>'
        f"<h1>Contact of {_time(contact.arrived_at)}</h1><table>{rows}</table>"
        f"<h2>Messages</h2>{spoken}<h2>What happened</h2><table>{happened}</table>"
        f"<footer><p>Written {_time(at)}; times are UTC.</p></footer></html>\n"
    )


def _message(message: MessageView, pictures: Mapping[str, str]) -> str:
    who = {"in": "Customer", "note": "Note", "system": "System"}.get(message.direction, "Agent")
    name = f"{who} {message.author_name}" if message.author_name else who
    delivery = f" · {message.delivery}" if message.delivery else ""
    media = "".join(_medium(medium, pictures) for medium in message.media)
    header = f"<header>{escape(name)} · {_time(message.at)}{escape(delivery)}</header>"
    return f'<article class="{escape(message.direction)}">{header}<p>{escape(message.text)}</p>{media}</article>'


def _medium(media: MediaView, pictures: Mapping[str, str]) -> str:
    name = escape(media.name or media.content_type or "file")
    source = pictures.get(media.id)
    return f'<img src="{source}" alt="{name}">' if source else f"<p>[{name}: {escape(media.state)}]</p>"


def _event(event: EventView) -> str:
    detail = ", ".join(f"{key}: {value}" for key, value in event.detail.items() if value not in (None, ""))
    words = " · ".join(filter(None, (event.type.replace("_", " "), event.agent_name, detail)))
    return f"<tr><td>{_time(event.at)}</td><td>{escape(words)}</td></tr>"


def _time(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
