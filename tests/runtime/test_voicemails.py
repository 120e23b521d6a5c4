"""Voicemail: no message is lost because it was handed in while nobody could take it, and danger ends one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contactcenter.channels.twilio_voice import TwilioVoice
from contactcenter.channels.voice import Part
from contactcenter.ivr import HangUp, Record
from contactcenter.localnet import FaultKind, LocalNetwork, Number
from tests.localnet.telephone import VoiceCenter, dial, response
from tests.runtime.desk import SUNDAY, Caller, Desk, desk

ACCOUNT, TOKEN, OURS, CALLER = "AC" + "3" * 32, "a token", "+59829000000", "+59899555111"
SPOKEN = response('<Record action="/nobody" timeout="60" finishOnKey="#"/><Pause length="60"/>')
LATER = SUNDAY + 3_600.0


@pytest.fixture
async def network() -> AsyncIterator[LocalNetwork]:
    """Whoever calls may speak after the beep; what was recorded is handed in where nobody takes it."""
    async with VoiceCenter(TOKEN, pages={"/voice": SPOKEN}) as app:
        numbers = [Number(OURS, voice_url=f"{app.url}/voice")]
        async with LocalNetwork(account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, tempo=0.01) as running:
            yield running


@pytest.fixture
async def front(network: LocalNetwork, tmp_path: Path) -> AsyncIterator[Desk]:
    voice = TwilioVoice(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        public_url="https://center.example",
        numbers=[OURS],
        api_url=network.url,
    )
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", channels={"voice": voice}) as made:
        yield made
    await voice.close()


async def _asked_to_speak(network: LocalNetwork, front: Desk, said: str = "") -> Caller:
    """A call that hears the beep, and what was `said` after it."""
    async with aiohttp.ClientSession(network.url) as http:
        telephone = await dial(http, CALLER, OURS)
        await telephone.hear(kind="beep")
        if said:
            assert await telephone.speak(said)
        await telephone.post("hangup")
    caller = Caller(front, telephone.sid, CALLER)
    for keys in (None, "1", "4"):
        await caller.ask(keys=keys, at=SUNDAY, link=caller.link)
    assert isinstance(caller.heard[-1], Record)
    return caller


async def _messages(front: Desk) -> list[tuple[Any, ...]]:
    return await front.rows("SELECT channel, queue, outcome FROM contact WHERE channel = 'voicemail'")


async def test_a_message_that_nobody_took_is_asked_for_and_is_one(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front, "Me mudo el lunes.")
    await caller.hang_up()
    assert await front.front.sweep(SUNDAY + 60.0) == 0, "it may still come"
    network.faults.add(FaultKind.SERVER_ERROR, operation="ListRecording")
    assert await front.front.sweep(LATER) == 0, "the vendor cannot say"
    assert await front.front.sweep(LATER) == 1
    assert await front.front.sweep(LATER) == 0
    ((url,),) = await front.rows("SELECT url FROM media")
    await caller.ask(recording=url)
    async with front.center.routing():
        await front.settled()
        assert await _messages(front) == [("voicemail", "altas", None)]
        assert await front.rows("SELECT COUNT(*) FROM contact") == [(1,)], "it was served: the call counts no more"


async def test_a_vendor_that_never_answers_is_not_asked_for_ever(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front, "Me mudo el lunes.")
    await caller.hang_up()
    network.faults.add(FaultKind.SERVER_ERROR, operation="ListRecording")
    assert await front.front.sweep(SUNDAY + 86_400.0) == 1


class Confused(TwilioVoice):
    """Answers about one call what nobody understands."""

    confusing = ""

    async def messages(self, call_id: str) -> Sequence[str]:
        if call_id == self.confusing:
            raise RuntimeError(call_id)
        return ()


async def test_one_call_that_cannot_be_ended_keeps_no_other(tmp_path: Path) -> None:
    voice = Confused(account_sid=ACCOUNT, auth_token=TOKEN, public_url="https://center.example", numbers=[OURS])
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", channels={"voice": voice}) as front:
        callers = [front.caller() for _ in range(2)]
        for caller in callers:
            for keys in (None, "1", "4"):
                await caller.ask(keys=keys, at=SUNDAY, link=caller.link)
            await caller.hang_up()
        voice.confusing = callers[0].id
        assert await front.front.sweep(LATER) == 1
        assert [call.id for call in await front.storage.calls.forsaken(LATER + 1.0, 10)] == [callers[0].id]


async def test_messages_from_numbers_that_are_withheld_are_not_one_person_s(front: Desk) -> None:
    for _ in range(2):
        caller = front.caller()
        caller.address = ""
        for keys in (None, "1", "4"):
            await caller.ask(keys=keys, at=SUNDAY, link=caller.link)
        for _again in range(2):
            await caller.ask(recording=f"https://vendor.example/{caller.id}")
    async with front.center.routing():
        await front.settled()
    rows = await front.rows("SELECT customer_id, address FROM contact WHERE channel = 'voicemail'")
    assert len({customer for customer, _ in rows}) == len(rows) == 2
    assert await front.rows("SELECT COUNT(*) FROM address") == [(0,)]


async def test_who_said_nothing_left_nothing(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front)
    await caller.hang_up()
    assert await front.front.sweep(LATER) == 1
    assert await front.rows("SELECT COUNT(*) FROM media") == [(0,)]


async def test_who_spoke_while_nothing_could_be_written_hears_that_it_is_there(
    network: LocalNetwork, front: Desk
) -> None:
    caller = await _asked_to_speak(network, front, "Me mudo el lunes.")
    caller.take(front.front.without_sql(caller.asked(recording="https://vendor.example/1")))
    assert caller.link is not None
    assert caller.link.part is Part.SAFE
    await caller.ask(keys="")
    assert "Recibimos su mensaje" in caller.said()
    assert isinstance(caller.heard[-1], HangUp)
    async with front.center.routing():
        await front.settled()
        assert await _messages(front) == [("voicemail", "altas", None)]


@pytest.mark.parametrize("way", ["none", "slow", "away"])
async def test_who_left_no_message_meanwhile_gets_a_person(network: LocalNetwork, front: Desk, way: str) -> None:
    caller = await _asked_to_speak(network, front)
    if way != "none":
        kind = FaultKind.SLOW if way == "slow" else FaultKind.SERVER_ERROR
        network.faults.add(kind, operation="ListRecording", seconds=30.0 if way == "slow" else None)
    caller.take(front.front.without_sql(caller.asked()))
    async with asyncio.timeout(10.0):
        await caller.ask(keys="")
    assert "comunicamos con una persona" in caller.said()
    assert caller.contact


async def test_danger_is_heard_before_the_beep_too(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front)
    await caller.ask(keys="9")
    assert "Aléjese del cable" in caller.said()
    assert await front.rows("SELECT COUNT(*) FROM media") == [(0,)]
    other = await _asked_to_speak(network, front)
    await other.ask(keys="5")
    assert "comunicamos con una persona" in other.said()


async def test_danger_ends_a_message(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front)
    assert isinstance(caller.heard[-1], Record)
    assert "9" in caller.heard[-1].finish
    await caller.ask(keys="9", recording="https://vendor.example/1")
    assert "Aléjese del cable" in caller.said()
    async with front.center.routing():
        await front.settled()
        found = await front.rows("SELECT channel, queue FROM contact ORDER BY channel")
        assert found == [("voice", "peligro"), ("voicemail", "altas")], "and what was said until then is kept"


async def test_who_hung_up_before_their_message_came_does_not_wait(network: LocalNetwork, front: Desk) -> None:
    caller = await _asked_to_speak(network, front)
    await caller.hang_up()
    await caller.ask(keys="9", recording="https://vendor.example/1")
    async with front.center.routing():
        await front.settled()
        found = await front.rows("SELECT channel, queue, outcome FROM contact ORDER BY channel")
        assert found == [("voice", "peligro", "abandoned"), ("voicemail", "altas", None)]
