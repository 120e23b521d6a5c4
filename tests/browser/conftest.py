"""A center to try, and a stage for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import services
from tests.browser.center import DemoCenter, Operator
from tests.browser.stage import PATIENCE, Stage
from tests.leftovers import no_stray_tasks

HERE = Path(__file__).parent

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Tests of one module share a loop, because they share a browser."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="module")
def changes() -> Mapping[str, str]:
    """What this module's center has otherwise in its configuration than the demo: nothing, unless overridden."""
    return {}


@pytest.fixture(scope="package")
def usual_center() -> Iterator[DemoCenter]:
    """A running demo with its own Redis; each test leaves it as it was."""
    with DemoCenter() as running:
        yield running


@pytest.fixture(scope="module")
def center(changes: Mapping[str, str], request: pytest.FixtureRequest) -> Iterator[DemoCenter]:
    """The usual demo, or one of the module's own if it wants changes."""
    if not changes:
        yield request.getfixturevalue("usual_center")
        return
    with DemoCenter(changes) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the module: people's browsers are contexts, which share nothing."""
    async with services.browser() as chromium:
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser, center: DemoCenter) -> AsyncIterator[Stage]:
    """Agents and customers of one test; afterwards nothing of it is left in the center."""
    async with Operator.of(center) as operator:
        made = Stage(browser, center, operator)
        yield made
        await made.close()
        await operator.clean_up()
    assert made.problems == []


@pytest_asyncio.fixture(loop_scope="module")
async def _no_stray_tasks() -> AsyncIterator[None]:
    async with no_stray_tasks():
        yield
