"""The job that fetches pictures and recordings: bytes from the vendor into our files, known by their content."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.domain.words import MediaClass
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.jobs import TIMEOUT_SECONDS, HopelessError, LaterError
from contactcenter.runtime.media import MediaStore
from contactcenter.storage import Job, Media, MediaChange

KIND: Final = "media_download"
MAX_BYTES: Final = 16_000_000
"""Gateways carry at most 5 MB; what is larger was not meant for people."""
MAX_SOUND_BYTES: Final = 128_000_000
"""More than two hours of a call: 16,000 bytes a second, as telephone networks hand sound over."""
FETCH_SECONDS: Final = 0.95 * TIMEOUT_SECONDS
"""Sooner than the job is ended, so that a file that never comes is said to be lost at the last attempt."""


class MediaRows(Protocol):
    """What this needs of the storage."""

    async def media(self, media_id: str) -> Media | None:
        """One file's row."""

    async def finish_media(self, media_id: str, path: str, size: int, content_type: str) -> MediaChange | None:
        """Its bytes are there."""

    async def fail_media(self, media_id: str, error: str) -> MediaChange | None:
        """They will not come."""


class Downloads:
    """Handles `media_download` jobs: body `{media_id, message_id}`. `seconds`: how long fetching one may take."""

    def __init__(
        self,
        rows: MediaRows,
        store: MediaStore,
        channels: Mapping[str, Channel],
        bus: Bus,
        *,
        seconds: float = FETCH_SECONDS,
    ) -> None:
        self._rows = rows
        self._store = store
        self._channels = channels
        self._bus = bus
        self._seconds = seconds

    async def handle(self, job: Job, last: bool) -> Mapping[str, Any] | None:
        """Fetch one file. See `jobs.Handler`."""
        media = await self._rows.media(str(job.body["media_id"]))
        if media is None or media.state == "ready" or media.url is None:
            return None
        try:
            async with asyncio.timeout(self._seconds):
                await self._fetch(media)
        except (TransientError, TimeoutError) as error:
            reason = str(error) or "it took too long"
            if last:
                await self._give_up(media, reason)
                raise HopelessError(reason) from error
            raise LaterError(reason) from error
        except PermanentError as error:
            await self._give_up(media, str(error))
            raise HopelessError(str(error)) from error
        return None

    async def _fetch(self, media: Media) -> None:
        channel = self._channels.get(media.channel or "")
        if channel is None:
            raise TransientError(f"channel {media.channel} is not set up")
        assert media.url is not None
        most = MAX_SOUND_BYTES if channel.media is MediaClass.VOICE else MAX_BYTES
        fetched = await channel.fetch_media(media.url, max_bytes=most)
        if len(fetched.content) > most:
            raise PermanentError(f"it has more than {most} bytes")
        stored = await self._store.write(media.id, fetched.content)
        self._tell(await self._rows.finish_media(media.id, stored.path, stored.size, stored.content_type))

    async def _give_up(self, media: Media, error: str) -> None:
        self._tell(await self._rows.fail_media(media.id, error))

    def _tell(self, change: MediaChange | None) -> None:
        if change is not None and change.agent_id is not None and change.contact_id is not None:
            self._bus.post("desk", {"agent": change.agent_id, "media": [[change.contact_id, change.message_id]]})
