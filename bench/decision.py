"""What one decision costs, with every rule on: `python -m bench.decision [--decisions 5000] [--plot FILE.svg]`.

A decision is one stimulus that makes the engine choose: an `arrival` that finds somebody ready, or somebody
`freed` who takes the best of all who wait. The engine runs alone: no SQL, no network; the center is that of
`bench.centers`. Microseconds of `handle`, of the clock (wall) and of this thread's processor time (CPU, which a
busy machine disturbs less); garbage collection is set up as in the router. Deadlines that fall due, such as
relaxation steps, are handled before, as the router does, and counted apart.

Both kinds are measured with the same number of waiting contacts: for `arrival` those ask for a skill that nobody
ready has, for `freed` with nobody waiting one contact comes before each. `x empty` compares the CPU medians of
equal kinds with those of the empty queue.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench import centers
from bench.drawing import Curve, Panel, drawing
from bench.tables import percentile, resident_bytes, table
from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus
from contactcenter.routing.engine import Engine
from contactcenter.runtime.garbage import Garbage

ARRIVAL, FREED = "arrival", "freed"
LOAD_SECONDS = 600.0
"""The waiting contacts came within so long: some at each relaxation step."""
WARM = 1_000
"""Decisions before the measured ones: the first of a kind looks at every profile, a millisecond."""
MEASURABLE = 10_000
"""So many waiting contacts show in the process's memory."""
HEADINGS = [
    "decision", "agents", "profiles", "waiting", "n", "wall p50 µs", "p99", "worst", "CPU p50 µs", "p99", "worst",
    "x empty", "longest stop ms", "longest GC ms", "bytes each",
]  # fmt: skip
AGENTS = (100, 300, 1_000, 3_000, 10_000)
WAITING = (0, 100, 1_000, 10_000, 100_000)


Handled = tuple[float, float, list[do.Instruction]]
"""Microseconds of the clock, of the processor, and what it led to."""


@dataclass(frozen=True)
class Center:
    """One row of the table."""

    agents: int
    profiles: int
    waiting: int


@dataclass
class Cost:
    """Microseconds of decisions of one kind, and what was seen beside them (milliseconds, bytes)."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    longest: float = 0.0
    longest_collection: float = 0.0
    bytes_each: float = 0.0


class Bench:
    """An engine under a clock of its own, and the time it takes."""

    def __init__(self, center: Center) -> None:
        self.random = centers.lot()
        self.center = center
        self.engine = Engine(centers.configuration(center.profiles, self.random))
        self.now = centers.OPEN_AT
        self.count = 0
        self.longest = 0.0
        for number in range(center.agents):
            profile = f"profile{number % center.profiles}"
            self.feed(it.AgentConfigured, agent_id=f"a{number}", name="", profile=profile)
            self.feed(it.ConsoleOpened, session_id=f"s{number}", agent_id=f"a{number}")
        self.engine.take_changes()

    def feed(self, kind: type[it.Stimulus], **fields: Any) -> Handled:
        """Handle one stimulus, deadlines first: microseconds of the clock, of the processor, what it led to."""
        self.count += 1
        self.now += 0.001
        deadline = self.engine.next_deadline()
        if deadline is not None and deadline <= self.now:
            self._handle(it.TimePassed(id=f"t{self.count}", at=self.now))
        return self._handle(kind(id=str(self.count), at=self.now, **fields))

    def _handle(self, stimulus: it.Stimulus) -> Handled:
        cpu, wall = time.thread_time_ns(), time.perf_counter_ns()
        told = self.engine.handle(stimulus)
        wall, cpu = time.perf_counter_ns() - wall, time.thread_time_ns() - cpu
        self.longest = max(self.longest, wall / 1e6)
        self.engine.take_changes()
        return wall / 1000, cpu / 1000, told

    def arrive(self, *, rare: bool = False) -> Handled:
        """A contact arrives at a queue drawn by lot."""
        name = f"c{self.count}"
        asks = centers.arrival(self.random, rare=rare)
        return self.feed(
            it.ContactArrived,
            contact_id=name, thread=name, customer_id="", address="", to="", place=self.now, **asks,
        )  # fmt: skip

    def fill(self, *, rare: bool) -> None:
        """Let contacts come that wait, spread over `LOAD_SECONDS`."""
        step = max(0.0, LOAD_SECONDS / max(1, self.center.waiting) - 0.001)
        for _ in range(self.center.waiting):
            self.now += step
            self.arrive(rare=rare)

    def available(self, number: int) -> Handled:
        """An agent becomes ready."""
        return self.feed(it.AgentStatusChanged, agent_id=f"a{number}", status=AgentStatus.AVAILABLE)

    def arrivals(self) -> Iterator[Handled]:
        """Contacts arrive at ready agents, until half of them are taken; then these customers leave again."""
        for number in range(self.center.agents):
            if number % self.center.profiles >= centers.RARE_PROFILES:
                self.available(number)
        while True:
            here = []
            for _ in range(self.center.agents // 2):
                here.append(f"c{self.count}")
                yield self.arrive()
            for name in here:
                self.feed(it.CustomerLeft, thread=name)

    def freed(self) -> Iterator[Handled]:
        """Agents become free one by one; once all are, or when nothing is for them, they are not ready again."""
        agents = list(range(self.center.agents))
        while True:
            self.random.shuffle(agents)
            for number in agents:
                if not self.center.waiting and all(one.offers for one in self.engine.contacts.values()):
                    self.arrive()
                handled = self.available(number)
                yield handled
                if not decided(handled):
                    self.not_ready(number)
            for number in agents:
                self.not_ready(number)

    def not_ready(self, number: int) -> None:
        """An agent is not ready; what was offered to them is back at its place."""
        self.feed(it.AgentStatusChanged, agent_id=f"a{number}", status=AgentStatus.NOT_READY)


def decided(handled: Handled) -> bool:
    """Whether the engine chose."""
    return any(isinstance(one, do.OfferContact) for one in handled[2])


def measured(center: Center, kind: str, count: int) -> Cost:
    """The cost of `count` decisions of one kind."""
    garbage = Garbage(time.monotonic)
    garbage.clear()
    with garbage.paused():
        bench = Bench(center)
        empty = resident_bytes()
        bench.fill(rare=kind == ARRIVAL)
    cost = Cost(bytes_each=(resident_bytes() - empty) / center.waiting if center.waiting else 0.0)
    garbage.keep()
    watch = Collections()
    gc.callbacks.append(watch)
    bench.longest = 0.0
    try:
        handled = bench.freed() if kind == FREED else bench.arrivals()
        for wall, cpu, _ in islice(filter(decided, handled), WARM, WARM + count):
            cost.wall.append(wall)
            cost.cpu.append(cpu)
    finally:
        gc.callbacks.remove(watch)
        garbage.let_go()
    cost.longest, cost.longest_collection = bench.longest, watch.longest
    return cost


def apart(center: Center, kind: str, count: int) -> Cost:
    """The same in a process of its own, whose memory nothing has used before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, center, kind, count).result()


class Collections:
    """How long the garbage collection stops the process: milliseconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._began = 0

    def __call__(self, phase: str, _: dict[str, int]) -> None:
        """Called by the collector."""
        if phase == "start":
            self._began = time.perf_counter_ns()
        else:
            self.longest = max(self.longest, (time.perf_counter_ns() - self._began) / 1e6)


def rows(centers_: Sequence[Center], count: int) -> list[list[str]]:
    """The table."""
    made = [HEADINGS]
    empty: dict[str, float] = {}
    for center in centers_:
        for kind in (ARRIVAL, FREED):
            cost = apart(center, kind, count)
            median = percentile(cost.cpu, 0.5)
            base = empty.setdefault(f"{kind} {center.agents} {center.profiles}", median)
            made.append(
                [
                    kind,
                    *(f"{number:,}" for number in (center.agents, center.profiles, center.waiting, len(cost.wall))),
                    *(f"{percentile(cost.wall, share):.1f}" for share in (0.5, 0.99, 1.0)),
                    *(f"{percentile(cost.cpu, share):.1f}" for share in (0.5, 0.99, 1.0)),
                    f"{median / base:.2f}",
                    f"{cost.longest:.1f}",
                    f"{cost.longest_collection:.1f}",
                    f"{cost.bytes_each:,.0f}" if center.waiting >= MEASURABLE else "",
                ]
            )
            sys.stderr.write(table([made[-1]]).splitlines()[0] + "\n")
    return made


def plot(count: int) -> str:
    """CPU of a decision over agents, and over waiting contacts, as SVG."""
    over_agents = [Center(agents, min(200, agents // 5), 1_000) for agents in AGENTS]
    over_waiting = [Center(10_000, 200, waiting) for waiting in WAITING]
    panels = []
    for title, centers_, axis in (
        ("over agents (1,000 waiting)", over_agents, AGENTS),
        ("over waiting contacts (10,000 agents)", over_waiting, WAITING),
    ):
        curves = []
        for kind in (ARRIVAL, FREED):
            costs = [apart(center, kind, count).cpu for center in centers_]
            for name, share in (("median", 0.5), ("p99", 0.99)):
                curves.append(Curve(f"{kind}, {name}", [percentile(cost, share) for cost in costs]))
        panels.append(Panel(f"Microseconds of CPU per decision, {title}", axis, curves))
    return drawing(panels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=5_000)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--waiting", type=int, nargs="+", default=[0, 1_000, 100_000, 1_000_000])
    parser.add_argument("--plot", type=Path, help="draw the cost over agents and over waiting contacts instead")
    options = parser.parse_args()
    if options.plot:
        options.plot.write_text(plot(options.decisions), encoding="utf-8")
        return
    profiles = min(200, options.agents // 5)
    print(__doc__)
    print(table(rows([Center(options.agents, profiles, waiting) for waiting in options.waiting], options.decisions)))


if __name__ == "__main__":
    main()
