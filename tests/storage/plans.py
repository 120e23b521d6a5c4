"""A database that notes how SQLite carries each statement out: a scan is slow only years later."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from contactcenter.storage.sqlite import SqliteContext, run
from contactcenter.storage.steps import Transaction
from contactcenter.testing.storage_base import NOW


class Explained(sqlite3.Connection):
    """Notes the plan of every statement. `do` runs a transaction, whose ids are `id-0`, `id-1` and so on."""

    plans: dict[str, str]
    context: SqliteContext

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            found = super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
            self.plans[sql] = "; ".join(row[3] for row in found)
        return super().execute(sql, parameters)

    def do(self, work: Callable[..., Transaction[Any]], *args: Any) -> Any:
        return run(self, "BEGIN IMMEDIATE", work(self.context, *args))

    def check(self, scan: re.Pattern[str], *, more_than: int) -> None:
        """None of the statements, which are more than so many, has a plan with such a scan."""
        scans = [f"{sql}\n    {plan}" for sql, plan in self.plans.items() if scan.search(plan)]
        assert not scans, "\n".join(scans)
        assert len(self.plans) > more_than


def explained(path: str) -> Iterator[Explained]:
    """The database at `path`."""
    connection = sqlite3.connect(path, isolation_level=None, factory=Explained)
    ids = count()
    connection.plans = {}
    connection.context = SqliteContext(lambda: f"id-{next(ids)}", lambda: NOW)
    yield connection
    connection.close()
