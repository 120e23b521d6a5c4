"""What explanations say, as JSON: for the API and for `contactcenter explain --json`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from typing_extensions import TypedDict

from contactcenter.domain.configuration import RelaxationStep, SkillProfile
from contactcenter.domain.needs import Clause
from contactcenter.routing.abilities import Abilities, Service, WhatIf
from contactcenter.routing.explanation import Candidate, GroupView, StepView, Waiting
from contactcenter.storage.explanations import AgentPicture, ContactPicture, DecisionView
from contactcenter.web.rendering import Renderer, iso, maybe
from contactcenter.web.shapes import EstimateShape, Named, SkillsShape

MOST_LINES: Final = 200
"""Lines that one answer lists of each kind, in order of their turn."""


class StepShape(TypedDict):
    """A relaxation step. `state`: `waited` its time came, `absence` nobody on shift could, `pending`.

    `able` people on shift could take the contact after it.
    """

    after_seconds: float
    at: str | None
    state: str
    able: int
    lower: dict[str, int]
    drop: list[str]
    drop_preferred: bool
    profiles: list[Named]


class CandidateShape(TypedDict):
    """A person; `refusal` null: could be offered it now. `until` when the refusal ends by itself."""

    id: str
    name: str
    refusal: str | None
    until: str | None
    reason: str | None


class GroupShape(TypedDict):
    """The people of one profile; `refusal` is the profile's own, `ahead` what they would be offered first."""

    profile: Named
    refusal: str | None
    members: int
    signed_in: int
    ready: int
    refused: dict[str, int]
    ahead: int
    people: list[CandidateShape]


class AskedShape(TypedDict):
    """What is left to ask: one of each of `required`; `wished` only comes first. `profiles` need none of it."""

    required: list[SkillsShape]
    wished: list[SkillsShape]
    profiles: list[Named]


class ReservedShape(TypedDict):
    """The one person a contact waits for."""

    agent: Named
    until: str | None


class WaitingShape(TypedDict):
    """Why a contact waits. `able` people on shift could take it when they are free; `ever`: or after more steps.

    `estimate` is the router's, where it is known: not on the command line.
    """

    waited_seconds: float
    estimate: EstimateShape | None
    queued_at: str
    head_start_seconds: float
    hazard: bool
    position: int | None
    in_line: int
    asked: AskedShape
    level: int
    steps: list[StepShape]
    able: int
    ever: bool
    reserved: ReservedShape | None
    kept: bool
    opens_at: str | None
    day: str | None
    groups: list[GroupShape]


class DecisionShape(TypedDict):
    """A past decision: who was offered the contact and why, who was passed over, what came of it."""

    offer_id: str
    agent: Named
    at: str
    cause: str
    choice: str
    steps: int
    proficiency: int
    ready: int
    waited_seconds: float
    refused: dict[str, int]
    configuration_version: int
    outcome: str | None
    ended_at: str | None
    reason: str | None


class ContactExplanationShape(TypedDict):
    """Where a contact is and why; `waiting` only while nobody has it or is asked to take it."""

    id: str
    state: str
    queue: Named
    channel: str
    media: str
    at: str
    configuration_version: int
    waiting: WaitingShape | None
    decisions: list[DecisionShape]


class LineShape(TypedDict):
    """Contacts that ask the same. `refusal` is the profile's: null when they are served."""

    queue: Named
    channel: str
    media: str
    hazard: bool
    asked: AskedShape
    level: int
    waiting: int
    oldest: str
    refusal: str | None


class AbilitiesShape(TypedDict):
    """What somebody could take: `now` says by media class why nothing can be offered to them (null: it can).

    `waiting` in the lines `served`, those first whose turn it is first; `others` are served by other people.
    """

    profile: Named
    skills: dict[str, int]
    capacity: dict[str, int]
    now: dict[str, str | None]
    waiting: int
    served: list[LineShape]
    others: list[LineShape]


class WhatIfShape(AbilitiesShape):
    """The same with other skills or another profile: the lines gained and lost."""

    gained: list[LineShape]
    gained_waiting: int
    lost: list[LineShape]
    lost_waiting: int


class AgentExplanationShape(TypedDict):
    """What a person could take, and what if. `reserved` counts by queue what waits for them alone."""

    id: str
    name: str
    status: str
    reason: str | None
    at: str
    configuration_version: int
    abilities: AbilitiesShape
    reserved: dict[str, int]
    what_if: WhatIfShape | None


def contact_shape(picture: ContactPicture, waiting: Waiting | None, renderer: Renderer) -> ContactExplanationShape:
    """A contact explained."""
    contact = picture.contact
    return {
        "id": contact.id,
        "state": contact.state.value,
        "queue": renderer.queue(contact.queue),
        "channel": contact.channel,
        "media": contact.media.value,
        "at": iso(picture.at),
        "configuration_version": picture.configuration.version,
        "waiting": None if waiting is None else _waiting(picture, waiting, renderer),
        "decisions": [_decision(each) for each in picture.decisions],
    }


def agent_shape(
    picture: AgentPicture, abilities: Abilities, other: WhatIf | None, renderer: Renderer
) -> AgentExplanationShape:
    """A person explained."""
    agent = picture.agent
    return {
        "id": agent.id,
        "name": agent.name,
        "status": agent.status.value,
        "reason": agent.reason,
        "at": iso(picture.at),
        "configuration_version": picture.configuration.version,
        "abilities": _abilities(abilities, renderer),
        "reserved": dict(picture.reserved),
        "what_if": None if other is None else _what_if(other, renderer),
    }


def _waiting(picture: ContactPicture, waiting: Waiting, renderer: Renderer) -> WaitingShape:
    contact = picture.contact
    reserved: ReservedShape | None = None
    if contact.reserved_for is not None:
        names = {agent.id: agent.name for agent in picture.agents}
        person = _named(contact.reserved_for, names.get(contact.reserved_for))
        reserved = {"agent": person, "until": maybe(contact.reserved_until)}
    return {
        "waited_seconds": round(max(0.0, waiting.at - contact.place), 3),
        "estimate": None,
        "queued_at": iso(contact.queued_at),
        "head_start_seconds": contact.priority,
        "hazard": contact.hazard,
        "position": waiting.position,
        "in_line": waiting.in_line,
        "asked": _asked(waiting.asked.required, waiting.asked.wished, waiting.asked.profiles, renderer),
        "level": waiting.level,
        "steps": [_step(each, renderer) for each in waiting.steps],
        "able": waiting.able,
        "ever": waiting.ever,
        "reserved": reserved,
        "kept": contact.kept,
        "opens_at": maybe(waiting.opens_at),
        "day": waiting.day,
        "groups": [_group(each, renderer) for each in waiting.groups],
    }


def _step(view: StepView, renderer: Renderer) -> StepShape:
    step: RelaxationStep = view.step
    state = "pending"
    if view.holds:
        state = "absence" if view.absence else "waited"
    return {
        "after_seconds": step.after_seconds,
        "at": maybe(view.at),
        "state": state,
        "able": view.able,
        "lower": dict(step.lower),
        "drop": list(step.drop),
        "drop_preferred": step.drop_preferred,
        "profiles": [renderer.profile(profile) for profile in step.profiles],
    }


def _group(view: GroupView, renderer: Renderer) -> GroupShape:
    return {
        "profile": renderer.profile(view.profile),
        "refusal": view.refusal,
        "members": view.members,
        "signed_in": view.signed_in,
        "ready": view.ready,
        "refused": {refusal.value: count for refusal, count in view.refused.items()},
        "ahead": view.ahead,
        "people": [_candidate(each) for each in view.people],
    }


def _candidate(candidate: Candidate) -> CandidateShape:
    return {
        "id": candidate.agent_id,
        "name": candidate.name,
        "refusal": candidate.refusal,
        "until": maybe(candidate.until),
        "reason": candidate.reason,
    }


def _decision(view: DecisionView) -> DecisionShape:
    return {
        "offer_id": view.offer_id,
        "agent": _named(view.agent_id, view.agent_name),
        "at": iso(view.at),
        "cause": view.cause,
        "choice": view.choice,
        "steps": view.steps,
        "proficiency": view.proficiency,
        "ready": view.ready,
        "waited_seconds": round(view.waited_seconds, 3),
        "refused": dict(view.refusals),
        "configuration_version": view.configuration_version,
        "outcome": view.outcome,
        "ended_at": maybe(view.ended_at),
        "reason": view.reason,
    }


def _abilities(abilities: Abilities, renderer: Renderer) -> AbilitiesShape:
    profile: SkillProfile = abilities.profile
    return {
        "profile": {"id": profile.id, "name": profile.name},
        "skills": dict(profile.skills),
        "capacity": {media.value: profile.capacity.get(media, 0) for media in abilities.now},
        "now": {media.value: refusal for media, refusal in abilities.now.items()},
        "waiting": abilities.waiting,
        "served": _lines(abilities.served, renderer),
        "others": _lines(abilities.others, renderer),
    }


def _what_if(other: WhatIf, renderer: Renderer) -> WhatIfShape:
    return {
        **_abilities(other.abilities, renderer),
        "gained": _lines(other.gained, renderer),
        "gained_waiting": sum(service.line.count for service in other.gained),
        "lost": _lines(other.lost, renderer),
        "lost_waiting": sum(service.line.count for service in other.lost),
    }


def _lines(services: Sequence[Service], renderer: Renderer) -> list[LineShape]:
    return [_line(service, renderer) for service in services[:MOST_LINES]]


def _line(service: Service, renderer: Renderer) -> LineShape:
    line, needed = service.line, service.asked
    return {
        "queue": renderer.queue(line.key.queue),
        "channel": line.key.channel,
        "media": line.key.media.value,
        "hazard": line.key.hazard,
        "asked": _asked(needed.required, needed.wished, needed.profiles, renderer),
        "level": service.level,
        "waiting": line.count,
        "oldest": iso(line.oldest),
        "refusal": service.refusal,
    }


def _asked(
    required: Sequence[Clause], wished: Sequence[Clause], profiles: Iterable[str], renderer: Renderer
) -> AskedShape:
    return {
        "required": [list(clause.any_of) for clause in required],
        "wished": [list(clause.any_of) for clause in wished],
        "profiles": [renderer.profile(profile) for profile in sorted(profiles)],
    }


def _named(id_: str, name: str | None) -> Named:
    return {"id": id_, "name": name or id_}
