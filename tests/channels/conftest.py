"""The local network, our number in it, and the SMS adapter that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.localnet import LocalNetwork, Number
from tests.channels import twilio_vendor as twilio
from tests.channels.center import Center


def adapter(network: LocalNetwork, public_url: str = twilio.PUBLIC_URL) -> TwilioSms:
    return TwilioSms(
        account_sid=twilio.ACCOUNT,
        auth_token=twilio.TOKEN,
        other_auth_token=twilio.OTHER_TOKEN,
        public_url=public_url,
        numbers=[twilio.CENTER, twilio.NOTICES],
        api_url=network.url,
    )


@pytest.fixture
async def center() -> AsyncIterator[Center]:
    """Where the network's webhooks arrive."""
    async with Center() as listening:
        yield listening


@pytest.fixture
async def network(center: Center) -> AsyncIterator[LocalNetwork]:
    """A network whose every request fitted Twilio's published API."""
    numbers = [
        Number(number, sms_url=f"{center.url}/webhooks/twilio/sms") for number in (twilio.CENTER, twilio.NOTICES)
    ]
    async with LocalNetwork(account_sid=twilio.ACCOUNT, auth_token=twilio.TOKEN, numbers=numbers) as running:
        yield running
        assert not running.violations, running.violations


@pytest.fixture
async def sms(network: LocalNetwork, center: Center) -> AsyncIterator[TwilioSms]:
    """The adapter, announced to the network at the center's address."""
    center.channel = channel = adapter(network, center.url)
    yield channel
    await channel.close()
