"""The HTTP beneath the library: answers that are not Twilio's, redirects, and who gets to see the credentials."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Self

import pytest
from aiohttp import web

from contactcenter.channels.base import PermanentError, TransientError
from contactcenter.channels.twilio_http import TwilioHttp, retry_after
from contactcenter.channels.twilio_sms import TwilioSms
from tests.channels.test_twilio_sms import LONG, outbound
from tests.listening import served

AUTH = ("AC1", "secret")


Answer = Callable[[], web.Response]


class Vendor:
    """Answers what it is told to, and remembers who showed credentials."""

    url: str
    silent: asyncio.Event | None = None

    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        self.seen: list[tuple[str, bool]] = []

    async def hear(self, request: web.Request) -> web.Response:
        self.seen.append((request.path, "Authorization" in request.headers))
        if self.silent:
            await self.silent.wait()
            return web.Response()
        return self.answers.popleft()()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Self]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.hear)
        async with served(app) as self.url:
            yield self


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with Vendor().serve() as serving:
        yield serving


@pytest.fixture
async def http(vendor: Vendor) -> AsyncIterator[TwilioHttp]:
    client = TwilioHttp(vendor.url + "/")
    yield client
    await client.close()


@pytest.fixture
async def sms(vendor: Vendor) -> AsyncIterator[TwilioSms]:
    channel = TwilioSms(account_sid="AC1", auth_token="t", public_url="https://x", api_url=vendor.url)
    yield channel
    await channel.close()


@pytest.mark.parametrize(
    "answer",
    [
        partial(web.Response, status=200, text="<html>a proxy's page</html>"),
        partial(web.Response, status=200, text="[]"),
        partial(web.Response, status=200, text='"sid"'),
        partial(web.Response, status=201, text="null"),
        partial(web.Response, status=200, text='{"sid": "SM1", "date_created": 7}'),
        partial(web.Response, status=200, body=b"\xff\xfe"),
    ],
)
async def test_an_answer_that_cannot_be_read_may_hide_a_success(vendor: Vendor, sms: TwilioSms, answer: Answer) -> None:
    vendor.answers.append(answer)
    with pytest.raises(TransientError) as raised:
        await sms.send(outbound("hola"))
    assert raised.value.reached


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (partial(web.Response, status=400, text="<html>"), "400"),
        (partial(web.Response, status=404, text='{"code": 20404, "message": "not found", "status": 404}'), "20404"),
        (partial(web.Response, status=302, headers={"Location": "https://evil.example/"}), "302"),
        (partial(web.Response, status=403, text='{"code": null}'), "403"),
    ],
)
async def test_a_refusal_in_any_form_is_for_good(vendor: Vendor, sms: TwilioSms, answer: Answer, code: str) -> None:
    vendor.answers.append(answer)
    with pytest.raises(PermanentError) as raised:
        await sms.send(outbound("hola"))
    assert raised.value.code == code


async def test_too_many_requests_says_when(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.answers.append(partial(web.Response, status=429, headers={"Retry-After": "7"}))
    with pytest.raises(TransientError) as raised:
        await sms.send(outbound("hola"))
    assert (raised.value.retry_after, raised.value.reached) == (7.0, False)


async def test_when_a_later_part_is_not_taken_the_message_has_been_reached(vendor: Vendor, sms: TwilioSms) -> None:
    taken = '{"sid": "SM1", "status": "queued", "num_segments": "1"}'
    vendor.answers.append(partial(web.Response, status=201, text=taken))
    vendor.answers.append(partial(web.Response, status=429))
    with pytest.raises(TransientError) as raised:
        await sms.send(outbound(LONG))
    assert raised.value.reached


@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf", "1e9", "Sat, 21 Nov 2026 21:30:00 GMT"])
def test_an_odd_time_to_wait_is_none(value: str) -> None:
    assert retry_after({"Retry-After": value}) is None


async def test_a_listing_that_is_refused_is_for_good(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.answers.append(partial(web.Response, status=400, text='{"code": 20001, "message": "no", "status": 400}'))
    with pytest.raises(PermanentError):
        await sms.list_inbound(0.0)


async def test_a_listing_that_cannot_be_read_is_tried_again(vendor: Vendor, sms: TwilioSms) -> None:
    vendor.answers.append(partial(web.Response, text="<html>"))
    with pytest.raises(TransientError):
        await sms.list_inbound(0.0)


async def test_only_twilios_api_is_ever_called(http: TwilioHttp) -> None:
    for url in ("https://api.twilio.com.evil.example/x", "https://verify.twilio.com/x", "http://api.twilio.com/x"):
        with pytest.raises(PermanentError):
            await http.request("GET", url)


async def test_an_answer_without_end_is_not_read_to_its_end(vendor: Vendor, http: TwilioHttp) -> None:
    vendor.answers.append(partial(web.Response, body=b"a" * (17 * 1024 * 1024)))
    with pytest.raises(PermanentError, match="bytes"):
        await http.request("GET", "https://api.twilio.com/x")


async def test_credentials_stay_behind_when_a_picture_has_moved(vendor: Vendor, http: TwilioHttp) -> None:
    vendor.answers.append(partial(web.Response, status=307, headers={"Location": "/moved"}))
    vendor.answers.append(partial(web.Response, body=b"png", content_type="image/png"))
    fetched = await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=3)
    assert (fetched.content, fetched.content_type) == (b"png", "image/png")
    assert vendor.seen == [("/media", True), ("/moved", False)]


@pytest.mark.parametrize(
    "location",
    [
        "http://cdn.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://user@cdn.example/x",
        "file:///etc/passwd",
        "https://x:abc/",
    ],
)
async def test_a_picture_is_not_followed_anywhere(vendor: Vendor, http: TwilioHttp, location: str) -> None:
    vendor.answers.append(partial(web.Response, status=302, headers={"Location": location}))
    with pytest.raises(PermanentError):
        await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=10)


async def test_a_picture_does_not_redirect_without_end(vendor: Vendor, http: TwilioHttp) -> None:
    vendor.answers.extend(partial(web.Response, status=302, headers={"Location": "/again"}) for _ in range(10))
    with pytest.raises(PermanentError, match="without end"):
        await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=10)
    assert len(vendor.seen) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(404, PermanentError), (410, PermanentError), (503, TransientError), (401, TransientError)]
)
async def test_a_picture_that_is_not_there_now(
    vendor: Vendor, http: TwilioHttp, status: int, error: type[Exception]
) -> None:
    vendor.answers.append(partial(web.Response, status=status))
    with pytest.raises(error):
        await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=10)


async def test_a_picture_whose_size_is_not_told_is_counted(vendor: Vendor, http: TwilioHttp) -> None:
    async def pour() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"a" * 100

    vendor.answers.append(partial(web.Response, body=pour()))
    with pytest.raises(PermanentError, match="bytes"):
        await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=999)


async def test_an_answer_that_never_comes_is_not_waited_for(vendor: Vendor) -> None:
    vendor.silent = asyncio.Event()
    http = TwilioHttp(vendor.url, seconds=0.1)
    with pytest.raises(TransientError, match="in time") as raised:
        await http.request("GET", "https://api.twilio.com/x")
    assert raised.value.reached
    vendor.silent.set()
    await http.close()


async def test_an_address_that_is_none_is_no_ones_fault_to_repeat(vendor: Vendor, http: TwilioHttp) -> None:
    vendor.answers.append(partial(web.Response, status=302, headers={"Location": "https://cdn.example:0x50/"}))
    with pytest.raises(PermanentError):
        await http.fetch(f"{vendor.url}/media", auth=AUTH, max_bytes=10)
