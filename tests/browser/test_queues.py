"""A supervisor changes a queue, and the next decision obeys."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.stage import Stage
from tests.browser.test_accessibility import check


async def editor(ana: Page, name: str) -> Locator:
    """The form of one queue."""
    await ana.get_by_role("main").get_by_role("button", name=name).first.click()
    form = ana.get_by_role("region", name=name, exact=True)
    await expect(form).to_be_visible()
    return form


async def save(ana: Page, form: Locator) -> None:
    await form.get_by_role("button", name="Guardar", exact=True).click()
    await expect(ana.get_by_text("Guardado: vale desde la próxima decisión").first).to_be_visible()


async def test_a_step_that_is_added_acts_at_once_and_can_be_taken_back(stage: Stage) -> None:
    martin = await stage.agent("martin")
    marta = await stage.handset("Marta Suárez")
    await marta.say("FACTURA muy alta")
    ana = await stage.supervisor("queues")
    form = await editor(ana, "Facturación")
    await martin.nothing_rings()

    await form.get_by_role("button", name="Agregar paso").click()
    step = form.get_by_role("group", name="Paso 1")
    await expect(step).to_contain_text("Este paso no hace nada")
    await expect(form.get_by_role("button", name="Guardar", exact=True)).to_be_disabled()
    await step.get_by_role("checkbox", name="Averías, en formación").check(force=True)
    await save(ana, form)

    await martin.accept("Marta Suárez")
    await form.get_by_role("button", name="Quitar el paso 1").click()
    await save(ana, form)


async def test_what_the_server_refuses_is_said_at_the_field(stage: Stage) -> None:
    ana = await stage.supervisor("queues")
    form = await editor(ana, "Reclamos")
    seconds = form.get_by_label("Suena la oferta")
    await seconds.fill("")
    await expect(form).to_contain_text("Falta un número, o está fuera de lo posible.")
    await seconds.fill("90000")
    await form.get_by_role("button", name="Guardar", exact=True).click()
    await expect(form.get_by_role("alert")).to_contain_text("offer_seconds")
    await expect(seconds).to_have_attribute("aria-invalid", "true")
    await check(ana)
    await form.get_by_role("button", name="Descartar").click()
    await expect(seconds).to_have_value("20")


async def test_hours_and_what_happens_beyond_them(stage: Stage) -> None:
    ana = await stage.supervisor("queues")
    form = await editor(ana, "Altas y mudanzas")
    await expect(form.get_by_label("Calendario")).to_have_value("comercial")
    await expect(form.get_by_role("group", name="Teléfono").get_by_label("Qué se hace")).to_have_value("refuse")
    await check(ana)
    await form.get_by_role("button", name="Agregar canal: Chat web").click()
    chat = form.get_by_role("group", name="Chat web")
    await chat.get_by_label("Qué se hace").select_option("Pasar a otra cola")
    await expect(form).to_contain_text("Elija a qué cola pasa.")
    await chat.get_by_label("A la cola").select_option("Atención general")
    await save(ana, form)
    await form.get_by_role("button", name="Quitar Chat web").click()
    await save(ana, form)


async def test_a_queue_is_made_and_removed(stage: Stage) -> None:
    ana = await stage.supervisor("queues")
    await ana.get_by_role("button", name="Nueva cola").click()
    form = ana.get_by_role("region", name="Nueva cola")
    await form.get_by_label("Nombre en Español").fill("Medidores nuevos")
    form = ana.get_by_role("region", name="Medidores nuevos")
    await form.get_by_role("button", name="Agregar habilidad: Obligatorias").click()
    await ana.get_by_role("menuitem", name="Averías y cortes").click()
    await form.get_by_label("Primero, solo a").select_option("Su último agente")
    await form.get_by_label("Durante (segundos)").fill("30")
    await save(ana, form)
    await form.get_by_role("button", name="Eliminar cola").click()
    await expect(ana.get_by_role("button", name="Medidores nuevos")).to_have_count(0)


async def test_a_queue_is_recorded_by_a_switch(stage: Stage) -> None:
    ana = await stage.supervisor("queues")
    form = await editor(ana, "Reclamos")
    await expect(form.get_by_role("checkbox", name="Grabar lo que se dice")).to_be_checked()
    form = await editor(ana, "Averías")
    switch = form.get_by_role("checkbox", name="Grabar lo que se dice")
    await expect(switch).not_to_be_checked()
    await switch.check()
    await save(ana, form)
    await ana.reload()
    form = await editor(ana, "Averías")
    await expect(form.get_by_role("checkbox", name="Grabar lo que se dice")).to_be_checked()
