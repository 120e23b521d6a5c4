"""What a database driver does: run whole transactions, each in one hop."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from contactcenter.storage.steps import Context, Transaction

T = TypeVar("T")

LIMIT_SECONDS: Final = 2.0
"""After this a caller hears that SQL does not answer: a gateway waits 15 s at most, a person less."""


@dataclass(frozen=True, slots=True)
class Use:
    """How a process uses its database."""

    limit: float = LIMIT_SECONDS
    """Seconds after which a transaction that has not ended raises."""
    durable: bool = True
    """A commit survives a power cut; else the last of them may not, and those before them do."""


SERVING: Final = Use()
COMMAND: Final = Use(limit=60.0)
"""Nobody but its operator waits, and a disk that stalls should not make them repeat it."""
MADE_UP: Final = Use(limit=60.0, durable=False)
"""For the demo's history: hundreds of commits, none of which anybody was promised."""

Work = Callable[[Context], Transaction[T]]


class Driver(Protocol):
    """One database. Raises UnavailableError (or UnknownOutcomeError) within about `limit` seconds.

    Without a limit, within those that the database was opened with.
    """

    engine: AsyncEngine

    async def write(self, work: Work[T], limit: float | None = None) -> T:
        """Run one transaction alone on SQLite, or with others on PostgreSQL; commit it."""

    async def read(self, work: Work[T], limit: float | None = None) -> T:
        """Run one transaction that only reads: it waits for no writer, and sees one moment."""

    async def close(self) -> None:
        """Let all connections go."""


@cache
def numbered(sql: str, mark: str, taken: int = 0) -> str:
    """Turn each `?` into `mark` and its number, the first being `taken` + 1."""
    count = taken

    def number(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{mark}{count}"

    return re.sub(r"\?", number, sql)
