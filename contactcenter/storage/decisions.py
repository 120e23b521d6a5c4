"""The router's side: what it loads, reads, and commits, fenced by its epoch."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Any, Final

from contactcenter.domain.codec import encode
from contactcenter.domain.instructions import AnswerRequest, Instruction
from contactcenter.domain.words import Lane
from contactcenter.routing.state import Changes, Snapshot
from contactcenter.storage import configurations, leases, mapping, statistics
from contactcenter.storage.clean import clean
from contactcenter.storage.records import Answer, Batch, InboxRow, Loaded, QuarantinedRow
from contactcenter.storage.steps import BIGINT, FLOAT, TEXT, Context, Each, Insert, Query, Together, Transaction

PREVIEW_LENGTH: Final = 140
LANES: Final = {lane: position for position, lane in enumerate(Lane)}
OUTBOX: Final = (
    "instruction_id", "contact_id", "message_id", "channel", "lane", "kind", "version", "body", "state", "attempts",
    "next_at", "created_at",
)  # fmt: skip


_FIXED: Final = frozenset(
    ("id", "customer_id", "channel", "media", "thread", "address", "our_address", "place", "arrived_at")
)
"""What a contact is born with: rewriting it would rewrite its indexes."""

_CLOSING: Final = frozenset(("closed_at", "outcome"))


def _upsert(columns: Sequence[str], but: AbstractSet[str] = frozenset(("id",))) -> str:
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in but)
    return f"ON CONFLICT (id) DO UPDATE SET {changes}"


_CONTACT: Final = (*mapping.CONTACT, "preview", "last_message_at")
_LATEST: Final = (
    ", preview = COALESCE(excluded.preview, contact.preview),"
    " last_message_at = COALESCE(excluded.last_message_at, contact.last_message_at)"
)
_OPEN_UPSERT: Final = _upsert(mapping.CONTACT, _FIXED | _CLOSING) + _LATEST
_CLOSED_UPSERT: Final = _upsert(mapping.CONTACT, _FIXED) + _LATEST
_PREVIEW: Final = (
    ("preview", f"(SELECT substr(m.text, 1, {PREVIEW_LENGTH}) FROM message m WHERE m.id = {{}})"),
    ("last_message_at", "(SELECT m.at FROM message m WHERE m.id = {})"),
)
"""A list of contacts shows the last message; the row says only which one it is."""

_AGENT_UPSERT: Final = _upsert(mapping.AGENT)
_OFFER_UPSERT: Final = (
    "ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, ended_at = excluded.ended_at, reason = excluded.reason"
)


_id: Final = itemgetter(0)


def load(context: Context) -> Transaction[Loaded]:
    """The configuration, and every live contact, agent and offer, of one moment.

    Sorted here: asked to sort, a database reads the closed ones too.
    """
    stored = yield from configurations.latest(context)
    contacts = yield Query(f"SELECT {', '.join(mapping.CONTACT)} FROM contact WHERE closed_at IS NULL")
    agents = yield Query(f"SELECT {', '.join(mapping.AGENT)} FROM agent ORDER BY id")
    offers = yield Query(f"SELECT {', '.join(mapping.OFFER)} FROM offer WHERE outcome IS NULL")
    at = yield Query(f"SELECT {context.now}")
    snapshot = Snapshot(
        contacts=[mapping.contact_of(row) for row in sorted(contacts, key=_id)],
        agents=[mapping.agent_of(row) for row in agents],
        offers=[mapping.offer_of(row) for row in sorted(offers, key=_id)],
        at=at[0][0],
    )
    mapping.hold({agent.id: agent for agent in snapshot.agents}, snapshot.contacts, snapshot.offers)
    return Loaded(configuration=stored.configuration, snapshot=snapshot)


def read_inbox(context: Context, limit: int) -> Transaction[list[InboxRow]]:
    """Stimuli that are not handled. Ids commit out of order, so every reading starts from the beginning."""
    del context
    rows = yield Query(
        "SELECT id, stimulus_id, kind, version, body, received_at FROM inbox WHERE quarantined_at IS NULL"
        " ORDER BY id LIMIT ?",
        (limit,),
    )
    return [InboxRow(*row) for row in rows]


def commit_batch(context: Context, batch: Batch, rows: Prepared, at: float) -> Transaction[None]:
    """Write a batch whole; one that is committed already is left as it is.

    Raises:
        FencedError: another router decides.
    """
    yield from leases.fence(context, batch.epoch)
    fresh = yield Query(
        "INSERT INTO batch (id, epoch, at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
        (batch.id, batch.epoch, at),
    )
    if not fresh:
        return
    if rows.closed:  # first, because the next contact of a thread may open in the same batch
        yield Insert("contact", _CONTACT, rows.closed, _CLOSED_UPSERT, derived=_PREVIEW)
    yield Together(
        (
            Insert("contact", _CONTACT, rows.contacts, _OPEN_UPSERT, derived=_PREVIEW),
            Insert("agent", mapping.AGENT, rows.agents, _AGENT_UPSERT),
            Insert("offer", mapping.OFFER, rows.offers, _OFFER_UPSERT),
            Insert("decision", mapping.DECISION, rows.decisions, "ON CONFLICT (offer_id) DO NOTHING"),
            Insert("event", mapping.EVENT, rows.events),
            Insert("outbox", OUTBOX, rows.outbox, "ON CONFLICT (instruction_id) DO NOTHING"),
            Insert(
                "agent_log",
                statistics.AGENT_LOG,
                [statistics.log_row(one) for one in batch.agent_log],
                statistics.LOG_AGAIN,
            ),
            Each(_JOIN, (("id", TEXT), ("contact_id", TEXT)), rows.messages),
            Each(_ANSWER, _ANSWER_COLUMNS, _answer_rows(batch.answers, at)),
            Each(_HANDLED, (("id", BIGINT),), [(id_,) for id_ in batch.handled]),
        )
    )
    yield from _write_rarely(rows)


_JOIN: Final = "UPDATE message SET contact_id = v.contact_id FROM {rows} WHERE message.id = v.id"
_HANDLED: Final = "DELETE FROM inbox WHERE id IN (SELECT v.id FROM {rows})"
_ANSWER: Final = (
    "UPDATE request SET answered_at = v.at, code = v.code, message = v.message, detail_json = v.detail_json"
    " FROM {rows} WHERE request.id = v.id AND request.answered_at IS NULL"
)
_ANSWER_COLUMNS: Final = (("id", TEXT), ("at", FLOAT), ("code", TEXT), ("message", TEXT), ("detail_json", TEXT))


def _answer_rows(answers: Sequence[AnswerRequest], at: float) -> list[tuple[Any, ...]]:
    return [(one.request_id, at, one.code, one.message, mapping.json_of(one.detail)) for one in answers]


_TEXTS: Final = (
    "INSERT INTO message (id, contact_id, customer_id, channel, direction, kind, text, at, delivery)"
    " SELECT v.id, c.id, c.customer_id, v.channel, 'system', 'message', v.text, v.at, 'queued'"
    " FROM {rows} JOIN contact c ON c.id = v.contact_id WHERE TRUE ON CONFLICT (id) DO NOTHING"
)
_TEXTS_COLUMNS: Final = (("id", TEXT), ("contact_id", TEXT), ("channel", TEXT), ("text", TEXT), ("at", FLOAT))


def _write_rarely(rows: Prepared) -> Transaction[None]:
    """The center's own messages, what must not be sent, and what a list shows of contacts that did not change."""
    if rows.texts:
        yield Each(_TEXTS, _TEXTS_COLUMNS, rows.texts)
    if rows.previews:
        yield Each(
            f"UPDATE contact SET preview = substr(message.text, 1, {PREVIEW_LENGTH}), last_message_at = message.at"
            " FROM {rows} JOIN message ON message.id = v.message_id WHERE contact.id = v.contact_id"
            " AND (contact.last_message_at IS NULL OR contact.last_message_at <= message.at)",
            (("contact_id", TEXT), ("message_id", TEXT)),
            rows.previews,
        )
    if rows.refused:  # a refused reply will never be sent: it must not look as if it might
        yield Each(
            "UPDATE message SET delivery = CASE WHEN message.direction = 'out' THEN 'failed' END, error = v.code"
            " FROM {rows} WHERE message.id = v.id AND (message.delivery IS NULL OR message.delivery = 'queued')",
            (("id", TEXT), ("code", TEXT)),
            rows.refused,
        )


class Prepared:
    """A batch as rows, made before the engine may change the live records again."""

    __slots__ = (
        "agents", "closed", "contacts", "decisions", "events", "messages", "offers", "outbox", "previews", "refused",
        "texts",
    )  # fmt: skip

    def __init__(self, changes: Changes, outbox: Sequence[Instruction], at: float) -> None:
        self.agents = [mapping.agent_row(agent) for agent in changes.agents.values()]
        # Ended ones first: the unique index allows one live offer a contact at every moment.
        offers = sorted(changes.offers.values(), key=lambda offer: offer.outcome is None)
        self.offers = [mapping.offer_row(offer) for offer in offers]
        self.decisions = [mapping.decision_row(decision) for decision in changes.decisions]
        self.events = [mapping.event_row(event) for event in changes.events]
        self.messages = list(changes.messages.items())
        self.refused = list(changes.refused.items())
        self.texts = [(text.id, text.contact_id, text.channel, clean(text.text), text.at) for text in changes.texts]
        self.outbox = [_outbox_row(instruction, at) for instruction in outbox]
        own = {text.id for text in changes.texts}  # a list shows what people said
        latest = {contact: message for message, contact in self.messages}
        latest |= {row[1]: row[2] for row in self.outbox if row[2] is not None and row[2] not in own}
        self.contacts: list[tuple[Any, ...]] = []
        self.closed: list[tuple[Any, ...]] = []
        for contact in changes.contacts.values():
            last = latest.pop(contact.id, None)
            row = (*mapping.contact_row(contact), last, last)
            (self.contacts if contact.closed_at is None else self.closed).append(row)
        self.previews = list(latest.items())


def _outbox_row(instruction: Instruction, at: float) -> tuple[Any, ...]:
    kind, version, body = encode(instruction)
    return (
        instruction.id,
        getattr(instruction, "contact_id", ""),
        getattr(instruction, "message_id", None),
        instruction.account,
        LANES[instruction.lane],
        kind,
        version,
        body.decode(),
        "pending",
        0,
        at,
        at,
    )


def batch_committed(context: Context, batch_id: str) -> Transaction[bool]:
    """Whether a batch was committed; waits for a commit that is still under way."""
    yield Query(f"SELECT epoch FROM lease WHERE name = '{leases.NAME}' {context.for_update}")
    rows = yield Query("SELECT 1 FROM batch WHERE id = ?", (batch_id,))
    return bool(rows)


def answer(context: Context, request_id: str) -> Transaction[Answer | None]:
    """The decision about a request, None while there is none."""
    del context
    rows = yield Query(
        "SELECT code, message, detail_json FROM request WHERE id = ? AND answered_at IS NOT NULL", (request_id,)
    )
    if not rows:
        return None
    code, message, detail = rows[0]
    return Answer(request_id=request_id, code=code, message=message, detail=mapping.texts_of(detail))


# --- quarantine -------------------------------------------------------------------------------------------------------


def quarantine(context: Context, epoch: int, inbox_id: int, error: str) -> Transaction[None]:
    """Set a stimulus aside that cannot be handled; the rest goes on."""
    yield from leases.fence(context, epoch)
    yield Query("UPDATE inbox SET quarantined_at = ?, error = ? WHERE id = ?", (context.clock(), error, inbox_id))


def quarantined(context: Context, limit: int) -> Transaction[list[QuarantinedRow]]:
    """What was set aside, the oldest first."""
    del context
    rows = yield Query(
        "SELECT id, stimulus_id, kind, version, body, received_at, quarantined_at, error FROM inbox"
        " WHERE quarantined_at IS NOT NULL ORDER BY quarantined_at, id LIMIT ?",
        (limit,),
    )
    return [
        QuarantinedRow(
            id=row[0],
            stimulus_id=row[1],
            kind=row[2],
            version=row[3],
            body=row[4],
            received_at=row[5],
            quarantined_at=row[6],
            error=row[7] or "",
        )
        for row in rows
    ]


def retry_quarantined(context: Context, inbox_id: int) -> Transaction[bool]:
    """Let the router try again; False when there is no such one."""
    del context
    rows = yield Query(
        "UPDATE inbox SET quarantined_at = NULL, error = NULL WHERE id = ? AND quarantined_at IS NOT NULL RETURNING id",
        (inbox_id,),
    )
    return bool(rows)


def drop_quarantined(context: Context, inbox_id: int) -> Transaction[bool]:
    """Delete it for good; False when there is no such one."""
    del context
    rows = yield Query("DELETE FROM inbox WHERE id = ? AND quarantined_at IS NOT NULL RETURNING id", (inbox_id,))
    return bool(rows)
