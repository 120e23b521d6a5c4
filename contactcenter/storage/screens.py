"""What people look at, read with SQLAlchemy Core: desks, contacts, customers, chats.

Nothing here decides anything; the router and the intake never read through it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.routing.consults import THREAD as CONSULT_THREAD
from contactcenter.storage import screen_rows as rows
from contactcenter.storage.errors import UnavailableError
from contactcenter.storage.screen_records import (
    ContactView,
    CustomerView,
    EventView,
    MediaView,
    MessageView,
)
from contactcenter.storage.screen_rows import AGENT, CONTACT, CUSTOMER, MEDIA, MESSAGE
from contactcenter.storage.tables import TABLES

LAST_MESSAGES: Final = 200
CHUNK: Final = 500
"""Values in one list of a statement; SQLite has a limit and PostgreSQL a plan to make."""

Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Reader:
    """Opens a connection for each screen; SQL that does not answer is one kind of error."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise UnavailableError(f"SQL does not answer: {type(error).__name__}") from error


class Screens(Reader):
    """Reads for agents' desks and for chats. All raise `UnavailableError` when SQL does not answer."""

    async def logins(self, token_hashes: Collection[str], now: float) -> frozenset[str]:
        """Which of these sessions still hold at `now` (UTC seconds)."""
        login, account = TABLES["login"], TABLES["account"]
        statement = (
            select(login.c.token_hash)
            .join(account, account.c.id == login.c.account_id)
            .where(login.c.expires_at > now, account.c.active.is_(True))
        )
        async with self._reading() as connection:
            found = await _all(connection, statement, login.c.token_hash, token_hashes)
        return frozenset(row["token_hash"] for row in found)

    async def consoles(self, node_id: str) -> frozenset[str]:
        """The consoles that are open on this node, as SQL has them."""
        table = TABLES["console_session"]
        async with self._reading() as connection:
            found = await connection.execute(select(table.c.id).where(table.c.node_id == node_id))
            return frozenset(found.scalars())

    async def configuration_version(self) -> int:
        """The newest version; 0 when there is none."""
        statement = select(func.max(TABLES["configuration"].c.version))
        async with self._reading() as connection:
            return int((await connection.execute(statement)).scalar() or 0)

    async def contact(self, contact_id: str, agent_id: str | None = None) -> ContactView | None:
        """One contact; with `agent_id` only if that agent may see it."""
        statement = rows.contacts().where(CONTACT.c.id == contact_id)
        if agent_id is not None:
            statement = statement.where(rows.visible_to(agent_id))
        async with self._reading() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else rows.contact(found)

    async def consult_of(self, contact_id: str) -> ContactView | None:
        """The open consult that the agent of a call has asked for."""
        thread = f"{CONSULT_THREAD}{contact_id}"
        statement = rows.contacts().where(CONTACT.c.thread == thread, CONTACT.c.closed_at.is_(None))
        async with self._reading() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else rows.contact(found)

    async def consult_before(self, call: ContactView, since: float) -> ContactView | None:
        """The last consult of a call that ended since `since` (UTC seconds)."""
        statement = (
            rows.contacts()
            .where(
                CONTACT.c.customer_id == call.customer_id,  # By the index of a customer's contacts.
                CONTACT.c.arrived_at >= call.arrived_at,
                CONTACT.c.consult_of == call.id,
                CONTACT.c.closed_at >= since,
            )
            .order_by(CONTACT.c.closed_at.desc())
            .limit(1)
        )
        async with self._reading() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else rows.contact(found)

    async def messages(self, contact_id: str, last: int = LAST_MESSAGES) -> tuple[MessageView, ...]:
        """The last messages of a contact, in order."""
        newest = (
            rows.messages()
            .where(MESSAGE.c.contact_id == contact_id)
            .order_by(MESSAGE.c.at.desc(), MESSAGE.c.id.desc())
            .limit(last)
        )
        async with self._reading() as connection:
            return await _with_media(connection, newest)

    async def events(self, contact_id: str) -> tuple[EventView, ...]:
        """What happened to a contact, in order; at most the first 1,000 lines."""
        statement = rows.events().where(TABLES["event"].c.contact_id == contact_id).limit(1000)
        async with self._reading() as connection:
            return tuple(rows.event(row) for row in (await connection.execute(statement)).mappings())

    async def customer(self, customer_id: str, agent_id: str | None = None) -> CustomerView | None:
        """One customer; with `agent_id` only if that agent has open work of theirs."""
        statement = (
            select(
                CUSTOMER.c.id,
                CUSTOMER.c.name,
                CUSTOMER.c.tier,
                CUSTOMER.c.language,
                CUSTOMER.c.account_owner,
                CUSTOMER.c.flags,
                AGENT.c.name.label("owner_name"),
            )
            .outerjoin(AGENT, AGENT.c.id == CUSTOMER.c.account_owner)
            .where(CUSTOMER.c.id == customer_id)
        )
        if agent_id is not None:
            visible = select(CONTACT.c.customer_id).where(rows.visible_to(agent_id))
            statement = statement.where(CUSTOMER.c.id.in_(visible))
        async with self._reading() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else CustomerView(**found)

    async def contacts_of(self, customer_id: str, limit: int = 50) -> tuple[ContactView, ...]:
        """A customer's contacts, the newest first."""
        statement = (
            rows.contacts()
            .where(CONTACT.c.customer_id == customer_id, CONTACT.c.consult_of.is_(None))
            .order_by(CONTACT.c.arrived_at.desc(), CONTACT.c.id.desc())
            .limit(limit)
        )
        async with self._reading() as connection:
            return tuple(rows.contact(row) for row in (await connection.execute(statement)).mappings())

    async def media_contact(self, media_id: str) -> str | None:
        """The contact that a picture was sent in, if it was."""
        statement = (
            select(MESSAGE.c.contact_id).join(MEDIA, MEDIA.c.message_id == MESSAGE.c.id).where(MEDIA.c.id == media_id)
        )
        async with self._reading() as connection:
            found = (await connection.execute(statement)).scalar()
        return None if found is None else str(found)

    async def contact_marks(self, contact_ids: Collection[str]) -> dict[str, tuple[str, int, float | None]]:
        """What changes when anything happens to a contact: state, version, time of the last message."""
        statement = select(CONTACT.c.id, CONTACT.c.state, CONTACT.c.version, CONTACT.c.last_message_at)
        async with self._reading() as connection:
            found = await _all(connection, statement, CONTACT.c.id, contact_ids)
        return {row["id"]: (row["state"], row["version"], row["last_message_at"]) for row in found}

    async def open_threads(self, channel: str, quiet_since: float) -> list[str]:
        """Threads of a channel's open contacts whose customers are there, silent since `quiet_since` (UTC seconds)."""
        last = func.coalesce(CONTACT.c.last_message_at, CONTACT.c.arrived_at)
        statement = select(CONTACT.c.thread).where(
            CONTACT.c.state.in_(("waiting", "offered", "connecting", "connected")),
            CONTACT.c.closed_at.is_(None),
            CONTACT.c.channel == channel,
            CONTACT.c.customer_left.is_(False),
            last < quiet_since,
        )
        async with self._reading() as connection:
            return list((await connection.execute(statement)).scalars())


async def _all(
    connection: AsyncConnection, statement: Select[Any], column: Any, values: Iterable[str]
) -> Sequence[Any]:
    """The rows whose `column` is one of `values`."""
    wanted = sorted(set(values))
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        result = await connection.execute(statement.where(column.in_(wanted[start : start + CHUNK])))
        found.extend(result.mappings())
    return found


async def _with_media(connection: AsyncConnection, newest: Select[Any]) -> tuple[MessageView, ...]:
    """The rows of a statement that reads backwards, in order."""
    found = list((await connection.execute(newest)).mappings())
    return await _joined(connection, found[::-1])


async def _joined(connection: AsyncConnection, messages: Sequence[Any]) -> tuple[MessageView, ...]:
    media: defaultdict[str, list[MediaView]] = defaultdict(list)
    for row in await _all(connection, rows.media(), MEDIA.c.message_id, [row["id"] for row in messages]):
        media[row["message_id"]].append(rows.medium(row))
    return tuple(rows.message(row, tuple(media.get(row["id"], ()))) for row in messages)
