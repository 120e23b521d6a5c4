"""What the engine does to customers made by chance is what the theory says, within what chance allows.

Within 2 % of the exact value, or within 3 standard errors by batch means. `bench/validation.py` does the same
with ten times the contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.journeys import Journey
from contactcenter.simulation.scenario import HOUR
from contactcenter.simulation.theory import Apart, ErlangA, ErlangC, Pooled

THEORY = Path(__file__).parents[2] / "scenarios" / "theory"
BATCHES = 20
LOADS = {100: 95.0, 90: 84.0, 15: 14.0}
WARM_UP = {100: 8.0, 90: 8.0, 15: 24.0}
HOURS = {100: 22.0, 90: 24.0, 15: 180.0}


def played(name: str, hours: float, warm_up: float, *observers: Any) -> Mapping[str, Any]:
    """A short piece of a ready scenario, in hours."""
    scenario = load_scenario(THEORY / f"{name}.yaml")
    counted_from = scenario.start + warm_up * HOUR
    end = counted_from + hours * HOUR
    interval = (end - counted_from) / BATCHES
    return run(replace(scenario, counted_from=counted_from, end=end, interval=interval), observers)


def agree(summary: Mapping[str, Any], **exact: float) -> None:
    for figure, value in exact.items():
        simulated, error = summary["total"][figure], summary["standard_errors"][figure]
        assert abs(simulated - value) <= max(0.02 * value, 3 * error), f"{figure}: {simulated} ± {error}, not {value}"
        assert error < 0.5 * value, f"{figure}: chance would allow anything"


@pytest.mark.parametrize("agents", LOADS)
def test_erlang_c(agents: int) -> None:
    exact = ErlangC(agents, LOADS[agents], 300)
    summary = played(f"erlang-c-{agents}", HOURS[agents], WARM_UP[agents])
    agree(summary, waited=exact.waiting, mean_wait_seconds=exact.mean_wait, service_level=exact.within(20))


@pytest.mark.parametrize("agents", LOADS)
def test_erlang_a(agents: int) -> None:
    exact = ErlangA(agents, LOADS[agents], 300, 300)
    summary = played(f"erlang-a-{agents}", HOURS[agents], WARM_UP[agents])
    agree(summary, waited=exact.waiting, mean_wait_seconds=exact.mean_wait, abandonment=exact.abandonment)


SIX = partial(played, hours=50.0, warm_up=10.0)


def test_six_call_types_with_one_skill_each() -> None:
    exact = Apart(6, 90, 84, 600, 30)
    agree(SIX("six-types-one"), blocking=exact.blocking, mean_wait_seconds=exact.mean_wait)


def test_six_call_types_with_every_skill() -> None:
    exact = Pooled(90, 84, 600, 30)
    agree(SIX("six-types-all"), mean_wait_seconds=exact.mean_wait)


def test_two_skills_each_give_almost_all_of_the_pool() -> None:
    wait = SIX("six-types-two")["total"]["mean_wait_seconds"] / 60
    apart, pooled = Apart(6, 90, 84, 10, 30).mean_wait, Pooled(90, 84, 10, 30).mean_wait
    assert (apart - wait) / (apart - pooled) > 0.9


class Order:
    """Keeps arrival and answer of the answered."""

    def __init__(self) -> None:
        self.answered: list[tuple[float, float]] = []

    def agent_changed(self, agent: Agent, at: float) -> None: ...

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        if contact.connected_at is not None:
            self.answered.append((contact.arrived_at, contact.connected_at))


def test_first_in_first_out_while_others_give_up() -> None:
    order = Order()
    played("erlang-a-15", 60.0, 0.0, order)
    answers = [answered for _, answered in sorted(order.answered)]
    assert len(answers) > 5_000
    assert answers == sorted(answers)
