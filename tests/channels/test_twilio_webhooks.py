"""What Twilio posts: signatures in every spelling of our address, and each kind of message and report."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.base import AuthenticationError, Limits, MalformedError, WebhookRequest
from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.channels.twilio_webhooks import signed_urls
from contactcenter.domain.messages import DeliveryReport, InboundEvent, InboundMedia, InboundMessage, UnknownEvent
from contactcenter.domain.words import Delivery, MessageKind
from tests.channels.twilio_vendor import (
    ACCOUNT,
    CENTER,
    MARTA,
    PUBLIC_URL,
    SMS_URL,
    STATUSES,
    TOKEN,
    report_fields,
    signed,
    text_fields,
)

PAYLOADS = Path(__file__).parent / "payloads" / "twilio"
SMS = TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, public_url=PUBLIC_URL, numbers=[CENTER])


def event(**more: str) -> InboundEvent:
    [read] = SMS.parse(signed(text_fields(more.pop("Body", "hola"), **more)))
    return read


def message(**more: str) -> InboundMessage:
    read = event(**more)
    assert isinstance(read, InboundMessage)
    return read


def report(*, query: str = "", **fields: str) -> DeliveryReport:
    [read] = SMS.parse(signed(report_fields(**fields), url=f"{PUBLIC_URL}/webhooks/twilio/status{query}"))
    assert isinstance(read, DeliveryReport)
    return read


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://center.example/s", "https://center.example:443/s"),
        ("https://center.example:443/s", "https://center.example/s"),
        ("http://center.example/s", "https://center.example/s"),
        ("https://center.example/s", "http://center.example:80/s"),
        ("http://center.example/s?a=1&b=%20x", "https://center.example/s?a=1&b=%20x"),
        ("https://center.example:8443/s", "https://center.example:8443/s"),
        ("https://center.example:8443/s", "https://center.example/s"),
        ("http://[2001:db8::1]:8080/s", "http://[2001:db8::1]:8080/s"),
        ("https://user:word@center.example/s", "https://user:word@center.example/s"),
        ("https://center.example/s#rc=3&rp=5xx", "https://center.example/s"),
    ],
)
def test_twilio_may_have_signed_another_spelling_of_our_address(ours: str, theirs: str) -> None:
    SMS.authenticate(signed(text_fields("hola"), url=ours, signed_url=theirs))


@pytest.mark.parametrize(
    "theirs",
    [
        "https://center.example.evil/s",
        "https://center.example/S",
        "https://center.example/s?x",
        "https://center.example:8443/s",
    ],
)
def test_another_address_is_another(theirs: str) -> None:
    with pytest.raises(AuthenticationError):
        SMS.authenticate(signed(text_fields("hola"), url="https://center.example/s", signed_url=theirs))


@given(st.text())
def test_no_address_raises_more_than_that_it_is_none(url: str) -> None:
    with pytest.raises(AuthenticationError):
        SMS.authenticate(replace(signed({}), url=url, headers={"X-Twilio-Signature": "x"}))


@given(st.binary(), st.dictionaries(st.sampled_from(["X-Twilio-Signature", "Content-Type", "X"]), st.text()))
def test_no_post_raises_more_than_the_contracts_errors(body: bytes, headers: dict[str, str]) -> None:
    request = WebhookRequest(method="POST", url=SMS_URL, headers=headers, body=body, received_at=0.0)
    with pytest.raises(AuthenticationError):
        SMS.authenticate(request)
    with contextlib.suppress(MalformedError):
        SMS.parse(request)


def test_an_odd_port_is_kept_out_of_the_spellings() -> None:
    with pytest.raises(ValueError, match="Port"):
        signed_urls("https://x:abc/")


def test_a_message_through_a_messaging_service_is_like_any_other() -> None:
    read = message(MessagingServiceSid="MG" + "5" * 32)
    assert (read.address, read.to, read.thread) == (MARTA, CENTER, f"sms:{CENTER}:{MARTA}")


@pytest.mark.parametrize("sender", ["BROU", "12345", "whatsapp:+59899123456"])
def test_senders_need_not_be_numbers(sender: str) -> None:
    assert message(From=sender).address == sender


def test_an_empty_text_is_a_message_all_the_same() -> None:
    assert message(Body="").text == ""
    assert message(Body=" \n ").text == ""


def test_pictures_are_read_by_their_names_not_their_count() -> None:
    read = message(
        NumMedia="two", MediaUrl0="https://a", MediaContentType0="Image/JPEG", MediaUrl1="https://b", MediaUrl999="c"
    )
    assert read.media == (InboundMedia(url="https://a", content_type="image/jpeg"), InboundMedia(url="https://b"))


def test_a_profile_name_is_the_customers_name() -> None:
    assert message(ProfileName=" Marta\n Pérez ").name == "Marta Pérez"
    assert message().name is None


def test_the_last_of_a_parameter_given_twice_counts() -> None:
    request = signed(text_fields("hola"))
    [read] = SMS.parse(replace(request, body=request.body + b"&Body=otra"))
    assert isinstance(read, InboundMessage)
    assert read.text == "otra"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"Body": "STOP"}, MessageKind.OPT_OUT),
        ({"Body": " Baja. "}, MessageKind.OPT_OUT),
        ({"Body": "SAIR"}, MessageKind.OPT_OUT),
        ({"Body": "start"}, MessageKind.OPT_IN),
        ({"Body": "ALTA"}, MessageKind.OPT_IN),
        ({"Body": "yes"}, MessageKind.MESSAGE),
        ({"Body": "Baja tensión en mi casa"}, MessageKind.MESSAGE),
        ({"Body": "no quiero más", "OptOutType": "STOP"}, MessageKind.OPT_OUT),
        ({"Body": "quiero", "OptOutType": "START"}, MessageKind.OPT_IN),
        ({"Body": "HELP", "OptOutType": "HELP"}, MessageKind.MESSAGE),
        ({"Body": "STOP", "OptOutType": "LATER"}, MessageKind.OPT_OUT),
    ],
)
def test_stop_words_and_twilios_own_word_for_them(fields: dict[str, str], kind: MessageKind) -> None:
    assert message(**fields).kind is kind


def test_what_our_own_number_says_is_kept_apart() -> None:
    assert event(From=CENTER) == UnknownEvent(
        channel="sms", kind="echo", raw=signed(text_fields("hola", From=CENTER)).body.decode()
    )


@pytest.mark.parametrize("delivery", STATUSES)
def test_reports_at_either_address_are_reports(delivery: Delivery) -> None:
    [read] = SMS.parse(signed(report_fields(**STATUSES[delivery])))
    assert isinstance(read, DeliveryReport)
    assert read.delivery is delivery
    assert read.message_id is None
    assert read.provider_id == "SM" + "2" * 32


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("30003", "30003: the phone is off or out of reach"),
        ("30999", "30999: an error of Twilio's"),
        ("", None),
        ("0", None),
    ],
)
def test_error_codes_are_told_in_words(code: str, error: str | None) -> None:
    assert report(MessageStatus="failed", ErrorCode=code).error == error


@pytest.mark.parametrize(
    ("part", "status", "whole"),
    [
        (1, "queued", Delivery.SENDING),
        (1, "sent", Delivery.SENDING),
        (1, "delivered", Delivery.SENDING),
        (1, "undelivered", Delivery.UNDELIVERED),
        (2, "sent", Delivery.SENT),
        (2, "delivered", Delivery.SENT),
        (2, "read", Delivery.SENT),
        (2, "failed", Delivery.UNDELIVERED),
    ],
)
def test_a_report_on_a_part_speaks_of_the_whole(part: int, status: str, whole: Delivery) -> None:
    read = report(query=f"?message=m1&part={part}&parts=2", MessageStatus=status)
    assert (read.message_id, read.delivery) == ("m1", whole)


def test_a_report_known_by_our_id_alone_is_enough() -> None:
    fields = report_fields(MessageStatus="sent")
    del fields["MessageSid"], fields["SmsSid"]
    [read] = SMS.parse(signed(fields, url=f"{PUBLIC_URL}/webhooks/twilio/status?message=m1"))
    assert isinstance(read, DeliveryReport)
    assert (read.message_id, read.provider_id) == ("m1", None)


def test_the_limits_are_those_of_three_messages() -> None:
    assert isinstance(TwilioSms.limits, Limits)
    assert TwilioSms.limits.max_length == 4800


@pytest.mark.parametrize("file", sorted(PAYLOADS.glob("*.json")), ids=lambda file: file.stem)
def test_payloads_as_they_arrive_are_read(file: Path) -> None:
    payload = json.loads(file.read_text("utf-8"))
    request = signed(payload["form"], url=PUBLIC_URL + payload["path"])
    raw = file.with_suffix(".form")
    if raw.exists():
        request = replace(request, body=raw.read_bytes())
    SMS.authenticate(request)
    [read] = SMS.parse(request)
    form = payload["form"]
    if file.stem.startswith("status"):
        assert isinstance(read, DeliveryReport)
        assert read.provider_id == form["MessageSid"]
        assert (read.error is not None) == bool(form.get("ErrorCode"))
    else:
        assert isinstance(read, InboundMessage)
        assert (read.provider_id, read.text) == (form["MessageSid"], form["Body"].strip())
        assert (read.address, read.to) == (form["From"], form["To"])
        assert len(read.media) == int(form["NumMedia"])
        assert (read.kind is MessageKind.OPT_OUT) == ("stop" in file.stem)
