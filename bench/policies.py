"""Which choice of agent pools best: `python bench/policies.py` plays six call types with two skills each.

Every policy gets the same customers, so the differences are the policies' own. One pool of all six skills
is the best there can be (exactly 0.4500 min); "nearer" is how much of the way from longest idle to there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

from bench.validation import SCENARIOS
from contactcenter.domain.words import AgentChoice
from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.theory import Pooled

POOL = Pooled(90, 84, 10, 30)


def played(name: str, choice: AgentChoice, share: float, seed: int) -> Mapping[str, Any]:
    """A share of a scenario's time, with every queue going by `choice`."""
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    configuration = scenario.configuration
    queues = {key: replace(queue, choice=choice) for key, queue in configuration.queues.items()}
    end = scenario.counted_from + (scenario.end - scenario.counted_from) * share
    changed = replace(configuration, queues=queues)
    return run(replace(scenario, configuration=changed, seed=seed, end=end), progress=sys.stderr)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.5, help="of the scenario's time")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scenario", default="six-types-two")
    options = parser.parse_args()
    sys.stdout.write(
        f"{options.scenario}; one pool: blocking {POOL.blocking:.4f}, mean wait {POOL.mean_wait:.4f} min\n\n"
        "| choice | blocking | mean wait, min | less than longest idle | nearer to one pool |\n|---|---|---|---|---|\n"
    )
    base: list[float] = []
    for choice in AgentChoice:
        totals = [
            played(options.scenario, choice, options.share, seed)["total"] for seed in range(1, options.seeds + 1)
        ]
        waits = [total["mean_wait_seconds"] / 60 for total in totals]
        blocking = sum(total["blocking"] for total in totals) / len(totals)
        base = base or waits
        gains = [was - wait for was, wait in zip(base, waits, strict=True)]
        gain, wait = sum(gains) / len(gains), sum(waits) / len(waits)
        spread = sqrt(sum((one - gain) ** 2 for one in gains) / max(1, len(gains) - 1) / len(gains))
        nearer = gain / (sum(base) / len(base) - POOL.mean_wait)
        sys.stdout.write(
            f"| {choice} | {blocking:.4f} | {wait:.4f} | {gain:+.4f} ± {spread:.4f} | {100 * nearer:.0f} % |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
