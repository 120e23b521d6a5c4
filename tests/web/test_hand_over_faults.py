"""The network fails while a call is handed over: what was not done is done soon after, and for others meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.telephones import Center, calling_center
from tests.web.test_consulting import come, guest


@pytest.fixture
async def center(tmp_path: Path, redis_url: str) -> AsyncIterator[Center]:
    """A center that takes calls."""
    async with calling_center(tmp_path, redis_url) as running:
        yield running


@pytest.mark.parametrize("operation", ["UpdateParticipant", "UpdateCall"])
async def test_the_customer_is_off_hold_and_the_one_before_is_out(center: Center, operation: str) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", agent="bruno")
        telephone, _ = await come(center, talk, bruno, window)
        leg = guest(await talk.now())
        center.network.faults.add("server_error", operation=operation, times=2)
        await talk.does("complete", leg=leg)
        await talk.desk.until("completed")
        await telephone.speak("Good morning")
        await talk.caller.hear("Good morning", "person")
