"""A center of real processes that takes calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.calling import Calls, calls


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[Calls]:
    """Web node and router run; a test may kill them."""
    async with calls(tmp_path / "center") as made:
        for name in ("web", "router"):
            made.center.start(name)
        await made.center.ready()
        yield made
