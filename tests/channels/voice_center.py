"""A center that only authenticates, parses and answers calls: what Twilio asks and reports goes through the adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from contactcenter.channels.base import WebhookRequest
from contactcenter.channels.voice import CallAsked, CallEvent, GoOn, Link, Part, Pause, VoiceChannel, VoiceStep
from contactcenter.ivr.steps import Say
from tests.channels.center import Authenticating

E = TypeVar("E")
CONTACT = "0190c0ffee00700080000000000000aa"
HOLD = Link(part=Part.HOLD, contact=CONTACT)
WAIT: Sequence[VoiceStep] = (Say("Espere", "es"), Pause(10), GoOn())


class VoiceCenter(Authenticating[VoiceChannel]):
    """`answers` by part (None: a call comes in) say what a call does."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[Part | None, Sequence[VoiceStep]] = {}
        self.link = HOLD
        self.events: list[CallEvent] = []

    def _take(self, request: WebhookRequest) -> web.Response:
        event = self.channel.parse_call(request)
        self.events.append(event)
        if not isinstance(event, CallAsked):
            return web.Response()
        steps = self.answers.get(event.link.part if event.link else None, WAIT)
        content_type, text = self.channel.respond(steps, self.link)
        return web.Response(text=text, content_type=content_type)

    async def until(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True) -> E:
        """Wait until such an event came; the first one."""

        def found() -> list[E]:
            return [event for event in self.events if isinstance(event, kind) and wanted(event)]

        await self._until(found)
        return found()[0]
