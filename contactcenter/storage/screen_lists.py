"""What supervisors look at: the floor, the ledger, and contacts found by a filter."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select

from contactcenter.domain.words import MediaClass
from contactcenter.storage import screen_rows as rows
from contactcenter.storage.screen_records import (
    AgentView,
    ContactFilter,
    ContactView,
    FloorView,
    LedgerView,
    LoadView,
    QueueCount,
)
from contactcenter.storage.screen_rows import AGENT, CONTACT, CUSTOMER, HELD, OFFER
from contactcenter.storage.screens import Reader

WAITING: Final = ("waiting", "offered")


class Listings(Reader):
    """Reads over everybody's work. All raise `UnavailableError` when SQL does not answer."""

    async def floor(self, waiting: int = 200) -> FloorView:
        """Who is here, what waits (the first `waiting` in order of service), and how much; consults are not counted."""
        open_now = CONTACT.c.closed_at.is_(None)
        counts = (
            select(
                CONTACT.c.queue,
                CONTACT.c.state,
                func.count().label("count"),
                func.min(CONTACT.c.place).label("first_at"),
            )
            .where(open_now, CONTACT.c.consult_of.is_(None))
            .group_by(CONTACT.c.queue, CONTACT.c.state)
        )
        loads = (
            select(CONTACT.c.agent_id, CONTACT.c.media, func.count().label("count"))
            .where(open_now, CONTACT.c.state.in_(HELD))
            .group_by(CONTACT.c.agent_id, CONTACT.c.media)
        )
        first = (
            rows.contacts()
            .where(open_now, CONTACT.c.state.in_(WAITING))
            .order_by(CONTACT.c.hazard.desc(), CONTACT.c.kept, CONTACT.c.place - CONTACT.c.priority, CONTACT.c.id)
            .limit(waiting)
        )
        ringing = select(OFFER.c.agent_id).where(OFFER.c.outcome.is_(None))
        async with self._reading() as connection:
            return FloorView(
                queues=tuple(QueueCount(**row) for row in (await connection.execute(counts)).mappings()),
                agents=tuple(
                    rows.agent(row)
                    for row in (await connection.execute(rows.agents().order_by(AGENT.c.name, AGENT.c.id))).mappings()
                ),
                loads=tuple(LoadView(**row) for row in (await connection.execute(loads)).mappings()),
                offered=frozenset((await connection.execute(ringing)).scalars()),
                waiting=tuple(rows.contact(row) for row in (await connection.execute(first)).mappings()),
            )

    async def ledger(self, since: float) -> LedgerView:
        """What became of the contacts that arrived since `since` (UTC seconds), and of those still open."""
        counts = (
            select(CONTACT.c.outcome, func.count().label("count"))
            .where(or_(CONTACT.c.arrived_at >= since, CONTACT.c.closed_at.is_(None)), CONTACT.c.consult_of.is_(None))
            .group_by(CONTACT.c.outcome)
        )
        async with self._reading() as connection:
            found = {row["outcome"]: row["count"] for row in (await connection.execute(counts)).mappings()}
        still_open = found.pop(None, 0)
        return LedgerView(offered=still_open + sum(found.values()), open=still_open, outcomes=found)

    async def agents(self) -> tuple[AgentView, ...]:
        """All agents by name."""
        async with self._reading() as connection:
            found = await connection.execute(rows.agents().order_by(AGENT.c.name, AGENT.c.id))
            return tuple(rows.agent(row) for row in found.mappings())

    async def on_calls(self) -> frozenset[str]:
        """The agents who hold a call."""
        held = (CONTACT.c.closed_at.is_(None), CONTACT.c.state.in_(HELD), CONTACT.c.media == MediaClass.VOICE.value)
        async with self._reading() as connection:
            return frozenset((await connection.execute(select(CONTACT.c.agent_id).where(*held))).scalars())

    async def agent(self, agent_id: str) -> AgentView | None:
        """One agent."""
        async with self._reading() as connection:
            found = (await connection.execute(rows.agents().where(AGENT.c.id == agent_id))).mappings().first()
        return None if found is None else rows.agent(found)

    async def contacts(self, wanted: ContactFilter) -> tuple[ContactView, ...]:
        """Customers' contacts that pass the filter, the newest first."""
        async with self._reading() as connection:
            found = await connection.execute(_filtered(wanted))
            return tuple(rows.contact(row) for row in found.mappings())


def _filtered(wanted: ContactFilter) -> Select[Any]:
    statement = rows.contacts().where(CONTACT.c.consult_of.is_(None))
    for column, value in (
        (CONTACT.c.state, wanted.state),
        (CONTACT.c.queue, wanted.queue),
        (CONTACT.c.channel, wanted.channel),
        (CONTACT.c.customer_id, wanted.customer),
        (CONTACT.c.agent_id, wanted.agent),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.text:
        pattern = "%" + wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(
            or_(
                CUSTOMER.c.name.ilike(pattern, escape="\\"),
                CONTACT.c.address.ilike(pattern, escape="\\"),
                CONTACT.c.id == wanted.text,
            )
        )
    if wanted.before is not None:
        arrived_at, contact_id = wanted.before
        earlier = and_(CONTACT.c.arrived_at == arrived_at, CONTACT.c.id < contact_id)
        statement = statement.where(or_(CONTACT.c.arrived_at < arrived_at, earlier))
    return statement.order_by(CONTACT.c.arrived_at.desc(), CONTACT.c.id.desc()).limit(wanted.limit)
