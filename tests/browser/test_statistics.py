"""Supervisors see how well it goes, now and before, and take it away as a file."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.stage import Stage


async def test_what_an_agent_does_is_counted(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ cortada en mi cuadra")
    pane = await lucia.accept("Marta Suárez")
    await lucia.reply("Ya lo estamos viendo.")
    await lucia.end(pane, 1, "Corte informado")
    ana = await stage.supervisor("statistics")
    now = ana.get_by_role("region", name="Cola")
    await expect(now.get_by_role("row", name="Averías")).to_be_visible()
    await ana.get_by_role("button", name="Hoy", exact=True).click()
    await expect(ana.get_by_role("region", name="Perfil").get_by_role("row")).not_to_have_count(0)

    history = ana.get_by_role("region", name="Histórico")
    await expect(history.get_by_role("row", name="Averías").first).to_contain_text("%")
    await ana.get_by_label("Agrupar por").select_option(label="Persona")
    await expect(history.get_by_role("row", name="Lucía Fernández").first).to_contain_text("Mensajes")
    await ana.get_by_label("Intervalo").select_option(label="Día")
    async with ana.expect_download() as started:
        await ana.get_by_role("link", name="Descargar CSV").click()
    file = Path(await (await started.value).path())
    assert "Lucía Fernández" in file.read_text(encoding="utf-8-sig")

    await ana.get_by_label("Desde").fill("2020-01-01")
    await expect(ana.get_by_role("alert")).to_contain_text("demasiado tiempo")
