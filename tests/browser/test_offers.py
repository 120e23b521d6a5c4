"""What becomes of an offer: nobody answers, somebody declines, one of several windows takes it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.stage import Stage


@pytest.fixture(scope="module")
def changes() -> Mapping[str, str]:
    """Hazards ring for nine seconds, so that nobody waits fifteen for a test; the demo's past needs eight."""
    return {"offer_seconds: 15": "offer_seconds: 9"}


async def test_whoever_does_not_answer_is_paused_and_the_next_is_asked(stage: Stage) -> None:
    nicolas = await stage.agent("nicolas")  # available for longer, so asked first
    lucia = await stage.agent("lucia")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("PELIGRO: un cable en la vereda")

    await expect(nicolas.offer).to_contain_text("Peligro en la vía pública")
    await lucia.nothing_rings()
    await expect(
        nicolas.page.get_by_text("El contacto sonó sin respuesta y volvió a su lugar en la cola.")
    ).to_be_visible()
    await expect(nicolas.status).to_contain_text("No contestó")
    pane = await lucia.accept("Nelson Rodríguez")
    await nicolas.nothing_rings()
    await expect(lucia.bubble(pane, "un cable en la vereda")).to_be_visible()

    await nicolas.page.get_by_role("button", name="Ponerme disponible").click()
    await expect(nicolas.status).to_contain_text("Disponible")
    await nelson.say("Sigue ahí")
    await expect(lucia.bubble(pane, "Sigue ahí")).to_be_visible()
    await nicolas.nothing_rings()


async def test_what_one_declines_another_is_asked(stage: Stage) -> None:
    martin = await stage.agent("martin")
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await expect(martin.offer).to_contain_text("Marta Suárez")
    await lucia.nothing_rings()
    await martin.press("Alt+d")
    await martin.nothing_rings()
    await expect(martin.status).to_contain_text("Disponible")
    pane = await lucia.accept("Marta Suárez")
    await lucia.customer.get_by_role("tab", name="Recorrido").click()
    await expect(lucia.customer).to_contain_text("Rechazado por Martín Pereira")
    await expect(lucia.customer).to_contain_text("Aceptado por Lucía Fernández")
    await expect(pane).to_be_visible()


async def test_an_agent_with_two_windows_takes_it_in_one(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    other = Desk(await stage.page(lucia.page.context))
    await other.page.goto(lucia.page.url)
    await expect(other.status).to_contain_text("Disponible")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await expect(lucia.offer).to_contain_text("Marta Suárez")
    await expect(other.offer).to_contain_text("Marta Suárez")

    await lucia.accept("Marta Suárez")
    await other.nothing_rings()
    await lucia.reply("¿Es toda la casa?")
    row = other.list.get_by_role("button", name="Marta Suárez")
    await row.click()
    await other.delivered(other.pane("Marta Suárez"), "¿Es toda la casa?")

    await lucia.page.close()
    ana = await stage.supervisor()
    await expect(ana.get_by_role("row", name="Lucía Fernández")).to_contain_text("Disponible")
    await expect(ana.get_by_text("Sin consola")).to_have_count(0)
    await marta.say("Sí, toda la casa")
    await expect(other.bubble(other.pane("Marta Suárez"), "Sí, toda la casa")).to_be_visible()
    await expect(other.status).to_contain_text("Disponible")


async def test_who_finishes_gets_nothing_new(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await lucia.press("Alt+s")
    await lucia.page.get_by_role("menuitem", name="No disponible al terminar").press("ArrowRight")
    reasons = lucia.page.get_by_role("menu", name="No disponible al terminar")
    await reasons.get_by_role("menuitem", name="Almuerzo").press("Enter")
    await expect(lucia.status).to_contain_text("Termina: Almuerzo")
    ana = await stage.supervisor()
    await expect(ana.get_by_role("row", name="Lucía Fernández")).to_contain_text("Termina: Almuerzo")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("LUZ 4401873 sin luz desde las 8")
    await expect(ana.get_by_role("row", name="Nelson Rodríguez")).to_contain_text("Averías")
    await lucia.nothing_rings()

    await lucia.page.bring_to_front()
    await lucia.box(pane).focus()
    await lucia.end(pane, 1, "Corte informado")
    await expect(lucia.status).to_contain_text("Almuerzo")
    await expect(lucia.status).not_to_contain_text("Termina")


async def test_the_shortcuts_are_listed(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    await lucia.press("?")
    shortcuts = lucia.page.get_by_role("dialog", name="Atajos de teclado")
    await expect(shortcuts).to_contain_text("Aceptar el contacto entrante")
    await lucia.press("Escape")
    await expect(shortcuts).to_have_count(0)

    await lucia.press("Alt+s")
    await lucia.page.get_by_role("menuitem", name="Almuerzo").press("Enter")
    await expect(lucia.status).to_contain_text("Almuerzo")
