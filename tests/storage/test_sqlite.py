from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from contactcenter.storage import migrate
from contactcenter.testing.storage import StorageTests


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to copy: that is quicker than to migrate each."""
    path = tmp_path_factory.mktemp("template") / "c.db"
    asyncio.run(migrate.sqlite(path))
    return path


class TestSqlite(StorageTests):
    @pytest.fixture
    def url(self, tmp_path: Path, template: Path) -> str:
        return f"sqlite:///{shutil.copy(template, tmp_path)}"

    async def rows(self, url: str, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
