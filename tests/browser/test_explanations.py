"""A supervisor asks why a contact waits, and what somebody could take."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage
from tests.browser.test_accessibility import check


async def test_why_a_contact_waits(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    ana = await stage.supervisor()
    row = ana.get_by_role("row", name="Marta Suárez")
    await row.get_by_role("button", name="Acciones").click()
    await ana.get_by_role("menuitem", name="¿Por qué espera?").click()
    why = ana.get_by_role("dialog", name="¿Por qué espera Marta Suárez?")
    await expect(why).to_contain_text("Nadie en turno")
    await expect(why).to_contain_text("1 de 1")
    await expect(why).to_contain_text("Todavía no se ofreció a nadie.")
    billing = why.get_by_role("row", name="Facturación")
    await expect(billing).to_contain_text("fuera de turno")
    await check(ana)
    await ana.keyboard.press("Escape")
    await expect(why).to_have_count(0)
    await lucia.nothing_rings()


async def test_what_somebody_could_take_with_another_skill(stage: Stage) -> None:
    martin = await stage.agent("martin")
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    ana = await stage.supervisor()
    await expect(ana.get_by_role("row", name="Marta Suárez")).to_be_visible()
    person = ana.get_by_role("row", name="Martín")
    await person.get_by_role("button", name="Martín", exact=False).first.press("Enter")
    asked = ana.get_by_role("dialog", name="¿Qué podría tomar Martín")
    await expect(asked).to_contain_text("Nadie espera nada que le pueda llegar.")
    await asked.get_by_role("combobox", name="Habilidad").select_option(label="Facturación y pagos")
    await asked.get_by_role("combobox", name="Nivel").select_option("5")
    await asked.get_by_role("button", name="Probar").click()
    await expect(asked.get_by_role("status")).to_contain_text("Le llegarían además")
    await expect(asked.get_by_role("status")).to_contain_text("Facturación")
    await check(ana)
    await asked.get_by_role("button", name="Quitar Facturación y pagos").click()
    await expect(asked.get_by_role("status")).to_have_count(0)
    await martin.nothing_rings()
