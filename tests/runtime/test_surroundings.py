"""What stands around the loops: logs, doors, health, and tasks that must end."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

from contactcenter.domain.configuration import EntryPoint
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.doors import Doors
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.logs import configure_logs
from contactcenter.runtime.ops import ops_application
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import NotConfiguredError, StoredConfiguration, UnavailableError
from tests.runtime.center import configuration


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logs_as_before")
def test_logs_are_json_without_secrets_or_what_customers_wrote() -> None:
    stream = io.StringIO()
    configure_logs("info", "json", stream)
    log = structlog.get_logger("test")
    customers_words = "my account number is 4401873"
    try:
        raise ValueError("a defect")
    except ValueError:
        log.exception("it.failed", auth_token="hunter2", contact="c1")
    log.debug("not at this level")
    logging.getLogger("twilio.http_client").info("Body=%s", customers_words)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["it.failed"]
    assert lines[0]["auth_token"] == "***"
    assert lines[0]["contact"] == "c1"
    assert "a defect" in lines[0]["exception"]
    assert customers_words not in stream.getvalue()


class Stored:
    """A configuration, or what the storage says instead."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def configuration(self) -> StoredConfiguration:
        if self.error is not None:
            raise self.error
        entry = EntryPoint(channel="chat", queue="power", address="web", origins=("https://www.example.com",))
        return StoredConfiguration(
            version=1, at=0.0, by="x", comment=None, configuration=replace(configuration(), entry_points=(entry,))
        )


async def test_doors_open_for_their_sites_only_and_keep_what_they_knew() -> None:
    stored = Stored()
    doors = Doors(stored, Bus(None, "n"))
    assert not doors.allows("web", "https://www.example.com")
    await doors.refresh()
    assert doors.allows("web", "https://www.example.com/")
    assert not doors.allows("web", "https://evil.example")
    assert not doors.allows("other", "https://www.example.com")
    assert not doors.allows("web", "")
    stored.error = UnavailableError("away")
    await doors.refresh()
    assert doors.allows("web", "https://www.example.com")
    stored.error = NotConfiguredError("none")
    await doors.refresh()
    assert not doors.allows("web", "https://www.example.com")


class Pinged:
    """SQL that answers, or does not."""

    gone = False

    async def ping(self) -> None:
        if self.gone:
            raise UnavailableError("away")


async def test_a_process_without_pages_still_tells_its_health() -> None:
    sql = Pinged()
    async with TestClient(TestServer(ops_application(Metrics(), sql, Bus(None, "n")))) as client:
        assert (await client.get("/healthz")).status == 200
        assert (await client.get("/readyz")).status == 200
        assert "contactcenter_lease_held" in await (await client.get("/metrics")).text()
        sql.gone = True
        assert (await client.get("/readyz")).status == 503
        assert (await client.get("/healthz")).status == 200


async def test_a_task_that_does_not_hear_at_first_is_asked_again() -> None:
    asked = 0

    async def deaf() -> None:
        nonlocal asked
        while asked < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                asked += 1

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cancel(task)
    assert asked == 2


def test_ids_differ_and_lie_in_the_order_of_their_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [one[:12] for one in ids] == sorted(one[:12] for one in ids)
    assert all(len(one) == 44 for one in ids)
