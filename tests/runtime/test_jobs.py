"""Jobs: RQ wakes, SQL remembers; pictures and exports are what they do."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contactcenter.channels.base import FetchedMedia, PermanentError, TransientError
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.downloads import Downloads
from contactcenter.runtime.export import Export
from contactcenter.runtime.jobs import ATTEMPTS, HopelessError, JobBell, JobRunner, LaterError
from contactcenter.runtime.media import MediaStore
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.runtime.tasks import cancel
from contactcenter.runtime.worker import Worker
from contactcenter.storage import Job
from contactcenter.storage.screens import Screens
from tests.runtime.center import Center, FakeVendor
from tests.runtime.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@asynccontextmanager
async def working(runner: JobRunner, url: str | None) -> AsyncIterator[None]:
    task = asyncio.create_task(Worker(runner, RedisClients(url) if url else None).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_rq_wakes_the_worker_before_its_sweep_would(one: Center, redis_url: str) -> None:
    done: list[str] = []

    async def handle(job: Job, _last: bool) -> Mapping[str, Any]:
        done.append(job.id)
        return {"n": 1}

    runner = JobRunner(Rung(one.storage), {"count": handle}, clock=time.time, metrics=one.metrics)
    clients = RedisClients(redis_url)
    bell = JobBell(clients, one.bus)
    await bell.start()
    async with working(runner, redis_url):
        connection = clients.jobs()
        await until(lambda: bool(connection.scard("rq:workers")))
        connection.close()
        await one.storage.add_job("j1", "count", {})
        one.bus.post("job", {})
        await until(lambda: done == ["j1"])
    await bell.close()
    job = await one.storage.job("j1")
    assert job is not None
    assert (job.state, job.result) == ("done", {"n": 1})


class Rung:
    """The storage without what a sweep would find: only a woken worker sees a job."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self.sweeps = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    async def due_jobs(self, now: float, limit: int) -> Any:
        task = asyncio.current_task()
        if task is not None and task.get_name() == "job-sweep":
            return []
        return await self._storage.due_jobs(now, limit)


async def test_a_worker_that_has_ended_asks_redis_for_nothing_more(one: Center, redis_url: str) -> None:
    """It hears of its end within two seconds, and is asked to hurry meanwhile."""
    runner = JobRunner(one.storage, {}, clock=time.time, metrics=one.metrics)
    clients = RedisClients(redis_url)
    task = asyncio.create_task(Worker(runner, clients).run())
    connection = clients.jobs()
    await until(lambda: connection.info("clients")["blocked_clients"] > 0)
    connection.close()
    await cancel(task)
    assert task.cancelled()
    assert "rq-worker" not in {thread.name for thread in threading.enumerate()}


async def test_without_redis_the_sweep_does_the_work(one: Center) -> None:
    done = asyncio.Event()

    async def handle(_job: Job, _last: bool) -> None:
        done.set()

    await one.storage.add_job("j1", "count", {})
    runner = JobRunner(one.storage, {"count": handle}, clock=time.time, metrics=one.metrics)
    async with working(runner, None), asyncio.timeout(10):
        await done.wait()


async def test_a_job_that_fails_comes_again_and_two_workers_do_it_once(one: Center) -> None:
    tries: list[int] = []

    async def handle(job: Job, _last: bool) -> None:
        tries.append(job.attempts)
        if job.attempts == 1:
            raise LaterError("not yet")

    now = time.time()
    runners = [JobRunner(one.storage, {"count": handle}, clock=lambda: now, metrics=one.metrics) for _ in range(2)]
    await one.storage.add_job("j1", "count", {}, run_after=now - 1)
    await asyncio.gather(*(runner.run_due() for runner in runners))
    assert tries == [1]
    job = await one.storage.job("j1")
    assert job is not None
    assert (job.state, job.error) == ("queued", "not yet")
    assert job.run_after > now


async def test_a_job_waits_for_a_day_and_a_defect_does_not(one: Center) -> None:
    last: list[bool] = []

    async def waits(_job: Job, is_last: bool) -> None:
        last.append(is_last)
        raise LaterError("the vendor is away")

    async def breaks(_job: Job, _last: bool) -> None:
        raise RuntimeError("a defect")

    seconds: list[float] = []
    for kind, handle in (("waits", waits), ("breaks", breaks)):
        began = now = time.time() - 7 * 86_400.0
        runner = JobRunner(one.storage, {kind: handle}, clock=lambda: now, metrics=one.metrics)  # noqa: B023  used here
        await one.storage.add_job(kind, kind, {}, run_after=now)
        while (job := await one.storage.job(kind)) is not None and job.state == "queued":
            now = max(now, job.run_after)
            await runner.run_due()
        assert job is not None
        assert job.state == "failed"
        seconds.append(now - began)
    assert last == [False] * (ATTEMPTS - 1) + [True]
    assert 20 * 3600.0 < seconds[0] < 30 * 3600.0
    assert seconds[1] < 3 * 3600.0


async def test_a_job_of_a_later_release_fails_for_good(one: Center) -> None:
    await one.storage.add_job("j1", "unheard-of", {})
    runner = JobRunner(one.storage, {}, clock=time.time, metrics=one.metrics)
    await runner.run_due()
    job = await one.storage.job("j1")
    assert job is not None
    assert job.state == "failed"


async def test_a_picture_is_fetched_and_known_by_its_content(one: Center, tmp_path: Path) -> None:
    one.vendor.pictures["https://vendor.example/1"] = FetchedMedia(content=PNG, content_type="text/html")
    one.vendor.pictures["https://vendor.example/2"] = PermanentError("it is gone")
    one.vendor.pictures["https://vendor.example/3"] = TransientError("busy")
    for number in (1, 2, 3):
        await one.write_picture(f"https://vendor.example/{number}")
    store = MediaStore(tmp_path)
    fetching = Downloads(one.storage, store, {"sms": one.vendor}, one.bus)
    runner = JobRunner(one.storage, {"media_download": fetching.handle}, clock=time.time, metrics=one.metrics)
    assert await runner.run_due() == 3
    rows = await one.rows("SELECT state, content_type, path FROM media ORDER BY url")
    assert [row[0] for row in rows] == ["ready", "failed", "pending"]
    assert rows[0][1] == "image/png"
    assert await store.read(rows[0][2]) == PNG
    assert await one.rows("SELECT state FROM job WHERE state = 'queued'")


class Endless(FakeVendor):
    """Its files never come to an end."""

    async def fetch_media(self, url: str, *, max_bytes: int) -> FetchedMedia:
        await asyncio.Event().wait()
        return await super().fetch_media(url, max_bytes=max_bytes)


async def test_a_picture_that_never_comes_is_said_to_be_lost_at_the_last_attempt(one: Center, tmp_path: Path) -> None:
    await one.write_picture("https://vendor.example/1")
    fetching = Downloads(one.storage, MediaStore(tmp_path), {"sms": Endless()}, one.bus, seconds=0.05)
    [job] = await one.storage.due_jobs(time.time(), 10)
    with pytest.raises(LaterError):
        await fetching.handle(job, last=False)
    assert await one.rows("SELECT state FROM media") == [("pending",)]
    with pytest.raises(HopelessError):
        await fetching.handle(job, last=True)
    assert await one.rows("SELECT state, error FROM media") == [("failed", "it took too long")]


async def test_the_agent_hears_of_a_picture(one: Center, tmp_path: Path) -> None:
    one.vendor.pictures["https://vendor.example/1"] = FetchedMedia(content=PNG, content_type="image/png")
    async with one.routing():
        await one.agent()
        taken = await one.write_picture("https://vendor.example/1")
        contact = await one.accept()
        fetching = Downloads(one.storage, MediaStore(tmp_path), {"sms": one.vendor}, one.bus)
        runner = JobRunner(one.storage, {"media_download": fetching.handle}, clock=time.time, metrics=one.metrics)
        await runner.run_due()
        assert one.told("desk", "media") == [[[contact, taken.message_id]]]


async def test_an_export_is_one_page_without_anything_that_runs(one: Center, tmp_path: Path) -> None:
    one.vendor.pictures["https://vendor.example/1"] = FetchedMedia(content=PNG, content_type="image/png")
    store = MediaStore(tmp_path)
    handlers = {
        "media_download": Downloads(one.storage, store, {"sms": one.vendor}, one.bus).handle,
        "history_export": Export(Screens(one.storage.read), one.storage, store, clock=time.time).handle,
    }
    runner = JobRunner(one.storage, handlers, clock=time.time, metrics=one.metrics)
    async with one.routing():
        await one.agent()
        await one.write("<script>alert(1)</script>", sender="+59899000001")
        contact = await one.accept()
        await one.reply(contact, "we are on it")
        await one.close(contact)
        await runner.run_due()
    await one.storage.add_job("e1", "history_export", {"contact_id": contact, "account_id": "acc"})
    await one.storage.add_job("e2", "history_export", {"contact_id": "nobody", "account_id": "acc"})
    await runner.run_due()
    job = await one.storage.job("e1")
    assert job is not None
    assert job.result is not None
    media = await one.storage.media(job.result["media_id"])
    assert media is not None
    assert (media.owner, media.state) == ("acc", "ready")
    content = await store.read(media.path or "")
    assert content is not None
    page = content.decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "we are on it" in page
    missing = await one.storage.job("e2")
    assert missing is not None
    assert missing.state == "failed"


async def test_a_ring_that_redis_does_not_hear_harms_nobody(one: Center) -> None:
    bell = JobBell(RedisClients("unix:///nowhere/redis.sock"), Bus(None, "n"))
    await bell.start()
    bell._rung.set()
    await until(lambda: not bell._rung.is_set())
    await bell.close()
