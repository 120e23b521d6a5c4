"""A customer on the utility's page, with the chat that its one script tag brings."""

from __future__ import annotations

from playwright.async_api import FilePayload, Page, expect


class Chat:
    """The widget; it lives in a shadow tree, which locators see through."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("dialog", name="Chat")
        self.box = self.panel.get_by_role("textbox", name="Escriba un mensaje…")
        self.log = self.panel.get_by_role("log", name="Mensajes")

    async def open(self) -> None:
        """Open the panel; the box is ready to type."""
        await self.page.get_by_role("button", name="Abrir el chat").click()
        await expect(self.box).to_be_focused()

    async def say(self, text: str) -> None:
        """Write a message; returns when the center has it."""
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.log.get_by_text(text, exact=True)).to_be_visible()
        await self.taken()

    async def send_picture(self, picture: bytes) -> None:
        """Attach a picture, which goes at once."""
        file: FilePayload = {"name": "medidor.png", "mimeType": "image/png", "buffer": picture}
        await self.log.page.locator("input[type=file]").set_input_files(file)
        await expect(self.log.get_by_role("link").last).to_be_visible()
        await self.taken()

    async def taken(self) -> None:
        """Wait until nothing is on its way."""
        await expect(self.log.get_by_role("img", name="Enviando")).to_have_count(0)
        await expect(self.log.get_by_role("img", name="Enviado").last).to_be_visible()

    async def hears(self, text: str) -> None:
        """Wait for a message of the agent."""
        await expect(self.log.get_by_text(text)).to_be_visible()
