"""The engine under everything that can happen: 10,000 steps and more in each run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from contactcenter.testing.routing import RoutingMachine
from tests.routing.center import Center

TestRouting = RoutingMachine.TestCase
TestRouting.settings = settings(
    max_examples=250, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_an_invariant_that_does_not_hold_is_told() -> None:
    center = Center()
    center.write("first")
    center.engine.ledger.open += 1
    with pytest.raises(AssertionError, match="G8"):
        center.engine.check_invariants()
