"""Recordings whose report was lost: the vendor is asked, and each is in its conversation once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from contactcenter.domain.words import ContactState
from contactcenter.localnet import FaultKind
from contactcenter.runtime.gaps_recordings import FIRST_SECONDS, LONGEST_SECONDS, REPORT_SECONDS, RecordingFinder
from contactcenter.runtime.media import MediaStore
from contactcenter.runtime.recordings import Recordings
from tests.runtime.calling import Calling, calling
from tests.runtime.center import center
from tests.runtime.waiting import until


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Calling]:
    async with calling(tmp_path) as made:
        made.recorded = frozenset({"power"})
        yield made


def finder(one: Calling, folder: Path, later: float = REPORT_SECONDS + 1.0, period: float = 0.05) -> RecordingFinder:
    def clock() -> float:
        return time.time() + later

    storage = one.center.storage
    recordings = Recordings(storage.recordings, MediaStore(folder), clock, days=90)
    return RecordingFinder(
        storage,
        storage.recordings,
        recordings,
        {"voice": one.channel},
        clock=clock,
        metrics=one.center.metrics,
        period=period,
    )


async def recorded_talk(one: Calling) -> str:
    """A talk that was recorded, and of which the center heard no report."""
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.talk(caller, desk)
        await caller.post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        await one.until_no_legs(contact)
        await until(lambda: bool(one.recordings))
    return contact


async def kept(one: Calling) -> list[str]:
    rows = await one.center.rows("SELECT contact_id FROM message WHERE provider_id LIKE 'RE%'")
    return [row[0] for row in rows]


def found(one: Calling) -> float | None:
    return one.center.metrics.registry.get_sample_value("contactcenter_found_recordings_total", {"channel": "voice"})


async def test_a_recording_whose_report_was_lost_is_found_once(one: Calling, tmp_path: Path) -> None:
    contact = await recorded_talk(one)
    await finder(one, tmp_path, later=0.0).look(one.channel, FIRST_SECONDS)
    assert await kept(one) == [], "its report may still come"
    looking = finder(one, tmp_path)
    one.network.faults.add(FaultKind.SERVER_ERROR, operation="ListRecording")
    await looking.look(one.channel, LONGEST_SECONDS)
    assert await kept(one) == [], "the vendor cannot say"
    for _ in range(2):
        await looking.look(one.channel, LONGEST_SECONDS)
        assert await kept(one) == [contact]
    assert await one.center.rows("SELECT url FROM media") == [(one.recordings[0].url,)]
    assert found(one) == 1.0


async def test_a_recording_that_was_reported_is_not_asked_about(one: Calling, tmp_path: Path) -> None:
    await recorded_talk(one)
    recordings = Recordings(one.center.storage.recordings, MediaStore(tmp_path), time.time, days=90)
    assert await recordings.take(one.recordings[0])
    one.network.faults.add(FaultKind.SERVER_ERROR, operation="FetchConference")
    await finder(one, tmp_path).look(one.channel, LONGEST_SECONDS)
    assert len(one.network.faults.coming()) == 1, "no room was asked about"
    assert (len(await kept(one)), found(one)) == (1, None)


async def test_what_others_record_in_the_account_is_asked_about_once(one: Calling, tmp_path: Path) -> None:
    await recorded_talk(one)
    async with center(f"sqlite:///{tmp_path}/other.sqlite3") as other:
        looking = finder(replace(one, center=other), tmp_path)
        await looking.look(one.channel, LONGEST_SECONDS)
        one.network.faults.add(FaultKind.SERVER_ERROR, operation="FetchConference")
        await looking.look(one.channel, LONGEST_SECONDS)
        assert len(one.network.faults.coming()) == 1, "not asked again"
        assert await other.rows("SELECT id FROM message") == []


async def test_it_looks_as_soon_as_a_router_leads(one: Calling, tmp_path: Path) -> None:
    contact = await recorded_talk(one)
    task = asyncio.create_task(finder(one, tmp_path).run(None))  # type: ignore[arg-type]

    async def there() -> bool:
        return await kept(one) == [contact]

    await until(there)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
