"""Contacts that pass through several hands, and the one that goes before all others."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.stage import Stage


async def test_a_contact_is_handed_to_a_queue_then_to_a_colleague(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    diego = await stage.agent("diego")
    sofia = await stage.agent("sofia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ y además me llegó una factura muy alta")
    pane = await lucia.accept("Marta Suárez")

    await lucia.press("Alt+o")
    await expect(pane.get_by_role("textbox", name="Nota interna")).to_be_focused()
    await lucia.reply("El corte ya está informado; falta ver la factura.")
    await expect(lucia.bubble(pane, "falta ver la factura")).to_contain_text("Nota interna")

    await lucia.press("Alt+t")
    dialog = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("option", name="Facturación", exact=True).click()
    await dialog.get_by_role("textbox", name="Nota para quien lo reciba (opcional)").fill("Ver el consumo de julio")
    await dialog.get_by_role("button", name="Transferir").click()
    await expect(pane).to_have_count(0)
    await expect(lucia.page.get_by_text("Contacto transferido.")).to_be_visible()

    await expect(diego.offer).to_contain_text("Se lo transfirieron.")
    handed = await diego.accept("Marta Suárez")
    await expect(diego.bubble(handed, "falta ver la factura")).to_contain_text("Lucía Fernández")
    await diego.customer.get_by_role("tab", name="Recorrido").click()
    await expect(diego.customer).to_contain_text("Ver el consumo de julio")

    await diego.press("Alt+t")
    dialog = diego.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("button", name="A una persona").click()
    await dialog.get_by_role("option", name="Sofía Rodríguez").click()
    await dialog.get_by_role("button", name="Transferir").click()
    await expect(handed).to_have_count(0)
    last = await sofia.accept("Marta Suárez")
    await sofia.reply("Hola Marta, soy Sofía, ya lo miro.")
    await marta.hears("Hola Marta, soy Sofía, ya lo miro.")
    await sofia.delivered(last, "soy Sofía")
    await expect(marta.conversation).not_to_contain_text("falta ver la factura")


async def test_who_hands_on_says_what_the_next_one_must_know(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    diego = await stage.agent("diego")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ y además me llegó una factura muy alta")
    pane = await lucia.accept("Marta Suárez")
    await lucia.press("Alt+t")
    dialog = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("option", name="Facturación", exact=True).click()
    await dialog.get_by_text("Qué debe saber quien lo tome").click()
    await dialog.get_by_role("button", name="Agregar habilidad: Obligatorias").click()
    await lucia.page.get_by_role("menuitem", name="Portugués").click()
    await dialog.get_by_role("combobox", name="Portugués: mínimo").select_option("4")
    await dialog.get_by_role("button", name="Transferir").click()
    await expect(pane).to_have_count(0)

    ana = await stage.supervisor()
    await expect(ana.get_by_role("row", name="Marta Suárez")).to_contain_text("Portugués 4")
    await diego.nothing_rings()


async def test_an_approved_answer_is_found_and_sent(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await lucia.page.keyboard.type("/cable caido")
    answers = pane.get_by_role("listbox", name="Respuestas guardadas")
    await expect(answers.get_by_role("option", selected=True)).to_contain_text("Cable caído: no se acerque")
    await lucia.press("Enter")
    await expect(answers).to_have_count(0)
    text = await lucia.box(pane).input_value()
    assert text.startswith("No toque el cable ni se acerque")  # the wording for SMS: two segments less
    await lucia.press("Enter")
    await marta.hears(text[:40])


async def test_a_hazard_goes_before_everything_that_waits(stage: Stage) -> None:
    first = await stage.handset("Marta Suárez")
    await first.say("LUZ 4401873 sin luz desde las 8")
    second = await stage.handset("Lucía Pereira")
    await second.say("CORTE 2210456 hace una hora")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("PELIGRO un cable caído")

    lucia = Desk(await stage.signed_in("lucia"))
    await lucia.page.get_by_role("button", name="Ponerme disponible").click()
    await expect(lucia.offer).to_contain_text("Peligro en la vía pública")
    # Lucía Pereira's account is on the register of life support: ten minutes of head start.
    for customer in ("Nelson Rodríguez", "Lucía Pereira", "Marta Suárez"):
        await lucia.accept(customer)
    await expect(lucia.list.get_by_role("listitem")).to_have_count(3)
