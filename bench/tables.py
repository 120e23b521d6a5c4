"""What the benchmarks share: percentiles, a table, and how fast this disk is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.services import PostgresServer


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0–1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; the first is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def milliseconds(seconds: float) -> str:
    """For a table."""
    return f"{seconds * 1000:.2f}"


def resident_bytes() -> int:
    """Memory of this process that is not swapped out."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def fsyncs(directory: Path, seconds: float = 3.0) -> list[float]:
    """Durations (seconds) of appending 4 KiB and forcing it to the disk: what every commit waits for at least."""
    durations = []
    path = directory / "fsync.probe"
    with path.open("wb") as file:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            durations.append(time.perf_counter() - began)
    path.unlink()
    return durations


class DurablePostgres(PostgresServer):
    """A PostgreSQL that forces every commit to the disk, as one in production does."""

    def _spawn(self, command: list[str], user: str | None = None) -> None:
        durable = {
            "fsync=off": "fsync=on",
            "synchronous_commit=off": "synchronous_commit=on",
            "full_page_writes=off": "full_page_writes=on",
        }
        super()._spawn([durable.get(word, word) for word in command], user)


@contextmanager
def database(kind: str, directory: Path) -> Iterator[str]:
    """The address of an empty database of `kind` (sqlite, postgresql)."""
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'bench.sqlite3'}"
        return
    with DurablePostgres() as server:
        yield server.url(server.create_database()).replace("+asyncpg", "")
