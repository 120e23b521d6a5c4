"""A database as a storm leaves it: everybody busy, and many who wait; made by the engine and its own commits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Final

from bench import centers
from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState
from contactcenter.routing.engine import Engine
from contactcenter.runtime.ids import new_id
from contactcenter.storage import Batch, Lease, Storage

SECONDS: Final = 600.0
"""They came within so long before now: some at each relaxation step."""
_AT_ONCE: Final = 500


async def fill(url: str, *, agents: int, profiles: int, waiting: int) -> None:
    """Make the tables and fill them."""
    storage = await Storage.open(url, migrate=True)
    try:
        people = [(f"a{number}", f"Agent {number}", f"profile{number % profiles}") for number in range(agents)]
        await storage.seed(centers.configuration(profiles, centers.lot(), night=True), people, "bench")
        lease = await storage.take_lease("bench", 3600.0)
        assert lease is not None, "the database is new"
        loaded = await storage.load()
        engine = Engine(loaded.configuration, replace(loaded.snapshot, at=time.time() - SECONDS))
        await _Day(storage, lease, engine).play(agents, waiting)
        await storage.release_lease(lease)
    finally:
        await storage.close()


class _Day:
    """Agents come, take what they may and keep it; customers come until enough of them wait."""

    def __init__(self, storage: Storage, lease: Lease, engine: Engine) -> None:
        self._storage = storage
        self._lease = lease
        self._engine = engine
        self._now = time.time() - SECONDS
        self._random = centers.lot()

    async def play(self, agents: int, waiting: int) -> None:
        """Until `waiting` wait, now."""
        for number in range(agents):
            self._feed(it.ConsoleOpened, session_id=f"s{number}", agent_id=f"a{number}")
            self._feed(it.AgentStatusChanged, agent_id=f"a{number}", status=AgentStatus.AVAILABLE)
        await self._commit()
        step = SECONDS / (waiting + 1) * 0.95
        while True:
            for _ in range(_AT_ONCE):
                self._now = min(self._now + step, time.time())
                self._arrive()
            await self._commit()
            if self._now < time.time() - SECONDS * 0.05:
                continue
            step = 0.0
            if sum(1 for one in self._engine.contacts.values() if one.state is ContactState.WAITING) >= waiting:
                return

    def _arrive(self) -> None:
        contact_id = new_id()
        self._feed(
            it.ContactArrived,
            contact_id=contact_id, thread=contact_id, customer_id=f"customer-{contact_id}", address=contact_id,
            to="us", place=self._now, **centers.arrival(self._random),
        )  # fmt: skip

    def _feed(self, kind: type[it.Stimulus], **fields: Any) -> None:
        """One stimulus; what rings is taken, and talks."""
        told = self._engine.handle(kind(id=new_id(), at=self._now, **fields))
        for one in told:
            if isinstance(one, do.OfferContact):
                self._feed(it.OfferAccepted, offer_id=one.offer_id, agent_id=one.agent_id)
            elif isinstance(one, do.ConnectContact):
                self._feed(it.ContactConnected, contact_id=one.contact_id)

    async def _commit(self) -> None:
        batch = Batch(id=new_id(), epoch=self._lease.epoch, changes=self._engine.take_changes())
        await self._storage.commit_batch(batch, self._now)
        await asyncio.sleep(0)
