"""The chats that have a browser on this node: told by the bus, and by a sweep of SQL what the bus lost.

Also notices customers who went away: a chat without a browser on any node for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.chat_session import CHANNEL
from contactcenter.domain.stimuli import CustomerLeft
from contactcenter.runtime.forecast import STALE_SECONDS
from contactcenter.runtime.forecast import TOPIC as ESTIMATES
from contactcenter.storage import UnavailableError
from contactcenter.storage.screens import Screens
from contactcenter.web.chat_line import ChatLine
from contactcenter.web.state import WebDependencies

SWEEP_SECONDS: Final = 5.0
PRESENT_SECONDS: Final = 60.0
AWAY_SECONDS: Final = 15 * 60.0
"""How long a customer may be without a connection before the agent is told that they left."""
LAST: Final = 30
"""Messages that one look reads; a browser that missed more connects again."""
PRESENT: Final = "chat_present"

log = structlog.get_logger(__name__)


class ChatRooms:
    """The connected browsers by thread. `start` it in the event loop that serves."""

    def __init__(self, deps: WebDependencies, screens: Screens) -> None:
        self._deps = deps
        self._screens = screens
        self._lines: dict[str, set[ChatLine]] = {}
        self._dirty: dict[str, set[str]] = {}
        self._wake = asyncio.Event()
        self._seen: dict[str, float] = {}
        self._since = deps.clock()
        self._estimated_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Listen, and begin to tell."""
        bus = self._deps.bus
        topics = {"chat": self._news, PRESENT: self._present, ESTIMATES: self._estimated}
        self._unsubscribe = [bus.subscribe(topic, callback) for topic, callback in topics.items()]
        loops = {"looks": self._looks, "sweeps": self._sweeps, "presence": self._presence}
        self._tasks = [asyncio.create_task(loop(), name=f"chat-{name}") for name, loop in loops.items()]

    async def close(self) -> None:
        """Stop telling."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def add(self, line: ChatLine) -> None:
        """A browser is connected."""
        self._lines.setdefault(line.thread, set()).add(line)
        self._seen.pop(line.thread, None)
        self.look(line.thread)

    def remove(self, line: ChatLine) -> None:
        """A browser is gone."""
        lines = self._lines.get(line.thread, set())
        lines.discard(line)
        if not lines:
            self._lines.pop(line.thread, None)
            self._seen[line.thread] = self._deps.clock()

    def look(self, thread: str, message_id: str | None = None) -> None:
        """Compare a chat with SQL soon."""
        if thread in self._lines:
            self._dirty.setdefault(thread, set()).update([message_id] if message_id else ())
            self._wake.set()

    def _news(self, news: Mapping[str, Any]) -> None:
        thread = str(news.get("thread"))
        lines = self._lines.get(thread)
        if not lines:
            return
        if news.get("typing"):
            for line in lines:
                line.say(protocol.typing())
        message_id = news.get("message")
        if message_id or news.get("state"):
            self.look(thread, message_id if isinstance(message_id, str) else None)

    def _estimated(self, news: Mapping[str, Any]) -> None:
        """The router says how long those who wait still do."""
        told = news.get("contacts")
        if isinstance(told, Mapping):
            self._estimated_at = self._deps.clock()
            self._expect(told)

    def _expect(self, told: Mapping[str, Any]) -> None:
        for lines in self._lines.values():
            for line in lines:
                wait = told.get(line.contact.id) if line.contact is not None else None
                line.expect((wait[0], wait[1]) if wait is not None else None)

    async def _looks(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            dirty, self._dirty = self._dirty, {}
            try:
                await self._look(dirty)
            except UnavailableError as error:
                log.warning("chat.not_read", error=str(error))  # the sweep looks again

    async def _look(self, dirty: Mapping[str, set[str]]) -> None:
        """One read for all chats with news."""
        views = await self._deps.storage.chats(CHANNEL, [thread for thread in dirty if thread in self._lines], LAST)
        for thread, view in views.items():
            for line in self._lines.get(thread, ()):
                line.update(view.contact, view.messages, dirty[thread])

    async def _sweeps(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await _guarded(self._sweep)

    async def _sweep(self) -> None:
        if self._deps.clock() - self._estimated_at > STALE_SECONDS:
            self._expect({})
        known = {line.contact.id: line for lines in self._lines.values() for line in lines if line.contact is not None}
        now = await self._screens.contact_marks(known)
        for contact_id, line in known.items():
            contact = line.contact
            if contact is not None and now.get(contact_id) != (contact.state, contact.version, contact.last_message_at):
                self.look(line.thread)
            elif line.expects or (contact is not None and contact.state == "closed"):
                self.look(line.thread)  # a message is on its way, or a new contact may follow
        for thread, lines in self._lines.items():
            if any(line.contact is None for line in lines):
                self.look(thread)

    # --- customers who went away

    def _present(self, news: Mapping[str, Any]) -> None:
        """Another node says which chats have a browser there."""
        threads = news.get("threads")
        now = self._deps.clock()
        for thread in threads if isinstance(threads, list) else ():
            self._seen[str(thread)] = now

    async def _presence(self) -> None:
        while True:
            await asyncio.sleep(PRESENT_SECONDS)
            self._deps.bus.post(PRESENT, {"threads": list(self._lines)})
            await _guarded(self.tell_who_left)

    async def tell_who_left(self) -> None:
        """Hand the router a `CustomerLeft` for each open chat that had no browser for `AWAY_SECONDS`.

        Raises:
            UnavailableError: SQL does not answer.
        """
        now = self._deps.clock()
        if not self._deps.bus.connected:
            self._since = now  # other nodes cannot be heard: nobody is away for want of news
            self._seen.clear()
            return
        for thread, seen in list(self._seen.items()):
            if seen < now - 2 * AWAY_SECONDS:
                del self._seen[thread]
        if now - self._since < AWAY_SECONDS:
            return
        for thread in await self._screens.open_threads(CHANNEL, now - AWAY_SECONDS):
            if thread not in self._lines and self._seen.get(thread, 0.0) < now - AWAY_SECONDS:
                await self._deps.intake.submit(CustomerLeft(id=self._deps.new_id(), thread=thread))


ROOMS: Final = web.AppKey("rooms", ChatRooms)


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except UnavailableError as error:
        log.warning("chat.sweep_failed", error=str(error))
    except Exception:
        log.exception("chat.sweep_failed")
