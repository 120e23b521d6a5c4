"""Centers that only authenticate and parse: what a vendor really posts goes through the adapter."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from aiohttp import web

from contactcenter.channels.base import AuthenticationError, Channel, WebhookRequest
from contactcenter.domain.messages import DeliveryReport, InboundEvent, InboundMessage
from tests.listening import Listener

C = TypeVar("C", bound=Channel)


class Authenticating(Listener, Generic[C]):
    """Listens where the vendor posts; `channel` is given once the address is known."""

    channel: C

    def __init__(self) -> None:
        self.refused = 0

    async def _hear(self, request: web.Request) -> web.Response:
        posted = WebhookRequest(
            method=request.method,
            url=self.url + request.raw_path,
            headers=dict(request.headers),
            body=await request.read(),
            received_at=time.time(),
        )
        try:
            self.channel.authenticate(posted)
        except AuthenticationError:
            self.refused += 1
            answer = web.Response(status=403)
        else:
            answer = self._take(posted)
        await self._came()
        return answer

    @abstractmethod
    def _take(self, request: WebhookRequest) -> web.Response:
        """Answer what is authentic."""


class Center(Authenticating[Channel]):
    """Hears messages and reports."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[InboundEvent] = []

    def _take(self, request: WebhookRequest) -> web.Response:
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
        await self._until(lambda: sum(map(wanted, self.reports)) >= times)
        return self.reports
