"""`RoutingMachine`: a Hypothesis machine that puts the engine through everything that can happen.

It checks the engine's invariants after every step, judges each offer against plain definitions of its
own, and keeps a copy of what the commits would have written: at any moment the engine can be thrown
away and rebuilt from that copy, and must be the same.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import (
    Configuration,
    Disposition,
    EntryPoint,
    QueueSettings,
    Reason,
    RoutingSettings,
    SkillProfile,
)
from contactcenter.domain.words import (
    AgentStatus,
    ContactState,
    MediaClass,
    MessageKind,
    OfferCause,
    OfferOutcome,
    Outcome,
)
from contactcenter.routing.eligibility import Requirement, agent_refusal, profile_refusal, requirement_of
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import HELD, Agent, Contact, Offer, Snapshot

if TYPE_CHECKING:
    from contactcenter.domain.stimuli import Stimulus

MEDIA = {"sms": MediaClass.ASYNC, "chat": MediaClass.LIVE, "voice": MediaClass.VOICE}
AGENTS = [f"agent{n}" for n in range(6)]
THREADS = [f"thread{n}" for n in range(12)]
QUEUES = ["general", "outages", "hazards", "few"]
FEW = 2
"""How many may wait in the queue `few`."""


def configuration(version: int = 1, *, hazards: bool = True, minimum: int = 2) -> Configuration:
    """A small center; without `hazards` one queue is gone, `minimum` is what outages ask."""
    everything = {MediaClass.VOICE: 1, MediaClass.LIVE: 2, MediaClass.ASYNC: 3}
    profiles = [
        SkillProfile("expert", "Expert", tuple(MEDIA), everything, {"billing": 4, "outages": 5}),
        SkillProfile("novice", "Novice", ("sms", "chat"), {MediaClass.LIVE: 1, MediaClass.ASYNC: 2}, {"billing": 1}),
        SkillProfile("outages", "Outages", tuple(MEDIA), everything, {"outages": 2}, exclusive_voice=False),
    ]
    wrap_up = (Disposition("solved", {"en": "Solved"}),)
    queues = [
        QueueSettings("general", {"en": "General"}),
        QueueSettings("outages", {"en": "Outages"}, {"outages": minimum}, priority=30.0, dispositions=wrap_up),
        QueueSettings("hazards", {"en": "Hazards"}, {"outages": 1}, priority=3600.0, offer_seconds=10.0),
        QueueSettings("few", {"en": "Few"}, waiting_limit=FEW),
    ]
    kept = [queue for queue in queues if hazards or queue.id != "hazards"]
    return Configuration(
        version=version,
        skills={"billing": {"en": "Billing"}, "outages": {"en": "Outages"}},
        profiles={profile.id: profile for profile in profiles},
        queues={queue.id: queue for queue in kept},
        default_queue="general",
        entry_points=(
            EntryPoint("sms", "outages", keyword="LUZ"),
            EntryPoint("chat", "general", address="bills", skills={"billing": 3}, priority=5.0),
        ),
        not_ready_reasons=(Reason("break", {"en": "Break"}),),
        settings=RoutingSettings(mass_disconnect_minimum=3),
    )


class Copy:
    """What SQL would have after each commit: copies, so that nothing is shared with the engine."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.offers: dict[str, Offer] = {}
        self.events = 0

    def commit(self, engine: Engine) -> None:
        """Write what changed."""
        changes = engine.take_changes()
        for mine, theirs in ((self.contacts, changes.contacts), (self.agents, changes.agents)):
            mine.update(copy.deepcopy(theirs))  # type: ignore[arg-type]  # pairs of the same type
        self.offers.update(copy.deepcopy(changes.offers))
        self.events += len(changes.events)

    def snapshot(self, at: float) -> Snapshot:
        """What a restart would load."""
        return Snapshot(
            contacts=[c for c in copy.deepcopy(self.contacts).values() if c.state is not ContactState.CLOSED],
            agents=list(copy.deepcopy(self.agents).values()),
            offers=[offer for offer in copy.deepcopy(self.offers).values() if offer.outcome is None],
            at=at,
        )


class RoutingMachine(RuleBasedStateMachine):
    """Everything that can happen to a center, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(configuration())
        self.copy = Copy()
        self.now = 1_000.0
        self.count = 0
        self.ended: set[str] = set()
        self.version = 1
        self.staff_before: dict[str, int] = {}
        """Versions of the agents before the stimulus."""
        self.waiting: dict[str, int] = {}
        """Versions of those who waited before the stimulus and may have been touched by it."""

    # Plumbing

    def feed(self, happened: type[Stimulus], /, **fields: Any) -> list[do.Instruction]:
        """Hand a stimulus in, judge what comes out, and commit."""
        self.count += 1
        fields.setdefault("at", self.now)
        asked = issubclass(happened, it.Asked)
        if asked:
            fields.setdefault("request_id", f"request{self.count}")
        stimulus = happened(id=f"stimulus{self.count}", **fields)
        self.waiting = {c.id: c.version for c in self.engine.contacts.values() if c.state is ContactState.WAITING}
        self.staff_before = {agent.id: agent.version for agent in self.engine.agents.values()}
        instructions = self.engine.handle(stimulus)
        answers = [one for one in instructions if isinstance(one, do.AnswerRequest)]
        assert len(answers) == asked, "whoever asks is answered once"
        assert len({one.id for one in instructions}) == len(instructions)
        for instruction in instructions:
            self.judge(instruction)
        self.copy.commit(self.engine)
        return instructions

    def judge(self, instruction: do.Instruction) -> None:
        """Hold an instruction against plain definitions."""
        if isinstance(instruction, do.EndOffer):
            assert instruction.offer_id not in self.ended, "an offer ends once"
            self.ended.add(instruction.offer_id)
        elif isinstance(instruction, do.SendMessage):
            contact = self.engine.contacts[instruction.contact_id]
            assert contact.state is ContactState.CONNECTED
            assert not contact.opted_out
        elif isinstance(instruction, do.OfferContact) and instruction.offer_id in self.engine.offers:
            self.judge_offer(instruction)

    def judge_offer(self, offer: do.OfferContact) -> None:
        """An offer goes to somebody who may have it, and to nobody before their turn."""
        agent, contact = self.engine.agents[offer.agent_id], self.engine.contacts[offer.contact_id]
        profile = self.engine.configuration.profiles[agent.profile]
        assert agent.status is AgentStatus.AVAILABLE
        assert agent.sessions
        assert contact.channel in profile.channels
        assert sum(media is contact.media for media in agent.holds.values()) < profile.capacity[contact.media]
        assert agent.id not in contact.passed_over
        if contact.reserved_for is not None:
            assert contact.reserved_for == agent.id
            return
        for skill, minimum in contact.skills:
            assert profile.skills[skill] >= minimum
        before = [
            other
            for other in self.engine.contacts.values()
            if self.waiting.get(other.id) == other.version
            and (other.channel, other.skills, other.reserved_for) == (contact.channel, contact.skills, None)
            and agent.id not in other.passed_over
            and (other.rank, other.id) < (contact.rank, contact.id)
        ]
        assert not before, f"{contact.id} is offered before {before}"
        if offer.cause is not OfferCause.AGENT_FREED:
            self.judge_choice(agent, contact)

    def judge_choice(self, agent: Agent, contact: Contact) -> None:
        """Nobody less loaded, or idle for longer, was ready for it."""
        profiles = self.engine.configuration.profiles
        for other in self.engine.agents.values():
            profile = profiles.get(other.profile)
            ready = (
                profile is not None
                and self.staff_before.get(other.id) == other.version
                and other.id not in contact.passed_over
                and profile_refusal(profile, requirement_of(contact)) is None
                and agent_refusal(other, profile, contact.media) is None
            )
            if ready:
                assert (len(agent.holds), agent.idle_since) <= (len(other.holds), other.idle_since)

    def _contact(self, data: st.DataObject, *states: ContactState) -> Contact | None:
        found = sorted(c.id for c in self.engine.contacts.values() if c.state in states)
        return self.engine.contacts[data.draw(st.sampled_from(found))] if found else None

    @initialize()
    def staff(self) -> None:
        """Three people sign in."""
        for agent_id, profile in zip(AGENTS, ("expert", "novice", "outages"), strict=False):
            self.feed(it.AgentConfigured, agent_id=agent_id, name=agent_id, profile=profile)
            self.feed(it.ConsoleOpened, session_id=f"{agent_id}-first", agent_id=agent_id)
            self.feed(it.AgentStatusChanged, agent_id=agent_id, status=AgentStatus.AVAILABLE)

    # Customers

    @rule(
        thread=st.sampled_from(THREADS),
        channel=st.sampled_from(["sms", "chat"]),
        to=st.sampled_from(["bills", "100"]),
        text=st.sampled_from(["", "luz 123", "hola"]),
        late=st.sampled_from([0.0, 5.0]),
        kind=st.sampled_from([MessageKind.MESSAGE] * 8 + [MessageKind.OPT_OUT, MessageKind.OPT_IN]),
    )
    def write(self, thread: str, channel: str, to: str, text: str, late: float, kind: MessageKind) -> None:
        """A customer writes, for the first time or again."""
        message = f"message{self.count}"
        open_before = {contact.thread for contact in self.engine.contacts.values()}
        thread = f"{channel}-{thread}"
        self.feed(
            it.MessageReceived,
            message_id=message,
            thread=thread,
            contact_id=f"contact{self.count:05}",
            customer_id="customer",
            channel=channel,
            media=MEDIA[channel],
            address="+598",
            to=to,
            text=text,
            received_at=self.now - late,
            kind=kind,
        )
        open_now = {contact.thread for contact in self.engine.contacts.values()}
        assert (thread in open_now) == (thread in open_before or kind is MessageKind.MESSAGE)

    @rule(thread=st.sampled_from(THREADS), queue=st.sampled_from([*QUEUES, None, "gone"]))
    def call(self, thread: str, queue: str | None) -> None:
        """A customer calls; only where there is a limit can a call be refused, and only if nobody was ready."""
        call, thread = f"call{self.count:05}", f"voice-{thread}"
        joined = any(contact.thread == thread for contact in self.engine.contacts.values())
        refused = queue == "few" and not joined and self._is_full() and not self._is_somebody_ready()
        self.feed(
            it.ContactArrived,
            contact_id=call,
            thread=thread,
            customer_id="customer",
            channel="voice",
            media=MediaClass.VOICE,
            address="+598",
            to="100",
            place=self.now,
            queue=queue,
        )
        assert (call in self.copy.contacts and self.copy.contacts[call].outcome is Outcome.REFUSED) == refused

    def _is_full(self) -> bool:
        """Whether so many calls wait in the queue `few` that nobody else may."""
        return (
            sum(
                contact.queue == "few"
                and contact.state is ContactState.WAITING
                and contact.media is not MediaClass.ASYNC
                for contact in self.engine.contacts.values()
            )
            >= FEW
        )

    def _is_somebody_ready(self) -> bool:
        """Whether anybody could take a call of the queue `few` now."""
        profiles, asked = self.engine.configuration.profiles, Requirement("voice", MediaClass.VOICE, ())
        return any(
            (profile := profiles.get(agent.profile)) is not None
            and profile_refusal(profile, asked) is None
            and agent_refusal(agent, profile, MediaClass.VOICE) is None
            for agent in self.engine.agents.values()
        )

    @rule(thread=st.sampled_from(THREADS), channel=st.sampled_from(sorted(MEDIA)))
    def leave(self, thread: str, channel: str) -> None:
        """A customer hangs up or closes the chat, perhaps one that is not there."""
        self.feed(it.CustomerLeft, thread=f"{channel}-{thread}")

    # Agents

    @rule(agent=st.sampled_from(AGENTS), profile=st.sampled_from(["expert", "novice", "outages", "no such"]))
    def configure(self, agent: str, profile: str) -> None:
        """A supervisor gives an agent a profile."""
        self.feed(it.AgentConfigured, agent_id=agent, name=agent, profile=profile)

    @rule(agent=st.sampled_from(AGENTS), window=st.integers(1, 2))
    def open_console(self, agent: str, window: int) -> None:
        """An agent opens a window."""
        self.feed(it.ConsoleOpened, session_id=f"{agent}-{window}", agent_id=agent)

    @rule(agent=st.sampled_from(AGENTS), window=st.sampled_from(["first", "1", "2"]))
    def close_console(self, agent: str, window: str) -> None:
        """A window closes or its connection dies."""
        self.feed(it.ConsoleClosed, session_id=f"{agent}-{window}", agent_id=agent)

    @rule(
        agent=st.sampled_from(AGENTS),
        status=st.sampled_from([AgentStatus.AVAILABLE] * 3 + [AgentStatus.NOT_READY, AgentStatus.LOGGED_OUT]),
        reason=st.sampled_from(["break", "nonsense"]),
        by=st.sampled_from([None, "supervisor"]),
    )
    def choose_status(self, agent: str, status: AgentStatus, reason: str, by: str | None) -> None:
        """Somebody chooses an agent's status."""
        self.feed(it.AgentStatusChanged, agent_id=agent, status=status, reason=reason, by=by)

    @precondition(lambda self: self.engine.offers)
    @rule(data=st.data(), accept=st.sampled_from([True, True, True, False]), right=st.sampled_from([True, True, False]))
    def answer_offer(self, data: st.DataObject, accept: bool, right: bool) -> None:
        """The agent, or somebody else, answers a live offer."""
        offer = self.engine.offers[data.draw(st.sampled_from(sorted(self.engine.offers)))]
        agent = offer.agent_id if right else data.draw(st.sampled_from(AGENTS))
        mine = agent == offer.agent_id
        kind = it.OfferAccepted if accept else it.OfferDeclined
        answers = [
            one for one in self.feed(kind, offer_id=offer.id, agent_id=agent) if isinstance(one, do.AnswerRequest)
        ]
        assert (answers[0].code is None) == mine
        assert offer.outcome == ((OfferOutcome.ACCEPTED if accept else OfferOutcome.DECLINED) if mine else None)

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def answer_too_late(self, data: st.DataObject) -> None:
        """An offer that has ended cannot be accepted."""
        offer = data.draw(st.sampled_from(sorted(self.ended)))
        answers = self.feed(it.OfferAccepted, offer_id=offer, agent_id=data.draw(st.sampled_from(AGENTS)))
        assert [one.code for one in answers if isinstance(one, do.AnswerRequest)] == ["offer_gone"]

    @rule(data=st.data(), fails=st.booleans())
    def ring_agents_phone(self, data: st.DataObject, fails: bool) -> None:
        """The agent's leg is answered or not."""
        contact = self._contact(data, *ContactState)
        contact_id = contact.id if contact else "none"
        if fails:
            self.feed(it.ConnectionFailed, contact_id=contact_id, reason="busy")
        else:
            self.feed(it.ContactConnected, contact_id=contact_id)

    @rule(
        data=st.data(),
        kind=st.sampled_from([it.ReplySubmitted, it.NoteSubmitted, it.ContactEnded, it.ContactEnded]),
        mine=st.sampled_from([True, True, True, False]),
    )
    def work(self, data: st.DataObject, kind: type[Stimulus], mine: bool) -> None:
        """An agent writes, notes or ends; sometimes on what is not theirs."""
        contact = self._contact(data, *HELD) or self._contact(data, *ContactState)
        fields: dict[str, str] = {"contact_id": contact.id if contact else "none"}
        holder = contact.agent_id if contact else None
        fields["agent_id"] = holder if holder and mine else data.draw(st.sampled_from(AGENTS))
        if kind is not it.ContactEnded:
            fields["message_id"] = f"reply{self.count}"
        self.feed(kind, **fields)

    @rule(
        data=st.data(),
        disposition=st.sampled_from(["solved", "solved", "nonsense"]),
        extend=st.sampled_from([None, None, 90.0]),
    )
    def wrap_up(self, data: st.DataObject, disposition: str, extend: float | None) -> None:
        """An agent finishes wrap-up or needs more time."""
        contact = self._contact(data, ContactState.WRAP_UP) or self._contact(data, *ContactState)
        contact_id = contact.id if contact else "none"
        agent = contact.agent_id if contact and contact.agent_id else AGENTS[0]
        if extend is None:
            self.feed(it.WrapUpCompleted, contact_id=contact_id, agent_id=agent, disposition=disposition)
        else:
            self.feed(it.WrapUpExtended, contact_id=contact_id, agent_id=agent, seconds=extend)

    @rule(
        data=st.data(),
        queue=st.sampled_from([None, None, *QUEUES, "gone"]),
        to_agent=st.sampled_from([None, *AGENTS, "nobody"]),
    )
    def transfer(self, data: st.DataObject, queue: str | None, to_agent: str | None) -> None:
        """An agent gives a contact away; it keeps its place."""
        contact = self._contact(data, ContactState.CONNECTED)
        if contact is None:
            return
        place = contact.place
        self.feed(
            it.TransferRequested,
            contact_id=contact.id,
            agent_id=contact.agent_id,
            queue=queue,
            to_agent=to_agent,
        )
        assert contact.place == place

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """A supervisor frees what is stuck."""
        contact = self._contact(data, *ContactState)
        contact_id = contact.id if contact else "none"
        self.feed(it.ClosureRequested, contact_id=contact_id, by="supervisor", reason="stuck")
        assert contact_id not in self.engine.contacts

    # The center

    @rule(hazards=st.booleans(), minimum=st.integers(1, 5), move=st.sampled_from([{}, {"hazards": "outages"}]))
    def change_configuration(self, hazards: bool, minimum: int, move: dict[str, str]) -> None:
        """A supervisor changes what a queue asks, or removes one."""
        self.version += 1
        changed = configuration(self.version, hazards=hazards, minimum=minimum)
        self.feed(it.ConfigurationChanged, configuration=changed, moves=move)

    @rule()
    def lose_a_profile(self) -> None:
        """A profile disappears under those who have it: they get nothing, nobody falls over."""
        self.version += 1
        changed = configuration(self.version)
        kept = {name: profile for name, profile in changed.profiles.items() if name != "novice"}
        self.feed(it.ConfigurationChanged, configuration=replace(changed, profiles=kept))

    @rule(seconds=st.sampled_from([0.0, 0.5, 5.0, 19.0, 61.0, 400.0]))
    def pass_time(self, seconds: float) -> None:
        """Time passes, perhaps over many deadlines at once."""
        self.now += seconds
        self.feed(it.TimePassed)

    @precondition(lambda self: self.engine.next_deadline() is not None)
    @rule()
    def reach_deadline(self) -> None:
        """The next deadline comes, exactly."""
        self.now = max(self.now, self.engine.next_deadline() or 0.0)
        self.feed(it.TimePassed)

    @rule()
    def restart(self) -> None:
        """The router dies and another takes over from what was committed."""
        rebuilt = Engine(self.engine.configuration, self.copy.snapshot(self.now))
        assert rebuilt.contacts == self.engine.contacts
        assert rebuilt.agents == self.engine.agents
        assert rebuilt.offers == self.engine.offers
        assert rebuilt.next_deadline() == self.engine.next_deadline()
        self.engine = rebuilt

    @invariant()
    def holds(self) -> None:
        """The engine's own invariants."""
        self.engine.check_invariants()
