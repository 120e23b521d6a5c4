"""What one decision costs: `python bench/decision.py`.

A decision is one stimulus that makes the engine choose: an arrival that finds a ready agent, or an
agent who becomes free and takes the best of all waiting contacts. The engine runs alone: no SQL, no
network. Each row is one center; times are microseconds of `handle`, one core, garbage collection
frozen after the load as in the router.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, QueueSettings, SkillProfile
from contactcenter.domain.words import AgentStatus, MediaClass
from contactcenter.routing.engine import Engine

SKILLS = [f"skill{number}" for number in range(40)]
QUEUES = 60
SEED = 20_261_121


@dataclass(frozen=True)
class Center:
    """One row of the table."""

    agents: int
    profiles: int
    waiting: int


def configuration(profiles: int, random_: random.Random) -> Configuration:
    """Queues that ask one or two of 40 skills, profiles that have eight."""
    everything = {MediaClass.ASYNC: 1, MediaClass.LIVE: 1, MediaClass.VOICE: 1}
    return Configuration(
        version=1,
        skills={skill: {"en": skill} for skill in SKILLS},
        profiles={
            f"profile{number}": SkillProfile(
                f"profile{number}",
                f"Profile {number}",
                ("sms", "chat"),
                everything,
                {skill: random_.randint(1, 5) for skill in random_.sample(SKILLS, 8)},
            )
            for number in range(profiles)
        },
        queues={
            f"queue{number}": QueueSettings(
                f"queue{number}",
                {"en": f"Queue {number}"},
                {skill: random_.randint(1, 2) for skill in random_.sample(SKILLS, random_.randint(1, 2))},
                priority=float(random_.choice([0, 0, 30, 600])),
            )
            for number in range(QUEUES)
        },
        default_queue="queue0",
    )


class Bench:
    """An engine under a clock of its own, and the times of what it handled."""

    def __init__(self, center: Center) -> None:
        self.random = random.Random(SEED)
        self.center = center
        self.engine = Engine(configuration(center.profiles, self.random))
        self.now = 0.0
        self.count = 0
        for number in range(center.agents):
            profile = f"profile{number % center.profiles}"
            self.feed(it.AgentConfigured, agent_id=f"a{number}", name="", profile=profile)
            self.feed(it.ConsoleOpened, session_id=f"s{number}", agent_id=f"a{number}")
        for _ in range(center.waiting):
            self.arrive()
        self.engine.take_changes()

    def feed(self, kind: type[it.Stimulus], **fields: object) -> tuple[float, list[do.Instruction]]:
        """Handle one stimulus; how long it took in microseconds, and what it led to."""
        self.count += 1
        self.now += 0.001
        stimulus = kind(id=str(self.count), at=self.now, **fields)
        start = time.perf_counter_ns()
        told = self.engine.handle(stimulus)
        return (time.perf_counter_ns() - start) / 1000, told

    def arrive(self) -> tuple[float, list[do.Instruction]]:
        """A contact arrives at a queue drawn by lot."""
        name = f"c{self.count}"
        return self.feed(
            it.ContactArrived,
            contact_id=name,
            thread=name,
            customer_id="",
            channel="sms",
            media=MediaClass.ASYNC,
            address="",
            to="",
            place=self.now,
            queue=f"queue{self.random.randrange(QUEUES)}",
        )

    def decisions(self, count: int) -> Iterator[float]:
        """Microseconds of each decision: agents become free one by one, or contacts arrive at ready ones."""
        agents = [f"a{number}" for number in range(self.center.agents)]
        self.random.shuffle(agents)
        if self.center.waiting:
            for agent in agents[:count]:
                spent, told = self.feed(it.AgentStatusChanged, agent_id=agent, status=AgentStatus.AVAILABLE)
                if told:
                    yield spent
                self.engine.take_changes()
            return
        for agent in agents:
            self.feed(it.AgentStatusChanged, agent_id=agent, status=AgentStatus.AVAILABLE)
        for _ in range(min(count, self.center.agents // 2)):
            spent, told = self.arrive()
            if told:
                yield spent
            self.engine.take_changes()


def measured(center: Center, count: int) -> list[float]:
    """Sorted microseconds of `count` decisions of one center."""
    bench = Bench(center)
    gc.collect()
    gc.freeze()
    try:
        return sorted(bench.decisions(count))
    finally:
        gc.unfreeze()


def share(times: list[float], part: float) -> float:
    """The quantile of sorted times."""
    return times[min(len(times) - 1, int(part * len(times)))]


def table(centers: Iterable[Center], count: int) -> None:
    """Print a row for each center."""
    sys.stdout.write("  agents profiles   waiting decisions median µs   p99 µs  worst µs\n")
    for center in centers:
        times = measured(center, count)
        sys.stdout.write(
            f"{center.agents:>8,} {center.profiles:>8} {center.waiting:>9,} {len(times):>9,} "
            f"{share(times, 0.5):>9.1f} {share(times, 0.99):>8.1f} {times[-1]:>9.1f}\n"
        )
        sys.stdout.flush()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=5_000)
    arguments = parser.parse_args()
    table(
        [
            Center(100, 20, 0),
            Center(1_000, 200, 0),
            Center(10_000, 200, 0),
            Center(10_000, 200, 1_000),
            Center(10_000, 200, 100_000),
            Center(10_000, 200, 1_000_000),
        ],
        arguments.decisions,
    )


if __name__ == "__main__":
    main()
