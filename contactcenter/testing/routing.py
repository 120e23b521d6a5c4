"""`RoutingMachine`: a Hypothesis machine that puts the engine through everything that can happen.

It checks the engine's invariants after every step, judges each offer against plain definitions of its
own, and keeps a copy of what the commits would have written: at any moment the engine can be thrown
away and rebuilt from that copy, and must be the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import (
    AgentChoice,
    AgentStatus,
    ContactState,
    MediaClass,
    MessageKind,
    OfferOutcome,
    Outcome,
)
from contactcenter.queues.hours import OpeningHours
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import HELD
from contactcenter.testing.routing_center import FEW, MEDIA, everything_on
from contactcenter.testing.routing_judge import JudgedEngine

if TYPE_CHECKING:
    from contactcenter.domain.stimuli import Stimulus

AGENTS = [f"agent{n}" for n in range(6)]
THREADS = [f"thread{n}" for n in range(12)]
QUEUES = ["general", "outages", "hazards", "few", "office"]
PROFILES = ["expert", "novice", "outages", "desk"]


class RoutingMachine(JudgedEngine):
    """Everything that can happen to a center, in any order."""

    @initialize()
    def staff(self) -> None:
        """Four people sign in."""
        for agent_id, profile in zip(AGENTS, ("expert", "novice", "outages", "desk"), strict=False):
            self.feed(it.AgentConfigured, agent_id=agent_id, name=agent_id, profile=profile)
            self.feed(it.ConsoleOpened, session_id=f"{agent_id}-first", agent_id=agent_id)
            self.feed(it.AgentStatusChanged, agent_id=agent_id, status=AgentStatus.AVAILABLE)

    # Customers

    @rule(
        thread=st.sampled_from(THREADS),
        channel=st.sampled_from(["sms", "chat"]),
        to=st.sampled_from(["bills", "100"]),
        text=st.sampled_from(["", "luz 123", "hola", "¡cable!", "se cayó el poste"]),
        late=st.sampled_from([0.0, 5.0]),
        kind=st.sampled_from([MessageKind.MESSAGE] * 8 + [MessageKind.OPT_OUT, MessageKind.OPT_IN]),
        known=st.fixed_dictionaries(
            {},
            optional={
                "language": st.sampled_from(["pt", "es"]),
                "tier": st.just("A"),
                "last_agent": st.sampled_from(AGENTS),
                "account_owner": st.sampled_from([*AGENTS, "nobody"]),
            },
        ),
    )
    def write(
        self, thread: str, channel: str, to: str, text: str, late: float, kind: MessageKind, known: dict[str, str]
    ) -> None:
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
            **known,
        )
        open_now = {contact.thread for contact in self.engine.contacts.values()}
        assert (thread in open_now) == (thread in open_before or kind is MessageKind.MESSAGE)

    @rule(
        thread=st.sampled_from(THREADS),
        channel=st.sampled_from(["voice", "voice", "sms", "chat"]),
        queue=st.sampled_from([*QUEUES, None, "gone"]),
        skills=st.dictionaries(st.sampled_from(["billing", "outages"]), st.integers(1, 5), max_size=1),
        last=st.sampled_from([None, *AGENTS]),
    )
    def call(self, thread: str, channel: str, queue: str | None, skills: dict[str, int], last: str | None) -> None:
        """A customer calls, or a contact comes another way, perhaps by a menu; few are refused, and rightly."""
        call, thread = f"call{self.count:05}", f"{channel}-{thread}"
        joined = any(contact.thread == thread for contact in self.engine.contacts.values())
        held = channel != "sms"
        full = queue == "few" and held and self._is_full()
        self.feed(
            it.ContactArrived,
            contact_id=call,
            thread=thread,
            customer_id="customer",
            channel=channel,
            media=MEDIA[channel],
            address="+598",
            to="100",
            place=self.now,
            queue=queue,
            skills=skills,
            last_agent=last,
        )
        refused = call in self.copy.contacts and self.copy.contacts[call].outcome is Outcome.REFUSED
        if queue == "office" and channel == "voice":
            is_open = OpeningHours(self.engine.configuration.calendars["office"]).is_open(self.now)
            assert refused == (not is_open and not joined)
        elif not full or joined:
            assert not refused
        elif call in self.engine.contacts:
            assert self.engine.contacts[call].state is ContactState.OFFERED, "there was no room, but somebody ready"
        else:
            assert refused

    def _is_full(self) -> bool:
        """Whether so many calls wait in the queue `few` that nobody else may."""
        return (
            sum(
                contact.queue == "few"
                and contact.state is ContactState.WAITING
                and contact.media is not MediaClass.ASYNC
                and not contact.kept
                for contact in self.engine.contacts.values()
            )
            >= FEW
        )

    @rule(thread=st.sampled_from(THREADS), channel=st.sampled_from(sorted(MEDIA)))
    def leave(self, thread: str, channel: str) -> None:
        """A customer hangs up or closes the chat, perhaps one that is not there."""
        self.feed(it.CustomerLeft, thread=f"{channel}-{thread}")

    # Agents

    @rule(agent=st.sampled_from(AGENTS), profile=st.sampled_from([*PROFILES, "no such"]))
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
        when_done=st.booleans(),
    )
    def choose_status(self, agent: str, status: AgentStatus, reason: str, by: str | None, when_done: bool) -> None:
        """Somebody chooses an agent's status."""
        self.feed(it.AgentStatusChanged, agent_id=agent, status=status, reason=reason, by=by, when_done=when_done)

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
        warm=st.booleans(),
    )
    def transfer(self, data: st.DataObject, queue: str | None, to_agent: str | None, warm: bool) -> None:
        """An agent gives a contact away, a call also to whoever is in it; it keeps its place."""
        contact = self._contact(data, ContactState.CONNECTED)
        if contact is None:
            return
        place, who = contact.place, {"contact_id": contact.id, "agent_id": contact.agent_id, "to_agent": to_agent}
        if warm:
            self.feed(it.HandedOver, **who, address=queue and "+59829001234")
        else:
            self.feed(it.TransferRequested, **who, queue=queue)
        assert contact.place == place

    @rule(
        data=st.data(),
        queue=st.sampled_from([None, *QUEUES, "gone"]),
        to_agent=st.sampled_from([None, None, *AGENTS, "nobody"]),
        mine=st.sampled_from([True, True, False]),
    )
    def consult(self, data: st.DataObject, queue: str | None, to_agent: str | None, mine: bool) -> None:
        """An agent on a call asks a queue or a colleague to come; a second time, or on anything else, is refused."""
        contact = self._contact(data, ContactState.CONNECTED)
        if contact is None:
            return
        asker = contact.agent_id if mine else data.draw(st.sampled_from(AGENTS))
        asks = any(other.consult_of == contact.id for other in self.engine.contacts.values())
        consult, ledger = f"consult{self.count:05}", replace(self.engine.ledger)
        answers = self.feed(
            it.ConsultRequested,
            contact_id=contact.id,
            consult_id=consult,
            agent_id=asker,
            queue=queue,
            to_agent=to_agent,
        )
        granted = next(one for one in answers if isinstance(one, do.AnswerRequest)).code is None
        assert granted == (consult in self.engine.contacts)
        assert self.engine.ledger == ledger, "a consult is counted"
        if granted:
            assert contact.media is MediaClass.VOICE
            assert contact.consult_of is None
            assert not asks
            assert to_agent is None or list(self.engine.offers.values())[-1].agent_id == to_agent
            assert self.engine.contacts[consult].place == contact.place

    @rule(data=st.data(), ending=st.sampled_from(["cancel", "hand over", "leave"]))
    def finish_consult(self, data: st.DataObject, ending: str) -> None:
        """The agent needs nobody any more, or gives the call to whoever came, or that one leaves."""
        found = sorted(each.id for each in self.engine.contacts.values() if each.consult_of is not None)
        if not found:
            return
        consult = self.engine.contacts[data.draw(st.sampled_from(found))]
        call = self.engine.contacts[consult.consult_of or ""]
        asker, adviser = call.agent_id, consult.agent_id
        if adviser is None or ending == "cancel":
            self.feed(it.ConsultCanceled, contact_id=call.id, agent_id=asker)
            assert call.agent_id == asker
            assert consult.id not in self.engine.contacts
        elif ending == "hand over":
            there = bool(self.engine.agents[adviser].sessions)
            self.feed(it.HandedOver, contact_id=call.id, agent_id=asker, to_agent=adviser)
            assert call.agent_id == (adviser if there else asker)
            assert (consult.id in self.engine.contacts) != there
        else:
            rings = consult.state is ContactState.CONNECTING
            self.feed(it.ContactEnded, contact_id=consult.id, agent_id=adviser)
            assert (consult.id in self.engine.contacts) == rings

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """A supervisor frees what is stuck."""
        contact = self._contact(data, *ContactState)
        contact_id = contact.id if contact else "none"
        self.feed(it.ClosureRequested, contact_id=contact_id, by="supervisor", reason="stuck")
        assert contact_id not in self.engine.contacts

    @rule(
        data=st.data(),
        queue=st.sampled_from([None, *QUEUES, "gone"]),
        to_agent=st.sampled_from([None, None, *AGENTS, "nobody"]),
    )
    def move(self, data: st.DataObject, queue: str | None, to_agent: str | None) -> None:
        """A supervisor moves a contact nobody holds; it keeps its place."""
        contact = self._contact(data, ContactState.WAITING, ContactState.OFFERED) or self._contact(data, *ContactState)
        place = contact.place if contact else None
        contact_id = contact.id if contact else "none"
        self.feed(it.ContactMoved, contact_id=contact_id, by="supervisor", queue=queue, to_agent=to_agent)
        if contact is not None:
            assert contact.place == place

    @rule(
        data=st.data(),
        priority=st.sampled_from([None, 0.0, 60.0, 900.0]),
        hazard=st.sampled_from([None, None, True, False]),
    )
    def reprioritise(self, data: st.DataObject, priority: float | None, hazard: bool | None) -> None:
        """A supervisor gives a contact another turn."""
        contact = self._contact(data, *ContactState)
        contact_id = contact.id if contact else "none"
        self.feed(it.PriorityChanged, contact_id=contact_id, by="supervisor", priority=priority, hazard=hazard)
        if contact is not None and hazard is not None:
            assert contact.hazard is hazard

    @rule(data=st.data(), skill=st.sampled_from(["billing", "outages", "nonsense"]), minimum=st.integers(0, 5))
    def change_needs(self, data: st.DataObject, skill: str, minimum: int) -> None:
        """Somebody finds out what a contact really needs."""
        contact = self._contact(data, *ContactState)
        needs = Needs({skill: minimum}, preferred={"billing": 3})
        self.feed(it.NeedsChanged, contact_id=contact.id if contact else "none", by="agent0", needs=needs)

    # The center

    @rule(
        hazards=st.booleans(),
        minimum=st.integers(1, 5),
        move=st.sampled_from([{}, {"hazards": "outages"}]),
        urgency=st.booleans(),
        choice=st.sampled_from([None, *AgentChoice]),
    )
    def change_configuration(
        self, hazards: bool, minimum: int, move: dict[str, str], urgency: bool, choice: AgentChoice | None
    ) -> None:
        """A supervisor changes what a queue asks and goes by, or removes one."""
        self.version += 1
        changed = everything_on(self.version, hazards=hazards, minimum=minimum, urgency=urgency, choice=choice)
        self.feed(it.ConfigurationChanged, configuration=changed, moves=move)

    @rule()
    def lose_a_profile(self) -> None:
        """A profile disappears under those who have it: they get nothing, nobody falls over."""
        self.version += 1
        changed = everything_on(self.version)
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
