"""Delivery states: they only move up in rank (guarantee G12), and SQL does the comparing.

A report may come before we know the vendor's id of our message (their callback overtakes their answer): it is kept
and applied when the id is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contactcenter.domain.messages import DeliveryReport, OutboundMessage
from contactcenter.domain.words import Delivery
from contactcenter.storage.clean import clean, clean_or_none, key
from contactcenter.storage.records import DeliveryChange, Taken, Unsettled
from contactcenter.storage.steps import BIGINT, FLOAT, TEXT, Context, Each, Query, Transaction

KEPT_SECONDS: Final = 300.0
"""How long every settlement looks again at reports that came too early; afterwards only pruning does."""


def rank_of(column: str) -> str:
    """SQL for the rank of a delivery in `column`; empty is the lowest."""
    ranks = " ".join(f"WHEN '{state.value}' THEN {state.rank}" for state in Delivery)
    return f"(CASE {column} {ranks} ELSE -1 END)"


_MOVE: Final = (
    "UPDATE message SET delivery = v.delivery, error = v.error,"
    " provider_id = COALESCE(message.provider_id, v.provider_id), segments = COALESCE(v.segments, message.segments)"
    " FROM {rows}"
    f" WHERE message.id = v.id AND message.direction <> 'in' AND {rank_of('message.delivery')} < v.rank"
    " RETURNING message.id"
)
_MOVE_COLUMNS: Final = (
    ("id", TEXT), ("delivery", TEXT), ("rank", BIGINT), ("error", TEXT), ("provider_id", TEXT), ("segments", BIGINT),
)  # fmt: skip
_NAME: Final = (
    "UPDATE message SET provider_id = v.provider_id, segments = COALESCE(v.segments, message.segments) FROM {rows}"
    " WHERE message.id = v.id AND message.direction <> 'in' AND message.provider_id IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A delivery that a message should take on, and what else is known now."""

    message_id: str
    delivery: Delivery
    error: str | None = None
    provider_id: str | None = None
    segments: int | None = None


def move(moves: Sequence[Move]) -> Transaction[list[DeliveryChange]]:
    """Move messages up; returns those that did move. Vendor's ids are noted in any case."""
    if not moves:
        return []
    best: dict[str, Move] = {}
    for wish in sorted(moves, key=lambda wish: wish.delivery.rank):
        best[wish.message_id] = wish
    named = [(wish.message_id, wish.provider_id, wish.segments) for wish in moves if wish.provider_id is not None]
    if named:
        yield Each(_NAME, (("id", TEXT), ("provider_id", TEXT), ("segments", BIGINT)), sorted(named))
    rows = yield Each(
        _MOVE,
        _MOVE_COLUMNS,
        [
            (id_, wish.delivery.value, wish.delivery.rank, wish.error, wish.provider_id, wish.segments)
            for id_, wish in sorted(best.items())
        ],
    )
    moved = [row[0] for row in rows]
    if not moved:
        return []
    rows = yield Each(
        "SELECT m.id, m.contact_id, COALESCE(c.agent_id, m.agent_id) FROM message m"
        " LEFT JOIN contact c ON c.id = m.contact_id WHERE m.id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(id_,) for id_ in moved],
    )
    return [
        DeliveryChange(
            message_id=id_, contact_id=contact, agent_id=agent, delivery=best[id_].delivery, error=best[id_].error
        )
        for id_, contact, agent in rows
    ]


def report(context: Context, reports: Sequence[DeliveryReport]) -> Transaction[list[Taken]]:
    """Apply what vendors say; the results are in order. Reports of the unknown are kept."""
    found = yield from _find(reports)
    changes = yield from move(
        [
            Move(
                message_id=message_id,
                delivery=one.delivery,
                error=clean_or_none(one.error),
                provider_id=key(one.provider_id) if one.provider_id else None,
            )
            for one, message_id in zip(reports, found, strict=True)
            if message_id is not None
        ]
    )
    early = [one for one, message_id in zip(reports, found, strict=True) if message_id is None and one.provider_id]
    if early:
        yield from _keep(early, context.clock())
    if any(one.provider_id and one.message_id for one in reports):
        changes += yield from apply_kept(context.clock())
    moved = {change.message_id: change for change in changes}
    taken = []
    for one, message_id in zip(reports, found, strict=True):
        change = moved.pop(message_id, None) if message_id and _is(moved.get(message_id), one) else None
        taken.append(
            Taken(
                message_id=message_id,
                contact_id=change.contact_id if change else None,
                agent_id=change.agent_id if change else None,
                delivery_changed=change is not None,
            )
        )
    return taken


def _is(change: DeliveryChange | None, one: DeliveryReport) -> bool:
    return change is not None and change.delivery is one.delivery


def _find(reports: Sequence[DeliveryReport]) -> Transaction[list[str | None]]:
    """Our id of each report's message, by our id or the vendor's."""
    rows = yield Each(
        "SELECT v.place, COALESCE(a.id, b.id) FROM {rows}"
        " LEFT JOIN message a ON a.id = v.message_id AND a.direction <> 'in'"
        " LEFT JOIN message b ON b.channel = v.channel AND b.provider_id = v.provider_id AND b.direction <> 'in'"
        " AND b.provider_id IS NOT NULL",
        (("place", BIGINT), ("message_id", TEXT), ("channel", TEXT), ("provider_id", TEXT)),
        [
            (
                place,
                key(one.message_id) if one.message_id else None,
                clean(one.channel),
                key(one.provider_id) if one.provider_id else None,
            )
            for place, one in enumerate(reports)
        ],
    )
    found: list[str | None] = [None] * len(reports)
    for place, message_id in rows:
        found[place] = message_id
    return found


def _keep(reports: Sequence[DeliveryReport], now: float) -> Transaction[None]:
    best: dict[tuple[str, str], DeliveryReport] = {}
    for one in sorted(reports, key=lambda one: one.delivery.rank):
        best[clean(one.channel), key(one.provider_id or "")] = one
    yield Each(
        "INSERT INTO delivery_report (channel, provider_id, delivery, error, at)"
        " SELECT v.channel, v.provider_id, v.delivery, v.error, v.at FROM {rows} WHERE TRUE"
        " ON CONFLICT (channel, provider_id) DO UPDATE SET delivery = excluded.delivery, error = excluded.error"
        f" WHERE {rank_of('delivery_report.delivery')} < {rank_of('excluded.delivery')}",
        (("channel", TEXT), ("provider_id", TEXT), ("delivery", TEXT), ("error", TEXT), ("at", FLOAT)),
        [(*where, one.delivery.value, clean_or_none(one.error), now) for where, one in sorted(best.items())],
    )


def apply_kept(now: float, seconds: float = KEPT_SECONDS) -> Transaction[list[DeliveryChange]]:
    """Apply reports kept in the last `seconds` whose messages are known by now."""
    kept = yield Query(
        "SELECT channel, provider_id, delivery, error FROM delivery_report WHERE at >= ?", (now - seconds,)
    )
    if not kept:
        return []
    found = yield Each(
        "SELECT v.channel, v.provider_id, v.delivery, v.error, m.id FROM {rows}"
        " LEFT JOIN message m ON m.channel = v.channel AND m.provider_id = v.provider_id AND m.direction <> 'in'"
        " AND m.provider_id IS NOT NULL",
        (("channel", TEXT), ("provider_id", TEXT), ("delivery", TEXT), ("error", TEXT)),
        kept,
    )
    rows = [row for row in found if row[4] is not None]
    if not rows:
        return []
    yield Each(
        "DELETE FROM delivery_report WHERE EXISTS (SELECT 1 FROM {rows}"
        " WHERE v.channel = delivery_report.channel AND v.provider_id = delivery_report.provider_id)",
        (("channel", TEXT), ("provider_id", TEXT)),
        [(row[0], row[1]) for row in rows],
    )
    return (yield from move([Move(message_id=row[4], delivery=Delivery(row[2]), error=row[3]) for row in rows]))


def unsettled(
    _: Context, channel: str, after: tuple[float, str], until: float, limit: int
) -> Transaction[list[Unsettled]]:
    """Messages written after this time and id, and not after `until`, in their order; the partial index has them."""
    at, id_ = after
    rows = yield Query(
        "SELECT m.id, m.provider_id, m.text, m.at, c.address, c.our_address, c.thread FROM message m"
        " JOIN contact c ON c.id = m.contact_id WHERE m.channel = ? AND m.delivery IN ('sending', 'sent')"
        " AND m.provider_id IS NOT NULL AND m.at >= ? AND (m.at > ? OR m.id > ?) AND m.at <= ?"
        " ORDER BY m.at, m.id LIMIT ?",
        (channel, at, at, id_, until, limit),
    )
    return [
        Unsettled(
            message=OutboundMessage(
                id=row[0], channel=channel, address=row[4], to=row[5], thread=row[6], text=row[2], created_at=row[3]
            ),
            provider_id=row[1],
        )
        for row in rows
    ]


def sweep(context: Context) -> Transaction[list[DeliveryChange]]:
    """Apply all kept reports whose messages are known by now: a report and its answer may have crossed."""
    return (yield from apply_kept(context.clock(), context.clock()))
