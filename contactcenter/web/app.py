"""The web application of one node: every route with who may use it, and what starts and stops with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from aiohttp import web

from contactcenter.runtime.media import MediaLinks
from contactcenter.storage.explanations import Explanations
from contactcenter.storage.screen_lists import Listings
from contactcenter.storage.screens import Screens
from contactcenter.web import (
    accounts,
    actions,
    call_supervision,
    call_views,
    calling,
    chat_media,
    configuring,
    consulting,
    customers,
    explanations,
    health,
    interventions,
    operations,
    outage_reports,
    reads,
    signin,
    static,
    statistics,
    supervisor,
    uploads,
    utility,
    webhooks,
)
from contactcenter.web.access import access_of
from contactcenter.web.api import Endpoint, add_endpoint
from contactcenter.web.body import KIB
from contactcenter.web.call_rooms import ROOM_LOCKS
from contactcenter.web.catalogue import Catalogue
from contactcenter.web.chat_rooms import ROOMS, ChatRooms
from contactcenter.web.chat_socket import chat_socket
from contactcenter.web.console_socket import console_socket
from contactcenter.web.forecasts import FORECASTS, Forecasts
from contactcenter.web.hub import HUB, Hub
from contactcenter.web.limits import MemoryLimiter
from contactcenter.web.middleware import guard, observe, protect
from contactcenter.web.openapi import add_description
from contactcenter.web.passwords import Passwords
from contactcenter.web.screens import CATALOGUE, LISTINGS, SCREENS
from contactcenter.web.sessions import LOGINS, ORIGINS, Logins, own_origins
from contactcenter.web.sockets import SOCKETS, Sockets
from contactcenter.web.state import DEPENDENCIES, WebDependencies

SUBJECTS: Final = (
    signin, actions, reads, customers, uploads, supervisor, interventions, explanations, configuring, operations,
    accounts, statistics, utility, outage_reports, calling, call_views, call_supervision, consulting,
)  # fmt: skip
ENDPOINTS: Final[tuple[Endpoint, ...]] = tuple(endpoint for subject in SUBJECTS for endpoint in subject.endpoints)


def create_app(deps: WebDependencies, *, console: Path | None = None) -> web.Application:
    """The application; `console` is where the built console lies when it is not in the package.

    Raises:
        RuntimeError: a route does not say who may use it.
    """
    app = web.Application(middlewares=[observe, guard], client_max_size=64 * KIB)
    app[DEPENDENCIES] = deps
    app[ORIGINS] = own_origins(deps)
    app[LOGINS] = Logins(deps.storage, deps.clock)
    app[SCREENS] = Screens(deps.storage.read)
    app[LISTINGS] = Listings(deps.storage.read)
    app[explanations.EXPLANATIONS] = Explanations(deps.storage.read, deps.clock)
    app[CATALOGUE] = Catalogue(deps.storage)
    app[FORECASTS] = Forecasts(deps.clock)
    app[HUB] = Hub(deps, app[SCREENS], app[LISTINGS], app[CATALOGUE], app[FORECASTS])
    app[ROOMS] = ChatRooms(deps, app[SCREENS])
    app[ROOM_LOCKS] = WeakValueDictionary()
    app[SOCKETS] = Sockets(deps.metrics)
    app[signin.PASSWORDS] = Passwords()
    app[webhooks.SENDERS] = MemoryLimiter(deps.clock)
    app[uploads.LINKS] = MediaLinks(deps.settings.data_dir, deps.settings.public_url, deps.clock)
    app[static.CONSOLE] = console or static.console_files()
    for endpoint in ENDPOINTS:
        add_endpoint(app, endpoint)
    add_description(app, ENDPOINTS, deps.settings.public_url)
    _add_routes(app)
    _check_access(app)
    protect(app, deps.settings.public_url, call_views.telephone_hosts(deps))
    app.cleanup_ctx.append(_parts)
    app.on_shutdown.append(_say_goodbye)
    return app


def _add_routes(app: web.Application) -> None:
    router = app.router
    router.add_post("/webhooks/{path:.*}", webhooks.webhook)
    router.add_get("/api/v1/console/socket", console_socket)
    router.add_get("/chat/socket", chat_socket)
    router.add_post("/chat/media", chat_media.put)
    router.add_route("OPTIONS", "/chat/media", chat_media.preflight)
    router.add_get("/chat/media/{id}", chat_media.get)
    router.add_get("/chat/widget.js", static.widget)
    router.add_get("/media/{id}", uploads.linked)
    router.add_get("/sounds/{file:.+}", static.sound)
    router.add_get("/healthz", health.healthz)
    router.add_get("/readyz", health.readyz)
    router.add_get("/metrics", health.metrics)
    router.add_get("/", static.root)
    router.add_get("/console", static.console_root)
    router.add_get("/console/{path:.*}", static.console_page)
    router.add_get("/api/v1/docs", static.api_page)
    router.add_get("/api/v1/docs/{file}", static.api_page)
    router.add_get("/demo/chat", static.demo_page)
    router.add_get("/demo/{file}", static.demo_page)


def _check_access(app: web.Application) -> None:
    for route in app.router.routes():
        if access_of(route.handler) is None:
            raise RuntimeError(f"{route.method} {route.resource} does not say who may use it")


async def _parts(app: web.Application) -> AsyncIterator[None]:
    """What runs beside the requests."""
    await app[HUB].start()
    await app[ROOMS].start()
    yield
    await app[ROOMS].close()
    await app[HUB].close()
    await app[DEPENDENCIES].limiter.close()


async def _say_goodbye(app: web.Application) -> None:
    await app[SOCKETS].close()
