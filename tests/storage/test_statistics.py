"""The statistics' own door to SQL, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.domain.words import AgentStatus
from contactcenter.queues.intervals import SPAN
from contactcenter.queues.service_level import Tally
from contactcenter.queues.staffing import Change, Doing, Times
from contactcenter.storage import FencedError, Lease, Storage
from contactcenter.storage.statistic_reports import CountLine, Line, TimeLine
from contactcenter.storage.statistics import AgentTime, Known, Log
from contactcenter.testing.storage_base import configuration

START = 1_000_000 * SPAN
IDLE = Doing("all", AgentStatus.AVAILABLE)
ON_BREAK = Doing("all", AgentStatus.NOT_READY, "break")
DAY = 86_400


@pytest.fixture(params=["sqlite", "postgres"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite:///{tmp_path / 'cc.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    storage = await Storage.open(url, migrate=True)
    await storage.seed(configuration(), [("ana", "Ana", "all"), ("beto", "Beto", "all")], "test")
    yield storage
    await storage.close()


@pytest.fixture
async def lease(storage: Storage) -> Lease:
    lease = await storage.take_lease("router-1", 600)
    assert lease is not None
    return lease


async def test_half_hours_are_replaced_whole(storage: Storage, lease: Lease) -> None:
    store = storage.statistics
    assert await store.known() == Known((), None, None)
    await store.plan(lease.epoch, [START, START + SPAN])
    first = {START: {("a", "sms"): Tally(offered=3, wait=10**12), ("b", "chat"): Tally(offered=1)}}
    await store.write_counts(lease.epoch, first, {START: False})
    second = {START: {("a", "sms"): Tally(offered=4)}, START + SPAN: {}}
    await store.write_counts(lease.epoch, second, {START: True, START + SPAN: False})
    assert await store.counted(START, START + 2 * SPAN) == {START: {("a", "sms"): Tally(offered=4)}}
    assert await store.known() == Known((START + SPAN,), START + SPAN, None)
    with pytest.raises(FencedError):
        await store.write_counts(lease.epoch + 1, second, {START: True, START + SPAN: True})


async def test_lines_of_a_report_are_summed(storage: Storage, lease: Lease) -> None:
    store = storage.statistics
    spans = {
        START + number * SPAN: {("a", "sms"): Tally(offered=1), ("a", "chat"): Tally(offered=2), ("b", "sms"): Tally(4)}
        for number in range(4)
    }
    await store.write_counts(lease.epoch, spans, dict.fromkeys(spans, True))
    lines = [Line(START, START + 2 * SPAN), Line(START + 2 * SPAN, START + 3 * SPAN)]
    assert await store.count_lines(lines, "queue", 10) == [
        CountLine(START, "a", Tally(6)),
        CountLine(START, "b", Tally(8)),
        CountLine(START + 2 * SPAN, "a", Tally(3)),
        CountLine(START + 2 * SPAN, "b", Tally(4)),
    ]
    assert await store.count_lines(lines[:1], "channel", 10) == [
        CountLine(START, "chat", Tally(4)),
        CountLine(START, "sms", Tally(10)),
    ]
    assert await store.count_lines(lines, "total", 1) == [CountLine(START, "all", Tally(14))]


async def test_agents_times_are_summed_over_half_hours_and_profiles(storage: Storage, lease: Lease) -> None:
    store = storage.statistics
    times = [
        AgentTime(START, "ana", "all", Times(available=5, busy=10**12, not_ready={"break": 7})),
        AgentTime(START, "ana", "other", Times(available=1)),
        AgentTime(START + SPAN, "ana", "all", Times(answered=2, not_ready={"break": 3, "meal": 1})),
        AgentTime(START + SPAN, "beto", "all", Times(available=9)),
    ]
    await store.write_times(lease.epoch, [START, START + SPAN], times)
    await store.write_times(lease.epoch, [START, START + SPAN], times)
    assert await store.times(START, START + 2 * SPAN) == times
    assert await store.last_staffed() == START + SPAN
    assert await store.time_lines([Line(START, START + 2 * SPAN)], 10) == [
        TimeLine(START, "ana", Times(6, 10**12, answered=2, not_ready={"break": 10, "meal": 1})),
        TimeLine(START, "beto", Times(9)),
    ]
    assert len(await store.time_lines([Line(START, START + 2 * SPAN)], 1)) == 1


async def test_the_log_of_a_stretch_of_time(storage: Storage, lease: Lease) -> None:
    store = storage.statistics
    assert await store.first_log() is None
    at = START * 1000
    await store.write_log(
        lease.epoch,
        [
            ("ana", Change(at - 5000, ON_BREAK)),
            ("ana", Change(at - 1, IDLE)),
            ("beto", Change(at, IDLE, 2)),
            ("ana", Change(at + 1, IDLE._replace(voice=1, live=2, messages=3, wrap_up=4), 1)),
            ("beto", Change(at + 1_800_000, ON_BREAK)),
        ],
    )
    assert await store.first_log() == START - 5
    assert await store.log(START, START + SPAN) == Log(
        {"ana": IDLE},
        {
            "beto": [Change(at, IDLE, 2)],
            "ana": [Change(at + 1, IDLE._replace(voice=1, live=2, messages=3, wrap_up=4), 1)],
        },
    )
    for _ in range(2):
        await storage.prune(float(START + 40 * DAY))
    kept = (await store.log(START + SPAN + 1, START + 2 * SPAN)).before
    assert kept == {"ana": IDLE._replace(voice=1, live=2, messages=3, wrap_up=4), "beto": ON_BREAK}
    assert await store.first_log() == START + 0.001, "what was superseded is forgotten"


async def test_what_is_shown_live_is_replaced(storage: Storage, lease: Lease) -> None:
    store = storage.statistics
    assert await store.projection("statistics") is None
    await store.publish(lease.epoch, "statistics", 1.5, "[1]")
    await store.publish(lease.epoch, "statistics", 2.5, "[2]")
    assert await store.projection("statistics") == (2.5, "[2]")
    with pytest.raises(FencedError):
        await store.publish(lease.epoch + 1, "statistics", 3.5, "[3]")
