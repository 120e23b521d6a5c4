"""The router's lease: one row, taken and renewed by the database's clock, with an epoch that only grows."""

from __future__ import annotations

from typing import Final

from contactcenter.storage.errors import FencedError
from contactcenter.storage.records import Lease
from contactcenter.storage.steps import Context, Query, Transaction

NAME: Final = "router"


def take(context: Context, holder: str, seconds: float) -> Transaction[Lease | None]:
    """Take the lease if nobody has it now; a new epoch begins."""
    rows = yield Query(
        f"INSERT INTO lease (name, holder, epoch, until) VALUES ('{NAME}', ?, 1, {context.now} + ?)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until"
        f" WHERE lease.until <= {context.now} RETURNING epoch, until",
        (holder, seconds),
    )
    return Lease(epoch=rows[0][0], holder=holder, until=rows[0][1]) if rows else None


def renew(context: Context, lease: Lease, seconds: float) -> Transaction[Lease]:
    """Hold it `seconds` from now; works also after it ran out, while nobody else took it."""
    rows = yield Query(
        f"UPDATE lease SET until = {context.now} + ? WHERE name = '{NAME}' AND epoch = ? AND holder = ?"
        " RETURNING until",
        (seconds, lease.epoch, lease.holder),
    )
    if not rows:
        raise FencedError(f"epoch {lease.epoch} is over")
    return Lease(epoch=lease.epoch, holder=lease.holder, until=rows[0][0])


def release(context: Context, lease: Lease) -> Transaction[None]:
    """Let it go at once; nothing happens if it is somebody else's."""
    del context
    yield Query(
        f"UPDATE lease SET until = 0 WHERE name = '{NAME}' AND epoch = ? AND holder = ?", (lease.epoch, lease.holder)
    )


def holder(context: Context) -> Transaction[tuple[str, int, float] | None]:
    """Who holds it, the epoch, and for how many seconds still."""
    rows = yield Query(
        f"SELECT holder, epoch, until - {context.now} FROM lease WHERE name = '{NAME}' AND until > {context.now}"
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def fence(context: Context, epoch: int) -> Transaction[None]:
    """Lock the lease until the transaction ends and check that it is still of `epoch`: always the first statement."""
    rows = yield Query(f"SELECT epoch FROM lease WHERE name = '{NAME}' {context.for_update}")
    if not rows or rows[0][0] != epoch:
        raise FencedError(f"epoch {epoch} is over; it is {rows[0][0] if rows else 'none'} now")
