"""Callers at a front desk that stands on a real database, with the menus that we ship."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from contactcenter.channels.base import Channel
from contactcenter.channels.voice import CallAsked, CallReported, CallState, Link, Part, VoiceStep
from contactcenter.config.ivr import LoadedIvr, load_ivr
from contactcenter.domain.utility import Account, Outage, OutageState, Premises, Register, Zone
from contactcenter.ivr import Say
from contactcenter.metrics import Metrics
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.front_desk import Answer, FrontDesk
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.menus import Menus
from contactcenter.runtime.on_hold import OnHold
from contactcenter.runtime.services import Services
from contactcenter.runtime.voicemails import Voicemails
from contactcenter.runtime.waiting_room import WaitingRoom
from contactcenter.storage import Storage
from tests.runtime.center import Center, FakeVendor
from tests.runtime.waiting import until
from tests.tables import HASTY, with_tables

ROOT = Path(__file__).resolve().parents[2]
MENUS = load_ivr(ROOT)
OURS = "+59829000000"
MARTA = "+59899100101"
ZONE = Zone("Z-1", "Norte", "Artigas")
PREMISES = Premises("P-1", "4401873", "18 de Julio 1234", "Z-1")
SUNDAY = 1_795_348_800.0
"""Nobody works then at the desk for new connections: its callers are asked for a message."""
OUTAGE = Outage("O-1", "Z-1", {"es": "tormenta"}, 1_000.0, None, OutageState.OPEN)


class Desk:
    """The front desk; `center` has the router."""

    def __init__(self, center: Center, menus: LoadedIvr, seconds: float, channels: Mapping[str, Channel]) -> None:
        self.center = center
        self.storage = center.storage
        calls = center.storage.calls
        self.menus = Menus(menus, lambda: None)
        self.room = WaitingRoom(calls, center.bus, time.time)
        self.hold = OnHold(calls, center.intake, self.menus, self.room)
        self.front = FrontDesk(
            calls,
            center.intake,
            Services(center.storage),
            self.menus,
            self.hold,
            Voicemails(center.intake, channels),
            new_id=new_id,
            commit_seconds=seconds,
        )
        self._numbers = itertools.count(1)

    def caller(self, address: str | None = None) -> Caller:
        """Somebody who calls; each from a number of their own unless one is given."""
        number = next(self._numbers)
        return Caller(self, f"CA{number:06d}", address or f"+598990{number:05d}")

    async def in_line(self) -> Caller:
        """Somebody who calls and asks for a person."""
        caller = self.caller()
        await caller.dial()
        await caller.press("0")
        return caller

    async def settled(self) -> None:
        """The router has taken everything up."""

        async def empty() -> bool:
            return not await self.rows("SELECT id FROM inbox")

        await until(empty)

    async def contacts(self) -> list[tuple[Any, ...]]:
        """Every contact: id, state, outcome, queue, language."""
        return await self.rows("SELECT id, state, outcome, queue, language FROM contact ORDER BY arrived_at, id")

    async def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.center.rows(statement, **values)]

    async def put(self, *, outage: bool = False, **account: Any) -> None:
        """Marta's account, and that her power is out."""
        outages = (OUTAGE,) if outage else ()
        whose = Account("4401873", "Marta", MARTA, language="es", **account)
        await self.storage.utility.put(
            Register(zones=(ZONE,), accounts=(whose,), premises=(PREMISES,), outages=outages)
        )


class Caller:
    """A telephone: keeps where its vendor will ask next."""

    def __init__(self, desk: Desk, call_id: str, address: str) -> None:
        self.desk = desk
        self.id = call_id
        self.address = address
        self.link: Link | None = None
        self.heard: list[VoiceStep] = []

    def asked(self, **given: Any) -> CallAsked:
        values: dict[str, Any] = {
            "channel": "voice", "call_id": self.id, "address": self.address, "to": OURS, "at": time.time(),
            "link": self.link,
        }  # fmt: skip
        return CallAsked(**(values | given))

    async def ask(self, **given: Any) -> list[VoiceStep]:
        """The vendor asks what is to be done now."""
        return self.take(await self.desk.front.answer(self.asked(**given)))

    def take(self, answer: Answer) -> list[VoiceStep]:
        self.heard, self.link = list(answer.steps), answer.link
        assert self.heard, "there is always something to do"
        return self.heard

    async def dial(self) -> list[VoiceStep]:
        return await self.ask(link=None)

    async def press(self, *keys: str) -> list[VoiceStep]:
        for each in keys:
            await self.ask(keys=each)
        return self.heard

    async def hang_up(self) -> None:
        await self.desk.front.reported(
            CallReported(channel="voice", call_id=self.id, state=CallState.COMPLETED, at=time.time())
        )

    def said(self) -> str:
        return " ".join(step.text for step in self.heard if isinstance(step, Say))

    @property
    def contact(self) -> str:
        assert self.link is not None
        assert self.link.part is Part.HOLD
        return self.link.contact


@asynccontextmanager
async def desk(
    url: str,
    *,
    menus: LoadedIvr = MENUS,
    storage: type[Storage] = Storage,
    seconds: float = 2.0,
    channels: Mapping[str, Channel] | None = None,
) -> AsyncIterator[Desk]:
    """A front desk on the database of `url`, whose center is configured as we ship it."""
    opened = await storage.open(await with_tables(url), migrate=True, use=HASTY)
    try:
        await opened.seed(menus.configuration, [], "test")
        center = Center(opened, Bus(None, "node"), Metrics(), FakeVendor())
        await center.intake.start()
        made = Desk(center, menus, seconds, channels or {})
        made.room.start()
        try:
            yield made
        finally:
            await made.room.close()
            await center.intake.close()
    finally:
        await opened.close()


async def together(*awaitables: Any) -> list[Any]:
    """All at once."""
    return list(await asyncio.gather(*awaitables))
