"""`ChannelTests`: what every channel must do, as tests that an adapter inherits (docs/adding-a-channel.md).

An adapter's test class gives a `vendor`: a back door to the other side, so that the suite never checks the
adapter with itself. Sending and fetching go over real HTTP to a local server that speaks the vendor's format.
Asynchronous tests need pytest-asyncio's `auto` mode.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import permutations
from typing import Any

import pytest

from contactcenter.channels.base import (
    AuthenticationError,
    Channel,
    MalformedError,
    PermanentError,
    TransientError,
    UnsupportedError,
    WebhookRequest,
)
from contactcenter.domain.messages import (
    CustomerGone,
    DeliveryReport,
    InboundMessage,
    OutboundMedia,
    OutboundMessage,
    UnknownEvent,
)
from contactcenter.domain.words import Delivery
from contactcenter.testing.odd_requests import ODD_ADDRESSES, ODD_REQUESTS, ODD_TEXTS


class Fault(StrEnum):
    """What may go wrong at the vendor the next time we send."""

    BUSY = "busy"  # too many requests: nothing was taken
    BROKEN = "broken"  # its server fails
    UNREACHABLE = "unreachable"  # no connection at all
    ANSWER_LOST = "answer_lost"  # it took the message, and the connection broke
    REFUSED = "refused"  # it will never take this one


@dataclass(frozen=True, slots=True)
class Picture:
    """A file at the vendor's that a customer sent."""

    url: str
    content: bytes
    content_type: str


class Speaker(ABC):
    """Who posts to a channel, and with which credentials."""

    channel: Channel
    signs_body = True
    """Whether the credential covers the address and the body, not only who speaks."""

    @abstractmethod
    def message(self, text: str, number: int = 1) -> WebhookRequest:
        """An authentic request that brings this customer's message of this number; numbers tell repeats from others."""

    @abstractmethod
    def unauthenticated(self, request: WebhookRequest) -> WebhookRequest:
        """The request without any credential."""

    @abstractmethod
    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """The request with a well-formed credential of somebody else's."""

    def rotated(self, request: WebhookRequest) -> WebhookRequest | None:
        """The request with the other credential that is valid while credentials are exchanged."""
        del request
        return None

    def malformed(self) -> Iterable[WebhookRequest]:
        """Authentic requests that cannot be read."""
        return ()

    def unknown(self) -> Iterable[WebhookRequest]:
        """Authentic requests of kinds that this release has no meaning for."""
        return ()

    async def arrange(self, fault: Fault) -> bool:
        """Have this go wrong at the next request of ours; False when it cannot go wrong here."""
        del fault
        return False


class Vendor(Speaker):
    """The other side of a channel. What a vendor does not have stays as it is here, and its tests are skipped."""

    @abstractmethod
    async def received(self) -> list[str]:
        """The texts that reached the customer so far."""

    @abstractmethod
    def outbound(self, text: str, **fields: Any) -> OutboundMessage:
        """A message to that customer."""

    def echo(self) -> WebhookRequest | None:
        """An authentic request that brings our own message back to us."""
        return None

    def reports(self, message: OutboundMessage) -> dict[Delivery, WebhookRequest]:
        """Authentic reports on a message of ours, by what they mean."""
        del message
        return {}

    async def picture(self) -> Picture | None:
        """A picture that the customer sent."""
        return None

    async def outcomes(self, message: OutboundMessage) -> dict[str, Delivery]:
        """Send such messages through the channel, their reports lost: by their vendor's id, what became of each."""
        del message
        return {}

    async def gap(self) -> tuple[float, InboundMessage] | None:
        """Have the customer write while we hear nothing: when (UTC seconds), and what the webhook would have said."""
        return None


class CredentialTests:
    """Who speaks, and whether an odd request is more than its credential lets it be."""

    @pytest.fixture
    def vendor(self) -> Speaker:
        """The adapter under test and its other side."""
        raise NotImplementedError

    # --- who speaks ---

    def test_an_authentic_request_is_accepted(self, vendor: Speaker) -> None:
        vendor.channel.authenticate(vendor.message("hola"))

    def test_headers_are_found_in_any_case(self, vendor: Speaker) -> None:
        request = vendor.message("hola")
        for change in (str.lower, str.upper):
            vendor.channel.authenticate(replace(request, headers={change(k): v for k, v in request.headers.items()}))

    def test_a_request_without_credentials_is_refused(self, vendor: Speaker) -> None:
        with pytest.raises(AuthenticationError):
            vendor.channel.authenticate(vendor.unauthenticated(vendor.message("hola")))

    def test_a_forged_request_is_refused(self, vendor: Speaker) -> None:
        with pytest.raises(AuthenticationError):
            vendor.channel.authenticate(vendor.forged(vendor.message("hola")))

    def test_the_other_credential_is_accepted_while_they_are_rotated(self, vendor: Speaker) -> None:
        request = vendor.rotated(vendor.message("hola"))
        if request is None:
            pytest.skip("this vendor's credentials are not rotated")
        vendor.channel.authenticate(request)

    def test_a_credential_does_not_fit_another_request(self, vendor: Speaker) -> None:
        if not vendor.signs_body:
            pytest.skip("this vendor's credential names the sender only")
        request, other = vendor.message("hola"), vendor.message("another", 2)
        for changed in (replace(request, body=other.body), replace(request, url=request.url + "x")):
            with pytest.raises(AuthenticationError):
                vendor.channel.authenticate(changed)

    @pytest.mark.parametrize("odd", ODD_REQUESTS)
    def test_an_odd_request_raises_nothing_but_the_contracts_errors(self, vendor: Speaker, odd: str) -> None:
        request = ODD_REQUESTS[odd](vendor.message("hola"))
        try:
            vendor.channel.authenticate(request)
        except AuthenticationError:
            pass
        else:
            # A vendor's signature may not cover everything: then what it lets through must say the same.
            assert self._said(vendor, request) == self._said(vendor, vendor.message("hola")) or not vendor.signs_body
        self._read(vendor, request)

    @staticmethod
    def _read(vendor: Speaker, request: WebhookRequest) -> list[Any]:
        try:
            return list(vendor.channel.parse(request))
        except MalformedError:
            return []

    @classmethod
    def _said(cls, vendor: Speaker, request: WebhookRequest) -> list[Any]:
        events = cls._read(vendor, request)
        return [event if isinstance(event, CustomerGone) else replace(event, raw="") for event in events]


class ChannelTests(CredentialTests):
    """Inherit it and give the fixture `vendor`."""

    @pytest.fixture
    def vendor(self) -> Vendor:
        """The adapter under test and its other side."""
        raise NotImplementedError

    # --- what is said ---

    def test_a_message_says_who_where_and_what(self, vendor: Vendor) -> None:
        request = vendor.message("Se cortó la luz")
        message = self._message(vendor, request)
        assert message.channel == vendor.channel.name
        assert message.text == "Se cortó la luz"
        assert message.received_at == request.received_at
        assert message.raw
        for field in (message.provider_id, message.address, message.to, message.thread):
            assert 0 < len(field) <= 200

    def test_a_replay_is_known_by_its_provider_id(self, vendor: Vendor) -> None:
        first = self._message(vendor, vendor.message("hola"))
        again = self._message(vendor, replace(vendor.message("hola"), received_at=first.received_at + 3600))
        assert again == replace(first, received_at=again.received_at)

    def test_the_same_words_again_are_another_message_in_the_same_thread(self, vendor: Vendor) -> None:
        first = self._message(vendor, vendor.message("hola", 1))
        second = self._message(vendor, vendor.message("hola", 2))
        assert first.provider_id != second.provider_id
        assert (first.thread, first.address, first.to) == (second.thread, second.address, second.to)

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    def test_a_text_arrives_as_it_was_written(self, vendor: Vendor, odd: str) -> None:
        assert self._message(vendor, vendor.message(ODD_TEXTS[odd])).text == ODD_TEXTS[odd]

    def test_what_no_database_can_carry_is_taken_out_of_a_text(self, vendor: Vendor) -> None:
        message = self._message(vendor, vendor.message("a\x00b\x07c"))
        assert message.text == "abc"
        for field in (message.text, message.raw, message.provider_id, message.thread, message.name or ""):
            assert "\x00" not in field
            field.encode()  # raises for a lone surrogate

    def test_our_own_echo_is_no_message(self, vendor: Vendor) -> None:
        request = vendor.echo()
        if request is None:
            pytest.skip("this vendor does not echo")
        vendor.channel.authenticate(request)
        assert not [event for event in vendor.channel.parse(request) if isinstance(event, InboundMessage)]

    def test_an_unknown_kind_is_kept_as_unknown(self, vendor: Vendor) -> None:
        for request in vendor.unknown():
            vendor.channel.authenticate(request)
            events = vendor.channel.parse(request)
            assert all(isinstance(event, UnknownEvent) for event in events), events

    def test_an_authentic_request_that_cannot_be_read_is_malformed(self, vendor: Vendor) -> None:
        for request in vendor.malformed():
            vendor.channel.authenticate(request)
            with pytest.raises(MalformedError):
                vendor.channel.parse(request)

    # --- what became of ours ---

    def test_a_report_names_the_message_and_what_became_of_it(self, vendor: Vendor) -> None:
        message = vendor.outbound("hola")
        for delivery, request in vendor.reports(message).items():
            vendor.channel.authenticate(request)
            [report] = vendor.channel.parse(request)
            assert isinstance(report, DeliveryReport)
            assert report.delivery is delivery
            assert report.message_id == message.id or report.provider_id
            assert (report.error is not None) == (delivery in (Delivery.FAILED, Delivery.UNDELIVERED))

    def test_reports_in_any_order_end_the_same(self, vendor: Vendor) -> None:
        requests = vendor.reports(vendor.outbound("hola"))
        way = [
            each for each in (Delivery.SENDING, Delivery.SENT, Delivery.DELIVERED, Delivery.READ) if each in requests
        ]
        if not way:
            pytest.skip("this vendor reports nothing")
        for order in permutations(way):
            reports = [event for each in order for event in vendor.channel.parse(requests[each])]
            deliveries = [report.delivery for report in reports if isinstance(report, DeliveryReport)]
            assert max(deliveries, key=lambda delivery: delivery.rank) is way[-1]

    # --- what we say ---

    @pytest.mark.parametrize("odd", ODD_TEXTS)
    async def test_a_text_is_sent_as_it_was_written(self, vendor: Vendor, odd: str) -> None:
        receipt = await vendor.channel.send(vendor.outbound(ODD_TEXTS[odd]))
        assert receipt.delivery.rank <= Delivery.SENT.rank
        assert await vendor.received() == [ODD_TEXTS[odd]]

    async def test_a_lone_surrogate_does_not_stop_a_message(self, vendor: Vendor) -> None:
        await vendor.channel.send(vendor.outbound("hola \ud83d"))
        assert len(await vendor.received()) == 1

    async def test_the_longest_text_is_sent_whole(self, vendor: Vendor) -> None:
        words = "electricidad " * (vendor.channel.limits.max_length // 13)
        await vendor.channel.send(vendor.outbound(words.strip()))
        assert "".join(await vendor.received()).count("electricidad") == words.count("electricidad")

    async def test_what_passes_the_limits_is_refused_before_it_is_sent(self, vendor: Vendor) -> None:
        limits = vendor.channel.limits
        picture = OutboundMedia(media_id="m", content_type="image/png", url="https://example.com/m.png")
        refused = [
            vendor.outbound("a" * (limits.max_length + 1)),
            vendor.outbound("   "),
            vendor.outbound("hola", media=(picture,) * (limits.max_media + 1)),
            vendor.outbound("hola", media=(replace(picture, content_type="application/x-msdownload"),)),
        ]
        for message in refused:
            with pytest.raises(UnsupportedError):
                await vendor.channel.send(message)
        assert await vendor.received() == []

    @pytest.mark.parametrize("fault", [Fault.BUSY, Fault.UNREACHABLE])
    async def test_what_the_vendor_did_not_take_may_be_sent_again(self, vendor: Vendor, fault: Fault) -> None:
        await self._arrange(vendor, fault)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.send(vendor.outbound("hola"))
        assert not raised.value.reached
        assert await vendor.received() == []

    async def test_a_broken_vendor_may_have_taken_it(self, vendor: Vendor) -> None:
        await self._arrange(vendor, Fault.BROKEN)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.send(vendor.outbound("hola"))
        assert raised.value.reached

    async def test_a_refusal_is_for_good_and_says_why(self, vendor: Vendor) -> None:
        await self._arrange(vendor, Fault.REFUSED)
        with pytest.raises(PermanentError) as raised:
            await vendor.channel.send(vendor.outbound("hola"))
        assert raised.value.code
        assert str(raised.value)
        assert await vendor.received() == []

    async def test_a_message_whose_answer_was_lost_is_found(self, vendor: Vendor) -> None:
        message = vendor.outbound("¿Sigue sin luz?")
        await self._arrange(vendor, Fault.ANSWER_LOST)
        with pytest.raises(TransientError) as raised:
            await vendor.channel.send(message)
        assert raised.value.reached
        found = await vendor.channel.look_up(replace(message, first_tried_at=message.created_at))
        assert found is not None
        assert found.provider_id
        assert len(await vendor.received()) == 1

    async def test_a_message_that_was_never_sent_is_not_found(self, vendor: Vendor) -> None:
        other, message = vendor.outbound("otra cosa"), vendor.outbound("¿Sigue sin luz?")
        await vendor.channel.send(other)
        assert await vendor.channel.look_up(replace(message, first_tried_at=message.created_at)) is None

    # --- what is fetched ---

    @pytest.mark.parametrize("url", ODD_ADDRESSES)
    async def test_nothing_is_fetched_from_anywhere_else(self, vendor: Vendor, url: str) -> None:
        with pytest.raises(PermanentError):
            await vendor.channel.fetch_media(url, max_bytes=1000)

    async def test_a_picture_is_fetched(self, vendor: Vendor) -> None:
        picture = await self._picture(vendor)
        fetched = await vendor.channel.fetch_media(picture.url, max_bytes=len(picture.content))
        assert (fetched.content, fetched.content_type) == (picture.content, picture.content_type)

    async def test_a_picture_that_is_too_large_is_not_read_to_its_end(self, vendor: Vendor) -> None:
        picture = await self._picture(vendor)
        with pytest.raises(PermanentError):
            await vendor.channel.fetch_media(picture.url, max_bytes=len(picture.content) - 1)

    async def test_a_gap_is_read_again_with_the_same_ids(self, vendor: Vendor) -> None:
        gap = await vendor.gap()
        if gap is None:
            assert list(await vendor.channel.list_inbound(0.0)) == []
            return
        since, expected = gap
        [listed] = await vendor.channel.list_inbound(since)
        assert listed == replace(expected, received_at=listed.received_at, raw=listed.raw)
        assert listed.received_at >= since - 1

    async def test_a_vendor_that_can_be_asked_says_what_became_of_a_message(self, vendor: Vendor) -> None:
        message = vendor.outbound("¿Volvió la luz?")
        if not vendor.channel.can_be_asked:
            assert await vendor.channel.ask_delivery(message, "p-1") is None
            return
        outcomes = await vendor.outcomes(message)
        assert outcomes, "a vendor that can be asked shows it"
        for provider_id, delivery in outcomes.items():
            report = await vendor.channel.ask_delivery(message, provider_id)
            assert report is not None
            assert (report.delivery, report.channel) == (delivery, vendor.channel.name)
            assert (report.message_id, report.provider_id) == (message.id, provider_id)
            assert bool(report.error) == (delivery in (Delivery.FAILED, Delivery.UNDELIVERED))

    async def test_a_message_that_the_vendor_does_not_know_is_no_report(self, vendor: Vendor) -> None:
        assert await vendor.channel.ask_delivery(vendor.outbound("hola"), "SM" + "0" * 32) is None

    async def test_a_vendor_that_is_away_can_be_asked_later(self, vendor: Vendor) -> None:
        if not vendor.channel.can_be_asked:
            pytest.skip("this vendor cannot be asked")
        await self._arrange(vendor, Fault.UNREACHABLE)
        with pytest.raises(TransientError):
            await vendor.channel.ask_delivery(vendor.outbound("hola"), "SM" + "0" * 32)

    async def test_it_can_be_closed_twice(self, vendor: Vendor) -> None:
        await vendor.channel.close()
        await vendor.channel.close()

    # --- helpers ---

    @staticmethod
    def _message(vendor: Vendor, request: WebhookRequest) -> InboundMessage:
        vendor.channel.authenticate(request)
        [message] = vendor.channel.parse(request)
        assert isinstance(message, InboundMessage)
        return message

    @staticmethod
    async def _arrange(vendor: Vendor, fault: Fault) -> None:
        if not await vendor.arrange(fault):
            pytest.skip("this cannot go wrong here")

    @staticmethod
    async def _picture(vendor: Vendor) -> Picture:
        picture = await vendor.picture()
        if picture is None:
            pytest.skip("this vendor has no pictures to fetch")
        return picture
