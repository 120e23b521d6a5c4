"""The way out: what is to be carried out, in order within a contact, the most urgent lane first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contactcenter.domain.codec import decode_instruction
from contactcenter.domain.errors import ContactCenterError
from contactcenter.domain.messages import OutboundMedia, OutboundMessage
from contactcenter.domain.words import Delivery, Lane
from contactcenter.storage import deliveries
from contactcenter.storage.arrivals import kind_of
from contactcenter.storage.clean import clean_or_none, key
from contactcenter.storage.errors import FencedError
from contactcenter.storage.records import DeliveryChange, LaneDepth, OutboxEntry, OutboxItem, Settlement
from contactcenter.storage.steps import BIGINT, FLOAT, TEXT, Context, Each, Query, Transaction

STALE_SECONDS: Final = 120.0
"""A claim of this epoch that is older is its dispatcher's no more (it was restarted)."""

STATES: Final = ("pending", "sending", "dead", "dropped", "unknown")

_LANES: Final = tuple(Lane)

_CLAIMABLE: Final = (
    "SELECT o.id, o.kind, o.version, o.body, o.contact_id, o.lane, o.attempts, o.created_at,"
    " CASE WHEN o.state = 'sending' THEN COALESCE(o.first_tried_at, o.claimed_at) ELSE o.first_tried_at END,"
    " m.id, m.channel, m.text, m.at, c.address, c.our_address, c.thread, c.agent_id, a.opted_out_at"
    " FROM outbox o LEFT JOIN message m ON m.id = o.message_id LEFT JOIN contact c ON c.id = o.contact_id"
    f" LEFT JOIN address a ON a.kind = {kind_of('c.channel')} AND a.value = c.address"
    " WHERE o.state IN ('pending', 'sending')"
    " AND (o.state = 'pending' AND o.next_at <= ? OR o.state = 'sending' AND (o.epoch < ? OR o.claimed_at < ?))"
    " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.contact_id = o.contact_id AND e.id < o.id"
    " AND e.state IN ('pending', 'sending'))"
)


_IN_ORDER: Final = " ORDER BY o.lane, o.id LIMIT ?"


def claim(
    _: Context, epoch: int, now: float, limit: int, except_channels: Sequence[str] = ()
) -> Transaction[list[OutboxItem]]:
    """Take what may be carried out now. What an earlier claim left `sending` comes again, with `first_tried_at`.

    `except_channels` can take no more for the moment: theirs stay, so that others do not wait behind them.

    Raises:
        FencedError: another router decides.
    """
    rows = yield Query("SELECT epoch FROM lease WHERE name = 'router'")
    if not rows or rows[0][0] != epoch:
        raise FencedError(f"epoch {epoch} is over")
    excepted = f" AND o.channel NOT IN ({', '.join('?' * len(except_channels))})" if except_channels else ""
    rows = yield Query(f"{_CLAIMABLE}{excepted}{_IN_ORDER}", (now, epoch, now - STALE_SECONDS, *except_channels, limit))
    if not rows:
        return []
    claimed = yield Each(
        "UPDATE outbox SET state = 'sending', epoch = ?, claimed_at = ?, attempts = outbox.attempts + 1,"
        " first_tried_at = v.first_tried_at FROM {rows}"
        " WHERE outbox.id = v.id AND outbox.attempts = v.attempts AND outbox.state IN ('pending', 'sending')"
        " RETURNING outbox.id",
        (("id", BIGINT), ("attempts", BIGINT), ("first_tried_at", FLOAT)),
        [(row[0], row[6], row[8]) for row in rows],
        (epoch, now),
    )
    mine = {row[0] for row in claimed}
    rows = [row for row in rows if row[0] in mine]
    messages = [row[9] for row in rows if row[9] is not None]
    media = yield from _media_of(messages)
    yield from deliveries.move([deliveries.Move(message_id=id_, delivery=Delivery.SENDING) for id_ in messages])
    items = []
    for row in rows:
        item = _item(row, media)
        if item is None:  # of a later release: seen by an operator, kept for a retry after the upgrade
            yield Query(
                "UPDATE outbox SET state = 'dead', error = ?, settled_at = ? WHERE id = ?",
                (f"{row[1]} version {row[2]} is not known to this release", now, row[0]),
            )
        else:
            items.append(item)
    return items


def _item(row: Sequence[Any], media: dict[str, list[OutboundMedia]]) -> OutboxItem | None:
    id_, kind, version, body, contact_id, lane, attempts, created_at, tried, message_id, channel, text, at = row[:13]
    address, our_address, thread, agent_id, opted_out_at = row[13:]
    try:
        instruction = decode_instruction(kind, version, body)
    except ContactCenterError:
        return None
    message = None
    if message_id is not None:
        message = OutboundMessage(
            id=message_id,
            channel=channel,
            address=address or "",
            to=our_address or "",
            thread=thread or "",
            text=text,
            created_at=at,
            media=tuple(media.get(message_id, ())),
            first_tried_at=tried,
        )
    return OutboxItem(
        id=id_,
        instruction=instruction,
        contact_id=contact_id,
        lane=_LANES[lane].value,
        attempts=attempts + 1,
        created_at=created_at,
        first_tried_at=tried,
        message=message,
        agent_id=agent_id,
        opted_out=opted_out_at is not None,
    )


def _media_of(messages: Sequence[str]) -> Transaction[dict[str, list[OutboundMedia]]]:
    if not messages:
        return {}
    rows = yield Each(
        "SELECT m.message_id, m.id, m.content_type FROM media m JOIN {rows} ON m.message_id = v.id"
        " WHERE m.state = 'ready' ORDER BY m.message_id, m.position",
        (("id", TEXT),),
        [(message,) for message in messages],
    )
    media: dict[str, list[OutboundMedia]] = {}
    for message_id, id_, content_type in rows:
        one = OutboundMedia(media_id=id_, content_type=content_type or "application/octet-stream", url="")
        media.setdefault(message_id, []).append(one)
    return media


def settle(context: Context, settlements: Sequence[Settlement], at: float) -> Transaction[list[DeliveryChange]]:
    """Write down what came of claimed items; what was sent leaves the outbox."""
    rows = yield Each(
        "SELECT o.id, o.message_id FROM outbox o JOIN {rows} ON o.id = v.id",
        (("id", BIGINT),),
        [(one.id,) for one in settlements],
    )
    message_of: dict[int, str | None] = {row[0]: row[1] for row in rows}
    sent = [(one.id,) for one in settlements if one.state == "sent"]
    if sent:
        yield Each("DELETE FROM outbox WHERE id IN (SELECT v.id FROM {rows})", (("id", BIGINT),), sent)
    again = [one for one in settlements if one.state == "pending"]
    if again:
        yield from _put_back(again, at)
    ended = [one for one in settlements if one.state in ("dead", "dropped", "unknown")]
    if ended:
        yield Each(
            "UPDATE outbox SET state = v.state, error = v.error, settled_at = ? FROM {rows}"
            " WHERE outbox.id = v.id AND outbox.state = 'sending'",
            (("id", BIGINT), ("state", TEXT), ("error", TEXT)),
            [(one.id, one.state, clean_or_none(one.error)) for one in ended],
            (at,),
        )
    moves = [move for one in settlements if (move := _move_of(one, message_of.get(one.id))) is not None]
    changes = yield from deliveries.move(moves)
    changes += yield from deliveries.apply_kept(context.clock())
    return changes


def _put_back(again: Sequence[Settlement], at: float) -> Transaction[None]:
    """Back into the line; an attempt that may have reached the vendor is remembered for the look-up."""
    yield Each(
        "UPDATE outbox SET state = 'pending', next_at = v.next_at, error = v.error, first_tried_at ="
        " CASE WHEN v.reached = 1 THEN COALESCE(outbox.first_tried_at, outbox.claimed_at)"
        " ELSE outbox.first_tried_at END"
        " FROM {rows} WHERE outbox.id = v.id AND outbox.state = 'sending'",
        (("id", BIGINT), ("next_at", FLOAT), ("error", TEXT), ("reached", BIGINT)),
        [
            (one.id, at if one.next_at is None else one.next_at, clean_or_none(one.error), int(one.reached))
            for one in again
        ],
    )


def _move_of(one: Settlement, message_id: str | None) -> deliveries.Move | None:
    if message_id is None:
        return None
    error = clean_or_none(one.error)
    match one.state:
        case "sent":
            if one.receipt is None:
                return None
            return deliveries.Move(
                message_id=message_id,
                delivery=one.receipt.delivery,
                provider_id=key(one.receipt.provider_id) if one.receipt.provider_id else None,
                segments=one.receipt.segments,
            )
        case "dead" | "dropped":
            return deliveries.Move(message_id=message_id, delivery=Delivery.FAILED, error=error)
        case "unknown":
            return deliveries.Move(message_id=message_id, delivery=Delivery.DELIVERY_UNKNOWN, error=error)
        case _:
            return None


# --- for operators ----------------------------------------------------------------------------------------------------

_ENTRY: Final = (
    "id, kind, contact_id, message_id, channel, lane, state, attempts, error, created_at, next_at, settled_at"
)


def _entry(row: Sequence[Any]) -> OutboxEntry:
    id_, kind, contact_id, message_id, channel, lane, state, attempts, error, created_at, next_at, settled_at = row
    return OutboxEntry(
        id=id_,
        kind=kind,
        contact_id=contact_id,
        message_id=message_id,
        channel=channel,
        lane=_LANES[lane].value,
        state=state,
        attempts=attempts,
        error=error,
        created_at=created_at,
        next_at=next_at,
        settled_at=settled_at,
    )


def entries(context: Context, state: str, limit: int) -> Transaction[list[OutboxEntry]]:
    """Items in `state`, the oldest first."""
    del context
    if state not in STATES:
        return []
    # The state is written out, and not sorted by plain id, so that the few dead ones are found by their partial index.
    rows = yield Query(f"SELECT {_ENTRY} FROM outbox WHERE state = '{state}' ORDER BY +id LIMIT ?", (limit,))
    return [_entry(row) for row in rows]


def depth(context: Context) -> Transaction[list[LaneDepth]]:
    """What is unfinished, by lane."""
    del context
    rows = yield Query(
        "SELECT lane, COUNT(*), MIN(created_at) FROM outbox WHERE state IN ('pending', 'sending')"
        " GROUP BY lane ORDER BY lane"
    )
    return [LaneDepth(lane=_LANES[row[0]].value, count=row[1], oldest_at=row[2]) for row in rows]


def retry(context: Context, outbox_id: int) -> Transaction[bool]:
    """Try a dead one (or one of unknown outcome) again: a person decides that, so its delivery starts over."""
    rows = yield Query(
        "UPDATE outbox SET state = 'pending', next_at = ?, attempts = 0, settled_at = NULL"
        " WHERE id = ? AND state IN ('dead', 'unknown') RETURNING message_id",
        (context.clock(), outbox_id),
    )
    if not rows:
        return False
    yield Query(
        "UPDATE message SET delivery = 'queued', error = NULL WHERE id = ?"
        " AND delivery IN ('failed', 'delivery_unknown')",
        (rows[0][0],),
    )
    return True


def drop(context: Context, outbox_id: int) -> Transaction[bool]:
    """Give a dead one up; False when there is none such."""
    rows = yield Query(
        "UPDATE outbox SET state = 'dropped', settled_at = ?"
        " WHERE id = ? AND state IN ('dead', 'unknown') RETURNING id",
        (context.clock(), outbox_id),
    )
    return bool(rows)
