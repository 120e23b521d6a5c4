"""Calls from the demo's telephone to agents who work them in the console, and a supervisor who joins."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.handset import CallScreen
from tests.browser.stage import Stage
from tests.browser.test_accessibility import check


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
    await expect(calls.get_by_role("list", name="En la llamada")).to_contain_text("Hablar con todos")
    await anas.speak("I can help too")
    await emily.hears("I can help too")
    await check(ana)
    await check(diego.page)
    await calls.get_by_role("button", name="Salir").click()
    await anas.is_over()

    await emily.hang_up()
    await diegos.is_over()
    await expect(diego.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()


async def test_a_colleague_is_asked_and_gets_the_call(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, lucias = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily = await (await stage.handset("Emily Carter")).dial()
    await emily.hears("press 9")
    await emily.press("0")
    call = await take(lucia, lucias, "Emily Carter")

    diego, diegos = await stage.agent("diego"), await stage.desk_phone("client:diego")
    await lucia.press("Alt+p")
    dialog = lucia.page.get_by_role("dialog", name="Sumar a la llamada")
    await dialog.get_by_role("option", name="Diego").click()
    await check(lucia.page)
    await dialog.get_by_role("button", name="Consultar").click()
    await expect(call).to_contain_text("Consulta: el cliente espera")
    people = call.get_by_role("list", name="En la llamada")
    await expect(people).to_contain_text("Llamando…")
    await diegos.hears_ring()
    await diegos.answer()
    await lucias.speak("¿La tomás vos?")
    await diegos.hears("¿La tomás vos?")
    await check(lucia.page)
    await people.get_by_role("button", name="Dejar la llamada a Diego").click()
    await expect(lucia.page.get_by_text("La llamada quedó con Diego")).to_be_visible()
    await lucias.is_over()
    await expect(lucia.pane("Emily Carter")).to_have_count(0)

    await diego.list.get_by_role("button", name="Emily Carter").first.click()
    held = diego.pane("Emily Carter").get_by_role("region", name="Llamada", exact=True)
    await expect(held).to_contain_text("En llamada")
    await diegos.speak("Good afternoon")
    await emily.hears("Good afternoon")
    await diego.press("Alt+e")
    await emily.is_over()
    await expect(diego.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()
