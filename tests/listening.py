"""Web applications of tests: on ports of their own, while somebody needs them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import ClassVar, Final, Self

from aiohttp import web

from contactcenter.runtime.site import Site

PATIENCE_SECONDS: Final = 10.0
SHUTDOWN_SECONDS: Final = 0.1
"""Whoever still asks when a test is over is not waited for."""


@asynccontextmanager
async def served(app: web.Application, *, cancels: bool = False) -> AsyncIterator[str]:
    """Serve the application while the block runs; its address. `cancels`: whoever hangs up is not answered further."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=cancels, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await Site(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Listener(ABC):
    """A center, as far as webhooks go: hears whatever is posted at `url`."""

    url = ""
    cancels: ClassVar = False

    async def __aenter__(self) -> Self:
        self._changed = asyncio.Condition()
        app = web.Application()
        app.add_routes(self._routes())
        self._stack = AsyncExitStack()
        self.url = await self._stack.enter_async_context(served(app, cancels=self.cancels))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _routes(self) -> list[web.RouteDef]:
        return [web.post("/{path:.*}", self._hear)]

    @abstractmethod
    async def _hear(self, request: web.Request) -> web.Response:
        """Keep what was posted, tell that something `_came`, and answer."""

    async def _came(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, wanted: Callable[[], object]) -> None:
        """Wait for what came to be as `wanted`."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(wanted)
