"""A center that takes calls over the local network, with a front desk of one page: hold, or the room."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from contactcenter.channels.base import ChannelContext, WebhookRequest
from contactcenter.channels.registry import build_channels
from contactcenter.channels.voice import (
    CallAsked,
    CallReported,
    CallState,
    GoOn,
    Invitation,
    Join,
    Link,
    Part,
    Pause,
    RecordingReported,
    RoomReported,
    VoiceChannel,
    VoiceStep,
)
from contactcenter.config.settings import load_settings
from contactcenter.domain.stimuli import ContactArrived, CustomerLeft
from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.ivr.steps import HangUp, Say
from contactcenter.localnet import LocalNetwork, Number
from contactcenter.runtime.call_look import Rhythm
from contactcenter.runtime.call_watch import CallWatch
from contactcenter.runtime.calls import Calls
from contactcenter.runtime.dispatcher import Dispatcher
from contactcenter.runtime.errands import Errands
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.router import Duty, Router
from contactcenter.storage.call_legs import CallLeg
from tests.listening import served
from tests.localnet.telephone import Telephone, behave, dial, ringing
from tests.runtime.center import OURS, Center, center, configuration
from tests.runtime.waiting import until

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "0123456789abcdef" * 2
MARTA = "+59899123456"
QUICK = Rhythm(
    sweep=0.05, connecting=0.1, joining=0.05, talking=0.2, waiting=0.2, waiting_rate=100.0, again=0.5, settled=0.3
)


async def never(thread: str, message_id: str) -> None:
    """No chat here."""


def nobody(page: str, origin: str) -> bool:
    """Nor widgets."""
    return False


class Desk:
    """Answers for the center that is given later."""

    calling: Calling

    async def asked(self, posted: web.Request) -> web.Response:
        """A request of the network's."""
        return await self.calling.asked(posted)


@dataclass
class Calling:
    """See the module."""

    center: Center
    network: LocalNetwork
    http: aiohttp.ClientSession
    channel: VoiceChannel
    rhythm: Rhythm = QUICK
    recorded: frozenset[str] = frozenset()
    recordings: list[RecordingReported] = field(default_factory=list)
    deaf: bool = False
    """The center's own reports are thrown away, as if every status callback was lost."""

    def duties(self) -> list[Duty]:
        """The dispatcher and the watch of one process."""
        one = self.center
        calls = Calls(
            one.storage.legs, {"voice": self.channel}, one.bus, clock=time.time, recorded=self.recorded.__contains__
        )
        watch = CallWatch(calls, one.intake, one.bus, clock=time.time, rhythm=self.rhythm)
        errands = Errands(
            {"voice": self.channel}, one.intake, clock=time.time, metrics=one.metrics,
            sign_media=lambda media: media, calls=calls, chance=lambda: 0.5,
        )  # fmt: skip
        dispatcher = Dispatcher(one.storage, one.bus, errands, clock=time.time, metrics=one.metrics)
        return [dispatcher.run, watch.run]

    @asynccontextmanager
    async def routing(self, holder: str = "router-1") -> AsyncIterator[Router]:
        """A router that leads while the block runs."""
        async with self.center.routing(holder, self.duties()) as router:
            yield router

    async def agent(self, agent_id: str = "ana", telephone: str | None = None) -> None:
        """An agent who is available, with a telephone or the softphone."""
        await self.center.agent(agent_id, agent_id.title())
        if telephone is not None:
            assert await self.center.storage.legs.set_telephone(agent_id, telephone)

    async def call(self, number: str = MARTA) -> Telephone:
        """Somebody calls, hears the hold, and the router knows."""
        telephone = await dial(self.http, number, OURS)
        await telephone.hear("Espere")

        async def known() -> bool:
            return bool(await self.center.rows("SELECT id FROM contact WHERE thread = :t", t=f"call:{telephone.sid}"))

        await until(known)
        return telephone

    async def rings(self, address: str) -> Telephone:
        """A telephone of the center's people rings."""
        return await ringing(self.http, address)

    async def behave(self, address: str, behaviour: str) -> None:
        """What a telephone does when it is called."""
        await behave(self.http, address, behaviour)

    async def connected(self, agent_id: str = "ana") -> tuple[Telephone, Telephone, str]:
        """Somebody calls, and the agent takes it: the caller, the agent's telephone, the contact."""
        caller = await self.call()
        contact = await self.center.accept(agent_id)
        desk = await self.rings(f"client:{agent_id}")
        await desk.post("answer")
        await self.until_state(contact, ContactState.CONNECTED)
        return caller, desk, contact

    async def invited(self, contact_id: str, address: str, role: str, agent_id: str | None = None) -> Telephone:
        """Somebody else is in the room."""
        leg = CallLeg(
            id=new_id(), contact_id=contact_id, channel="voice", role=role, address=address, agent_id=agent_id,
            state=CallState.QUEUED, created_at=time.time(),
        )  # fmt: skip
        await self.center.storage.legs.add(leg)
        invitation = Invitation(contact=contact_id, leg=leg.id, to=address, caller=OURS, seconds=30)
        assert await self.center.storage.legs.named(leg.id, await self.channel.invite(invitation))
        telephone = await self.rings(address.replace("agent:", "client:"))
        await telephone.post("answer")
        await telephone.hear(kind="connected")
        return telephone

    async def contact(self, contact_id: str) -> Any:
        """The contact's row."""
        [row] = await self.center.rows("SELECT * FROM contact WHERE id = :id", id=contact_id)
        return row

    async def until_state(self, contact_id: str, *states: ContactState) -> None:
        """Wait until the contact is there."""

        async def there() -> bool:
            return (await self.contact(contact_id)).state in states

        await until(there)

    async def legs(self, contact_id: str) -> list[CallLeg]:
        """All legs of a contact."""
        return await self.center.storage.legs.legs_of(contact_id, live=False)

    async def until_no_legs(self, contact_id: str) -> None:
        """Wait until no leg is live."""

        async def none() -> bool:
            return await self.center.storage.legs.legs_of(contact_id) == []

        await until(none)

    async def events(self, contact_id: str) -> list[str]:
        """Types of what happened to a contact."""
        rows = await self.center.rows("SELECT type FROM event WHERE contact_id = :id ORDER BY id", id=contact_id)
        return [row[0] for row in rows]

    async def reason(self, contact_id: str) -> str:
        """Why it went back to its place."""
        rows = await self.center.rows(
            "SELECT detail_json FROM event WHERE contact_id = :id AND type = 'requeued'", id=contact_id
        )
        assert len(rows) == 1, rows
        return str(rows[0][0])

    async def settled(self) -> None:
        """Wait until nothing is left to carry out."""

        async def empty() -> bool:
            return not await self.center.storage.outbox_depth()

        await until(empty)

    async def talk(self, one: Telephone, other: Telephone) -> None:
        """Each hears the other."""
        await one.speak("Hola, buenas")
        await other.hear("Hola, buenas", "person")
        await other.speak("Diga")
        await one.hear("Diga", "person")

    # The front desk

    async def asked(self, posted: web.Request) -> web.Response:
        """Answer what the network asks, and pass on what it reports."""
        request = WebhookRequest(
            method=posted.method,
            url=f"{posted.scheme}://{posted.host}{posted.raw_path}",
            headers=dict(posted.headers),
            body=await posted.read(),
            received_at=time.time(),
        )
        self.channel.authenticate(request)
        event = self.channel.parse_call(request)
        if isinstance(event, CallAsked):
            steps, link = await self._steps(event)
            content_type, text = self.channel.respond(steps, link)
            return web.Response(text=text, content_type=content_type)
        if not self.deaf:
            await self._reported(event)
        return web.Response()

    async def _reported(self, event: object) -> None:
        bus = self.center.bus
        if isinstance(event, CallReported):
            if not event.leg and event.state.final:
                left = CustomerLeft(id=new_id(), thread=f"call:{event.call_id}")
                await self.center.intake.submit(left)
            told = {"contact": event.contact, "call": event.call_id, "leg": event.leg, "state": event.state.value}
            bus.post("call", {**told, "machine": event.machine})
        elif isinstance(event, RecordingReported):
            self.recordings.append(event)
        elif isinstance(event, RoomReported):
            bus.post("call", {"contact": event.contact, "call": event.call_id, "leg": "", "state": event.kind})

    async def _steps(self, event: CallAsked) -> tuple[Sequence[VoiceStep], Link]:
        contact_id = event.link.contact if event.link is not None else await self._arrived(event)
        hold = Link(part=Part.HOLD, contact=contact_id)
        rows = await self.center.rows("SELECT state FROM contact WHERE id = :id", id=contact_id)
        state = rows[0][0] if rows else ContactState.WAITING
        talks = state in (ContactState.CONNECTING, ContactState.CONNECTED)
        if event.link is not None and event.link.part is Part.JOIN and talks:
            return [Join(contact=contact_id, ends=True)], hold
        if state == ContactState.CLOSED:
            return [Say(text="Nadie puede atenderle", language="es"), HangUp()], hold
        return [Say(text="Espere", language="es"), Pause(seconds=10), GoOn()], hold

    async def _arrived(self, event: CallAsked) -> str:
        contact_id = new_id()
        arrived = ContactArrived(
            id=new_id(), contact_id=contact_id, thread=f"call:{event.call_id}", customer_id="customer",
            channel="voice", media=MediaClass.VOICE, address=event.address, to=event.to, place=event.at,
        )  # fmt: skip
        await self.center.intake.submit(arrived)
        return contact_id


@asynccontextmanager
async def calling(folder: Path, **queue: Any) -> AsyncIterator[Calling]:
    """A center on SQLite in `folder`, the network, and the way between them."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(center(f"sqlite:///{folder}/center.sqlite3", seed=False))
        config = configuration(**queue)
        profile = replace(config.profiles["all"], channels=("voice", "sms"))
        await made.storage.seed(replace(config, profiles={"all": profile}), [], "test")

        desk = Desk()
        app = web.Application()
        app.router.add_post("/{path:.*}", desk.asked)
        url = await stack.enter_async_context(served(app))

        voice = f"{url}/webhooks/twilio/voice"
        number = Number(OURS, voice_url=voice, voice_status_callback=f"{voice}/status")
        network = await stack.enter_async_context(
            LocalNetwork(account_sid=ACCOUNT, auth_token=TOKEN, numbers=[number], tempo=0.001, calls_per_second=1000.0)
        )
        environ = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "CONTACTCENTER_TWILIO_API_URL": network.url,
            "CONTACTCENTER_TWILIO_NUMBERS": OURS,
            "CONTACTCENTER_PUBLIC_URL": url,
        }
        context = ChannelContext(
            settings=load_settings(environ, folder),
            environ=environ,
            clock=time.time,
            deliver=never,
            allows=nobody,
        )
        channels = build_channels(context)
        stack.push_async_callback(channels.close)
        http = await stack.enter_async_context(aiohttp.ClientSession(network.url))
        channel = channels["voice"]
        assert isinstance(channel, VoiceChannel)
        desk.calling = Calling(made, network, http, channel)
        yield desk.calling
        assert not network.violations, network.violations


async def until_live(one: Calling, contact: str, count: int) -> None:
    """Wait until so many legs are live."""

    async def there() -> bool:
        return len(await one.center.storage.legs.legs_of(contact)) == count

    await until(there)
