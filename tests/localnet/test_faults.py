"""What goes wrong on request: in the API, on the way to the handset, in callbacks and webhooks."""

import asyncio

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from contactcenter.localnet import Announcement, LocalNetwork
from tests.localnet.center import Center
from tests.localnet.conftest import CENTER, MARTA


def send(client: Client, center: Center, body: str = "x") -> str:
    sent = client.messages.create(to=MARTA, from_=CENTER, body=body, status_callback=f"{center.url}/status")
    assert isinstance(sent.sid, str)
    return sent.sid


async def test_the_statuses_are_called_back_signed_and_in_order(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    sid = await asyncio.to_thread(send, client, center)
    heard = await center.until_heard(2)
    assert center.statuses() == ["sent", "delivered"]
    assert all(callback.signed for callback in heard)
    last = heard[-1].params
    assert len(last.pop("RawDlrDoneDate")) == 10
    assert last == {
        "AccountSid": network.account.sid,
        "ApiVersion": "2010-04-01",
        "From": CENTER,
        "MessageSid": sid,
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": MARTA,
    }


@pytest.mark.parametrize(
    ("kind", "code", "status", "twilio"),
    [
        ("rate_limited", None, 429, 20429),
        ("server_error", None, 500, 20500),
        ("server_error", 503, 503, 20503),
        ("refused", 21606, 400, 21606),
    ],
)
async def test_the_api_refuses_the_next_requests(
    network: LocalNetwork, client: Client, center: Center, kind: str, code: int | None, status: int, twilio: int
) -> None:
    network.faults.add(kind, times=2, code=code)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as caught:
            await asyncio.to_thread(send, client, center)
        assert (caught.value.status, caught.value.code) == (status, twilio)
    sid = await asyncio.to_thread(send, client, center)
    await network.reached(sid, "delivered")


async def test_the_connection_drops_before_or_after_the_message_exists(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    network.faults.add("drop_before", operation="CreateMessage")
    with pytest.raises(requests.ConnectionError):
        await asyncio.to_thread(send, client, center, "before")
    network.faults.add("drop_after", operation="CreateMessage")
    with pytest.raises(requests.ConnectionError):
        await asyncio.to_thread(send, client, center, "after")
    assert [message.body for message in network.messages] == ["after"]
    await network.received(MARTA, containing="after")


async def test_a_slow_answer_outlasts_the_clients_patience(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    network.faults.add("slow", seconds=0.5)
    client.http_client.timeout = 0.1
    with pytest.raises(requests.ReadTimeout):
        await asyncio.to_thread(send, client, center, "sent nevertheless")
    await network.received(MARTA, containing="sent nevertheless")


async def test_a_network_that_ends_leaves_no_slow_answer_behind(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    network.faults.add("slow", seconds=600)
    client.http_client.timeout = 0.1
    with pytest.raises(requests.ReadTimeout):
        await asyncio.to_thread(send, client, center)


@pytest.mark.parametrize(
    ("kind", "code", "status", "shown"),
    [
        ("undelivered", 30003, "undelivered", 30003),
        ("undelivered", 30007, "undelivered", 30007),
        ("undelivered", None, "undelivered", 30003),
        ("failed", 30005, "failed", 30005),
        ("failed", None, "failed", 30008),
    ],
)
async def test_a_message_does_not_arrive(
    network: LocalNetwork, client: Client, center: Center, kind: str, code: int | None, status: str, shown: int
) -> None:
    network.faults.add(kind, code=code, number=MARTA)
    sid = await asyncio.to_thread(send, client, center)
    message = await network.reached(sid, status)
    assert message.error_code == shown
    fetched = await asyncio.to_thread(client.messages(sid).fetch)
    assert (fetched.error_code, bool(fetched.error_message)) == (shown, True)
    last = (await center.until_heard(2 if kind == "undelivered" else 1))[-1]
    assert (last.params["MessageStatus"], last.params["ErrorCode"]) == (status, str(shown))
    assert network.handsets.received(MARTA) == []


async def test_a_telephone_that_is_off_gets_nothing(network: LocalNetwork, client: Client, center: Center) -> None:
    network.handsets.switch(MARTA, on=False)
    sid = await asyncio.to_thread(send, client, center)
    message = await network.reached(sid, "undelivered")
    assert message.error_code == 30003


async def test_callbacks_are_lost_doubled_reversed(network: LocalNetwork, client: Client, center: Center) -> None:
    network.faults.add("callback_lost")
    await asyncio.to_thread(send, client, center)
    await center.until_heard(1)
    assert center.statuses() == ["delivered"]

    network.faults.add("callback_doubled")
    await asyncio.to_thread(send, client, center)
    await center.until_heard(1 + 3)
    assert center.statuses()[1:] == ["sent", "sent", "delivered"]

    network.faults.add("callbacks_reversed")
    await asyncio.to_thread(send, client, center)
    await center.until_heard(4 + 2)
    assert center.statuses()[4:] == ["delivered", "sent"]


async def test_a_late_callback_waits_to_be_released(network: LocalNetwork, client: Client, center: Center) -> None:
    network.faults.add("callback_late")
    sid = await asyncio.to_thread(send, client, center)
    await network.reached(sid, "delivered")
    await center.until_heard(1)
    assert center.statuses() == ["delivered"]
    network.release_callbacks()
    await center.until_heard(2)
    assert center.statuses() == ["delivered", "sent"]


async def test_a_late_callback_comes_after_its_seconds(network: LocalNetwork, client: Client, center: Center) -> None:
    network.faults.add("callback_late", seconds=0.05)
    await asyncio.to_thread(send, client, center)
    await center.until_heard(2)
    assert center.statuses() == ["delivered", "sent"]


async def test_a_webhook_comes_ten_times_at_once(network: LocalNetwork, center: Center) -> None:
    network.faults.add("webhook_copies", copies=10)
    message = await network.text(MARTA, CENTER, "hola")
    assert len(center.heard) == 10
    assert {heard.params["MessageSid"] for heard in center.heard} == {message.sid}
    assert len({heard.headers["I-Twilio-Idempotency-Token"] for heard in center.heard}) == 1


async def test_a_webhook_is_lost_but_the_message_is_listed(
    network: LocalNetwork, client: Client, center: Center
) -> None:
    network.faults.add("webhook_lost", number=MARTA)
    message = await network.text(MARTA, CENTER, "hola")
    assert (message.announcement, center.heard) == (Announcement.REFUSED, [])
    listed = await asyncio.to_thread(client.messages.list, to=CENTER)
    assert [found.sid for found in listed] == [message.sid]


async def test_a_forged_webhook_has_a_wrong_signature(network: LocalNetwork, center: Center) -> None:
    network.faults.add("webhook_forged")
    await network.text(MARTA, CENTER, "hola")
    await network.text(MARTA, CENTER, "hola")
    assert [heard.signed for heard in center.heard] == [False, True]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "slow", "seconds": -1.0},
        {"kind": "slow", "times": 0},
        {"kind": "webhook_copies", "copies": 1_000},
        {"kind": "server_error", "code": 418},
    ],
)
async def test_an_impossible_fault_is_refused(network: LocalNetwork, fault: dict[str, object]) -> None:
    kind = fault.pop("kind")
    with pytest.raises(ValueError, match=r"\w"):
        network.faults.add(str(kind), **fault)  # type: ignore[arg-type]
    assert network.faults.coming() == []
