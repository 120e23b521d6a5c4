"""The open WebSockets of this node: counted, and closed politely when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import WSCloseCode, web

from contactcenter.metrics import Metrics

CLOSE_SECONDS: Final = 3.0


class Sockets:
    """All open WebSockets."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._open: set[web.WebSocketResponse] = set()

    @contextmanager
    def open(self, kind: str, socket: web.WebSocketResponse) -> Iterator[None]:
        """Count a socket while it is served."""
        self._open.add(socket)
        gauge = self._metrics.sockets.labels(kind=kind)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()
            self._open.discard(socket)

    async def close(self) -> None:
        """Tell every browser that the service restarts; it comes back by itself."""
        closing = [socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in self._open]
        if closing:
            await asyncio.wait({asyncio.ensure_future(each) for each in closing}, timeout=CLOSE_SECONDS)


SOCKETS: Final = web.AppKey("sockets", Sockets)


def abort(request: web.Request) -> None:
    """Cut a connection whose other end does not read: a polite close would wait for it too."""
    if request.transport is not None:
        request.transport.abort()
