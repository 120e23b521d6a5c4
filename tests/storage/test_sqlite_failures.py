"""SQLite when something else is wrong: locks, kills, closed files."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.storage import (
    COMMAND,
    MADE_UP,
    SERVING,
    Storage,
    StorageError,
    UnavailableError,
    UnknownOutcomeError,
)
from contactcenter.storage.intake import take_in
from contactcenter.storage.sqlite import SqliteContext, SqliteDriver, connect, prepare_file, run
from contactcenter.storage.steps import Context, Query, Transaction
from contactcenter.testing.storage_base import NOW, received

SECONDS = 2.5
"""Within this a caller must have heard that SQL does not answer."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "c.db"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{path}", migrate=True)
    yield storage
    await storage.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process is writing, and goes on and on."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_only_its_owner_may_read_the_file(storage: Storage, path: Path) -> None:
    await storage.take_in([received("a")])
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_lock_is_heard_of_in_time_and_passes(storage: Storage, path: Path) -> None:
    with locked(path):
        began = time.monotonic()
        results = await asyncio.gather(*(storage.take_in([received(name)]) for name in "abcd"), return_exceptions=True)
        assert all(type(result) is UnavailableError for result in results)
        assert time.monotonic() - began < SECONDS
        assert await storage.read_inbox(10) == []
    (taken,) = await storage.take_in([received("a")])
    assert not taken.duplicate


async def test_a_command_has_more_time_than_a_server(storage: Storage, path: Path) -> None:
    patient = await Storage.open(f"sqlite:///{path}", use=COMMAND)
    with locked(path):
        waiting = asyncio.create_task(patient.take_in([received("a")]))
        with pytest.raises(UnavailableError):
            await storage.take_in([received("b")])
    (taken,) = await waiting
    assert not taken.duplicate
    await patient.close()


def test_only_what_was_made_up_may_be_lost_in_a_power_cut(path: Path) -> None:
    prepare_file(path)
    for use, synchronous in ((SERVING, 2), (COMMAND, 2), (MADE_UP, 1)):  # FULL, FULL, NORMAL
        connection = connect(path, use)
        assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
        connection.close()


async def test_readers_never_wait_for_a_writer(storage: Storage, path: Path) -> None:
    await storage.take_in([received("a")])
    with locked(path):
        assert len(await storage.read_inbox(10)) == 1
        async with storage.read() as connection:
            assert (await connection.execute(text("SELECT COUNT(*) FROM message"))).scalar() == 1


async def test_screens_cannot_write(storage: Storage) -> None:
    with pytest.raises(UnavailableError, match="readonly"):
        async with storage.read() as connection:
            await connection.execute(text("DELETE FROM message"))


async def test_screens_see_one_moment(storage: Storage) -> None:
    async with storage.read() as connection:
        for _ in range(2):
            assert (await connection.execute(text("SELECT COUNT(*) FROM message"))).scalar() == 0
            await storage.take_in([received("a")])


async def test_a_closed_storage_says_so(path: Path) -> None:
    storage = await Storage.open(f"sqlite:///{path}", migrate=True)
    await storage.close()
    await storage.close()
    with pytest.raises(UnavailableError, match="closed"):
        await storage.take_in([received("a")])


async def test_closing_finishes_what_is_under_way(path: Path) -> None:
    storage = await Storage.open(f"sqlite:///{path}", migrate=True)
    pending = asyncio.gather(*(storage.take_in([received(str(n))]) for n in range(20)))
    await asyncio.sleep(0)
    await storage.close()
    assert len(await pending) == 20


async def test_a_slow_commit_has_an_unknown_outcome_and_is_found_later(path: Path) -> None:
    await (await Storage.open(f"sqlite:///{path}", migrate=True)).close()
    driver = await SqliteDriver.open(path, SqliteContext(lambda: "id", lambda: NOW))
    go_on = threading.Event()

    def slow(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO batch (id, epoch, at) VALUES ('b', 1, 0)")
        go_on.wait(30)

    def look_up(_: Context) -> Transaction[int]:
        rows = yield Query("SELECT COUNT(*) FROM batch")
        return int(rows[0][0])

    try:
        with pytest.raises(UnknownOutcomeError):
            await driver.write(slow, 0.05)
        with pytest.raises(UnavailableError) as caught:
            await driver.write(look_up, 0.05)
        assert not isinstance(caught.value, UnknownOutcomeError)
        go_on.set()
        assert await driver.write(look_up) == 1
    finally:
        go_on.set()
        await driver.close()


async def test_an_error_inside_a_transaction_undoes_it_and_harms_nobody(path: Path) -> None:
    await (await Storage.open(f"sqlite:///{path}", migrate=True)).close()
    driver = await SqliteDriver.open(path, SqliteContext(lambda: "id", lambda: NOW))

    def broken(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO batch (id, epoch, at) VALUES ('b', 1, 0)")
        raise LookupError("a bug")

    def wrong(_: Context) -> Transaction[None]:
        yield Query("INSERT INTO contact (id) VALUES ('c')")

    def count(_: Context) -> Transaction[int]:
        rows = yield Query("SELECT COUNT(*) FROM batch")
        return int(rows[0][0])

    try:
        with pytest.raises(LookupError):
            await driver.write(broken)
        with pytest.raises(StorageError, match="NOT NULL"):
            await driver.write(wrong)
        assert await driver.write(count) == 0
    finally:
        await driver.close()


async def test_a_caller_that_gave_up_does_not_stop_the_others(storage: Storage) -> None:
    first = asyncio.ensure_future(storage.take_in([received("a")]))
    await asyncio.sleep(0)
    first.cancel()
    (taken,) = await storage.take_in([received("b")])
    assert not taken.duplicate


def begin_and_wait(path: str, pipe: Connection) -> None:
    """Write a message, and never get to the commit."""
    connection = connect(Path(path))

    def half(context: Context) -> Transaction[None]:
        yield from take_in(context, [received("a")])
        pipe.send("written")
        pipe.recv()

    context = SqliteContext(lambda: "id", lambda: NOW)
    run(connection, "BEGIN IMMEDIATE", half(context))


async def test_kill_9_in_the_middle_leaves_nothing_behind(storage: Storage, path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=begin_and_wait, args=(str(path), theirs))
    process.start()
    assert await asyncio.to_thread(ours.recv) == "written"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.join)
    assert await storage.read_inbox(10) == []
    (taken,) = await storage.take_in([received("a")])
    assert not taken.duplicate


async def test_a_connection_is_not_used_by_a_forked_child(storage: Storage) -> None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.new_event_loop().run_until_complete(storage.ping())
        except StorageError as error:
            status = 0 if "fork" in str(error) else 2
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
