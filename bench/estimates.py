"""How true estimators of the wait are: `python bench/estimates.py --seeds 8`.

Plays the ready scenarios and asks every estimator at the moment a contact begins to wait; once it is answered, each
is compared with what came. All see the same contacts. Errors are shares of the mean wait; `against` is an estimator's
mean error over that of the chosen one, on the same contacts. docs/adr/0009-estimated-wait.md has the table.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

from bench.tables import table
from contactcenter.domain.words import MediaClass
from contactcenter.queues.calibration import seconds_of
from contactcenter.queues.estimates import Estimates, Told
from contactcenter.queues.experience import QueueExperience, Sight
from contactcenter.simulation import load_scenario, run

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
NAMES = ("calm-day", "monday-peak", "storm", "skill-change")
CHOSEN = "QLr over all lines, corrected"
MEMORY = 0.9


class Line:
    """What the estimators of the literature remember of one line."""

    def __init__(self) -> None:
        self.waiting: dict[str, float] = {}
        self.last: tuple[float, float] | None = None
        self.per_place: float | None = None
        self.departures = self.busy = 0.0
        self.since = 0.0

    def joined(self, contact_id: str, now: float) -> None:
        """Somebody began to wait."""
        if not self.waiting:
            self.since = now
        self.waiting[contact_id] = now

    def left(self, contact_id: str, now: float, *, served: bool) -> None:
        """Somebody waits no longer."""
        self.waiting.pop(contact_id, None)
        if served:
            self.departures = self.departures * MEMORY + 1
            self.busy = self.busy * MEMORY + now - self.since
            self.since = now

    def served(self, waited: float, ahead: float) -> None:
        """Somebody was served who had found so many ahead."""
        self.last = (waited, ahead)
        each = waited / (ahead + 1)
        self.per_place = each if self.per_place is None else self.per_place + 0.2 * (each - self.per_place)


@dataclass
class Asked:
    """What every estimator said of a contact that waits."""

    at: float
    line: Line
    ahead: float
    said: dict[str, float]
    chosen: float


class Comparing(Estimates):
    """The estimates of the center, and beside them those of the literature."""

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        self.ranges: list[tuple[bool, bool]] = []
        self._known: dict[Hashable, Line] = defaultdict(Line)
        self._asked: dict[str, Asked] = {}

    def waits(self, contact_id: str, queue: str, media: MediaClass, line: Hashable, sight: Sight, now: float) -> None:
        """Ask them all."""
        super().waits(contact_id, queue, media, line, sight, now)
        known, promise = self._known[line], self._promises[contact_id]
        said = {**_history(known, sight, now), **_lengths(self._queue(queue, media), sight)}
        if promise.estimate is not None:
            said[CHOSEN] = seconds_of(promise.expected)
        chosen = said.get(CHOSEN, 0.0)
        if {CHOSEN, "LES: last to enter service"} <= said.keys():
            said["mean of the chosen and LES"] = (chosen + said["LES: last to enter service"]) / 2
        self._asked[contact_id] = Asked(now, known, sight.ahead, said, chosen)
        known.joined(contact_id, now)

    def answered(self, contact_id: str, queue: str, media: MediaClass, now: float) -> Told | None:
        """Compare them all with what came."""
        told = super().answered(contact_id, queue, media, now)
        asked = self._asked.pop(contact_id, None)
        if asked is None:
            return told
        asked.line.left(contact_id, now, served=True)
        waited = now - asked.at
        asked.line.served(waited, asked.ahead)
        for name, seconds in asked.said.items():
            self.results[name].append((seconds, waited, asked.chosen))
        if told is not None and told.estimate is not None:
            self.ranges.append((waited <= told.estimate.p50, waited <= told.estimate.p80))
        return told

    def gone(self, contact_id: str, now: float, *, gave_up: bool) -> None:
        """Nothing came of it."""
        super().gone(contact_id, now, gave_up=gave_up)
        asked = self._asked.pop(contact_id, None)
        if asked is not None:
            asked.line.left(contact_id, now, served=False)


def _lengths(queue: QueueExperience, sight: Sight) -> dict[str, float]:
    """What the length of the line says."""
    hold = queue.hold()
    if hold is None or not sight.slots:
        return {}
    own = queue.expected(sight._replace(places=sight.ahead))
    every = queue.expected(sight)
    assert own is not None
    assert every is not None
    return {
        "QL: length over capacity": (sight.ahead + 1) * hold / sight.slots,
        "QLr: less those who give up": own,
        "QLr over all lines": every,
    }


def _history(line: Line, sight: Sight, now: float) -> dict[str, float]:
    """What the last ones and the first one in line say."""
    said: dict[str, float] = {}
    if line.last is not None and line.per_place is not None:
        waited, ahead = line.last
        said["LES: last to enter service"] = waited
        said["P-LES: LES by length"] = waited * (sight.ahead + 1) / (ahead + 1)
        said["seconds a place, smoothed"] = line.per_place * (sight.ahead + 1)
    if line.waiting:
        said["HOL: head of line"] = now - next(iter(line.waiting.values()))
    if line.departures > 2 and line.busy > 0:
        said["length over departures"] = (sight.ahead + 1) * line.busy / line.departures
    return said


def played(
    name: str, seeds: int
) -> tuple[Mapping[str, list[tuple[float, float, float]]], list[tuple[bool, bool]], int]:
    """Results of all seeds; how many were answered that waited."""
    results: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    ranges: list[tuple[bool, bool]] = []
    answered = 0
    for seed in range(1, seeds + 1):
        comparing = Comparing()
        run(replace(load_scenario(SCENARIOS / f"{name}.yaml"), seed=seed), estimates=comparing)
        for estimator, found in comparing.results.items():
            results[estimator] += found
        ranges += comparing.ranges
        waiting = [score for (_, at_once), score in comparing.scores.items() if not at_once]
        answered += sum(score.answered + score.untold for score in waiting)
    return results, ranges, answered


def row(name: str, found: list[tuple[float, float, float]], answered: int) -> list[str]:
    """One estimator's figures."""
    count = len(found)
    mean = sum(waited for _, waited, _ in found) / count
    error = sum(abs(said - waited) for said, waited, _ in found) / count
    rmse = sqrt(sum((said - waited) ** 2 for said, waited, _ in found) / count)
    bias = sum(said - waited for said, waited, _ in found) / count
    both = [(said, waited, chosen) for said, waited, chosen in found if chosen]
    beside = sum(abs(chosen - waited) for _, waited, chosen in both)
    against = sum(abs(said - waited) for said, waited, _ in both) / beside
    return [
        name,
        f"{100 * count / answered:.0f} %",
        f"{error / mean:.2f}",
        f"{rmse / mean:.2f}",
        f"{bias / mean:+.2f}",
        f"{against:.2f}",
    ]


def main() -> None:
    """Print a table for each scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--scenario", choices=NAMES, action="append")
    options = parser.parse_args()
    for name in options.scenario or NAMES:
        results, ranges, answered = played(name, options.seeds)
        mean = sum(waited for _, waited, _ in results[CHOSEN]) / len(results[CHOSEN])
        rows = [row(estimator, found, answered) for estimator, found in sorted(results.items())]
        sys.stdout.write(f"{name}: {answered:,} waited and were answered, {mean:.1f} s on average\n\n")
        sys.stdout.write(table([["estimator", "told", "mean error", "RMSE", "bias", "against"], *rows]))
        p50, p80 = (100 * sum(one[part] for one in ranges) / len(ranges) for part in (0, 1))
        sys.stdout.write(f"\n\nanswered within P50 {p50:.1f} %, within P80 {p80:.1f} %\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
