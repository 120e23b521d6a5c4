"""An engine that is driven, judged and copied: what the rules of `RoutingMachine` stand on.

Each offer is held against plain definitions of its own, and a copy is kept of what the commits would have written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from msgspec import structs

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause
from contactcenter.routing.eligibility import agent_refusal
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Agent, Changes, Contact
from contactcenter.testing.routing_center import Copy, everything_on, may_take, turn

if TYPE_CHECKING:
    from contactcenter.domain.history import Decision
    from contactcenter.domain.stimuli import Stimulus


class JudgedEngine(RuleBasedStateMachine):
    """No rules of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(everything_on())
        self.copy = Copy()
        self.now = 1_000.0
        self.count = 0
        self.ended: set[str] = set()
        self.version = 1
        self.changes = Changes()
        self.decisions: dict[str, Decision] = {}
        """What the stimulus changed, and its decisions by offer."""
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
        self.changes = self.engine.take_changes()
        self.decisions = {one.offer_id: one for one in self.changes.decisions}
        for instruction in instructions:
            self.judge(instruction)
        self.copy.commit(self.changes)
        return instructions

    def judge(self, instruction: do.Instruction) -> None:
        """Hold an instruction against plain definitions."""
        if isinstance(instruction, do.EndOffer):
            assert instruction.offer_id not in self.ended, "an offer ends once"
            self.ended.add(instruction.offer_id)
        elif isinstance(instruction, do.SendAutomatic):
            assert not self.changes.contacts[instruction.contact_id].opted_out
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
        assert not contact.kept
        if contact.reserved_for is not None:
            assert contact.reserved_for == agent.id
            return
        decision = self.decisions[offer.offer_id]
        self.judge_steps(contact, profile.id, decision.steps)
        rivals = [
            other
            for other in self.engine.contacts.values()
            if self.waiting.get(other.id) == other.version
            and other.reserved_for is None
            and not other.kept
            and agent.id not in other.passed_over
        ]
        before = [
            other
            for other in rivals
            if (other.queue, other.channel, other.clauses, other.relaxed, other.hazard)
            == (contact.queue, contact.channel, contact.clauses, contact.relaxed, contact.hazard)
            and (other.rank, other.id) < (contact.rank, contact.id)
        ]
        assert not before, f"{contact.id} is offered before {before}"
        if offer.cause is OfferCause.AGENT_FREED and not contact.hazard and contact.media is not MediaClass.VOICE:
            steps, before_it = self.engine.configuration.queues, structs.replace(agent, offer_id=None)
            missed = [
                other
                for other in rivals
                if other.hazard
                and may_take(profile, other, steps[other.queue].relaxation, other.relaxed)
                and agent_refusal(before_it, profile, other.media) is None
            ]
            assert not missed, f"{contact.id} is offered before hazards {missed}"
        if offer.cause in (OfferCause.CONTACT_ARRIVED, OfferCause.RELAXED):
            self.judge_choice(agent, contact, decision.steps)

    def judge_steps(self, contact: Contact, profile: str, level: int) -> None:
        """Whoever gets it may have it, and no more was relaxed than time and staff allow."""
        configured = self.engine.configuration
        steps = configured.queues[contact.queue].relaxation
        assert may_take(configured.profiles[profile], contact, steps, level)
        assert contact.relaxed <= level
        assert all(step.after_seconds <= self.now - contact.queued_at for step in steps[: contact.relaxed])
        for lower in range(contact.relaxed, level):
            staffed = [
                agent.id
                for agent in self.engine.agents.values()
                if agent.status is not AgentStatus.LOGGED_OUT
                and (known := configured.profiles.get(agent.profile)) is not None
                and may_take(known, contact, steps, lower)
            ]
            assert not staffed, f"{contact.id} is relaxed for want of staff while {staffed} are there"

    def judge_choice(self, agent: Agent, contact: Contact, level: int) -> None:
        """Nobody who was ready for it comes first by the queue's own rule."""
        configured = self.engine.configuration
        queue = configured.queues[contact.queue]
        mine = turn(configured, agent, contact, self.now)
        for other in self.engine.agents.values():
            profile = configured.profiles.get(other.profile)
            ready = (
                profile is not None
                and self.staff_before.get(other.id) == other.version
                and other.id not in contact.passed_over
                and may_take(profile, contact, queue.relaxation, level)
                and agent_refusal(other, profile, contact.media) is None
            )
            if ready:
                assert mine <= turn(configured, other, contact, self.now), (
                    f"{contact.id} should be offered to {other.id}"
                )

    def _contact(self, data: st.DataObject, *states: ContactState) -> Contact | None:
        found = sorted(c.id for c in self.engine.contacts.values() if c.state in states)
        return self.engine.contacts[data.draw(st.sampled_from(found))] if found else None
