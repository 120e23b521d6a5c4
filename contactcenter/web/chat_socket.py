"""The web chat's WebSocket: what a browser says goes to the router's inbox, what an agent says comes back.

Rules of the conversation are channels.chat_session's; here they meet sockets, SQL and the bus.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.chat import MAX_PICTURE
from contactcenter.channels.chat_protocol import Hello, Ping, Refused, Typing
from contactcenter.channels.chat_session import (
    CHANNEL,
    ChatSession,
    Step,
    TokenBucket,
    Wrote,
    new_token,
    thread_of,
)
from contactcenter.domain.messages import CustomerGone, DeliveryReport
from contactcenter.domain.stimuli import CustomerLeft
from contactcenter.domain.words import MediaClass
from contactcenter.storage import UnavailableError
from contactcenter.web.access import guarded, public
from contactcenter.web.chat_doors import allows, allows_any, is_page
from contactcenter.web.chat_line import ChatLine
from contactcenter.web.chat_rooms import ROOMS
from contactcenter.web.errors import ApiError
from contactcenter.web.limits import Rate
from contactcenter.web.rendering import iso
from contactcenter.web.screens import CATALOGUE
from contactcenter.web.sessions import ORIGINS, client_address
from contactcenter.web.sockets import SOCKETS, abort
from contactcenter.web.state import DEPENDENCIES, WebDependencies

HELLO_SECONDS: Final = 15.0
SILENT_SECONDS: Final = 75.0
SEND_SECONDS: Final = 10.0
LAST: Final = 200
CONNECTIONS: Final = Rate(120, 60.0)
"""Connections of one address in a minute; many customers may share one."""

log = structlog.get_logger(__name__)


@guarded(public("the page's allowed origins, and the chat's unguessable token"))
async def chat_socket(request: web.Request) -> web.StreamResponse:
    """Serve one browser until it goes."""
    deps = request.app[DEPENDENCIES]
    configuration = await request.app[CATALOGUE].configuration()
    origin = request.headers.get("Origin")
    if not allows_any(configuration, request.app[ORIGINS], origin):
        message = "This site may not show the chat; its origin is in no entry point of routing.yaml."
        raise ApiError(HTTPStatus.FORBIDDEN, "foreign_origin", message)
    address = client_address(request, deps.settings.trusted_proxies)
    wait = await deps.limiter.take(f"chat:{address}", CONNECTIONS)
    if wait is not None:
        raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "Connect again later.", retry_after=wait)
    socket = web.WebSocketResponse(max_msg_size=protocol.MAX_FRAME, compress=False, timeout=SEND_SECONDS)
    await socket.prepare(request)
    with request.app[SOCKETS].open("chat", socket):
        await _Chat(request, socket, origin or "").serve()
    return socket


class _Chat:
    """One connection of a browser."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, origin: str) -> None:
        self._request = request
        self._app = request.app
        self._socket = socket
        self._origin = origin
        self._deps: WebDependencies = request.app[DEPENDENCIES]
        self._session = ChatSession()
        self._line: ChatLine | None = None
        self._writer: asyncio.Task[None] | None = None
        self._typing = TokenBucket(rate=0.5, burst=2)

    async def serve(self) -> None:
        try:
            while await self._next():
                pass
        finally:
            if self._line is not None:
                self._app[ROOMS].remove(self._line)
            if self._writer is not None:
                self._writer.cancel()
                await asyncio.gather(self._writer, return_exceptions=True)
        await self._socket.close()

    async def _next(self) -> bool:
        """Take one frame; False when the connection is over."""
        try:
            async with asyncio.timeout(SILENT_SECONDS if self._line else HELLO_SECONDS):
                message = await self._socket.receive()
        except TimeoutError:
            return False
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return False
        step = self._session.receive(message.data, self._deps.clock())
        try:
            if isinstance(step, Hello):
                return await self._hello(step)
            await self._take(step)
        except (UnavailableError, ApiError) as error:
            log.warning("chat.not_taken", error=str(error))
            client_id = step.client_id if isinstance(step, Wrote) else None
            text = "We cannot take that right now; please try again in a moment."
            await self._refuse(Refused(code="unavailable", message=text, retry=True, client_id=client_id))
        return not (isinstance(step, Refused) and step.fatal)

    async def _take(self, step: Step) -> None:
        match step:
            case Wrote():
                await self._wrote(step)
            case DeliveryReport():
                await self._deps.intake.report(step)
            case CustomerGone():
                await self._deps.intake.submit(CustomerLeft(id=self._deps.new_id(), thread=step.thread))
            case Typing():
                self._customer_types()
            case Ping():
                await self._say(protocol.pong())
            case Refused():
                await self._refuse(step)
            case _:
                pass

    async def _hello(self, hello: Hello) -> bool:
        configuration = await self._app[CATALOGUE].configuration()
        known_page = is_page(configuration, hello.page)
        if not known_page or not allows(configuration, self._app[ORIGINS], hello.page, self._origin):
            code = "foreign_origin" if known_page else "bad_page"
            message = (
                f"This site may not show the chat of the page {hello.page!r}; see the entry points of routing.yaml."
            )
            await self._refuse(Refused(code=code, message=message, fatal=True))
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
            return False
        known = None
        if hello.token is not None:
            thread = thread_of(hello.token)
            known = (await self._deps.storage.chats(CHANNEL, [thread], LAST)).get(thread)
        token = hello.token if hello.token is not None and known is not None else new_token()
        self._session.open(hello, token)
        line = ChatLine(self._session, token)
        messages = known.messages if known is not None else ()
        if hello.after is not None:
            places = [place for place, view in enumerate(messages) if view.id == hello.after]
            for view in messages[: places[0] + 1] if places else ():
                line.wrote(view.id)
        line.welcome(known.contact if known is not None else None, messages, {}, MAX_PICTURE)
        self._line = line
        self._writer = asyncio.create_task(self._write(line), name="chat-writer")
        self._app[ROOMS].add(line)
        return True

    async def _wrote(self, step: Wrote) -> None:
        line = self._line
        assert line is not None
        for medium in step.message.media:
            record = await self._deps.storage.media(medium.media_id or "")
            if record is None or record.owner != line.thread or record.state != "ready":
                text = "This picture is not here (any more); send it again."
                await self._refuse(Refused(code="bad_media", message=text, client_id=step.client_id))
                return
        taken = await self._deps.intake.receive(step.message, MediaClass.LIVE)
        message_id = taken.message_id or ""
        line.wrote(message_id)
        at = step.message.received_at
        if taken.duplicate:
            written = (await self._deps.storage.desks(message_ids=[message_id])).messages
            at = written[0].at if written else at
        await self._say(protocol.accepted(client_id=step.client_id, message_id=message_id, at=iso(at)))

    def _customer_types(self) -> None:
        contact = self._line.contact if self._line else None
        if contact is not None and contact.agent_id is not None and self._typing.take(self._deps.clock()):
            self._deps.bus.post("desk", {"agent": contact.agent_id, "typing": [contact.id]})

    async def _refuse(self, refused: Refused) -> None:
        await self._say(protocol.error(refused))

    async def _say(self, frame: str) -> None:
        """In order after what the line was told; before the hello nobody else writes."""
        if self._line is not None:
            self._line.say(frame)
        else:
            await self._send(frame)

    async def _write(self, line: ChatLine) -> None:
        while (frame := await line.frames.get()) is not None:
            if not await self._send(frame):
                return
        await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too slow")

    async def _send(self, frame: str) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send_str(frame)
        except TimeoutError:
            abort(self._request)
            return False
        except (ConnectionError, RuntimeError):
            return False
        return True
