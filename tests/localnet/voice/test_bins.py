"""Instructions the network keeps itself, for when the center does not answer."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from contactcenter.localnet import LocalNetwork, Number
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, TOKEN
from tests.localnet.telephone import VoiceCenter, dial, response

PATIENT = response('<Say language="es-MX">Un momento</Say><Redirect>{{ErrorUrl}}</Redirect>')


@pytest.fixture
async def network(app: VoiceCenter) -> AsyncIterator[LocalNetwork]:
    number = Number(CENTER, voice_url=f"{app.url}/broken?step=2&part=menu")
    async with LocalNetwork(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers=[number], tempo=0.01, bins={"patient": PATIENT}
    ) as running:
        number.voice_fallback_url = f"{running.url}/twiml/patient"
        yield running


async def test_a_caller_waits_until_the_center_is_back(app: VoiceCenter, http: aiohttp.ClientSession) -> None:
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Un momento")
    await marta.hear("Un momento")
    app.pages["/broken"] = response("<Say>Aquí estamos</Say>")
    app.mended.add("/broken")
    await marta.hear("Aquí estamos")


async def test_an_unknown_name_is_not_there(http: aiohttp.ClientSession) -> None:
    async with http.post("/twiml/none", data={}) as answer:
        assert answer.status == 404
