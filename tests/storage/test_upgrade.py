"""A database of the first release keeps its contacts, agents and decisions, on the way up and on the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from contactcenter.domain.needs import NOTHING, Clause, Needs
from contactcenter.storage import Storage, migrate

CONTACT = {
    "customer_id": "c1",
    "channel": "sms",
    "media": "async",
    "address": "+598",
    "our_address": "+1",
    "queue": "averias",
    "priority": 30.0,
    "place": 90.0,
    "arrived_at": 100.0,
    "state_since": 100.0,
    "passed_over_json": "{}",
    "offers": 0,
    "customer_left": False,
    "opted_out": False,
    "version": 1,
}
ASKED = '[["averias",2],["es",1]]'
CONTACTS = [
    {"id": "asks", "thread": "t1", "skills_json": ASKED, "entry_skills_json": '[["es",1]]', "entry_priority": 5.0},
    {"id": "held", "thread": "t2", "skills_json": "[]", "entry_skills_json": "[]", "entry_priority": 0.0},
]
HELD = {"state": "connected", "agent_id": "ana", "state_since": 150.0}
AGENT = {"name": "Ana", "profile": "all", "idle_since": 1.0, "sessions_json": '["w1"]', "version": 3}
AGENTS = [
    {"id": "ana", "status": "available", "status_since": 50.0},
    {"id": "beto", "status": "logged_out", "status_since": 60.0},
]
DECISION = {
    "offer_id": "o1",
    "contact_id": "held",
    "agent_id": "ana",
    "at": 140.0,
    "cause": "agent_freed",
    "configuration_version": 1,
    "waited_seconds": 40.0,
    "refusals_json": "{}",
}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'c.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def on(url: str, work: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)


def first_release(connection: Connection) -> None:
    command.upgrade(migrate.configuration(connection), "0001")
    insert(connection, "customer", {"id": "c1", "tier": "A", "created_at": 1.0})
    for agent in AGENTS:
        insert(connection, "agent", AGENT | agent)
    for contact in CONTACTS:
        insert(
            connection, "contact", CONTACT | {"state": "waiting"} | contact | (HELD if contact["id"] == "held" else {})
        )
    insert(connection, "decision", DECISION)
    body = '{"version":1,"skills":{},"profiles":{},"queues":{},"default_queue":"averias"}'
    insert(connection, "configuration", {"version": 1, "at": 1.0, "made_by": "test", "body_json": body})


def rows(sql: str) -> Callable[[Connection], list[tuple[Any, ...]]]:
    return lambda connection: [tuple(row) for row in connection.execute(text(sql))]


async def test_what_the_first_release_wrote_is_read_by_this_one(url: str) -> None:
    await on(url, first_release)
    storage = await Storage.open(url, migrate=True)
    loaded = (await storage.load()).snapshot
    await storage.close()
    asks, held = loaded.contacts
    assert asks.clauses == (Clause((("averias", 2),)), Clause((("es", 1),)))
    assert (asks.own_needs, asks.own_priority) == (Needs({"es": 1}), 5.0)
    assert (asks.queued_at, asks.relaxed, asks.hazard, asks.kept, asks.tier) == (100.0, 0, False, False, None)
    assert (held.clauses, held.own_needs) == ((), NOTHING)
    ana, beto = loaded.agents
    assert (ana.signed_in_at, ana.busy_since, list(ana.holds)) == (50.0, 150.0, ["held"])
    assert (beto.signed_in_at, beto.busy_since, beto.finishing, beto.taken) == (None, None, None, 0)
    decided = await on(url, rows("SELECT choice, steps, proficiency, ready FROM decision"))
    assert decided == [("longest_idle", 0, 0, 1)]


async def test_the_way_back_keeps_what_the_first_release_understands(url: str) -> None:
    await on(url, first_release)
    await (await Storage.open(url, migrate=True)).close()
    clauses = '[[[["averias",2]],false],[[["es",1],["pt",1]],false],[[["redes",3]],true]]'
    await on(
        url,
        lambda connection: connection.execute(
            text("UPDATE contact SET clauses_json = :clauses WHERE id = 'held'"), {"clauses": clauses}
        ),
    )
    await on(url, lambda connection: command.downgrade(migrate.configuration(connection), "0001"))
    found = await on(url, rows("SELECT id, skills_json, entry_skills_json, entry_priority FROM contact ORDER BY id"))
    assert found == [("asks", ASKED, '[["es",1]]', 5.0), ("held", '[["averias",2]]', "[]", 0.0)]
    await (await Storage.open(url, migrate=True)).close()
