"""What a center costs that has nothing to do: `python -m bench.idle [--agents 1000] [--waiting 300] [--seconds 30]`.

A router process and a web node, SQLite, a Redis of their own. Every agent has a console open and is busy with one
contact, others wait, and nothing happens. All came in by signed webhooks and were accepted at the consoles. Measured
is the processor time of each process, by the kernel's count, as a share of one core.

The consoles are those of this client: each says a word every few seconds, as browsers do, which is what the web node
has to do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import aiohttp

from bench.latency import Screen, post, sign_ins
from bench.tables import table
from contactcenter.bootstrap.database import apply_files
from contactcenter.config.documents import CHANNELS
from contactcenter.storage import Storage
from tests.e2e.driving import at_work
from tests.e2e.processes import SKILLS, Center, center

AT_ONCE = 20
"""Webhooks on their way at a time."""
SETTLE_SECONDS = 10.0
PATIENCE_SECONDS = 180.0
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def family(pids: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """These processes and the ones they started."""
    for name, pid in pids.items():
        yield name, pid
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield f"{name}: {Path(f'/proc/{child}/comm').read_text(encoding='utf-8').strip()}", int(child)


class Holder(Screen):
    """Accepts one contact and keeps it."""

    holds = False

    async def _talk(self, contact_id: str, state: str) -> None:
        del contact_id, state
        self.holds = True


async def busy(made: Center, screens: list[Holder], contacts: int) -> None:
    """Let `contacts` come, and wait until every agent has one."""
    sent: dict[str, float] = {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(http: aiohttp.ClientSession, number: int) -> None:
        async with gate:
            await post(http, made, number, sent)

    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(one(http, number) for number in range(contacts)))
    end = time.monotonic() + PATIENCE_SECONDS
    while sum(screen.holds for screen in screens) < len(screens):
        if time.monotonic() > end:
            raise TimeoutError("not everybody is busy")
        await asyncio.sleep(0.2)


async def measured(options: argparse.Namespace) -> list[list[str]]:
    """The table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environ = {"CONTACTCENTER_LOG_LEVEL": "warning"}
        async with center(Path(folder) / "center", environ, []) as made:
            skills = SKILLS.replace("live: 8, async: 8", "live: 1, async: 1")
            (made.directory / "skills.yaml").write_text(skills, encoding="utf-8")
            await apply_files(made.settings, by="bench", comment=None, moves={}, channels=CHANNELS)
            storage = await Storage.open(made.settings.database_url)
            tokens = await sign_ins(storage, options.agents)
            await storage.close()
            made.start("web")
            made.start("router")
            await made.ready()
            rang: dict[str, float] = {}
            screens = [Holder(made.url, token, csrf, rang) for token, csrf in tokens]
            async with at_work(screens):
                await busy(made, screens, options.agents + options.waiting)
                await asyncio.sleep(SETTLE_SECONDS)
                return await idle({name: process.pid for name, process in made.processes.items()}, options.seconds)


async def idle(pids: Mapping[str, int], seconds: float) -> list[list[str]]:
    """Wait, and count."""
    processes = list(family(pids))
    before, began = [cpu_seconds(pid) for _, pid in processes], time.perf_counter()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - began
    rows = [["process", "CPU s", "share of one core"]]
    for (name, pid), spent in zip(processes, before, strict=True):
        used = cpu_seconds(pid) - spent
        rows.append([name, f"{used:.2f}", f"{used / took:.2%}"])
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--waiting", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long it is measured")
    options = parser.parse_args()
    rows = asyncio.run(measured(options))
    print(__doc__)
    print(table(rows))


if __name__ == "__main__":
    main()
