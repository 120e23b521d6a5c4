"""Who is asking: an opaque cookie whose SHA-256 lies in SQL, and what makes a forged request fail.

A browser of another site can make ours send the cookie, but it can neither read the CSRF token nor name our
Origin; docs/security.md has the whole of it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable, Sequence
from http import HTTPStatus
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from aiohttp import web

from contactcenter.storage import Login, Storage
from contactcenter.web.access import Access
from contactcenter.web.errors import ApiError
from contactcenter.web.origins import Origins
from contactcenter.web.state import DEPENDENCIES, Identity, WebDependencies

COOKIE: Final = "cc_session"
SECONDS: Final = 12 * 3600.0
LONGEST_SECONDS: Final = 24 * 3600.0
"""A session lasts a long shift since it was last used, and a day at most; then the person signs in again."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_CHARACTERS: Final = 43
FRESH_SECONDS: Final = 2.0
KNOWN: Final = 10_000

ORIGINS: Final = web.AppKey("origins", Origins)


def own_origins(deps: WebDependencies) -> Origins:
    """The origins of our own pages."""
    return Origins([deps.settings.public_url, *deps.extra_origins])


def token_hash(token: str) -> str:
    """How a session's token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


class Logins:
    """Sessions as SQL has them, read again after `FRESH_SECONDS`: an agent makes several requests a second.

    What ends on this node ends at once; what ends on another, within those seconds.
    """

    def __init__(self, storage: Storage, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._clock = clock
        self._known: dict[str, tuple[Login, float]] = {}

    async def find(self, hashed: str) -> Login | None:
        """The session of a token's hash while it lasts; raises UnavailableError."""
        now = self._clock()
        known = self._known.get(hashed)
        if known is not None and 0 <= now - known[1] < FRESH_SECONDS and now < known[0].expires_at:
            return known[0]
        login = await self._storage.login(hashed)
        self._known.pop(hashed, None)
        if login is not None:
            self._known[hashed] = (login, now)
            if len(self._known) > KNOWN:
                del self._known[next(iter(self._known))]
        return login

    def forget(self, *, hashed: str | None = None, account_id: str | None = None) -> None:
        """A session, or all of an account, ended or changed."""
        for each, (login, _) in list(self._known.items()):
            if each == hashed or login.account.id == account_id:
                del self._known[each]


LOGINS: Final = web.AppKey("logins", Logins)


async def find_login(request: web.Request) -> Login | None:
    """The session of the request's cookie, if it is one that still holds."""
    token = request.cookies.get(COOKIE, "")
    if len(token) != TOKEN_CHARACTERS:
        return None
    return await request.app[LOGINS].find(token_hash(token))


async def extend(deps: WebDependencies, login: Login) -> None:
    """Move the end of a session in use, once half of it is over."""
    now = deps.clock()
    end = min(now + SECONDS, login.created_at + LONGEST_SECONDS)
    if login.expires_at - now < SECONDS / 2 and end > login.expires_at:
        await deps.storage.extend_login(login.token_hash, end)


def check_origin(request: web.Request) -> None:
    """Refuse a browser's page that is not ours; programs send no Origin.

    Raises:
        ApiError: 403.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin not in request.app[ORIGINS]:
        ours = request.app[DEPENDENCIES].settings.public_url
        message = f"Open the console at {ours}: this page's origin is not ours (CONTACTCENTER_PUBLIC_URL says it)."
        raise ApiError(HTTPStatus.FORBIDDEN, "foreign_origin", message)


def check_csrf(request: web.Request, login: Login) -> None:
    """Refuse a change that does not carry the session's token.

    Raises:
        ApiError: 403.
    """
    given = request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), login.csrf.encode()):
        message = "Send the csrf_token of GET /api/v1/session as X-CSRF-Token."
        raise ApiError(HTTPStatus.FORBIDDEN, "csrf", message)


async def authorise(request: web.Request, access: Access) -> Identity | None:
    """Who asks, if the route needs to know.

    Raises:
        ApiError: 401 without a session, 403 when it does not reach or the request may be forged.
    """
    if access.role is None:
        return None
    changes = request.method not in SAFE
    if changes:
        check_origin(request)
    login = await find_login(request)
    if login is None:
        raise ApiError(HTTPStatus.UNAUTHORIZED, "signed_out", "Sign in first.")
    if changes:
        check_csrf(request, login)
    identity = Identity(login)
    if not identity.role.includes(access.role):
        message = f"This is for the role {access.role}; yours is {identity.role}."
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", message)
    return identity


def client_address(request: web.Request, proxies: Sequence[IPv4Network | IPv6Network]) -> str:
    """Who is at the other end: X-Forwarded-For counts only as far as our own proxies wrote it."""
    address = request.remote or "unknown"
    if not _within(address, proxies):
        return address
    hops = [hop.strip() for value in request.headers.getall("X-Forwarded-For", ()) for hop in value.split(",")]
    for hop in reversed(hops):
        address = hop
        if not _within(hop, proxies):
            break
    return address[:64]


def _within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
