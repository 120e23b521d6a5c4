"""Whether this node works, for balancers and monitors; no word of customers in it."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from contactcenter.metrics import CONTENT_TYPE
from contactcenter.storage import UnavailableError
from contactcenter.web.access import guarded, public
from contactcenter.web.errors import json_response
from contactcenter.web.state import DEPENDENCIES


@guarded(public("says nothing but that the process answers"))
async def healthz(_request: web.Request) -> web.Response:
    """The process answers."""
    return json_response({"status": "ok"})


@guarded(public("says only which part is missing"))
async def readyz(request: web.Request) -> web.Response:
    """SQL answers and a router decides; without Redis it is slower, and ready."""
    deps = request.app[DEPENDENCIES]
    missing = []
    try:
        if await deps.storage.lease_holder() is None:
            missing.append("router")
        sql_up = True
    except UnavailableError:
        missing.append("sql")
        sql_up = False
    redis_up = deps.bus.connected
    deps.metrics.sql_up.set(sql_up)
    deps.metrics.redis_up.set(redis_up)
    degraded = [] if redis_up else ["redis"]
    status = "missing" if missing else "degraded" if degraded else "ready"
    code = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
    return json_response({"status": status, "missing": missing, "degraded": degraded}, status=code)


@guarded(public("counts and durations; keep it inside your network (docs/security.md)"))
async def metrics(request: web.Request) -> web.Response:
    """Figures for Prometheus; docs/metrics.md explains them."""
    body = request.app[DEPENDENCIES].metrics.render()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})
