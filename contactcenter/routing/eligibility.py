"""Who may be offered what: plain functions, each refusal with its reason.

What depends on the profile alone is asked once per profile and requirement; what depends on the
person once per change of that person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contactcenter.domain.words import AgentStatus, MediaClass, Refusal

if TYPE_CHECKING:
    from contactcenter.domain.configuration import SkillProfile
    from contactcenter.routing.state import Agent, Contact


MEDIA = tuple(MediaClass)


class Requirement(NamedTuple):
    """What contacts of one waiting line ask of an agent; `skills` is sorted by name."""

    channel: str
    media: MediaClass
    skills: tuple[tuple[str, int], ...]


def requirement_of(contact: Contact) -> Requirement:
    """The line a contact stands in."""
    return Requirement(contact.channel, contact.media, contact.skills)


def profile_refusal(profile: SkillProfile, requirement: Requirement) -> Refusal | None:
    """Why nobody with this profile can ever take it, or None."""
    refusal = media_refusal(profile, requirement.channel, requirement.media)
    if refusal is not None:
        return refusal
    for skill, minimum in requirement.skills:
        proficiency = profile.skills.get(skill)
        if proficiency is None:
            return Refusal.SKILL_MISSING
        if proficiency < minimum:
            return Refusal.PROFICIENCY_TOO_LOW
    return None


def media_refusal(profile: SkillProfile, channel: str, media: MediaClass) -> Refusal | None:
    """Why this profile does not work this channel at all, or None."""
    if channel not in profile.channels:
        return Refusal.CHANNEL_NOT_IN_PROFILE
    if profile.capacity.get(media, 0) == 0:
        return Refusal.NO_CAPACITY_FOR_MEDIA
    return None


def agent_refusal(agent: Agent, profile: SkillProfile, media: MediaClass) -> Refusal | None:
    """Why this person cannot be offered a contact of this media class now, or None."""
    return _presence_refusal(agent) or _load_refusal(agent, profile, media)


def agent_refusals(agent: Agent, profile: SkillProfile) -> dict[MediaClass, Refusal | None]:
    """`agent_refusal` for every media class."""
    presence = _presence_refusal(agent)
    if presence is not None:
        return dict.fromkeys(MEDIA, presence)
    return {media: _load_refusal(agent, profile, media) for media in MEDIA}


def _presence_refusal(agent: Agent) -> Refusal | None:
    if agent.status is AgentStatus.LOGGED_OUT:
        return Refusal.LOGGED_OUT
    if agent.status is AgentStatus.NOT_READY:
        return Refusal.NOT_READY
    if not agent.connected:
        return Refusal.DISCONNECTED
    if agent.offer_id is not None:
        return Refusal.CONSIDERING_AN_OFFER
    return None


def _load_refusal(agent: Agent, profile: SkillProfile, media: MediaClass) -> Refusal | None:
    capacity = profile.capacity.get(media, 0)
    if capacity == 0:
        return Refusal.NO_CAPACITY_FOR_MEDIA
    held = agent.holds.values()
    if not held:
        return None
    if profile.exclusive_voice:
        if MediaClass.VOICE in held:
            return Refusal.ON_A_CALL
        if media is MediaClass.VOICE and MediaClass.LIVE in held:
            return Refusal.BUSY_FOR_A_CALL
    return Refusal.AT_CAPACITY if agent.load(media) >= capacity else None
