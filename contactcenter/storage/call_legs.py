"""The legs that the center calls into contacts' rooms: agents, supervisors, guests; and what a caller's contact is now.

A leg's row is committed before the vendor is asked, so that whoever comes after a crash knows what to look up. What
the end of a leg means to the router is written in the same commit as the end: it is said exactly once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.domain.stimuli import Stimulus
from contactcenter.domain.words import ContactState
from contactcenter.storage.call_records import THREAD
from contactcenter.storage.clean import clean, clean_or_none
from contactcenter.storage.driver import Driver
from contactcenter.storage.steps import Context, Insert, Query, Transaction
from contactcenter.storage.written import Written, inbox_row, write

AGENT: Final = "agent"
SUPERVISOR: Final = "supervisor"
GUEST: Final = "guest"
"""Roles. `guest`: somebody who was asked for advice, joined the talk, or goes on with it outside the center; with
`agent_id` when it is an agent."""

ABOUT_SECONDS: Final = 60.0
"""Clocks differ, ours and a vendor's."""

_COLUMNS: Final = (
    "id", "contact_id", "channel", "role", "agent_id", "address", "call_id", "state", "created_at", "admitted_at",
    "connected_at", "ended_at", "reason", "consult_id", "name",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(f'l.{column}' for column in _COLUMNS)} FROM call_leg l"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeg:
    """A leg. `id` is ours, `call_id` the vendor's once it is known, `state` a channels.voice.CallState.

    Times are UTC seconds. `admitted_at`: the caller's call was asked to join this leg in the room (intent);
    `connected_at`: both were seen there. `reason` says why it ended, when that is no plain hanging up.
    `consult_id`: the consult for which it was called into the room of `contact_id`, until who was asked has the call.
    `name` is that of somebody who is no agent.
    """

    id: str
    contact_id: str
    channel: str
    role: str
    address: str
    state: str
    created_at: float
    agent_id: str | None = None
    call_id: str | None = None
    admitted_at: float | None = None
    connected_at: float | None = None
    ended_at: float | None = None
    reason: str | None = None
    consult_id: str | None = None
    name: str | None = None

    @property
    def live(self) -> bool:
        """Whether it is not known to be over."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerContact:
    """A caller's contact as the router knows it, and its live legs, the oldest first; or a consult during such a call.

    `call_id` is the vendor's id of the caller's own call. A consult has no caller: it is
    `consult_of` their contact, whose room its leg goes into.
    """

    contact_id: str
    channel: str
    thread: str
    state: ContactState
    state_since: float
    agent_id: str | None
    our_address: str
    queue: str
    deadline: float | None
    consult_of: str | None = None
    legs: tuple[CallLeg, ...] = ()

    @property
    def room(self) -> str:
        """The contact in whose room its legs are."""
        return self.consult_of or self.contact_id

    @property
    def call_id(self) -> str:
        """The vendor's id of the caller's call."""
        return self.thread.removeprefix(THREAD)


class CallLegStore:
    """The door; every method is one transaction and raises UnavailableError when SQL does not answer."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, leg: CallLeg) -> CallLeg:
        """Note a leg before the vendor is asked to call it; a repeat changes nothing. Returns what is there."""
        return await self._driver.write(lambda _: _add(leg))

    async def leg(self, leg_id: str) -> CallLeg | None:
        """One leg."""
        return await self._driver.read(lambda _: _one(leg_id))

    async def legs_of(self, contact_id: str, *, live: bool = True) -> list[CallLeg]:
        """A contact's legs, the oldest first; with `live` False also those that are over."""
        return await self._driver.read(lambda _: _legs_of(contact_id, live=live))

    async def others(self, leg: CallLeg) -> frozenset[str]:
        """What the vendor calls other attempts at the same telephone, of about the same time."""
        return await self._driver.read(lambda _: _others(leg))

    async def named(self, leg_id: str, call_id: str) -> bool:
        """The vendor has the leg and calls it so. False: it was ended meanwhile or has another name, so hang it up."""
        return await self._driver.write(lambda _: _name(leg_id, clean(call_id)))

    async def moved_on(self, leg_id: str, state: str) -> None:
        """A live leg is so far now."""
        await self._driver.write(lambda _: _set(leg_id, "state = ?", state))

    async def admitted(self, leg_id: str, at: float) -> None:
        """The caller's call is about to be asked into the room for this leg."""
        await self._driver.write(lambda _: _set(leg_id, "admitted_at = ?", at))

    async def changed_role(self, leg_id: str, role: str) -> bool:
        """Somebody who is in the room is there for something else now; False when the leg is over."""
        return await self._driver.write(lambda _: _set(leg_id, "consult_id = NULL, role = ?", role))

    async def connected(self, leg_id: str, at: float, stimulus: Stimulus) -> bool:
        """The leg and the caller are in the room: tell the router once; False when it was told, or the leg is over."""
        return await self._driver.write(
            lambda context: _tell(context, "connected_at = ?", (at,), leg_id, " AND connected_at IS NULL", stimulus)
        )

    async def ended(
        self, leg_id: str, state: str, at: float, *, reason: str | None = None, stimulus: Stimulus | None = None
    ) -> bool:
        """The leg is over, which tells the router `stimulus`; False when that was known, and nothing is told."""
        values = (state, at, clean_or_none(reason))
        return await self._driver.write(
            lambda context: _tell(context, "state = ?, ended_at = ?, reason = ?", values, leg_id, "", stimulus)
        )

    async def caller(self, contact_id: str) -> CallerContact | None:
        """A caller's contact with its live legs; None when there is no such contact, or it is no call."""
        return await self._driver.read(lambda _: _caller(contact_id))

    async def with_legs(self) -> dict[str, str | None]:
        """Contacts that have live legs, consults with the contact in whose room theirs are."""
        return await self._driver.read(lambda _: _with_legs())

    async def handed_over(self, forwarded: str) -> list[str]:
        """Contacts with somebody who is to have the call, while the agent who gave it is still in it.

        To have it: an agent who holds the contact by now, or an outside number once our work is over, or one whose
        leg's id begins with `forwarded`.
        """
        return await self._driver.read(lambda _: _ids(_HANDED_OVER, f"{forwarded}%"))

    async def open_calls(self) -> list[tuple[str, ContactState]]:
        """Open contacts of callers, with their state."""
        return await self._driver.read(lambda _: _open_calls())

    async def telephone(self, agent_id: str) -> str | None:
        """Where an agent takes calls: a number or `sip:…`; None: the softphone."""
        return await self._driver.read(lambda _: _telephone(agent_id))

    async def set_telephone(self, agent_id: str, telephone: str | None) -> bool:
        """Change where an agent takes calls; False when there is no such agent."""
        return await self._driver.write(lambda _: _set_telephone(agent_id, telephone))


def _leg(row: Sequence[Any]) -> CallLeg:
    return CallLeg(**dict(zip(_COLUMNS, row, strict=True)))


def _add(leg: CallLeg) -> Transaction[CallLeg]:
    values = tuple(getattr(leg, column) for column in _COLUMNS)
    yield Insert("call_leg", _COLUMNS, [values], "ON CONFLICT (id) DO NOTHING")
    return (yield from _one(leg.id)) or leg


def _one(leg_id: str) -> Transaction[CallLeg | None]:
    rows = yield Query(f"{_SELECT} WHERE l.id = ?", (leg_id,))
    return _leg(rows[0]) if rows else None


def _legs_of(contact_id: str, *, live: bool) -> Transaction[list[CallLeg]]:
    also = " AND l.ended_at IS NULL" if live else ""
    rows = yield Query(f"{_SELECT} WHERE l.contact_id = ?{also} ORDER BY l.created_at, l.id", (contact_id,))
    return [_leg(row) for row in rows]


def _others(leg: CallLeg) -> Transaction[frozenset[str]]:
    rows = yield Query(
        "SELECT call_id FROM call_leg WHERE address = ? AND created_at >= ? AND id <> ? AND call_id IS NOT NULL",
        (leg.address, leg.created_at - ABOUT_SECONDS, leg.id),
    )
    return frozenset(row[0] for row in rows)


def _name(leg_id: str, call_id: str) -> Transaction[bool]:
    rows = yield Query(
        "UPDATE call_leg SET call_id = ? WHERE id = ? AND ended_at IS NULL AND (call_id IS NULL OR call_id = ?)"
        " RETURNING id",
        (call_id, leg_id, call_id),
    )
    return bool(rows)


def _set(leg_id: str, changes: str, value: object) -> Transaction[bool]:
    rows = yield Query(f"UPDATE call_leg SET {changes} WHERE id = ? AND ended_at IS NULL RETURNING id", (value, leg_id))
    return bool(rows)


def _tell(
    context: Context, changes: str, values: tuple[object, ...], leg_id: str, also: str, stimulus: Stimulus | None
) -> Transaction[bool]:
    rows = yield Query(
        f"UPDATE call_leg SET {changes} WHERE id = ? AND ended_at IS NULL{also} RETURNING id", (*values, leg_id)
    )
    if rows and stimulus is not None:
        yield from write(Written(inbox=[inbox_row(stimulus, context.clock())]))
    return bool(rows)


def _caller(contact_id: str) -> Transaction[CallerContact | None]:
    rows = yield Query(
        "SELECT id, channel, thread, state, state_since, agent_id, our_address, queue, deadline, consult_of"
        " FROM contact WHERE id = ? AND media = 'voice'",
        (contact_id,),
    )
    if not rows:
        return None
    id_, channel, thread, state, state_since, agent_id, our_address, queue, deadline, consult_of = rows[0]
    legs = yield from _legs_of(contact_id, live=True) if consult_of is None else _consults_legs(contact_id)
    return CallerContact(
        contact_id=id_,
        channel=channel,
        thread=thread,
        state=ContactState(state),
        state_since=state_since,
        agent_id=agent_id,
        our_address=our_address,
        queue=queue,
        deadline=deadline,
        consult_of=consult_of,
        legs=tuple(legs),
    )


def _consults_legs(consult_id: str) -> Transaction[list[CallLeg]]:
    """Live legs of a consult; whoever has the call by now is in it for that."""
    rows = yield Query(
        f"{_SELECT} WHERE l.consult_id = ? AND l.ended_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM contact c WHERE c.id = l.contact_id AND c.agent_id = l.agent_id) ORDER BY l.created_at, l.id",
        (consult_id,),
    )
    return [_leg(row) for row in rows]


def _with_legs() -> Transaction[dict[str, str | None]]:
    rows = yield Query("SELECT DISTINCT contact_id, consult_id FROM call_leg WHERE ended_at IS NULL")
    found: dict[str, str | None] = {contact_id: None for contact_id, _ in rows}
    return found | {consult_id: contact_id for contact_id, consult_id in rows if consult_id is not None}


_HANDED_OVER: Final = (
    "SELECT DISTINCT l.contact_id FROM call_leg l JOIN contact c ON c.id = l.contact_id"
    " JOIN call_leg giver ON giver.contact_id = l.contact_id AND giver.ended_at IS NULL AND giver.role = 'agent'"
    " WHERE l.ended_at IS NULL AND l.role = 'guest' AND ((l.agent_id = c.agent_id AND c.state = 'connected')"
    " OR (l.agent_id IS NULL AND (c.state IN ('wrap_up', 'closed') OR l.id LIKE ?)))"
)


def _ids(sql: str, *values: object) -> Transaction[list[str]]:
    rows = yield Query(sql, values)
    return [row[0] for row in rows]


def _open_calls() -> Transaction[list[tuple[str, ContactState]]]:
    rows = yield Query(
        "SELECT id, state FROM contact WHERE closed_at IS NULL AND media = 'voice' AND consult_of IS NULL ORDER BY id"
    )
    return [(id_, ContactState(state)) for id_, state in rows]


def _telephone(agent_id: str) -> Transaction[str | None]:
    rows = yield Query("SELECT telephone FROM agent WHERE id = ?", (agent_id,))
    return rows[0][0] if rows else None


def _set_telephone(agent_id: str, telephone: str | None) -> Transaction[bool]:
    rows = yield Query("UPDATE agent SET telephone = ? WHERE id = ? RETURNING id", (telephone, agent_id))
    return bool(rows)
