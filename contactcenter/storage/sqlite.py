"""SQLite: one writer thread that runs a whole transaction in one hop, one reader thread beside it.

WAL lets readers go on while the writer writes; synchronous=FULL makes a commit survive a power cut. Other processes
may use the same file: BEGIN IMMEDIATE and busy_timeout put their writes one after another.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contactcenter.storage.driver import LIMIT_SECONDS, SERVING, Use, Work, numbered
from contactcenter.storage.errors import ConflictError, StorageError, UnavailableError, UnknownOutcomeError
from contactcenter.storage.steps import Each, Insert, Query, Rows, Step, Together, Transaction

T = TypeVar("T")

OLDEST: Final = (3, 38, 0)
"""RETURNING, UPDATE FROM and strict JSON functions."""

LOCK_SHARE: Final = 0.9
"""How much of its caller's time a transaction waits for another process's."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA journal_size_limit = 67108864",
)

_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_TAKEN: Final = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class SqliteContext:
    """See steps.Context."""

    new_id: Callable[[], str]
    clock: Callable[[], float]
    now: str = "((julianday('now') - 2440587.5) * 86400.0)"
    alone: bool = True
    for_update: str = ""  # BEGIN IMMEDIATE has locked everything


def prepare_file(path: Path) -> None:
    """Make the file for its owner only; an operator's own choice of rights on an existing one stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def connect(path: Path, use: Use = SERVING) -> sqlite3.Connection:
    """A connection without Python's own transactions. To be used by one thread at a time."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=use.limit * LOCK_SHARE
    )
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    if not use.durable:
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


class SqliteDriver:
    """See driver.Driver. Make it with `open`."""

    def __init__(self, path: Path, context: SqliteContext, use: Use) -> None:
        self._limit = use.limit
        self._writer = _Thread(path, "storage-writer", "BEGIN IMMEDIATE", context, use)
        self._reader = _Thread(path, "storage-reader", "BEGIN", context, use)
        self.engine = _screens_engine(path)

    @classmethod
    async def open(cls, path: Path, context: SqliteContext, use: Use = SERVING) -> SqliteDriver:
        """Open the file, which must exist.

        Raises:
            UnavailableError: it cannot be opened; the message says why.
        """
        driver = cls(path, context, use)
        try:
            await driver._writer.start()
            await driver._reader.start()
        except BaseException:
            await driver.close()
            raise
        return driver

    async def write(self, work: Work[T], limit: float | None = None) -> T:
        """See driver.Driver."""
        return await self._writer.run(work, limit or self._limit)

    async def read(self, work: Work[T], limit: float | None = None) -> T:
        """See driver.Driver."""
        return await self._reader.run(work, limit or self._limit)

    async def close(self) -> None:
        """Finish what is under way, then close."""
        await self._writer.stop()
        await self._reader.stop()
        await self.engine.dispose()


def _screens_engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=3, max_overflow=2, pool_timeout=LIMIT_SECONDS)

    def read_only(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(LIMIT_SECONDS * LOCK_SHARE * 1000)}")
        cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")  # one moment for all queries of a screen

    event.listen(engine.sync_engine, "connect", read_only)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


class _Job:
    """One transaction to run, and who waits for it: it is begun or given up, never both."""

    __slots__ = ("_lock", "decided", "future", "loop", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self._lock = threading.Lock()
        self.decided = False
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()

    def decide(self) -> bool:
        """Begin it (the thread) or give it up (the waiting coroutine): True for whoever asks first."""
        with self._lock:
            first, self.decided = not self.decided, True
            return first

    def settle(self, result: object, error: BaseException | None) -> None:
        """Tell the waiting coroutine, if it still waits and its loop still runs."""
        try:
            self.loop.call_soon_threadsafe(self._set, result, error)
        except RuntimeError:
            return

    def _set(self, result: object, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class _Thread:
    """A thread with one connection that runs transactions in the order they came."""

    def __init__(self, path: Path, name: str, begin: str, context: SqliteContext, use: Use) -> None:
        self._path = path
        self._use = use
        self._begin = begin
        self._context = context
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._closed = True

    async def start(self) -> None:
        """Connect and begin to work; raises UnavailableError."""
        try:
            self._connection = await asyncio.to_thread(connect, self._path, self._use)
        except sqlite3.Error as error:
            raise UnavailableError(f"cannot open {self._path}: {error}") from error
        self._closed = False
        self._thread.start()

    async def stop(self) -> None:
        """Finish the jobs that were given, then close the connection."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    async def run(self, work: Work[T], limit: float) -> T:
        """Run one transaction; see driver.Driver for the errors."""
        if self._closed:
            raise UnavailableError("storage is closed")
        if os.getpid() != self._process:
            raise StorageError("a connection was inherited by a fork; open storage in the child")
        job = _Job(work)
        self._jobs.put(job)
        try:
            async with asyncio.timeout(limit):
                result: T = await job.future
                return result
        except TimeoutError as error:
            if job.decide():
                raise UnavailableError(f"{self._path} was busy for {limit} s") from error
            raise UnknownOutcomeError(f"{self._path} took longer than {limit} s") from error
        except asyncio.CancelledError:
            job.decide()
            raise

    def _loop(self) -> None:
        connection = self._connection
        assert connection is not None
        while (job := self._jobs.get()) is not None:
            if job.decided:  # given up while it stood in line
                continue
            try:
                result = run(connection, self._begin, job.work(self._context), job.decide)
            except BaseException as error:  # noqa: BLE001  the waiting coroutine gets it
                job.settle(None, error)
            else:
                job.settle(result, None)
            del job
        connection.close()


def run(
    connection: sqlite3.Connection, begin: str, transaction: Transaction[T], wanted: Callable[[], bool] = lambda: True
) -> T:
    """Run one transaction here and now, if it is still `wanted` when its turn has come; SQLite's errors become ours."""
    try:
        return _run(connection, begin, transaction, wanted)
    except sqlite3.IntegrityError as error:
        unique = getattr(error, "sqlite_errorcode", 0) in _TAKEN
        raise (ConflictError if unique else StorageError)(str(error)) from error
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
            raise UnavailableError("another process holds the database") from error
        raise UnavailableError(f"SQLite: {error}") from error
    except sqlite3.Error as error:
        raise StorageError(f"SQLite: {error}") from error


def _run(connection: sqlite3.Connection, begin: str, transaction: Transaction[T], wanted: Callable[[], bool]) -> T:
    connection.execute(begin)
    try:
        if not wanted():
            raise UnavailableError("nobody waits for it any more")
        result = _drive(connection, transaction)
        connection.execute("COMMIT")
    except BaseException:
        transaction.close()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _drive(connection: sqlite3.Connection, transaction: Transaction[T]) -> T:
    try:
        step = next(transaction)
        while True:
            step = transaction.send(_perform(connection, step))
    except StopIteration as stop:
        result: T = stop.value
        return result


def _perform(connection: sqlite3.Connection, step: Step) -> Rows:
    match step:
        case Query(sql, params):
            return connection.execute(sql, params).fetchall()
        case Each(sql, columns, rows, params):
            return connection.execute(_each_sql(sql, columns), (_encode(rows).decode(), *params)).fetchall()
        case Insert(table, columns, rows, tail, returning, derived):
            sql = _insert_sql(table, columns, tail, returning, derived)
            if not returning:
                connection.executemany(sql, rows)
                return ()
            return [found for row in rows for found in connection.execute(sql, row).fetchall()]
        case Together(steps):
            for one in steps:
                if one.rows:
                    _perform(connection, one)
            return ()


@cache
def _each_sql(sql: str, columns: Sequence[tuple[str, str]]) -> str:
    fields = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, (name, _) in enumerate(columns))
    return numbered(sql, "?", 1).replace("{rows}", f"(SELECT {fields} FROM json_each(?1)) AS v")


@cache
def _insert_sql(
    table: str, columns: Sequence[str], tail: str, returning: str, derived: Sequence[tuple[str, str]]
) -> str:
    forms = dict(derived)
    values = ", ".join(forms.get(column, "{}").replace("{}", "?") for column in columns)
    ends = f" RETURNING {returning}" if returning else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) {tail}{ends}"
