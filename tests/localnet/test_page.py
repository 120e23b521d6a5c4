"""The handset in a browser, as a newcomer uses it."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect
from twilio.rest import Client

from contactcenter.localnet import LocalNetwork, Person, Status
from contactcenter.localnet.calls import CallStatus
from contactcenter.localnet.conferences import ConferenceEvent
from contactcenter.localnet.recordings import RecordingStatus
from tests.localnet.center import Center
from tests.localnet.conftest import CENTER, MARTA

WORDS = "Estoy sin luz <b>desde</b> las 8"


@pytest.fixture
async def page(network: LocalNetwork, browser: Browser) -> AsyncIterator[Page]:
    network.handsets.invite(Person(MARTA, "Marta Suárez", {"es": "Sin luz"}, {"es": (WORDS,), "en": ("No power",)}))
    found = await browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    found.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    await found.goto(network.url)
    await expect(found.locator("#people .person[aria-pressed=true]")).to_contain_text("Marta Suárez")
    yield found
    assert errors == []


async def test_a_newcomer_texts_and_is_answered(page: Page, client: Client, center: Center) -> None:
    await page.click(f"#suggestions button >> text={WORDS}")
    await page.press("#text", "Enter")
    await expect(page.locator(".mine .bubble")).to_have_text(WORDS)
    await expect(page.locator(".mine .meta.seen")).to_be_visible()
    assert center.heard[0].params["Body"] == WORDS

    await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="¿Cuál es su cuenta?")
    await expect(page.locator(".theirs .bubble")).to_have_text("¿Cuál es su cuenta?")
    await expect(page.locator("#traces .good")).to_have_count(2)
    await page.reload()
    await expect(page.locator(".bubble")).to_have_count(2)


@pytest.mark.parametrize("path", ["/", "/desk-phone/"])
async def test_every_symbol_of_a_page_is_there_once(network: LocalNetwork, path: str) -> None:
    async with aiohttp.ClientSession(network.url) as http, http.get(path) as answer:
        text = await answer.text()
    drawn, found = re.findall(r'href="#(i-[a-z]+)"', text), re.findall(r'<symbol id="(i-[a-z]+)"', text)
    assert set(drawn) <= set(found)
    assert len(found) == len(set(found)) > 10


async def test_a_picture_is_attached_and_sent(page: Page, center: Center) -> None:
    await page.click("#attach")
    await page.click("[data-sample=cable]")
    await page.click("#send")
    await expect(page.locator(".mine .picture img")).to_be_visible()
    heard = (await center.until_heard(1))[0]
    assert (heard.params["NumMedia"], heard.params["MediaContentType0"]) == ("1", "image/jpeg")


async def test_a_telephone_that_is_off(page: Page, network: LocalNetwork, client: Client) -> None:
    await page.click("#power")
    await expect(page.locator("#off")).to_be_visible()
    sent = await asyncio.to_thread(client.messages.create, to=MARTA, from_=CENTER, body="¿Está ahí?")
    await network.reached(sent.sid or "", Status.UNDELIVERED)
    await page.click("#power-on")
    await expect(page.locator("#off")).to_be_hidden()
    await expect(page.locator(".theirs")).to_have_count(0)
    await expect(page.locator("#traces .bad")).to_contain_text("30003")


async def test_stop_is_seen_and_start_over_empties_the_screen(page: Page) -> None:
    await page.fill("#text", "STOP")
    await page.press("#text", "Enter")
    await expect(page.locator("#banner")).to_contain_text("START")
    await expect(page.locator(".theirs .bubble")).to_contain_text("unsubscribed")
    await page.click("#again")
    await expect(page.locator(".bubble")).to_have_count(0)
    await expect(page.locator("#banner")).to_be_hidden()


async def test_another_person_another_language_a_center_that_is_down(page: Page, network: LocalNetwork) -> None:
    await page.click("[data-language=en]")
    await page.fill("#join-name", "Ana")
    await page.click("#join button")
    await expect(page.locator("#people .person[aria-pressed=true]")).to_contain_text("Ana")
    await expect(page.locator(".empty")).to_contain_text("You are Ana")
    network.account.numbers[CENTER].sms_url = ""
    await page.fill("#text", "hello " * 40)
    await expect(page.locator("#count")).to_contain_text("2 SMS")
    await page.press("#text", "Enter")
    await expect(page.locator(".mine .meta.alert")).to_contain_text("did not answer")


async def test_whatever_happens_behind_the_scenes_has_words(page: Page, network: LocalNetwork) -> None:
    shown = {
        "callStatus": [*CallStatus],
        "event": [*ConferenceEvent],
        "recordingStatus": [*RecordingStatus],
        "status": [each for each in Status if each is not Status.RECEIVED],  # Those are the person's own.
    }
    names = [f"{kind}.{each}" for kind, every in shown.items() for each in every]
    missing = await page.evaluate(
        """async ([names, languages]) => {
          const words = await import("/static/words.js");
          const of = (language) => (words.speak(language), names.filter((name) => words.word(name) === name));
          return languages.flatMap((language) => of(language).map((name) => `${language} ${name}`));
        }""",
        [names, ["es", "pt", "en"]],
    )
    assert missing == []
