"""What a person could take now, and what they could if they had other skills or another profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus
from contactcenter.routing.eligibility import MEDIA, agent_refusal, profile_refusal
from contactcenter.routing.explanation import target_of
from contactcenter.routing.staffing import Staffing, profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contactcenter.domain.configuration import Configuration, SkillProfile
    from contactcenter.domain.words import MediaClass, Refusal
    from contactcenter.routing.explanation import LineCount
    from contactcenter.routing.relaxation import Asked
    from contactcenter.routing.staffing import Staff
    from contactcenter.routing.state import Agent


@dataclass(frozen=True, slots=True)
class Service:
    """A line somebody waits in, as one person meets it: `refusal` is their profile's, None: they serve it.

    `level` relaxation steps hold for it, `asked` is what is left to ask.
    """

    line: LineCount
    level: int
    asked: Asked
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a person could take with `profile`: `now` says by media class why nothing can be offered to them.

    `served` are the lines they serve, in the order in which the first of each would be offered to them;
    `others` those they do not. Only lines in which somebody waits.
    """

    profile: SkillProfile
    now: Mapping[MediaClass, Refusal | None]
    served: tuple[Service, ...]
    others: tuple[Service, ...]

    @property
    def waiting(self) -> int:
        """How many wait in the lines they serve."""
        return sum(service.line.count for service in self.served)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The same person with something changed: what they would serve besides, and no longer."""

    abilities: Abilities
    gained: tuple[Service, ...]
    lost: tuple[Service, ...]


def abilities(
    configuration: Configuration,
    agent: Agent,
    staff: Staff,
    lines: Sequence[LineCount],
    at: float,
    profile: SkillProfile | None = None,
) -> Abilities:
    """What `agent` could take at `at` (UTC seconds), with their own profile or another.

    `staff` are those on shift, `lines` all lines somebody waits in.
    """
    profile = profile or profile_of(configuration, agent.profile)
    staffing = Staffing(configuration, staff)
    services = [_service(staffing, profile, line) for line in lines]
    services.sort(key=lambda service: _turn(configuration, service.line, at))
    return Abilities(
        profile=profile,
        now={media: agent_refusal(agent, profile, media) for media in MEDIA},
        served=tuple(service for service in services if service.refusal is None),
        others=tuple(service for service in services if service.refusal is not None),
    )


def what_if(
    configuration: Configuration,
    agent: Agent,
    staff: Staff,
    lines: Sequence[LineCount],
    at: float,
    profile: SkillProfile,
) -> WhatIf:
    """What would change for `agent` with `profile`, whoever else is there.

    Who serves a line when nobody else does also says how far it is relaxed: that is looked at anew.
    """
    before = abilities(configuration, agent, staff, lines, at)
    after = abilities(configuration, agent, _exchanged(staff, agent, profile), lines, at, profile)
    had = {service.line.key for service in before.served}
    has = {service.line.key for service in after.served}
    return WhatIf(
        abilities=after,
        gained=tuple(service for service in after.served if service.line.key not in had),
        lost=tuple(service for service in before.served if service.line.key not in has),
    )


def with_skills(profile: SkillProfile, skills: Mapping[str, int]) -> SkillProfile:
    """The profile with other proficiencies, 1 to 5; 0 takes a skill away."""
    merged = {**profile.skills, **skills}
    return replace(profile, skills={skill: level for skill, level in merged.items() if level})


def _exchanged(staff: Staff, agent: Agent, profile: SkillProfile) -> Staff:
    """Those on shift once `agent`, if they are, has `profile`."""
    if not any(one.id == agent.profile for one, _ in staff) or not _signed_in(agent):
        return staff
    others = [(one, count - (one.id == agent.profile)) for one, count in staff]
    return [*((one, count) for one, count in others if count), (profile, 1)]


def _signed_in(agent: Agent) -> bool:
    return agent.status is not AgentStatus.LOGGED_OUT


def _service(staffing: Staffing, profile: SkillProfile, line: LineCount) -> Service:
    key, level = line.key, staffing.level(line.key)
    needed = staffing.asked(key, level)
    return Service(line, level, needed, profile_refusal(profile, key.channel, key.media, needed))


def _turn(configuration: Configuration, line: LineCount, at: float) -> tuple[bool, float, float]:
    """How the heads of lines compare: hazards, then the longest wait, or with urgency the share of the target."""
    worth = line.first
    if configuration.settings.urgency:
        worth = (line.first - at) / target_of(configuration, line.key.queue)
    return (not line.key.hazard, worth, line.first)
