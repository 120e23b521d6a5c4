"""A small center with every rule of routing on, for `RoutingMachine`, and plain definitions to judge it by."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from contactcenter.domain.calendars import Calendar, Interval, Outside
from contactcenter.domain.configuration import (
    Configuration,
    Disposition,
    EntryPoint,
    Preference,
    QueueSettings,
    Reason,
    RelaxationStep,
    RoutingSettings,
    Rule,
    ServiceLevel,
    SkillProfile,
)
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentChoice, ContactState, MediaClass, OutsideHours, PreferredAgent
from contactcenter.routing.state import Agent, Contact, Offer, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contactcenter.domain.history import Decision
    from contactcenter.domain.needs import Clause
    from contactcenter.routing.state import Changes

MEDIA = {"sms": MediaClass.ASYNC, "chat": MediaClass.LIVE, "voice": MediaClass.VOICE}
FEW = 2
"""How many may wait in the queue `few`."""


def configuration(version: int = 1, *, hazards: bool = True, minimum: int = 2) -> Configuration:
    """A small center; without `hazards` one queue is gone, `minimum` is what outages ask."""
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
        profiles={profile.id: profile for profile in _profiles()},
        queues={queue.id: queue for queue in kept},
        default_queue="general",
        entry_points=(
            EntryPoint("sms", "outages", keyword="LUZ"),
            EntryPoint("chat", "general", address="bills", skills={"billing": 3}, priority=5.0),
        ),
        not_ready_reasons=(Reason("break", {"en": "Break"}),),
        settings=RoutingSettings(mass_disconnect_minimum=3),
    )


def _profiles() -> list[SkillProfile]:
    everything = {MediaClass.VOICE: 1, MediaClass.LIVE: 2, MediaClass.ASYNC: 3}
    return [
        SkillProfile("expert", "Expert", tuple(MEDIA), everything, {"billing": 4, "outages": 5}),
        SkillProfile("novice", "Novice", ("sms", "chat"), {MediaClass.LIVE: 1, MediaClass.ASYNC: 2}, {"billing": 1}),
        SkillProfile("outages", "Outages", tuple(MEDIA), everything, {"outages": 2}, exclusive_voice=False),
        SkillProfile("desk", "Desk", tuple(MEDIA), everything, {"billing": 2}, interruptible=False),
    ]


def everything_on(
    version: int = 1,
    *,
    hazards: bool = True,
    minimum: int = 2,
    urgency: bool = False,
    choice: AgentChoice | None = None,
) -> Configuration:
    """The same with every rule on; `choice` is what every queue goes by, or each its own."""
    base = configuration(version)
    steps = (
        RelaxationStep(15.0, lower={"outages": max(1, minimum - 1)}, drop=("billing",)),
        RelaxationStep(40.0, drop_preferred=True, profiles=("novice",)),
    )
    texts = {"en": "We are closed.", "es": "Estamos cerrados."}
    queues = [
        QueueSettings(
            "general", {"en": "General"}, preferred={"billing": 3}, choice=choice or AgentChoice.SPARE_GENERALIST
        ),
        QueueSettings(
            "outages",
            {"en": "Outages"},
            {"outages": minimum},
            any_of=({"billing": 4, "outages": 2},),
            preferred={"billing": 2},
            priority=30.0,
            relaxation=steps,
            dispositions=(Disposition("solved", {"en": "Solved"}),),
            choice=choice or AgentChoice.MOST_PROFICIENT,
            service_level=ServiceLevel(0.8, 20.0),
        ),
        QueueSettings(
            "hazards",
            {"en": "Hazards"},
            {"outages": 1},
            offer_seconds=10.0,
            hazard=True,
            choice=choice or AgentChoice.LEAST_PROFICIENT,
        ),
        QueueSettings(
            "few", {"en": "Few"}, {"billing": 2}, waiting_limit=FEW, relaxation=steps,
            choice=choice or AgentChoice.FEWEST_CONTACTS,
        ),
        QueueSettings(
            "office",
            {"en": "Office"},
            hours="office",
            outside={
                "voice": Outside(OutsideHours.REFUSE, texts),
                "chat": Outside(OutsideHours.MOVE, texts, queue="general"),
                "*": Outside(OutsideHours.KEEP, texts),
            },
            preference=Preference((PreferredAgent.ACCOUNT_OWNER, PreferredAgent.LAST_AGENT), 25.0),
            choice=choice or AgentChoice.LEAST_OCCUPIED,
            service_level=ServiceLevel(0.8, 3600.0),
        ),
    ]  # fmt: skip
    kept = [queue for queue in queues if hazards or queue.id != "hazards"]
    open_hours = tuple(Interval(start, start + 12) for start in range(0, 1440, 30))
    return Configuration(
        version=version,
        skills=base.skills,
        profiles=base.profiles,
        queues={queue.id: queue for queue in kept},
        default_queue="general",
        entry_points=(*base.entry_points, EntryPoint("sms", "hazards", keyword="CABLE")),
        not_ready_reasons=base.not_ready_reasons,
        settings=RoutingSettings(
            mass_disconnect_minimum=3, urgency=urgency, call_wait_seconds=20.0, time_zone="America/Montevideo"
        ),
        rules=(
            Rule(language="pt", needs=Needs(preferred={"billing": 4})),
            Rule(tier="A", priority=10.0),
            Rule(queue="outages", channel="sms", needs=Needs(any_of=({"outages": 2, "billing": 2},))),
        ),
        calendars={"office": Calendar("office", "America/Montevideo", dict.fromkeys(range(7), open_hours))},
        hazards=Hazards("hazards", {"es": ("poste* cay*",)}) if hazards else None,
    )


class Copy:
    """What SQL would have after each commit: copies, so that nothing is shared with the engine."""

    def __init__(self) -> None:
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.offers: dict[str, Offer] = {}
        self.decisions: dict[str, Decision] = {}
        self.events = 0

    def commit(self, changes: Changes) -> None:
        """Write what changed."""
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


def may_take(profile: SkillProfile, contact: Contact, steps: Sequence[RelaxationStep], level: int) -> bool:
    """Whether somebody of this profile may take the contact after `level` steps: said again, the long way round."""
    if contact.channel not in profile.channels or not profile.capacity.get(contact.media):
        return False
    if any(profile.id in step.profiles for step in steps[:level]):
        return True
    return all(_has(profile, clause, steps, level) for clause in contact.clauses)


def _has(profile: SkillProfile, clause: Clause, steps: Sequence[RelaxationStep], level: int) -> bool:
    names = {skill for skill, _ in clause.any_of}
    dropping = [
        number for number, step in enumerate(steps)
        if names & set(step.drop) or (clause.preferred and step.drop_preferred)
    ]  # fmt: skip
    if any(number < level for number in dropping) or (clause.preferred and not dropping):
        return True
    for skill, minimum in clause.any_of:
        least = min([minimum, *(step.lower[skill] for step in steps[:level] if skill in step.lower)])
        if profile.skills.get(skill, 0) >= least:
            return True
    return False


def turn(configured: Configuration, agent: Agent, contact: Contact, now: float) -> tuple[float, ...]:
    """How an agent comes in turn by the queue's choice, the lowest first, as far as one agent alone tells."""
    skills = configured.profiles[agent.profile].skills
    choice = configured.queues[contact.queue].choice
    if configured.queues[contact.queue].relaxation:
        return (0.0,)  # What is asked, wished and known depends on the steps; examples have it.
    missed = sum(
        all(skills.get(skill, 0) < minimum for skill, minimum in clause.any_of)
        for clause in contact.clauses
        if clause.preferred
    )
    good = sum(max(skills.get(skill, 0) for skill, _ in clause.any_of) for clause in contact.clauses)
    idle = (len(agent.holds), agent.idle_since)
    if choice is AgentChoice.SPARE_GENERALIST:
        return (missed,)
    if choice is AgentChoice.LONGEST_IDLE:
        return (missed, *idle)
    if choice is AgentChoice.LEAST_OCCUPIED:
        return (missed, agent.occupancy, *idle)
    if choice is AgentChoice.FEWEST_CONTACTS:
        return (missed, agent.taken if agent.taken_until > now else 0, *idle)
    return (missed, good if choice is AgentChoice.LEAST_PROFICIENT else -good, *idle)
