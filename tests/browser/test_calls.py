"""Calls from the demo's telephone to agents who work them in the console, and a supervisor who joins."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Locator, Page, expect

from contactcenter.demo.people import MARTA
from tests.browser.desk import Desk
from tests.browser.handset import CallScreen
from tests.browser.stage import Stage
from tests.browser.test_accessibility import check

BUSY: Final = "+59899555444"


async def take(desk: Desk, phone: CallScreen, customer: str) -> Locator:
    """Accept the call that rings and answer the desk phone; the conversation's call panel."""
    await expect(desk.offer).to_contain_text(customer)
    await desk.press("Alt+a")
    call = desk.pane(customer).get_by_role("region", name="Llamada", exact=True)
    await expect(call).to_contain_text("Suena su teléfono…")
    await expect(call.get_by_role("link", name="Abrir su teléfono")).to_be_visible()
    await phone.hears_ring()
    await phone.answer()
    await expect(call).to_contain_text("En llamada")
    return call


async def test_a_call_is_held_transferred_and_joined_by_a_supervisor(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily = await (await stage.handset("Emily Carter")).dial()
    await emily.hears("press 9")
    await emily.press("0")
    call = await take(lucia, lucias, "Emily Carter")
    await lucias.speak("Good morning, this is Lucía")
    await emily.hears("Good morning, this is Lucía")

    await lucia.press("Alt+h")
    await expect(call).to_contain_text("El cliente espera")
    await emily.hears("Música")
    await lucia.press("Alt+h")
    await expect(call).to_contain_text("En llamada")
    await lucia.press("Alt+u")
    await expect(call).to_contain_text("Silenciado")
    await call.get_by_role("button", name="Activar micrófono").click()
    await expect(call).not_to_contain_text("Silenciado")

    diego, diegos = await stage.agent("diego"), await stage.desk_phone("client:diego")
    await lucia.press("Alt+t")
    dialog = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("option", name="Facturación", exact=True).click()
    await dialog.get_by_role("button", name="Transferir").click()
    await lucias.is_over()
    call = await take(diego, diegos, "Emily Carter")
    await diegos.speak("Billing, this is Diego")
    await emily.hears("Billing, this is Diego")

    ana = await stage.supervisor()
    await ana.get_by_role("button", name="Llamadas de Diego").click()
    calls = ana.get_by_role("dialog", name="Llamadas de Diego")
    where = await calls.get_by_role("link", name="Abrir su teléfono").get_attribute("href") or ""
    anas = await stage.desk_phone(where.partition("#")[2])
    await calls.get_by_role("button", name="Escuchar").click()
    await anas.hears_ring()
    await anas.answer()
    await expect(call.get_by_role("list", name="En la llamada")).to_contain_text("Supervisión")
    await emily.speak("My bill is too high")
    await anas.hears("My bill is too high")
    await calls.get_by_role("button", name="Hablar con todos").click()
    await expect(calls.get_by_role("list", name="En la llamada")).to_contain_text("Habla con todos")
    await anas.speak("I can help too")
    await emily.hears("I can help too")
    await check(ana)
    await check(diego.page)
    await calls.get_by_role("button", name="Salir").click()
    await anas.is_over()

    await emily.hang_up()
    await diegos.is_over()
    await expect(diego.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()


async def calls(stage: Stage, desk: Desk, desk_phone: CallScreen) -> tuple[CallScreen, Locator]:
    """Emily has called and talks with whoever is at this desk: her call, and its panel there."""
    emily = await (await stage.handset("Emily Carter")).dial()
    await emily.hears("press 9")
    await emily.press("0")
    return emily, await take(desk, desk_phone, "Emily Carter")


async def ask(desk: Desk, kind: str, whom: str, note: str = "", button: str = "Consultar") -> None:
    """Bring somebody into the call that has the focus."""
    await desk.press("Alt+p")
    dialog = desk.page.get_by_role("dialog", name="Sumar a la llamada")
    await dialog.get_by_role("button", name=kind).click()
    await dialog.get_by_role("option", name=whom).click()
    await dialog.get_by_role("textbox", name="Nota para quien atienda (opcional)").fill(note)
    await check(desk.page)
    await dialog.get_by_role("button", name=button).click()
    await expect(dialog).to_have_count(0)


async def sees_whose_call_it_is(diego: Desk) -> Locator:
    """Whoever is asked has Lucía's question before them, and a microphone, and nothing to decide; the call's panel."""
    pane = diego.pane("Emily Carter")
    advice = pane.get_by_role("region", name="Llamada", exact=True)
    await expect(pane.get_by_role("note")).to_contain_text("Lucía Fernández le pide consejo sobre esta llamada")
    await expect(pane.get_by_role("note")).to_contain_text("Octubre: el doble que setiembre.")
    await expect(advice).to_contain_text("Con Lucía Fernández; el cliente espera")
    await expect(pane.get_by_role("button", name="Transferir")).to_have_count(0)
    await expect(pane.get_by_role("textbox")).to_have_count(0)
    await diego.press("Alt+u")
    await expect(advice).to_contain_text("Silenciado")
    await diego.press("Alt+u")
    await check(diego.page)
    return advice


async def calls_of(ana: Page, whose: str) -> Locator:
    """Ana looks at somebody's calls: who is in them."""
    await ana.get_by_role("button", name=f"Llamadas de {whose}").click()
    present = ana.get_by_role("dialog", name=f"Llamadas de {whose}").get_by_role("list", name="En la llamada")
    diego = present.get_by_role("listitem").filter(has_text="Diego Silvera")
    await expect(diego).to_contain_text("Da consejo a Lucía Fernández")
    return present


async def finds_who_advises_whom(stage: Stage, ana: Page) -> None:
    """Ana sees it in the calls of both, and enters by way of Diego."""
    await calls_of(ana, "Lucía")
    await ana.keyboard.press("Escape")
    present = await calls_of(ana, "Diego")
    dialog = ana.get_by_role("dialog", name="Llamadas de Diego")
    await expect(dialog).to_contain_text("Da consejo a Lucía Fernández, que lleva la llamada")
    where = await dialog.get_by_role("link", name="Abrir su teléfono").get_attribute("href") or ""
    phone = await stage.desk_phone(where.partition("#")[2])
    await dialog.get_by_role("button", name="Escuchar").click()
    await phone.hears_ring()
    await phone.answer()
    await expect(present).to_contain_text("Escucha")
    await check(ana)
    await dialog.get_by_role("button", name="Salir").click()
    await phone.is_over()
    await ana.keyboard.press("Escape")


async def test_a_queue_is_asked_and_who_comes_gets_the_call(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily, call = await calls(stage, lucia, lucias)
    people = call.get_by_role("list", name="En la llamada")
    await ask(lucia, "Una cola", "Facturación", "Octubre: el doble que setiembre.")
    await expect(call).to_contain_text("Consulta: el cliente espera")
    await expect(people).to_contain_text("Esperando en Facturación")
    await emily.hears("Música")
    ana = await stage.supervisor()
    waits = ana.get_by_role("row", name="Consulta de Lucía Fernández")
    await expect(waits).to_contain_text("Emily Carter")
    await check(lucia.page)

    diego, diegos = Desk(await stage.signed_in("diego")), await stage.desk_phone("client:diego")
    await diego.page.get_by_role("button", name="Ponerme disponible").click()
    await expect(diego.offer).to_contain_text("Consulta de Lucía Fernández")
    await expect(diego.offer).to_contain_text("Emily Carter")
    await expect(diego.offer).to_contain_text("Octubre: el doble que setiembre.")
    await expect(people).to_contain_text("Suena en un puesto de Facturación")
    await check(diego.page)
    await diego.press("Alt+a")
    await expect(people).to_contain_text("Sumando a Diego Silvera…")
    await diegos.hears_ring()
    await diegos.answer()
    advice = await sees_whose_call_it_is(diego)
    pane = diego.pane("Emily Carter")
    await expect(pane.get_by_text("Aún no hay notas de esta llamada. Las escribe Lucía Fernández")).to_be_visible()
    await lucia.press("Alt+o")
    await lucia.reply("Medidor cambiado en agosto.")
    await expect(pane.get_by_text("Medidor cambiado en agosto.")).to_be_visible()
    await finds_who_advises_whom(stage, ana)

    await lucias.speak("¿La tomás vos?")
    await diegos.hears("¿La tomás vos?")
    await expect(people).to_contain_text("Usted")
    await check(lucia.page)
    await people.get_by_role("button", name="Pasar la llamada a Diego").click()
    await expect(lucia.page.get_by_text("La llamada pasó a Diego Silvera.")).to_be_visible()
    await lucias.is_over()
    await expect(lucia.pane("Emily Carter")).to_have_count(0)

    await expect(diego.page.get_by_text("La llamada es suya ahora.")).to_be_visible()
    await expect(advice).to_contain_text("En llamada")
    await expect(diego.pane("Emily Carter").get_by_role("note")).to_have_count(0)
    await diegos.speak("Good afternoon")
    await emily.hears("Good afternoon")
    await diego.customer.get_by_role("tab", name="Recorrido").click()
    await expect(diego.customer).to_contain_text("Lucía Fernández pidió que alguien se sume")
    await expect(diego.customer).to_contain_text("Octubre: el doble que setiembre.")
    await diego.press("Alt+e")
    await emily.is_over()
    await expect(diego.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()


async def test_a_colleague_declines_and_the_customer_gets_the_agent_back(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily, call = await calls(stage, lucia, lucias)
    diego, diegos = await stage.agent("diego"), await stage.desk_phone("client:diego")
    people = call.get_by_role("list", name="En la llamada")
    await ask(lucia, "Una persona", "Diego")
    await expect(people).to_contain_text("Suena en el puesto de Diego Silvera")
    await diego.press("Alt+d")
    await expect(lucia.page.get_by_text("Diego Silvera no tomó la consulta.")).to_be_visible()
    await expect(call).to_contain_text("El cliente espera")
    await check(lucia.page)
    await call.get_by_role("button", name="Volver con el cliente").click()
    await expect(call).to_contain_text("En llamada")
    await lucias.speak("I am back")
    await emily.hears("I am back")

    await ask(lucia, "Una persona", "Diego")
    await expect(diego.offer).to_contain_text("Consulta de Lucía Fernández · a usted")
    await diego.press("Alt+a")
    await diegos.hears_ring()
    await diegos.decline()
    await expect(lucia.page.get_by_text("Diego Silvera no atendió.").or_(busy(lucia))).to_be_visible()
    await expect(diego.page.get_by_text("Su teléfono no tomó la consulta")).to_be_visible()
    await expect(diego.page.get_by_text("Quedó en pausa porque no contestó.")).to_be_visible()
    await expect(call.get_by_role("button", name="Volver con el cliente")).to_be_visible()


def busy(desk: Desk) -> Locator:
    """What is said of a telephone that was busy, or that somebody refused to answer."""
    return desk.page.get_by_text("El teléfono de Diego Silvera está ocupado.")


async def test_a_consult_is_called_off(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily, call = await calls(stage, lucia, lucias)
    diego, diegos = await stage.agent("diego"), await stage.desk_phone("client:diego")
    people = call.get_by_role("list", name="En la llamada")
    await ask(lucia, "Una persona", "Diego")
    await expect(diego.offer).to_be_visible()
    await people.get_by_role("button", name="Cancelar la consulta").click()
    await diego.nothing_rings()
    await expect(call).to_contain_text("En llamada")

    await ask(lucia, "Una persona", "Diego", button="Sumar a la conversación")
    await diego.press("Alt+a")
    await diegos.hears_ring()
    await diegos.answer()
    advice = diego.pane("Emily Carter").get_by_role("region", name="Llamada", exact=True)
    await expect(advice).to_contain_text("Con Lucía Fernández y el cliente")
    await emily.speak("Is it the meter?")
    await diegos.hears("Is it the meter?")
    await advice.get_by_role("button", name="Salir de la llamada").click()
    await diegos.is_over()
    await expect(lucia.page.get_by_text("Diego Silvera salió de la llamada.")).to_be_visible()
    await expect(people).to_have_count(0)


async def test_only_who_could_come_is_asked(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    await stage.agent("martin")
    diego = await stage.agent("diego")
    await diego.press("Alt+s")
    await diego.page.get_by_role("menuitem", name="Almuerzo").click()
    await expect(diego.status).to_contain_text("Almuerzo")
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    await calls(stage, lucia, lucias)
    await lucia.press("Alt+p")
    dialog = lucia.page.get_by_role("dialog", name="Sumar a la llamada")
    await dialog.get_by_role("button", name="Una persona").click()
    martin = dialog.get_by_role("option", name="Martín")
    await expect(martin).to_contain_text("no atiende llamadas")
    await expect(martin).to_be_disabled()
    await expect(dialog.get_by_role("option", name="Diego")).to_contain_text("No disponible: Almuerzo")
    await expect(dialog.get_by_role("option", name="Diego")).to_be_disabled()
    await expect(dialog.get_by_role("option", name="Carolina")).to_contain_text("Fuera de turno")
    await expect(dialog).to_contain_text("sí puede llamar a su número, en «Un número»")
    await lucia.press("Escape")
    await lucia.press("Alt+t")
    transfer = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await transfer.get_by_role("button", name="A un número").click()
    await expect(transfer.get_by_role("button", name="Transferir", exact=True)).to_be_disabled()
    await transfer.get_by_role("textbox", name="Número, con + y código de país").fill("+598 99 123 456")
    await check(lucia.page)
    await expect(transfer.get_by_role("button", name="Transferir", exact=True)).to_be_enabled()


async def test_a_silent_network_is_said_and_the_call_can_still_be_ended(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    _, call = await calls(stage, lucia, lucias)
    fault = {"kind": "server_error", "operation": "UpdateParticipant", "times": 2}
    await stage.operator.network("POST", "faults", fault)
    await lucia.press("Alt+h")
    await expect(call).to_contain_text("La red telefónica no responde; se intenta de nuevo…")
    await expect(call.get_by_role("button", name="Poner en espera")).to_be_disabled()
    await expect(lucia.pane("Emily Carter").get_by_role("button", name="Finalizar")).to_be_enabled()
    await check(lucia.page)
    await expect(call).to_contain_text("El cliente espera")
    await expect(call).not_to_contain_text("La red telefónica")


async def test_a_call_that_the_agents_telephone_declined_is_told(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily = await (await stage.handset("Emily Carter")).dial()
    await emily.hears("press 9")
    await emily.press("0")
    await expect(lucia.offer).to_contain_text("Emily Carter")
    await lucia.press("Alt+a")
    await lucias.hears_ring()
    await lucias.decline()
    await expect(lucia.page.get_by_text("Su teléfono no tomó la llamada: volvió a la cola")).to_be_visible()
    await expect(lucia.page.get_by_text("Quedó en pausa porque no contestó.")).to_be_visible()
    await lucia.page.get_by_role("button", name="Ponerme disponible").click()
    await expect(lucia.offer).to_contain_text("Emily Carter")


async def test_a_number_is_asked_in_vain_and_then_given_the_call(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily, call = await calls(stage, lucia, lucias)
    marta = await stage.handset(MARTA.name)
    await lucia.press("Alt+p")
    dialog = lucia.page.get_by_role("dialog", name="Sumar a la llamada")
    await dialog.get_by_role("button", name="Un número").click()
    await dialog.get_by_role("textbox", name="Número, con + y código de país").fill(MARTA.address)
    await dialog.get_by_role("button", name="Consultar").click()
    await expect(call.get_by_role("list", name="En la llamada")).to_contain_text("Llamando…")
    await marta.call.hears_ring()
    await marta.call.decline()
    await expect(lucia.page.get_by_text("está ocupado.")).to_be_visible()
    await call.get_by_role("button", name="Volver con el cliente").click()
    await expect(call).to_contain_text("En llamada")

    await stage.operator.network("PUT", f"telephones/{BUSY}", {"behaviour": "busy"})
    await lucia.press("Alt+t")
    dialog = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("button", name="A un número").click()
    await dialog.get_by_role("textbox", name="Número, con + y código de país").fill(BUSY)
    await dialog.get_by_role("button", name="Transferir", exact=True).click()
    await expect(lucia.page.get_by_text("El teléfono de +598 99 555 444 está ocupado.")).to_be_visible()
    await expect(dialog).to_have_count(0)
    await expect(lucia.page.get_by_text("el cliente pasa en cuanto atienda")).to_have_count(0)

    await lucia.press("Alt+t")
    dialog = lucia.page.get_by_role("dialog", name="Transferir contacto")
    await dialog.get_by_role("button", name="A un número").click()
    await dialog.get_by_role("textbox", name="Número, con + y código de país").fill(MARTA.address)
    await dialog.get_by_role("button", name="Transferir", exact=True).click()
    await expect(lucia.page.get_by_text("Suena en +598 99 100 101: el cliente pasa")).to_be_visible()
    await marta.call.hears_ring()
    await marta.call.answer()
    await lucias.is_over()
    await expect(lucia.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()
    await marta.call.speak("Hello, this is Marta")
    await emily.hears("Hello, this is Marta")
