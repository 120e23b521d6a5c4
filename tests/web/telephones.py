"""A center with menus on a local telephone network, in this process: callers, agents and their telephones."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from contactcenter.bootstrap.process import Parts, Process, Wiring
from contactcenter.config import load_settings
from contactcenter.config.ivr import load_ivr
from contactcenter.localnet import LocalNetwork, Number
from contactcenter.storage import Account, Storage
from tests.localnet.telephone import Telephone, behave, dial, ringing
from tests.runtime.waiting import until
from tests.services import free_port
from tests.tables import with_tables
from tests.web.rig import ACCOUNT_SID, HASH, OURS, TOKEN, Person, Rig, Window

ROOT = Path(__file__).resolve().parents[2]
MARTA = "+59899123456"
FRIEND = "+59829001234"
PERSON = "0"
"""The key for a person, in the menus that we ship."""
AGENTS = ("ana", "bruno")
PEOPLE = {"ana": "agent", "bruno": "agent", "sofia": "supervisor"}


@dataclass
class Talk:
    """Marta and Ana talk: their telephones, the contact, and Ana's window."""

    caller: Telephone
    desk: Telephone
    contact: str
    person: Person
    window: Window

    async def does(self, verb: str, **body: Any) -> Any:
        """Ana does something to the call, and it is done."""
        return await self.person.done(f"/api/v1/contacts/{self.contact}/call/{verb}", **body)

    async def refused(self, verb: str, **body: Any) -> tuple[int, str]:
        """Ana tries what cannot be done: status and code."""
        status, answer = await self.person.act(f"/api/v1/contacts/{self.contact}/call/{verb}", **body)
        return status, answer["error"]["code"]

    async def now(self) -> Any:
        """The call as Ana sees it."""
        return await self.person.get(f"/api/v1/contacts/{self.contact}/call")

    async def until(self, **wanted: Any) -> Any:
        """The call once it is so."""
        found: list[Any] = []

        async def so() -> bool:
            found[:] = [await self.now()]
            return all(found[0][name] == value for name, value in wanted.items())

        await until(so)
        return found[0]

    async def until_in(self, *roles: str) -> Any:
        """The call once exactly these are in it."""
        found: list[Any] = []

        async def so() -> bool:
            call = await self.now()
            found[:] = [call]
            return sorted(one["role"] for one in call["participants"] if one["state"] == "in_call") == sorted(roles)

        await until(so)
        return found[0]


@dataclass
class Center:
    """The center, and the network's control."""

    rig: Rig
    network: LocalNetwork
    http: aiohttp.ClientSession

    async def rings(self, address: str) -> Telephone:
        """A telephone of ours, or somebody's, rings."""
        return await ringing(self.http, address)

    async def calls_to(self, address: str) -> int:
        """How often a telephone was called."""
        async with self.http.get("/_control/calls", params={"to": address}) as answer:
            return len((await answer.json())["calls"])

    async def behave(self, address: str, behaviour: str) -> None:
        """What a telephone does when it is called."""
        await behave(self.http, address, behaviour)

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[Talk]:
        """Marta calls, asks for a person, and Ana takes it."""
        async with self.rig.person("ana") as ana, ana.desk() as window:
            caller = await dial(self.http, MARTA, OURS)
            await self._ask_for_a_person(caller)
            contact = await ana.accept(window)
            desk = await self.rings("client:ana")
            await desk.post("answer")
            await window.until(
                "contact", lambda frame: frame["contact"]["id"] == contact and frame["contact"]["state"] == "connected"
            )
            talk = Talk(caller, desk, contact, ana, window)
            await talk.until_in("customer", "agent")
            yield talk

    async def _ask_for_a_person(self, caller: Telephone) -> None:
        async def taken() -> bool:
            return await caller.press(PERSON)

        await until(taken)

    async def events(self, contact: str) -> list[tuple[str, dict[str, Any]]]:
        """What happened to a contact, as a supervisor reads it."""
        async with self.rig.person("sofia") as sofia:
            read = await sofia.get(f"/api/v1/contacts/{contact}")
        return [(event["type"], event["detail"]) for event in read["events"]]

    async def until_state(self, contact: str, state: str) -> Any:
        """The contact's row once it is in this state."""
        found: list[Any] = []

        async def so() -> bool:
            found[:] = await self.rig.rows("SELECT * FROM contact WHERE id = :id", id=contact)
            return bool(found[0].state == state)

        await until(so)
        return found[0]


@asynccontextmanager
async def calling_center(
    folder: Path, redis_url: str, *, recorded: bool = False, **environ: str
) -> AsyncIterator[Center]:
    """A center of one process that takes calls, and keeps what is said in all of them if they are `recorded`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    voice = f"{url}/webhooks/twilio/voice"
    number = Number(OURS, voice_url=voice, voice_status_callback=f"{voice}/status")
    async with AsyncExitStack() as stack:
        network = await stack.enter_async_context(
            LocalNetwork(
                account_sid=ACCOUNT_SID, auth_token=TOKEN, numbers=[number], tempo=0.001, calls_per_second=1000.0
            )
        )
        settings = load_settings(
            {
                "CONTACTCENTER_PORT": str(port),
                "CONTACTCENTER_PUBLIC_URL": url,
                "CONTACTCENTER_DATA_DIR": str(folder),
                "CONTACTCENTER_REDIS_URL": redis_url,
                "CONTACTCENTER_TWILIO_API_URL": network.url,
                "CONTACTCENTER_TWILIO_NUMBERS": OURS,
                "CONTACTCENTER_TWILIO_CALLS_PER_SECOND": "100",
                "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
                "TWILIO_AUTH_TOKEN": TOKEN,
                **environ,
            },
            folder,
        )
        storage = await Storage.open(await with_tables(settings.database_url), migrate=True)
        try:
            await _seed(storage, recorded=recorded)
        finally:
            await storage.close()
        wiring = Wiring(
            settings=settings, parts=Parts(web=True, router=True), environ={}, answers=(), ivr=load_ivr(ROOT)
        )
        process = await Process.start(wiring, stack)
        http = await stack.enter_async_context(aiohttp.ClientSession(network.url))
        yield Center(Rig(process), network, http)
        assert not network.violations, network.violations


async def _seed(storage: Storage, *, recorded: bool) -> None:
    agents = [(agent, agent.title(), "polivalente") for agent in AGENTS]
    shipped = load_ivr(ROOT).configuration
    queues = {name: replace(queue, recorded=recorded) for name, queue in shipped.queues.items()}
    await storage.seed(replace(shipped, queues=queues), agents, "test")
    for username, role in PEOPLE.items():
        await storage.put_account(
            Account(
                id=f"account-{username}",
                username=username,
                name=username.title(),
                role=role,
                agent_id=username if username in AGENTS else None,
                language="en",
                password_hash=HASH,
                created_at=time.time(),
            )
        )
