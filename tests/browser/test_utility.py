"""Who needs care, where they live and what is known there; and an outage that is reported without an agent."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage
from tests.browser.test_accessibility import check


async def test_the_offer_says_who_needs_care_and_what_is_known(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    pereira = await stage.handset("Lucía Pereira")
    await pereira.say("LUZ se cortó y mi madre usa oxígeno")
    await expect(lucia.offer.get_by_text("Soporte vital")).to_be_visible()
    await expect(lucia.offer.get_by_text("Artigas 1130")).to_be_visible()
    await check(lucia.page)
    await lucia.accept("Lucía Pereira")
    await expect(lucia.customer.get_by_text("Soporte vital")).to_be_visible()
    await expect(lucia.customer.get_by_text("cuenta 2210456")).to_be_visible()

    joao = await stage.handset("João Ferreira")
    await joao.say("LUZ: caiu em toda a quadra")
    places = lucia.offer.get_by_role("region", name="Suministros")
    await expect(places).to_contain_text("Corte conocido:")
    await expect(places).to_contain_text("Falla en una línea de media tensión")
    await expect(places).to_contain_text("Vuelve, se estima:")
    await check(lucia.page)
    await lucia.accept("João Ferreira")
    await expect(lucia.customer).to_contain_text("Depósito, Ruta 27 km 4")
    await check(lucia.page)


async def test_an_outage_is_reported_without_an_agent(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    joao = await stage.handset("João Ferreira")
    await joao.say("luz")
    await joao.hears("Onde falta luz? Responda 1 ou 2.")
    await joao.say("2")
    await joao.hears("Sabemos da falta de luz em Rivera centro")
    await lucia.nothing_rings()
    ana = await stage.supervisor("reports")
    await expect(ana.get_by_role("row", name="Rivera centro").first).to_contain_text("O-2001")
    await expect(ana.get_by_role("row", name="Ruta 27 km 4")).to_contain_text("João Ferreira")
    await check(ana)
    await joao.say("¿Me puede llamar alguien?")
    await lucia.accept("João Ferreira")
    await expect(lucia.customer).to_contain_text("Reporte abierto N.º")
