"""What a test must not leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

GRACE_SECONDS: Final = 2.0
"""How long a cancelled task or a stopping thread may take to end after its test."""


@asynccontextmanager
async def no_stray_tasks() -> AsyncIterator[None]:
    """Fail the test unless every task that the block starts in this loop has ended."""
    before = asyncio.all_tasks()
    yield
    stray = asyncio.all_tasks() - before - {asyncio.current_task()}
    if stray:
        _, stray = await asyncio.wait(stray, timeout=GRACE_SECONDS)
    if stray:
        pytest.fail("left tasks running: " + ", ".join(sorted(map(str, stray))))
