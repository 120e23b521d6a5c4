"""PostgreSQL when it is away, killed, locked, or lost in the middle of a commit."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Self

import asyncpg
import pytest
from sqlalchemy import text

from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.routing.state import Changes
from contactcenter.storage import COMMAND, Batch, Storage, StorageError, UnavailableError, UnknownOutcomeError
from contactcenter.storage.postgres import PostgresContext, PostgresDriver
from contactcenter.storage.steps import Context, Query, Transaction
from contactcenter.testing.storage_base import NOW, configuration, received
from tests.services import PostgresServer, free_port
from tests.storage.conftest import plain

SECONDS = 3.0
"""Within this a caller must have heard that SQL does not answer (its limit is 2 s)."""


@pytest.fixture
async def storage(migrated_url: str) -> AsyncIterator[Storage]:
    storage = await Storage.open(migrated_url)
    yield storage
    await storage.close()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


class Cutter:
    """Between us and PostgreSQL: passes everything on, cuts the line behind `word`, or falls silent."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = free_port()
        self.word: bytes | None = None
        self.silent = False
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._line, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [asyncio.ensure_future(self._pass(reader, forth)), asyncio.ensure_future(self._pass(back, writer))]
        self._lines.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, forth):
            end.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                if self.silent:
                    await asyncio.Event().wait()
                target.write(data)
                await target.drain()
                if self.word is not None and self.word in data:
                    return


def through(url: str, port: int) -> str:
    head, _, tail = url.rpartition(":")
    return f"{head}:{port}/{tail.partition('/')[2]}"


async def test_a_commit_that_was_cut_off_is_of_unknown_outcome_and_can_be_looked_up(
    migrated_url: str, postgres_server: PostgresServer
) -> None:
    direct = await Storage.open(migrated_url)
    await direct.seed(configuration(), [], "test")
    lease = await direct.take_lease("router", 600)
    assert lease is not None
    async with Cutter(postgres_server.port) as cutter:
        storage = await Storage.open(through(migrated_url, cutter.port))
        changes = Changes(events=[ContactEvent("c", NOW, EventType.ARRIVED)])
        batch = Batch(id="b", epoch=lease.epoch, changes=changes)
        cutter.word = b"COMMIT"
        with pytest.raises(UnknownOutcomeError):
            await storage.commit_batch(batch, NOW)
        cutter.word = None
        assert await direct.batch_committed("b")
        await storage.commit_batch(batch, NOW)
        cutter.word = b"b2"
        with pytest.raises(UnavailableError) as caught:
            await storage.commit_batch(Batch(id="b2", epoch=lease.epoch, changes=changes), NOW)
        assert not isinstance(caught.value, UnknownOutcomeError)
        cutter.word = None
        assert not await direct.batch_committed("b2")
        await storage.close()
    async with direct.read() as connection:
        assert (await connection.execute(text("SELECT COUNT(*) FROM event"))).scalar() == 1
    await direct.close()


async def test_away_and_back(own_server: PostgresServer) -> None:
    url = own_server.url(own_server.create_database())
    storage = await Storage.open(url, migrate=True)
    await storage.take_in([received("a")])
    own_server.kill()
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            await storage.take_in([received("b")])
        with pytest.raises(UnavailableError):
            async with storage.read() as connection:
                await connection.execute(text("SELECT 1"))
        assert time.monotonic() - began < 2 * SECONDS
    with pytest.raises(UnavailableError):
        await Storage.open(url)
    own_server.start()
    await storage.take_in([received("b")])
    assert len(await storage.read_inbox(10)) == 2
    async with storage.read() as connection:
        assert (await connection.execute(text("SELECT COUNT(*) FROM message"))).scalar() == 2
    await storage.close()


async def test_a_server_that_says_nothing_is_heard_of_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    port = free_port()
    server = await asyncio.start_server(silent, "127.0.0.1", port)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="no answer in time"):
        await Storage.open(f"postgresql://someone:secret@127.0.0.1:{port}/x")
    assert time.monotonic() - began < SECONDS
    server.close()


async def test_a_line_that_falls_silent_is_heard_of_in_time(migrated_url: str, postgres_server: PostgresServer) -> None:
    async with Cutter(postgres_server.port) as cutter:
        storage = await Storage.open(through(migrated_url, cutter.port))
        await storage.take_in([received("a")])
        cutter.silent = True
        began = time.monotonic()
        with pytest.raises(UnavailableError, match="no answer in time"):
            await storage.take_in([received("b")])
        assert time.monotonic() - began < SECONDS
        with pytest.raises(UnavailableError, match="no answer in time"):
            async with storage.read() as connection:
                await connection.execute(text("SELECT 1"))
        cutter.silent = False
        (taken,) = await storage.take_in([received("b")])
        assert not taken.duplicate
        await storage.close()


async def test_an_error_does_not_tell_the_password() -> None:
    with pytest.raises(UnavailableError) as caught:
        await Storage.open(f"postgresql://someone:secret@127.0.0.1:{free_port()}/x")
    assert "secret" not in str(caught.value)


async def test_a_lock_is_heard_of_in_time(storage: Storage, migrated_url: str) -> None:
    await storage.take_in([received("a")])
    blocker = await asyncpg.connect(plain(migrated_url))
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE message")
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            await storage.take_in([received("b")])
        assert time.monotonic() - began < SECONDS
    await blocker.close()
    await storage.take_in([received("b")])


async def test_a_command_has_more_time_than_a_server(storage: Storage, migrated_url: str) -> None:
    patient = await Storage.open(migrated_url, use=COMMAND)
    blocker = await asyncpg.connect(plain(migrated_url))
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE message")
        waiting = asyncio.create_task(patient.take_in([received("a")]))
        with pytest.raises(UnavailableError):
            await storage.take_in([received("b")])
    (taken,) = await waiting
    assert not taken.duplicate
    await blocker.close()
    await patient.close()


async def test_screens_cannot_write(storage: Storage) -> None:
    with pytest.raises(Exception, match="read-only"):
        async with storage.read() as connection:
            await connection.execute(text("DELETE FROM message"))


async def test_the_loser_of_a_deadlock_starts_again(migrated_url: str) -> None:
    context = PostgresContext(lambda: "id", lambda: NOW)
    driver = await PostgresDriver.open(plain(migrated_url), context)
    attempts: list[str] = []

    def crosswise(first: str, second: str) -> Transaction[None]:
        attempts.append(first)
        yield Query("UPDATE node SET until = until + 1 WHERE id = ?", (first,))
        yield Query("SELECT pg_sleep(0.2)")
        yield Query("UPDATE node SET until = until + 1 WHERE id = ?", (second,))

    def setup(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO node (id, until) VALUES ('a', 0), ('b', 0)")

    def total(_: Context) -> Transaction[float]:
        rows = yield Query("SELECT SUM(until) FROM node")
        return float(rows[0][0])

    await driver.write(setup)
    await asyncio.gather(
        driver.write(lambda _: crosswise("a", "b"), 20), driver.write(lambda _: crosswise("b", "a"), 20)
    )
    assert await driver.write(total) == 4
    assert len(attempts) >= 3, "a slow machine may have them meet once more"
    await driver.close()


async def test_an_error_inside_a_transaction_undoes_it(migrated_url: str) -> None:
    driver = await PostgresDriver.open(plain(migrated_url), PostgresContext(lambda: "id", lambda: NOW))

    def broken(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO batch (id, epoch, at) VALUES ('b', 1, 0)")
        raise LookupError("a bug")

    def wrong(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO contact (id) VALUES ('c')")

    def count(_: Context) -> Transaction[int]:
        rows = yield Query("SELECT COUNT(*) FROM batch")
        return int(rows[0][0])

    def of_another_type(_: Context) -> Transaction[None]:
        yield Query("SELECT id FROM node WHERE until < ?", ("a secret",))

    def too_large(_: Context) -> Transaction[None]:
        yield Query(
            "INSERT INTO agent (id, name, profile, status, status_since, idle_since, sessions_json, version)"
            " VALUES ('x', 'a secret', '', '', 0, 0, '', 99999999999::bigint)"
        )

    def conflicting(_: Context) -> Transaction[None]:
        yield Query(
            "INSERT INTO account (id, username, name, role, language, password_hash, active, created_at)"
            " VALUES ('x', 'a secret', '', 'a secret', '', '', true, 0)"
        )

    with pytest.raises(LookupError):
        await driver.write(broken)
    for work in (wrong, of_another_type, too_large, conflicting):
        with pytest.raises(StorageError) as caught:
            await driver.write(work)
        assert not isinstance(caught.value, UnavailableError)
        assert "secret" not in "".join(traceback.format_exception(caught.value)).split("StorageError:")[-1]
        assert caught.value.__cause__ is None
    assert await driver.write(count) == 0
    await driver.close()


async def test_commits_are_durable_whatever_the_servers_habit(postgres_url: str) -> None:
    """The tests' server has synchronous_commit off; a 2xx of ours must not depend on it."""
    driver = await PostgresDriver.open(plain(postgres_url), PostgresContext(lambda: "id", lambda: NOW))

    def habit(_: Context) -> Transaction[str]:
        rows = yield Query("SHOW synchronous_commit")
        return str(rows[0][0])

    assert await driver.write(habit) == "on"
    await driver.close()
