"""A call from the demo's telephone, through the menus, to an agent with a desk phone."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage


async def test_a_customer_calls_waits_talks_and_hangs_up(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia = await stage.agent("lucia")
    phone = await stage.desk_phone("client:lucia")
    emily = await stage.handset("Emily Carter")
    call = await emily.dial()
    await call.hears("Eléctrica del Plata")
    await call.hears("press 9")
    await call.press("0")

    await expect(lucia.offer).to_contain_text("Emily Carter")
    await lucia.press("Alt+a")
    await phone.hears_ring()
    await phone.answer()
    await call.hears("Conectado")
    await phone.speak("Good morning, this is Lucía")
    await call.hears("Good morning, this is Lucía")
    await call.speak("My bill is too high")
    await phone.hears("My bill is too high")
    await call.hang_up()
    await call.is_over()
    await phone.is_over()
    await expect(lucia.page.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()


async def test_a_complaint_is_announced_recorded_paused_and_heard_again(stage: Stage) -> None:
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    diego, phone = await stage.agent("diego"), await stage.desk_phone("client:diego")
    call = await (await stage.handset("Emily Carter")).dial()
    await call.hears("Complaints, 3")
    await call.press("3")
    await call.hears("This call may be recorded")

    await expect(diego.offer).to_contain_text("Emily Carter")
    await diego.press("Alt+a")
    await phone.hears_ring()
    await phone.answer()
    await call.hears("Conectado")
    pane = diego.pane("Emily Carter")
    panel = pane.get_by_role("region", name="Llamada", exact=True)
    await panel.get_by_role("button", name="Pausar grabación").click()
    await expect(panel).to_contain_text("Grabación en pausa")
    await phone.speak("Dígame el número de su tarjeta")
    await panel.get_by_role("button", name="Reanudar grabación").click()
    await expect(panel).not_to_contain_text("Grabación en pausa")
    await phone.speak("Gracias. Queda registrado su reclamo")
    await call.hears("Queda registrado su reclamo")
    await call.hang_up()

    await expect(pane.get_by_role("radiogroup", name="¿Cómo terminó?")).to_be_visible()
    sound = pane.get_by_label("Grabación de la llamada")
    await expect(sound).to_be_visible(
        timeout=45_000
    )  # It is fetched again after 2, 5 and 15 s if the first time fails.
    await expect(sound).to_have_js_property("error", None)
    await sound.evaluate("sound => sound.duration > 0 || new Promise(done => (sound.onloadedmetadata = done))")
    await expect(diego.list.get_by_role("button").filter(has_text="Emily Carter")).to_contain_text("Grabación")
    await expect(diego.customer).to_contain_text("Llamó al")
