"""Rows of pictures and files; the bytes lie elsewhere."""

from __future__ import annotations

from typing import Final

from contactcenter.storage.clean import clean, clean_or_none
from contactcenter.storage.records import Media, MediaChange
from contactcenter.storage.steps import Context, Query, Transaction

_COLUMNS: Final = (
    "id, state, message_id, position, channel, owner, content_type, size, name, path, url, error, created_at"
)
_FIELDS: Final = tuple(_COLUMNS.split(", "))


def add(context: Context, media: Media) -> Transaction[None]:
    """Note a file, usually one that was just uploaded."""
    yield Query(
        f"INSERT INTO media ({_COLUMNS}) VALUES ({', '.join('?' * len(_FIELDS))})",
        (
            media.id,
            media.state,
            media.message_id,
            media.position,
            media.channel,
            media.owner,
            clean_or_none(media.content_type),
            media.size,
            clean_or_none(media.name),
            media.path,
            media.url,
            media.error,
            media.created_at or context.clock(),
        ),
    )


def media(context: Context, media_id: str) -> Transaction[Media | None]:
    """One file."""
    del context
    rows = yield Query(f"SELECT {_COLUMNS} FROM media WHERE id = ?", (media_id,))
    return Media(**dict(zip(_FIELDS, rows[0], strict=True))) if rows else None


def finish(context: Context, media_id: str, path: str, size: int, content_type: str) -> Transaction[MediaChange | None]:
    """The bytes are there; None when there is no such file, or it was ready already."""
    del context
    rows = yield Query(
        "UPDATE media SET state = 'ready', path = ?, size = ?, content_type = ?, error = NULL"
        " WHERE id = ? AND state <> 'ready' RETURNING message_id",
        (path, size, clean(content_type), media_id),
    )
    return (yield from _change(media_id, rows[0][0])) if rows else None


def fail(context: Context, media_id: str, error: str) -> Transaction[MediaChange | None]:
    """The bytes will not come; None when they came already."""
    del context
    rows = yield Query(
        "UPDATE media SET state = 'failed', error = ? WHERE id = ? AND state <> 'ready' RETURNING message_id",
        (clean(error), media_id),
    )
    return (yield from _change(media_id, rows[0][0])) if rows else None


def _change(media_id: str, message_id: str | None) -> Transaction[MediaChange]:
    rows = yield Query(
        "SELECT m.contact_id, c.agent_id FROM message m LEFT JOIN contact c ON c.id = m.contact_id WHERE m.id = ?",
        (message_id,),
    )
    contact_id, agent_id = rows[0] if rows else (None, None)
    return MediaChange(media_id=media_id, message_id=message_id, contact_id=contact_id, agent_id=agent_id)
