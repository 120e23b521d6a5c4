"""A customer with a telephone: the local network's page."""

from __future__ import annotations

from playwright.async_api import Page, expect


class CallScreen:
    """A call on a telephone or desk phone of the local network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.region = page.get_by_role("region", name="Llamada", exact=True)
        self.captions = self.region.get_by_role("log", name="Lo que se oye")

    async def hears(self, text: str) -> None:
        """Wait until something has been heard."""
        await expect(self.captions.get_by_text(text).last).to_be_visible()

    async def press(self, keys: str) -> None:
        """Press keys on the screen."""
        for key in keys:
            await self.region.get_by_role("button", name=key, exact=True).click()

    async def speak(self, text: str) -> None:
        """Say something, by writing it."""
        box = self.region.get_by_role("textbox", name="Decir algo…")
        await box.fill(text)
        await box.press("Enter")

    async def hears_ring(self) -> None:
        """Wait until it rings."""
        await expect(self.region).to_contain_text("Llamada entrante")

    async def answer(self) -> None:
        """Take up what rings."""
        await self.region.get_by_role("button", name="Atender", exact=True).click()

    async def decline(self) -> None:
        """Do not take up what rings."""
        await self.region.get_by_role("button", name="Rechazar", exact=True).click()

    async def hang_up(self) -> None:
        """End it."""
        await self.region.get_by_role("button", name="Colgar", exact=True).click()

    async def is_over(self) -> None:
        """Wait until the call is over."""
        await expect(self.region).to_contain_text("Llamada terminada")


class Handset:
    """One telephone; `be` says whose."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.conversation = page.get_by_role("list", name="Conversación")
        self.call = CallScreen(page)

    async def be(self, name: str) -> None:
        """Pick up the telephone of one of the people."""
        person = self.page.get_by_role("button").filter(has_text=name)
        await person.click()
        await expect(person).to_have_attribute("aria-pressed", "true")

    async def dial(self) -> CallScreen:
        """Call the center."""
        await self.page.get_by_role("button", name="Llamar", exact=True).click()
        await expect(self.call.region).to_be_visible()
        return self.call

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
