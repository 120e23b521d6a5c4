"""SMS through Twilio, over real HTTP: what the network posts is read, what we send reaches a telephone."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from contactcenter.channels.base import PermanentError, TransientError, UnsupportedError
from contactcenter.channels.twilio_sms import TwilioSms, parts_of
from contactcenter.domain.messages import InboundMedia, OutboundMedia, OutboundMessage
from contactcenter.domain.words import Delivery, MessageKind
from contactcenter.localnet import FaultKind, LocalNetwork, Picture
from tests.channels.center import Center
from tests.channels.twilio_vendor import CENTER, MARTA, NOTICES, PNG

LONG = "Mañana habrá un corte programado en su zona. " * 60
"""Two parts."""


def outbound(text: str, **fields: object) -> OutboundMessage:
    message = OutboundMessage(
        id="0190-message", channel="sms", address=MARTA, to=CENTER, thread="t", text=text, created_at=time.time()
    )
    return replace(message, **fields)  # type: ignore[arg-type]


async def test_what_the_network_posts_is_authentic_and_read(
    network: LocalNetwork, center: Center, sms: TwilioSms
) -> None:
    sent = await network.text(MARTA, CENTER, "Se cortó la luz ⚡")
    [message] = center.messages
    assert (message.provider_id, message.text) == (sent.sid, "Se cortó la luz ⚡")
    assert (message.address, message.to, message.thread) == (MARTA, CENTER, f"sms:{CENTER}:{MARTA}")
    assert message.kind is MessageKind.MESSAGE
    assert center.refused == 0


async def test_one_message_posted_ten_times_at_once_is_one(
    network: LocalNetwork, center: Center, sms: TwilioSms
) -> None:
    network.faults.add(FaultKind.WEBHOOK_COPIES, copies=10)
    await network.text(MARTA, CENTER, "hola")
    assert len(center.messages) == 10
    assert len({message.provider_id for message in center.messages}) == 1


async def test_a_forged_post_is_refused(network: LocalNetwork, center: Center, sms: TwilioSms) -> None:
    network.faults.add(FaultKind.WEBHOOK_FORGED)
    await network.text(MARTA, CENTER, "hola")
    assert center.refused == 1
    assert not center.events


async def test_a_picture_comes_with_its_address_and_can_be_fetched(
    network: LocalNetwork, center: Center, sms: TwilioSms
) -> None:
    await network.text(MARTA, CENTER, "", [Picture("image/png", PNG)])
    [message] = center.messages
    [media] = message.media
    assert media == InboundMedia(url=media.url, content_type="image/png")
    assert media.url is not None
    fetched = await sms.fetch_media(media.url, max_bytes=1_000_000)
    assert (fetched.content, fetched.content_type) == (PNG, "image/png")


async def test_a_picture_that_is_not_there_is_gone_for_good(network: LocalNetwork, sms: TwilioSms) -> None:
    with pytest.raises(PermanentError, match="404"):
        await sms.fetch_media(f"{network.url}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", max_bytes=10)


async def test_reports_come_back_with_our_id(network: LocalNetwork, center: Center, sms: TwilioSms) -> None:
    receipt = await sms.send(outbound("Ya va la cuadrilla"))
    assert receipt.delivery is Delivery.SENDING
    assert receipt.segments == 1
    await network.reached(str(receipt.provider_id), "delivered")
    await center.until_reported(lambda report: report.delivery is Delivery.DELIVERED)
    assert {report.message_id for report in center.reports} == {"0190-message"}
    assert {report.provider_id for report in center.reports} == {receipt.provider_id}
    assert center.refused == 0


async def test_an_undelivered_message_says_why(network: LocalNetwork, center: Center, sms: TwilioSms) -> None:
    network.faults.add(FaultKind.UNDELIVERED, code=30005)
    await sms.send(outbound("hola"))
    reports = await center.until_reported(lambda report: report.delivery is Delivery.UNDELIVERED)
    assert reports[-1].error == "30005: the number does not exist or is out of service"


async def test_a_picture_of_ours_is_fetched_by_the_network(network: LocalNetwork, sms: TwilioSms) -> None:
    media = OutboundMedia(media_id="p1", content_type="image/png", url="https://center.example/media/p1?s=1")
    network.faults.add(FaultKind.STUCK)  # nobody listens at that address
    receipt = await sms.send(outbound("", media=(media,)))
    sent = network.messages.get(str(receipt.provider_id))
    assert sent is not None
    assert list(sent.media_urls) == [media.url]


async def test_who_opted_out_is_not_written_to(network: LocalNetwork, center: Center, sms: TwilioSms) -> None:
    await network.text(MARTA, CENTER, "STOP")
    with pytest.raises(PermanentError, match="opted out") as raised:
        await sms.send(outbound("hola"))
    assert raised.value.code == "21610"
    [message] = center.messages
    assert message.kind is MessageKind.OPT_OUT
    await network.text(MARTA, CENTER, "START")
    assert center.messages[-1].kind is MessageKind.OPT_IN
    await sms.send(outbound("hola"))


@pytest.mark.parametrize(
    ("address", "to", "code"),
    [("UTE", CENTER, "21211"), ("+1", CENTER, "21211"), (MARTA, "+59829999999", "21606")],
)
async def test_a_refusal_carries_twilios_code(
    network: LocalNetwork, sms: TwilioSms, address: str, to: str, code: str
) -> None:
    with pytest.raises(PermanentError) as raised:
        await sms.send(outbound("hola", address=address, to=to))
    assert raised.value.code == code
    assert code in str(raised.value)
    assert not isinstance(raised.value, UnsupportedError)


async def test_wrong_credentials_keep_the_message(network: LocalNetwork) -> None:
    wrong = TwilioSms(
        account_sid=network.account.sid, auth_token="old", public_url="https://center.example", api_url=network.url
    )
    with pytest.raises(TransientError, match="TWILIO_AUTH_TOKEN") as raised:
        await wrong.send(outbound("hola"))
    assert not raised.value.reached
    await wrong.close()


async def test_a_slow_answer_is_waited_for(network: LocalNetwork, sms: TwilioSms) -> None:
    network.faults.add(FaultKind.SLOW, seconds=0.2)
    assert (await sms.send(outbound("hola"))).provider_id


async def test_a_long_text_goes_in_numbered_parts(network: LocalNetwork, center: Center, sms: TwilioSms) -> None:
    receipt = await sms.send(outbound(LONG))
    received = await network.received(MARTA, 2)
    assert [message.body[:6] for message in received] == ["(1/2) ", "(2/2) "]
    assert receipt.provider_id == received[-1].sid
    await center.until_reported(lambda report: "MessageStatus=delivered" in report.raw, times=2)
    # No part can know the others: the whole is never called more than sent.
    assert max(center.reports, key=lambda report: report.delivery.rank).delivery is Delivery.SENT


async def test_a_part_that_fails_makes_the_whole_undelivered(
    network: LocalNetwork, center: Center, sms: TwilioSms
) -> None:
    network.faults.add(FaultKind.FAILED, code=30007)
    await sms.send(outbound(LONG))
    await network.received(MARTA, 1)
    await center.until_reported(lambda report: "MessageStatus=failed" in report.raw)
    reports = await center.until_reported(lambda report: "MessageStatus=delivered" in report.raw)
    worst = max(reports, key=lambda report: report.delivery.rank)
    assert worst.delivery is Delivery.UNDELIVERED
    assert worst.error == "part 1 of 2: 30007: the carrier filtered the message as unwanted"


async def test_a_long_text_cut_off_halfway_is_completed_not_repeated(network: LocalNetwork, sms: TwilioSms) -> None:
    message = outbound(LONG)
    await sms.send(outbound("otra cosa"))
    network.faults.add(FaultKind.DROP_AFTER, operation="CreateMessage")
    with pytest.raises(TransientError):
        await sms.send(message)
    again = replace(message, first_tried_at=message.created_at)
    assert await sms.look_up(again) is None  # only the first part is there
    receipt = await sms.send(again)
    received = [each.body for each in await network.received(MARTA, 3)]
    assert received == ["otra cosa", *parts_of(LONG)]
    found = await sms.look_up(again)
    assert found is not None
    assert found.provider_id == receipt.provider_id


async def test_the_same_words_sent_before_are_not_taken_for_this_message(network: LocalNetwork, sms: TwilioSms) -> None:
    await sms.send(outbound("ok"))
    later = outbound("ok", first_tried_at=time.time() + 60)
    assert await sms.look_up(later) is None


async def test_looking_up_needs_an_answer(network: LocalNetwork, sms: TwilioSms) -> None:
    network.faults.add(FaultKind.SERVER_ERROR, operation="ListMessage")
    with pytest.raises(TransientError):
        await sms.look_up(outbound("ok", first_tried_at=time.time()))


async def test_looking_up_reads_several_pages(network: LocalNetwork, sms: TwilioSms) -> None:
    message = outbound("la primera", first_tried_at=time.time())
    receipt = await sms.send(message)
    await asyncio.gather(*(sms.send(outbound(f"otra {number}")) for number in range(60)))
    found = await sms.look_up(message)
    assert found is not None
    assert found.provider_id == receipt.provider_id


async def test_a_gap_holds_what_customers_wrote_and_nothing_else(network: LocalNetwork, sms: TwilioSms) -> None:
    await network.text(MARTA, CENTER, "uno")
    await sms.send(outbound("respuesta"))
    await network.text("+59899000001", NOTICES, "BAJA")
    listed = await sms.list_inbound(time.time() - 60)
    assert {(each.text, each.to, each.kind) for each in listed} == {
        ("uno", CENTER, MessageKind.MESSAGE),
        ("BAJA", NOTICES, MessageKind.OPT_OUT),
    }
    assert await sms.list_inbound(time.time() + 60) == []


async def test_without_numbers_the_whole_account_is_listed(network: LocalNetwork) -> None:
    whole = TwilioSms(
        account_sid=network.account.sid, auth_token=network.account.auth_token, public_url="x", api_url=network.url
    )
    await network.text(MARTA, CENTER, "uno")
    await network.text(MARTA, NOTICES, "dos")
    assert {each.text for each in await whole.list_inbound(time.time() - 60)} == {"uno", "dos"}
    await whole.close()


async def test_a_region_in_the_environment_does_not_move_the_api(
    network: LocalNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    channel = TwilioSms(
        account_sid=network.account.sid,
        auth_token=network.account.auth_token,
        public_url="https://x",
        api_url=network.url,
    )
    assert (await channel.send(outbound("hola"))).provider_id
    await channel.close()


@pytest.mark.parametrize("text", ["corto", "a" * 1600, LONG, "á" * 4800, "palabra\n\n" * 500])
def test_parts_fit_and_lose_nothing(text: str) -> None:
    parts = parts_of(text)
    assert all(0 < len(part) <= 1600 for part in parts)
    assert len(parts) < 10
    bodies = parts if len(parts) == 1 else [part.split(" ", 1)[1] for part in parts]
    assert "".join("".join(bodies).split()) == "".join(text.split())
