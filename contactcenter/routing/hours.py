"""Opening hours and days as the engine needs them: what is open now, and when that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from contactcenter.queues.hours import OpeningHours
from contactcenter.routing.timers import TimerKind

if TYPE_CHECKING:
    from contactcenter.domain.configuration import Configuration, QueueSettings
    from contactcenter.routing.timers import Timers

AT_ONCE: Final = 500
"""Kept contacts that join the lines together when a queue opens; the others follow, so that no decision waits long."""

SLICE_SECONDS: Final = 0.02
"""So long after the ones before them."""


class Hours:
    """The calendars that queues go by. `next` says when each one's hours change (UTC seconds)."""

    def __init__(self, configuration: Configuration, timers: Timers) -> None:
        used = {queue.hours for queue in configuration.queues.values() if queue.hours is not None}
        self.next: dict[str, float] = {}
        self._timers = timers
        self._zone = ZoneInfo(configuration.settings.time_zone)
        self._open = {name: OpeningHours(configuration.calendars[name]) for name in sorted(used)}

    def is_open(self, queue: QueueSettings, now: float) -> bool:
        """Whether the queue is within its hours at `now` (UTC seconds)."""
        return queue.hours is None or self._open[queue.hours].is_open(now)

    def watch(self, calendar: str, now: float, *, soon: bool) -> None:
        """Look at the calendar's queues again when its hours change, or in a moment."""
        at = now + SLICE_SECONDS if soon else self._open[calendar].next_change(now)
        if at is not None:
            self.next[calendar] = at
            self._timers.set(at, TimerKind.HOURS, calendar)

    def calendars(self) -> list[str]:
        """Those that queues go by."""
        return list(self._open)

    def day_end(self, now: float) -> float:
        """When the day ends in the center's time zone (UTC seconds)."""
        tomorrow = datetime.fromtimestamp(now, UTC).astimezone(self._zone).date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self._zone).timestamp()

    def time_day(self, now: float, *, counted: bool) -> float:
        """The end of the day, with its timer, where a queue counts the contacts of a day; else 0."""
        if not counted:
            return 0.0
        end = self.day_end(now)
        self._timers.set(end, TimerKind.DAY, "")
        return end
