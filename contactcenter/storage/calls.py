"""Customers' calls as rows: where each is in the menus. A row changes only while its `version` is what was read.

What a call becomes (a contact, somebody who left) is written in the commit of its row, so that each happens once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from contactcenter.domain.stimuli import ContactArrived
from contactcenter.domain.words import ContactState, Outcome
from contactcenter.ivr.session import Session
from contactcenter.ivr.steps import Gather
from contactcenter.storage import senders as people
from contactcenter.storage.arrivals import address_kind
from contactcenter.storage.call_records import Call, Called, CallerFacts, CallPart, HeldCall, Standing
from contactcenter.storage.clean import clean, clean_all, key
from contactcenter.storage.driver import Driver
from contactcenter.storage.mapping import json_of, plain_of
from contactcenter.storage.senders import Newcomer, Sender
from contactcenter.storage.steps import BIGINT, BOOLEAN, FLOAT, TEXT, Context, Each, Insert, Query, Transaction
from contactcenter.storage.written import Written, inbox_row

_COLUMNS: Final = (
    ("id", TEXT), ("channel", TEXT), ("contact_id", TEXT), ("address", TEXT), ("our_address", TEXT),
    ("started_at", FLOAT), ("changed_at", FLOAT), ("ended_at", FLOAT), ("version", BIGINT), ("step", BIGINT),
    ("part", TEXT), ("language", TEXT), ("session_json", TEXT), ("caller_json", TEXT), ("contact_at", FLOAT),
    ("served", BOOLEAN), ("moved_at", FLOAT),
)  # fmt: skip
_NAMES: Final = tuple(name for name, _ in _COLUMNS)
_CHANGING: Final = tuple(name for name in _NAMES[_NAMES.index("changed_at") :])
_SESSIONS: Final = msgspec.json.Decoder(Session)
_FACTS: Final = msgspec.json.Decoder(CallerFacts)
_ANY_KEY: Final = Gather(least=1, most=1, finish="", seconds=1.0)


class CallStore:
    """The door to calls; every method is one transaction and raises UnavailableError when SQL does not answer."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def call(self, call_id: str) -> Call | None:
        """One call by the vendor's id."""
        return await self._driver.read(lambda _: _one(key(call_id)))

    async def held(self) -> list[HeldCall]:
        """Every open contact that is a call."""
        return await self._driver.read(lambda _: _held())

    async def standing(self, contact_id: str) -> Standing | None:
        """How a call's contact is; None while the router has not taken it up."""
        return await self._driver.read(lambda _: _standing(contact_id))

    async def forsaken(self, before: float, limit: int) -> list[Call]:
        """Calls in the menus, or past them, without an end, that nothing was heard of since `before`."""
        return await self._driver.read(lambda _: _forsaken(before, limit))

    async def end_closed(self, before: float, now: float, limit: int) -> int:
        """End rows of calls whose contact is closed, unchanged since `before`: nobody told us; how many."""
        return await self._driver.write(lambda _: _end_closed(before, now, limit))


def take_calls(
    context: Context, called: Sequence[Called], written: Written
) -> Transaction[list[tuple[bool, Call | None]]]:
    """Write what is still true; per item whether it was written, and how the call is stored now."""
    first: dict[str, Called] = {}
    for item in called:
        first.setdefault(item.call.id, item)
    rows = {item.call.id: _row(item) for _, item in sorted(first.items())}
    won = yield from _write(first, rows)
    yield from _arrive(context, [first[id_] for id_ in sorted(won)], written)
    lost = sorted({item.call.id for item in called} - won)
    stored: dict[str, Call] = {id_: first[id_].call for id_ in won}
    if lost:
        found = yield Each(
            f"SELECT {', '.join(f'c.{name}' for name in _NAMES)} FROM phone_call c JOIN {{rows}} ON c.id = v.id",
            (("id", TEXT),),
            [(id_,) for id_ in lost],
        )
        stored |= {call.id: call for call in map(_call_of, found)}
    return [(item.call.id in won and first[item.call.id] is item, stored.get(item.call.id)) for item in called]


def _write(first: dict[str, Called], rows: dict[str, tuple[Any, ...]]) -> Transaction[set[str]]:
    new = [row for id_, row in rows.items() if first[id_].call.version == 1]
    changed = [row for id_, row in rows.items() if first[id_].call.version > 1]
    won: set[str] = set()
    if new:
        done = yield Insert("phone_call", _NAMES, new, "ON CONFLICT (id) DO NOTHING", "id")
        won |= {row[0] for row in done}
    if changed:
        done = yield Each(_CHANGE, _COLUMNS, changed)
        won |= {row[0] for row in done}
    return won


_CHANGE: Final = (
    f"UPDATE phone_call SET {', '.join(f'{name} = v.{name}' for name in _CHANGING)} FROM {{rows}}"
    " WHERE phone_call.id = v.id AND phone_call.version = v.version - 1 AND phone_call.ended_at IS NULL"
    " RETURNING phone_call.id"
)


def _arrive(context: Context, called: Sequence[Called], written: Written) -> Transaction[None]:
    """The stimuli; whoever calls for the first time becomes a customer."""
    wanted = {_sender(item.call): item for item in called if isinstance(item.stimulus, ContactArrived)}
    senders: dict[people.Key, Sender] = {}
    if wanted:
        yield from people.look_up(wanted, senders, last_agent=True)
        newcomers = {
            sender: Newcomer(language=item.call.facts.caller.language)
            for sender, item in wanted.items()
            if sender not in senders
        }
        yield from people.welcome(context, newcomers, senders)
    for item in called:
        stimulus = item.stimulus
        if isinstance(stimulus, ContactArrived):
            stimulus = _completed(stimulus, senders[_sender(item.call)])
        if stimulus is not None:
            written.inbox.append(inbox_row(stimulus, item.at))


def _sender(call: Call) -> people.Key:
    """The number, if it is one."""
    address = call.address
    if address.startswith("+") and address[1:].isdigit():
        return address_kind(call.channel), key(address)
    return people.NOBODY, key(call.id)


def _completed(arrival: ContactArrived, sender: Sender) -> ContactArrived:
    flags = set(arrival.flags) | set((sender.flags or "").split())
    return msgspec.structs.replace(
        arrival,
        customer_id=sender.customer_id,
        language=arrival.language or sender.language,
        tier=arrival.tier or sender.tier,
        last_agent=sender.last_agent,
        account_owner=arrival.account_owner or sender.account_owner,
        flags=tuple(sorted(flags)),
    )


def _row(item: Called) -> tuple[Any, ...]:
    call = item.call
    return (
        key(call.id), clean(call.channel), call.contact_id, key(call.address), key(call.to), float(call.started_at),
        item.at, call.ended_at, call.version, call.session.step, call.part.value, clean(call.language),
        _json(call.session), _json(call.facts), call.contact_at, call.served, call.moved_at,
    )  # fmt: skip


def _json(value: msgspec.Struct) -> str:
    """As JSON that SQL can hold, whatever a vendor sent."""
    try:
        text = json_of(value)
    except UnicodeEncodeError:
        return json_of(clean_all(msgspec.to_builtins(value)))
    return json_of(clean_all(msgspec.to_builtins(value))) if "\\u0000" in text else text


def _call_of(row: Sequence[Any]) -> Call:
    found = dict(zip(_NAMES, row, strict=True))
    return Call(
        id=found["id"],
        channel=found["channel"],
        contact_id=found["contact_id"],
        address=found["address"],
        to=found["our_address"],
        started_at=found["started_at"],
        session=_session_of(found),
        facts=_facts_of(found["caller_json"]),
        part=CallPart(found["part"]),
        contact_at=found["contact_at"],
        served=bool(found["served"]),
        moved_at=found["moved_at"],
        ended_at=found["ended_at"],
        version=found["version"],
    )


def _session_of(found: dict[str, Any]) -> Session:
    """Of what only another release can read, the call stands at no node: whatever the caller does leads to a person."""
    try:
        return _SESSIONS.decode(found["session_json"])
    except msgspec.MsgspecError:
        return Session(step=found["step"], node="", language=found["language"], answer=(_ANY_KEY,))


def _facts_of(text: str) -> CallerFacts:
    try:
        return _FACTS.decode(text)
    except msgspec.MsgspecError:
        return CallerFacts()


def _one(call_id: str) -> Transaction[Call | None]:
    rows = yield Query(f"SELECT {', '.join(_NAMES)} FROM phone_call WHERE id = ?", (call_id,))
    return _call_of(rows[0]) if rows else None


def _held() -> Transaction[list[HeldCall]]:
    rows = yield Query(
        "SELECT id, queue, state, hazard, place - priority, kept FROM contact"
        " WHERE closed_at IS NULL AND media = 'voice'"
    )
    return [
        HeldCall(
            contact_id=id_, queue=queue, state=ContactState(state), hazard=bool(hazard), rank=rank, kept=bool(kept)
        )
        for id_, queue, state, hazard, rank, kept in rows
    ]


def _standing(contact_id: str) -> Transaction[Standing | None]:
    rows = yield Query("SELECT state, outcome, queue, language FROM contact WHERE id = ?", (contact_id,))
    if not rows:
        return None
    state, outcome, queue, language = rows[0]
    refused = None
    if outcome == Outcome.REFUSED:
        events = yield Query(
            "SELECT detail_json FROM event WHERE contact_id = ? AND type = 'refused' ORDER BY id DESC LIMIT 1",
            (contact_id,),
        )
        detail = plain_of(events[0][0]) if events else {}
        refused = str(detail.get("reason") or "waiting_limit")
    ended = None if outcome is None else Outcome(outcome)
    return Standing(state=ContactState(state), outcome=ended, queue=queue, language=language, refused=refused)


def _forsaken(before: float, limit: int) -> Transaction[list[Call]]:
    rows = yield Query(
        f"SELECT {', '.join(_NAMES)} FROM phone_call WHERE ended_at IS NULL AND changed_at < ? AND part <> 'hold'"
        " ORDER BY changed_at LIMIT ?",
        (before, limit),
    )
    return [_call_of(row) for row in rows]


def _end_closed(before: float, now: float, limit: int) -> Transaction[int]:
    rows = yield Query(
        "UPDATE phone_call SET ended_at = ?, version = version + 1 WHERE id IN (SELECT p.id FROM phone_call p"
        " JOIN contact c ON c.id = p.contact_id WHERE p.ended_at IS NULL AND p.changed_at < ? AND p.part = 'hold'"
        " AND c.closed_at < ? LIMIT ?) RETURNING id",
        (now, before, before, limit),
    )
    return len(rows)
