"""Brings a database's tables up to this release. Several processes may start at once: one works, the others wait."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from contactcenter.storage.errors import SchemaError, UnavailableError
from contactcenter.storage.postgres import connect as connect_postgres
from contactcenter.storage.sqlite import OLDEST, prepare_file

SECONDS: Final = 120.0
"""How long one process may migrate while others wait for it."""

LOCK: Final = 7_263_001_842_119_305
"""The advisory lock of migrations on PostgreSQL: any number that nobody else uses."""

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_REMEDY: Final = "run `contactcenter migrate`"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision of this release."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None
    return revision


def _upgrade(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head():
        return
    _refuse_newer(current)
    command.upgrade(configuration(connection), "head")


def _refuse_newer(current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(f"the database is of a later release (revision {current}); start that release")


def _check(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current != head():
        _refuse_newer(current)
        raise SchemaError(f"the database is {'empty' if current is None else 'of an earlier release'}; {_REMEDY}")


# --- SQLite -----------------------------------------------------------------------------------------------------------


async def sqlite(path: Path) -> None:
    """Make the file if need be and migrate it. Raises UnavailableError, SchemaError."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise UnavailableError(
            f"SQLite {sqlite3.sqlite_version} is too old; {'.'.join(map(str, OLDEST))} or later works"
        )
    try:
        prepare_file(path)
    except OSError as error:
        raise UnavailableError(
            f"cannot write {path}: {error.strerror}; choose another CONTACTCENTER_DATA_DIR"
        ) from error
    await asyncio.to_thread(_sqlite, path, write=True)


async def check_sqlite(path: Path) -> None:
    """Raises SchemaError unless the file has this release's tables."""
    await asyncio.to_thread(_sqlite, path, write=False)


def _sqlite(path: Path, *, write: bool) -> None:
    if not path.exists():
        raise SchemaError(f"there is no database at {path}; {_REMEDY}")
    engine = _sqlite_engine(path)
    try:
        if not write:
            with engine.connect() as connection:
                _check(connection)
            return
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # not possible within a transaction
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _upgrade(connection)
    except exc.OperationalError as error:
        raise UnavailableError(f"SQLite: {error.orig}") from error
    except exc.DatabaseError as error:
        raise SchemaError(f"{path} is not a database of ours: {error.orig}") from error
    finally:
        engine.dispose()


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": SECONDS})

    def manual(connection: Any, _: object) -> None:
        connection.isolation_level = None  # BEGIN and COMMIT are said here, so that tables change all or none

    event.listen(engine, "connect", manual)
    return engine


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


async def postgres(url: str) -> None:
    """Migrate the database, which must exist. Raises UnavailableError, SchemaError."""
    await _postgres(url, write=True)


async def check_postgres(url: str) -> None:
    """Raises SchemaError unless the database has this release's tables."""
    await _postgres(url, write=False)


async def _postgres(url: str, *, write: bool) -> None:
    async def creator() -> Any:
        return await connect_postgres(url, statement_seconds=SECONDS, lock_seconds=SECONDS)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=creator, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if write:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade if write else _check)
    except (exc.DBAPIError, asyncpg.PostgresError, OSError) as error:
        raise UnavailableError(f"PostgreSQL: {error}") from error
    finally:
        await engine.dispose()
