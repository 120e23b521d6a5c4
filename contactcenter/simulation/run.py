"""One run from beginning to end: the scenario's file in, figures and files out."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TextIO

from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.queues.estimates import Estimates
from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation.chance import Streams
from contactcenter.simulation.files import contact_lines, write_report
from contactcenter.simulation.journeys import Journey, generated
from contactcenter.simulation.loop import Loop, Observer
from contactcenter.simulation.measures import Measures
from contactcenter.simulation.progress import Progress
from contactcenter.simulation.scenario import Scenario
from contactcenter.simulation.scenario_file import load_scenario
from contactcenter.simulation.summary import Row, summarised
from contactcenter.simulation.workload import Workload

_LOOK_UP: Final = 2_048
"""Events between two looks at the real clock."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked for. `workload` and `seed` go before what the scenario says; without `out` no files."""

    scenario: Path
    workload: Path | None = None
    seed: int | None = None
    out: Path | None = None


def simulate(request: Request, progress: TextIO = sys.stderr) -> Row:
    """Run a scenario file and write its files.

    Raises:
        InvalidConfigurationError: for faults of the scenario or the workload, with file, line and remedy.
        UnwritableError: when the files cannot be written.
    """
    scenario = load_scenario(request.scenario, replayed=request.workload is not None)
    if request.workload is not None:
        if not request.workload.is_file():
            raise InvalidConfigurationError([Problem("--workload", f"there is no file {request.workload}")])
        scenario = replace(scenario, workload=request.workload)
    if request.seed is not None:
        scenario = replace(scenario, seed=request.seed)
    start = scenario.day.timestamp() + scenario.start
    with contact_lines(request.out, start) if request.out else nullcontext() as lines:
        summary = run(scenario, [lines] if lines else [], progress)
    if request.out:
        write_report(request.out, summary)
    return summary


def run(
    scenario: Scenario,
    observers: Sequence[Observer] = (),
    progress: TextIO | None = None,
    estimates: Estimates | None = None,
) -> Row:
    """Run a scenario; more observers may watch, and other `estimates` be made.

    Raises:
        InvalidConfigurationError: at a line of the workload that cannot be used.
    """
    began, clock = time.perf_counter(), time.perf_counter
    streams = Streams(scenario.seed)
    measures = Measures(scenario)
    midnight = scenario.day.timestamp()
    workload = None
    if scenario.workload is None:
        journeys = generated(scenario.demand, midnight, streams, scenario.accept)
    else:
        workload = Workload(scenario.workload, scenario.configuration, scenario.demand, accept=scenario.accept)
        journeys = workload.journeys(midnight + scenario.start, streams)
    bar = Progress(progress, clock) if progress else None
    with _rare_collections():
        loop = Loop(scenario, journeys, streams, _Both(measures, observers) if observers else measures, estimates)
        steps = 0
        while loop.step():
            steps += 1
            if bar and not steps % _LOOK_UP:
                done = (loop.now - midnight - scenario.start) / (scenario.end - scenario.start)
                bar.show(workload.share if workload else done, loop.engine.ledger.offered)
    if bar:
        bar.clear()
    measures.finish(midnight + scenario.end)
    return summarised(scenario, scenario.seed, measures, loop, clock() - began)


class _Both:
    """The measures, and whoever else watches."""

    def __init__(self, first: Observer, others: Sequence[Observer]) -> None:
        self._all = (first, *others)

    def agent_changed(self, agent: Agent, at: float) -> None:
        for observer in self._all:
            observer.agent_changed(agent, at)

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        for observer in self._all:
            observer.contact_closed(contact, journey)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """A run makes millions of records that are no cycles: looking for some costs a tenth of it."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
