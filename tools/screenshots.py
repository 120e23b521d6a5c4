"""Takes the pictures of docs/tour.md and the README from a demo of its own: `make screenshots`.

It plays the tour's ten minutes with the people of the browser tests, so a picture shows what really happened.
`python -m tools.screenshots NAME…` keeps only those pictures.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright, expect

from tests import services
from tests.browser.center import DemoCenter, Operator
from tests.browser.desk import Desk
from tests.browser.handset import Handset
from tests.browser.stage import Stage

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
WIDE: Final = (1440, 900)
SMALL: Final = (1024, 768)
SETTLE: Final = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


class Album:
    """Takes pictures, of those names that are wanted (all, when none is named)."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._wanted = wanted

    async def take(self, page: Page, name: str, size: tuple[int, int] = WIDE) -> None:
        """Keep what the page shows as docs/images/`name`.png."""
        if self._wanted and name not in self._wanted:
            return
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.mouse.move(size[0] // 2, 2)
        await page.evaluate(SETTLE)
        await page.screenshot(path=IMAGES / f"{name}.png")
        await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        print(f"docs/images/{name}.png")


async def sign_in(stage: Stage, album: Album) -> None:
    """The first thing a newcomer sees."""
    page = await stage.page()
    await page.goto(f"{stage.center.url}/console/")
    await page.get_by_role("button", name="Lucía Fernández").click()
    await album.take(page, "sign-in")


async def outage(stage: Stage, album: Album, lucia: Desk) -> Handset:
    """Marta has no power; Lucía answers."""
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873. Estoy sin luz desde las 8 en Pocitos.")
    await expect(lucia.offer).to_be_visible()
    await album.take(lucia.page, "offer")
    pane = await lucia.accept("Marta Suárez")
    answer = "Hola Marta, soy Lucía. El corte de su zona ya está informado: hay una cuadrilla trabajando."
    await lucia.reply(answer)
    await lucia.delivered(pane, answer)
    await marta.say("¿Saben a qué hora vuelve? Tengo la heladera llena 😟")
    estimate = "Estimamos que vuelve a las 11:30. ¿Le aviso por aquí cuando se restablezca?"
    await lucia.reply(estimate)
    await lucia.delivered(pane, estimate)
    await marta.say("Sí, por favor. ¡Gracias!")
    return marta


async def hazard(stage: Stage, lucia: Desk) -> None:
    """Nelson sees a fallen cable, and sends a picture of it."""
    nelson = await stage.handset("Nelson Rodríguez")
    await nelson.say("CABLE caído en Av. Italia y Comercio, tira chispas.")
    pane = await lucia.accept("Nelson Rodríguez")
    await nelson.send_picture("Foto de ejemplo: cable caído")
    await expect(pane.get_by_role("button", name="Ampliar imagen")).to_be_visible()
    answer = "No se acerque, Nelson: la cuadrilla sale ahora. ¿Hay alguien herido?"
    await lucia.reply(answer)
    await lucia.delivered(pane, answer)
    await lucia.press("Alt+o")
    await lucia.reply("Avisado a despacho 14: corte del ramal y corralito.")
    await lucia.press("Alt+m")
    await nelson.say("No, por suerte nadie.")


async def visit(stage: Stage, album: Album) -> None:
    """A visitor of the utility's page asks Sofía."""
    sofia = await stage.agent("sofia")
    chat = await stage.chat()
    await chat.say("Buenas tardes, me mudo la semana que viene. ¿Cómo cambio la titularidad?")
    await sofia.accept("Visitante")
    await sofia.reply("Buenas tardes, soy Sofía. Lo hacemos por aquí: ¿tiene a mano el número de cuenta de esa casa?")
    await chat.hears("Lo hacemos por aquí")
    await chat.say("Sí, es la 3301947.")
    await sofia.reply("Gracias. Necesito también una foto de su documento y del medidor.")
    await chat.hears("una foto de su documento")
    await album.take(chat.page, "chat")


async def storm(stage: Stage, album: Album) -> None:
    """More waits than there are people; Ana sees it."""
    martin = await stage.agent("martin")
    await martin.press("Alt+s")
    await martin.page.get_by_role("menuitem", name="Almuerzo").click()
    await expect(martin.status).to_contain_text("Almuerzo")
    await stage.agent("diego")
    joao = await stage.handset("João Ferreira")
    await joao.say("PERIGO: poste inclinado na esquina do armazém")
    plant = await stage.handset("Frigorífico del Litoral")
    await plant.page.get_by_role("combobox", name="Número del centro").select_option(index=1)
    await plant.say("Tenemos baja tensión en la planta, se detuvo la línea de frío.")
    ana = await stage.supervisor()
    await expect(ana.get_by_role("row", name="Frigorífico del Litoral")).to_be_visible()
    await album.take(ana, "supervisor")
    await ana.goto(f"{stage.center.url}/console/#/supervisor/profiles")
    await ana.get_by_role("button", name="Averías, experto").click()
    await album.take(ana, "profiles")


async def close(album: Album, lucia: Desk) -> None:
    """What it was, in two keystrokes."""
    pane = lucia.pane("Marta Suárez")
    await lucia.list.get_by_role("button", name="Marta Suárez").click()
    await lucia.press("Alt+e")
    await expect(pane.get_by_role("radio").first).to_be_focused()
    await lucia.press("2")
    await album.take(lucia.page, "wrap-up")
    await lucia.press("Enter")
    await expect(pane).to_have_count(0)


async def call(stage: Stage, album: Album) -> None:
    """Emily calls; Lucía asks Diego while she waits."""
    await stage.operator.network("PUT", "tempo", {"tempo": 0.1})
    lucia, phone = await stage.agent("lucia"), await stage.desk_phone("client:lucia")
    emily = await (await stage.handset("Emily Carter")).dial()
    await emily.hears("press 9")
    await emily.press("0")
    await expect(lucia.offer).to_contain_text("Emily Carter")
    await lucia.press("Alt+a")
    await phone.hears_ring()
    await phone.answer()
    panel = lucia.pane("Emily Carter").get_by_role("region", name="Llamada", exact=True)
    await expect(panel).to_contain_text("En llamada")
    diego, diegos = await stage.agent("diego"), await stage.desk_phone("client:diego")
    await lucia.reply("Pregunta por la factura de octubre: el doble que la de setiembre.")
    await lucia.press("Alt+p")
    dialog = lucia.page.get_by_role("dialog", name="Sumar a la llamada")
    await dialog.get_by_role("button", name="Una persona").click()
    await dialog.get_by_role("option", name="Diego").click()
    note = "¿Hay un ajuste por lectura estimada?"
    await dialog.get_by_role("textbox", name="Nota para quien atienda (opcional)").fill(note)
    await dialog.get_by_role("button", name="Consultar").click()
    await expect(diego.offer).to_be_visible()
    await diego.press("Alt+a")
    await diegos.hears_ring()
    await diegos.answer()
    await expect(panel.get_by_role("button", name="Pasar la llamada a Diego")).to_be_visible()
    await album.take(lucia.page, "call")


async def play(stage: Stage, album: Album) -> None:
    """The tour, in its order."""
    await sign_in(stage, album)
    lucia = await stage.agent("lucia")
    marta = await outage(stage, album, lucia)
    await album.take(marta.page, "handset")
    await hazard(stage, lucia)
    await visit(stage, album)
    third = await stage.handset("Lucía Pereira")
    await third.say("CORTE 2210456. Mi madre depende de un concentrador de oxígeno.")
    await lucia.accept("Lucía Pereira")
    await lucia.reply("Ya lo veo, Lucía: la cuenta está señalada, su zona se atiende primero. ¿Cuánta batería queda?")
    await lucia.press("Alt+w")
    await lucia.list.get_by_role("button", name="Marta Suárez").click()
    await lucia.page.keyboard.type("Con gusto, Marta. Le")
    await album.take(lucia.page, "console")
    await album.take(lucia.page, "console-1024", SMALL)
    await lucia.press("Control+a")
    await lucia.press("Delete")
    await close(album, lucia)
    await storm(stage, album)


async def main() -> None:
    """Start a demo and a browser, play, end both."""
    with DemoCenter() as center:
        async with async_playwright() as playwright, Operator.of(center) as operator:
            browser = await playwright.chromium.launch(
                executable_path=services.chromium(), args=list(services.CHROMIUM_FLAGS)
            )
            first = Stage(browser, center, operator)
            await call(first, Album(sys.argv[1:]))
            await first.close()
            await operator.clean_up()
            stage = Stage(browser, center, operator)
            await play(stage, Album(sys.argv[1:]))
            await stage.close()
            await browser.close()
    if stage.problems:
        sys.exit("\n".join(stage.problems))


if __name__ == "__main__":
    asyncio.run(main())
