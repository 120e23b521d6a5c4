from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from contactcenter.storage.tables import TABLES
from contactcenter.testing.storage import StorageTests
from tests.services import PostgresServer
from tests.storage.conftest import plain


@pytest.fixture(scope="module")
def shared_url(postgres_server: PostgresServer, migrated: str) -> str:
    """One database for all of the suite."""
    return postgres_server.url(postgres_server.create_database(migrated))


class TestPostgres(StorageTests):
    @pytest.fixture
    async def url(self, shared_url: str) -> AsyncIterator[str]:
        """It is emptied after each test: that is quicker than a new one."""
        yield shared_url
        await self.rows(shared_url, f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")

    async def rows(self, url: str, sql: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(plain(url))
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()
