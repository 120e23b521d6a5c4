"""Whose console is open: rows under the lease of the web node that holds the socket.

A node that dies stops beating; the router that leads then says so for each of its consoles. A node that
was only thought dead puts its consoles back by its own sweep.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from contactcenter.runtime.bus import Bus
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import Lease, UnavailableError

NODE_SECONDS: Final = 15.0
BEAT_SECONDS: Final = 4.0
EXPIRE_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


class Presence(Protocol):
    """What this needs of the storage."""

    async def beat_node(self, node_id: str, seconds: float) -> None:
        """The node lives, for `seconds` from now."""

    async def expire_nodes(self, new_id: Callable[[], str]) -> int:
        """Close the consoles of nodes that died; how many."""


class NodeHeartbeat:
    """Beats for one web node. Start it before consoles are opened."""

    def __init__(self, storage: Presence, node_id: str) -> None:
        self._storage = storage
        self._node_id = node_id
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Beat once, then keep on."""
        await self._beat()
        self._task = asyncio.create_task(self._run(), name="heartbeat")

    async def close(self) -> None:
        """Stop, and let the node's lease end at once."""
        if self._task is not None:
            await cancel(self._task)
            with contextlib.suppress(UnavailableError):
                await self._storage.beat_node(self._node_id, 0.0)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._beat()

    async def _beat(self) -> None:
        try:
            await self._storage.beat_node(self._node_id, NODE_SECONDS)
        except UnavailableError as error:
            log.warning("presence.beat_failed", error=str(error))


async def expire_nodes(storage: Presence, bus: Bus, new_id: Callable[[], str], _lease: Lease) -> None:
    """The duty of the router that leads: close the consoles of nodes that died.

    After SQL was away nobody could beat: nodes get time to do so before any is given up.
    """
    while True:
        try:
            closed = await storage.expire_nodes(new_id)
        except UnavailableError:
            await asyncio.sleep(NODE_SECONDS)
            continue
        if closed:
            log.warning("presence.node_died", consoles=closed)
            bus.post("router", {})
        await asyncio.sleep(EXPIRE_SECONDS)
