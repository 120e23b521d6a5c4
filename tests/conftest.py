"""What every test can ask for: real databases, a real Redis, ports, and an end that leaves nothing running."""

from __future__ import annotations

import gc
import inspect
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from tests import services
from tests.leftovers import GRACE_SECONDS, no_stray_tasks

settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("dev")


SLOW = ("browser", "e2e")
"""Whose modules take long and start many processes."""
SLOW_END = 0.75
"""How much of a run's modules have been begun when the last slow one is."""


def pytest_configure() -> None:
    """Write bytecode, whatever the machine wishes: to collect, and to start a process, takes half the time then."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where workers share the modules out, spread the slow ones: few at the same time, and none at the end."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    modules = dict.fromkeys(item.path for item in items)
    slow = [module for module in modules if module.parent.name in SLOW]
    quick = [module for module in modules if module.parent.name not in SLOW]
    places = {module: SLOW_END * number / len(slow) for number, module in enumerate(slow)}
    places |= {module: number / len(quick) for number, module in enumerate(quick)}
    items.sort(key=lambda item: places[item.path])


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of this test's own, on each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/center.sqlite3"
    return str(request.getfixturevalue("postgres_url")).replace("+asyncpg", "")


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
def _small_heap(_garbage_of_the_module: None) -> None:
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
def _logs_as_they_come() -> Iterator[None]:
    """Forget how a command that was tried set up the logs: those after it read them from the standard output."""
    yield
    structlog.reset_defaults()


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
