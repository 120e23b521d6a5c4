"""The console as a telephone, with the vendor's real library: only the network's end of its socket is played."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.center import DemoCenter
from tests.browser.stage import PATIENCE, Stage

KEYS: Final = {"TWILIO_API_KEY_SID": "SK" + "0" * 32, "TWILIO_API_KEY_SECRET": "k" * 32}
HOUR: Final = 3600
TOKEN: Final = "**/api/v1/voice/softphone"
EXPIRED: Final = {"type": "error", "payload": {"error": {"code": 31205, "message": "token expired"}}}


class Signalling:
    """Twilio's end: lets a token in, or not, and knows who is registered."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.refuses = False
        self._listened: asyncio.Queue[WebSocketRoute] = asyncio.Queue()
        self._registered: asyncio.Queue[WebSocketRoute] = asyncio.Queue()

    async def connect(self, socket: WebSocketRoute) -> None:
        """A library that calls."""
        self.sockets.append(socket)

        def listen(frame: str | bytes) -> None:
            said: dict[str, Any] = json.loads(frame) if str(frame).strip() else {"type": "heartbeat"}
            match said["type"]:
                case "heartbeat":
                    socket.send("\n")
                case "listen":
                    self._listened.put_nowait(socket)
                    token = {"identity": "lucia", "ttl": HOUR}
                    place = {"edge": "roaming", "region": "us1", "home": "us1", "token": token}
                    socket.send(json.dumps(EXPIRED if self.refuses else {"type": "connected", "payload": place}))
                case "register" if not self.refuses:
                    socket.send(json.dumps({"type": "ready", "payload": {}}))
                    self._registered.put_nowait(socket)

        socket.on_message(listen)

    async def listened(self) -> WebSocketRoute:
        """Where the next token was handed in."""
        return await asyncio.wait_for(self._listened.get(), PATIENCE / 1000)

    async def registered(self) -> WebSocketRoute:
        """Where the next registration was made."""
        return await asyncio.wait_for(self._registered.get(), PATIENCE / 1000)


@pytest.fixture(scope="module")
def center() -> Iterator[DemoCenter]:
    """A demo whose consoles are telephones."""
    with DemoCenter(settings=KEYS) as running:
        yield running


@pytest.fixture
def network() -> Signalling:
    return Signalling()


@pytest_asyncio.fixture(loop_scope="module")
async def lucia(stage: Stage, network: Signalling) -> AsyncIterator[Page]:
    """Lucía's console, whose clock the test may move."""
    context: BrowserContext = await stage.context()
    await context.route_web_socket("wss://*.twilio.com/**", network.connect)
    await context.route("https://*.twilio.com/**", lambda route: route.abort())
    await context.route("https://media.twiliocdn.com/**", lambda route: route.abort())
    await stage.sign_in(context, "lucia")
    page = await stage.page(context)
    await page.clock.install()
    await page.goto(f"{stage.center.url}/console/")
    yield page
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_token_is_renewed_while_the_library_is_silent(lucia: Page, network: Signalling) -> None:
    first = await network.listened()
    await network.registered()
    async with lucia.expect_response(TOKEN):
        await lucia.clock.set_system_time(await _in(lucia, HOUR - 200))
    assert await network.listened() is first
    assert network.sockets == [first]


async def test_a_computer_that_slept_is_a_telephone_again(lucia: Page, network: Signalling) -> None:
    await network.registered()
    async with lucia.expect_response(TOKEN):
        await lucia.clock.fast_forward(3 * HOUR * 1000)
    await network.listened()
    await network.registered()


async def test_a_refused_token_is_replaced_in_silence(lucia: Page, network: Signalling) -> None:
    first = await network.registered()
    async with lucia.expect_response(TOKEN):
        first.send(json.dumps(EXPIRED))
    assert await network.registered() is not first
    await expect(lucia.get_by_role("alert")).to_have_count(0)


async def test_a_network_that_accepts_no_token_is_said(lucia: Page, network: Signalling) -> None:
    first = await network.registered()
    network.refuses = True
    first.send(json.dumps(EXPIRED))
    trouble = lucia.get_by_role("alert")
    await expect(trouble).to_contain_text("El teléfono no fue aceptado")
    network.refuses = False
    await trouble.get_by_role("button", name="Reintentar").click()
    await network.registered()


async def _in(page: Page, seconds: float) -> float:
    now: float = await page.evaluate("Date.now()")
    return now / 1000 + seconds
