"""How fast the simulator is: `python bench/simulation.py --contacts 1000000`.

100 agents, one queue of calls, Erlang A at 95 erlangs: five stimuli a contact. CPU seconds of this process beside
those of the clock, since a shared machine's clock says little. `--profile` names the functions that cost most.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.scenario import HOUR, Rate

SCENARIO = Path(__file__).resolve().parent.parent / "scenarios" / "theory" / "erlang-a-100.yaml"
PER_HOUR = 95 * 12


def played(contacts: int) -> Mapping[str, Any]:
    scenario = load_scenario(SCENARIO)
    end = scenario.start + contacts / PER_HOUR * HOUR
    [demand] = scenario.demand
    demand = replace(demand, rates=(Rate(scenario.start, end, PER_HOUR),))
    return run(replace(scenario, end=end, demand=(demand,)), progress=sys.stderr)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="also what costs most, slower")
    options = parser.parse_args()
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(played, options.contacts)
        pstats.Stats(profile).sort_stats("tottime").print_stats(20)
        return
    began = time.process_time()
    summary = played(options.contacts)
    spent = time.process_time() - began
    contacts, stimuli = summary["run"]["contacts"], summary["run"]["stimuli"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write("  contacts     stimuli    CPU s  clock s  CPU µs a contact  most MiB\n")
    sys.stdout.write(
        f"{contacts:>10,} {stimuli:>11,} {spent:>8.1f} {summary['run']['seconds']:>8.1f} "
        f"{1e6 * spent / contacts:>17.1f} {memory:>9,.0f}\n"
    )


if __name__ == "__main__":
    main()
