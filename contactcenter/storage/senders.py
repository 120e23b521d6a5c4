"""Whose an address is, with what is known of them; somebody new becomes a customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from contactcenter.storage.steps import TEXT, Context, Each, Insert, Transaction

Key = tuple[str, str]
"""Kind of address and value."""
NOBODY: Final = ""
"""Instead of a kind: the address was withheld, which is everybody's; the value is what came from there."""


@dataclass(slots=True)
class Sender:
    """What SQL knows of an address and whose it is; of somebody new nothing. `asked`: a dialogue waits for them."""

    customer_id: str
    opted_out: bool
    language: str | None = None
    tier: str | None = None
    account_owner: str | None = None
    flags: str | None = None
    last_agent: str | None = None
    asked: bool = False


class Newcomer(NamedTuple):
    """What somebody new said of themselves."""

    name: str | None = None
    language: str | None = None


LAST_AGENT: Final = (
    "(SELECT c.agent_id FROM contact c WHERE c.customer_id = a.customer_id AND c.agent_id IS NOT NULL"
    " AND c.consult_of IS NULL ORDER BY c.arrived_at DESC LIMIT 1)"
)
_KEY: Final = (("kind", TEXT), ("value", TEXT))


def look_up(keys: Collection[Key], senders: dict[Key, Sender], *, last_agent: bool = False) -> Transaction[None]:
    """Add to `senders` those that are known; their last agent is only looked up when asked for."""
    rows = yield Each(
        "SELECT a.kind, a.value, a.customer_id, a.opted_out_at, p.language, p.tier, p.account_owner, p.flags,"
        f" {LAST_AGENT if last_agent else 'NULL'}"
        " FROM address a JOIN {rows} ON a.kind = v.kind AND a.value = v.value JOIN customer p ON p.id = a.customer_id",
        _KEY,
        sorted(keys),
    )
    for kind, value, customer_id, opted_out_at, *known in rows:
        senders[kind, value] = Sender(customer_id, opted_out_at is not None, *known)


def welcome(context: Context, newcomers: Mapping[Key, Newcomer], senders: dict[Key, Sender]) -> Transaction[None]:
    """Make a customer for every address that nobody has; sorted, so that two processes never wait in a circle.

    Whoever withheld theirs is somebody new each time, and has none by which others would be taken for them.
    """
    if not newcomers:
        return
    now = context.clock()
    made = {sender: context.new_id() for sender in sorted(newcomers)}
    yield Insert(
        "customer",
        ("id", "name", "language", "created_at"),
        [(customer, *newcomers[sender], now) for sender, customer in made.items()],
    )
    addresses = [(*sender, customer, now) for sender, customer in made.items() if sender[0] != NOBODY]
    won = {sender for sender in made if context.alone or sender[0] == NOBODY}
    if addresses:
        rows = yield Insert(
            "address",
            ("kind", "value", "customer_id", "created_at"),
            addresses,
            "" if context.alone else "ON CONFLICT (kind, value) DO NOTHING",
            "" if context.alone else "kind, value",
        )
        won.update((kind, value) for kind, value in rows)
    senders.update({sender: Sender(made[sender], opted_out=False) for sender in won})
    lost = [sender for sender in made if sender not in won]
    if lost:  # another process met the same person this moment
        ids = [(made[sender],) for sender in lost]
        yield Each("DELETE FROM customer WHERE id IN (SELECT v.id FROM {rows})", (("id", TEXT),), ids)
        yield from look_up(lost, senders)
