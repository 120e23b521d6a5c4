"""What Twilio tells us, in the center's words: messages of customers and reports on ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from contactcenter.channels import twilio_codes
from contactcenter.channels.base import MalformedError, WebhookRequest
from contactcenter.channels.keywords import Keywords
from contactcenter.channels.text import clean, clean_line
from contactcenter.channels.twilio_webhooks import Form, read_form
from contactcenter.domain.messages import DeliveryReport, InboundEvent, InboundMedia, InboundMessage, UnknownEvent
from contactcenter.domain.words import Delivery, MessageKind

MAX_INBOUND_MEDIA: Final = 20
_MAX_ADDRESS: Final = 100
_OPT_OUT_TYPES: Final = {"STOP": MessageKind.OPT_OUT, "START": MessageKind.OPT_IN, "HELP": MessageKind.MESSAGE}


class Reader:
    """Reads webhooks and listed records for one `channel`; `numbers` are ours."""

    def __init__(self, channel: str, *, numbers: AbstractSet[str], keywords: Keywords) -> None:
        self._channel = channel
        self._numbers = numbers
        self._keywords = keywords

    def event(self, request: WebhookRequest) -> InboundEvent:
        """What an authentic webhook says.

        Raises:
            MalformedError: when it names no message, sender or recipient.
        """
        form = read_form(request)
        raw = clean(request.body.decode("utf-8", "replace"))
        if "MessageStatus" in form:
            return self._report(form, request, raw)
        if "From" in form or "Body" in form or "NumMedia" in form:
            return self._message(form, request, raw)
        return UnknownEvent(channel=self._channel, kind="form", raw=raw)

    def _message(self, form: Form, request: WebhookRequest, raw: str) -> InboundEvent:
        sid = id_of(form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid"))
        sender, ours = clean_line(form.get("From", ""), _MAX_ADDRESS), clean_line(form.get("To", ""), _MAX_ADDRESS)
        if not (sid and sender and ours):
            raise MalformedError("a message has MessageSid, From and To")
        if sender in self._numbers:
            return UnknownEvent(channel=self._channel, kind="echo", raw=raw)
        media = tuple(
            InboundMedia(
                url=form[f"MediaUrl{i}"][:2000], content_type=content_type_of(form.get(f"MediaContentType{i}"))
            )
            for i in range(MAX_INBOUND_MEDIA)
            if form.get(f"MediaUrl{i}")
        )
        text = clean(form.get("Body", "")).strip()
        return InboundMessage(
            channel=self._channel,
            provider_id=sid,
            address=sender,
            to=ours,
            thread=_thread(ours, sender),
            text=text,
            received_at=request.received_at,
            kind=self._kind(form.get("OptOutType", ""), text),
            media=media,
            name=clean_line(form.get("ProfileName", ""), 80) or None,
            raw=raw,
        )

    def _kind(self, opt_out_type: str, text: str) -> MessageKind:
        """What the vendor's own opt-out handling says of the message, else what its words say."""
        told = _OPT_OUT_TYPES.get(opt_out_type.strip().upper())
        return told or self._keywords.kind_of(text)

    def _report(self, form: Form, request: WebhookRequest, raw: str) -> InboundEvent:
        status = clean_line(form["MessageStatus"], 40).lower()
        delivery = twilio_codes.DELIVERIES.get(status)
        if delivery is None:
            return UnknownEvent(channel=self._channel, kind=f"status:{status}", raw=raw)
        sid = id_of(form.get("MessageSid") or form.get("SmsSid"))
        query = {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}
        message_id = id_of(query.get("message"))
        if not (sid or message_id):
            raise MalformedError("a report names its message")
        error = twilio_codes.describe(form.get("ErrorCode"))
        part, parts = query.get("part"), query.get("parts")
        if part and parts:
            delivery = _of_the_whole(delivery, last=part == parts)
            error = error and f"part {part} of {parts}: {error}"
        return DeliveryReport(
            channel=self._channel,
            delivery=delivery,
            at=request.received_at,
            message_id=message_id,
            provider_id=sid,
            error=error,
            raw=raw,
        )

    def told(self, message_id: str, provider_id: str, records: Mapping[int, Any], parts: int) -> DeliveryReport | None:
        """What the library's records of a message, by the number of the part, say of the whole; None without any."""
        reports = []
        for part, record in records.items():
            delivery = twilio_codes.DELIVERIES.get(str(record.status).lower())
            if delivery is None:
                continue
            error = twilio_codes.describe(record.error_code)
            if parts > 1:
                delivery = _of_the_whole(delivery, last=part == parts)
                error = error and f"part {part} of {parts}: {error}"
            raw = {"MessageSid": record.sid, "MessageStatus": record.status, "ErrorCode": record.error_code}
            reports.append(
                DeliveryReport(
                    channel=self._channel,
                    delivery=delivery,
                    at=seconds_of(record.date_updated) or 0.0,
                    message_id=message_id,
                    provider_id=provider_id,
                    error=error,
                    raw=json.dumps(raw),
                )
            )
        return max(reports, key=lambda report: report.delivery.rank, default=None)

    def listed(self, record: Any, media: tuple[InboundMedia, ...], since: float) -> InboundMessage:
        """A message that was listed, not before `since`, rather than announced; `record` is the library's."""
        text = clean(record.body or "").strip()
        sender, ours = clean_line(record.from_ or "", _MAX_ADDRESS), clean_line(record.to or "", _MAX_ADDRESS)
        return InboundMessage(
            channel=self._channel,
            provider_id=str(record.sid),
            address=sender,
            to=ours,
            thread=_thread(ours, sender),
            text=text,
            received_at=seconds_of(record.date_sent) or seconds_of(record.date_created) or since,
            kind=self._keywords.kind_of(text),
            media=media,
            raw=json.dumps({"MessageSid": record.sid, "From": sender, "To": ours, "Body": text}),
        )


def _of_the_whole(delivery: Delivery, *, last: bool) -> Delivery:
    """What a report on one part says of the whole message: no more than `sent`, and that only by the last part.

    Reports come in any order and to any process, so none knows the other parts; a failure of any part, which
    ranks above `sent`, is then never hidden by the success of another.
    """
    if delivery in (Delivery.FAILED, Delivery.UNDELIVERED):
        return Delivery.UNDELIVERED
    return Delivery.SENT if last and delivery.rank >= Delivery.SENT.rank else Delivery.SENDING


def _thread(ours: str, theirs: str) -> str:
    return f"sms:{ours}:{theirs}"


def id_of(value: str | None) -> str | None:
    """An id of either side, or None when there is none."""
    return clean_line(value, 64) or None if value else None


def content_type_of(value: str | None) -> str | None:
    """A media type as Twilio tells it, in lower case."""
    return clean_line(value, 100).lower() or None if value else None


def seconds_of(moment: datetime | None) -> float | None:
    """UTC seconds of one of the library's times."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
