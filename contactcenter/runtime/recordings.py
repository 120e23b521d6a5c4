"""Recordings of calls: taken into the conversation when the vendor has them, forgotten when their time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from contactcenter.channels.voice import RecordingReported
from contactcenter.runtime.media import MediaStore
from contactcenter.storage import Lease, UnavailableError
from contactcenter.storage.recordings import Recorded

DAY: Final = 86_400.0
FORGET_SECONDS: Final = 3_600.0
MOST: Final = 200
"""Sounds removed in one go."""

log = structlog.get_logger(__name__)


class Keeps(Protocol):
    """What this needs of the storage."""

    async def keep(self, recorded: Recorded) -> bool:
        """Put it into the conversation and have it fetched."""

    async def old(self, before: float, limit: int) -> list[tuple[str, str]]:
        """Sounds that were recorded before that: id and path."""

    async def forget(self, media_ids: Sequence[str]) -> None:
        """Note that their bytes are gone for good."""


class Recordings:
    """See the module. `days`: how long sounds are kept. `clock` in UTC seconds."""

    def __init__(
        self,
        rows: Keeps,
        store: MediaStore,
        clock: Callable[[], float],
        *,
        days: int,
        wake_jobs: Callable[[Sequence[str]], None] = lambda _: None,
    ) -> None:
        self._rows = rows
        self._store = store
        self._clock = clock
        self._days = days
        self._wake_jobs = wake_jobs

    async def take(self, event: RecordingReported) -> bool:
        """The vendor has a recording, or has none; whether the conversation has one more. Raises UnavailableError."""
        if not event.url:
            log.warning("recordings.absent", contact=event.contact, recording=event.recording_id)
            return False
        recorded = Recorded(
            contact_id=event.contact,
            channel=event.channel,
            recording_id=event.recording_id,
            url=event.url,
            at=event.at,
        )
        kept = await self._rows.keep(recorded)
        if kept:
            self._wake_jobs([event.recording_id])
        return kept

    async def run(self, _lease: Lease) -> None:
        """A duty of the router that leads: forget what is old, now and then."""
        while True:
            try:
                while await self.forget() == MOST:
                    pass
            except UnavailableError as error:
                log.warning("recordings.not_forgotten", error=str(error))
            await asyncio.sleep(FORGET_SECONDS)

    async def forget(self) -> int:
        """Remove some of the sounds whose time is over; how many."""
        old = await self._rows.old(self._clock() - self._days * DAY, MOST)
        removed = [media_id for media_id, path in old if await self._removed(path)]
        await self._rows.forget(removed)
        return len(removed)

    async def _removed(self, path: str) -> bool:
        try:
            await self._store.remove(path)
        except OSError as error:  # A duty that raises ends the router's term: no file is worth that.
            log.warning("recordings.not_removed", path=path, error=str(error))
            return False
        return True
