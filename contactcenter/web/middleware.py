"""Around every request: a request id, who may, one shape of error, the headers that protect browsers, one log line."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from contactcenter.runtime.ids import new_id
from contactcenter.storage import UnavailableError
from contactcenter.web.access import access_of
from contactcenter.web.errors import ApiError, error_response, from_http, unavailable
from contactcenter.web.sessions import authorise
from contactcenter.web.state import DEPENDENCIES, IDENTITY, REQUEST_ID

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds: not worth a line each."""

log = structlog.get_logger(__name__)


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, turn every refusal into ours, and write one line of what came of it."""
    request[REQUEST_ID] = request_id = new_id()
    began = time.perf_counter()
    status = 0
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        try:
            response = await _answered(request, handler)
            status = response.status
            return response
        finally:
            seconds = time.perf_counter() - began
            route = request.match_info.route.resource
            name = route.canonical if route is not None else "unknown"
            deps = request.app[DEPENDENCIES]
            deps.metrics.http.labels(route=f"{request.method} {name}", code=str(status)).observe(seconds)
            if request.path not in QUIET:
                log.info("http", method=request.method, route=name, status=status, ms=round(seconds * 1000, 1))


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return error_response(error)
    except UnavailableError as error:
        log.warning("http.sql_unavailable", error=str(error))
        return error_response(unavailable())
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        response = error_response(from_http(error))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.exception("http.failed", method=request.method)
        message = f"Something went wrong on our side. Tell your operator this number: {request[REQUEST_ID]}"
        return error_response(ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", message))


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only those in whom the route names."""
    if request.match_info.http_exception is not None:
        return await handler(request)
    access = access_of(request.match_info.handler)
    if access is None:
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "This route says nobody may use it.")
    identity = await authorise(request, access)
    if identity is not None:
        request[IDENTITY] = identity
        structlog.contextvars.bind_contextvars(account=identity.account_id)
    return await handler(request)


def security_headers(public_url: str, telephone_hosts: Sequence[str] = ()) -> dict[str, str]:
    """What every answer carries; a handler that needs another value sets it itself.

    `telephone_hosts` are those that a console needs to be a telephone.
    """
    parts = urlsplit(public_url)
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    telephone = "".join(f" {host}" for host in telephone_hosts)
    sounds = "".join(f" {host}" for host in telephone_hosts if host.startswith("https://"))
    policy = [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        f"connect-src 'self' {socket}{telephone}",
        f"media-src 'self'{sounds}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    }
    if parts.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def protect(app: web.Application, public_url: str, telephone_hosts: Sequence[str] = ()) -> None:
    """Put the security headers and the request id on every answer of `app`."""
    headers = security_headers(public_url, telephone_hosts)

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if REQUEST_ID in request:
            response.headers["X-Request-ID"] = request[REQUEST_ID]

    app.on_response_prepare.append(add)
