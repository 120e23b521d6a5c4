"""The console's WebSocket: hello, then frames by number; a silent or slow window is let go, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Final

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from contactcenter.channels.chat_session import TokenBucket
from contactcenter.storage import UnavailableError
from contactcenter.web import sessions
from contactcenter.web.access import SIGNED_IN, guarded
from contactcenter.web.errors import ApiError
from contactcenter.web.feed import Feed
from contactcenter.web.hub import HUB, Hub
from contactcenter.web.rendering import iso, spoken
from contactcenter.web.sockets import SOCKETS, abort
from contactcenter.web.state import DEPENDENCIES, IDENTITY, Identity, WebDependencies

HELLO_SECONDS: Final = 10.0
SILENT_SECONDS: Final = 25.0
"""A console pings every 10 s; one that is silent longer than this is gone."""
SEND_SECONDS: Final = 10.0
MAX_FRAME: Final = 16 * 1024
SLOW: Final = 4008
SIGNED_OUT: Final = 4001

log = structlog.get_logger(__name__)


@guarded(SIGNED_IN)
async def console_socket(request: web.Request) -> web.StreamResponse:
    """Serve one console window until it goes."""
    sessions.check_origin(request)
    deps, identity = request.app[DEPENDENCIES], request[IDENTITY]
    await sessions.extend(deps, identity.login)
    socket = web.WebSocketResponse(max_msg_size=MAX_FRAME, compress=False, timeout=SEND_SECONDS)
    await socket.prepare(request)
    with request.app[SOCKETS].open("console", socket):
        await _Window(request, socket, identity).serve()
    return socket


class _Window:
    """One connection of a console window."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, identity: Identity) -> None:
        self._request = request
        self._socket = socket
        self._identity = identity
        self._deps: WebDependencies = request.app[DEPENDENCIES]
        self._hub: Hub = request.app[HUB]
        self._frames = TokenBucket(rate=10, burst=60)
        self._typing = TokenBucket(rate=1, burst=2)

    async def serve(self) -> None:
        try:
            hello = await self._hear(HELLO_SECONDS)
            if hello is None or hello.get("type") != "hello":
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"say hello first")
                return
            await self._present(hello)
        except (UnavailableError, ApiError) as error:
            log.warning("console.not_served", error=str(error))
            await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"try again in a moment")

    async def _open(self, hello: dict[str, Any]) -> tuple[Feed, int]:
        language = spoken(hello.get("language")) or self._identity.language
        resume = hello.get("resume")
        session, seq = (resume.get("session"), resume.get("seq")) if isinstance(resume, dict) else (None, None)
        if isinstance(session, str) and isinstance(seq, int) and not isinstance(seq, bool):
            feed = self._hub.windows.resume(self._identity, language, session, seq)
            if feed is not None:
                await self._send(json.dumps({"seq": seq, "type": "resumed", "session": session}).encode())
                return feed, seq
        return await self._hub.join(self._identity, language), 0

    async def _present(self, hello: dict[str, Any]) -> None:
        """Serve while the agent counts as connected: from before the first frame, on which they may act at once."""
        agent_id = self._identity.agent_id
        if agent_id is None:
            await self._serve(*await self._open(hello))
            return
        console = await self._hub.consoles.open(agent_id, self._identity.account_id)
        try:
            await self._serve(*await self._open(hello))
        finally:
            await asyncio.shield(self._hub.consoles.close(console))

    async def _serve(self, feed: Feed, cursor: int) -> None:
        feed.owner = self  # an older connection of this window sees that it is not it any more, and goes
        feed.changed.set()
        writer = asyncio.create_task(self._write(feed, cursor), name="console-writer")
        reader = asyncio.create_task(self._read(feed), name="console-reader")
        try:
            await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
            if feed.owner is self:
                self._hub.windows.detach(feed)
        await self._socket.close()

    async def _write(self, feed: Feed, cursor: int) -> None:
        """Send what the window is told, in order, until it cannot keep up."""
        while feed.owner is self:
            feed.changed.clear()
            frames = feed.after(cursor)
            if frames is None:
                log.info("console.too_slow", account=feed.account_id)
                await self._socket.close(code=SLOW, message=b"too slow")
                return
            for frame in frames:
                if not await self._send(frame):
                    return
            cursor += len(frames)
            if feed.closed is not None:
                await self._socket.close(code=SIGNED_OUT, message=feed.closed.encode())
                return
            await feed.changed.wait()

    async def _send(self, frame: bytes) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send_frame(frame, WSMsgType.TEXT)
        except TimeoutError:
            abort(self._request)
            return False
        except (ConnectionError, RuntimeError):
            return False
        return True

    async def _read(self, feed: Feed) -> None:
        while (said := await self._hear(SILENT_SECONDS)) is not None:
            match said.get("type"):
                case "ping":
                    feed.say("pong", server_time=iso(self._deps.clock()))
                case "typing":
                    self._agent_types(feed, said.get("contact_id"))
                case _:
                    pass

    def _agent_types(self, feed: Feed, contact_id: object) -> None:
        """Tell the customer, if the contact is this agent's."""
        if feed.agent_id is None or not isinstance(contact_id, str) or not self._typing.take(self._deps.clock()):
            return
        contact = self._hub.desks.held(feed.agent_id, contact_id)
        if contact is not None:
            news = {"thread": contact.thread, "message": None, "state": None, "typing": True}
            self._deps.bus.post("chat", news)

    async def _hear(self, seconds: float) -> dict[str, Any] | None:
        """The next frame; {} for one without meaning, None when the window is gone, silent or rude."""
        try:
            async with asyncio.timeout(seconds):
                message: WSMessage = await self._socket.receive()
        except TimeoutError:
            log.info("console.silent", account=self._identity.account_id)
            return None
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY) or not self._frames.take(self._deps.clock()):
            return None
        with contextlib.suppress(ValueError, RecursionError):
            said = json.loads(message.data)
            if isinstance(said, dict):
                return said
        return {}
