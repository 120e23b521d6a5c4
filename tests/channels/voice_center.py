"""A center that only authenticates, parses and answers calls: what Twilio asks and reports goes through the adapter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

from aiohttp import web

from contactcenter.channels.base import AuthenticationError, WebhookRequest
from contactcenter.channels.voice import CallAsked, CallEvent, GoOn, Link, Part, Pause, VoiceChannel, VoiceStep
from contactcenter.ivr.steps import Say

E = TypeVar("E")
CONTACT = "0190c0ffee00700080000000000000aa"
HOLD = Link(part=Part.HOLD, contact=CONTACT)
WAIT: Sequence[VoiceStep] = (Say("Espere", "es"), Pause(10), GoOn())


class VoiceCenter:
    """`answers` by part (None: a call comes in) say what a call does; `channel` is given once the address is known."""

    channel: VoiceChannel
    url: str

    def __init__(self) -> None:
        self.answers: dict[Part | None, Sequence[VoiceStep]] = {}
        self.link = HOLD
        self.events: list[CallEvent] = []
        self.refused = 0
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._hear)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _hear(self, posted: web.Request) -> web.Response:
        request = WebhookRequest(
            method=posted.method,
            url=self.url + posted.raw_path,
            headers=dict(posted.headers),
            body=await posted.read(),
            received_at=time.time(),
        )
        try:
            self.channel.authenticate(request)
        except AuthenticationError:
            self.refused += 1
            return web.Response(status=403)
        event = self.channel.parse_call(request)
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if not isinstance(event, CallAsked):
            return web.Response()
        steps = self.answers.get(event.link.part if event.link else None, WAIT)
        content_type, text = self.channel.respond(steps, self.link)
        return web.Response(text=text, content_type=content_type)

    async def until(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True) -> E:
        """Wait until such an event came; the first one."""

        def found() -> list[E]:
            return [event for event in self.events if isinstance(event, kind) and wanted(event)]

        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(found)
        return found()[0]
