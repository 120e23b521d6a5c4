"""A center for the network's tests: it records what is announced to it and answers as told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.listening import Listener

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@dataclass(frozen=True)
class Heard:
    """A webhook that came in."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]
    signed: bool


@dataclass
class Answer:
    status: int = 200
    text: str = EMPTY
    content_type: str = "text/xml"
    hang_up: bool = False
    wait_for: asyncio.Event | None = None


@dataclass
class Center(Listener):
    """Listens at /sms, /status and wherever else; `answers` are used up first."""

    cancels: ClassVar = True

    auth_token: str
    heard: list[Heard] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)

    def _routes(self) -> list[web.RouteDef]:
        return [web.get("/picture.png", self._picture), *super()._routes()]

    async def _hear(self, request: web.Request) -> web.Response:
        params = {key: str(value) for key, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(self.auth_token).validate(str(request.url), params, signature)
        self.heard.append(Heard(request.path, params, dict(request.headers), bool(signed)))
        answer = self.answers.popleft() if self.answers else Answer()
        await self._came()
        if answer.wait_for is not None:
            await answer.wait_for.wait()
        if answer.hang_up and request.transport is not None:
            request.transport.abort()
        return web.Response(status=answer.status, text=answer.text, content_type=answer.content_type)

    async def _picture(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG fallen cable", content_type="image/png")

    async def until_heard(self, count: int, path: str = "") -> list[Heard]:
        """Wait until so many webhooks came in (at this path)."""

        def of_path() -> list[Heard]:
            return [heard for heard in self.heard if path in {"", heard.path}]

        await self._until(lambda: len(of_path()) >= count)
        return of_path()

    def statuses(self) -> list[str]:
        """The statuses reported so far, in the order they came."""
        return [heard.params["MessageStatus"] for heard in self.heard if "MessageStatus" in heard.params]
