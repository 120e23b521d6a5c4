"""`VoiceChannelTests`: what every voice channel must do, as tests that an adapter inherits (docs/adding-a-channel.md).

As with `ChannelTests`, a `vendor` is a back door to the other side, and what acts goes over real HTTP to a local
server that speaks the vendor's format. How calls sound is the vendor's own: an adapter tries that for itself.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from dataclasses import replace
from typing import Any

import pytest

from contactcenter.channels.base import (
    MalformedError,
    PermanentError,
    TransientError,
    UnsupportedError,
    WebhookRequest,
)
from contactcenter.channels.voice import (
    CallAsked,
    CallEvent,
    CallReported,
    CallState,
    GoOn,
    Invitation,
    Join,
    Link,
    Music,
    Part,
    Pause,
    Refuse,
    VoiceChannel,
    VoiceStep,
)
from contactcenter.domain.messages import OutboundMessage, UnknownEvent
from contactcenter.ivr.steps import Dial, Gather, HangUp, Play, Record, Say
from contactcenter.testing.channels import CredentialTests, Fault, Speaker
from contactcenter.testing.odd_requests import ODD_ADDRESSES, ODD_TEXTS

LINK = Link(part=Part.MENU, step=3)
LINKS = (
    LINK,
    Link(part=Part.HOLD, contact="0190c0ffee00700080000000000000aa", turn=17, hazard=True),
    Link(part=Part.SAFE, contact="0190c0ffee00700080000000000000aa", since=1_794_900_000.25, turn=2),
    Link(part=Part.JOIN, contact="0190c0ffee00700080000000000000aa"),
)
ENDS: tuple[VoiceStep, ...] = (
    Gather(1, 10, "#", 6.0, ("luz", "power")),
    Record("altas", 120),
    Dial("+59829001234", 30),
    GoOn(),
    Join("0190c0ffee00700080000000000000aa", ends=True, recorded=True),
    HangUp(),
    Refuse(),
)


class VoiceVendor(Speaker):
    """The other side of a voice channel. `message` is a call's answer at `LINK`, in words."""

    channel: VoiceChannel

    @abstractmethod
    def call(self, address: str) -> WebhookRequest:
        """An authentic request: a call of that number comes in; empty: the caller does not show it."""

    @abstractmethod
    def answer(self, link: Link, keys: str) -> WebhookRequest:
        """An authentic request: at this link the caller pressed these keys; none: the caller was silent."""

    @abstractmethod
    def reports(self, leg: str, contact: str) -> dict[CallState, WebhookRequest]:
        """Authentic reports on a leg of ours, by how far it is."""

    @abstractmethod
    def invitation(self) -> Invitation:
        """Somebody who can be called, and takes up."""

    @abstractmethod
    def nobody(self) -> str:
        """An id of the vendor's form of a call that never was."""


class VoiceChannelTests(CredentialTests):
    """Inherit it and give the fixture `vendor`."""

    @pytest.fixture
    def vendor(self) -> VoiceVendor:
        """The adapter under test and its other side."""
        raise NotImplementedError

    # --- what is asked ---

    def test_a_call_says_who_where_and_when(self, vendor: VoiceVendor) -> None:
        request = vendor.call("+59899123456")
        call = self._asked(vendor, request)
        assert (call.channel, call.address, call.at) == (vendor.channel.name, "+59899123456", request.received_at)
        assert (call.link, call.keys, call.words, call.recording, call.dialled) == (None, None, None, None, None)
        assert call.raw
        assert 0 < len(call.call_id) <= 100
        assert 0 < len(call.to) <= 100

    def test_who_does_not_show_a_number_has_none(self, vendor: VoiceVendor) -> None:
        assert self._asked(vendor, vendor.call("")).address == ""

    @pytest.mark.parametrize("link", LINKS, ids=lambda link: link.part.value)
    def test_a_link_comes_back_with_what_was_pressed(self, vendor: VoiceVendor, link: Link) -> None:
        pressed = self._asked(vendor, vendor.answer(link, "4401873"))
        assert (pressed.link, pressed.keys, pressed.words) == (link, "4401873", "")
        silent = self._asked(vendor, vendor.answer(link, ""))
        assert (silent.link, silent.keys, silent.words) == (link, "", "")

    def test_five_hundred_keys_are_cut(self, vendor: VoiceVendor) -> None:
        keys = self._asked(vendor, vendor.answer(LINK, "7" * 500)).keys
        assert keys is not None
        assert 0 < len(keys) <= 100

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_what_is_said_is_cleaned(self, vendor: VoiceVendor, odd: str) -> None:
        words = self._asked(vendor, vendor.message(ODD_TEXTS[odd])).words
        assert words is not None
        assert "\x00" not in words
        words.encode()

    def test_a_repeat_reads_the_same(self, vendor: VoiceVendor) -> None:
        first = self._asked(vendor, vendor.message("hola"))
        again = self._asked(vendor, replace(vendor.message("hola"), received_at=first.at + 60))
        assert again == replace(first, at=first.at + 60)
        assert self._asked(vendor, vendor.message("hola", 2)).call_id != first.call_id

    def test_a_report_names_the_leg_and_how_far_it_is(self, vendor: VoiceVendor) -> None:
        reports = vendor.reports("leg-1", "contact-1")
        assert any(state.final for state in reports)
        for state, request in reports.items():
            vendor.channel.authenticate(request)
            report = vendor.channel.parse_call(request)
            assert isinstance(report, CallReported)
            assert (report.state, report.leg, report.contact) == (state, "leg-1", "contact-1")

    def test_an_unknown_kind_is_kept_as_unknown(self, vendor: VoiceVendor) -> None:
        for request in vendor.unknown():
            vendor.channel.authenticate(request)
            assert isinstance(vendor.channel.parse_call(request), UnknownEvent)

    def test_an_authentic_request_that_cannot_be_read_is_malformed(self, vendor: VoiceVendor) -> None:
        for request in vendor.malformed():
            vendor.channel.authenticate(request)
            with pytest.raises(MalformedError):
                vendor.channel.parse_call(request)

    # --- what is answered ---

    @pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
    def test_every_step_has_an_answer(self, vendor: VoiceVendor, end: VoiceStep) -> None:
        said: list[VoiceStep] = [Say("<a> & 'b' \x00 ñ", "es"), Play("es/a.mp3", "es"), Music(), Pause(1)]
        for steps in ([end], [*said, end], [Say("luz " * 20_000, "zz"), end]):
            kind, text = vendor.channel.respond(steps, LINK)
            assert kind
            assert 0 < len(text.encode()) < 64 * 1024
            assert "<a>" not in text, "what is said is no markup"

    async def test_nothing_is_written_to_a_telephone(self, vendor: VoiceVendor) -> None:
        message = OutboundMessage(
            id="m", channel=vendor.channel.name, address="+59899123456", to="+59829000000", thread="call:1",
            text="hola", created_at=0.0,
        )  # fmt: skip
        with pytest.raises(UnsupportedError):
            await vendor.channel.send(message)
        assert list(vendor.channel.parse(vendor.message("hola"))) == []

    # --- what is done ---

    async def test_somebody_is_called_and_found(self, vendor: VoiceVendor) -> None:
        invitation, since = vendor.invitation(), time.time()
        assert await vendor.channel.find_leg(invitation, since) is None
        call_id = await vendor.channel.invite(invitation)
        found = await vendor.channel.find_leg(invitation, since)
        assert found is not None
        assert found[0] == call_id
        assert await vendor.channel.call_state(call_id) is not None
        await vendor.channel.hang_up(call_id)
        state = await vendor.channel.call_state(call_id)
        assert state is not None
        assert state.final
        await vendor.channel.hang_up(call_id)
        assert not await vendor.channel.move(call_id, LINK), "it is over"
        again = replace(invitation, leg=f"{invitation.leg}-again")
        assert await vendor.channel.find_leg(again, since, {call_id}) is None, "that was another attempt"

    @pytest.mark.parametrize("fault", [Fault.BUSY, Fault.UNREACHABLE])
    async def test_what_the_vendor_did_not_take_may_be_asked_again(self, vendor: VoiceVendor, fault: Fault) -> None:
        await self._arrange(vendor, fault)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.invite(vendor.invitation())
        assert not raised.value.reached

    async def test_a_broken_vendor_may_have_taken_it(self, vendor: VoiceVendor) -> None:
        await self._arrange(vendor, Fault.BROKEN)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.invite(vendor.invitation())
        assert raised.value.reached

    async def test_a_refusal_is_for_good_and_says_why(self, vendor: VoiceVendor) -> None:
        await self._arrange(vendor, Fault.REFUSED)
        with pytest.raises(PermanentError) as raised:
            await vendor.channel.invite(vendor.invitation())
        assert raised.value.code
        assert str(raised.value)

    async def test_an_attempt_whose_answer_was_lost_is_found(self, vendor: VoiceVendor) -> None:
        invitation, since = vendor.invitation(), time.time()
        await self._arrange(vendor, Fault.ANSWER_LOST)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.invite(invitation)
        assert raised.value.reached
        assert await vendor.channel.find_leg(invitation, since) is not None

    async def test_what_never_was_is_over(self, vendor: VoiceVendor) -> None:
        channel, nobody = vendor.channel, vendor.nobody()
        assert await channel.call_state(nobody) is None
        assert await channel.room("nobody") is None
        assert not await channel.move(nobody, LINK)
        assert not await channel.change("nobody", nobody, muted=True)
        assert not await channel.coach("nobody", nobody, None, muted=False)
        assert not await channel.record("nobody", paused=True)
        assert list(await channel.messages(nobody)) == []
        await channel.hang_up(nobody)

    @pytest.mark.parametrize("url", ODD_ADDRESSES)
    async def test_nothing_is_fetched_from_anywhere_else(self, vendor: VoiceVendor, url: str) -> None:
        with pytest.raises(PermanentError):
            await vendor.channel.fetch_media(url, max_bytes=1000)

    async def test_it_can_be_closed_twice(self, vendor: VoiceVendor) -> None:
        await vendor.channel.close()
        await vendor.channel.close()

    # --- helpers ---

    @staticmethod
    def _read(vendor: Speaker, request: WebhookRequest) -> list[Any]:
        assert isinstance(vendor.channel, VoiceChannel)
        try:
            return [vendor.channel.parse_call(request)]
        except MalformedError:
            return []

    @staticmethod
    def _asked(vendor: VoiceVendor, request: WebhookRequest) -> CallAsked:
        vendor.channel.authenticate(request)
        event: CallEvent = vendor.channel.parse_call(request)
        assert isinstance(event, CallAsked)
        return event

    @staticmethod
    async def _arrange(vendor: VoiceVendor, fault: Fault) -> None:
        if not await vendor.arrange(fault):
            pytest.skip("this cannot go wrong here")
