"""A center to try, and a stage for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from playwright.async_api import Browser, expect

from tests.browser.center import DemoCenter, Operator
from tests.browser.stage import PATIENCE, Stage

expect.set_options(timeout=PATIENCE)


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


@pytest.fixture
async def stage(browser: Browser, center: DemoCenter) -> AsyncIterator[Stage]:
    """Agents and customers of one test; afterwards nothing of it is left in the center."""
    async with Operator.of(center) as operator:
        made = Stage(browser, center, operator)
        yield made
        await made.close()
        await operator.clean_up()
    assert made.problems == []
