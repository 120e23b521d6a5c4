"""No page keeps anybody out: axe finds nothing serious, in the light nor in the dark."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.center import ROOT
from tests.browser.stage import Stage

AXE: Final = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS: Final = ("serious", "critical")
RUN: Final = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map((one) => one.finished));
  // The initials in a circle are a portrait, not the words on a button.
  const found = await axe.run({ rules: { "label-content-name-mismatch": { enabled: false } } });
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, impact, where: target.flat().join(" "), what: failureSummary })));
}"""


@cache
def axe() -> str:
    """The checker's source, from the console's development packages."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run `make frontend`")
    return AXE.read_text()


async def check(page: Page) -> None:
    """Look at the page as it is now, in both colour schemes."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.evaluate(axe())  # Not a script of the page: its policy would refuse one.
        found = await page.evaluate(RUN)
        wrong = [f"{one['id']} at {one['where']}: {one['what']}" for one in found if one["impact"] in SERIOUS]
        assert not wrong, f"{scheme}:\n" + "\n".join(wrong)


async def test_signing_in(stage: Stage) -> None:
    page = await stage.page()
    await page.goto(f"{stage.center.url}/console/")
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    await check(page)


async def test_the_desk(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    await check(lucia.page)
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await lucia.reply("¿Es toda la casa?")
    await lucia.delivered(pane, "¿Es toda la casa?")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("CABLE caído en Av. Italia")
    await nelson.send_picture("Foto de ejemplo: cable caído")
    await expect(lucia.offer).to_be_visible()
    await check(lucia.page)

    await lucia.accept("Nelson Rodríguez")
    for tab in ("Recorrido", "Por qué usted"):
        await lucia.customer.get_by_role("tab", name=tab).click()
        await check(lucia.page)
    await lucia.press("Alt+t")
    await expect(lucia.page.get_by_role("dialog", name="Transferir contacto")).to_be_visible()
    await check(lucia.page)
    await lucia.press("Escape")
    await lucia.press("Alt+e")
    await expect(lucia.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()
    await check(lucia.page)


@pytest.mark.parametrize("tab", ["live", "statistics", "contacts", "queues", "profiles", "people", "deliveries"])
async def test_supervision(stage: Stage, tab: str) -> None:
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    ana = await stage.supervisor(tab)
    await expect(
        ana.get_by_role("main").get_by_role("table").or_(ana.get_by_role("main").get_by_role("button")).first
    ).to_be_visible()
    await check(ana)


async def test_what_supervisors_do_to_a_contact_and_a_person(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    ana = await stage.supervisor()
    actions = ana.get_by_role("row", name="Marta Suárez").get_by_role("button", name="Acciones")
    titles = {
        "Mover": "Mover contacto",
        "Prioridad": "Cambiar prioridad",
        "Cambiar lo que pide": "Lo que pide este contacto",
    }
    for name, title in titles.items():
        await actions.click()
        await ana.get_by_role("menuitem", name=name).click()
        dialog = ana.get_by_role("dialog", name=title)
        await expect(dialog).to_be_visible()
        await check(ana)
        if name == "Cambiar lo que pide":
            await ana.get_by_role("button", name="Agregar «una de»").click()
            await ana.get_by_role("button", name="Agregar habilidad: Una de estas").click()
            await ana.get_by_role("menuitem").first.click()
            await check(ana)
        await ana.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    await ana.get_by_role("row", name="Lucía Fernández").get_by_role("button", name="Cambiar el estado").click()
    await ana.get_by_role("menuitem", name="Fuera de turno").click()
    await expect(ana.get_by_role("dialog", name="Lucía Fernández")).to_be_visible()
    await check(ana)

    await lucia.press("Alt+s")
    await lucia.page.get_by_role("menuitem", name="No disponible al terminar").press("ArrowRight")
    await expect(lucia.page.get_by_role("menu", name="No disponible al terminar")).to_be_visible()
    await check(lucia.page)


async def test_the_chat(stage: Stage) -> None:
    sofia = await stage.agent("sofia")
    chat = await stage.chat()
    await chat.say("Buenas tardes")
    await sofia.accept("Visitante")
    await sofia.reply("Buenas, soy Sofía")
    await chat.hears("Buenas, soy Sofía")
    await expect(chat.log).to_have_css("background-color", re.compile(r"^rgb\("))  # nothing shines through
    await check(chat.page)


async def test_the_handset(stage: Stage) -> None:
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await check(marta.page)


async def test_a_telephone_s_screen(stage: Stage) -> None:
    """Nothing sticks out where there is little room, and the buttons that matter are there."""
    lucia = await stage.agent("lucia")
    await lucia.page.set_viewport_size({"width": 390, "height": 844})
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await expect(lucia.offer.get_by_role("button", name="Aceptar")).to_be_in_viewport(ratio=1)
    await fits(lucia.page)
    pane = await lucia.accept("Marta Suárez")
    for name in ("Finalizar", "Enviar"):
        await expect(pane.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    await fits(lucia.page)
    await check(lucia.page)
    ana = await stage.supervisor()
    await ana.set_viewport_size({"width": 390, "height": 844})
    await fits(ana)


async def fits(page: Page) -> None:
    """The page is not wider than the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
