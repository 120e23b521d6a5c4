"""Control of live calls over the local network, and what is answered when they are over or Twilio is not well."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
import pytest

from contactcenter.channels.base import PermanentError, TransientError, UnsupportedError
from contactcenter.channels.twilio_voice import TwilioVoice, identity_of
from contactcenter.channels.voice import (
    CallAsked,
    CallReported,
    CallState,
    Invitation,
    Join,
    Link,
    Part,
    RecordingReported,
    RoomReported,
)
from contactcenter.ivr.steps import Record
from contactcenter.localnet import FaultKind, LocalNetwork, Number
from tests.channels import twilio_vendor as twilio
from tests.channels.voice_center import CONTACT, HOLD, VoiceCenter
from tests.localnet.telephone import Telephone, behave, dial, ringing

ANA, BOSS = "+59899000111", "+59899000222"
NOBODY = "CA" + "0" * 32
JOIN = Link(part=Part.JOIN, contact=CONTACT)
ENTER = (Join(CONTACT, ends=True),)
RETRIES = "#rc=3&rp=5xx,ct,rt&rt=5000"


@dataclass
class Exchange:
    """The network, the center that answers it, and the adapter between."""

    network: LocalNetwork
    center: VoiceCenter
    http: aiohttp.ClientSession
    voice: TwilioVoice
    numbers: count[int] = field(default_factory=count)

    def invitation(self, to: str = ANA, **given: Any) -> Invitation:
        fixed = {"contact": CONTACT, "leg": f"leg-{next(self.numbers)}", "caller": twilio.CENTER, "seconds": 20}
        return Invitation(**{**fixed, "to": to, **given})

    async def caller(self) -> Telephone:
        """Marta calls and waits."""
        marta = await dial(self.http, twilio.MARTA, twilio.CENTER)
        await marta.hear("Espere")
        return marta

    async def joined(self, invitation: Invitation) -> Telephone:
        """Call somebody who takes up."""
        call_id = await self.voice.invite(invitation)
        telephone = await ringing(self.http, invitation.to.replace("agent:", "client:"))
        assert telephone.sid == call_id
        await telephone.post("answer")
        await self.center.until(RoomReported, lambda each: (each.kind, each.call_id) == ("joined", call_id))
        return telephone

    async def talking(self, **given: Any) -> tuple[Telephone, Telephone]:
        """Marta and Ana in the room."""
        marta, ana = await self.caller(), await self.joined(self.invitation(**given))
        assert await self.voice.move(marta.sid, JOIN)
        await self.center.until(RoomReported, lambda each: (each.kind, each.call_id) == ("joined", marta.sid))
        return marta, ana


def adapter(api_url: str, public_url: str = twilio.PUBLIC_URL, **given: Any) -> TwilioVoice:
    return TwilioVoice(
        account_sid=twilio.ACCOUNT,
        auth_token=twilio.TOKEN,
        public_url=public_url,
        numbers=[twilio.CENTER],
        api_url=api_url,
        **given,
    )


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with VoiceCenter() as center:
        center.answers[Part.JOIN] = ENTER
        where = f"{center.url}/webhooks/twilio/voice"
        number = Number(twilio.CENTER, voice_url=where + RETRIES, voice_status_callback=f"{where}/status{RETRIES}")
        async with (
            LocalNetwork(
                account_sid=twilio.ACCOUNT, auth_token=twilio.TOKEN, numbers=[number], tempo=0.01,
                calls_per_second=1_000,
            ) as network,
            aiohttp.ClientSession(network.url) as http,
        ):  # fmt: skip
            for address in (ANA, BOSS, "client:ana"):
                await behave(http, address, "ring")
            center.channel = voice = adapter(network.url, center.url)
            yield Exchange(network, center, http, voice)
            await voice.close()
            assert not network.violations, network.violations
            assert not center.refused, "Twilio signs what comes before the #"


async def test_a_caller_waits_is_connected_and_the_agent_hangs_up(exchange: Exchange) -> None:
    marta, ana = await exchange.talking()
    voice, center = exchange.voice, exchange.center
    leg = await center.until(CallReported, lambda each: each.leg != "" and each.state is CallState.ANSWERED)
    assert (leg.call_id, leg.contact) == (ana.sid, CONTACT)
    assert await ana.speak("Buenas tardes")
    assert (await marta.hear(kind="person"))["text"] == "Buenas tardes"

    found = await voice.room(CONTACT)
    assert found is not None
    assert {each.call_id: each.leg for each in found.occupants} == {marta.sid: CONTACT, ana.sid: leg.leg}
    assert await voice.call_state(ana.sid) is CallState.ANSWERED

    assert await voice.change(CONTACT, marta.sid, held=True)
    await marta.hear(f"{center.url}/sounds/hold.wav")
    assert await voice.change(CONTACT, ana.sid, muted=True)
    found = await voice.room(CONTACT)
    assert found is not None
    assert {each.call_id: (each.held, each.muted) for each in found.occupants} == {
        marta.sid: (True, False), ana.sid: (False, True),
    }  # fmt: skip
    assert await voice.change(CONTACT, marta.sid, held=False, ends=False)
    assert await voice.change(CONTACT, ana.sid, muted=False)

    await voice.hang_up(ana.sid)
    await ana.until("completed")
    await center.until(RoomReported, lambda each: (each.kind, each.call_id) == ("left", ana.sid))
    assert await voice.move(marta.sid, HOLD), "the caller waits again"
    await center.until(RoomReported, lambda each: each.kind == "ended")
    await marta.post("hangup")
    over = await center.until(CallReported, lambda each: each.call_id == marta.sid)
    assert (over.leg, over.state) == ("", CallState.COMPLETED)


async def test_a_supervisor_listens_whispers_and_joins(exchange: Exchange) -> None:
    marta, ana = await exchange.talking()
    boss = await exchange.joined(exchange.invitation(BOSS, coaches=ana.sid, muted=True, quiet=True))
    voice = exchange.voice

    async def heard() -> tuple[bool, str | None]:
        found = await voice.room(CONTACT)
        assert found is not None
        [one] = [each for each in found.occupants if each.call_id == boss.sid]
        return one.muted, one.coaches

    assert await heard() == (True, ana.sid)
    assert await voice.coach(CONTACT, boss.sid, ana.sid, muted=False)
    await boss.speak("Ofrecele una cuadrilla")
    await ana.hear("cuadrilla", "person")
    assert "Ofrecele una cuadrilla" not in await marta.transcript()
    assert await voice.coach(CONTACT, boss.sid, None, muted=False)
    assert await heard() == (False, None)
    await boss.speak("Soy la supervisora")
    await marta.hear("supervisora", "person")
    assert await voice.coach(CONTACT, boss.sid, None, muted=True)
    assert await heard() == (True, None)


async def test_a_room_is_recorded_paused_and_the_recording_is_fetched(exchange: Exchange) -> None:
    voice, center = exchange.voice, exchange.center
    marta, ana = await exchange.talking(recorded=True)
    assert await voice.record(CONTACT, paused=True)
    assert await voice.record(CONTACT, paused=False)
    await voice.hang_up(ana.sid)
    await voice.hang_up(marta.sid)
    report = await center.until(RecordingReported)
    assert (report.contact, bool(report.recording_id)) == (CONTACT, True)
    sound = await voice.fetch_media(report.url, max_bytes=10_000_000)
    assert (sound.content_type, sound.content[:4]) == ("audio/x-wav", b"RIFF")
    [listed] = await voice.room_recordings(report.at - 60.0)
    assert (listed.recording_id, listed.url) == (report.recording_id, report.url)
    assert await voice.contact_of(listed.room_id) == CONTACT
    assert await voice.contact_of("CF" + "0" * 32) is None
    assert list(await voice.room_recordings(report.at + 60.0)) == []
    assert not await voice.record(CONTACT, paused=True), "it is over"


async def test_a_room_that_is_not_recorded_cannot_be_paused(exchange: Exchange) -> None:
    await exchange.talking()
    assert not await exchange.voice.record(CONTACT, paused=True)


async def test_a_message_is_recorded_and_handed_in(exchange: Exchange) -> None:
    exchange.center.answers[None] = (Record("altas", 20),)
    marta = await dial(exchange.http, twilio.MARTA, twilio.CENTER)
    await marta.hear(kind="beep")
    await marta.speak("No tengo luz")
    await marta.press("#")
    done = await exchange.center.until(CallAsked, lambda each: each.recording is not None)
    assert (done.link, done.keys) == (HOLD, None)
    assert done.recording is not None
    assert (await exchange.voice.fetch_media(done.recording, max_bytes=10_000_000)).content[:4] == b"RIFF"
    assert await exchange.voice.messages(marta.sid) == [done.recording], "and found again where it was handed in"
    assert list(await exchange.voice.messages(NOBODY)) == []


# --- attempts of unknown outcome


async def test_an_attempt_whose_answer_was_lost_is_found_wherever_it_is(exchange: Exchange) -> None:
    voice, since = exchange.voice, time.time()
    invitation = exchange.invitation("agent:ana")
    assert await voice.find_leg(invitation, since) is None, "nothing was tried"
    exchange.network.faults.add(FaultKind.DROP_AFTER, operation="CreateParticipant")
    with pytest.raises(TransientError) as raised:
        await voice.invite(invitation)
    assert raised.value.reached
    ana = await ringing(exchange.http, "client:ana")
    found = await voice.find_leg(invitation, since)
    assert found is not None
    assert found[0] == ana.sid
    assert found[1] in {CallState.QUEUED, CallState.RINGING}
    await ana.post("answer")
    await exchange.center.until(RoomReported, lambda each: each.kind == "joined")
    assert await voice.find_leg(invitation, since) == (ana.sid, CallState.ANSWERED)
    await ana.post("hangup")
    await exchange.center.until(RoomReported, lambda each: each.kind == "ended")
    assert await voice.find_leg(invitation, since) == (ana.sid, CallState.COMPLETED)


@pytest.mark.parametrize(("behaviour", "state"), [("busy", CallState.BUSY), ("no_answer", CallState.NO_ANSWER)])
async def test_an_attempt_that_failed_is_found(exchange: Exchange, behaviour: str, state: CallState) -> None:
    since = time.time()
    await behave(exchange.http, ANA, behaviour)
    invitation = exchange.invitation()
    exchange.network.faults.add(FaultKind.DROP_AFTER, operation="CreateParticipant")
    with pytest.raises(TransientError):
        await exchange.voice.invite(invitation)
    report = await exchange.center.until(CallReported, lambda each: each.state.final)
    assert (report.leg, report.state) == (invitation.leg, state)
    assert await exchange.voice.find_leg(invitation, since) == (report.call_id, state)


async def test_another_s_calls_are_not_mistaken_for_an_attempt(exchange: Exchange) -> None:
    voice = exchange.voice
    ana = await exchange.joined(exchange.invitation(contact="another"))
    await ana.post("hangup")
    await exchange.center.until(CallReported, lambda each: each.state.final)
    later = time.time() + 60
    assert await voice.find_leg(exchange.invitation(), later) is None, "it was before"
    assert await voice.find_leg(exchange.invitation(BOSS), 0.0) is None, "it was somebody else"


# --- what is over


async def test_what_is_over_is_no_error(exchange: Exchange) -> None:
    voice = exchange.voice
    marta, ana = await exchange.talking()
    await ana.post("hangup")
    await exchange.center.until(RoomReported, lambda each: (each.kind, each.call_id) == ("left", ana.sid))
    assert not await voice.change(CONTACT, ana.sid, muted=True)
    assert not await voice.coach(CONTACT, ana.sid, marta.sid, muted=False)
    assert not await voice.move(ana.sid, HOLD)
    await voice.hang_up(ana.sid)
    assert await voice.call_state(ana.sid) is CallState.COMPLETED
    await marta.post("hangup")
    await exchange.center.until(RoomReported, lambda each: each.kind == "ended")
    assert await voice.room(CONTACT) is None
    assert not await voice.change(CONTACT, marta.sid, held=True)


async def test_what_never_was_is_no_error(exchange: Exchange) -> None:
    voice = exchange.voice
    assert await voice.call_state(NOBODY) is None
    assert await voice.room("nobody") is None
    assert not await voice.move(NOBODY, HOLD)
    await voice.hang_up(NOBODY)
    assert not await voice.change("nobody", NOBODY, muted=True)
    assert not await voice.coach("nobody", NOBODY, None, muted=True)
    assert not await voice.record("nobody", paused=True)


# --- what goes wrong

VERBS: dict[str, tuple[str, Callable[[Exchange], Awaitable[Any]]]] = {
    "invite": ("CreateParticipant", lambda one: one.voice.invite(one.invitation())),
    "find_leg": ("ListConference", lambda one: one.voice.find_leg(one.invitation(), 0.0)),
    "find_leg by calls": ("ListCall", lambda one: one.voice.find_leg(one.invitation(), 0.0)),
    "call_state": ("FetchCall", lambda one: one.voice.call_state(NOBODY)),
    "room": ("ListConference", lambda one: one.voice.room(CONTACT)),
    "move": ("UpdateCall", lambda one: one.voice.move(NOBODY, HOLD)),
    "hang_up": ("UpdateCall", lambda one: one.voice.hang_up(NOBODY)),
    "change": ("ListConference", lambda one: one.voice.change(CONTACT, NOBODY, muted=True)),
    "coach": ("ListConference", lambda one: one.voice.coach(CONTACT, NOBODY, None, muted=True)),
    "record": ("ListConference", lambda one: one.voice.record(CONTACT, paused=True)),
}
FAULTS = {
    FaultKind.RATE_LIMITED: False,
    FaultKind.SERVER_ERROR: True,
    FaultKind.DROP_BEFORE: True,
}
"""Each with whether Twilio may have done what was asked."""


@pytest.mark.parametrize("verb", VERBS)
async def test_what_twilio_did_not_do_may_be_tried_again(exchange: Exchange, verb: str) -> None:
    operation, act = VERBS[verb]
    for kind, reached in FAULTS.items():
        if kind is FaultKind.DROP_BEFORE and operation.startswith(("List", "Fetch")):
            continue  # it is read again at once, and nobody notices
        exchange.network.faults.add(kind, operation=operation)
        with pytest.raises(TransientError) as raised:
            await act(exchange)
        assert raised.value.reached is reached, kind
    exchange.network.faults.add(FaultKind.REFUSED, operation=operation, code=21205)
    with pytest.raises(PermanentError) as refused:
        await act(exchange)
    assert refused.value.code == "21205"
    assert "address" in str(refused.value)
    voice = exchange.voice
    exchange.voice = adapter("http://127.0.0.1:9")
    with pytest.raises(TransientError) as raised:
        await act(exchange)
    assert not raised.value.reached, "there was no connection"
    await exchange.voice.close()
    exchange.voice = voice


async def test_an_answer_that_does_not_come_is_not_waited_for(exchange: Exchange) -> None:
    exchange.voice._http._timeout = aiohttp.ClientTimeout(total=0.1)
    exchange.network.faults.add(FaultKind.SLOW, operation="UpdateCall", seconds=30)
    with pytest.raises(TransientError) as raised:
        await exchange.voice.move(NOBODY, HOLD)
    assert raised.value.reached


async def test_refused_credentials_took_nothing(exchange: Exchange) -> None:
    stranger = TwilioVoice(
        account_sid=twilio.ACCOUNT, auth_token="another", public_url=twilio.PUBLIC_URL, numbers=[twilio.CENTER],
        api_url=exchange.network.url,
    )  # fmt: skip
    with pytest.raises(TransientError, match="credentials") as raised:
        await stranger.invite(exchange.invitation())
    assert not raised.value.reached
    await stranger.close()


@pytest.mark.parametrize("to", ["", "ana", "+1", "0800 1930", "http://x", "sip:", "sip:a b", "agent", "+598é"])
async def test_nobody_can_be_called_who_has_no_telephone(exchange: Exchange, to: str) -> None:
    with pytest.raises(UnsupportedError):
        await exchange.voice.invite(exchange.invitation(to))
    with pytest.raises(UnsupportedError):
        await exchange.voice.find_leg(exchange.invitation(to), 0.0)


# --- the agent's browser


def test_a_softphone_s_token_takes_calls_and_makes_none() -> None:
    voice = adapter("http://127.0.0.1:9", api_key=("SK" + "1" * 32, "secret" * 6))
    found = voice.softphone("ana@example.com", 3600)
    assert found is not None
    assert found["identity"] == identity_of("ana@example.com") == "ana_40_example_2e_com"
    assert voice.telephone("ana@example.com") == f"client:{found['identity']}"
    head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in found["token"].split(".")[:2])
    assert (head["typ"], claims["iss"], claims["sub"]) == ("JWT", "SK" + "1" * 32, twilio.ACCOUNT)
    assert claims["grants"] == {"identity": found["identity"], "voice": {"incoming": {"allow": True}}}
    assert 3590 <= claims["exp"] - time.time() <= 3610
    longest = voice.softphone("ana", 10**9)
    assert longest is not None
    assert adapter("http://127.0.0.1:9").softphone("ana", 3600) is None, "without an API key there is none"


def test_two_agents_never_share_an_identity() -> None:
    names = ["ana", "Ana", "a.na", "a_na", "a_2e_na", "añá", "a na", "ana ", "-", "_"]
    assert len({identity_of(name) for name in names}) == len(names)
    assert all(identity_of(name).replace("_", "").replace("-", "").isalnum() or name in "-_" for name in names)


async def test_what_is_fetched_comes_from_twilio_only(exchange: Exchange) -> None:
    with pytest.raises(PermanentError):
        await exchange.voice.fetch_media("https://elsewhere.example/Recordings/RE1", max_bytes=100)
