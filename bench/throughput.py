"""Sustained assignments a second: `python -m bench.throughput [--seconds 10] [--database sqlite postgresql]`.

An assignment is a contact's arrival, its offer, the agent's accepting and the release (end and wrap-up): four
stimuli, and each is durably committed before anything follows from it. Every commit is forced to the disk.

`router alone`: the router's loop on a real database with the decision commits only; stimuli are handed to it as
the inbox would, and agents are a few lines of code that answer each offer.
`one process`: the same contacts as customers' messages through the intake (a commit of its own, with dedupe,
customer, message and inbox rows), agents' actions through the intake too, router, bus; no HTTP.

A closed loop: as many contacts are on their way as agents can hold; what is counted are contacts closed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.tables import database, fsyncs, milliseconds, percentile, table
from contactcenter.domain import stimuli as it
from contactcenter.domain.codec import encode
from contactcenter.domain.configuration import Configuration, Disposition, QueueSettings, SkillProfile
from contactcenter.domain.messages import InboundMessage
from contactcenter.domain.stimuli import Stimulus
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.leader import Leader
from contactcenter.runtime.logs import configure_logs
from contactcenter.runtime.statistics import Statistics
from contactcenter.storage import Batch, InboxRow, Loaded, Storage

AGENTS = 500
CAPACITY = 4
UNDER_WAY = 400
"""Contacts at once in the closed loop."""


def configuration() -> Configuration:
    """Twenty profiles of some of ten skills, ten queues."""
    skills = [f"skill{number}" for number in range(10)]
    return Configuration(
        version=1,
        skills={skill: {"en": skill} for skill in skills},
        profiles={
            f"p{number}": SkillProfile(
                id=f"p{number}",
                name=f"p{number}",
                channels=("sms",),
                capacity={MediaClass.VOICE: 0, MediaClass.LIVE: 0, MediaClass.ASYNC: CAPACITY},
                skills={skills[(number + step) % 10]: 3 for step in range(5)},
            )
            for number in range(20)
        },
        queues={
            f"q{number}": QueueSettings(
                id=f"q{number}",
                name={"en": f"q{number}"},
                skills={skills[number]: 2},
                dispositions=(Disposition(id="done", name={"en": "Done"}),),
            )
            for number in range(10)
        },
        default_queue="q0",
        entry_points=(),
    )


async def seeded(url: str) -> Storage:
    """A database with agents who are available."""
    storage = await Storage.open(url, migrate=True)
    agents = [(f"a{number}", f"Agent {number}", f"p{number % 20}") for number in range(AGENTS)]
    await storage.seed(configuration(), agents, "bench")
    return storage


def on_duty() -> Iterator[Stimulus]:
    """Every agent opens a console and is available."""
    for number in range(AGENTS):
        yield it.ConsoleOpened(id=new_id(), session_id=f"s{number}", agent_id=f"a{number}")
        yield it.AgentStatusChanged(id=new_id(), agent_id=f"a{number}", status=AgentStatus.AVAILABLE)


@dataclass
class Result:
    """One row."""

    what: str
    closed: int
    seconds: float
    commits: list[float]
    stimuli: int

    def row(self, kind: str) -> list[str]:
        """For the table."""
        return [
            kind,
            self.what,
            f"{self.closed / self.seconds:,.0f}",
            f"{self.stimuli / max(1, len(self.commits)):.0f}",
            milliseconds(percentile(self.commits, 0.5)),
            milliseconds(percentile(self.commits, 0.99)),
            f"{self.closed:,}",
        ]


class Loop:
    """Agents and customers of a closed loop: told of each commit, they do what follows from it."""

    def __init__(self, say: Callable[[Stimulus], None], arrive: Callable[[], None]) -> None:
        self._say = say
        self._arrive = arrive
        self.closed = 0

    def after(self, batch: Batch) -> None:
        """A batch is committed."""
        changes = batch.changes
        for offer in changes.offers.values():
            if offer.outcome is None:
                self._say(it.OfferAccepted(id=new_id(), offer_id=offer.id, agent_id=offer.agent_id))
        for contact in changes.contacts.values():
            agent_id = contact.agent_id or ""
            if contact.state is ContactState.CONNECTED:
                self._say(it.ContactEnded(id=new_id(), contact_id=contact.id, agent_id=agent_id))
            elif contact.state is ContactState.WRAP_UP:
                self._say(it.WrapUpCompleted(id=new_id(), contact_id=contact.id, agent_id=agent_id, disposition="done"))
            elif contact.state is ContactState.CLOSED:
                self.closed += 1
                self._arrive()


class MemoryInbox:
    """The storage as the router sees it, with an inbox in memory: what remains are the decision commits."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._rows: deque[InboxRow] = deque()
        self._ids = itertools.count(1)
        self.commits: list[float] = []
        self.stimuli = 0
        self.after: Callable[[Batch], None] = lambda _: None
        self.wake = asyncio.Event()

    def say(self, stimulus: Stimulus) -> None:
        """A stimulus arrives."""
        kind, version, body = encode(stimulus)
        self._rows.append(InboxRow(next(self._ids), stimulus.id, kind, version, body.decode(), time.time()))
        self.wake.set()

    async def load(self) -> Loaded:
        """As the storage."""
        return await self._storage.load()

    async def read_inbox(self, limit: int) -> list[InboxRow]:
        """What was said."""
        await asyncio.sleep(0)
        return list(itertools.islice(self._rows, limit))

    async def commit_batch(self, batch: Batch, at: float) -> None:
        """Commit, and tell what follows."""
        began = time.perf_counter()
        await self._storage.commit_batch(batch, at)
        self.commits.append(time.perf_counter() - began)
        self.stimuli += len(batch.handled)
        for _ in batch.handled:
            self._rows.popleft()
        self.after(batch)

    async def batch_committed(self, batch_id: str) -> bool:
        """As the storage."""
        return await self._storage.batch_committed(batch_id)

    async def quarantine(self, epoch: int, inbox_id: int, error: str) -> None:
        """Nothing may be put aside here."""
        raise RuntimeError(f"{epoch} {inbox_id}: {error}")


async def router_alone(url: str, seconds: float, *, statistics: bool) -> Result:
    """See the module."""
    storage = await seeded(url)
    lease = await storage.take_lease("bench", 3600.0)
    assert lease is not None
    inbox = MemoryInbox(storage)
    bus = Bus(None, "bench")
    numbers = itertools.count()

    def arrive() -> None:
        number = next(numbers)
        inbox.say(
            it.ContactArrived(
                id=new_id(), contact_id=new_id(), thread=f"t{number}", customer_id=f"c{number}", channel="sms",
                media=MediaClass.ASYNC, address=f"+{number}", to="+1", place=time.time(), queue=f"q{number % 10}",
            )
        )  # fmt: skip

    loop = Loop(inbox.say, arrive)
    inbox.after = loop.after
    metrics = Metrics()
    leader = Leader(
        inbox, bus, epoch=lease.epoch, clock=time.time, new_id=new_id, metrics=metrics, wake=inbox.wake,
        watch=Statistics(storage.statistics, time.time, metrics) if statistics else None,
    )  # fmt: skip
    task = asyncio.create_task(leader.run())
    for stimulus in on_duty():
        inbox.say(stimulus)
    for _ in range(UNDER_WAY):
        arrive()
    elapsed, count, commits, stimuli = await measured(
        seconds, lambda: (loop.closed, len(inbox.commits), inbox.stimuli), task
    )
    result = Result("router alone", count, elapsed, inbox.commits[commits:], stimuli)
    leader.stop()
    await task
    await storage.close()
    return result


async def measured(
    seconds: float, look: Callable[[], tuple[int, int, int]], task: asyncio.Task[None]
) -> tuple[float, int, int, int]:
    """Warm up, then measure: seconds, contacts closed, commits before it, stimuli handled in it."""
    await asyncio.wait({task}, timeout=2.0)
    began, (closed, commits, stimuli) = time.perf_counter(), look()
    await asyncio.wait({task}, timeout=seconds)
    if task.done():
        task.result()
    after = look()
    return time.perf_counter() - began, after[0] - closed, commits, after[2] - stimuli


class Timed:
    """The storage, with the time of each decision commit."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.commits: list[float] = []
        self.stimuli = 0
        self.after: Callable[[Batch], None] = lambda _: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    async def commit_batch(self, batch: Batch, at: float) -> None:
        """Commit, and tell what follows."""
        began = time.perf_counter()
        await self._storage.commit_batch(batch, at)
        self.commits.append(time.perf_counter() - began)
        self.stimuli += len(batch.handled)
        self.after(batch)


async def one_process(url: str, seconds: float, *, statistics: bool) -> Result:
    """See the module."""
    storage = await seeded(url)
    lease = await storage.take_lease("bench", 3600.0)
    assert lease is not None
    bus = Bus(None, "bench")
    intake = Intake(storage, bus, time.time, new_id)
    await intake.start()
    timed = Timed(storage)
    wake = asyncio.Event()
    bus.subscribe("router", lambda _: wake.set())
    tasks: set[asyncio.Task[Any]] = set()
    numbers = itertools.count()

    def begin(work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def arrive() -> None:
        number = next(numbers)
        message = InboundMessage(
            channel="sms", provider_id=f"SM{number}", address=f"+{number}", to="+1", thread=f"t{number}",
            text="no power since eight", received_at=time.time(), raw="x" * 400,
        )  # fmt: skip
        begin(intake.receive(message, MediaClass.ASYNC))

    loop = Loop(lambda stimulus: begin(intake.submit(stimulus)), arrive)
    timed.after = loop.after
    metrics = Metrics()
    leader = Leader(
        timed, bus, epoch=lease.epoch, clock=time.time, new_id=new_id, metrics=metrics, wake=wake,
        watch=Statistics(storage.statistics, time.time, metrics) if statistics else None,
    )  # fmt: skip
    task = asyncio.create_task(leader.run())
    for stimulus in on_duty():
        begin(intake.submit(stimulus))
    for _ in range(UNDER_WAY):
        arrive()
    elapsed, count, commits, stimuli = await measured(
        seconds, lambda: (loop.closed, len(timed.commits), timed.stimuli), task
    )
    result = Result("one process", count, elapsed, timed.commits[commits:], stimuli)
    leader.stop()
    await task
    with suppress(Exception):
        await asyncio.gather(*tasks)
    await intake.close()
    await storage.close()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each row is measured")
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", choices=("router", "process"))
    parser.add_argument("--plain", action="store_true", help="without statistics, to see what they cost")
    options = parser.parse_args()
    configure_logs("warning", "text")
    rows = [["database", "what", "assignments/s", "stimuli/commit", "commit p50 ms", "commit p99 ms", "contacts"]]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        disk = fsyncs(Path(folder))
        for kind in options.database:
            for name, measure in (("router", router_alone), ("process", one_process)):
                if options.only in (None, name):
                    with tempfile.TemporaryDirectory(prefix="bench-") as own, database(kind, Path(own)) as url:
                        rows.append(asyncio.run(measure(url, options.seconds, statistics=not options.plain)).row(kind))
    print(__doc__)
    print(table(rows))
    figures = ", ".join(f"p{share * 100:g} {milliseconds(percentile(disk, share))}" for share in (0.5, 0.99, 0.999))
    print(f"\nfsync of this disk, ms: {figures} ({len(disk)} of 4 KiB)")


if __name__ == "__main__":
    main()
