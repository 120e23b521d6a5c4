"""A customer with a telephone: the local network's page."""

from __future__ import annotations

from playwright.async_api import Page, expect


class Handset:
    """One telephone; `be` says whose."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.conversation = page.get_by_role("list", name="Conversación")

    async def be(self, name: str) -> None:
        """Pick up the telephone of one of the people."""
        person = self.page.get_by_role("button").filter(has_text=name)
        await person.click()
        await expect(person).to_have_attribute("aria-pressed", "true")

    async def say(self, text: str) -> None:
        """Text the center; returns when it has answered the webhook."""
        box = self.page.get_by_role("textbox", name="Mensaje de texto")
        await box.fill(text)
        await box.press("Enter")
        await self.taken()

    async def send_picture(self, choice: str) -> None:
        """Text one of the sample pictures."""
        await self.page.get_by_role("button", name="Adjuntar una foto").click()
        await self.page.get_by_role("menuitem", name=choice).click()
        await self.page.get_by_role("button", name="Enviar", exact=True).click()
        await self.taken()

    async def taken(self) -> None:
        """Wait until the center has the last message."""
        last = self.conversation.get_by_role("listitem").last
        await expect(last.get_by_role("img", name="Recibido por el centro")).to_be_visible()

    async def hears(self, text: str) -> None:
        """Wait for a message of the center."""
        await expect(self.conversation.get_by_text(text)).to_be_visible()
