"""What people decide about a customer; what follows from messages is written by `arrivals`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contactcenter.storage.clean import clean_or_none
from contactcenter.storage.steps import Context, Query, Transaction

CHANGEABLE: Final = ("name", "tier", "language", "account_owner")


def change(context: Context, customer_id: str, fields: Mapping[str, str | None]) -> Transaction[bool]:
    """Set those of `CHANGEABLE` that are named; False when there is no such customer."""
    del context
    named = [name for name in CHANGEABLE if name in fields]
    changes = ", ".join(f"{name} = ?" for name in named) or "id = id"
    values = [clean_or_none(fields[name]) for name in named]
    rows = yield Query(f"UPDATE customer SET {changes} WHERE id = ? RETURNING id", (*values, customer_id))
    return bool(rows)
