"""People who use the center over HTTP and WebSockets as browsers do: agents who work, customers who chat.

They are patient: whatever is cut off or refused for the moment is asked again with the same id.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE_SECONDS = 90.0
RETRY_SECONDS = 0.2
AGAIN = (202, 429, 500, 502, 503, 504)

LOST = (aiohttp.ClientError, ConnectionError, OSError, TimeoutError)


class RefusedError(Exception):
    """The center said no, for good."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


@dataclass
class Handled:
    """What an agent did with a contact, and when (time.perf_counter)."""

    contact_id: str
    offered_at: float
    reply: str
    closed: bool = False


class Agent:
    """Signs in, is available, and takes, answers and closes whatever rings."""

    def __init__(self, url: str, username: str, password: str, *, think: float = 0.0) -> None:
        self._url = url
        self._credentials = {"username": username, "password": password}
        self._think = think
        self._csrf = ""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # the center has an address, no name
            timeout=aiohttp.ClientTimeout(total=15),
        )
        self._conversations: dict[str, asyncio.Task[None]] = {}
        self._status: asyncio.Task[None] | None = None
        self.handled: dict[str, Handled] = {}
        self.on_offer: Callable[[dict[str, Any]], None] = lambda _: None
        self.ready = asyncio.Event()

    async def close(self) -> None:
        """Leave."""
        tasks = [*self._conversations.values(), *([self._status] if self._status else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.close()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await self._sign_in()
            while True:
                with contextlib.suppress(*LOST):
                    await self._connected()
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self.close()

    async def _sign_in(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with contextlib.suppress(*LOST):
                headers = {"Origin": self._url}
                async with self._http.post(
                    f"{self._url}/api/v1/session", json=self._credentials, headers=headers
                ) as answer:
                    body = await answer.json()
                    if answer.status == 200:
                        self._csrf = body["csrf_token"]
                        return
                    if answer.status not in AGAIN:
                        raise RefusedError(answer.status, body)
            if time.monotonic() > end:
                raise TimeoutError("nobody lets me sign in")
            await asyncio.sleep(RETRY_SECONDS)

    async def _connected(self) -> None:
        url = f"{self._url}/api/v1/console/socket"
        async with self._http.ws_connect(url, headers={"Origin": self._url}) as socket:
            await socket.send_str('{"type": "hello"}')
            pings = asyncio.create_task(ping(socket))
            try:
                async for frame in socket:
                    if frame.type is aiohttp.WSMsgType.TEXT:
                        self._frame(json.loads(frame.data))
            finally:
                pings.cancel()
                await asyncio.gather(pings, return_exceptions=True)

    def _frame(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self._look_at(frame["agent"])
                for offer in frame["offers"]:
                    self._offer(offer)
                for contact in frame["contacts"]:
                    self._go_on(contact)
            case "agent":
                self._look_at(frame["agent"])
            case "offer":
                self.on_offer(frame)
                self._offer(frame["offer"])
            case "contact":
                self._go_on(frame["contact"])
            case _:
                pass

    def _look_at(self, agent: dict[str, Any] | None) -> None:
        """Always available again."""
        if agent is None:
            return
        if agent["status"] == "available":
            self.ready.set()
        elif self._status is None or self._status.done():
            self._status = asyncio.create_task(self._available())

    async def _available(self) -> None:
        with contextlib.suppress(RefusedError, TimeoutError):
            body = {"request_id": uuid.uuid4().hex, "status": "available"}
            await self._do("PUT", "/api/v1/agent/status", body)

    def _offer(self, offer: dict[str, Any]) -> None:
        self._begin(offer["contact"]["id"], self._take(offer))

    def _go_on(self, contact: dict[str, Any]) -> None:
        if contact["state"] in ("connected", "wrap_up"):
            self._begin(contact["id"], self._talk(contact["id"], contact["state"]))

    def _begin(self, contact_id: str, work: Any) -> None:
        known = self._conversations.get(contact_id)
        if known is not None and not known.done():
            work.close()
            return
        self._conversations[contact_id] = asyncio.create_task(work)

    async def _take(self, offer: dict[str, Any]) -> None:
        try:
            await self._do("POST", f"/api/v1/offers/{offer['id']}/accept", {"request_id": f"take-{offer['id']}"[-64:]})
        except RefusedError:
            return
        await self._talk(offer["contact"]["id"], "connected")

    async def _talk(self, contact_id: str, state: str) -> None:
        handled = self.handled.setdefault(
            contact_id, Handled(contact_id, time.perf_counter(), f"answer {uuid.uuid4().hex}")
        )
        path = f"/api/v1/contacts/{contact_id}"
        await asyncio.sleep(self._think)
        try:
            if state == "connected":
                body = {"request_id": f"reply-{contact_id}"[:64], "text": handled.reply}
                await self._do("POST", f"{path}/messages", body)
                await self._do("POST", f"{path}/end", {"request_id": uuid.uuid4().hex})
            body = {"request_id": uuid.uuid4().hex, "disposition": "done"}
            await self._do("POST", f"{path}/wrap-up", body)
        except RefusedError:
            return
        handled.closed = True

    async def _do(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """One action, repeated with its id until it was decided."""
        end = time.monotonic() + PATIENCE_SECONDS
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._url}
        while time.monotonic() < end:
            with contextlib.suppress(*LOST):
                async with self._http.request(method, self._url + path, json=body, headers=headers) as answer:
                    said = await answer.json()
                    if answer.status == 200:
                        return said
                    if answer.status not in AGAIN:
                        raise RefusedError(answer.status, said)
            await asyncio.sleep(RETRY_SECONDS)
        raise TimeoutError(path)


@dataclass
class Chatter:
    """A customer at a web chat who writes once and waits for the answer."""

    url: str
    address: str
    text: str
    page: str = "web"
    token: str | None = None
    accepted: str | None = None
    heard: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Write, be heard, read the answer, and go."""
        async with asyncio.timeout(PATIENCE_SECONDS), aiohttp.ClientSession() as http:
            while not self.heard:
                with contextlib.suppress(*LOST):
                    await self._connected(http)
                await asyncio.sleep(RETRY_SECONDS)

    async def _connected(self, http: aiohttp.ClientSession) -> None:
        headers = {"Origin": self.url, "X-Forwarded-For": self.address}
        async with http.ws_connect(f"{self.url}/chat/socket", headers=headers) as socket:
            await socket.send_json({"type": "hello", "page": self.page, "token": self.token})
            async for frame in socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                said = json.loads(frame.data)
                match said["type"]:
                    case "welcome":
                        self.token = said["token"]
                        for message in said["messages"]:
                            self._hear(message)
                        if self.accepted is None:
                            await self._write(socket)
                    case "accepted":
                        self.accepted = said["message_id"]
                    case "error" if said.get("retry"):
                        await asyncio.sleep(RETRY_SECONDS)
                        await self._write(socket)
                    case "message":
                        self._hear(said["message"])
                    case _:
                        pass
                if self.heard and self.accepted:
                    await socket.send_json({"type": "ack", "message_id": self.heard[-1]})
                    return

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_json({"type": "message", "client_id": "only-one", "text": self.text})

    def _hear(self, message: dict[str, Any]) -> None:
        if message["direction"] == "out":
            self.heard.append(message["id"])


async def ping(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Show that a console is still there, until it is not."""
    while True:
        await asyncio.sleep(8.0)
        await socket.send_str('{"type": "ping"}')


@asynccontextmanager
async def at_work(agents: Sequence[Agent]) -> AsyncIterator[None]:
    """The agents work while the block runs; it begins once all are available."""
    tasks = [asyncio.create_task(agent.run()) for agent in agents]
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not all(agent.ready.is_set() for agent in agents):
            for task in tasks:
                if task.done():
                    task.result()
            if time.monotonic() > end:
                raise TimeoutError("not all agents are available")
            await asyncio.sleep(RETRY_SECONDS)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
