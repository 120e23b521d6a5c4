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
