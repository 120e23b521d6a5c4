"""What the tests of calls share: a center with TwiML, and a network that lets many calls through."""

from collections.abc import AsyncIterator

import pytest

from contactcenter.localnet import LocalNetwork, Number
from tests.localnet.conftest import ACCOUNT, CENTER, TOKEN
from tests.localnet.telephone import VoiceCenter


@pytest.fixture
async def app() -> AsyncIterator[VoiceCenter]:
    async with VoiceCenter(TOKEN) as listening:
        yield listening
        assert not listening.forged


@pytest.fixture
async def network(app: VoiceCenter) -> AsyncIterator[LocalNetwork]:
    number = Number(
        CENTER,
        voice_url=f"{app.url}/voice",
        voice_fallback_url=f"{app.url}/fallback",
        voice_status_callback=f"{app.url}/status",
    )
    async with LocalNetwork(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=[number], tempo=0.01, calls_per_second=1_000
    ) as running:
        yield running
        assert not running.violations, running.violations
