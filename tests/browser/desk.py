"""An agent at the console, who uses the keyboard."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


class Desk:
    """The agent's desk, found by what a person sees or hears there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.offer = page.get_by_role("region", name="Contacto entrante")
        self.list = page.get_by_role("navigation", name="Contactos")
        self.customer = page.get_by_role("complementary", name="Cliente")
        self.status = page.get_by_role("banner").get_by_role("button", name="Estado:")
        self.notices = page.get_by_role("status")

    async def go_available(self) -> None:
        """Begin the shift."""
        await self.page.get_by_role("button", name="Ponerme disponible").click()
        await expect(self.status).to_contain_text("Disponible")
        await expect(self.page.get_by_text("El próximo contacto va a sonar aquí.")).to_be_visible()

    async def press(self, keys: str) -> None:
        """Press keys wherever the focus is."""
        await self.page.keyboard.press(keys)

    async def accept(self, customer: str) -> Locator:
        """Take the contact that rings, which is of `customer`; their conversation."""
        await expect(self.offer).to_contain_text(customer)
        await self.press("Alt+a")
        pane = self.pane(customer)
        await expect(self.box(pane)).to_be_focused()
        return pane

    async def nothing_rings(self) -> None:
        """Nothing is offered here, now that something else has been seen to happen."""
        await expect(self.offer).to_have_count(0)

    def pane(self, customer: str) -> Locator:
        """The conversation with `customer`, among those that are open."""
        return self.page.get_by_role("region", name=f"Conversación con {customer}")

    def box(self, pane: Locator) -> Locator:
        """Where a reply is written."""
        return pane.get_by_role("textbox", name="Mensaje", exact=True)

    def bubble(self, pane: Locator, text: str) -> Locator:
        """A message of a conversation."""
        return pane.get_by_role("article").filter(has_text=text)

    async def reply(self, text: str) -> None:
        """Write where the focus is, and send."""
        await self.page.keyboard.type(text)
        await self.press("Enter")

    async def delivered(self, pane: Locator, text: str) -> None:
        """Wait until the ticks of a message say that the customer has it."""
        await expect(self.bubble(pane, text).get_by_role("img", name="Entregado")).to_be_visible()

    async def end(self, pane: Locator, disposition: int, name: str) -> None:
        """End the conversation that has the focus, and say in two quick keys what it was."""
        await self.press("Alt+e")
        choices = pane.get_by_role("radiogroup", name="¿Cómo terminó?")
        await expect(choices.get_by_role("radio").first).to_be_focused()
        await expect(choices.get_by_role("radio").nth(disposition - 1)).to_have_accessible_name(f"{disposition} {name}")
        await self.press(str(disposition))
        await self.press("Enter")
        await expect(pane).to_have_count(0)
