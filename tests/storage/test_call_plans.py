"""Calls and their recordings are read by indexes however many there have been."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contactcenter.domain.stimuli import ContactArrived, CustomerLeft
from contactcenter.domain.words import MediaClass
from contactcenter.ivr import Enqueue, Session
from contactcenter.storage import Call, Called, CallerFacts, CallPart, calls, intake, migrate, recordings
from contactcenter.storage.recordings import Recorded
from contactcenter.storage.sqlite import SqliteContext, run
from contactcenter.storage.steps import Transaction
from contactcenter.testing.storage_base import NOW
from tests.storage.test_plans import Explained

OPEN = "(uq_contact_open_thread|ix_contact_open_call)"
SCAN = re.compile(rf"SCAN (?!v\b|json_each\b|\w+ USING (COVERING )?INDEX {OPEN})\w+")


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Explained]:
    await migrate.sqlite(tmp_path / "c.db")
    connection = sqlite3.connect(tmp_path / "c.db", isolation_level=None, factory=Explained)
    connection.plans = {}
    yield connection
    connection.close()


def test_nothing_scans_the_calls(connection: Explained) -> None:
    ids = iter(range(10_000))
    context = SqliteContext(lambda: f"id-{next(ids)}", lambda: NOW)

    def do(work: Callable[..., Transaction[Any]], *args: Any) -> Any:
        return run(connection, "BEGIN IMMEDIATE", work(context, *args))

    call = Call(
        id="CA1",
        channel="voice",
        contact_id="contact",
        address="+59899100101",
        to="+59829000000",
        started_at=NOW,
        session=Session(1, "desk", "es", (Enqueue("atencion", "es"),), over=True),
        facts=CallerFacts(),
    )
    arrived = ContactArrived(
        id="arrived",
        contact_id="contact",
        thread=call.thread,
        customer_id="",
        channel="voice",
        media=MediaClass.VOICE,
        address=call.address,
        to=call.to,
        place=NOW,
    )
    first = Called(call=call, at=NOW, stimulus=arrived)
    (taken,) = do(intake.take_in, [first])
    assert (taken.duplicate, taken.call) == (False, call)
    (taken,) = do(intake.take_in, [first])
    assert (taken.duplicate, taken.call) == (True, call)
    held = msgspec.structs.replace(call, part=CallPart.HOLD, contact_at=NOW, version=2)
    left = Called(call=held, at=NOW, stimulus=CustomerLeft(id="left", thread=call.thread))
    (taken,) = do(intake.take_in, [left])
    assert (taken.duplicate, taken.call) == (False, held)
    assert do(lambda _: calls._one("id", "CA1")) == do(lambda _: calls._one("contact_id", "contact")) == held
    assert do(lambda _: calls._held()) == []
    assert do(lambda _: calls._standing("contact")) is None
    assert do(lambda _: calls._forsaken(NOW + 1.0, 10)) == []
    assert do(lambda _: calls._end_closed(NOW + 1.0, NOW, 10)) == 0
    recorded = Recorded(contact_id="contact", channel="voice", recording_id="RE1", url="https://x.example", at=NOW)
    assert do(recordings._keep, recorded) is False
    assert do(lambda _: recordings._old(NOW, 10)) == []
    scans = [f"{sql}\n    {plan}" for sql, plan in connection.plans.items() if SCAN.search(plan)]
    assert not scans, "\n".join(scans)
    assert len(connection.plans) > 10
