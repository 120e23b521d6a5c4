"""A newcomer's calls on the demo's telephone: an outage is reported by keys, is known, and a person is waited for."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.stage import Stage


async def test_an_outage_is_reported_and_known_and_a_person_waited_for(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    nelson = await stage.handset("Nelson Rodríguez")
    call = await nelson.dial()
    await call.hears("Hola, Nelson Rodríguez.")
    for question, key in (("Para español", "1"), ("Si no tiene luz", "1"), ("Si se quedó sin luz", "1")):
        await call.hears(question)
        await call.press(key)
    await call.hears("Registramos su corte con el número")
    await call.is_over()
    number = re.search(r"con el número ([\d ]+)\.", await call.captions.inner_text())
    assert number is not None

    await call.region.get_by_role("button", name="Volver a llamar").click()
    await call.hears(f"Ya tenemos el reporte de su corte, número {number[1]}.")
    await call.press("0")
    await call.hears("hold.wav")
    await call.hears("Su lugar en la fila es el 1.")

    lucia, phone = Desk(await stage.signed_in("lucia")), await stage.desk_phone("client:lucia")
    await lucia.page.get_by_role("button", name="Ponerme disponible").click()
    await expect(lucia.offer).to_contain_text("Nelson Rodríguez")
    await lucia.press("Alt+a")
    await phone.hears_ring()
    await phone.answer()
    await call.hears("Conectado")
    await phone.speak("Buenas tardes, habla Lucía")
    await call.hears("Buenas tardes, habla Lucía")
    pane = lucia.pane("Nelson Rodríguez")
    await expect(pane.get_by_role("region", name="Llamada", exact=True)).to_contain_text("En llamada")
    await lucia.end(pane, 1, "Información")
    await call.is_over()
    await phone.is_over()
