"""Who may sign in; for administrators."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import StringConstraints

from contactcenter.storage import Account, ConflictError
from contactcenter.web.access import ADMIN, Role
from contactcenter.web.api import Body, Call, Endpoints, Reply
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.hub import HUB
from contactcenter.web.passwords import LONGEST, SHORTEST
from contactcenter.web.screens import LISTINGS
from contactcenter.web.sessions import LOGINS
from contactcenter.web.shapes import AccountsShape, AdminAccountShape
from contactcenter.web.signin import PASSWORDS, account_shape

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Username = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\s]+$")]
Password = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]
Language = Literal["es", "pt", "en"]
AgentId = Annotated[str, StringConstraints(min_length=1, max_length=128)]

endpoints = Endpoints("accounts")


class NewAccount(Body):
    """A person's sign-in; `agent_id` makes them that agent."""

    username: Username
    name: Name
    password: Password
    role: Role
    agent_id: AgentId | None = None
    language: Language = "es"


class ChangedAccount(Body):
    """What changes; the rest stays. A new password, role or `active: false` signs the person out everywhere."""

    name: Name | None = None
    password: Password | None = None
    role: Role | None = None
    agent_id: AgentId | None = None
    language: Language | None = None
    active: bool | None = None


@endpoints.get("/api/v1/accounts", access=ADMIN)
async def accounts(call: Call) -> AccountsShape:
    """All accounts, by username."""
    return {"accounts": [_shape(account) for account in await call.deps.storage.accounts()]}


@endpoints.post("/api/v1/accounts", access=ADMIN, status=HTTPStatus.CREATED, errors=(409,))
async def add_account(call: Call, body: NewAccount) -> Reply[AdminAccountShape]:
    """Add an account."""
    await _check_agent(call, body.agent_id)
    account = Account(
        id=call.deps.new_id(),
        username=body.username.casefold(),
        name=body.name,
        role=body.role,
        agent_id=body.agent_id,
        language=body.language,
        password_hash=await call.request.app[PASSWORDS].hash(body.password),
        active=True,
        created_at=call.deps.clock(),
    )
    await _put(call, account)
    return Reply(_shape(account), HTTPStatus.CREATED)


@endpoints.put("/api/v1/accounts/{id}", access=ADMIN, errors=(404, 409))
async def change_account(call: Call, body: ChangedAccount) -> AdminAccountShape:
    """Change an account."""
    account = await call.deps.storage.account(call.path("id"))
    if account is None:
        raise not_found("No account")
    await _check_agent(call, body.agent_id)
    fields = body.model_dump(exclude_none=True, exclude={"password"})
    changed = replace(account, **fields)
    if body.password is not None:
        changed = replace(changed, password_hash=await call.request.app[PASSWORDS].hash(body.password))
    await _check_last_admin(call, account, changed)
    await _put(call, changed)
    if (account.password_hash, account.role, account.agent_id, account.active) != (
        changed.password_hash,
        changed.role,
        changed.agent_id,
        changed.active,
    ):
        await call.deps.storage.end_logins_of(account.id)
        call.request.app[HUB].windows.end("account_changed", account_id=account.id)
    call.request.app[LOGINS].forget(account_id=account.id)
    return _shape(changed)


def _shape(account: Account) -> AdminAccountShape:
    return {**account_shape(account), "active": account.active}


async def _put(call: Call, account: Account) -> None:
    try:
        await call.deps.storage.put_account(account)
    except ConflictError as error:
        message = "Somebody has this username already; choose another."
        raise ApiError(HTTPStatus.CONFLICT, "username_taken", message) from error


async def _check_agent(call: Call, agent_id: str | None) -> None:
    if agent_id is not None and await call.request.app[LISTINGS].agent(agent_id) is None:
        message = f"There is no agent {agent_id!r}; add it first."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_agent", message)


async def _check_last_admin(call: Call, before: Account, after: Account) -> None:
    """Nobody may lock everybody out."""
    if not (before.role == Role.ADMIN and before.active) or (after.role == Role.ADMIN and after.active):
        return
    others = [
        account
        for account in await call.deps.storage.accounts()
        if account.role == Role.ADMIN and account.active and account.id != before.id
    ]
    if not others:
        message = "This is the last administrator; make somebody else one first."
        raise ApiError(HTTPStatus.CONFLICT, "last_admin", message)
