"""A chat on the utility's page: as an SMS, and through reloads and lost connections on both sides."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.center import DemoCenter
from tests.browser.line import Line
from tests.browser.stage import Stage


def picture(width: int = 120, height: int = 80) -> bytes:
    """A PNG in one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x1f\x6f\xc4" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest_asyncio.fixture(loop_scope="module")
async def line(center: DemoCenter) -> AsyncIterator[Line]:
    """Somebody's way to the center, to be cut."""
    async with Line(center.port) as made:
        yield made


async def test_a_chat_with_a_picture_is_answered_and_wrapped_up(stage: Stage) -> None:
    sofia = await stage.agent("sofia")
    chat = await stage.chat()
    await chat.say("Buenas, ¿cómo cambio el titular?")
    await expect(chat.panel).to_contain_text("En espera de un agente…")
    await expect(sofia.offer).to_contain_text("Chat web · Atención general")
    pane = await sofia.accept("Visitante")
    await expect(chat.panel).to_contain_text("Lo atiende Sofía Rodríguez")

    await sofia.page.keyboard.type("Mándeme una foto")
    await expect(chat.log.get_by_text("Está escribiendo…")).to_be_attached()
    await sofia.reply(" del medidor")
    await chat.hears("Mándeme una foto del medidor")
    await sofia.delivered(pane, "Mándeme una foto del medidor")

    await chat.send_picture(picture())
    await pane.get_by_role("button", name="Ampliar imagen").click()
    large = sofia.page.get_by_role("dialog").get_by_role("img")
    assert await large.evaluate("image => image.decode().then(() => image.naturalWidth)") == 120
    await sofia.press("Escape")

    await sofia.end(pane, 2, "Gestión realizada")
    await expect(chat.panel).to_contain_text("El chat terminó")
    await chat.panel.get_by_role("button", name="Iniciar un chat nuevo").click()
    await chat.say("Una cosa más")
    await expect(sofia.offer).to_contain_text("Una cosa más")


async def test_a_chat_goes_on_after_a_reload_of_the_page(stage: Stage) -> None:
    sofia = await stage.agent("sofia")
    chat = await stage.chat()
    await chat.say("Hola, ¿están?")
    pane = await sofia.accept("Visitante")
    await sofia.reply("Sí, dígame")
    await chat.hears("Sí, dígame")
    await chat.box.fill("Es por la cuenta")

    await chat.page.reload()
    await expect(chat.box).to_have_value("Es por la cuenta")
    await chat.hears("Hola, ¿están?")
    await chat.hears("Sí, dígame")
    await expect(chat.panel).to_contain_text("Lo atiende Sofía Rodríguez")
    await chat.say("Es por la cuenta 4401873")
    await expect(sofia.bubble(pane, "Es por la cuenta 4401873")).to_have_count(1)
    await expect(pane).to_have_count(1)


async def test_an_agents_reload_keeps_conversations_and_drafts(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")
    await lucia.page.keyboard.type("Todavía no envié")

    await lucia.page.reload()
    await expect(lucia.status).to_contain_text("Disponible")
    await expect(lucia.box(pane)).to_have_value("Todavía no envié")
    await expect(lucia.bubble(pane, "LUZ 4401873 sin luz desde las 8")).to_have_count(1)
    await lucia.box(pane).press("Enter")
    await marta.hears("Todavía no envié")


async def test_an_agents_lost_connection_loses_nothing(stage: Stage, line: Line) -> None:
    lucia = await stage.agent("lucia", line)
    marta = await stage.handset("Marta Suárez")
    await marta.say("LUZ 4401873 sin luz desde las 8")
    pane = await lucia.accept("Marta Suárez")

    line.cut()
    await expect(lucia.page.get_by_role("alert")).to_contain_text("Sin conexión con el servidor")
    await lucia.reply("Escrito sin conexión")
    await marta.say("¿Me leen?")
    await expect(lucia.bubble(pane, "Escrito sin conexión")).to_contain_text("Se enviará al volver la conexión")

    line.mend()
    await lucia.page.get_by_role("button", name="Reintentar ahora").click()
    await expect(lucia.page.get_by_text("Conexión restablecida.")).to_be_visible()
    await marta.hears("Escrito sin conexión")
    await expect(lucia.bubble(pane, "¿Me leen?")).to_have_count(1)
    await lucia.delivered(pane, "Escrito sin conexión")
    await expect(marta.conversation.get_by_text("Escrito sin conexión")).to_have_count(1)


async def test_a_customers_lost_connection_loses_nothing(stage: Stage, line: Line) -> None:
    sofia = await stage.agent("sofia")
    chat = await stage.chat(line)
    await chat.say("Buenas tardes")
    pane = await sofia.accept("Visitante")

    line.cut()
    await expect(chat.panel).to_contain_text("Sin conexión. Reintentando…")
    await chat.box.fill("Escrito en el ascensor")
    await chat.box.press("Enter")
    await expect(chat.log.get_by_role("img", name="Se enviará al volver la conexión")).to_be_visible()
    await sofia.reply("¿Sigue ahí?")
    await expect(sofia.bubble(pane, "¿Sigue ahí?").get_by_role("img", name="Entregado")).to_have_count(0)

    line.mend()
    await chat.hears("¿Sigue ahí?")
    await expect(sofia.bubble(pane, "Escrito en el ascensor")).to_have_count(1)
    await expect(chat.log.get_by_text("Escrito en el ascensor")).to_have_count(1)
    await sofia.delivered(pane, "¿Sigue ahí?")
