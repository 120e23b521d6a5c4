"""SMS through Twilio does what every channel must."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from contactcenter.localnet import LocalNetwork
from contactcenter.testing.channels import ChannelTests
from tests.channels.conftest import adapter
from tests.channels.twilio_vendor import TwilioVendor


class TestTwilioSms(ChannelTests):
    @pytest.fixture
    async def vendor(self, network: LocalNetwork) -> AsyncIterator[TwilioVendor]:
        channel = adapter(network)
        yield TwilioVendor(network, channel)
        await channel.close()
