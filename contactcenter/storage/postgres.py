"""PostgreSQL: asyncpg without an ORM, one transaction a call, many rows a statement.

JIT is off (it costs more than these statements), prepared statements are kept by each connection, and every wait has
an end: webhooks must hear within seconds that SQL is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final, TypeVar

import asyncpg
from asyncpg.exceptions._base import DataError as ClientDataError  # asyncpg.DataError is the server's
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from contactcenter.storage.driver import LIMIT_SECONDS, SERVING, Use, Work, numbered
from contactcenter.storage.errors import ConflictError, StorageError, UnavailableError, UnknownOutcomeError, reason
from contactcenter.storage.steps import (
    BIGINT,
    BOOLEAN,
    FLOAT,
    TEXT,
    Context,
    Each,
    Insert,
    Query,
    Rows,
    Step,
    Together,
    Transaction,
)
from contactcenter.storage.tables import TABLES

T = TypeVar("T")

POOL_SIZE: Final = 6
"""A process's connections for transactions; screens have their own few."""

LOCK_SECONDS: Final = 1.5
"""How long a server's statement waits for a lock: longer than PostgreSQL takes to see a deadlock (1 s)."""

SCREEN_SECONDS: Final = 4.0
"""How long a query of a screen may take."""

ROLLBACK_SECONDS: Final = 0.25
"""How long it may take to undo; after that the line is dead, and the server undoes by itself."""

_SETTINGS: Final = {
    "application_name": "contactcenter",
    "jit": "off",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "10000",
}

_PLANS: Final = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_material": "off",
}
"""Every statement here finds its rows by an index: plan it once, and never by how small a table was at the time."""

_CACHE: Final = {"statement_cache_size": 512, "max_cached_statement_lifetime": 0}

_LOST: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)
_AGAIN: Final = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.InvalidCachedStatementError)
_REFUSED: Final = (asyncpg.IntegrityConstraintViolationError, ClientDataError)


@dataclass(frozen=True, slots=True)
class PostgresContext:
    """See steps.Context."""

    new_id: Callable[[], str]
    clock: Callable[[], float]
    now: str = "extract(epoch FROM clock_timestamp())::double precision"
    alone: bool = False
    for_update: str = "FOR UPDATE"


async def connect(
    url: str,
    *,
    read_only: bool = False,
    statement_seconds: float = LIMIT_SECONDS,
    lock_seconds: float = LOCK_SECONDS,
) -> Any:
    """A connection with our settings.

    Raises:
        UnavailableError: nobody answers there; the message says why, without the password.
    """
    settings = {
        **_SETTINGS,
        "statement_timeout": str(int(statement_seconds * 1000)),
        "lock_timeout": str(int(lock_seconds * 1000)),
    }
    if read_only:
        settings["default_transaction_read_only"] = "on"
    try:
        return await asyncpg.connect(
            url, server_settings=settings, timeout=LIMIT_SECONDS, command_timeout=statement_seconds + 1.0, **_CACHE
        )
    except _LOST as error:
        raise UnavailableError(f"PostgreSQL: {reason(error)}") from error


class PostgresDriver:
    """See driver.Driver. Make it with `open`."""

    def __init__(self, url: str, context: PostgresContext, pool: Any, use: Use) -> None:
        self._context = context
        self._limit = use.limit
        self._pool = pool
        self.engine = _screens_engine(url)

    @classmethod
    async def open(cls, url: str, context: PostgresContext, use: Use = SERVING) -> PostgresDriver:
        """Connect to the database.

        Raises:
            UnavailableError: nobody answers there.
        """
        # The pool's own connections outlive long reads: the limit of each call is below, by time.
        lock = LOCK_SECONDS * use.limit / LIMIT_SECONDS
        settings = {**_SETTINGS, **_PLANS, "lock_timeout": str(int(lock * 1000)), "statement_timeout": "60000"}
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=0,  # no task of the pool's own that would complain while the server is away
                max_size=POOL_SIZE,
                max_inactive_connection_lifetime=0,
                server_settings=settings,
                timeout=LIMIT_SECONDS,
                init=_durable if use.durable else _not_durable,
                reset=_keep,
                **_CACHE,
            )
        except _LOST as error:
            raise UnavailableError(f"PostgreSQL: {reason(error)}") from error
        driver = cls(url, context, pool, use)
        try:
            await driver.write(_nothing)  # the first connection is made before somebody waits for it
        except BaseException:
            await driver.close()
            raise
        return driver

    async def write(self, work: Work[T], limit: float | None = None) -> T:
        """See driver.Driver."""
        end = asyncio.get_running_loop().time() + (limit or self._limit)
        while True:
            try:
                return await self._transaction(work, end - asyncio.get_running_loop().time(), "BEGIN")
            except _AGAIN:  # a deadlock's loser starts again, while its time lasts
                continue

    async def read(self, work: Work[T], limit: float | None = None) -> T:
        """See driver.Driver."""
        return await self._transaction(work, limit or self._limit, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def close(self) -> None:
        """Close every connection; what is still under way is cut off after a moment."""
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
        await self.engine.dispose()

    async def _transaction(self, work: Work[T], limit: float, begin: str) -> T:
        committing = False
        try:
            async with asyncio.timeout(limit), self._pool.acquire() as connection:
                try:
                    await connection.execute(begin)
                    result = await self._steps(connection, work)
                    committing = True
                    await connection.execute("COMMIT")
                except BaseException:
                    await _roll_back(connection)
                    raise
                return result
        except _AGAIN:
            raise
        except _REFUSED as error:
            unique = isinstance(error, asyncpg.UniqueViolationError)
            raise (ConflictError if unique else StorageError)(_without_values(error)) from None
        except _LOST as error:
            lost = UnknownOutcomeError if committing else UnavailableError
            raise lost(f"PostgreSQL: {reason(error)}") from error
        except asyncpg.PostgresError as error:
            raise StorageError(_without_values(error)) from None

    async def _steps(self, connection: Any, work: Work[T]) -> T:
        transaction = work(self._context)
        try:
            step = next(transaction)
            while True:
                step = transaction.send(await _perform(connection, step))
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            transaction.close()


def _nothing(_: Context) -> Transaction[None]:
    yield Query("SELECT 1")


def _without_values(error: Exception) -> str:
    """What PostgreSQL refused; details and causes quote rows, and customers' words do not belong in logs."""
    return f"PostgreSQL: {str(error.args[0]).partition(':')[0]}"


async def _durable(connection: Any) -> None:
    """A commit must survive a crash, whatever the server's habit; a stricter habit stays."""
    await connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )


async def _not_durable(connection: Any) -> None:
    await connection.execute("SET synchronous_commit = off")


async def _keep(_: Any) -> None:
    """Between two transactions nothing needs a reset: nobody changes a session's settings."""


async def _roll_back(connection: Any) -> None:
    """Undo; a connection that cannot even do that is thrown away by the pool."""
    if connection.is_closed():
        return
    try:
        async with asyncio.timeout(ROLLBACK_SECONDS):
            await connection.execute("ROLLBACK")
    except (asyncpg.PostgresError, *_LOST):
        connection.terminate()


def _screens_engine(url: str) -> AsyncEngine:
    async def creator() -> Any:
        return await connect(url, read_only=True, statement_seconds=SCREEN_SECONDS)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=creator,
        pool_size=3,
        max_overflow=2,
        pool_timeout=LIMIT_SECONDS,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
    )


async def _perform(connection: Any, step: Step) -> Rows:
    rows: Rows
    match step:
        case Query(sql, params):
            rows = await connection.fetch(numbered(sql, "$"), *params)
        case Together(steps):
            parts = ", ".join(f"s{place} AS ({sql})" for place, sql in enumerate(_numbered_through(steps)))
            rows = await connection.fetch(f"WITH {parts} SELECT 1", *chain.from_iterable(map(_params, steps)))
        case Each() | Insert():
            rows = await connection.fetch(_sql(step), *_params(step))
    return rows


def _numbered_through(steps: Sequence[Insert | Each]) -> Iterator[str]:
    taken = 0
    for step in steps:
        yield _sql(step, taken)
        taken += len(step.columns) + (len(step.params) if isinstance(step, Each) else 0)


def _sql(step: Insert | Each, taken: int = 0) -> str:
    """The statement, its parameters numbered from `taken` + 1."""
    if isinstance(step, Each):
        return _each_sql(step.sql, step.columns, taken)
    return _insert_sql(step.table, step.columns, step.tail, step.returning, step.derived, taken)


def _params(step: Insert | Each) -> Sequence[Any]:
    arrays = list(zip(*step.rows, strict=True)) if step.rows else [()] * len(step.columns)
    return [*arrays, *step.params] if isinstance(step, Each) else arrays


@cache
def _each_sql(sql: str, columns: Sequence[tuple[str, str]], taken: int) -> str:
    arrays = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(columns, start=taken + 1))
    names = ", ".join(name for name, _ in columns)
    return numbered(sql, "$", taken + len(columns)).replace("{rows}", f"unnest({arrays}) AS v({names})")


@cache
def _insert_sql(
    table: str, columns: Sequence[str], tail: str, returning: str, derived: Sequence[tuple[str, str]], taken: int
) -> str:
    forms = dict(derived)
    values = ", ".join(forms.get(column, "{}").replace("{}", f"v.{column}") for column in columns)
    kinds = [TEXT if column in forms else _kind(table, column) for column in columns]
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(kinds, start=taken + 1))
    names = ", ".join(columns)
    ends = f" RETURNING {returning}" if returning else ""
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM unnest({arrays}) AS v({names}) {tail}{ends}"


_KINDS: Final = {str: TEXT, float: FLOAT, int: BIGINT, bool: BOOLEAN}


def _kind(table: str, column: str) -> str:
    return _KINDS[TABLES[table].c[column].type.python_type]
