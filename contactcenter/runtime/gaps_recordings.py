"""Finding recordings of talks whose report was lost: a vendor tells of each once, and keeps them all.

What is found goes the way of a report, so finding one again is only work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.channels.voice import RecordingReported, RoomRecording, VoiceChannel
from contactcenter.metrics import Metrics
from contactcenter.runtime.gaps import Pinged, wait
from contactcenter.runtime.recordings import Recordings
from contactcenter.storage import Lease, UnavailableError

PERIOD_SECONDS: Final = 900.0
FIRST_SECONDS: Final = 86_400.0
"""So far back it looks when it begins, and when SQL is back."""
LONGEST_SECONDS: Final = 4 * 3_600.0
"""So far back it looks else: a recording is listed from its beginning on, and complete at the end of the talk."""
REPORT_SECONDS: Final = 120.0
"""Most reports are there by then."""
MOST: Final = 100
"""Rooms asked about in one turn; the rest have their turn later."""
TIMEOUT_SECONDS: Final = 60.0

log = structlog.get_logger(__name__)


class Known(Protocol):
    """What this needs of the recordings' rows."""

    async def unknown(self, channel: str, recording_ids: Collection[str]) -> set[str]:
        """Those of a vendor's recordings that are in no conversation."""


class RecordingFinder:
    """A duty of the router that leads: looks when it begins, when SQL is back, and now and then."""

    def __init__(
        self,
        storage: Pinged,
        rows: Known,
        recordings: Recordings,
        channels: Mapping[str, Channel],
        *,
        clock: Callable[[], float],
        metrics: Metrics,
        period: float = PERIOD_SECONDS,
    ) -> None:
        self._storage = storage
        self._rows = rows
        self._recordings = recordings
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._period = period
        self._others: set[str] = set()
        """Recordings of the vendor's account that are none of ours, among those that were listed last."""

    async def run(self, _lease: Lease) -> None:
        """Look until cancelled."""
        back = FIRST_SECONDS
        while True:
            for channel in self._channels.values():
                if isinstance(channel, VoiceChannel):
                    await self.look(channel, back)
            back = FIRST_SECONDS if await wait(self._storage, self._period) else LONGEST_SECONDS

    async def look(self, channel: VoiceChannel, back: float) -> None:
        """Take what was recorded in the last `back` seconds and is in no conversation."""
        found = 0
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                for one in await self._missing(channel, back):
                    found += await self._take(channel, one)
        except (TransientError, PermanentError, UnavailableError, TimeoutError) as error:
            log.warning("recordings.not_looked_for", channel=channel.name, error=str(error) or type(error).__name__)
        except Exception:
            log.exception("recordings.search_failed", channel=channel.name)
        if found:
            log.warning("recordings.found", channel=channel.name, recordings=found)
            self._metrics.found_recordings.labels(channel.name).inc(found)

    async def _missing(self, channel: VoiceChannel, back: float) -> Sequence[RoomRecording]:
        now = self._clock()
        listed = await channel.room_recordings(now - back)
        ended = {one.recording_id: one for one in listed if one.at + one.seconds < now - REPORT_SECONDS}
        self._others &= ended.keys()
        unknown = await self._rows.unknown(channel.name, ended.keys() - self._others)
        return sorted((ended[each] for each in unknown), key=lambda one: one.at)[:MOST]

    async def _take(self, channel: VoiceChannel, one: RoomRecording) -> bool:
        """Whether it was one of ours."""
        contact = await channel.contact_of(one.room_id)
        taken = contact is not None and await self._recordings.take(
            RecordingReported(
                channel=channel.name,
                contact=contact,
                recording_id=one.recording_id,
                url=one.url,
                seconds=one.seconds,
                at=one.at + one.seconds,
            )
        )
        if not taken:
            self._others.add(one.recording_id)
        return taken
