"""A center on SQLite, and the same on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.runtime.center import Center, center


@pytest.fixture(autouse=True)
def _routers_start_in_no_time(_small_heap: None) -> None:
    """Most tests here have a router."""


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Center]:
    """A center on SQLite."""
    async with center(f"sqlite:///{tmp_path}/center.sqlite3") as made:
        yield made


@pytest.fixture
async def each(database_url: str) -> AsyncIterator[Center]:
    """A center on each database."""
    async with center(database_url) as made:
        yield made
