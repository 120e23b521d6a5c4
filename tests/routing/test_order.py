"""First in, first out among equals, whatever happens in between; and lines that come and go."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contactcenter.domain import stimuli as it
from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass
from contactcenter.routing import lines
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center

AGENTS = ["ana", "bea", "carla"]


class OneLine(RuleBasedStateMachine):
    """One queue, one skill, one priority: nobody is offered before somebody who came earlier and still waits."""

    def __init__(self) -> None:
        super().__init__()
        self.center = Center()
        self.came: list[str] = []
        self.seen = 0

    @initialize()
    def staff(self) -> None:
        """Two of three are ready."""
        for name in AGENTS:
            self.center.agent(name, "outages", available=name != "carla")

    @rule(late=st.sampled_from([0.0, 3.0]))
    def arrive(self, late: float) -> None:
        """Somebody writes; what was received earlier may be taken up later."""
        contact = f"c{len(self.came):04}"
        self.came.append(contact)
        self.center.now += 4.0
        self.center.write(contact, text="luz", received_at=self.center.now - late)

    @rule(agent=st.sampled_from(AGENTS), accept=st.booleans())
    def answer(self, agent: str, accept: bool) -> None:
        """An agent who rings takes it or not."""
        offer = self.center.engine.agents[agent].offer_id
        if offer is not None:
            kind = it.OfferAccepted if accept else it.OfferDeclined
            self.center.ask(kind, offer_id=offer, agent_id=agent)

    @rule(agent=st.sampled_from(AGENTS))
    def finish(self, agent: str) -> None:
        """An agent finishes the first thing they hold."""
        holds = list(self.center.engine.agents[agent].holds)
        if holds and self.center.contact(holds[0]).state is ContactState.CONNECTED:
            self.center.end(holds[0])
            self.center.finish(holds[0])

    @rule(agent=st.sampled_from(AGENTS), status=st.sampled_from([AgentStatus.AVAILABLE, AgentStatus.NOT_READY]))
    def choose(self, agent: str, status: AgentStatus) -> None:
        """Breaks and ends of breaks."""
        self.center.status(agent, status, reason="break")

    @rule(seconds=st.sampled_from([0.0, 1.0, 21.0, 61.0]))
    def wait(self, seconds: float) -> None:
        """Time passes: offers expire, wrap-up ends, who declined may be asked again."""
        self.center.wait(seconds)

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """Somebody gives up."""
        if self.came:
            self.center.feed(it.CustomerLeft, thread=data.draw(st.sampled_from(self.came)))

    @invariant()
    def in_order(self) -> None:
        """Who waits came later than all who were offered since the last look and had never been offered before."""
        contacts = self.center.engine.contacts
        events = self.center.peek().events
        fresh = [
            event.contact_id
            for event in events[self.seen :]
            if event.type is EventType.OFFERED and event.contact_id in contacts
        ]
        self.seen = len(events)
        for offered in fresh:
            contact = contacts[offered]
            earlier = [
                other.id
                for other in contacts.values()
                if other.state is ContactState.WAITING
                and other.offers == 0
                and (other.place, other.id) < (contact.place, contact.id)
            ]
            assert not earlier, f"{offered} was offered before {earlier}"


TestOneLine = OneLine.TestCase
TestOneLine.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


def test_lines_that_nobody_stands_in_are_forgotten() -> None:
    """Needs that only one contact ever had do not fill the memory, and who waits keeps their turn."""
    center = Center()
    center.write("waits", text="luz")
    skills = {f"s{number}": {"en": "S"} for number in range(lines._MOST_LINES // 2)}
    known = replace(configuration(), version=2, skills={**configuration().skills, **skills})
    center.feed(it.ConfigurationChanged, configuration=known)
    for skill in skills:
        for minimum in (1, 2, 3):
            name = f"{skill}-{minimum}"
            center.engine.handle(
                it.ContactArrived(
                    id=name, at=center.now, contact_id=name, thread=name, customer_id="", channel="voice",
                    media=MediaClass.VOICE, address="", to="", place=center.now, skills={skill: minimum},
                )
            )  # fmt: skip
            center.engine.handle(it.CustomerLeft(id=f"{name}-", at=center.now, thread=name))
    assert len(list(center.engine._floor.room.lines())) <= lines._MOST_LINES
    center.engine.check_invariants()
    center.agent("bea", "outages")
    assert center.offered() == {"waits": "bea"}


def test_a_contact_moved_away_from_a_ringing_agent_does_not_overtake() -> None:
    center = Center()
    center.agent("ana")
    center.write("ringing")
    center.write("waiting")
    assert center.offered() == {"ringing": "ana"}
    center.ask(it.PriorityChanged, contact_id="waiting", by="sofia", priority=900.0)
    assert center.ask(it.ContactMoved, contact_id="ringing", by="sofia", queue="general") is None
    assert center.offered() == {"waiting": "ana"}
