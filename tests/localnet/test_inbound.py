"""Texts from handsets to the center: signed webhooks, retries, the fallback, TwiML in the answer."""

import asyncio
import json

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import Announcement, LocalNetwork, Picture
from contactcenter.localnet.description import read_description
from tests.localnet.center import Answer, Center
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, POOLED, SERVICE

FIELDS = {
    "ToCountry", "ToState", "SmsMessageSid", "NumMedia", "ToCity", "FromZip", "SmsSid", "FromState", "SmsStatus",
    "FromCity", "Body", "FromCountry", "To", "ToZip", "NumSegments", "MessageSid", "AccountSid", "From", "ApiVersion",
}  # fmt: skip


async def test_a_text_is_announced_signed_and_complete(network: LocalNetwork, center: Center) -> None:
    message = await network.text(MARTA, CENTER, "Sin luz en Pocitos 😟 & más")
    assert message.announcement is Announcement.ANSWERED
    [heard] = center.heard
    assert heard.signed
    assert heard.headers["I-Twilio-Idempotency-Token"]
    assert heard.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert heard.params.keys() == FIELDS
    assert heard.params["Body"] == "Sin luz en Pocitos 😟 & más"
    assert (heard.params["From"], heard.params["FromCountry"]) == (MARTA, "UY")
    assert heard.params["MessageSid"] == heard.params["SmsSid"] == heard.params["SmsMessageSid"] == message.sid
    assert (heard.params["SmsStatus"], heard.params["AccountSid"]) == ("received", ACCOUNT)


async def test_pictures_come_as_mms(network: LocalNetwork, center: Center) -> None:
    message = await network.text(MARTA, CENTER, "", [Picture("image/jpeg", b"a"), Picture("image/png", b"b")])
    params = center.heard[0].params
    assert message.sid.startswith("MM")
    assert (params["NumMedia"], params["Body"]) == ("2", "")
    assert (params["MediaContentType0"], params["MediaContentType1"]) == ("image/jpeg", "image/png")
    assert params["MediaUrl1"] == f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}/Media/" + (
        message.media[1].sid
    )


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😟" * 35, 1),
        ("😟" * 36, 2),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
    ],
)
async def test_segments_are_counted(network: LocalNetwork, center: Center, text: str, segments: int) -> None:
    await network.text(MARTA, CENTER, text)
    assert center.heard[0].params["NumSegments"] == str(segments)


async def test_a_text_with_half_a_character_is_still_sent(network: LocalNetwork, center: Center) -> None:
    await network.text(MARTA, CENTER, "hola \ud83d")
    assert center.heard[0].signed
    assert center.heard[0].params["Body"] == "hola ?"


async def test_a_number_of_a_service_names_it(network: LocalNetwork, center: Center) -> None:
    await network.text(MARTA, POOLED, "hola")
    assert center.heard[0].params["MessagingServiceSid"] == SERVICE
    assert "OptOutType" not in center.heard[0].params


async def test_a_short_code_or_a_name_can_text(network: LocalNetwork, center: Center) -> None:
    await network.text("24365", CENTER, "Su código es 123456")
    await network.text("BROU", CENTER, "Aviso")
    assert [heard.params["From"] for heard in center.heard] == ["24365", "BROU"]


@pytest.mark.parametrize(
    ("sender", "to", "body", "pictures"),
    [
        (MARTA, "+59829009999", "x", ()),
        ("099 123", CENTER, "x", ()),
        (MARTA, CENTER, "", ()),
        (MARTA, CENTER, "x" * 1601, ()),
        (MARTA, CENTER, "", (Picture("text/html", b"x"),)),
        (MARTA, CENTER, "", (Picture("image/png", b"x"),) * 11),
        (MARTA, CENTER, "", (Picture("image/png", bytes(6 * 1024 * 1024)),)),
    ],
)
async def test_what_no_telephone_would_send_is_refused(
    network: LocalNetwork, sender: str, to: str, body: str, pictures: tuple[Picture, ...]
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        await network.text(sender, to, body, pictures)


async def test_twiml_in_the_answer_is_sent_back(network: LocalNetwork, center: Center) -> None:
    center.answers.append(
        Answer(
            text='<Response><Message statusCallback="status">Recibido</Message>'
            "<Message><Body>Foto</Body><Media>/picture.png</Media></Message></Response>"
        )
    )
    await network.text(MARTA, CENTER, "hola")
    seen = await network.received(MARTA, 2)
    assert [(m.body, len(m.media), m.direction.value) for m in seen] == [
        ("Recibido", 0, "outbound-reply"),
        ("Foto", 1, "outbound-reply"),
    ]
    status = (await center.until_heard(1, "/status"))[0]
    assert status.signed


async def test_plain_text_in_the_answer_is_sent_back(network: LocalNetwork, center: Center) -> None:
    center.answers.append(Answer(text="Recibido", content_type="text/plain"))
    await network.text(MARTA, CENTER, "hola")
    assert [m.body for m in await network.received(MARTA)] == ["Recibido"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(text="<Response>"), 12100),
        (Answer(text="<Responses/>"), 12100),
        (Answer(text='<!DOCTYPE x [<!ENTITY a "b">]><Response/>'), 12100),
        (Answer(text="<Response><Dial>1</Dial></Response>"), 12200),
        (Answer(text="{}", content_type="application/json"), 12300),
        (Answer(text="<Response><Message to='nobody'>x</Message></Response>"), 21211),
        (Answer(status=404), 11200),
        (Answer(status=302), 11200),
    ],
)
async def test_an_answer_that_cannot_be_followed_is_an_alert(
    network: LocalNetwork, center: Center, answer: Answer, code: int
) -> None:
    center.answers.append(answer)
    await network.text(MARTA, CENTER, "hola")
    assert [alert.code for alert in network.webhooks.alerts] == [code]


async def test_an_empty_answer_is_fine(network: LocalNetwork, center: Center) -> None:
    center.answers.append(Answer(status=204, text=""))
    message = await network.text(MARTA, CENTER, "hola")
    assert message.announcement is Announcement.ANSWERED
    assert not network.webhooks.alerts


async def test_a_5xx_is_not_retried_unless_asked(network: LocalNetwork, center: Center) -> None:
    center.answers.extend([Answer(status=503), Answer(status=503)])
    message = await network.text(MARTA, CENTER, "hola")
    assert message.announcement is Announcement.REFUSED
    assert len(center.heard) == 1

    network.account.numbers[CENTER].sms_url = f"{center.url}/sms#rc=3&rp=5xx,ct,rt"
    message = await network.text(MARTA, CENTER, "otra vez")
    assert message.announcement is Announcement.ANSWERED
    again = [heard for heard in center.heard if heard.params["Body"] == "otra vez"]
    assert len(again) == 2
    assert all(heard.signed and heard.path == "/sms" for heard in again)
    assert len({heard.headers["I-Twilio-Idempotency-Token"] for heard in again}) == 1


async def test_a_lost_connection_and_a_slow_answer_are_retried_when_asked(
    network: LocalNetwork, center: Center
) -> None:
    never = asyncio.Event()
    network.account.numbers[CENTER].sms_url = f"{center.url}/sms#rc=2&rp=rt&rt=100"
    center.answers.extend([Answer(hang_up=True), Answer(wait_for=never)])
    message = await network.text(MARTA, CENTER, "hola")
    assert message.announcement is Announcement.ANSWERED
    assert network.webhooks.exchanges[-1].attempts == ["rt", "rt", "200"]


async def test_an_unreachable_center_is_tried_twice_and_then_the_fallback(
    network: LocalNetwork, center: Center, free_port: object
) -> None:
    assert callable(free_port)
    number = network.account.numbers[CENTER]
    number.sms_url = f"http://127.0.0.1:{free_port()}/sms"
    number.sms_fallback_url = f"{center.url}/fallback"
    message = await network.text(MARTA, CENTER, "hola")
    assert message.announcement is Announcement.ANSWERED
    [heard] = center.heard
    assert (heard.path, heard.signed, heard.params["ErrorUrl"]) == ("/fallback", True, number.sms_url)
    assert network.webhooks.exchanges[0].attempts == ["ct", "ct"]


@pytest.mark.parametrize("fragment", ["rc=9", "rp=sometimes", "ct=1", "rt=x"])
async def test_an_odd_override_is_an_alert_and_ignored(network: LocalNetwork, center: Center, fragment: str) -> None:
    network.account.numbers[CENTER].sms_url = f"{center.url}/sms#{fragment}"
    await network.text(MARTA, CENTER, "hola")
    assert center.heard[0].signed
    assert [alert.code for alert in network.webhooks.alerts] == [11243]


@pytest.mark.parametrize("address", ["", "http://", "no address", "http://[::1", "ftp://x/"])
async def test_an_impossible_address_is_only_a_refusal(network: LocalNetwork, address: str) -> None:
    network.account.numbers[CENTER].sms_url = address
    message = await network.text(MARTA, CENTER, "hola")
    assert message.announcement is Announcement.REFUSED


async def test_stop_and_start_as_twilio_does_for_long_codes(
    network: LocalNetwork, center: Center, client: Client
) -> None:
    await network.text(MARTA, CENTER, " stop ")
    assert "OptOutType" not in center.heard[0].params
    assert "unsubscribed" in (await network.received(MARTA))[0].body
    code = await asyncio.to_thread(_code_of_sending, client)
    assert code == 21610

    await network.text(MARTA, CENTER, "Start")
    assert await asyncio.to_thread(_code_of_sending, client) is None
    await network.received(MARTA, containing="Volvió")


async def test_with_advanced_opt_out_the_webhook_says_so(network: LocalNetwork, center: Center) -> None:
    for word in ("STOP", "YES", "HELP", "hola"):
        await network.text(MARTA, POOLED, word)
    assert [heard.params.get("OptOutType") for heard in center.heard] == ["STOP", "START", "HELP", None]


async def test_yes_means_start_only_to_who_has_left(network: LocalNetwork) -> None:
    await network.text(MARTA, CENTER, "YES")
    assert network.handsets.received(MARTA) == []


async def test_stop_words_can_be_switched_off(network: LocalNetwork, client: Client) -> None:
    network.account.numbers[CENTER].stop_words = False
    await network.text(MARTA, CENTER, "STOP")
    assert await asyncio.to_thread(_code_of_sending, client) is None
    await network.received(MARTA)


def _code_of_sending(client: Client) -> int | None:
    try:
        client.messages.create(to=MARTA, from_=CENTER, body="Volvió la luz")
    except TwilioRestException as error:
        return int(error.code or 0)
    return None


def test_the_description_names_each_operation_once() -> None:
    operations = read_description()
    assert len({(op["method"], op["path"]) for op in operations.values()}) == len(operations)
    assert json.dumps(operations)
