"""Live counts of contacts by half-hour and minute of arrival, kept by difference: they cost what a change costs.

A contact counts in the queue that answered it first, or, before any answer, in the one it is in.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from contactcenter.queues.intervals import SPAN, span_of
from contactcenter.queues.service_level import ARRIVED, Facts, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MINUTE: Final = 60
KEPT_MINUTES: Final = 31
"""Thirty whole ones and the one that has begun."""

Key = tuple[str, str]
"""Queue and channel."""


class Seen(NamedTuple):
    """A contact as it is now. `arrived_at` in UTC seconds."""

    id: str
    arrived_at: float
    queue: str
    channel: str
    facts: Facts
    closed: bool


class _Place(NamedTuple):
    span: int
    key: Key


class Counting:
    """Tallies by half-hour and by minute. `open` counts each half-hour's contacts that are not closed.

    `changed` are half-hours that were counted anew since somebody last took note.
    """

    def __init__(self) -> None:
        self.spans: dict[int, dict[Key, Tally]] = {}
        self.minutes: dict[int, dict[Key, Tally]] = {}
        self.open: Counter[int] = Counter()
        self.changed: set[int] = set()
        self._newest = 0
        self._places: dict[str, _Place] = {}
        self._interned: dict[_Place, _Place] = {}
        self._facts: dict[str, Facts] = {}

    def see(self, contact: Seen) -> Facts:
        """Count a contact, or what is new about it; returns what was known of it before."""
        place = self._place(contact.arrived_at, (contact.queue, contact.channel))
        before = self._places.get(contact.id)
        known = self._facts.get(contact.id, ARRIVED)
        if before is None:
            self._apply(place, contact.arrived_at, contact.facts, 1)
            self.open[place.span] += 1
        elif before is not place or known != contact.facts:
            self._apply(before, contact.arrived_at, known, -1)
            self._apply(place, contact.arrived_at, contact.facts, 1)
        if contact.closed:
            self._forget(contact.id, place.span)
        else:
            self._places[contact.id] = place
            if contact.facts is not ARRIVED:
                self._facts[contact.id] = contact.facts
        return known

    def stands(self, contact_id: str, queue: str, *, answered: bool) -> bool:
        """Whether an open contact in `queue` is counted as it is already: a quick no to most changes."""
        place = self._places.get(contact_id)
        return place is not None and place.key[0] == queue and answered == (contact_id in self._facts)

    def recall(self, contact: Seen) -> None:
        """Count a contact that was closed before the watching began."""
        self._apply(
            self._place(contact.arrived_at, (contact.queue, contact.channel)), contact.arrived_at, contact.facts, 1
        )

    def absorb(self, other: Counting) -> None:
        """Count what another recalled."""
        for sums, more in ((self.spans, other.spans), (self.minutes, other.minutes)):
            for start, tallies in more.items():
                mine = sums.setdefault(start, {})
                for key, tally in tallies.items():
                    _tally(mine, key).add(tally)
        self.changed |= other.changed
        self._advance(max(self._newest, other._newest))

    def put(self, span: int, tallies: Mapping[Key, Tally]) -> None:
        """A half-hour of before whose contacts are all closed."""
        self.spans[span] = dict(tallies)

    def drop(self, before: int) -> None:
        """Forget half-hours that began before `before` (UTC seconds), are closed and have been taken note of."""
        for span in [span for span in self.spans if span < before and not self.open[span]]:
            if span not in self.changed:
                del self.spans[span]
        for span in [span for span, count in self.open.items() if not count]:
            del self.open[span]
        self._interned = {place: place for place in self._interned if place.span in self.spans}

    def since(self, start: float) -> dict[Key, Tally]:
        """Who arrived in the minute of `start` (UTC seconds) or later, no longer ago than minutes are kept."""
        first = int(start // MINUTE)
        return summed(tallies for minute, tallies in self.minutes.items() if minute >= first)

    def spans_since(self, start: int, end: int) -> dict[Key, Tally]:
        """Who arrived in half-hours that begin from `start` to before `end` (UTC seconds)."""
        return summed(tallies for span, tallies in self.spans.items() if start <= span < end)

    def _forget(self, contact_id: str, span: int) -> None:
        self._places.pop(contact_id, None)
        self._facts.pop(contact_id, None)
        self.open[span] -= 1

    def _place(self, arrived_at: float, key: Key) -> _Place:
        place = _Place(span_of(arrived_at), key)
        return self._interned.setdefault(place, place)

    def _apply(self, place: _Place, arrived_at: float, facts: Facts, sign: int) -> None:
        _tally(self.spans.setdefault(place.span, {}), place.key).count(facts, sign)
        self.changed.add(place.span)
        minute = int(arrived_at // MINUTE)
        if minute > self._newest:
            self._advance(minute)
        if minute > self._newest - KEPT_MINUTES:
            _tally(self.minutes.setdefault(minute, {}), place.key).count(facts, sign)

    def _advance(self, minute: int) -> None:
        self._newest = minute
        for old in [old for old in self.minutes if old <= minute - KEPT_MINUTES]:
            del self.minutes[old]


def _tally(tallies: dict[Key, Tally], key: Key) -> Tally:
    found = tallies.get(key)
    if found is None:
        found = tallies[key] = Tally()
    return found


def summed(several: Iterable[Mapping[Key, Tally]]) -> dict[Key, Tally]:
    """All of them by queue and channel."""
    result: dict[Key, Tally] = {}
    for tallies in several:
        for key, tally in tallies.items():
            _tally(result, key).add(tally)
    return result


def ended(span: int, now: float) -> bool:
    """Whether a half-hour is over: nobody arrives in it any more."""
    return now >= span + SPAN
