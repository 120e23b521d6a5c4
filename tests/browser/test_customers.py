"""What a supervisor says of a customer is seen at once by whoever has the contact."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.stage import Stage
from tests.browser.test_supervisor import go


async def change(page: Page, reading: Locator, tier: str, owner: str) -> None:
    """Give the customer of an open contact a tier and somebody who looks after them."""
    await reading.get_by_role("button", name="Editar los datos del cliente").click()
    dialog = page.get_by_role("dialog", name="Editar los datos del cliente")
    await expect(dialog.get_by_role("button", name="Guardar")).to_be_disabled()
    await dialog.get_by_role("textbox", name="Categoría").fill(tier)
    await dialog.get_by_role("combobox", name="A cargo de").select_option(owner)
    await dialog.get_by_role("button", name="Guardar").click()
    await expect(dialog).to_have_count(0)


async def test_whose_customer_somebody_is(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    ana = await stage.supervisor()
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await lucia.accept("Marta Suárez")
    await go(ana, "Contactos")
    await ana.get_by_role("row", name="Marta Suárez").get_by_role("button", name="Marta Suárez").first.click()
    reading = ana.get_by_role("dialog", name="Marta Suárez")
    await change(ana, reading, "A", "Lucía Fernández")
    await expect(ana.get_by_text("Datos del cliente guardados.")).to_be_visible()

    await expect(lucia.customer).to_contain_text("Categoría A")
    await expect(lucia.customer).to_contain_text("A cargo de Lucía Fernández")
    await expect(lucia.customer.get_by_role("button", name="Editar los datos del cliente")).to_have_count(0)

    await change(ana, reading, "", "Nadie")
