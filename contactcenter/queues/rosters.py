"""Live sums of agents' time by profile, half-hour and minute: a change costs the same, however many they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from contactcenter.queues.counting import KEPT_MINUTES
from contactcenter.queues.intervals import SPAN
from contactcenter.queues.service_level import MILLISECONDS
from contactcenter.queues.staffing import TIMES, Doing, Times, not_ready_for, rate_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MINUTE: Final = 60 * MILLISECONDS
_SPAN: Final = SPAN * MILLISECONDS


@dataclass(slots=True)
class _Group:
    """The people of one profile. `rates` and `reasons` are what one millisecond adds.

    Up to `since` (milliseconds) it has been added.
    """

    since: int
    rates: list[int] = field(default_factory=lambda: [0] * len(TIMES))
    reasons: Counter[str] = field(default_factory=Counter)
    minutes: dict[int, Times] = field(default_factory=dict)
    spans: dict[int, Times] = field(default_factory=dict)

    def join(self, doing: Doing, sign: int = 1) -> None:
        """One more person who does this; `sign` -1: one less."""
        rates = self.rates
        for place, rate in enumerate(rate_of(doing)):
            if rate:
                rates[place] += sign * rate
        reason = not_ready_for(doing)
        if reason is not None:
            self.reasons[reason] += sign

    def settle(self, now: int) -> None:
        """Add what passed since the last time."""
        if now > self.since:
            self.spread(self.rates, self.reasons, self.since, now)
            self.since = now

    def spread(self, rates: Sequence[int], reasons: Mapping[str, int], since: int, until: int) -> None:
        """Add for the time between, to every minute and half-hour that it touches."""
        for first, last in _pieces(since, until, _SPAN):
            _add(_times(self.spans, first // _SPAN * SPAN), rates, reasons, last - first)
        newest = until // _MINUTE
        if newest not in self.minutes:
            for old in [old for old in self.minutes if old <= newest - KEPT_MINUTES]:
                del self.minutes[old]
        for first, last in _pieces(max(since, (newest - KEPT_MINUTES + 1) * _MINUTE), until, _MINUTE):
            _add(_times(self.minutes, first // _MINUTE), rates, reasons, last - first)


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
            group.join(before, -1)
        group = self._group(doing.profile, at)
        group.settle(at)
        group.join(doing)
        if answered:
            self.recall_answers(doing.profile, at, answered)
        self.doing[agent_id] = doing
        return True

    def recall(self, doing: Doing, since: int, until: int) -> None:
        """Somebody did this before the watching began."""
        reason = not_ready_for(doing)
        reasons = {} if reason is None else {reason: 1}
        self._group(doing.profile, until).spread(rate_of(doing), reasons, since, until)

    def recall_answers(self, profile: str, at: int, answered: int) -> None:
        """Somebody took contacts at `at`."""
        group = self._group(profile, at)
        _times(group.spans, at // _SPAN * SPAN).answered += answered
        _times(group.minutes, at // _MINUTE).answered += answered

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


def _times(sums: dict[int, Times], key: int) -> Times:
    found = sums.get(key)
    if found is None:
        found = sums[key] = Times()
    return found


def _add(times: Times, rates: Sequence[int], reasons: Mapping[str, int], time: int) -> None:
    for name, rate in zip(TIMES, rates, strict=True):
        if rate:
            setattr(times, name, getattr(times, name) + rate * time)
    for reason, count in reasons.items():
        if count:
            times.not_ready[reason] = times.not_ready.get(reason, 0) + count * time


def _sum(several: Iterable[Times]) -> Times:
    result = Times()
    for times in several:
        result.add(times)
    return result
