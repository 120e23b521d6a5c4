"""The center that the web node's tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.rig import Rig, rig


@pytest.fixture(autouse=True)
def _routers_start_in_no_time(small_heap: None) -> None:
    """Most tests here have a router."""


@pytest.fixture
async def center(tmp_path: Path, redis_url: str) -> AsyncIterator[Rig]:
    """A center of this test's own."""
    async with rig(tmp_path, redis_url) as running:
        yield running
