"""What was recorded of calls: sounds in the conversation, kept for as long as the settings say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from contactcenter.storage.clean import clean, key
from contactcenter.storage.driver import Driver
from contactcenter.storage.mapping import json_of
from contactcenter.storage.steps import TEXT, Context, Each, Insert, Query, Transaction
from contactcenter.storage.written import MESSAGE, Written, write

EXPIRED: Final = "expired"
"""Why a sound is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording at a vendor's: `recording_id` and `url` are theirs, `channel` fetches it. `at` in UTC seconds."""

    contact_id: str
    channel: str
    recording_id: str
    url: str
    at: float


class RecordingStore:
    """The door; every method is one transaction and raises UnavailableError when SQL does not answer."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def keep(self, recorded: Recorded) -> bool:
        """Put it into the conversation and have it fetched; False when that was done, or nobody knows the contact."""
        return await self._driver.write(lambda context: _keep(context, recorded))

    async def unknown(self, channel: str, recording_ids: Collection[str]) -> set[str]:
        """Those of a vendor's recordings that are in no conversation."""
        return await self._driver.read(lambda _: _unknown(channel, recording_ids))

    async def old(self, before: float, limit: int) -> list[tuple[str, str]]:
        """Sounds that were recorded before that and still have bytes: id and path."""
        return await self._driver.read(lambda _: _old(before, limit))

    async def forget(self, media_ids: Sequence[str]) -> None:
        """Note that their bytes are gone for good."""
        if media_ids:
            await self._driver.write(lambda _: _forget(media_ids))


def _keep(context: Context, recorded: Recorded) -> Transaction[bool]:
    contacts = yield Query("SELECT customer_id, channel FROM contact WHERE id = ?", (recorded.contact_id,))
    if not contacts:
        return False
    customer_id, channel = contacts[0]
    message_id = context.new_id()
    won = yield Insert(
        "message",
        MESSAGE,
        [
            (
                message_id, recorded.contact_id, customer_id, channel, key(recorded.recording_id), "in", "message",
                None, None, "", recorded.at, None, None,
            )
        ],
        "ON CONFLICT (channel, provider_id) WHERE direction = 'in' DO NOTHING",
        "id",
    )  # fmt: skip
    if not won:
        return False
    now = context.clock()
    media_id = context.new_id()
    body = json_of({"media_id": media_id, "message_id": message_id})
    written = Written()
    row = (media_id, message_id, 0, clean(recorded.channel), "pending", None, None, clean(recorded.url), now)
    written.media.append(row)
    written.jobs.append((context.new_id(), "media_download", "queued", 0, body, now, now))
    yield from write(written)
    return True


def _unknown(channel: str, recording_ids: Collection[str]) -> Transaction[set[str]]:
    ids = {key(each): each for each in recording_ids}
    known = yield Each(
        "SELECT provider_id FROM message WHERE channel = ? AND direction = 'in'"
        " AND provider_id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(each,) for each in ids],
        (channel,),
    )
    return {ids[each] for each in ids.keys() - {row[0] for row in known}}


def _old(before: float, limit: int) -> Transaction[list[tuple[str, str]]]:
    rows = yield Query(
        "SELECT id, path FROM media WHERE created_at < ? AND state = 'ready' AND content_type LIKE 'audio/%'"
        " ORDER BY created_at LIMIT ?",
        (before, limit),
    )
    return [(id_, path) for id_, path in rows]


def _forget(media_ids: Sequence[str]) -> Transaction[None]:
    yield Each(
        "UPDATE media SET state = 'failed', error = ?, path = NULL, url = NULL FROM {rows} WHERE media.id = v.id",
        (("id", TEXT),),
        [(media_id,) for media_id in media_ids],
        (EXPIRED,),
    )
