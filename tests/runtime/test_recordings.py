"""What is recorded of calls: announced, kept in the conversation once, and forgotten when its time is over."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from contactcenter.channels.base import FetchedMedia
from contactcenter.channels.voice import Join, Link, Part, RecordingReported
from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.words import MediaClass
from contactcenter.runtime.downloads import Downloads
from contactcenter.runtime.jobs import JobRunner
from contactcenter.runtime.media import MediaStore, sniff
from contactcenter.runtime.recordings import DAY, Recordings
from tests.runtime.center import FakeVendor
from tests.runtime.desk import MENUS, Desk, desk

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40
_QUEUES = MENUS.configuration.queues
RECORDED = LoadedIvr(
    MENUS.ivr,
    replace(MENUS.configuration, queues={**_QUEUES, "atencion": replace(_QUEUES["atencion"], recorded=True)}),
)


@pytest.fixture(params=["sqlite", "postgresql"])
async def each(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    async with desk(url, menus=RECORDED) as made:
        yield made


def recording(contact: str) -> RecordingReported:
    return RecordingReported(
        channel="voice",
        contact=contact,
        recording_id="RE1",
        url="https://vendor.example/RE1",
        seconds=3.0,
        at=time.time(),
    )


async def test_a_recorded_queue_says_so_before_anything_is_recorded(each: Desk) -> None:
    caller = await each.in_line()
    assert "puede ser grabada" in caller.said()
    other = each.caller()
    await other.dial()
    await other.press("1", "2")
    assert "grabada" not in other.said()
    async with each.center.routing(duties=[]):  # nobody dials the agent
        await each.settled()
        await each.center.agent(profile="polivalente")
        assert await each.center.accept() == caller.contact
        joined = await caller.ask(link=Link(part=Part.JOIN, contact=caller.contact))
        assert joined == [Join(contact=caller.contact, ends=True, recorded=True)]


async def test_a_recording_is_in_the_conversation_once_and_not_for_ever(each: Desk, tmp_path: Path) -> None:
    caller = await each.in_line()
    store = MediaStore(tmp_path)
    rung: list[object] = []
    kept = Recordings(each.storage.recordings, store, time.time, days=90, wake_jobs=rung.append)
    event = recording(caller.contact)
    async with each.center.routing():
        await each.settled()
    for _ in range(2):
        await kept.take(event)
    await kept.take(replace(event, contact="nobody", recording_id="RE2"))
    await kept.take(replace(event, url="", recording_id="RE3"))
    assert len(rung) == 1
    ((media, state),) = await each.rows("SELECT id, state FROM media")
    assert state == "pending"
    assert await each.rows("SELECT kind FROM job") == [("media_download",)]
    stored = await store.write(media, WAV)
    await each.storage.finish_media(media, stored.path, stored.size, stored.content_type)
    assert await kept.forget() == 0
    later = Recordings(each.storage.recordings, store, lambda: time.time() + 91 * DAY, days=90)
    assert await later.forget() == 1
    assert await later.forget() == 0
    assert await store.read(stored.path) is None
    assert await each.rows("SELECT state, error, path FROM media") == [("failed", "expired", None)]


class Stuck(MediaStore):
    """A disk that lets nothing be removed."""

    async def remove(self, path: str) -> None:
        raise PermissionError(path)


async def test_a_file_that_cannot_be_removed_is_tried_again_later(each: Desk, tmp_path: Path) -> None:
    caller = await each.in_line()
    async with each.center.routing():
        await each.settled()
    store = Stuck(tmp_path)
    later = Recordings(each.storage.recordings, store, lambda: time.time() + 91 * DAY, days=90)
    await later.take(recording(caller.contact))
    ((media,),) = await each.rows("SELECT id FROM media")
    stored = await store.write(media, WAV)
    await each.storage.finish_media(media, stored.path, stored.size, stored.content_type)
    assert await later.forget() == 0
    assert await each.rows("SELECT state, path FROM media") == [("ready", stored.path)]


class Telephones(FakeVendor):
    """A network of telephones that has recorded something."""

    media = MediaClass.VOICE


async def test_a_long_call_is_kept_too(each: Desk, tmp_path: Path) -> None:
    caller = await each.in_line()
    async with each.center.routing():
        await each.settled()
    store = MediaStore(tmp_path)
    kept = Recordings(each.storage.recordings, store, time.time, days=90)
    event = recording(caller.contact)
    await kept.take(event)
    half_an_hour = WAV.ljust(1_800 * 16_000, b"\0")
    network = Telephones(pictures={event.url: FetchedMedia(content=half_an_hour, content_type="audio/x-wav")})
    fetching = Downloads(each.storage, store, {"voice": network}, each.center.bus)
    runner = JobRunner(each.storage, {"media_download": fetching.handle}, clock=time.time, metrics=each.center.metrics)
    assert await runner.run_due() == 1
    assert await each.rows("SELECT state, content_type, size FROM media") == [("ready", "audio/wav", len(half_an_hour))]


def test_sounds_are_known_by_their_content() -> None:
    assert sniff(WAV) == "audio/wav"
    assert sniff(b"ID3\x04") == sniff(b"\xff\xfb\x90") == "audio/mpeg"
    assert sniff(b"RIFF....AVI ") == sniff(b"") == "application/octet-stream"
