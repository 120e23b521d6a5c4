"""In, out, and thrown out."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.stage import Stage


async def fill_in(page: Page, username: str, password: str) -> None:
    """As a person does: name, Tab, password, Enter."""
    await page.get_by_label("Usuario").fill(username)
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")


async def test_a_wrong_password_is_told_and_the_right_one_lets_in(stage: Stage) -> None:
    page = await stage.page()
    await page.goto(stage.center.url)
    await fill_in(page, "lucia", "wrong")
    await expect(page.get_by_role("alert")).to_contain_text("El usuario o la contraseña no son correctos.")
    await fill_in(page, "Lucia", "demo")
    await expect(page.get_by_role("heading", name="Hola, Lucía")).to_be_visible()


async def test_a_newcomer_picks_somebody_and_signs_out_again(stage: Stage) -> None:
    page = await stage.page()
    await page.goto(stage.center.url)
    await page.get_by_role("button", name="Ana Morales").click()
    await expect(page.get_by_label("Usuario")).to_have_value("ana")
    await page.get_by_role("button", name="Entrar").click()
    await expect(page.get_by_role("navigation", name="Supervisión")).to_be_visible()

    await page.get_by_role("button", name="Cuenta de Ana Morales").click()
    await page.get_by_role("menuitem", name="Cerrar sesión").click()
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()


async def test_a_session_that_ended_in_another_window_is_told(stage: Stage) -> None:
    lucia = await stage.agent("lucia")
    other = Desk(await stage.page(lucia.page.context))
    await other.page.goto(lucia.page.url)
    await expect(other.status).to_contain_text("Disponible")
    await other.page.get_by_role("button", name="Cuenta de Lucía Fernández").click()
    await other.page.get_by_role("menuitem", name="Cerrar sesión").click()
    await expect(lucia.page.get_by_text("La sesión terminó. Entre de nuevo")).to_be_visible()
    await fill_in(lucia.page, "lucia", "demo")
    await expect(lucia.status).to_be_visible()


async def test_the_console_speaks_the_language_of_its_account_or_the_one_that_is_chosen(stage: Stage) -> None:
    joao = await stage.signed_in("joao")
    await expect(joao.get_by_role("heading", name="Olá, João")).to_be_visible()

    page = await stage.page()
    await page.goto(stage.center.url)
    await page.get_by_role("group", name="Idioma").get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Lucía Fernández").click()
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Hello, Lucía")).to_be_visible()
    await page.get_by_role("banner").get_by_role("button", name="Status:").click()
    await expect(page.get_by_role("menuitem", name="Lunch")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Account of Lucía Fernández").click()
    await page.get_by_role("menuitemradio", name="Português").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("banner").get_by_role("button", name="Estado:").click()
    await expect(page.get_by_role("menuitem", name="Almoço")).to_be_visible()
