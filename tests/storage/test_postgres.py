from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from contactcenter.testing.storage import StorageTests


class TestPostgres(StorageTests):
    @pytest.fixture
    def url(self, migrated_url: str) -> str:
        return migrated_url

    async def rows(self, url: str, sql: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()
