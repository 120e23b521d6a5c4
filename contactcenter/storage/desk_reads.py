"""What agents' consoles are told: read after every decision, so it takes the short way, one hop for all of it.

The statements are those of `screen_rows`, turned into text once; SQLAlchemy would cost ten times the reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from contactcenter.storage import screen_rows as rows
from contactcenter.storage.screen_records import DeskView, MediaView, MessageMark, MessageView
from contactcenter.storage.steps import TEXT, Context, Each, Transaction
from contactcenter.storage.utility_callers import places_of

TAIL: Final = 10
"""Messages at the end of a contact that a sweep compares."""

_OPEN: Final = "contact.state IN ('connecting', 'connected', 'wrap_up') AND contact.closed_at IS NULL"
_FLAGS: Final = ("customer_left", "opted_out", "hazard", "kept")

Row: TypeAlias = Mapping[str, Any]


def desks(
    context: Context,
    agent_ids: Collection[str],
    statuses_of: Collection[str],
    offer_ids: Collection[str],
    contact_ids: Collection[str],
    message_ids: Collection[str],
    tails_of: Collection[str],
) -> Transaction[DeskView]:
    """See `storage.Storage.desks`."""
    found = yield from where(rows.agents, "agent.id", {*agent_ids, *statuses_of})
    agents = {row["id"]: rows.agent(row) for row in found}
    found = yield from where(rows.offers, "offer.agent_id", agent_ids, "offer.outcome IS NULL")
    offers = {row["id"]: rows.offer(row) for row in found}
    found = yield from where(rows.offers, "offer.id", [one for one in offer_ids if one not in offers])
    offers |= {row["id"]: rows.offer(row) for row in found}
    found = yield from where(rows.contacts, "contact.agent_id", agent_ids, _OPEN)
    contacts = {row["id"]: rows.contact(row) for row in found}
    compared = {*tails_of, *contacts}
    others = {*contact_ids, *(offer.contact_id for offer in offers.values() if offer.outcome is None)}
    found = yield from where(rows.contacts, "contact.id", others - contacts.keys())
    contacts |= {row["id"]: rows.contact(row) for row in found}
    ringing = {offer.contact_id for offer in offers.values() if offer.outcome is None} & contacts.keys()
    places = yield from places_of(sorted({contacts[one].customer_id for one in ringing}), context.clock())
    marks = yield from marks_of(compared)
    messages = yield from messages_of(message_ids)
    return DeskView(agents=agents, offers=offers, contacts=contacts, messages=messages, marks=marks, places=places)


def where(
    statement: Callable[[], Select[Any]], column: str, values: Iterable[str], also: str = "", order: str = ""
) -> Transaction[list[Row]]:
    """The rows of a statement whose `column` is one of `values`."""
    wanted = sorted(set(values))
    if not wanted:
        return []
    text, names = _text(statement)
    condition = f" AND {also}" if also else ""
    ordered = f" ORDER BY {order}" if order else ""
    found = yield Each(
        f"{text} WHERE {column} IN (SELECT v.id FROM {{rows}}){condition}{ordered}",
        (("id", TEXT),),
        [(one,) for one in wanted],
    )
    return [_named(names, row) for row in found]


def _named(names: tuple[str, ...], row: Iterable[Any]) -> Row:
    fields = dict(zip(names, row, strict=True))
    for flag in _FLAGS:  # SQLite keeps truth as a number
        if flag in fields:
            fields[flag] = bool(fields[flag])
    return fields


@cache
def _text(statement: Callable[[], Select[Any]]) -> tuple[str, tuple[str, ...]]:
    """A statement as text that both databases understand, and the names of its columns."""
    made = statement().order_by(None)
    compiled = made.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return str(compiled), tuple(made.selected_columns.keys())


def marks_of(contact_ids: Collection[str], last: int = TAIL) -> Transaction[tuple[MessageMark, ...]]:
    """What may have changed of the last messages of each contact."""
    if not contact_ids:
        return ()
    found = yield Each(
        "SELECT id, contact_id, delivery, error, (SELECT count(*) FROM media WHERE media.message_id = numbered.id"
        " AND media.state = 'pending') FROM (SELECT message.id AS id, message.contact_id AS contact_id,"
        " message.delivery AS delivery, message.error AS error, row_number() OVER"
        " (PARTITION BY message.contact_id ORDER BY message.at DESC) AS place"
        " FROM message WHERE message.contact_id IN (SELECT v.id FROM {rows})) AS numbered WHERE place <= ?",
        (("id", TEXT),),
        [(one,) for one in sorted(contact_ids)],
        (last,),
    )
    return tuple(MessageMark(*row) for row in found)


def messages_of(message_ids: Collection[str]) -> Transaction[tuple[MessageView, ...]]:
    """Messages with their pictures, in order."""
    found = yield from where(rows.messages, "message.id", message_ids)
    media: defaultdict[str, list[MediaView]] = defaultdict(list)
    sent = [row["id"] for row in found]
    pictures = yield from where(rows.media, "media.message_id", sent, order="media.position, media.id")
    for row in pictures:
        media[row["message_id"]].append(rows.medium(row))
    ordered = sorted(found, key=lambda row: (row["at"], row["id"]))
    return tuple(rows.message(row, tuple(media.get(row["id"], ()))) for row in ordered)
