"""Signing in and out. Tries are counted by account and by address; the password is never told apart from the name."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from aiohttp import web
from pydantic import Field, StringConstraints

from contactcenter.storage import Account, Login
from contactcenter.web import sessions
from contactcenter.web.access import SIGNED_IN, public
from contactcenter.web.api import Body, Call, Endpoints, Reply
from contactcenter.web.errors import ApiError
from contactcenter.web.hub import HUB
from contactcenter.web.limits import Rate
from contactcenter.web.passwords import LONGEST, Passwords
from contactcenter.web.shapes import AccountShape, SessionShape

BY_ACCOUNT: Final = Rate(10, 900.0)
BY_ADDRESS: Final = Rate(100, 900.0)
"""Failed tries. An office behind one address may have a hundred people in it."""

PASSWORDS: Final = web.AppKey("passwords", Passwords)

log = structlog.get_logger(__name__)
endpoints = Endpoints("sign-in")


class SignIn(Body):
    """What a person knows."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=128, strip_whitespace=True)]
    password: Annotated[str, Field(min_length=1, max_length=LONGEST)]


def account_shape(account: Account) -> AccountShape:
    """An account without its secret."""
    return {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "role": account.role,  # type: ignore[typeddict-item]  # SQL has a CHECK for it
        "agent_id": account.agent_id,
        "language": account.language,
    }


def _session(call: Call, login: Login) -> SessionShape:
    return {
        "account": account_shape(login.account),
        "csrf_token": login.csrf,
        "demo": call.deps.demo is not None,
    }


@endpoints.post("/api/v1/session", access=public("the password; tries are limited"), errors=(401, 403, 429))
async def sign_in(call: Call, body: SignIn) -> Reply[SessionShape]:
    """Sign in: sets the cookie, ends the session this browser had."""
    sessions.check_origin(call.request)
    username = body.username.casefold()
    taken = [(f"login:account:{username}", BY_ACCOUNT), (f"login:address:{_address(call)}", BY_ADDRESS)]
    for key, rate in taken:
        wait = await call.deps.limiter.take(key, rate)
        if wait is not None:
            log.warning("signin.limited", by=key.split(":")[1])
            message = "Too many tries. Wait, or ask an administrator."
            raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", message, retry_after=wait)
    account = await call.deps.storage.account_by_username(username)
    usable = account is not None and account.active
    stored = account.password_hash if account is not None and usable else None
    if not await call.request.app[PASSWORDS].matches(body.password, stored) or account is None:
        log.info("signin.refused", request=call.request.path)
        raise ApiError(HTTPStatus.UNAUTHORIZED, "bad_credentials", "The name or the password is wrong.")
    for key, rate in taken:
        await call.deps.limiter.give_back(key, rate)
    return await _begin(call, account)


async def _begin(call: Call, account: Account) -> Reply[SessionShape]:
    """A new token for each sign-in: one that somebody planted before is worth nothing."""
    old = await sessions.find_login(call.request)
    if old is not None:
        await call.deps.storage.end_login(old.token_hash)
        call.request.app[sessions.LOGINS].forget(hashed=old.token_hash)
    token, csrf = sessions.new_token(), sessions.new_token()
    hashed = sessions.token_hash(token)
    expires = call.deps.clock() + sessions.SECONDS
    await call.deps.storage.create_login(hashed, account.id, csrf, expires)
    login = Login(token_hash=hashed, account=account, csrf=csrf, created_at=call.deps.clock(), expires_at=expires)
    log.info("signin.done", account=account.id, role=account.role)
    secure = call.deps.settings.secure_cookies

    def set_cookie(response: web.Response) -> None:
        response.set_cookie(
            sessions.COOKIE,
            token,
            max_age=int(sessions.LONGEST_SECONDS),
            httponly=True,
            secure=secure,
            samesite="Lax",
            path="/",
        )

    return Reply(_session(call, login), finish=set_cookie)


@endpoints.get("/api/v1/session", access=public("tells only what the cookie proves"), errors=(401,))
async def current(call: Call) -> SessionShape:
    """Who is signed in."""
    login = await sessions.find_login(call.request)
    if login is None:
        demo = call.deps.demo
        detail: dict[str, object] = {}
        if demo is not None:
            detail["demo_accounts"] = [asdict(each) for each in demo.accounts]
            detail["demo_handset"] = demo.handset_url
        raise ApiError(HTTPStatus.UNAUTHORIZED, "signed_out", "Sign in first.", detail=detail)
    await sessions.extend(call.deps, login)
    return _session(call, login)


@endpoints.delete("/api/v1/session", access=SIGNED_IN)
async def sign_out(call: Call) -> Reply[None]:
    """Sign out: ends the session here and in every window of this browser."""
    login = call.who.login
    await call.deps.storage.end_login(login.token_hash)
    call.request.app[sessions.LOGINS].forget(hashed=login.token_hash)
    call.request.app[HUB].windows.end("signed_out", login=login.token_hash)
    secure = call.deps.settings.secure_cookies

    def drop_cookie(response: web.Response) -> None:
        response.del_cookie(sessions.COOKIE, path="/", httponly=True, secure=secure, samesite="Lax")

    return Reply(None, finish=drop_cookie)


def _address(call: Call) -> str:
    return sessions.client_address(call.request, call.deps.settings.trusted_proxies)
