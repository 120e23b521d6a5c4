from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from contactcenter.testing.storage import StorageTests


class TestSqlite(StorageTests):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'data' / 'contactcenter.db'}"

    async def rows(self, url: str, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
