"""The web chat does what every channel must; its vendor is a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from contactcenter.channels.base import AuthenticationError, MalformedError, TransientError, WebhookRequest
from contactcenter.channels.chat import Chat
from contactcenter.channels.chat_session import new_token, thread_of
from contactcenter.domain.messages import CustomerGone, OutboundMessage
from contactcenter.domain.words import Delivery
from contactcenter.testing.channels import ChannelTests, Fault, Vendor

SITE = "https://www.electrica.example"


class BrowserVendor(Vendor):
    signs_body = False

    def __init__(self) -> None:
        self.token = new_token()
        self.channel = Chat(deliver=self._deliver, allows=lambda page, origin: (page, origin) == ("web", SITE))
        self._texts: dict[str, str] = {}
        self._pushed: list[str] = []
        self._down = False

    async def _deliver(self, thread: str, message_id: str) -> None:
        assert thread == thread_of(self.token)
        if self._down:
            raise TransientError("the nerves are down", reached=False)
        self._pushed.append(self._texts[message_id])

    def frame(self, **fields: object) -> WebhookRequest:
        return WebhookRequest(
            method="GET",
            url="wss://center.example/chat/socket?page=web",
            headers={"Origin": SITE, "Authorization": f"Bearer {self.token}"},
            body=json.dumps(fields).encode(),
            received_at=1_800_000_000.0,
        )

    def message(self, text: str, number: int = 1) -> WebhookRequest:
        return self.frame(type="message", client_id=f"c{number}", text=text)

    def unauthenticated(self, request: WebhookRequest) -> WebhookRequest:
        return replace(request, headers={"Origin": SITE})

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        return replace(request, headers={**request.headers, "Origin": "https://evil.example"})

    def malformed(self) -> Iterable[WebhookRequest]:
        yield self.frame(type="message", client_id="c1", text=7)
        yield self.frame(type="message", text="no id")
        yield self.frame(type="ack")
        yield replace(self.frame(), body=b"hola")

    def unknown(self) -> Iterable[WebhookRequest]:
        yield self.frame(type="reaction", emoji="⚡")

    def reports(self, message: OutboundMessage) -> dict[Delivery, WebhookRequest]:
        return {Delivery.DELIVERED: self.frame(type="ack", message_id=message.id)}

    def outbound(self, text: str, **fields: Any) -> OutboundMessage:
        thread = thread_of(self.token)
        given = {"id": "m1", "channel": "chat", "address": thread, "to": "web", "thread": thread, "created_at": 1.0}
        self._texts["m1"] = text
        return OutboundMessage(**{**given, "text": text, **fields})

    async def received(self) -> list[str]:
        return self._pushed

    async def arrange(self, fault: Fault) -> bool:
        self._down = fault in (Fault.BUSY, Fault.UNREACHABLE)
        return self._down


class TestChat(ChannelTests):
    @pytest.fixture
    def vendor(self) -> BrowserVendor:
        return BrowserVendor()

    def test_what_does_not_stay_is_no_event_and_the_end_is_one(self, vendor: BrowserVendor) -> None:
        for passing in (vendor.frame(type="ping"), vendor.frame(type="typing"), vendor.frame(type="hello", page="web")):
            assert vendor.channel.parse(passing) == []
        [gone] = vendor.channel.parse(vendor.frame(type="end"))
        assert gone == CustomerGone(channel="chat", thread=thread_of(vendor.token), at=1_800_000_000.0)

    @pytest.mark.parametrize("url", ["wss://center.example/chat/socket", "wss://center.example/?page=caf%C3%A9", "x"])
    def test_a_frame_belongs_to_a_page(self, vendor: BrowserVendor, url: str) -> None:
        request = replace(vendor.message("hola"), url=url)
        with pytest.raises(AuthenticationError):
            vendor.channel.authenticate(request)
        with pytest.raises(MalformedError):
            vendor.channel.parse(request)
