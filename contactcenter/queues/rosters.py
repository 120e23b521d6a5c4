"""Live sums of agents' time by profile, half-hour and minute: a change costs the same, however many they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from contactcenter.queues.counting import KEPT_MINUTES
from contactcenter.queues.intervals import SPAN
from contactcenter.queues.service_level import MILLISECONDS
from contactcenter.queues.staffing import TIMES, Doing, Times

if TYPE_CHECKING:
    from collections.abc import Iterable

_MINUTE: Final = 60 * MILLISECONDS
_SPAN: Final = SPAN * MILLISECONDS


@dataclass(slots=True)
class _Group:
    """The people of one profile. `rate` is what one millisecond adds; up to `since` (milliseconds) it is added."""

    since: int
    rate: Times = field(default_factory=Times)
    minutes: dict[int, Times] = field(default_factory=dict)
    spans: dict[int, Times] = field(default_factory=dict)

    def settle(self, now: int) -> None:
        """Add what passed since the last time."""
        if now <= self.since:
            return
        self.spread(self.rate, self.since, now)
        self.since = now

    def spread(self, rate: Times, since: int, until: int) -> None:
        """Add `rate` for the time between, to every minute and half-hour that it touches."""
        for first, last in _pieces(since, until, _SPAN):
            _add(self.spans, first // _SPAN * SPAN, rate, last - first)
        recent = max(since, (until // _MINUTE - KEPT_MINUTES) * _MINUTE)
        for first, last in _pieces(recent, until, _MINUTE):
            _add(self.minutes, first // _MINUTE, rate, last - first)
        for old in [old for old in self.minutes if old <= until // _MINUTE - KEPT_MINUTES]:
            del self.minutes[old]


class Roster:
    """Everybody's time. Moments in whole milliseconds (UTC), which never go back."""

    def __init__(self) -> None:
        self.doing: dict[str, Doing] = {}
        self._groups: dict[str, _Group] = {}

    def change(self, agent_id: str, doing: Doing, at: int, answered: int = 0) -> bool:
        """An agent does this from `at` on; False when that is nothing new."""
        before = self.doing.get(agent_id)
        if before == doing and not answered:
            return False
        if before is not None:
            group = self._group(before.profile, at)
            group.settle(at)
            group.rate.spend(before, -1)
        group = self._group(doing.profile, at)
        group.settle(at)
        group.rate.spend(doing, 1)
        if answered:
            for times, key in ((group.spans, at // _SPAN * SPAN), (group.minutes, at // _MINUTE)):
                times.setdefault(key, Times()).answered += answered
        self.doing[agent_id] = doing
        return True

    def recall(self, doing: Doing, since: int, until: int) -> None:
        """Somebody did this before the watching began."""
        rate = Times()
        rate.spend(doing, 1)
        self._group(doing.profile, until).spread(rate, since, until)

    def recall_answers(self, profile: str, at: int, answered: int) -> None:
        """Somebody took contacts before the watching began."""
        group = self._group(profile, at)
        for times, key in ((group.spans, at // _SPAN * SPAN), (group.minutes, at // _MINUTE)):
            times.setdefault(key, Times()).answered += answered

    def put(self, span: int, profile: str, times: Times) -> None:
        """A half-hour of before."""
        self._group(profile, span * MILLISECONDS).spans[span] = times

    def settle(self, now: int) -> None:
        """Add everybody's time up to `now`."""
        for group in self._groups.values():
            group.settle(now)

    def drop(self, before: int) -> None:
        """Forget half-hours that began before `before` (UTC seconds)."""
        for group in self._groups.values():
            for span in [span for span in group.spans if span < before]:
                del group.spans[span]

    def since(self, start: float) -> dict[str, Times]:
        """By profile, from the minute of `start` (UTC seconds) on, no longer ago than minutes are kept."""
        first = int(start // 60)
        return {
            profile: _sum(times for minute, times in group.minutes.items() if minute >= first)
            for profile, group in self._groups.items()
        }

    def spans_since(self, start: int, end: int) -> dict[str, Times]:
        """By profile, of half-hours that begin from `start` to before `end` (UTC seconds)."""
        return {
            profile: _sum(times for span, times in group.spans.items() if start <= span < end)
            for profile, group in self._groups.items()
        }

    def _group(self, profile: str, at: int) -> _Group:
        group = self._groups.get(profile)
        if group is None:
            group = self._groups[profile] = _Group(at)
        return group


def _pieces(since: int, until: int, length: int) -> Iterable[tuple[int, int]]:
    while since < until:
        end = min((since // length + 1) * length, until)
        yield since, end
        since = end


def _add(sums: dict[int, Times], key: int, rate: Times, time: int) -> None:
    times = sums.get(key)
    if times is None:
        times = sums[key] = Times()
    for name in TIMES:
        value = getattr(rate, name)
        if value:
            setattr(times, name, getattr(times, name) + value * time)
    for reason, count in rate.not_ready.items():
        if count:
            times.not_ready[reason] = times.not_ready.get(reason, 0) + count * time


def _sum(several: Iterable[Times]) -> Times:
    result = Times()
    for times in several:
        result.add(times)
    return result
