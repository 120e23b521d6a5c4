"""The console as a telephone, with the vendor's real library: only the network's end of its socket is played."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests import services
from tests.browser.center import DemoCenter
from tests.browser.stage import PATIENCE, Stage

KEYS: Final = {"TWILIO_API_KEY_SID": "SK" + "0" * 32, "TWILIO_API_KEY_SECRET": "k" * 32}
MICROPHONE: Final = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
HOUR: Final = 3600
CALL: Final = "CA" + "1" * 32
TOKEN: Final = "**/api/v1/voice/softphone"
EXPIRED: Final = {"type": "error", "payload": {"error": {"code": 31205, "message": "token expired"}}}
OFFER: Final = """async () => {
  const line = (window.line = new RTCPeerConnection());
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of sound.getTracks()) line.addTrack(track, sound);
  const gathered = new Promise((done) => {
    line.onicegatheringstatechange = () => line.iceGatheringState === "complete" && done();
  });
  await line.setLocalDescription(await line.createOffer());
  await gathered;
  return line.localDescription.sdp;
}"""
ANSWER: Final = "sdp => window.line.setRemoteDescription({ type: 'answer', sdp })"


class Signalling:
    """Twilio's end: lets a token in, or not, and knows who is registered."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.refuses = False
        self._listened: asyncio.Queue[WebSocketRoute] = asyncio.Queue()
        self._registered: asyncio.Queue[WebSocketRoute] = asyncio.Queue()
        self._answers: asyncio.Queue[str] = asyncio.Queue()

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
                case "answer":
                    self._answers.put_nowait(said["payload"]["sdp"])

        socket.on_message(listen)

    async def listened(self) -> WebSocketRoute:
        """Where the next token was handed in."""
        return await asyncio.wait_for(self._listened.get(), PATIENCE / 1000)

    async def registered(self) -> WebSocketRoute:
        """Where the next registration was made."""
        return await asyncio.wait_for(self._registered.get(), PATIENCE / 1000)

    async def answered(self) -> str:
        """What the library said when the next call was taken up."""
        return await asyncio.wait_for(self._answers.get(), PATIENCE / 1000)


@pytest.fixture(scope="module")
def center() -> Iterator[DemoCenter]:
    """A demo whose consoles are telephones."""
    with DemoCenter(settings=KEYS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium with a microphone that hears a tone."""
    async with services.browser(*MICROPHONE) as chromium:
        yield chromium


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


async def test_a_call_rings_is_answered_and_not_closed_by_accident(
    stage: Stage, lucia: Page, network: Signalling
) -> None:
    line = await network.registered()
    await network.listened()
    caller = await stage.page()
    await caller.goto(stage.center.handset_url)
    ring = {"callsid": CALL, "sdp": await caller.evaluate(OFFER), "parameters": {"CallSid": CALL}}
    line.send(json.dumps({"type": "invite", "payload": ring}))
    await lucia.get_by_role("alert").get_by_role("button", name="Atender").click()
    await caller.evaluate(ANSWER, await network.answered())
    await caller.wait_for_function("window.line.connectionState === 'connected'")

    # At the last moment its token is renewed within the call, which goes on.
    async with lucia.expect_response(TOKEN):
        await lucia.clock.set_system_time(await _in(lucia, HOUR - 20))
    assert await network.listened() is line
    assert network.sockets == [line]
    assert await caller.evaluate("window.line.connectionState") == "connected"

    async with lucia.expect_event("dialog") as asked:
        await lucia.close(run_before_unload=True)
    dialog = await asked.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()


async def _in(page: Page, seconds: float) -> float:
    now: float = await page.evaluate("Date.now()")
    return now / 1000 + seconds
