"""A text from a telephone, all the way to the customer's history."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage

ANSWER = "Hola Marta, una cuadrilla va en camino."


async def test_a_text_is_answered_wrapped_up_and_remembered(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")

    await marta.say("LUZ 4401873 sin luz desde las 8")
    await expect(lucia.offer).to_contain_text("SMS · Averías")
    await expect(lucia.offer).to_contain_text("sin luz desde las 8")
    await expect(lucia.offer.get_by_role("img", name="Averías y cortes: pide 2 de 5, usted tiene 5")).to_be_visible()
    pane = await lucia.accept("Marta Suárez")
    await lucia.nothing_rings()

    await lucia.reply(ANSWER)
    await marta.hears(ANSWER)
    await lucia.delivered(pane, ANSWER)

    await marta.say("¡Gracias!")
    await expect(lucia.bubble(pane, "¡Gracias!")).to_be_visible()
    await lucia.end(pane, 2, "Corte ya conocido")
    await expect(lucia.page.get_by_text("El próximo contacto va a sonar aquí.")).to_be_visible()

    await marta.say("LUZ ya volvió")
    await lucia.accept("Marta Suárez")
    earlier = lucia.customer.get_by_role("tabpanel").get_by_role("listitem").first
    await expect(earlier).to_contain_text("Corte ya conocido")
    await expect(earlier).to_contain_text("Lucía Fernández")
    await expect(earlier).to_contain_text("Hoy")
    await earlier.get_by_role("button").click()
    reading = lucia.page.get_by_role("dialog", name="Marta Suárez")
    await expect(reading).to_contain_text("Solo lectura")
    await expect(reading.get_by_role("article").filter(has_text=ANSWER)).to_be_visible()
    await expect(reading).to_contain_text("Aceptado por Lucía Fernández")


async def test_a_picture_from_the_telephone_is_seen_large(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("CABLE caído en Av. Italia")
    await nelson.send_picture("Foto de ejemplo: cable caído")

    pane = await lucia.accept("Nelson Rodríguez")
    await pane.get_by_role("button", name="Ampliar imagen").click()
    large = lucia.page.get_by_role("dialog").get_by_role("img")
    await expect(large).to_be_visible()
    assert await large.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    await lucia.press("Escape")
    await expect(lucia.page.get_by_role("dialog")).to_have_count(0)


async def test_a_telephone_that_is_off_is_told_to_the_agent(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await marta.page.get_by_role("button", name="Apagar el teléfono").click()
    await lucia.reply("¿Sigue sin luz?")
    await expect(lucia.bubble(pane, "¿Sigue sin luz?").get_by_role("img", name="No entregado")).to_be_visible()
    await expect(lucia.list.get_by_role("img", name="Hay un mensaje que no se entregó")).to_be_visible()
