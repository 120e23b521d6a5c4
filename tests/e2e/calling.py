"""Callers and agents of a center of real processes: telephones of the local network, and browsers without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from contactcenter import bootstrap
from contactcenter.bootstrap.database import NewUser
from contactcenter.runtime.tasks import cancel
from tests.e2e.driving import ping
from tests.e2e.processes import OURS, PASSWORD, Center, center
from tests.localnet.telephone import Telephone, dial, ringing

PATIENCE_SECONDS = 25.0
RETRY_SECONDS = 0.1

ROOT = Path(__file__).resolve().parents[2]
FILES = ("skills.yaml", "routing.yaml", "ivr.yaml")
"""What we ship: a newcomer's center."""


class Person:
    """A browser that is patient: whatever is refused for the moment is asked again with the same id."""

    def __init__(self, url: str, username: str) -> None:
        self._url = url
        self._username = username
        self._csrf = ""
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=10)
        )
        self._console: asyncio.Task[None] | None = None
        self._open = asyncio.Event()
        self._status = ""
        self._offers: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def close(self) -> None:
        """Leave."""
        if self._console is not None:
            self._console.cancel()
            await asyncio.gather(self._console, return_exceptions=True)
        await self._http.close()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request that is granted."""
        end = time.monotonic() + PATIENCE_SECONDS
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._url}
        said: Any = None
        while time.monotonic() < end:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._http.request(method, self._url + path, json=body, headers=headers) as answer:
                    said = await answer.json()
                    if answer.status == 200:
                        return said
                    assert answer.status in (202, 429, 500, 502, 503, 504), (path, answer.status, said)
            await asyncio.sleep(RETRY_SECONDS)
        raise TimeoutError(f"{path}: {said}")

    async def act(self, path: str, method: str = "POST", **body: Any) -> Any:
        """Something with an id of its own."""
        return await self.ask(method, path, {"request_id": uuid.uuid4().hex, **body})

    async def sign_in(self) -> None:
        """Begin."""
        session = await self.ask("POST", "/api/v1/session", {"username": self._username, "password": PASSWORD})
        self._csrf = session["csrf_token"]

    async def work(self) -> None:
        """Open a console and be available."""
        self._console = asyncio.create_task(self._keep_console())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._open.wait()
        await self.be_available()

    async def be_available(self) -> None:
        """Contacts may ring."""
        await self.act("/api/v1/agent/status", "PUT", status="available")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._status != "available":
                await asyncio.sleep(RETRY_SECONDS)

    async def until_not_ready(self) -> None:
        """Wait until the center thinks that nobody is here."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._status != "not_ready":
                await asyncio.sleep(RETRY_SECONDS)

    async def _keep_console(self) -> None:
        """A console that comes back when its web node does."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                url = f"{self._url}/api/v1/console/socket"
                async with self._http.ws_connect(url, headers={"Origin": self._url}) as socket:
                    await socket.send_str('{"type": "hello"}')
                    await self._listen(socket)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Until the web node goes; a console that says nothing for long is taken for gone."""
        pinging = asyncio.create_task(ping(socket))
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._frame(json.loads(frame.data))
        finally:
            await cancel(pinging)

    def _frame(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self._open.set()
        if frame["type"] in ("snapshot", "agent"):
            self._status = frame["agent"]["status"]
        offers = (
            frame["offers"] if frame["type"] == "snapshot" else [frame["offer"]] if frame["type"] == "offer" else []
        )
        for offer in offers:
            self._offers.put_nowait((offer["id"], offer["contact"]["id"]))

    async def accept(self) -> str:
        """Take what rings; the contact."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            offer, contact = await self._offers.get()
        await self.act(f"/api/v1/offers/{offer}/accept")
        return contact

    async def contact(self, contact: str) -> dict[str, Any]:
        """How a contact is."""
        found: dict[str, Any] = (await self.ask("GET", f"/api/v1/contacts/{contact}"))["contact"]
        return found

    async def until(self, contact: str, state: str) -> dict[str, Any]:
        """How a contact is once it is in this state."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := await self.contact(contact))["state"] != state:
                await asyncio.sleep(RETRY_SECONDS)
        return found


@dataclass
class Calls:
    """The center and its telephones."""

    center: Center
    http: aiohttp.ClientSession

    async def call(self, number: str) -> Telephone:
        """Somebody calls the center."""
        return await dial(self.http, number, OURS)

    async def rings(self, agent: str) -> Telephone:
        """An agent's telephone rings."""
        return await ringing(self.http, f"client:{agent}")

    async def times_called(self, address: str) -> int:
        """How often a telephone was called."""
        async with self.http.get("/_control/calls", params={"to": address}) as answer:
            return len((await answer.json())["calls"])


@asynccontextmanager
async def people(center: Center, *names: str) -> AsyncIterator[list[Person]]:
    """Who is signed in."""
    found = [Person(center.url, name) for name in names]
    try:
        for person in found:
            await person.sign_in()
        yield found
    finally:
        await asyncio.gather(*(person.close() for person in found))


@asynccontextmanager
async def calls(directory: Path) -> AsyncIterator[Calls]:
    """A center that takes calls, with the agents ana and beto and the supervisor sofia; no process runs yet."""
    files = {name: (ROOT / name).read_text() for name in FILES}
    async with center(directory, {}, ("ana", "beto"), files=files, profile="polivalente") as made:
        sofia = NewUser(username="sofia", name="Sofia", role="supervisor", password=PASSWORD)
        await bootstrap.add_user(made.settings, sofia)
        async with aiohttp.ClientSession(made.network.url) as http:
            yield Calls(made, http)
