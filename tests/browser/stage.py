"""Who sits where: agents at the console, customers at the handset and in the chat, each in a browser of their own."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, expect

from contactcenter.demo import PASSWORD
from tests.browser.center import DemoCenter, Operator
from tests.browser.chat import Chat
from tests.browser.desk import Desk
from tests.browser.handset import CallScreen, Handset
from tests.browser.line import Line

PATIENCE: Final = 15_000
"""Milliseconds that anything may take on a loaded machine."""


class Stage:
    """Opens pages of one center, and keeps what went wrong inside them in `problems`."""

    def __init__(self, browser: Browser, center: DemoCenter, operator: Operator) -> None:
        self.center = center
        self.operator = operator
        self.problems: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def context(self, line: Line | None = None) -> BrowserContext:
        """A browser of somebody's own: cookies and storage that nobody shares. `line` is its way to the center."""
        context = await self._browser.new_context(
            proxy=None if line is None else {"server": line.url},
            locale="es-UY",
            timezone_id="America/Montevideo",
            viewport={"width": 1440, "height": 900},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        return context

    async def page(self, context: BrowserContext | None = None) -> Page:
        """A window, in a browser of its own unless one is given."""
        page = await (context or await self.context()).new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self._listen(said.text))
        return page

    async def signed_in(self, username: str, line: Line | None = None) -> Page:
        """The console of somebody who has signed in."""
        context = await self.context(line)
        await self.sign_in(context, username)
        page = await self.page(context)
        await page.goto(f"{self.center.url}/console/")
        return page

    async def sign_in(self, context: BrowserContext, username: str) -> None:
        """Give a browser a session; the sign-in page has tests of its own."""
        body = {"username": username, "password": PASSWORD}
        answer = await context.request.post(f"{self.center.url}/api/v1/session", data=body)
        assert answer.ok, await answer.text()

    async def agent(self, username: str, line: Line | None = None) -> Desk:
        """An agent at the desk who has just become available."""
        desk = Desk(await self.signed_in(username, line))
        await desk.go_available()
        return desk

    async def supervisor(self, tab: str = "live") -> Page:
        """Ana's page."""
        page = await self.signed_in("ana")
        await page.goto(f"{self.center.url}/console/#/supervisor/{tab}")
        await expect(page.get_by_role("navigation", name="Supervisión")).to_be_visible()
        return page

    async def handset(self, name: str) -> Handset:
        """The telephone of one of the demo's people."""
        page = await self.page()
        await page.goto(self.center.handset_url)
        handset = Handset(page)
        await handset.be(name)
        return handset

    async def desk_phone(self, address: str) -> CallScreen:
        """A telephone at the center, which rings as long as it is open."""
        page = await self.page()
        await page.goto(f"{self.center.handset_url}/desk-phone/#{address}")
        await expect(page.get_by_text("Conectado. Las llamadas van a sonar aquí.")).to_be_visible()
        return CallScreen(page)

    async def chat(self, line: Line | None = None) -> Chat:
        """The utility's page with the chat open on it."""
        page = await self.page(await self.context(line))
        await page.goto(f"{self.center.url}/demo/chat")
        chat = Chat(page)
        await chat.open()
        return chat

    async def close(self) -> None:
        """Everybody closes the browser."""
        for context in self._contexts:
            await context.close()

    def _listen(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.problems.append(said)
