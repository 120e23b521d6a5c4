"""Open consoles in SQL: what the router calls connected. Rows live under this node's lease.

What cannot be written now is written at a later sweep; a row that somebody took away while the console
is still open (the node seemed dead for a while) is put back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from contactcenter.runtime.bus import Bus
from contactcenter.storage import Storage, UnavailableError
from contactcenter.storage.screens import Screens

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Console:
    """One connected window of an agent."""

    id: str
    agent_id: str
    account_id: str


class Consoles:
    """The open consoles of this node."""

    def __init__(self, storage: Storage, screens: Screens, bus: Bus, new_id: Callable[[], str], node_id: str) -> None:
        self._storage = storage
        self._screens = screens
        self._bus = bus
        self._new_id = new_id
        self._node_id = node_id
        self._open: dict[str, Console] = {}
        self._to_close: set[str] = set()

    async def open(self, agent_id: str, account_id: str) -> Console:
        """A console is connected.

        Raises:
            UnavailableError: SQL does not answer.
        """
        console = Console(self._new_id(), agent_id, account_id)
        await self._write(console)
        self._open[console.id] = console
        return console

    async def close(self, console: Console) -> None:
        """A console is gone; never raises, what fails now is repeated."""
        self._open.pop(console.id, None)
        self._to_close.add(console.id)
        await self._write_closed(console.id)

    async def sweep(self) -> None:
        """Repeat what failed, put back what was taken away.

        Raises:
            UnavailableError: SQL does not answer.
        """
        for console_id in list(self._to_close):
            if not await self._write_closed(console_id):
                break
        asked = list(self._open.values())
        if not asked:
            return
        known = await self._screens.consoles(self._node_id)
        for console in asked:
            if console.id not in known and console.id in self._open:
                log.warning("console.reopened", agent=console.agent_id)
                await self._write(console)

    async def _write(self, console: Console) -> None:
        await self._storage.open_console(
            console.id, console.agent_id, console.account_id, self._node_id, self._new_id()
        )
        self._bus.post("router", {})

    async def _write_closed(self, console_id: str) -> bool:
        try:
            await self._storage.close_console(console_id, self._new_id())
        except UnavailableError as error:
            log.warning("console.close_later", error=str(error))
            return False
        self._to_close.discard(console_id)
        self._bus.post("router", {})
        return True
