"""Accounts and signed-in sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contactcenter.storage.errors import ConflictError
from contactcenter.storage.records import Account, Login
from contactcenter.storage.steps import Context, Query, Transaction

_COLUMNS: Final = ("id", "username", "name", "role", "agent_id", "language", "password_hash", "active", "created_at")
_SELECT: Final = ", ".join(f"a.{column}" for column in _COLUMNS)
_WIDTH: Final = len(_COLUMNS)


def _account(row: Sequence[Any]) -> Account:
    id_, username, name, role, agent_id, language, password_hash, active, created_at = row
    return Account(
        id=id_,
        username=username,
        name=name,
        role=role,
        agent_id=agent_id,
        language=language,
        password_hash=password_hash,
        active=bool(active),
        created_at=created_at,
    )


def put_account(context: Context, account: Account) -> Transaction[None]:
    """Add an account or replace all of it but its birth; an inactive one's sessions end.

    Raises:
        ConflictError: the username is another's.
    """
    username = account.username.casefold()
    taken = yield Query("SELECT 1 FROM account WHERE username = ? AND id <> ?", (username, account.id))
    if taken:
        raise ConflictError(f"there is an account {username!r} already")
    marks = ", ".join("?" * _WIDTH)
    changes = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column not in ("id", "created_at"))
    yield Query(
        f"INSERT INTO account ({', '.join(_COLUMNS)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}",
        (
            account.id,
            username,
            account.name,
            account.role,
            account.agent_id,
            account.language,
            account.password_hash,
            account.active,
            account.created_at or context.clock(),
        ),
    )
    if not account.active:
        yield Query("DELETE FROM login WHERE account_id = ?", (account.id,))


def account(context: Context, account_id: str) -> Transaction[Account | None]:
    """One account by its id."""
    del context
    rows = yield Query(f"SELECT {_SELECT} FROM account a WHERE a.id = ?", (account_id,))
    return _account(rows[0]) if rows else None


def account_by_username(context: Context, username: str) -> Transaction[Account | None]:
    """One account by its name to sign in, in any case of letters."""
    del context
    rows = yield Query(f"SELECT {_SELECT} FROM account a WHERE a.username = ?", (username.casefold(),))
    return _account(rows[0]) if rows else None


def accounts(context: Context) -> Transaction[list[Account]]:
    """All accounts, by username."""
    del context
    rows = yield Query(f"SELECT {_SELECT} FROM account a ORDER BY a.username")
    return [_account(row) for row in rows]


def create_login(context: Context, token_hash: str, account_id: str, csrf: str, expires_at: float) -> Transaction[None]:
    """Begin a session until `expires_at` (UTC seconds)."""
    yield Query(
        "INSERT INTO login (token_hash, account_id, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (token_hash, account_id, csrf, context.clock(), expires_at),
    )


def login(context: Context, token_hash: str) -> Transaction[Login | None]:
    """The session of a token, while it lasts and its account is active."""
    rows = yield Query(
        f"SELECT {_SELECT}, l.csrf, l.created_at, l.expires_at FROM login l JOIN account a ON a.id = l.account_id"
        " WHERE l.token_hash = ? AND l.expires_at > ? AND a.active = TRUE",
        (token_hash, context.clock()),
    )
    if not rows:
        return None
    csrf, created_at, expires_at = rows[0][_WIDTH:]
    return Login(
        token_hash=token_hash,
        account=_account(rows[0][:_WIDTH]),
        csrf=csrf,
        created_at=created_at,
        expires_at=expires_at,
    )


def extend_login(context: Context, token_hash: str, expires_at: float) -> Transaction[bool]:
    """Move a session's end; False when it is over."""
    rows = yield Query(
        "UPDATE login SET expires_at = ? WHERE token_hash = ? AND expires_at > ? RETURNING account_id",
        (expires_at, token_hash, context.clock()),
    )
    return bool(rows)


def end_login(context: Context, token_hash: str) -> Transaction[None]:
    """Sign out."""
    del context
    yield Query("DELETE FROM login WHERE token_hash = ?", (token_hash,))


def end_logins_of(context: Context, account_id: str) -> Transaction[int]:
    """Sign an account out everywhere; how many sessions ended."""
    del context
    rows = yield Query("DELETE FROM login WHERE account_id = ? RETURNING token_hash", (account_id,))
    return len(rows)
