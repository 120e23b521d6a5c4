"""What stops a router, and for how long: `python -m bench.pauses [--decisions 100000] [--waiting 100000]`.

The router's own loop on a database of its own (SQLite, every commit forced to the disk, statistics on), with every
rule on. Many wait already (`bench.filled`); agents end their contacts, each freed one takes the best of all who
wait, and a new contact comes for each that is taken. With `--growth` contacts besides, everything they need is new
after the load, which is what a storm does to the garbage collection. At last comes another version of the
configuration, obeyed at once by all who wait. Counted: collections by generation, the stimuli, and how late the event
loop comes back to somebody who only asks for the time; of the processor's time only the longest.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import centers
from bench.filled import fill
from bench.tables import milliseconds, percentile, resident_bytes, table
from bench.throughput import MemoryInbox
from contactcenter.domain import stimuli as it
from contactcenter.domain.instructions import Instruction
from contactcenter.domain.stimuli import Stimulus
from contactcenter.domain.words import ContactState
from contactcenter.metrics import Metrics
from contactcenter.routing.engine import Engine
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.leader import Leader
from contactcenter.runtime.logs import configure_logs
from contactcenter.runtime.statistics import Statistics
from contactcenter.storage import Batch, Storage

LONG_SECONDS = 0.02
HEADS = ["what", "count", "p99 ms", "longest ms", "longest CPU ms", "over 20 ms", "over 100 ms"]


@dataclass
class Watch:
    """Durations in seconds by what took them; of the processor's time only the longest."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    began: tuple[float, float] = (0.0, 0.0)

    def collected(self, phase: str, info: dict[str, int]) -> None:
        """A garbage collection begins or ends."""
        if phase == "start":
            self.began = time.perf_counter(), time.thread_time()
        else:
            self.note(f"GC, generation {info['generation']}", *self.began)

    def note(self, name: str, began: float, cpu: float) -> None:
        """Something took from then until now."""
        self.took[name].append(time.perf_counter() - began)
        self.cpu[name] = max(self.cpu[name], time.thread_time() - cpu)

    async def beat(self) -> None:
        """How late the event loop comes back."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.took["event loop late"].append(max(0.0, time.perf_counter() - began - 0.001))

    def rows(self) -> list[list[str]]:
        """The table."""
        return [
            [
                name,
                f"{len(took):,}",
                milliseconds(percentile(took, 0.99)),
                milliseconds(max(took)),
                milliseconds(self.cpu[name]) if name in self.cpu else "",
                str(sum(1 for one in took if one > LONG_SECONDS)),
                str(sum(1 for one in took if one > 0.1)),
            ]
            for name, took in sorted(self.took.items())
        ]


class Timed(Engine):
    """The engine, with the time of each stimulus."""

    watch: Watch

    def handle(self, stimulus: Stimulus) -> list[Instruction]:
        """As the engine."""
        began, cpu = time.perf_counter(), time.thread_time()
        told = super().handle(stimulus)
        self.watch.note(f"stimulus {type(stimulus).__name__}", began, cpu)
        return told


class Crowd:
    """Agents and customers, told of each commit: as many wait as before, or more and more."""

    def __init__(self, say: Callable[[Stimulus], None], growth: int) -> None:
        self._say = say
        self._random = centers.lot()
        self._growth = growth
        self.decisions = 0
        self.enough = asyncio.Event()
        self.wanted = 0

    def after(self, batch: Batch) -> None:
        """A batch is committed."""
        changes = batch.changes
        self.decisions += len(changes.decisions)
        if self.decisions >= self.wanted:
            self.enough.set()
        for offer in changes.offers.values():
            if offer.outcome is None:
                self._say(it.OfferAccepted(id=new_id(), offer_id=offer.id, agent_id=offer.agent_id))
                self._arrive()
        for contact in changes.contacts.values():
            agent_id = contact.agent_id or ""
            if contact.state is ContactState.CONNECTING:
                self._say(it.ContactConnected(id=new_id(), contact_id=contact.id))
            elif contact.state is ContactState.CONNECTED:
                self._say(it.ContactEnded(id=new_id(), contact_id=contact.id, agent_id=agent_id))
            elif contact.state is ContactState.WRAP_UP:
                done = it.WrapUpCompleted(id=new_id(), contact_id=contact.id, agent_id=agent_id, disposition="done")
                self._say(done)

    def _arrive(self) -> None:
        more = 1 + (self._growth > 0)
        self._growth -= 1
        for _ in range(more):
            contact_id = new_id()
            self._say(
                it.ContactArrived(
                    id=new_id(), contact_id=contact_id, thread=contact_id, customer_id=f"customer-{contact_id}",
                    address=contact_id, to="us", place=time.time(), **centers.arrival(self._random),
                )
            )  # fmt: skip


async def measured(url: str, options: argparse.Namespace) -> tuple[Watch, str]:
    """Fill, load, and let them work."""
    await fill(url, agents=options.agents, profiles=options.profiles, waiting=options.waiting)
    storage = await Storage.open(url)
    lease = await storage.take_lease("bench", 3600.0)
    assert lease is not None, "nobody holds it"
    inbox, watch, metrics = MemoryInbox(storage), Watch(), Metrics()
    crowd = Crowd(inbox.say, options.growth)
    inbox.after = crowd.after
    Timed.watch = watch
    leader = Leader(
        inbox, Bus(None, "bench"), epoch=lease.epoch, clock=time.time, new_id=new_id, metrics=metrics,
        wake=inbox.wake, make_engine=Timed, watch=Statistics(storage.statistics, time.time, metrics),
    )  # fmt: skip
    task = asyncio.create_task(leader.run())
    await leader.ready.wait()
    engine = leader.engine
    assert engine is not None, "it is ready"
    crowd.wanted = options.decisions
    for contact in list(engine.contacts.values()):
        if contact.state is ContactState.CONNECTED:
            inbox.say(it.ContactEnded(id=new_id(), contact_id=contact.id, agent_id=contact.agent_id or ""))
    gc.callbacks.append(watch.collected)
    began, cpu = time.perf_counter(), time.process_time()
    beat = asyncio.create_task(watch.beat())
    await asyncio.wait({task, asyncio.create_task(crowd.enough.wait())}, return_when=asyncio.FIRST_COMPLETED)
    settings = engine.configuration
    inbox.say(it.ConfigurationChanged(id=new_id(), configuration=replace(settings, version=settings.version + 1)))
    while engine.configuration is settings and not task.done():  # noqa: ASYNC110  there is no event to wait for
        await asyncio.sleep(0.01)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    beat.cancel()
    gc.callbacks.remove(watch.collected)
    waiting = sum(1 for contact in engine.contacts.values() if contact.state is ContactState.WAITING)
    leader.stop()
    await task
    await storage.close()
    summary = (
        f"{crowd.decisions:,} decisions in {seconds:.0f} s ({cpu:.0f} s of CPU), {waiting:,} wait at the end, "
        f"{resident_bytes() / 2**20:,.0f} MiB"
    )
    return watch, summary


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--growth", type=int, default=0, help="contacts that come besides, and wait")
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--profiles", type=int, default=100)
    options = parser.parse_args()
    configure_logs("warning", "text")
    with tempfile.TemporaryDirectory(prefix="bench-") as own:
        watch, summary = asyncio.run(measured(f"sqlite:///{Path(own) / 'bench.sqlite3'}", options))
    print(__doc__)
    print(table([HEADS, *watch.rows()]))
    print(f"\n{summary}")


if __name__ == "__main__":
    main()
