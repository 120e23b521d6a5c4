"""Figures by hand."""

from __future__ import annotations

from array import array

import pytest

from contactcenter.simulation.measures import Level, Tally, intervals_of, quantile, total


def test_a_level_is_an_integral_by_interval() -> None:
    level = Level(1_000.0, 250.0, 100.0)
    level.change(900, 1)
    level.change(1_050, 1)
    level.change(1_120, -1)
    level.change(1_400, 0)
    assert level.areas == pytest.approx([150, 120, 50])


def test_a_level_within_one_interval() -> None:
    level = Level(0.0, 100.0, 100.0)
    level.add(10, 30, 2)
    level.add(50, 50, 9)
    level.add(-20, -10, 9)
    level.add(200, 300, 9)
    assert level.areas == [40]


def test_intervals() -> None:
    assert [intervals_of(length, 30) for length in (30, 31, 60, 1)] == [1, 2, 2, 1]


def test_quantiles() -> None:
    assert quantile([1, 2, 3, 4, 5], 0.5) == 3
    assert quantile([1, 2, 3, 4, 5], 0.99) == 5
    assert quantile([], 0.5) is None


def test_tallies_add_up() -> None:
    one, other = Tally(offered=3, wait=2500), Tally(offered=4, wait=1500, waits=array("d", [1, 2]))
    both = total([one, other])
    assert (both.offered, both.wait, list(both.waits)) == (7, 4000, [1, 2])
