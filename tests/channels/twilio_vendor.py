"""Twilio as `ChannelTests` needs it: the local network over real HTTP, and signatures made beside the adapter."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contactcenter.channels.base import WebhookRequest
from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.domain.messages import InboundMessage, OutboundMessage
from contactcenter.domain.words import Delivery
from contactcenter.localnet import Direction, FaultKind, LocalNetwork
from contactcenter.localnet import Picture as Sent
from contactcenter.testing.channels import Fault, Picture, Vendor

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "the token of today"
OTHER_TOKEN = "the token of tomorrow"
PUBLIC_URL = "https://center.example"
SMS_URL = f"{PUBLIC_URL}/webhooks/twilio/sms"
CENTER, NOTICES, MARTA = "+59829000000", "+59829000001", "+59899123456"
PNG = b"\x89PNG\r\n\x1a\n" + b"a fallen cable" * 5000
RECEIVED_AT = 1_800_000_000.0

STATUSES = {
    Delivery.SENDING: {"MessageStatus": "queued"},
    Delivery.SENT: {"MessageStatus": "sent"},
    Delivery.DELIVERED: {"MessageStatus": "delivered", "RawDlrDoneDate": "2611212130"},
    Delivery.READ: {"MessageStatus": "read"},
    Delivery.UNDELIVERED: {"MessageStatus": "undelivered", "ErrorCode": "30003"},
    Delivery.FAILED: {"MessageStatus": "failed", "ErrorCode": "30007"},
}


def signature(url: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
    """Twilio's published recipe, written out: the adapter's library is not asked."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def signed(
    fields: Mapping[str, str], *, url: str = SMS_URL, token: str = TOKEN, signed_url: str | None = None
) -> WebhookRequest:
    """A webhook as Twilio posts it."""
    return WebhookRequest(
        method="POST",
        url=url,
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(signed_url or url, fields, token),
            "I-Twilio-Idempotency-Token": "2d1d4b6e-0c9b-4f3c-9a6e-9a3e2f7b1c11",
        },
        body=urlencode(fields).encode(),
        received_at=RECEIVED_AT,
    )


def text_fields(text: str, *, sid: str = "SM" + "1" * 32, **more: str) -> dict[str, str]:
    return {
        "ToCountry": "UY",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "UY",
        "To": CENTER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": MARTA,
        "ApiVersion": "2010-04-01",
    } | more


def report_fields(**more: str) -> dict[str, str]:
    sid = "SM" + "2" * 32
    return {
        "SmsSid": sid,
        "SmsStatus": more["MessageStatus"],
        "To": MARTA,
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": CENTER,
        "ApiVersion": "2010-04-01",
    } | more


class SignedByTwilio:
    """Requests that Twilio has not signed, or otherwise."""

    def unauthenticated(self, request: WebhookRequest) -> WebhookRequest:
        headers = {name: value for name, value in request.headers.items() if name != "X-Twilio-Signature"}
        return replace(request, headers=headers)

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        return signed_again(request, "somebody else's token")

    def rotated(self, request: WebhookRequest) -> WebhookRequest:
        return signed_again(request, OTHER_TOKEN)


def signed_again(request: WebhookRequest, token: str) -> WebhookRequest:
    """The same request, signed with another token."""
    fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    return signed(fields, url=request.url, token=token)


class TwilioVendor(SignedByTwilio, Vendor):
    """Marta's telephone, the network between, and our number."""

    def __init__(self, network: LocalNetwork, channel: TwilioSms) -> None:
        self.network = network
        self.channel = channel

    def message(self, text: str, number: int = 1) -> WebhookRequest:
        return signed(text_fields(text, sid=f"SM{number:032}"))

    def malformed(self) -> Iterable[WebhookRequest]:
        for missing in (("MessageSid", "SmsMessageSid", "SmsSid"), ("From",), ("To",)):
            fields = text_fields("hola")
            for name in missing:
                del fields[name]
            yield signed(fields)
        report = report_fields(MessageStatus="sent")
        del report["MessageSid"], report["SmsSid"]
        yield signed(report)

    def unknown(self) -> Iterable[WebhookRequest]:
        yield signed({"AccountSid": ACCOUNT, "EventType": "onConversationAdded"})
        yield signed(report_fields(MessageStatus="teleported"))
        yield signed({})

    def echo(self) -> WebhookRequest:
        return signed(text_fields("Un agente le responderá", From=NOTICES))

    def reports(self, message: OutboundMessage) -> dict[Delivery, WebhookRequest]:
        url = f"{PUBLIC_URL}/webhooks/twilio/status?{urlencode({'message': message.id})}"
        return {delivery: signed(report_fields(**fields), url=url) for delivery, fields in STATUSES.items()}

    def outbound(self, text: str, **fields: Any) -> OutboundMessage:
        given = {"id": "0190-message", "channel": "sms", "address": MARTA, "to": CENTER, "thread": "sms"}
        return OutboundMessage(**{**given, "text": text, "created_at": time.time(), **fields})

    async def received(self) -> list[str]:
        return [each.body for each in self.network.messages if each.direction is Direction.API]

    async def arrange(self, fault: Fault) -> bool:
        if fault is Fault.UNREACHABLE:
            await self.network.stop()
        elif fault is Fault.REFUSED:
            await self.network.text(MARTA, CENTER, "STOP")
        else:
            kind = {
                Fault.BUSY: FaultKind.RATE_LIMITED,
                Fault.BROKEN: FaultKind.SERVER_ERROR,
                Fault.ANSWER_LOST: FaultKind.DROP_AFTER,
            }[fault]
            self.network.faults.add(kind, operation="CreateMessage")
        return True

    async def picture(self) -> Picture:
        message = await self.network.text(MARTA, CENTER, "", [Sent("image/png", PNG)])
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}/Media/{message.media[0].sid}"
        return Picture(self.network.url + path, PNG, "image/png")

    async def outcomes(self, message: OutboundMessage) -> dict[str, Delivery]:
        faults = self.network.faults
        faults.add(FaultKind.CALLBACK_LOST, times=50)
        sent: dict[str, Delivery] = {}
        for kind, code, delivery in (
            (None, None, Delivery.DELIVERED),
            (FaultKind.STUCK, None, Delivery.SENT),
            (FaultKind.UNDELIVERED, 30003, Delivery.UNDELIVERED),
            (FaultKind.FAILED, 30007, Delivery.FAILED),
        ):
            if kind is not None:
                faults.add(kind, code=code)
            receipt = await self.channel.send(message)
            assert receipt.provider_id is not None
            await self.network.reached(receipt.provider_id, STATUSES[delivery]["MessageStatus"])
            sent[receipt.provider_id] = delivery
        return sent

    async def gap(self) -> tuple[float, InboundMessage]:
        since = time.time() - 1
        self.network.faults.add(FaultKind.WEBHOOK_LOST)
        message = await self.network.text(MARTA, CENTER, "¿Cuándo vuelve la luz?", [Sent("image/png", PNG)])
        base = f"{self.network.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}/Media"
        fields = text_fields(message.body, sid=message.sid, NumMedia="1")
        fields |= {"MediaUrl0": f"{base}/{message.media[0].sid}", "MediaContentType0": "image/png"}
        [event] = self.channel.parse(signed(fields))
        assert isinstance(event, InboundMessage)
        return since, event
