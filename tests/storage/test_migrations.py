"""What migrations make is what the models say, on both databases, and processes may start together."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from contactcenter.storage import SchemaError, Storage, UnavailableError, migrate
from contactcenter.storage.tables import Row


def differences(connection: Connection) -> Any:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Row.metadata})
    return compare_metadata(context, Row.metadata)


def sqlite_schema(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {normal(sql) for (sql,) in rows if "alembic_version" not in sql and "sqlite_sequence" not in sql}


def normal(sql: str) -> str:
    """The same for the same parts in another order."""
    return " ".join(sorted(re.findall(r'[^(),\s"]+', sql)))


async def test_sqlite_has_what_the_models_say(tmp_path: Path) -> None:
    await migrate.sqlite(tmp_path / "migrated.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.connect() as connection:
        assert differences(connection) == []
        wanted = {normal(str(CreateTable(table).compile(engine))) for table in Row.metadata.tables.values()}
        indexes = {index for table in Row.metadata.tables.values() for index in table.indexes}
        wanted |= {normal(str(CreateIndex(index).compile(engine))) for index in indexes}
    engine.dispose()
    assert sqlite_schema(tmp_path / "migrated.db") == wanted


POSTGRES_SCHEMA = """
    SELECT tablename || ': ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
    FROM information_schema.columns WHERE table_schema = 'public'
"""


async def postgres_schema(url: str) -> set[str]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    rows = await connection.fetch(POSTGRES_SCHEMA)
    await connection.close()
    return {row[0] for row in rows if "alembic_version" not in row[0]}


async def test_postgres_has_what_the_models_say(migrated_url: str, postgres_url: str) -> None:
    engine = create_async_engine(migrated_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(Row.metadata.create_all)
    await engine.dispose()
    assert await postgres_schema(migrated_url) == await postgres_schema(postgres_url)


def open_one(url: str) -> None:
    async def main() -> None:
        storage = await Storage.open(url, migrate=True)
        await storage.take_lease("someone", 1)
        await storage.close()

    asyncio.run(main())


async def start_together(url: str) -> list[int | None]:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=open_one, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join, 60)
    return [process.exitcode for process in processes]


async def test_processes_may_start_together_on_sqlite(tmp_path: Path) -> None:
    assert await start_together(f"sqlite:///{tmp_path / 'new' / 'c.db'}") == [0, 0, 0]


async def test_processes_may_start_together_on_postgres(postgres_url: str) -> None:
    assert await start_together(postgres_url) == [0, 0, 0]


async def test_an_empty_database_says_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(SchemaError, match="contactcenter migrate"):
        await Storage.open(f"sqlite:///{tmp_path / 'c.db'}")
    assert not (tmp_path / "c.db").exists()
    with pytest.raises(SchemaError, match="contactcenter migrate"):
        await Storage.open(postgres_url)


async def test_a_database_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.db'}"
    await (await Storage.open(url, migrate=True)).close()
    connection = sqlite3.connect(tmp_path / "c.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    for up_to_date in (True, False):
        with pytest.raises(SchemaError, match="later release"):
            await Storage.open(url, migrate=up_to_date)


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "c.db").write_text("my diary\n" * 1000)
    with pytest.raises(SchemaError, match="not a database"):
        await Storage.open(f"sqlite:///{tmp_path / 'c.db'}", migrate=True)
    assert (tmp_path / "c.db").read_text().startswith("my diary")


async def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="CONTACTCENTER_DATA_DIR"):
        await Storage.open(f"sqlite:///{tmp_path / 'file' / 'c.db'}", migrate=True)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "c.db", ""])
async def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        await Storage.open(url)


async def test_tables_go_away_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    await migrate.sqlite(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.downgrade(migrate.configuration(connection), "base")
    engine.dispose()
    assert sqlite_schema(path) == set()
    await migrate.sqlite(path)
    await migrate.check_sqlite(path)
