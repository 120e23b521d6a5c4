from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.storage import migrate
from tests.services import PostgresServer
from tests.storage.plans import Explained, explained


@pytest.fixture(scope="session")
def migrated(postgres_server: PostgresServer) -> str:
    """A database with our tables, to copy: that is quicker than to migrate each."""
    name = postgres_server.create_database()
    asyncio.run(migrate.postgres(plain(postgres_server.url(name))))
    return name


@pytest.fixture
def migrated_url(postgres_server: PostgresServer, migrated: str) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    name = postgres_server.create_database(migrated)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Explained]:
    """A database with our tables that notes how each statement is carried out."""
    path = tmp_path / "c.db"
    asyncio.run(migrate.sqlite(path))
    yield from explained(str(path))


def plain(url: str) -> str:
    """The address without a driver, as asyncpg wants it."""
    return url.replace("+asyncpg", "")
