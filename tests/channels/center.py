"""A center that only authenticates and parses: what a vendor really posts goes through the adapter."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from contactcenter.channels.base import AuthenticationError, Channel, WebhookRequest
from contactcenter.domain.messages import DeliveryReport, InboundEvent, InboundMessage


class Center:
    """Listens where the vendor posts; `channel` is given once the address is known."""

    channel: Channel
    url: str

    def __init__(self) -> None:
        self.events: list[InboundEvent] = []
        self.requests: list[WebhookRequest] = []
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
        self.requests.append(request)
        async with self._changed:
            self._changed.notify_all()
            try:
                self.channel.authenticate(request)
            except AuthenticationError:
                self.refused += 1
                return web.Response(status=403)
            self.events += self.channel.parse(request)
        return web.Response(text="<Response/>", content_type="text/xml")

    @property
    def messages(self) -> list[InboundMessage]:
        return [event for event in self.events if isinstance(event, InboundMessage)]

    @property
    def reports(self) -> list[DeliveryReport]:
        return [event for event in self.events if isinstance(event, DeliveryReport)]

    async def until_reported(self, wanted: Callable[[DeliveryReport], bool], times: int = 1) -> list[DeliveryReport]:
        """Wait until so many reports are as `wanted`; all reports so far."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: sum(map(wanted, self.reports)) >= times)
        return self.reports
