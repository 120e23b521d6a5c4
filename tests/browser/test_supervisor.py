"""The supervisor sees who is here and what waits, and what is changed acts on the next decision."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.desk import Desk
from tests.browser.stage import Stage


async def go(page: Page, tab: str) -> None:
    """Turn to another of the supervisor's pages."""
    await page.get_by_role("navigation", name="Supervisión").get_by_role("link", name=tab).click()
    await expect(page.get_by_role("heading", name=tab, level=1)).to_be_attached()


async def act(page: Page, row: Locator, name: str) -> None:
    """Choose one of the actions of a contact's row."""
    await row.get_by_role("button", name="Acciones").click()
    await page.get_by_role("menuitem", name=name).click()


async def test_who_is_here_and_what_waits(stage: Stage) -> None:
    ana = await stage.supervisor()
    lucia = await stage.agent("lucia")
    row = ana.get_by_role("row", name="Lucía Fernández")
    await expect(row).to_contain_text("Disponible")
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    waits = ana.get_by_role("row", name="Marta Suárez")
    await expect(waits).to_contain_text("Facturación")
    queue = ana.get_by_role("row", name="Facturación", exact=False).filter(has_text="Nadie")
    await expect(queue).to_be_visible()
    await marta.say("¿Hay alguien?")
    await expect(waits).to_contain_text("¿Hay alguien?")
    await lucia.nothing_rings()

    await row.get_by_role("button", name="Cambiar el estado").click()
    await ana.get_by_role("menuitem", name="Reunión").click()
    await ana.get_by_role("dialog", name="Lucía Fernández").get_by_role("button", name="Ahora").click()
    await expect(row).to_contain_text("Reunión")
    await expect(lucia.status).to_contain_text("Reunión")

    await waits.get_by_role("button", name="Acciones").click()
    await ana.get_by_role("menuitem", name="Liberar").click()
    await ana.get_by_role("dialog").get_by_role("textbox").fill("Repetido")
    await ana.get_by_role("dialog").get_by_role("button", name="Liberar").click()
    await expect(waits).to_have_count(0)


async def test_a_contact_is_moved_hastened_and_asks_for_more(stage: Stage) -> None:
    ana = await stage.supervisor()
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    waits = ana.get_by_role("row", name="Marta Suárez")
    await act(ana, waits, "Mover")
    await ana.get_by_role("dialog").get_by_role("option", name="Averías").click()
    await ana.get_by_role("dialog").get_by_role("button", name="Mover", exact=True).click()
    await expect(ana.get_by_text("Contacto movido.")).to_be_visible()
    await expect(waits.get_by_role("cell", name="Averías", exact=True)).to_be_visible()

    await act(ana, waits, "Prioridad")
    dialog = ana.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="Peligro").check()
    await dialog.get_by_role("textbox").fill("pronto")
    await expect(dialog.get_by_role("button", name="Guardar")).to_be_disabled()
    await dialog.get_by_role("textbox").fill("30")
    await dialog.get_by_role("button", name="Guardar").click()
    await expect(waits).to_contain_text("Peligro")
    await expect(waits).to_contain_text("32 min")

    await act(ana, waits, "Cambiar lo que pide")
    await dialog.get_by_role("button", name="Agregar habilidad: Obligatorias").click()
    await ana.get_by_role("menuitem", name="Facturación y pagos").click()
    await dialog.get_by_role("combobox", name="Facturación y pagos: mínimo").select_option("4")
    await dialog.get_by_role("button", name="Guardar").click()
    await expect(waits).to_contain_text("Facturación y pagos 4")

    await waits.get_by_role("button", name="Marta Suárez").first.click()
    for said in ("Cambió de cola", "Cambió la prioridad", "Cambió lo que pide"):
        await expect(ana.get_by_role("dialog")).to_contain_text(said)


async def test_who_is_sent_home_gives_back_what_they_have(stage: Stage) -> None:
    ana = await stage.supervisor()
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    await lucia.accept("Marta Suárez")
    await ana.get_by_role("row", name="Lucía Fernández").get_by_role("button", name="Cambiar el estado").click()
    await ana.get_by_role("menuitem", name="Fuera de turno").click()
    dialog = ana.get_by_role("dialog", name="Lucía Fernández")
    await expect(dialog).to_contain_text("Ahora atiende 1 contacto.")
    await dialog.get_by_role("button", name="Cerrar su turno").click()
    await expect(lucia.status).to_contain_text("Fuera de turno")
    await expect(ana.get_by_role("row", name="Marta Suárez")).to_contain_text("Averías")


async def test_a_skill_that_is_added_acts_at_once(stage: Stage) -> None:
    martin = await stage.agent("martin")
    marta = await stage.handset("Marta Suárez")
    ana = await stage.supervisor()
    await marta.say("FACTURA muy alta")
    await expect(ana.get_by_role("row", name="Marta Suárez")).to_contain_text("Facturación y pagos 3")
    await martin.nothing_rings()

    await go(ana, "Perfiles")
    await ana.get_by_role("button", name="Averías, en formación").click()
    editor = ana.get_by_role("region", name="Averías, en formación")
    await editor.get_by_role("radio", name="Facturación y pagos: 3 de 5").check(force=True)
    await expect(editor).to_contain_text("Cambios sin guardar")
    await editor.get_by_role("button", name="Guardar").click()
    await expect(ana.get_by_text("Guardado: vale desde la próxima decisión")).to_be_visible()

    await expect(martin.offer).to_contain_text("Cambió la configuración y ahora usted puede atenderlo.")
    await martin.accept("Marta Suárez")
    assert (await stage.operator.profile("averias-inicial"))["skills"]["facturacion"] == 3


async def test_another_profile_acts_at_once_too(stage: Stage) -> None:
    carolina = await stage.agent("carolina")
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("PELIGRO un cable")
    ana = await stage.supervisor("people")
    choice = ana.get_by_role("combobox", name="Perfil: Carolina Méndez")
    await expect(choice).to_have_value("redes")
    await carolina.nothing_rings()
    await choice.select_option("Mesa de peligro")
    await carolina.accept("Nelson Rodríguez")
    await choice.select_option("Redes sociales")
    await expect(ana.get_by_text("Carolina Méndez tiene ahora el perfil Redes sociales.")).to_be_visible()


async def test_calls_ring_where_a_supervisor_says(stage: Stage) -> None:
    ana = await stage.supervisor("people")
    telephone = ana.get_by_role("textbox", name="Teléfono: Carolina Méndez")
    await telephone.fill("2900 1234")
    await telephone.press("Enter")
    await expect(ana.get_by_text("Escriba un número con + y código de país")).to_be_visible()
    await telephone.fill("+59829001122")
    await telephone.press("Enter")
    await expect(ana.get_by_text("Carolina Méndez: las llamadas suenan en +59829001122.")).to_be_visible()
    await ana.reload()
    await expect(telephone).to_have_value("+59829001122")
    await telephone.fill("")
    await telephone.press("Tab")
    await expect(ana.get_by_text("Carolina Méndez: las llamadas suenan en la consola.")).to_be_visible()


async def test_two_supervisors_do_not_overwrite_each_other(stage: Stage) -> None:
    pages = [await stage.supervisor("profiles") for _ in range(2)]
    for page, level in zip(pages, (2, 4), strict=True):
        await page.get_by_role("button", name="Polivalente").click()
        await page.get_by_role("radio", name=f"Redes sociales: {level} de 5").check(force=True)
    await pages[0].get_by_role("button", name="Guardar").click()
    await expect(pages[0].get_by_text("Guardado: vale desde la próxima decisión")).to_be_visible()
    await expect(pages[1].get_by_role("alert")).to_contain_text("otra persona guardó la configuración")
    await expect(pages[1].get_by_role("button", name="Guardar", exact=True)).to_be_disabled()
    await pages[1].get_by_role("button", name="Guardar los míos").click()
    await expect(pages[1].get_by_text("Guardado: vale desde la próxima decisión")).to_be_visible()
    assert (await stage.operator.profile("polivalente"))["skills"]["redes"] == 4


async def test_what_could_not_be_sent_is_seen_and_sent_again(stage: Stage) -> None:
    ana = await stage.supervisor()
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await stage.operator.network("POST", "faults", {"kind": "refused", "code": 21606})
    await lucia.reply("Ya va una cuadrilla")
    answer = lucia.bubble(pane, "Ya va una cuadrilla")
    await expect(answer.get_by_role("img", name="No se pudo enviar")).to_be_visible()
    await expect(ana.get_by_role("alert")).to_contain_text("21606")

    await go(ana, "Envíos fallidos")
    letter = ana.get_by_role("row").filter(has_text="21606")
    await expect(letter).to_be_visible()
    await letter.get_by_role("button", name="Contacto").click()
    await expect(ana.get_by_role("dialog", name="Marta Suárez")).to_contain_text("Ya va una cuadrilla")
    await ana.keyboard.press("Escape")
    await letter.get_by_role("button", name="Reintentar").click()
    await expect(letter).to_have_count(0)
    await marta.hears("Ya va una cuadrilla")
    await lucia.delivered(pane, "Ya va una cuadrilla")


async def test_an_agent_sees_no_supervision(stage: Stage) -> None:
    lucia = Desk(await stage.signed_in("lucia"))
    await expect(lucia.status).to_be_visible()
    await expect(lucia.page.get_by_role("link", name="Supervisión")).to_have_count(0)
    await lucia.page.goto(f"{stage.center.url}/console/#/supervisor/profiles")
    await expect(lucia.page.get_by_role("heading", name="Hola, Lucía")).to_be_visible()
