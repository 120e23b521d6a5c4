"""Calls through Twilio do what every voice channel must."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import aiohttp
import pytest

from contactcenter.channels.base import WebhookRequest
from contactcenter.channels.twilio_calls import ASK_PATH, STATES, STATUS_PATH, Addresses
from contactcenter.channels.twilio_voice import TwilioVoice
from contactcenter.channels.voice import CallState, Invitation, Link
from contactcenter.localnet import FaultKind, LocalNetwork, Number
from contactcenter.testing.calls import LINK, VoiceChannelTests, VoiceVendor
from contactcenter.testing.channels import Fault
from tests.channels.twilio_vendor import (
    ACCOUNT,
    CENTER,
    MARTA,
    OTHER_TOKEN,
    PUBLIC_URL,
    TOKEN,
    SignedByTwilio,
    signed,
)
from tests.localnet.telephone import behave

ADDRESSES = Addresses(PUBLIC_URL)


class TwilioVoiceVendor(SignedByTwilio, VoiceVendor):
    """Marta's telephone, the network between, and our number."""

    def __init__(self, network: LocalNetwork, channel: TwilioVoice) -> None:
        self.network = network
        self.channel: TwilioVoice = channel

    def _posted(self, address: str, *, number: int = 1, token: str = TOKEN, **given: str) -> WebhookRequest:
        """Twilio does not send, nor sign, what is behind the # of an address."""
        fixed = {
            "CallSid": f"CA{number:032}",
            "AccountSid": ACCOUNT,
            "From": MARTA,
            "To": CENTER,
            "Direction": "inbound",
        }
        return signed({**fixed, "CallStatus": "in-progress", **given}, url=address.partition("#")[0], token=token)

    def message(self, text: str, number: int = 1) -> WebhookRequest:
        return self._posted(ADDRESSES.of(LINK), number=number, SpeechResult=text, Confidence="0.9")

    def call(self, address: str) -> WebhookRequest:
        return self._posted(PUBLIC_URL + ASK_PATH, CallStatus="ringing", From=address or "+266696687")

    def answer(self, link: Link, keys: str) -> WebhookRequest:
        if not keys:
            return self._posted(ADDRESSES.of(link, silent=True))
        return self._posted(ADDRESSES.of(link), Digits=keys, FinishedOnKey="#", msg="Gather End")

    def malformed(self) -> Iterable[WebhookRequest]:
        for path in (ASK_PATH, f"{ASK_PATH}/menu", STATUS_PATH):
            yield self._posted(PUBLIC_URL + path, CallSid="")

    def unknown(self) -> Iterable[WebhookRequest]:
        yield self._posted(PUBLIC_URL + STATUS_PATH, CallStatus="teleported")
        yield self._posted(f"{PUBLIC_URL}{ASK_PATH}/room?contact=c", StatusCallbackEvent="participant-mute")
        yield self._posted(f"{PUBLIC_URL}{ASK_PATH}/recording?contact=c", RecordingStatus="in-progress")

    def reports(self, leg: str, contact: str) -> dict[CallState, WebhookRequest]:
        address = ADDRESSES.status(contact, leg)
        return {state: self._posted(address, CallStatus=status) for status, state in STATES.items()}

    def invitation(self) -> Invitation:
        return Invitation(contact="contact-1", leg="leg-1", to="agent:ana", caller=CENTER, seconds=20)

    def nobody(self) -> str:
        return "CA" + "0" * 32

    async def arrange(self, fault: Fault) -> bool:
        kinds = {
            Fault.BUSY: FaultKind.RATE_LIMITED,
            Fault.BROKEN: FaultKind.SERVER_ERROR,
            Fault.ANSWER_LOST: FaultKind.DROP_AFTER,
            Fault.REFUSED: FaultKind.REFUSED,
        }
        if fault is Fault.UNREACHABLE:
            await self.network.stop()
        else:
            code = 21205 if fault is Fault.REFUSED else None
            self.network.faults.add(kinds[fault], operation="CreateParticipant", code=code)
        return True


class TestTwilioVoice(VoiceChannelTests):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[TwilioVoiceVendor]:
        numbers = [Number(CENTER)]
        async with LocalNetwork(
            account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers, tempo=0.01, calls_per_second=1_000
        ) as network:
            async with aiohttp.ClientSession(network.url) as http:
                await behave(http, "client:ana", "ring")
            channel = TwilioVoice(
                account_sid=ACCOUNT, auth_token=TOKEN, other_auth_token=OTHER_TOKEN, public_url=PUBLIC_URL,
                numbers=[CENTER], api_url=network.url,
            )  # fmt: skip
            yield TwilioVoiceVendor(network, channel)
            await channel.close()
            assert not network.violations, network.violations
