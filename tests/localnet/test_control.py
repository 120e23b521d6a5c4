"""Driving the network from another process, and what the handset's page calls."""

import asyncio
import base64
import io
import json
from typing import Any, Self

import aiohttp
import pytest
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork
from tests.localnet.center import Center
from tests.localnet.conftest import CENTER, MARTA

JSON = {"Content-Type": "application/json"}


async def call(http: aiohttp.ClientSession, method: str, path: str, **options: Any) -> tuple[int, Any]:
    async with http.request(method, path, **options) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def test_another_process_texts_and_waits(
    network: LocalNetwork, http: aiohttp.ClientSession, client: Client, center: Center
) -> None:
    picture = {"content_type": "image/png", "data": base64.b64encode(b"png").decode()}
    source = {"from": MARTA, "to": CENTER, "body": "hola", "media": [picture], "wait": True}
    status, message = await call(http, "POST", "/_control/messages", json=source)
    assert (status, message["announcement"], message["num_media"]) == (201, "answered", "1")
    assert center.heard[0].params["Body"] == "hola"

    waiting = asyncio.create_task(call(http, "GET", f"/_control/handsets/{MARTA}/messages?count=1&containing=luz"))
    created = await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="Volvió la luz")
    status, found = await waiting
    assert (status, [m["body"] for m in found["messages"]]) == (200, ["Volvió la luz"])
    status, message = await call(http, "GET", f"/_control/messages/{created.sid}?status=delivered,failed")
    assert (status, message["status"]) == (200, "delivered")
    status, found = await call(http, "GET", "/_control/messages")
    assert (status, len(found["messages"])) == (200, 2)


async def test_faults_numbers_and_logs(network: LocalNetwork, http: aiohttp.ClientSession, center: Center) -> None:
    fault = {"kind": "webhook_copies", "copies": 3, "number": MARTA}
    assert (await call(http, "POST", "/_control/faults", json=fault))[0] == 201
    _, listed = await call(http, "GET", "/_control/faults")
    assert [found["kind"] for found in listed["faults"]] == ["webhook_copies"]
    route = {"sms_url": f"{center.url}/elsewhere"}
    assert (await call(http, "PUT", f"/_control/numbers/{CENTER}", json=route))[0] == 204
    await network.text(MARTA, CENTER, "hola")
    assert [heard.path for heard in center.heard] == ["/elsewhere"] * 3

    _, log = await call(http, "GET", "/_control/webhooks")
    assert [entry["attempts"] for entry in log["webhooks"]] == [["200"]] * 3
    assert (await call(http, "DELETE", "/_control/faults"))[0] == 204
    assert (await call(http, "POST", "/_control/callbacks/release"))[0] == 204
    assert (await call(http, "GET", "/_control/alerts"))[1] == {"alerts": []}
    assert (await call(http, "GET", "/2010-04-01/x"))[0] == 401
    assert (await call(http, "GET", "/_control/violations"))[1] == {"violations": []}
    assert (await call(http, "DELETE", "/_control/violations"))[0] == 204


async def test_reset_forgets_everything_but_the_numbers(network: LocalNetwork, http: aiohttp.ClientSession) -> None:
    network.faults.add("stuck")
    network.handsets.join("Ana")
    await network.text(MARTA, CENTER, "STOP")
    assert (await call(http, "POST", "/_control/reset"))[0] == 204
    assert (list(network.messages), network.faults.coming(), network.handsets.people()) == ([], [], [])
    assert list(network.webhooks.exchanges) == []
    await network.text(MARTA, CENTER, "YES")  # nobody is opted out, so it is no START
    assert network.handsets.received(MARTA) == []


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/_control/messages", {"data": b"{"}, 400),
        ("POST", "/_control/messages", {"json": []}, 400),
        ("POST", "/_control/messages", {"json": {"from": 1, "to": CENTER}}, 400),
        ("POST", "/_control/messages", {"data": b"[" * 100_000, "headers": JSON}, 400),
        ("POST", "/_control/messages", {"data": b"\xff", "headers": JSON}, 400),
        ("POST", "/_control/messages", {"json": {"from": MARTA, "to": CENTER, "media": [1]}}, 400),
        ("POST", "/_control/messages", {"json": {"from": MARTA, "to": CENTER, "media": [{"data": "%"}]}}, 400),
        ("POST", "/_control/faults", {"json": {"kind": "earthquake"}}, 400),
        ("POST", "/_control/faults", {"json": {"kind": "slow", "seconds": "nan"}}, 400),
        ("POST", "/_control/faults", {"json": {"kind": "slow", "seconds": True}}, 400),
        ("GET", f"/_control/handsets/{MARTA}/messages?count=many", {}, 400),
        ("GET", f"/_control/handsets/{MARTA}/messages?count=1&timeout=0.01", {}, 504),
        ("GET", "/_control/messages/SM1", {}, 404),
        ("PUT", "/_control/numbers/123", {"json": {}}, 404),
        ("POST", "/_handset/nobody/messages", {"json": {"to": CENTER, "body": "x"}}, 400),
        ("POST", f"/_handset/{MARTA}/messages", {"json": {"to": CENTER, "body": 7}}, 400),
        ("POST", f"/_handset/{MARTA}/messages", {"data": io.BytesIO(b"x" * 9_000_000), "headers": JSON}, 413),
        ("PUT", f"/_handset/{MARTA}/power", {"json": {"on": "yes"}}, 400),
        ("GET", "/_handset/media/MM1/ME1", {}, 404),
        ("GET", "/static/../server.py", {}, 404),
        ("GET", "/static/server.py", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("DELETE", "/", {}, 405),
        ("POST", "/_handset/people", {"json": {}, "headers": {"Origin": "http://evil.example"}}, 403),
        ("POST", "/_handset/people", {"json": {}, "headers": {"Origin": "null"}}, 403),
    ],
)
async def test_bad_input_is_named_never_a_500(
    http: aiohttp.ClientSession, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    found, body = await call(http, method, path, **options)
    assert found == status
    assert body["error"]


async def test_the_page_has_a_strict_policy(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.content_type == "text/html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert "http://" not in page
    assert "https://" not in page


async def test_a_newcomer_joins_texts_and_starts_over(
    network: LocalNetwork, http: aiohttp.ClientSession, client: Client
) -> None:
    status, person = await call(http, "POST", "/_handset/people", json={"name": " Ana\n<b> "})
    assert (status, person["name"]) == (201, "Ana <b>")
    number = person["number"]
    assert number.startswith("+5989")
    assert len(number) == 12

    events = Events(http, number)
    async with events:
        kind, data = await events.next()
        assert (kind, data["messages"]) == ("snapshot", [])
        text = {"to": CENTER, "body": "hola"}
        status, sent = await call(http, "POST", f"/_handset/{number}/messages", json=text)
        assert (status, sent["announcement"]) == (201, "under_way")
        answered = await events.until("message", lambda data: data["announcement"] == "answered")
        assert answered["sid"] == sent["sid"]

        await asyncio.to_thread(client.messages.create, to=number, from_=CENTER, body="¿En qué ayudo?")
        reply = await events.until("message", lambda data: not data["mine"])
        assert (reply["body"], reply["center"]) == ("¿En qué ayudo?", CENTER)

        assert (await call(http, "PUT", f"/_handset/{number}/power", json={"on": False}))[0] == 204
        await events.until("state", lambda data: not data["on"])
        assert (await call(http, "DELETE", f"/_handset/{number}"))[0] == 204
        fresh = await events.until("snapshot", lambda _: True)
        assert (fresh["messages"], fresh["on"]) == ([], True)
    assert len(list(network.messages)) == 2


async def test_a_picture_is_shown_to_its_telephone(network: LocalNetwork, http: aiohttp.ClientSession) -> None:
    picture = {"content_type": "image/png", "data": base64.b64encode(b"png").decode()}
    text = {"to": CENTER, "media": [picture]}
    _, sent = await call(http, "POST", f"/_handset/{MARTA}/messages", json=text)
    async with http.get(sent["media"][0]["url"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"png")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_network_ends_while_pages_are_open(center: Center) -> None:
    network = LocalNetwork(account_sid="AC" + "0" * 32, auth_token="t", numbers=[])
    await network.start()
    async with aiohttp.ClientSession(network.url) as http, Events(http, MARTA) as events:
        await events.next()
        await asyncio.wait_for(network.stop(), 5)


async def test_a_port_that_is_taken_is_an_error_and_nothing_stays_open(network: LocalNetwork) -> None:
    port = int(network.url.rpartition(":")[2])
    second = LocalNetwork(account_sid="AC" + "0" * 32, auth_token="t", numbers=[], port=port)
    with pytest.raises(OSError, match="in use"):
        await second.start()


class Events:
    """A page's stream of server-sent events."""

    def __init__(self, http: aiohttp.ClientSession, number: str) -> None:
        self._request = http.get(f"/_handset/{number}/events")

    async def __aenter__(self) -> Self:
        self._answer = await self._request
        return self

    async def __aexit__(self, *_: object) -> None:
        self._answer.close()

    async def next(self) -> tuple[str, Any]:
        async with asyncio.timeout(10):
            kind = (await self._answer.content.readline()).decode().removeprefix("event: ").strip()
            data = (await self._answer.content.readline()).decode().removeprefix("data: ")
            await self._answer.content.readline()
        return kind, json.loads(data)

    async def until(self, kind: str, wanted: Any) -> Any:
        while True:
            found, data = await self.next()
            if found == kind and wanted(data):
                return data
