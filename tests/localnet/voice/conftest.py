"""What the tests of calls share: a center with TwiML, and a network that lets many calls through."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, Number
from tests.localnet.client import LocalHttpClient, connect
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


@pytest.fixture
def client(network: LocalNetwork) -> Iterator[Client]:
    found = connect(network.url, ACCOUNT, TOKEN)
    yield found
    assert isinstance(found.http_client, LocalHttpClient)
    if found.http_client.session is not None:
        found.http_client.session.close()


@pytest.fixture
async def http(network: LocalNetwork) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(network.url) as session:
        yield session
