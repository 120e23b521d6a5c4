"""What agents' time goes into, and how busy that makes them: occupancy and handling time by agent.

Moments and sums are whole milliseconds (UTC since the epoch), so that two halves of a time add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from contactcenter.domain.words import AgentStatus
from contactcenter.queues.service_level import MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DISCONNECTED: Final = "disconnected"
"""The reason of somebody available whose console is not connected: nothing is offered to them."""
NO_REASON: Final = "none"


class Doing(NamedTuple):
    """What an agent does from some moment on: conversations by media class, and contacts in wrap-up."""

    profile: str
    status: AgentStatus
    reason: str | None = None
    voice: int = 0
    live: int = 0
    messages: int = 0
    wrap_up: int = 0

    @property
    def conversations(self) -> int:
        """Contacts in hand that are not in wrap-up."""
        return self.voice + self.live + self.messages

    @property
    def busy(self) -> bool:
        """Whether anything is in hand."""
        return bool(self.voice or self.live or self.messages or self.wrap_up)

    @property
    def there(self) -> bool:
        """Whether they are at work: signed in, or with something in hand."""
        return self.status is not AgentStatus.LOGGED_OUT or self.busy


class Change(NamedTuple):
    """From `at` (milliseconds) on the agent does this; `answered` were taken since the change before, at `at`."""

    at: int
    doing: Doing
    answered: int = 0


@dataclass(slots=True)
class Times:
    """Sums in milliseconds of one agent, or of several. staffed = available + busy + not ready, always.

    `busy` is time with anything in hand, however much: three chats at once are one busy person. So are
    `voice`, `live`, `messages` (time with at least one such conversation; they may overlap) and `wrap_up`
    (nothing but wrap-up in hand). `talk` and `after` count each contact by itself: the parts of its
    handling time. `not_ready` is by reason, and only while nothing is in hand.
    """

    available: int = 0
    busy: int = 0
    voice: int = 0
    live: int = 0
    messages: int = 0
    wrap_up: int = 0
    talk: int = 0
    after: int = 0
    answered: int = 0
    not_ready: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, sums: Iterable[int], not_ready: Mapping[str, int]) -> Times:
        """From what was stored, in the order of `TIMES`."""
        times = cls(not_ready=dict(not_ready))
        for name, value in zip(TIMES, sums, strict=True):
            setattr(times, name, value)
        return times

    def spend(self, doing: Doing, time: int) -> None:
        """The agent did this for `time` milliseconds; `rate_of` says the same of one."""
        if doing.busy:
            self.busy += time
            self.voice += time if doing.voice else 0
            self.live += time if doing.live else 0
            self.messages += time if doing.messages else 0
            self.wrap_up += 0 if doing.conversations else time
            self.talk += doing.conversations * time
            self.after += doing.wrap_up * time
        elif doing.status is AgentStatus.AVAILABLE:
            self.available += time
        elif doing.status is AgentStatus.NOT_READY:
            reason = not_ready_for(doing) or NO_REASON
            self.not_ready[reason] = self.not_ready.get(reason, 0) + time

    def add(self, other: Times) -> None:
        """Count these too."""
        for name in TIMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, time in other.not_ready.items():
            self.not_ready[reason] = self.not_ready.get(reason, 0) + time

    def __bool__(self) -> bool:
        return bool(self.staffed or self.answered)

    @property
    def staffed(self) -> int:
        """Milliseconds at work."""
        return self.available + self.busy + sum(self.not_ready.values())

    @property
    def occupancy(self) -> float | None:
        """See `occupancy`."""
        return occupancy(self.busy, self.available)

    @property
    def aht(self) -> float | None:
        """Average handling time in seconds: what went into contacts over how many were taken."""
        return (self.talk + self.after) / MILLISECONDS / self.answered if self.answered else None


TIMES: Final = ("available", "busy", "voice", "live", "messages", "wrap_up", "talk", "after", "answered")
"""The plain fields of `Times`, in the order in which they are stored."""


@lru_cache(maxsize=4096)
def rate_of(doing: Doing) -> tuple[int, ...]:
    """What one millisecond of it adds to the fields of `TIMES`."""
    times = Times()
    times.spend(doing, 1)
    return tuple(getattr(times, name) for name in TIMES)


def not_ready_for(doing: Doing) -> str | None:
    """The reason its time is not ready time for, if it is."""
    if doing.status is AgentStatus.NOT_READY and not doing.busy:
        return doing.reason or NO_REASON
    return None


def occupancy(busy: float, available: float) -> float | None:
    """Share (0–1) of the time at hand in which something was in hand; None when there was no such time.

    Time not ready is in neither: whoever is on a break is not unoccupied.
    """
    return busy / (busy + available) if busy + available > 0 else None


def spent(before: Doing | None, changes: Iterable[Change], start: int, end: int) -> dict[str, Times]:
    """What an agent's time from `start` to `end` (milliseconds) went into, by the profile they had then.

    `before` is what they did when it began, `changes` are in order; those outside are left out.
    """
    times: dict[str, Times] = {}
    doing, since = before, start
    for change in changes:
        if not start <= change.at < end:
            continue
        if doing is not None and doing.there:
            times.setdefault(doing.profile, Times()).spend(doing, change.at - since)
        if change.answered:
            times.setdefault(change.doing.profile, Times()).answered += change.answered
        doing, since = change.doing, change.at
    if doing is not None and doing.there:
        times.setdefault(doing.profile, Times()).spend(doing, end - since)
    return times
