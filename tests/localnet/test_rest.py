"""The REST API as the twilio library sees it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, Picture
from tests.localnet.center import Center
from tests.localnet.client import connect
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, POOLED, SERVICE, TOKEN

AUTH = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"


async def refused(client: Client, **draft: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(client.messages.create, **draft)
    return int(caught.value.status), caught.value.code or 0


async def test_a_message_is_created_delivered_and_fetched(network: LocalNetwork, client: Client) -> None:
    created = await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="Volvió la luz")
    assert created.sid is not None
    assert created.sid.startswith("SM")
    assert (created.status, created.direction, created.num_segments) == ("queued", "outbound-api", "1")
    assert (created.price, created.date_sent, created.error_code) == (None, None, None)

    await network.reached(created.sid, "delivered")
    fetched = await asyncio.to_thread(client.messages(created.sid).fetch)
    assert (fetched.status, fetched.body, fetched.from_, fetched.to) == ("delivered", "Volvió la luz", CENTER, MARTA)
    assert fetched.date_sent is not None
    assert [m.body for m in await network.received(MARTA)] == ["Volvió la luz"]


async def test_the_json_has_the_published_shape(network: LocalNetwork, http: aiohttp.ClientSession) -> None:
    form = {"To": MARTA, "From": CENTER, "Body": "ñandú €"}
    async with http.post(f"{MESSAGES}.json", data=form, headers=AUTH) as answer:
        assert answer.status == 201
        body = await answer.json()
    sid = body["sid"]
    assert body.pop("date_created") == body.pop("date_updated")
    assert body == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "ñandú €",
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": CENTER,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{MESSAGES}/{sid}/Media.json"},
        "to": MARTA,
        "uri": f"{MESSAGES}/{sid}.json",
    }
    await network.reached(sid, "delivered")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"to": "099 123 456", "from_": CENTER, "body": "x"}, 21211),
        ({"to": "+5981", "from_": CENTER, "body": "x"}, 21211),
        ({"to": "", "from_": CENTER, "body": "x"}, 21604),
        ({"to": MARTA, "body": "x"}, 21603),
        ({"to": MARTA, "from_": CENTER}, 21602),
        ({"to": MARTA, "from_": CENTER, "body": "x" * 1601}, 21617),
        ({"to": MARTA, "from_": "+59829009999", "body": "x"}, 21606),
        ({"to": CENTER, "from_": CENTER, "body": "x"}, 21266),
        ({"to": MARTA, "messaging_service_sid": "MG" + "0" * 32, "body": "x"}, 21705),
        ({"to": MARTA, "messaging_service_sid": SERVICE, "from_": CENTER, "body": "x"}, 21703),
        ({"to": MARTA, "from_": CENTER, "body": "x", "status_callback": "no address"}, 21609),
        ({"to": MARTA, "from_": CENTER, "media_url": ["ftp://example.com/a.png"]}, 21620),
        ({"to": MARTA, "from_": CENTER, "media_url": ["http://example.com/a.png"] * 11}, 21623),
    ],
)
async def test_a_bad_draft_is_refused_with_twilios_code(client: Client, draft: dict[str, Any], code: int) -> None:
    assert await refused(client, **draft) == (400, code)


async def test_wrong_credentials_and_unknown_resources(network: LocalNetwork, client: Client) -> None:
    stranger = connect(network.url, ACCOUNT, "wrong")
    assert await refused(stranger, to=MARTA, from_=CENTER, body="x") == (401, 20003)
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(client.messages("SM" + "0" * 32).fetch)
    assert (caught.value.status, caught.value.code) == (404, 20404)
    other = connect(network.url, "AC" + "f" * 32, TOKEN)
    assert await refused(other, to=MARTA, from_=CENTER, body="x") == (401, 20003)


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer x", "Basic " + "w6k=", "Basic OjpcdWQ4MDA="])
async def test_odd_credentials_are_only_refused(http: aiohttp.ClientSession, header: str) -> None:
    async with http.get(f"{MESSAGES}.json", headers={"Authorization": header}) as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == 20003


@pytest.mark.parametrize(
    ("form", "parameter"),
    [
        ({"To": MARTA, "From": CENTER, "Text": "x"}, "Text"),
        ({"To": MARTA, "From": CENTER, "Body": "x", "ValidityPeriod": "0"}, "ValidityPeriod"),
        ({"To": MARTA, "From": CENTER, "Body": "x", "SmartEncoded": "yes"}, "SmartEncoded"),
        ({"To": MARTA, "From": CENTER, "Body": "x", "ContentRetention": "never"}, "ContentRetention"),
        ({"To": MARTA, "From": CENTER, "Body": "x", "ScheduleType": "fixed"}, "ScheduleType"),
        ({"To": MARTA, "MessagingServiceSid": "MG1", "Body": "x"}, "MessagingServiceSid"),
        ([("To", MARTA), ("To", MARTA)], "To"),
    ],
)
async def test_what_twilio_does_not_publish_is_a_violation(
    network: LocalNetwork, http: aiohttp.ClientSession, form: Any, parameter: str
) -> None:
    async with http.post(f"{MESSAGES}.json", data=form, headers=AUTH) as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == 20001
    assert [violation.parameter for violation in network.violations] == [parameter]
    network.violations.clear()


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", f"{MESSAGES}.json", {"json": {"To": MARTA}}, 400),
        ("POST", f"{MESSAGES}.json?To=x", {"data": {}}, 400),
        (
            "POST",
            f"{MESSAGES}.json",
            {"data": b"Body=\xff", "headers": FORM},
            400,
        ),
        ("POST", f"{MESSAGES}.json", {"data": {"Body": "x" * 70_000}}, 413),
        ("POST", f"{MESSAGES}.json", {"data": {str(n): "" for n in range(200)}}, 400),
        ("GET", f"{MESSAGES}.json?PageSize=0", {}, 400),
        ("GET", f"{MESSAGES}.json?DateSent=yesterday", {}, 400),
        ("GET", f"{MESSAGES}.json?DateSent=9999-12-31", {}, 400),
        ("GET", f"{MESSAGES}.json?DateSent=0001-01-01T00:00:00%2B14:00", {}, 400),
        ("GET", f"{MESSAGES}.json?PageToken=PASM1", {}, 400),
        ("GET", f"{MESSAGES}/SM1/Media/ME1.json", {}, 404),
        ("POST", f"{MESSAGES}/SM1.json", {"data": {"Body": ""}}, 404),
        ("POST", f"{MESSAGES}/SM1.json", {"data": {"Body": "new words"}}, 400),
        ("POST", f"{MESSAGES}.json", {"data": {"To": MARTA, "MaxPrice": "much"}}, 400),
        ("PUT", f"{MESSAGES}.json", {}, 404),
        ("GET", "/2010-04-01/Accounts.json", {}, 404),
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}x/Messages.json", {}, 404),
    ],
)
async def test_bad_requests_never_reach_a_500(
    network: LocalNetwork,
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    options: dict[str, Any],
    status: int,
) -> None:
    options["headers"] = AUTH | dict(options.get("headers", {}))
    async with http.request(method, path, **options) as answer:
        assert answer.status == status
        assert set(await answer.json()) == {"code", "message", "more_info", "status"}
    network.violations.clear()


async def test_lists_are_filtered_and_paged(network: LocalNetwork, client: Client) -> None:
    for number in range(5):
        await network.text(MARTA, CENTER, f"texto {number}")
    await network.text("+59899000001", CENTER, "otra persona")

    listed = await asyncio.to_thread(client.messages.list, from_=MARTA, page_size=2)
    assert [message.body for message in listed] == [f"texto {n}" for n in (4, 3, 2, 1, 0)]
    assert {message.direction for message in listed} == {"inbound"}
    now = datetime.now(UTC)
    spans = {
        5 + 1: {"date_sent_after": now - timedelta(minutes=1)},
        0: {"date_sent_after": now + timedelta(minutes=1)},
    }
    for count, span in spans.items():
        assert len(await asyncio.to_thread(client.messages.list, **span)) == count
    for day in (now.date(), now.date() - timedelta(days=2)):
        sent = [message.sid for message in network.messages if message.sent and message.sent.date() == day]
        found = await asyncio.to_thread(client.messages.list, date_sent=day)
        assert sorted(message.sid or "" for message in found) == sorted(sent)
    today = await asyncio.to_thread(client.messages.list, to=CENTER, date_sent_before=now + timedelta(days=1), limit=3)
    assert len(today) == 3
    assert await asyncio.to_thread(client.messages.list, to=POOLED) == []


async def test_a_page_that_grows_meanwhile_shifts_nothing(network: LocalNetwork, client: Client) -> None:
    for number in range(3):
        await network.text(MARTA, CENTER, f"texto {number}")
    first = await asyncio.to_thread(client.messages.page, page_size=2)
    await network.text(MARTA, CENTER, "uno nuevo")
    second = await asyncio.to_thread(first.next_page)
    assert second is not None
    assert [message.body for message in second] == ["texto 0"]
    assert await asyncio.to_thread(second.next_page) is None


async def test_redact_and_delete(network: LocalNetwork, client: Client) -> None:
    message = await network.text(MARTA, CENTER, "mi cédula es 1.234.567-8")
    redacted = await asyncio.to_thread(client.messages(message.sid).update, body="")
    assert redacted.body == ""
    assert await asyncio.to_thread(client.messages(message.sid).delete)
    assert network.messages.get(message.sid) is None


async def test_what_is_under_way_cannot_be_deleted(network: LocalNetwork, client: Client) -> None:
    network.faults.add("stuck")
    created = await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="x")
    await network.reached(created.sid or "", "sent")
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(client.messages(created.sid or "").delete)
    assert (caught.value.status, caught.value.code) == (409, 20009)


async def test_media_need_credentials_and_are_redirected(
    network: LocalNetwork, client: Client, http: aiohttp.ClientSession, center: Center
) -> None:
    await network.text(MARTA, CENTER, "miren", [Picture("image/png", b"\x89PNG...")])
    url = center.heard[0].params["MediaUrl0"]
    async with http.get(url) as answer:
        assert answer.status == 401
    async with http.get(url, headers=AUTH, allow_redirects=False) as answer:
        assert answer.status == 307
        place = answer.headers["Location"]
    async with http.get(place) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG...")
    for broken in (place[:-1], place.replace("Expires=", "Expires=9"), place.split("?")[0]):
        async with http.get(broken) as answer:
            assert answer.status == 403

    sid = center.heard[0].params["MessageSid"]
    listed = await asyncio.to_thread(client.messages(sid).media.list)
    assert [(media.content_type, media.parent_sid) for media in listed] == [("image/png", sid)]
    assert await asyncio.to_thread(client.messages(sid).media(listed[0].sid or "").delete)
    assert await asyncio.to_thread(client.messages(sid).media.list) == []


async def test_a_picture_is_fetched_and_shown(network: LocalNetwork, client: Client, center: Center) -> None:
    created = await asyncio.to_thread(
        client.messages.create, to=MARTA, from_=CENTER, media_url=[f"{center.url}/picture.png"]
    )
    assert created.sid is not None
    assert created.sid.startswith("MM")
    [seen] = await network.received(MARTA)
    assert [(media.content_type, media.data) for media in seen.media] == [("image/png", b"\x89PNG fallen cable")]


async def test_a_picture_that_is_not_there_fails_the_message(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    created = await asyncio.to_thread(
        client.messages.create, to=MARTA, from_=CENTER, body="x", media_url=[f"{center.url}/none.png"]
    )
    message = await network.reached(created.sid or "", "failed")
    assert message.error_code == 11200


async def test_a_messaging_service_chooses_its_sender(network: LocalNetwork, client: Client) -> None:
    created = await asyncio.to_thread(client.messages.create, to=MARTA, messaging_service_sid=SERVICE, body="aviso")
    assert (created.status, created.from_, created.messaging_service_sid) == ("accepted", None, SERVICE)
    message = await network.reached(created.sid or "", "delivered")
    assert message.sender == POOLED


async def test_a_name_can_send(network: LocalNetwork, client: Client) -> None:
    created = await asyncio.to_thread(client.messages.create, to=MARTA, from_="UTE", body="corte programado")
    await network.reached(created.sid or "", "delivered")
