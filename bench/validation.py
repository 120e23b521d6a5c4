"""Truth against theory: `python bench/validation.py` prints the tables of docs/validation.md.

Each scenario of scenarios/theory is played and held against what the theory says exactly. A figure agrees when
it is within 2 % of the exact one or within 3 of its standard errors (batch means). `--share 0.1` plays a tenth.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.theory import Apart, ErlangA, ErlangC, Pooled

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios" / "theory"
LOADS = {100: 95.0, 90: 84.0, 15: 14.0}

Summary = Mapping[str, Any]
Figure = tuple[str, str, float]
"""What it is called, its key in the summary, and the exact value."""


def erlang_c(agents: int) -> list[Figure]:
    exact = ErlangC(agents, LOADS[agents], 300)
    return [
        ("wait at all", "waited", exact.waiting),
        ("mean wait, s", "mean_wait_seconds", exact.mean_wait),
        ("within 20 s", "service_level", exact.within(20)),
    ]


def erlang_a(agents: int) -> list[Figure]:
    exact = ErlangA(agents, LOADS[agents], 300, 300)
    return [
        ("wait at all", "waited", exact.waiting),
        ("mean wait, s", "mean_wait_seconds", exact.mean_wait),
        ("give up", "abandonment", exact.abandonment),
    ]


def played(name: str, share: float, seed: int) -> Summary:
    """Play `share` of a scenario's time, in as many batches."""
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    end = scenario.counted_from + (scenario.end - scenario.counted_from) * share
    batches = round((scenario.end - scenario.counted_from) / scenario.interval)
    interval = (end - scenario.counted_from) / batches
    sys.stderr.write(f"{name} …\n")
    return run(replace(scenario, seed=seed, end=end, interval=interval), progress=sys.stderr)


def agrees(exact: float, simulated: float, error: float) -> bool:
    """Within 2 %, or within 3 standard errors."""
    return abs(simulated - exact) <= max(0.02 * exact, 3 * error)


def against(name: str, title: str, figures: list[Figure], share: float, seeds: range) -> bool:
    """Print a row for each figure; whether all of them agree."""
    summaries = [played(name, share, seed) for seed in seeds]
    contacts = sum(summary["run"]["contacts"] for summary in summaries)
    good = True
    for position, (what, key, exact) in enumerate(figures):
        simulated, error = combined(summaries, key)
        fits = agrees(exact, simulated, error)
        good = good and fits
        first = f"{title}, {contacts:,} contacts" if position == 0 else ""
        sys.stdout.write(
            f"| {first} | {what} | {exact:.4g} | {simulated:.4g} ± {error:.2g} | "
            f"{100 * (simulated / exact - 1):+.1f} % | {'yes' if fits else '**no**'} |\n"
        )
        sys.stdout.flush()
    return good


SIX = (
    ("one", "one skill each", Apart(6, 90, 84, 10, 30)),
    ("chain", "two each, a chain", None),
    ("two", "two each, every pair", None),
    ("all", "all six", Pooled(90, 84, 10, 30)),
)


def six_types(share: float, seeds: range) -> bool:
    """Print the table of the six call types, all of them with the same customers; whether what is known agrees."""
    good, waits, rows = True, {}, []
    for name, title, exact in SIX:
        summaries = [played(f"six-types-{name}", share, seed) for seed in seeds]
        blocking, blocking_error = combined(summaries, "blocking")
        wait, wait_error = (value / 60 for value in combined(summaries, "mean_wait_seconds"))
        if exact:
            good = good and agrees(exact.mean_wait, wait, wait_error)
            good = good and agrees(exact.blocking, blocking, blocking_error)
        waits[name] = wait
        contacts = sum(summary["run"]["contacts"] for summary in summaries)
        known = f"{exact.blocking:.4f} | {exact.mean_wait:.4f}" if exact else "| "
        rows.append(
            f"| {title}, {contacts:,} contacts | {known} | {blocking:.4f} ± {blocking_error:.4f} | "
            f"{wait:.3f} ± {wait_error:.3f} |"
        )
    for (name, _, _), row in zip(SIX, rows, strict=True):
        gained = (waits["one"] - waits[name]) / (waits["one"] - waits["all"])
        sys.stdout.write(f"{row} {waits[name] - waits['all']:+.3f} | {100 * gained:.1f} % |\n")
    return good


def combined(summaries: list[Summary], figure: str) -> tuple[float, float]:
    """The mean over several seeds, and its standard error."""
    mean = sum(summary["total"][figure] for summary in summaries) / len(summaries)
    error = sqrt(sum(summary["standard_errors"][figure] ** 2 for summary in summaries)) / len(summaries)
    return mean, error


def main() -> int:
    """Print the tables; 1 if anything disagrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of each scenario's time (by default all)")
    parser.add_argument("--only", default="", metavar="TEXT", help="scenarios whose file name has it")
    parser.add_argument("--seeds", type=int, default=1, help="play each with so many, and take the mean")
    options = parser.parse_args()
    share, seeds = options.share, range(1, options.seeds + 1)
    sys.stdout.write("| case | figure | exact | simulated | off by | agrees |\n|---|---|---|---|---|---|\n")
    good = [
        against(f"erlang-{kind}-{agents}", f"Erlang {kind.upper()} {agents} / {load:.0f}", theory(agents), share, seeds)
        for kind, theory in (("c", erlang_c), ("a", erlang_a))
        for agents, load in LOADS.items()
        if options.only in f"erlang-{kind}-{agents}"
    ]
    if options.only in "six-types":
        sys.stdout.write(
            "\n| skills | exact blocking | exact wait, min | blocking | mean wait, min "
            "| above one pool | of what it gives |\n"
            "|---|---|---|---|---|---|---|\n"
        )
        good.append(six_types(share, seeds))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
