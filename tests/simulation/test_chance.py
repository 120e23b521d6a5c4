"""Chance that can be repeated, and the same customers in another center."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean, stdev

import pytest

from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.chance import AT_ONCE, Distribution, Empirical, Exponential, Fixed, Lognormal, Streams
from contactcenter.simulation.journeys import arrival_times, generated
from contactcenter.simulation.scenario import Demand, Rate, Shift, Surge, surged
from tests.simulation.playing import Watcher

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_a_stream_is_its_seed_and_name() -> None:
    first, same = Streams(1).stream("a", "service"), Streams(1).stream("a", "service")
    assert [first.random() for _ in range(5)] == [same.random() for _ in range(5)]
    drawn = {Streams(seed).stream(*name).random() for seed in (1, 2) for name in (("a", "b"), ("a",), ("ab",))}
    assert len(drawn) == 6


@pytest.mark.parametrize(
    ("distribution", "mean", "deviation"),
    [
        (Exponential(240), 240, 240),
        (Lognormal(240, 180), 240, 180),
        (Fixed(240), 240, 0),
        (Empirical((100, 200, 600)), 300, 216),
    ],
)
def test_distributions_have_the_mean_they_say(distribution: Distribution, mean: float, deviation: float) -> None:
    draw = distribution.draws(Streams(1).stream("any"))
    values = [draw() for _ in range(40_000)]
    assert fmean(values) == pytest.approx(mean, rel=0.02) == pytest.approx(distribution.mean, rel=0.02)
    assert stdev(values) == pytest.approx(deviation, rel=0.05)


def test_arrivals_follow_the_rate_of_each_interval() -> None:
    rates = (Rate(0, 3600, 1000), Rate(7200, 10_800, 4000))
    times = list(arrival_times(rates, Streams(1), "any"))
    counts = [sum(start <= at < start + 3600 for at in times) for start in (0, 3600, 7200)]
    assert counts[1] == 0
    assert counts[0] == pytest.approx(1000, abs=100)
    assert counts[2] == pytest.approx(4000, abs=200)
    assert times == sorted(times)


def test_more_of_the_same_customers_come_earlier() -> None:
    few = list(arrival_times((Rate(0, 3600, 100),), Streams(1), "any"))
    many = list(arrival_times((Rate(0, 3600, 200),), Streams(1), "any"))
    assert [at / 2 for at in few] == pytest.approx(many[: len(few)])


def test_a_surge_multiplies_while_it_lasts() -> None:
    rates = surged((Rate(0, 100, 10), Rate(100, 200, 20)), (Surge(50, 150, 50), Surge(150, 160, 0)))
    assert rates == (Rate(0, 50, 10), Rate(50, 100, 500), Rate(100, 150, 1000), Rate(160, 200, 20))


def test_demands_are_merged_by_time() -> None:
    demands = [
        Demand(name, name, "voice", Fixed(1), (Rate(0, 3600, per_hour),), customers=customers)
        for name, per_hour, customers in (("a", 200, None), ("b", 50, 3), ("none", 0.0001, None))
    ]
    found = list(generated(demands, 1_000.0, Streams(4), AT_ONCE))
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert {one.queue for one in found} == {"a", "b"}
    assert len({one.customer for one in found if one.queue == "b"}) == 3
    assert next(islice(generated([], 0.0, Streams(1), AT_ONCE), 1), None) is None


def test_another_center_gets_the_same_customers() -> None:
    scenario = replace(load_scenario(SCENARIOS / "skill-change.yaml"), changes=())
    scenario = replace(scenario, end=scenario.start + 3 * 3600)
    brought = []
    for count in (12, 6):
        shifts = (Shift("billing", "billing", count), Shift("complaints", "complaints", 9))
        watcher = Watcher()
        summary = run(replace(scenario, shifts=shifts), [watcher])
        first = [one for one in watcher.journeys if one.attempt == 1]
        brought.append(sorted((one.id, one.at, one.service, one.patience, one.wrap_up or 0) for one in first))
        brought[-1] += [summary["total"]["service_level"]]
    assert brought[0][:-1] == brought[1][:-1]
    assert brought[0][-1] > brought[1][-1]
