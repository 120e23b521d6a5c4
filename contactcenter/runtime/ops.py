"""Health and metrics of a process that serves nothing else (router, worker)."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from contactcenter.metrics import CONTENT_TYPE, Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.storage import UnavailableError


class Pinged(Protocol):
    """What this needs of the storage."""

    async def ping(self) -> None:
        """Raise UnavailableError when SQL does not answer."""


def ops_application(metrics: Metrics, storage: Pinged, bus: Bus) -> web.Application:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        try:
            await storage.ping()
        except UnavailableError as error:
            return web.json_response({"status": "unavailable", "missing": [str(error)]}, status=503)
        return web.json_response({"status": "ok" if bus.connected else "degraded"})

    async def show(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/healthz", health), web.get("/readyz", ready), web.get("/metrics", show)])
    return app
