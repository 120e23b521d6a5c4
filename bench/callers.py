"""Callers on hold: `python -m bench.callers [--callers 1000 4000] [--seconds 60]`.

A whole center in one process (`contactcenter run`: web node, router, dispatcher, worker, a Redis of its own) with the
menus, queues and skills that we ship and nobody at work; beside it, on the same cores, this client: the local telephone
network, at a person's speed. Callers come at a steady rate, hear the greeting, press 0 for a person, and wait: music,
then a signed webhook that asks what they hear next, again and again, every third time their place in line. When all are
in line it is measured for a while, and then they hang up, four times as fast as they came.

Measured is each webhook, from before it is sent until its answer is read: what a caller hears is late by so much.
Processor time is a share of one core, the center's with its children. The rows "(late)" are what this client's own
timers were late by: what the machine was busy with besides is in all figures.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bench.tables import database, fsyncs, milliseconds, percentile, resident_bytes, table
from contactcenter.localnet.webhooks import Exchange
from tests.e2e.calling import FILES, ROOT
from tests.e2e.processes import OURS, Center, center
from tests.localnet.telephone import Telephone, dial

LATE: Final = "(late)"
PERSON: Final = "0"
"""The key for a person, in the menus we ship."""
STEP: Final = 0.02
LEAVING: Final = 4.0
"""So many times faster than they came they hang up."""
SETTLE: Final = 15.0
PATIENCE: Final = 120.0


@dataclass
class Timer:
    """What each webhook took while it is watched, by where it leads."""

    took: dict[str, list[float]] = field(default_factory=dict)
    refused: int = 0

    def __call__(self, exchange: Exchange) -> None:
        """Note one that was answered or refused; when a caller hangs up, nobody waits for the answer."""
        if not exchange.done or not exchange.attempts:
            return
        self.took.setdefault(_part(exchange), []).append(exchange.seconds)
        self.refused += not exchange.accepted


@dataclass(frozen=True)
class Used:
    """Processor seconds so far: the center's, and ours."""

    center: float
    client: float
    at: float

    @classmethod
    def now(cls, pid: int) -> Used:
        """What they have used."""
        return cls(_processor_seconds(pid), time.process_time(), time.monotonic())

    def since(self, before: Used) -> str:
        """Both as shares of one core."""
        took = self.at - before.at
        return f"{(self.center - before.center) / took:.0%} + {(self.client - before.client) / took:.0%}"


async def _watch_timers(timers: list[Timer]) -> None:
    """Note by how much a short sleep of ours is late."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(STEP)
        if timers:
            timers[-1].took.setdefault(LATE, []).append(time.monotonic() - began - STEP)


def _part(exchange: Exchange) -> str:
    if exchange.kind == "status":
        return "reports"
    parts = urlsplit(exchange.url)
    part = parse_qs(parts.query).get("part", [""])[0] or parts.path.rpartition("/")[2]
    return {"voice": "greeting"}.get(part, part)


def _processor_seconds(pid: int) -> float:
    """Processor time of a process and of what it started, as far as it still runs."""
    tick = os.sysconf("SC_CLK_TCK")
    total = 0.0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            stat = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split()
        except OSError:
            continue
        total += (int(stat[11]) + int(stat[12])) / tick
        waiting += map(int, children)
    return total


def _resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _arrive(http: aiohttp.ClientSession, number: int) -> Telephone:
    """Call, and ask for a person as soon as there is a question."""
    telephone = await dial(http, f"+5989{1_000_000 + number:07d}", OURS)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        query = {"kind": "say", "after": str(telephone.after), "timeout": "60"}
        async with http.get(f"/_control/calls/{telephone.sid}/heard", params=query) as answer:
            if answer.status == HTTPStatus.OK:
                telephone.after = (await answer.json())["next"]
                if await telephone.press(PERSON):
                    return telephone
    raise TimeoutError(f"caller {number} was asked nothing in {PATIENCE:g} s")


async def measure(kind: str, callers: int, rate: float, seconds: float) -> list[list[str]]:
    """The rows of one run."""
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, database(kind, Path(folder)) as url:
        environ = {"CONTACTCENTER_DATABASE_URL": url, "CONTACTCENTER_LOG_LEVEL": "warning"}
        async with center(Path(folder) / "center", environ, [], files=files) as made:
            made.start("run")
            await made.ready()
            timeout = aiohttp.ClientTimeout(total=PATIENCE)
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            async with aiohttp.ClientSession(made.network.url, timeout=timeout, connector=connector) as http:
                async with http.put("/_control/tempo", json={"tempo": 1.0}) as answer:
                    answer.raise_for_status()
                return await _run(kind, made, http, callers, rate, seconds)


async def _run(
    kind: str, made: Center, http: aiohttp.ClientSession, callers: int, rate: float, seconds: float
) -> list[list[str]]:
    pid = made.processes["run"].pid
    timers: list[Timer] = []

    def phase() -> Timer:
        timers.append(Timer())
        return timers[-1]

    made.network.webhooks.watch(lambda exchange: timers[-1](exchange) if timers else None)
    watching = asyncio.create_task(_watch_timers(timers))
    began, arriving = Used.now(pid), phase()
    tasks = []
    for number in range(callers):
        tasks.append(asyncio.create_task(_arrive(http, number)))
        await asyncio.sleep(max(0.0, began.at + (number + 1) / rate - time.monotonic()))
    telephones = await asyncio.gather(*tasks)
    arrived = Used.now(pid)
    phase()
    await asyncio.sleep(SETTLE)
    before, holding = Used.now(pid), phase()
    await asyncio.sleep(seconds)
    after = Used.now(pid)
    phase()
    memory = f"{_resident_mib(pid):.0f} + {resident_bytes() / 2**20:.0f}"
    here = await _still_here(http, telephones)
    leaving, left = phase(), Used.now(pid)
    await _hang_up(telephones, LEAVING * rate)
    await asyncio.sleep(SETTLE)
    gone = Used.now(pid)
    watching.cancel()
    note = f"{here} of {callers} in line"
    return [
        *_rows(kind, callers, "they come", arriving, arrived.at - began.at, arrived.since(began), memory, ""),
        *_rows(kind, callers, "they wait", holding, after.at - before.at, after.since(before), memory, note),
        *_rows(kind, callers, "they hang up", leaving, gone.at - left.at, gone.since(left), memory, ""),
    ]


async def _hang_up(telephones: Sequence[Telephone], rate: float) -> None:
    """Let everybody hang up, so many a second."""
    began = time.monotonic()
    for number, telephone in enumerate(telephones, 1):
        await telephone.post("hangup")
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))


async def _still_here(http: aiohttp.ClientSession, telephones: Sequence[Telephone]) -> int:
    async with http.get("/_control/calls", params={"status": "in-progress"}) as answer:
        live = {each["sid"] for each in (await answer.json())["calls"]}
    return sum(telephone.sid in live for telephone in telephones)


def _rows(
    kind: str, callers: int, what: str, timer: Timer, seconds: float, processor: str, memory: str, note: str
) -> list[list[str]]:
    shares = (0.5, 0.95, 0.99)
    return [
        [
            kind, f"{callers:,}", what, part, f"{len(took) / seconds:.0f}",
            *(milliseconds(percentile(took, share)) for share in shares), milliseconds(max(took)),
            str(timer.refused), processor, memory, note,
        ]
        for part, took in sorted(timer.took.items())
    ]  # fmt: skip


HEADING: Final = [
    "database", "callers", "", "webhook", "a second", "p50 ms", "p95 ms", "p99 ms", "worst ms", "refused",
    "processor: center + client", "MiB: center + client", "",
]  # fmt: skip


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, nargs="+", default=[1_000], help="how many wait at once")
    parser.add_argument("--rate", type=float, default=25.0, help="calls a second while they come")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it is measured")
    parser.add_argument("--database", nargs="+", default=["sqlite"], choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    rows = [HEADING]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        disk = fsyncs(Path(folder))
        for kind in options.database:
            for callers in options.callers:
                rows += asyncio.run(measure(kind, callers, options.rate, options.seconds))
    print(__doc__)
    median, rare = (milliseconds(percentile(disk, share)) for share in (0.5, 0.99))
    print(f"One fsync of 4 KiB: p50 {median}, p99 {rare} ms\n")
    print(table(rows))


if __name__ == "__main__":
    main()
