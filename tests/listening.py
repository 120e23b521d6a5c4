"""What the tests' centers have in common: a web application on a port of its own that hears webhooks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Self

from aiohttp import web

PATIENCE_SECONDS: Final = 10.0


class Listener(ABC):
    """Hears whatever is posted at `url`."""

    url = ""

    async def __aenter__(self) -> Self:
        self._changed = asyncio.Condition()
        app = web.Application()
        app.add_routes(self._routes())
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @abstractmethod
    async def _hear(self, request: web.Request) -> web.Response:
        """Keep what was posted, tell that something `_came`, and answer."""

    def _routes(self) -> list[web.RouteDef]:
        return [web.post("/{path:.*}", self._hear)]

    async def _came(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, wanted: Callable[[], object]) -> None:
        """Wait for what came to be as `wanted`."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(wanted)
