"""What is measured, and how: by queue and interval of arrival, from the engine's own records.

Contacts that arrive before the count begins are left out. The formulas are the product's (queues.service_level,
queues.staffing); the refused are counted apart. docs/simulation.md and docs/metrics.md have them in words.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from contactcenter.domain.words import AgentStatus
from contactcenter.queues import service_level
from contactcenter.queues.staffing import occupancy
from contactcenter.routing import serving
from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation.journeys import Journey
from contactcenter.simulation.scenario import Scenario


@dataclass(slots=True)
class Tally(service_level.Tally):
    """The product's own counts and formulas, and what only a simulation knows. `waits` (seconds) of the answered."""

    retried: int = 0
    offers: int = 0
    waits: array[float] = field(default_factory=lambda: array("d"))

    def add(self, other: service_level.Tally) -> None:
        """Count these too."""
        service_level.Tally.add(self, other)
        if isinstance(other, Tally):
            self.retried += other.retried
            self.offers += other.offers
            self.waits.extend(other.waits)


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    result = Tally()
    for tally in tallies:
        result.add(tally)
    return result


def quantile(ordered: Sequence[float], part: float) -> float | None:
    """The value that `part` of the sorted values do not exceed."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


class Level:
    """A number that rises and falls (agents at work), as its integral over each of `count` intervals.

    `start` in UTC seconds, `length` and `interval` in seconds; what lies outside is left out.
    """

    def __init__(self, start: float, length: float, interval: float) -> None:
        self.areas = [0.0] * intervals_of(length, interval)
        self._start = start
        self._length = length
        self._interval = interval
        self._since = start
        self._value = 0

    def change(self, at: float, by: int) -> None:
        """The number changes at `at` (UTC seconds)."""
        if self._value:
            self.add(self._since, at, self._value)
        self._since = at
        self._value += by

    def add(self, since: float, until: float, height: float) -> None:
        """It was higher by `height` from `since` to `until` (UTC seconds)."""
        since, until = since - self._start, until - self._start
        begin = max(since, 0.0) / self._interval
        end = min(until, self._length) / self._interval
        first, last = int(begin), int(end)
        if end <= begin:
            return
        height *= self._interval
        if first == last:
            self.areas[first] += (end - begin) * height
            return
        self.areas[first] += (first + 1 - begin) * height
        for between in range(first + 1, last):
            self.areas[between] += height
        if last < len(self.areas):
            self.areas[last] += (end - last) * height


def intervals_of(length: float, interval: float) -> int:
    """How many intervals a length (seconds) has; the last may be shorter."""
    return max(1, ceil(length / interval))


class Measures:
    """Watches a run. `intervals` begin at the scenario's start; the last may be shorter."""

    def __init__(self, scenario: Scenario) -> None:
        self._start = scenario.day.timestamp() + scenario.start
        self._counted_from = scenario.day.timestamp() + scenario.counted_from
        self._length = scenario.end - scenario.start
        self._interval = scenario.interval
        self._queues = tuple(scenario.configuration.queues)
        self.intervals = intervals_of(self._length, scenario.interval)
        self.cells: dict[tuple[str, int], Tally] = {}
        self._staffed, self._busy, self._line = (Level(self._start, self._length, self._interval) for _ in range(3))
        self._seen: dict[str, tuple[bool, bool]] = {}

    # Watching

    def agent_changed(self, agent: Agent, at: float) -> None:
        """Take note of who is there and who is busy."""
        busy = bool(agent.holds)
        now = (busy or agent.status is AgentStatus.AVAILABLE, busy)
        before = self._seen.get(agent.id, _AWAY)
        if now == before:
            return
        self._seen[agent.id] = now
        if now[0] is not before[0]:
            self._staffed.change(at, 1 if now[0] else -1)
        if now[1] is not before[1]:
            self._busy.change(at, 1 if now[1] else -1)

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        """Count a contact in the interval in which it arrived."""
        arrived, connected, closed = contact.arrived_at, contact.connected_at, contact.closed_at or 0.0
        wait = (connected if connected is not None else closed) - arrived
        if wait > 0:
            self._line.add(arrived, arrived + wait, 1)
        if arrived < self._counted_from:
            return
        key = (contact.served_queue or contact.queue, int((arrived - self._start) / self._interval))
        tally = self.cells.get(key)
        if tally is None:
            tally = self.cells[key] = Tally()
        tally.count(serving.facts(contact))
        tally.offers += contact.offers
        tally.retried += journey.attempt > 1
        if connected is not None:
            tally.waits.append(serving.waited(contact, connected))

    def finish(self, at: float) -> None:
        """The last moment that counts (UTC seconds)."""
        self._staffed.change(at, 0)
        self._busy.change(at, 0)

    # Reading

    def queues(self) -> list[str]:
        """Queues that anybody came to, in the configuration's order."""
        used = {queue for queue, _ in self.cells}
        return [*(queue for queue in self._queues if queue in used), *sorted(used - set(self._queues))]

    def tally(self, queue: str | None = None, first: int = 0, end: int | None = None) -> Tally:
        """All contacts of a queue (None: of all) that arrived in intervals `first` to before `end`."""
        last = self.intervals if end is None else end
        return total(
            tally
            for (name, interval), tally in self.cells.items()
            if (queue is None or name == queue) and first <= interval < last
        )

    def occupancy(self, first: int = 0, end: int | None = None) -> float | None:
        """Share of the agents' time in which they had a contact in hand."""
        staffed, busy = sum(self._staffed.areas[first:end]), sum(self._busy.areas[first:end])
        return occupancy(busy, staffed - busy)

    def agents(self, interval: int) -> float:
        """Mean number of agents there in an interval."""
        return self._staffed.areas[interval] / self.seconds(interval)

    def waiting(self, interval: int) -> float:
        """Mean number of contacts waiting in an interval."""
        return self._line.areas[interval] / self.seconds(interval)

    def seconds(self, interval: int) -> float:
        """Length of an interval: the last may be shorter."""
        return min(self._interval, self._length - interval * self._interval)

    def counted_intervals(self) -> range:
        """Those that are wholly counted."""
        first = ceil((self._counted_from - self._start) / self._interval)
        return range(min(first, self.intervals), self.intervals)


_AWAY = (False, False)
