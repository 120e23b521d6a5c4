"""What explanations say is what the engine does: in whatever state, and of the next decision."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant
from msgspec.structs import replace

from contactcenter.domain.words import AgentStatus, ContactState, MediaClass
from contactcenter.routing.abilities import abilities
from contactcenter.routing.eligibility import profile_refusal
from contactcenter.routing.explanation import LineCount, explain, goes_before, line_of
from contactcenter.routing.invariants import _could_take
from contactcenter.routing.lines import Line, LineKey
from contactcenter.routing.staffing import Coverage, Staffing, on_shift
from contactcenter.routing.state import Contact
from contactcenter.testing.routing import RoutingMachine
from contactcenter.testing.routing_center import everything_on
from tests.routing.center import Center


def counted(contacts: list[Contact], before: dict[str, float] | None = None, contact_id: str = "") -> list[LineCount]:
    """What SQL would count."""
    lines: dict[LineKey, list[Contact]] = {}
    for contact in contacts:
        if contact.state is ContactState.WAITING and not contact.kept and contact.reserved_for is None:
            lines.setdefault(line_of(contact), []).append(contact)
    return [
        LineCount(
            key=key,
            count=len(members),
            first=min(one.rank for one in members),
            oldest=min(one.place for one in members),
            earlier=sum((one.rank, one.id) < (before[key.queue], contact_id) for one in members) if before else 0,
        )
        for key, members in lines.items()
    ]


class ExplainedMachine(RoutingMachine):
    """Explains every waiting contact and every person after each step, from what was committed."""

    @invariant()
    def explains_what_it_does(self) -> None:
        contacts, agents = list(self.copy.contacts.values()), list(self.copy.agents.values())
        for contact in contacts:
            if contact.state is ContactState.WAITING:
                self.compare(contact, contacts)
        floor, configuration = self.engine._floor, self.engine.configuration
        staff, lines = on_shift(configuration, agents), counted(contacts)
        for agent in agents:
            found = abilities(configuration, agent, staff, lines, self.now)
            group = floor.pool.group_of(agent.id)
            assert dict(found.now) == {media: group.refusal(agent.id, media) for media in MediaClass}
            served = {line.key: line for line in floor.room.lines() if len(line) and line.groups & group.bit}
            assert {one.line.key for one in found.served} == set(served)
            assert all(one.level == served[one.line.key].level for one in found.served)
            assert found.waiting == sum(map(len, served.values()))

    def compare(self, contact: Contact, contacts: list[Contact]) -> None:
        floor, configuration = self.engine._floor, self.engine.configuration
        before = goes_before(configuration, contact, self.now)
        view = explain(
            configuration, contact, list(self.copy.agents.values()), counted(contacts, before, contact.id), self.now
        )
        standing = floor.room.standing(contact)
        for group in view.groups:
            for one in group.people:
                could = _could_take(floor, floor.agents[one.agent_id], floor.contacts[contact.id])
                assert could == (one.refusal is None and not contact.kept), one
        if isinstance(standing, Line):
            line = sorted((floor.contacts[one].rank, one) for one in standing)
            assert view.position == 1 + line.index((contact.rank, contact.id))
            assert (view.in_line, view.level) == (len(line), standing.level)
            served = {group.profile.id for group in floor.pool.groups if group.bit & standing.groups and len(group)}
            assert {group.profile for group in view.groups if group.refusal is None} == served
        else:
            assert view.position is None
        assert (view.opens_at is not None) == contact.kept


TestExplained = ExplainedMachine.TestCase
TestExplained.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

QUEUES = ["general", "outages", "hazards"]
arrivals = st.lists(
    st.tuples(
        st.sampled_from(["sms", "chat", "voice"]), st.sampled_from(QUEUES), st.integers(0, 90), st.integers(0, 9)
    ),
    max_size=12,
)


@given(arrivals, st.sampled_from(["expert", "novice", "outages", "desk"]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_first_line_that_a_person_serves_is_what_they_are_offered(
    arriving: list[tuple[str, str, int, int]], profile: str, urgency: bool
) -> None:
    center = Center(everything_on(urgency=urgency))
    center.agent("ana", profile, available=False)
    for number, (channel, queue, head_start, wait) in enumerate(arriving):
        center.call(f"c{number}", channel=channel, media=MEDIA[channel], queue=queue, priority=float(head_start))
        center.wait(float(wait))
    contacts = list(center.engine.contacts.values())
    configuration, agent = center.engine.configuration, center.engine.agents["ana"]
    ready = replace(agent, status=AgentStatus.AVAILABLE)
    served = abilities(configuration, ready, on_shift(configuration, [ready]), counted(contacts), center.now).served
    center.status("ana")
    if not served:
        assert center.offered() == {}
        return
    ((offered, _),) = center.offered().items()
    first = served[0]
    contact = center.engine.contacts[offered]
    assert contact.rank == first.line.first
    equals = [one.line.key for one in served if one.line.first == first.line.first]
    assert line_of(contact) in equals, "of two heads with one rank the engine takes the lower id"
    (decision,) = [one for one in center.peek().decisions if one.contact_id == offered]
    assert decision.steps == first.level


@given(arrivals, st.sampled_from(["expert", "novice", "outages", "desk"]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_as_many_are_offered_first_as_it_says(
    arriving: list[tuple[str, str, int, int]], profile: str, urgency: bool
) -> None:
    """Of all who wait, those that a person would be offered first come before it when they are asked in turn."""
    center = Center(everything_on(urgency=urgency))
    center.agent("ana", profile, available=False)
    for number, (channel, queue, head_start, _) in enumerate(arriving):
        center.call(f"c{number}", channel=channel, media=MEDIA[channel], queue=queue, priority=float(head_start))
    contacts = list(center.engine.contacts.values())
    configuration, floor = center.engine.configuration, center.engine._floor
    group = floor.pool.group_of("ana")
    for contact in contacts:
        before = goes_before(configuration, contact, center.now)
        view = explain(configuration, contact, [center.engine.agents["ana"]],
                       counted(contacts, before, contact.id), center.now)  # fmt: skip
        line = floor.room.line_for(contact)
        if not line.groups & group.bit:
            continue
        others = [one for one in contacts if floor.room.line_for(one).groups & group.bit]
        turns = sorted(
            others,
            key=lambda one: _turn(one, center.now, urgency, configuration.queues[one.queue].service_level.seconds),
        )
        assert view.groups[0].ahead == turns.index(contact)


def _turn(contact: Contact, now: float, urgency: bool, target: float) -> tuple[bool, float, str]:
    return (not contact.hazard, (contact.rank - now) / target if urgency else contact.rank, contact.id)


MEDIA = {"sms": MediaClass.ASYNC, "chat": MediaClass.LIVE, "voice": MediaClass.VOICE}


def test_bits_say_what_each_profile_says() -> None:
    configuration = everything_on()
    profiles = list(configuration.profiles.values())
    coverage = Coverage(profiles)
    staffing = Staffing(configuration, [(profile, 1) for profile in profiles])
    for queue in configuration.queues.values():
        for channel, media in [*MEDIA.items(), ("email", MediaClass.ASYNC)]:
            for level in range(len(queue.relaxation) + 1):
                center = Center(configuration)
                contact = center.call("c", queue=queue.id, channel="sms", media=MediaClass.ASYNC)
                needed = staffing.asked(line_of(contact)._replace(queue=queue.id), level)
                bits = coverage.serving(channel, media, needed)
                said = [profile_refusal(profile, channel, media, needed) is None for profile in profiles]
                assert [bool(bits >> position & 1) for position in range(len(profiles))] == said
