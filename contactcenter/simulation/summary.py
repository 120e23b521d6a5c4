"""What came of a run, as plain values: the source of the table, of summary.json and of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import pairwise
from math import isfinite, sqrt
from statistics import stdev
from typing import Any

from contactcenter import __version__
from contactcenter.domain.words import Outcome
from contactcenter.queues.estimates import Score
from contactcenter.simulation.loop import Loop
from contactcenter.simulation.measures import Measures, Tally, quantile
from contactcenter.simulation.scenario import HOUR, Scenario

Row = dict[str, Any]


def summarised(scenario: Scenario, seed: int, measures: Measures, loop: Loop, spent: float) -> Row:
    """Everything a person or a program wants to know; `spent` is real seconds. Shares are 0 to 1."""
    queues, first = measures.queues(), measures.counted_intervals()
    ledger = loop.engine.ledger
    return {
        "scenario": scenario.name,
        "about": scenario.about,
        "version": __version__,
        "seed": seed,
        "from": (scenario.day + timedelta(seconds=scenario.start)).isoformat(),
        "to": (scenario.day + timedelta(seconds=scenario.end)).isoformat(),
        "counted_from": (scenario.day + timedelta(seconds=scenario.counted_from)).isoformat(),
        "total": {**row(measures.tally()), "occupancy": rounded(measures.occupancy(first.start))},
        "queues": {queue: {**row(measures.tally(queue)), "target": _target(scenario, queue)} for queue in queues},
        "phases": [_phase(scenario, measures, begin, end) for begin, end in _phases(scenario, measures)],
        "intervals": [_interval(scenario, measures, queues, number) for number in measures.counted_intervals()],
        "estimates": _estimates(loop.engine.estimates.scores),
        "standard_errors": _errors(scenario, measures),
        "ledger": {
            "offered": ledger.offered,
            "open": ledger.open,
            **{outcome.value: count for outcome, count in ledger.outcomes.items() if count or outcome in _ALWAYS},
        },
        "run": {"seconds": round(spent, 3), "stimuli": loop.handled, "contacts": ledger.offered},
    }


def row(tally: Tally) -> Row:
    """The figures of some contacts; None where there is nobody to tell of."""
    ordered = sorted(tally.waits)
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "abandoned": tally.abandoned,
        "short_abandoned": tally.short,
        "refused": tally.refused,
        "retried": tally.retried,
        "service_level": rounded(tally.service_level, 5),
        "abandonment": rounded(tally.abandonment, 5),
        "blocking": rounded(tally.share(tally.refused), 5),
        "waited": rounded(tally.waiting, 5),
        "asa_seconds": rounded(tally.asa),
        "mean_wait_seconds": rounded(tally.mean_wait),
        "p50_seconds": rounded(quantile(ordered, 0.5)),
        "p80_seconds": rounded(quantile(ordered, 0.8)),
        "p95_seconds": rounded(quantile(ordered, 0.95)),
        "longest_seconds": rounded(ordered[-1] if ordered else None),
        "aht_seconds": rounded(tally.aht),
        "offers_each": rounded(tally.offers / tally.offered if tally.offered else None),
    }


def _estimates(scores: Mapping[tuple[str, bool], Score]) -> Row:
    """How true estimated waits were, by queue: of those who had to wait, and of those for whom somebody was free."""
    queues = sorted({queue for queue, _ in scores})
    return {
        "total": {name: _truth(scores[key] for key in scores if key[1] is once) for name, once in _BY.items()},
        "queues": {
            queue: {
                name: _truth([scores[queue, once]] if (queue, once) in scores else []) for name, once in _BY.items()
            }
            for queue in queues
        },
    }


def _truth(scores: Iterable[Score]) -> Row:
    found = Score()
    for score in scores:
        for name in Score.__slots__:
            setattr(found, name, getattr(found, name) + getattr(score, name))
    told, waited = found.answered, found.waited
    return {
        "told": told,
        "untold": found.untold,
        "p50_coverage": rounded(found.early / told if told else None),
        "p80_coverage": rounded(1 - found.late / told if told else None),
        "mean_wait_seconds": rounded(waited / told if told else None),
        "mean_p80_seconds": rounded(found.promised / told if told else None),
        "error": rounded(found.error / waited if waited else None),
        "bias": rounded(found.bias / waited if waited else None),
        "abandoned": found.left,
        "abandoned_after_p80": found.left_late,
    }


def rounded(value: float | None, digits: int = 3) -> float | None:
    """Short enough to read; nothing that JSON cannot say."""
    return round(value, digits) if value is not None and isfinite(value) else None


def clock(seconds: float) -> str:
    """Seconds since midnight as 08:30."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _target(scenario: Scenario, queue: str) -> Mapping[str, float]:
    level = scenario.configuration.queues[queue].service_level
    return {"share": level.share, "seconds": level.seconds}


def _errors(scenario: Scenario, measures: Measures) -> dict[str, float | None] | None:
    """By batch means: how far a figure of the whole run is off by chance, one standard error. Only when steady."""
    batches = [measures.tally(None, number, number + 1) for number in measures.counted_intervals()]
    if not scenario.steady or len(batches) < _FEWEST_BATCHES:
        return None
    return {
        "service_level": rounded(_error(batches, lambda tally: tally.service_level), 6),
        "abandonment": rounded(_error(batches, lambda tally: tally.abandonment), 6),
        "blocking": rounded(_error(batches, lambda tally: tally.share(tally.refused)), 6),
        "waited": rounded(_error(batches, lambda tally: tally.waiting), 6),
        "mean_wait_seconds": rounded(_error(batches, lambda tally: tally.mean_wait), 4),
    }


def _error(batches: list[Tally], figure: Callable[[Tally], float | None]) -> float:
    return stdev(figure(tally) or 0.0 for tally in batches) / sqrt(len(batches))


def _phases(scenario: Scenario, measures: Measures) -> list[tuple[int, int]]:
    """Stretches between changes of the center, in whole intervals; none when nothing changes."""
    if not scenario.changes:
        return []
    counted = measures.counted_intervals()
    cuts = {round((change.at - scenario.start) / scenario.interval) for change in scenario.changes}
    return list(pairwise(sorted({counted.start, counted.stop} | cuts & set(counted))))


def _phase(scenario: Scenario, measures: Measures, begin: int, end: int) -> Row:
    return {
        **_span(scenario, begin, end),
        "total": {**row(measures.tally(None, begin, end)), "occupancy": rounded(measures.occupancy(begin, end))},
        "queues": {queue: row(measures.tally(queue, begin, end)) for queue in measures.queues()},
    }


def _span(scenario: Scenario, begin: int, end: int) -> Row:
    until = min(scenario.start + end * scenario.interval, scenario.end)
    return {"from": clock(scenario.start + begin * scenario.interval), "to": clock(until)}


def _interval(scenario: Scenario, measures: Measures, queues: list[str], number: int) -> Row:
    return {
        **_span(scenario, number, number + 1),
        "agents": rounded(measures.agents(number)),
        "occupancy": rounded(measures.occupancy(number, number + 1)),
        "waiting": rounded(measures.waiting(number)),
        "per_hour": rounded(measures.tally(None, number, number + 1).offered * HOUR / measures.seconds(number)),
        "total": row(measures.tally(None, number, number + 1)),
        "queues": {queue: row(measures.tally(queue, number, number + 1)) for queue in queues},
    }


_BY = {"waited": False, "at_once": True}
_FEWEST_BATCHES = 5
_ALWAYS = (Outcome.AGENT_HANDLED, Outcome.ABANDONED, Outcome.REFUSED)
