"""From a router's start to its first decision: `python -m bench.restart [--waiting 100000] [--agents 1000]`.

A database in which everybody is busy and many wait (`bench.filled`, every rule on) is opened by a new process, as
a standby would. Agents end contacts meanwhile. Measured from the start of the load until the decision that gives the
first of them the next contact is committed; apart: reading SQL, building the indexes, counting for the statistics and
garbage collection; the rest is the first turn with its commit. Before this a standby waits for the lease (at most 6 s
when the other router died) and a new process starts Python, which is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.filled import fill
from bench.tables import database, resident_bytes, table
from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.metrics import Metrics
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Snapshot
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.leader import Leader
from contactcenter.runtime.logs import configure_logs
from contactcenter.runtime.statistics import Picture, Statistics
from contactcenter.storage import Batch, Loaded, Storage
from contactcenter.storage.records import Submitted


class Watched:
    """The storage and the engine of a leader, with the time of each part in seconds."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.parts: dict[str, float] = {}
        self.contacts = 0
        self.decided = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    async def load(self) -> Loaded:
        """As the storage."""
        began = time.perf_counter()
        loaded = await self._storage.load()
        self.parts["SQL"] = time.perf_counter() - began
        return loaded

    def make_engine(self, configuration: Configuration, snapshot: Snapshot) -> Engine:
        """As the leader does."""
        began = time.perf_counter()
        engine = Engine(configuration, snapshot)
        self.parts["index"] = time.perf_counter() - began
        self.contacts = sum(1 for contact in snapshot.contacts if contact.state is ContactState.WAITING)
        return engine

    def collected(self, phase: str, info: dict[str, int]) -> None:
        """A garbage collection begins or ends; the whole ones count."""
        if info["generation"] == 2:
            now = time.perf_counter()
            self.parts["GC"] = self.parts.get("GC", 0.0) + (-now if phase == "start" else now)

    async def commit_batch(self, batch: Batch, at: float) -> None:
        """As the storage, and look whether something was decided."""
        await self._storage.commit_batch(batch, at)
        if batch.handled and batch.changes.decisions:
            self.decided.set()


class Timed(Statistics):
    """The statistics, with the time of their beginning."""

    seconds = 0.0

    def begin(self, picture: Picture, at: float) -> None:
        """As the statistics."""
        began = time.perf_counter()
        super().begin(picture, at)
        self.seconds = time.perf_counter() - began


async def end_some(storage: Storage) -> None:
    """Ten agents are done with a call each: that waits in the inbox for the router."""
    snapshot = (await storage.load()).snapshot
    free = {agent.id for agent in snapshot.agents if agent.kept_free_for is None}
    held = {
        one.agent_id or "": one.id
        for one in snapshot.contacts
        if one.state is ContactState.CONNECTED and one.media is MediaClass.VOICE and one.agent_id in free
    }
    stimuli: list[it.Stimulus] = []
    for agent_id, contact_id in list(held.items())[:10]:
        stimuli.append(it.ContactEnded(id=new_id(), contact_id=contact_id, agent_id=agent_id))
        stimuli.append(it.WrapUpCompleted(id=new_id(), contact_id=contact_id, agent_id=agent_id, disposition="done"))
    await storage.take_in([Submitted(stimulus=stimulus) for stimulus in stimuli])


async def start(url: str) -> dict[str, float]:
    """The measured process."""
    storage = await Storage.open(url)
    lease = await storage.take_lease("bench", 3600.0)
    assert lease is not None, "nobody holds it"
    watched, metrics = Watched(storage), Metrics()
    statistics = Timed(storage.statistics, time.time, metrics)
    gc.callbacks.append(watched.collected)
    leader = Leader(
        watched, Bus(None, "bench"), epoch=lease.epoch, clock=time.time, new_id=new_id, metrics=metrics,
        wake=asyncio.Event(), make_engine=watched.make_engine,
        watch=statistics,
    )  # fmt: skip
    cpu, began = time.process_time(), time.perf_counter()
    task = asyncio.create_task(leader.run())
    await leader.ready.wait()
    watched.parts["load"] = time.perf_counter() - began
    watched.parts["statistics"] = statistics.seconds
    async with asyncio.timeout(60.0):
        await watched.decided.wait()
    watched.parts["total"] = time.perf_counter() - began
    watched.parts["CPU"] = time.process_time() - cpu
    gc.callbacks.remove(watched.collected)
    leader.stop()
    await task
    await storage.release_lease(lease)
    await storage.close()
    return {**watched.parts, "waiting": watched.contacts, "memory": resident_bytes() / 2**20}


def measured(url: str, options: argparse.Namespace) -> list[dict[str, float]]:
    """Fill a database and start on it in processes of their own."""
    asyncio.run(fill(url, agents=options.agents, profiles=options.profiles, waiting=options.waiting))
    found = []
    for _ in range(options.times):
        asyncio.run(_ended(url))
        command = [sys.executable, "-m", "bench.restart", "--start", url]
        found.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    return found


async def _ended(url: str) -> None:
    storage = await Storage.open(url)
    await end_some(storage)
    await storage.close()


def row(kind: str, parts: dict[str, float]) -> list[str]:
    """For the table."""
    shown = ("SQL", "index", "statistics", "GC", "load", "total", "CPU")
    seconds = [f"{parts[name]:.2f}" for name in shown]
    return [kind, f"{parts['waiting']:,.0f}", *seconds, f"{parts['memory']:,.0f}"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--profiles", type=int, default=100)
    parser.add_argument("--times", type=int, default=3, help="starts on each database")
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--start", help=argparse.SUPPRESS)
    options = parser.parse_args()
    configure_logs("warning", "text")
    if options.start:
        print(json.dumps(asyncio.run(start(options.start))))
        return
    heads = [
        "database",
        "waiting",
        "SQL s",
        "index s",
        "statistics s",
        "GC s",
        "ready s",
        "first decision s",
        "CPU s",
        "process MiB",
    ]
    rows = [heads]
    for kind in options.database:
        with tempfile.TemporaryDirectory(prefix="bench-") as own, database(kind, Path(own)) as url:
            rows += [row(kind, parts) for parts in measured(url, options)]
    print(__doc__)
    print(table(rows))


if __name__ == "__main__":
    main()
