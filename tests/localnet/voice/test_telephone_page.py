"""The telephone and the desk phone in a browser, as a newcomer and an agent use them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from contactcenter.localnet import Behaviour, LocalNetwork, Number, Person
from tests.browser.test_accessibility import check
from tests.localnet.conftest import ACCOUNT, CENTER, MARTA, TOKEN
from tests.localnet.telephone import VoiceCenter, response, ringing

DESK = "client:lucia"
MENU = response(
    '<Gather action="/chosen" input="dtmf speech" numDigits="1" timeout="60">'
    '<Say language="es-MX">Para informar un corte, marque uno.</Say></Gather>'
)
TALK = response(
    '<Say language="es-MX">La comunicamos.</Say><Dial><Client url="/whisper">lucia</Client></Dial><Say>Adiós</Say>'
)


@pytest.fixture
async def network(app: VoiceCenter) -> AsyncIterator[LocalNetwork]:
    app.pages |= {"/voice": MENU, "/chosen": TALK, "/whisper": response("<Say>Marta Suárez, Pocitos</Say>")}
    number = Number(CENTER, "Eléctrica del Plata", voice_url=f"{app.url}/voice")
    async with LocalNetwork(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers=[number],
        people=[Person(MARTA, "Marta Suárez", {"es": "Sin luz"})],
        desks=[Person(DESK, "Lucía Fernández")],
        unattended={"client:": Behaviour.ANSWER},
        tempo=0.05,
    ) as running:
        yield running


@pytest.fixture
async def pages(network: LocalNetwork, browser: Browser) -> AsyncIterator[list[Page]]:
    """The telephone of Marta and the desk phone of Lucía."""
    errors: list[str] = []
    found: list[Page] = []
    for path in (f"/#{MARTA}", f"/desk-phone/#{DESK}"):
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        await page.goto(network.url + path)
        found.append(page)
    await expect(found[1].locator("#readiness")).to_contain_text("Conectado")
    yield found
    for page in found:
        await page.close()
    assert errors == []


async def test_a_customer_calls_presses_and_talks_with_an_agent(pages: list[Page], app: VoiceCenter) -> None:
    marta, lucia = pages
    await marta.get_by_role("button", name="Llamar", exact=True).click()
    call, desk = marta.get_by_role("region", name="Llamada"), lucia.get_by_role("region", name="Llamada")
    await expect(call.get_by_role("log")).to_contain_text("marque uno")
    await expect(call.get_by_role("timer")).to_have_text("00:00")
    await marta.keyboard.press("1")
    [chosen] = await app.until_asked("/chosen")
    assert chosen["Digits"] == "1"
    await expect(call.get_by_role("log")).to_contain_text("La comunicamos")

    await expect(desk).to_contain_text("Llamada entrante")
    await expect(desk).to_contain_text("099 123 456")
    await check(lucia)
    await desk.get_by_role("button", name="Atender", exact=True).click()
    await expect(desk.get_by_role("log")).to_contain_text("Pocitos")
    await expect(desk.get_by_role("log")).to_contain_text("Conectado")
    await desk.get_by_role("textbox").fill("Buenas tardes, soy Lucía")
    await desk.get_by_role("textbox").press("Enter")
    await expect(call.get_by_role("log")).to_contain_text("Lucía Fernández")
    await expect(call.get_by_role("log")).to_contain_text("Buenas tardes, soy Lucía")
    await call.get_by_role("textbox").fill("Estoy sin luz")
    await call.get_by_role("button", name="Decir", exact=True).click()
    await expect(desk.get_by_role("log")).to_contain_text("Estoy sin luz")
    await expect(desk.get_by_role("log")).to_contain_text("Marta Suárez")

    await check(marta)
    await marta.reload()
    await expect(call.get_by_role("log")).to_contain_text("Buenas tardes, soy Lucía")
    await desk.get_by_role("button", name="Colgar").click()
    await expect(desk).to_contain_text("Llamada terminada")
    await expect(call.get_by_role("log")).to_contain_text("Adiós")
    await expect(call).to_contain_text("Llamada terminada")
    await call.get_by_role("button", name="Cerrar").click()
    await expect(call).to_be_hidden()


async def test_what_rings_is_declined_and_answers_itself_when_told(
    pages: list[Page], http: aiohttp.ClientSession, network: LocalNetwork
) -> None:
    marta, lucia = pages
    await marta.get_by_role("button", name="Llamar", exact=True).click()
    call, desk = marta.get_by_role("region", name="Llamada"), lucia.get_by_role("region", name="Llamada")
    await call.get_by_role("button", name="1", exact=True).click()
    await ringing(http, DESK)
    await desk.get_by_role("button", name="Rechazar").click()
    await expect(desk).to_be_hidden()
    await expect(call).to_contain_text("Llamada terminada")

    await lucia.get_by_role("checkbox", name="Atender solo").check()
    await call.get_by_role("button", name="Volver a llamar").click()
    await call.get_by_role("textbox").fill("uno")
    await call.get_by_role("textbox").press("Enter")
    await expect(desk.get_by_role("log")).to_contain_text("Conectado")
    await call.get_by_role("button", name="Colgar").click()
    await expect(desk).to_contain_text("Llamada terminada")

    await lucia.close()  # and with no page open, the network answers
    await call.get_by_role("button", name="Volver a llamar").click()
    await call.get_by_role("button", name="1", exact=True).click()
    await expect(call.get_by_role("log")).to_contain_text("Conectado")
    await call.get_by_role("button", name="Colgar").click()
    await call.get_by_role("button", name="Cerrar").click()
    await marta.get_by_role("button", name="Apagar el teléfono").click()
    await expect(marta.locator("#off")).to_be_visible()
