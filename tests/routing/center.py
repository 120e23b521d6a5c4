"""A small center for examples: people, queues and a clock one can turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration, RoutingSettings, SkillProfile
from contactcenter.domain.words import AgentStatus, MediaClass
from contactcenter.routing.engine import Engine
from contactcenter.testing.routing_center import MEDIA, configuration

if TYPE_CHECKING:
    from contactcenter.domain.stimuli import Stimulus
    from contactcenter.routing.state import Agent, Changes, Contact


class Center:
    """Feeds stimuli to an engine and checks its invariants after each."""

    def __init__(self, configured: Configuration | None = None) -> None:
        self.engine = Engine(configured or configuration())
        self.now = 1_000.0
        self.count = 0
        self.told: list[do.Instruction] = []

    def feed(self, happened: type[Stimulus], /, **fields: Any) -> list[do.Instruction]:
        """Hand in one stimulus; returns (and keeps in `told`) what must be done."""
        self.count += 1
        if issubclass(happened, it.Asked):
            fields.setdefault("request_id", f"request{self.count}")
        self.told = self.engine.handle(happened(id=f"s{self.count}", at=self.now, **fields))
        self.engine.check_invariants()
        return self.told

    def wait(self, seconds: float) -> list[do.Instruction]:
        """Let time pass."""
        self.now += seconds
        return self.feed(it.TimePassed)

    def ask(self, happened: type[Stimulus], /, **fields: Any) -> str | None:
        """Hand in a request; returns the code of the refusal, None when it was done."""
        answers = [one for one in self.feed(happened, **fields) if isinstance(one, do.AnswerRequest)]
        assert len(answers) == 1
        return answers[0].code

    def agent(self, name: str, profile: str = "expert", *, available: bool = True) -> Agent:
        """Somebody signs in."""
        self.feed(it.AgentConfigured, agent_id=name, name=name, profile=profile)
        self.feed(it.ConsoleOpened, session_id=f"{name}-1", agent_id=name)
        if available:
            assert self.status(name) is None
        return self.engine.agents[name]

    def status(self, name: str, status: AgentStatus = AgentStatus.AVAILABLE, **fields: Any) -> str | None:
        """Somebody chooses a status."""
        return self.ask(it.AgentStatusChanged, agent_id=name, status=status, **fields)

    def write(self, contact: str, channel: str = "sms", text: str = "hola", **fields: Any) -> Contact:
        """A customer writes; the contact's id is also its conversation."""
        self.feed(
            it.MessageReceived,
            **{
                "message_id": f"m{self.count}",
                "thread": contact,
                "contact_id": contact,
                "customer_id": "customer",
                "channel": channel,
                "media": MEDIA[channel],
                "address": "+598",
                "to": "100",
                "text": text,
                "received_at": self.now,
                **fields,
            },
        )
        return self.contact(contact)

    def call(self, contact: str, **fields: Any) -> Contact:
        """A customer calls."""
        self.feed(
            it.ContactArrived,
            **{
                "contact_id": contact,
                "thread": contact,
                "customer_id": "customer",
                "channel": "voice",
                "media": MediaClass.VOICE,
                "address": "+598",
                "to": "100",
                "place": self.now,
                **fields,
            },
        )
        return self.engine.contacts[contact]

    def contact(self, contact_id: str) -> Contact:
        """The contact, open or just closed."""
        live = self.engine.contacts.get(contact_id)
        return live or self.peek().contacts[contact_id]

    def peek(self) -> Changes:
        """Everything that changed since the start."""
        changes = self.engine.take_changes()
        self.engine._floor.changes = changes
        return changes

    def accept(self, contact: str) -> str:
        """Whoever is offered the contact takes it; returns who."""
        offer = next(one for one in self.engine.offers.values() if one.contact_id == contact)
        assert self.ask(it.OfferAccepted, offer_id=offer.id, agent_id=offer.agent_id) is None
        return offer.agent_id

    def offered(self) -> dict[str, str]:
        """Who is offered what: contact to agent."""
        return {offer.contact_id: offer.agent_id for offer in self.engine.offers.values()}

    def end(self, contact: str) -> str | None:
        """The agent ends the conversation."""
        return self.ask(it.ContactEnded, contact_id=contact, agent_id=self.contact(contact).agent_id)

    def finish(self, contact: str, disposition: str = "solved") -> str | None:
        """The agent says what it was."""
        agent = self.contact(contact).agent_id
        return self.ask(it.WrapUpCompleted, contact_id=contact, agent_id=agent, disposition=disposition)


def with_settings(**settings: Any) -> Configuration:
    """The small center under other rules."""
    base = configuration()
    return Configuration(
        version=1,
        skills=base.skills,
        profiles=base.profiles,
        queues=base.queues,
        default_queue=base.default_queue,
        settings=RoutingSettings(**settings),
    )


def profile(name: str, **capacity: int) -> SkillProfile:
    """A profile of all channels and no skills."""
    return SkillProfile(name, name, tuple(MEDIA), {MediaClass(media): count for media, count in capacity.items()}, {})
