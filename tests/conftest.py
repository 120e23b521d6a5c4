"""What every test can ask for: real databases, a real Redis, ports, and an end that leaves nothing running."""

from __future__ import annotations

import gc
import inspect
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from tests import services
from tests.leftovers import GRACE_SECONDS, no_stray_tasks

settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("dev")


TESTS = Path(__file__).parent
LONGEST_FIRST = ("e2e", "browser", "web")
"""Whose modules take longest: the last to be begun are short ones, so that no worker is left alone with a long one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the modules that workers share out; without workers, the order stays as it is."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        ranks = {TESTS / folder: rank for rank, folder in enumerate(LONGEST_FIRST)}
        items.sort(key=lambda item: ranks.get(item.path.parent, len(ranks)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[services.PostgresServer]:
    """One PostgreSQL for the whole run; do not stop it, start one of your own for that."""
    with services.PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: services.PostgresServer) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[services.RedisServer]:
    """One Redis for the whole run; do not stop it, start one of your own for that."""
    with services.RedisServer() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: services.RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that returns a port nobody listens on."""
    return services.free_port


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of this test's own, without a window."""
    async with services.browser() as chromium:
        yield chromium


@pytest.fixture
def small_heap(_garbage_of_the_module: None) -> None:
    """Spare a router that starts from collecting among half a million objects of pytest and of libraries.

    They are frozen until the router stops, which thaws everything.
    """
    gc.freeze()


@pytest.fixture(scope="module")
def _garbage_of_the_module() -> Iterator[None]:
    """Collect what a module's tests left; what was frozen before each might hide an unclosed file otherwise."""
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a task or a thread behind: it would disturb those after it."""
    before = set(threading.enumerate())
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("_no_stray_tasks")
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.daemon or thread.name.startswith("asyncio_"):
            continue  # The loop's own executor ends with the loop.
        thread.join(GRACE_SECONDS)
        if thread.is_alive():
            pytest.fail(f"left a thread running: {thread!r}")


@pytest.fixture
async def _no_stray_tasks() -> AsyncIterator[None]:
    async with no_stray_tasks():
        yield
