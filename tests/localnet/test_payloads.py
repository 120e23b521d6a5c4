"""The stored Twilio payloads and the network's own webhooks have the same shape."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, Picture
from contactcenter.localnet.segments import count_segments
from tests.localnet.center import Center
from tests.localnet.conftest import CENTER, MARTA, POOLED, SERVICE

PAYLOADS = Path(__file__).parent.parent / "channels" / "payloads" / "twilio"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_payload_is_whole(name: str) -> None:
    payload = read(name)
    form = payload["form"]
    assert payload["about"]
    assert form["MessageSid"] == form["SmsSid"]
    if payload["path"].endswith("/status"):
        assert form["MessageStatus"] == form["SmsStatus"]
        assert ("ErrorCode" in form) == (form["MessageStatus"] in {"failed", "undelivered"})
    else:
        assert form["SmsStatus"] == "received"
        assert int(form["NumMedia"]) == sum(name.startswith("MediaUrl") for name in form)
        assert int(form["NumSegments"]) == count_segments(form["Body"])


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.form")), ids=lambda path: path.stem)
def test_a_form_is_its_json_byte_for_byte(path: Path) -> None:
    pairs = parse_qsl(path.read_text("ascii"), keep_blank_values=True)
    assert pairs == list(read(path.stem)["form"].items())


async def test_the_network_announces_messages_in_these_shapes(network: LocalNetwork, center: Center) -> None:
    await network.text(MARTA, CENTER, "hola")
    await network.text(MARTA, CENTER, "", [Picture("image/jpeg", b"x")])
    await network.text(MARTA, POOLED, "hola")
    await network.text(MARTA, POOLED, "STOP")
    heard = [set(each.params) for each in center.heard]
    shapes = ("inbound-sms-uy", "inbound-mms-one", "inbound-messaging-service", "inbound-stop-opt-out-type")
    assert heard == [set(read(name)["form"]) for name in shapes]


async def test_the_network_reports_statuses_in_these_shapes(
    network: LocalNetwork, center: Center, client: Client
) -> None:
    url = f"{center.url}/status"
    network.faults.add("undelivered", number=MARTA)
    await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="x", status_callback=url)
    heard = await center.until_heard(2)
    await asyncio.to_thread(
        client.messages.create, to=MARTA, messaging_service_sid=SERVICE, body="x", status_callback=url
    )
    heard = await center.until_heard(2 + 3)
    shapes = ["status-sent", "status-undelivered-unreachable", "status-queued", None, "status-delivered-service"]
    for each, name in zip(heard, shapes, strict=True):
        assert name is None or set(each.params) == set(read(name)["form"])
