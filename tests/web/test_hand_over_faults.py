"""The network fails while a call is handed over: what was not done is done soon after, and for others meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from contactcenter.channels.voice import CallState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import Intake
from contactcenter.storage import Answer, Incoming, Taken, UnavailableError
from contactcenter.storage.call_legs import CallerContact, CallLegStore
from contactcenter.web.hand_overs import FOLLOW_SECONDS, HandOvers
from tests.web.telephones import Center, calling_center
from tests.web.test_consulting import come, guest


class Stuck(CallLegStore):
    """Of two calls that were handed over, the first cannot be read."""

    def __init__(self) -> None:
        self.read = asyncio.Event()

    async def handed_over(self, forwarded: str) -> list[str]:
        assert forwarded
        return ["first", "second"]

    async def caller(self, contact_id: str) -> CallerContact | None:
        if contact_id == "first":
            await asyncio.Event().wait()
        self.read.set()
        return None


class Away:
    """SQL, of which nothing is asked here."""

    async def take_in(self, items: Sequence[Incoming]) -> list[Taken]:
        raise UnavailableError(f"{len(items)} items")

    async def answer(self, request_id: str) -> Answer | None:
        raise UnavailableError(request_id)


async def test_one_hand_over_that_hangs_keeps_no_other_waiting() -> None:
    legs, bus = Stuck(), Bus(None, "node")
    hand_overs = HandOvers(legs, {}, Intake(Away(), bus, time.time, new_id), bus)
    following = asyncio.create_task(hand_overs.run())
    hand_overs.heard({"leg": "second", "state": CallState.ANSWERED})
    async with asyncio.timeout(FOLLOW_SECONDS / 2):
        await legs.read.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


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
