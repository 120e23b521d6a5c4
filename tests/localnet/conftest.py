"""A center, a network between it and its customers, and the twilio library as a client."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, MessagingService, Number
from tests.localnet.center import Center
from tests.localnet.client import LocalHttpClient, connect

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a token for tests"
SERVICE = "MG" + "5" * 32
CENTER = "+59829000000"
POOLED = "+59829000001"
MARTA = "+59899123456"


@pytest.fixture
async def center() -> AsyncIterator[Center]:
    async with Center(TOKEN) as listening:
        yield listening


@pytest.fixture
async def network(center: Center) -> AsyncIterator[LocalNetwork]:
    async with LocalNetwork(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=[
            Number(CENTER, "Centro", sms_url=f"{center.url}/sms"),
            Number(POOLED, "Avisos", sms_url=f"{center.url}/sms"),
        ],
        services=[MessagingService(SERVICE, (POOLED,), advanced_opt_out=True)],
        names=["UTE"],
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
    """A browser or another process: JSON to the network's own addresses."""
    async with aiohttp.ClientSession(network.url) as session:
        yield session
