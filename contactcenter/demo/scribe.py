"""Tells a story to storage and engine as if it happened: each line a commit in and a commit of what was decided."""

from __future__ import annotations

import itertools
from typing import Final

from msgspec.structs import replace

from contactcenter.demo.people import DemoCustomer
from contactcenter.demo.stories import HandedOn, Line, Noted, Replied, Story, Wrote
from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.instructions import Instruction
from contactcenter.domain.messages import DeliveryReport, InboundMessage, Receipt
from contactcenter.domain.stimuli import (
    AgentStatusChanged,
    ConsoleClosed,
    ConsoleOpened,
    ContactEnded,
    CustomerLeft,
    NoteSubmitted,
    OfferAccepted,
    OfferDeclined,
    ReplySubmitted,
    Stimulus,
    TimePassed,
    TransferRequested,
    WrapUpCompleted,
)
from contactcenter.domain.words import AgentStatus, Delivery, MediaClass
from contactcenter.routing.engine import Engine
from contactcenter.storage import Batch, Draft, Received, Reported, Settlement, Storage, Submitted

_MEDIA: Final = {"sms": MediaClass.ASYNC, "chat": MediaClass.LIVE}
_INBOX: Final = 100
_TO_ANSWER: Final = 8.0
_TO_DELIVER: Final = 2.0
_TO_LEAVE: Final = 240.0
_TO_WRAP_UP: Final = 20.0


class StoryClock:
    """The time of the story, in UTC seconds; it never goes back."""

    def __init__(self, at: float) -> None:
        self._at = at

    def __call__(self) -> float:
        """The time now."""
        return self._at

    def move_to(self, at: float) -> None:
        """It is `at` now, if that is later."""
        self._at = max(self._at, at)

    def pass_by(self, seconds: float) -> None:
        """Some time passes."""
        self._at += seconds


class Scribe:
    """Plays customers, agents, router and dispatcher of one story after the other."""

    def __init__(self, storage: Storage, engine: Engine, epoch: int, clock: StoryClock) -> None:
        self._storage = storage
        self._engine = engine
        self._epoch = epoch
        self._clock = clock
        self._count = itertools.count(1)
        self._contact = ""
        self._holder = ""

    async def tell(self, story: Story) -> None:
        """Play one contact from its first message to its end."""
        self._contact, self._holder = self._new("contact"), ""
        first, *others = story.lines
        crew = [agent for agent in (story.declined_by, story.agent) if agent is not None]
        for agent in crew:
            await self._begin_shift(agent)
        await self._line(story, first)
        if story.agent is None:
            self._clock.pass_by(_TO_LEAVE)
            await self._happen(CustomerLeft(id=self._new("stimulus"), thread=_thread(story)))
            return
        if story.declined_by:
            await self._decline(story.declined_by)
        await self._accept(story.agent)
        for line in others:
            self._clock.pass_by(line.after)
            await self._line(story, line)
        await self._finish(story)
        for agent in crew:
            if agent != story.agent:
                await self._end_shift(agent)
        await self._end_shift(self._holder)

    async def _line(self, story: Story, line: Line) -> None:
        if isinstance(line, Wrote):
            await self._write(story, line)
        elif isinstance(line, Replied):
            await self._reply(line)
        elif isinstance(line, Noted):
            await self._note(line)
        else:
            await self._hand_on(line)

    # Customers

    async def _write(self, story: Story, line: Wrote) -> None:
        customer, message_id = story.customer, self._new("message")
        message = InboundMessage(
            channel=story.channel,
            provider_id=f"demo-{message_id}",
            address=_address(customer, story.channel),
            to=story.to,
            thread=_thread(story),
            text=line.text,
            received_at=self._clock(),
            name=customer.name,
            language=customer.language,
        )
        received = Received(
            message=message,
            media_class=_MEDIA[story.channel],
            message_id=message_id,
            contact_id=self._contact,
            stimulus_id=self._new("stimulus"),
        )
        await self._storage.take_in([received])
        await self._decide()

    # Agents

    async def _begin_shift(self, agent: str) -> None:
        await self._happen(ConsoleOpened(id=self._new("stimulus"), session_id=f"demo-{agent}", agent_id=agent))
        await self._happen(AgentStatusChanged(id=self._new("stimulus"), agent_id=agent, status=AgentStatus.AVAILABLE))
        self._clock.pass_by(1.0)

    async def _end_shift(self, agent: str) -> None:
        await self._happen(AgentStatusChanged(id=self._new("stimulus"), agent_id=agent, status=AgentStatus.LOGGED_OUT))
        await self._happen(ConsoleClosed(id=self._new("stimulus"), session_id=f"demo-{agent}", agent_id=agent))

    async def _decline(self, agent: str) -> None:
        self._clock.pass_by(_TO_ANSWER)
        await self._happen(OfferDeclined(id=self._new("stimulus"), offer_id=self._offer_of(agent), agent_id=agent))

    async def _accept(self, agent: str) -> None:
        self._clock.pass_by(_TO_ANSWER)
        await self._happen(OfferAccepted(id=self._new("stimulus"), offer_id=self._offer_of(agent), agent_id=agent))
        self._holder = agent

    async def _reply(self, line: Replied) -> None:
        message_id = self._new("message")
        reply = ReplySubmitted(
            id=self._new("stimulus"), contact_id=self._contact, agent_id=self._holder, message_id=message_id
        )
        await self._happen(reply, self._draft(message_id, line))
        await self._deliver()

    async def _note(self, line: Noted) -> None:
        message_id = self._new("message")
        note = NoteSubmitted(
            id=self._new("stimulus"), contact_id=self._contact, agent_id=self._holder, message_id=message_id
        )
        await self._happen(note, self._draft(message_id, line))

    def _draft(self, message_id: str, line: Replied | Noted) -> Draft:
        return Draft(
            message_id=message_id,
            contact_id=self._contact,
            agent_id=self._holder,
            direction="out" if isinstance(line, Replied) else "note",
            text=line.text,
            author_name=self._engine.agents[self._holder].name,
        )

    async def _hand_on(self, line: HandedOn) -> None:
        before = self._holder
        await self._begin_shift(line.agent)
        await self._happen(
            TransferRequested(id=self._new("stimulus"), contact_id=self._contact, agent_id=before, queue=line.queue)
        )
        await self._accept(line.agent)
        await self._end_shift(before)

    async def _finish(self, story: Story) -> None:
        self._clock.pass_by(_TO_ANSWER)
        await self._happen(ContactEnded(id=self._new("stimulus"), contact_id=self._contact, agent_id=self._holder))
        self._clock.pass_by(_TO_WRAP_UP)
        await self._happen(
            WrapUpCompleted(
                id=self._new("stimulus"),
                contact_id=self._contact,
                agent_id=self._holder,
                disposition=story.disposition,
            )
        )

    def _offer_of(self, agent: str) -> str:
        return next(offer.id for offer in self._engine.offers.values() if offer.agent_id == agent)

    # Router and dispatcher

    async def _happen(self, stimulus: Stimulus, draft: Draft | None = None) -> None:
        await self._storage.take_in([Submitted(stimulus=stimulus, draft=draft)])
        await self._decide()

    async def _decide(self) -> None:
        rows = await self._storage.read_inbox(_INBOX)
        now = self._clock()
        instructions: list[Instruction] = self._engine.handle(TimePassed(id=self._new("stimulus"), at=now))
        for row in rows:
            stimulus = decode_stimulus(row.kind, row.version, row.body)
            instructions = instructions + self._engine.handle(replace(stimulus, at=now))
        batch = Batch(
            id=self._new("batch"),
            epoch=self._epoch,
            changes=self._engine.take_changes(),
            handled=[row.id for row in rows],
            outbox=[instruction for instruction in instructions if instruction.durable],
        )
        await self._storage.commit_batch(batch, now)

    async def _deliver(self) -> None:
        for item in await self._storage.claim_outbox(self._epoch, self._clock(), _INBOX):
            assert item.message is not None
            receipt = Receipt(provider_id=f"demo-out-{item.message.id}", delivery=Delivery.SENT)
            await self._storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], self._clock())
            report = DeliveryReport(
                channel=item.message.channel,
                delivery=Delivery.DELIVERED,
                at=self._clock() + _TO_DELIVER,
                message_id=item.message.id,
            )
            await self._storage.take_in([Reported(report=report)])

    def _new(self, kind: str) -> str:
        return f"demo-{kind}-{next(self._count):04d}"


def _address(customer: DemoCustomer, channel: str) -> str:
    """A chat knows nobody's number; each of the demo's has an address of its own."""
    return f"demo-chat-{customer.address}" if channel == "chat" else customer.address


def _thread(story: Story) -> str:
    if story.channel == "sms":
        return f"sms:{story.to}:{story.customer.address}"
    return _address(story.customer, story.channel)
