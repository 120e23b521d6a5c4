"""The center that the web node's tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.bootstrap.process import Parts
from tests.services import RedisServer
from tests.web.rig import Rig, rig, router_apart


@pytest.fixture(autouse=True)
def _routers_start_in_no_time(_small_heap: None) -> None:
    """Most tests here have a router."""


@pytest.fixture
async def center(tmp_path: Path, redis_url: str) -> AsyncIterator[Rig]:
    """A center of this test's own."""
    async with rig(tmp_path, redis_url) as running:
        yield running


@pytest.fixture
async def deaf_center(tmp_path: Path, redis_url: str) -> AsyncIterator[Rig]:
    """A center whose web node hears nothing of what its router does: it must look."""
    with RedisServer() as other:
        async with rig(tmp_path, redis_url, parts=Parts(web=True)) as running, router_apart(running, other.url):
            yield running
