"""Who may be offered what: plain functions, each refusal with its reason.

What depends on the profile alone is asked once per profile and waiting line; what depends on the
person once per change of that person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, MediaClass, Refusal
from contactcenter.routing.relaxation import Asked, fits

if TYPE_CHECKING:
    from contactcenter.domain.configuration import SkillProfile
    from contactcenter.routing.state import Agent


MEDIA = tuple(MediaClass)


def profile_refusal(profile: SkillProfile, channel: str, media: MediaClass, asked: Asked) -> Refusal | None:
    """Why nobody with this profile can take what is asked, or None."""
    refusal = media_refusal(profile, channel, media)
    if refusal is not None or profile.id in asked.profiles:
        return refusal
    for clause in asked.required:
        if not fits(clause, profile.skills):
            known = any(skill in profile.skills for skill, _ in clause.any_of)
            return Refusal.PROFICIENCY_TOO_LOW if known else Refusal.SKILL_MISSING
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
    return presence_refusal(agent) or load_refusal(agent, profile, media)


def presence_refusal(agent: Agent) -> Refusal | None:
    """Why this person cannot be offered anything now, or None."""
    if agent.status is AgentStatus.LOGGED_OUT:
        return Refusal.LOGGED_OUT
    if agent.status is AgentStatus.NOT_READY:
        return Refusal.NOT_READY
    if not agent.sessions:
        return Refusal.DISCONNECTED
    if agent.finishing is not None:
        return Refusal.FINISHING
    if agent.offer_id is not None:
        return Refusal.CONSIDERING_AN_OFFER
    return None


def load_refusal(agent: Agent, profile: SkillProfile, media: MediaClass) -> Refusal | None:
    """Why what this person holds leaves no room for a contact of this media class, or None."""
    capacity = profile.capacity.get(media, 0)
    if capacity == 0:
        return Refusal.NO_CAPACITY_FOR_MEDIA
    if agent.kept_free_for is not None and excludes_calls(profile, media):
        return Refusal.KEPT_FREE_FOR_A_CALL
    if not agent.holds:
        return None
    held = agent.holds.values()
    if profile.exclusive_voice:
        if MediaClass.VOICE in held:
            return Refusal.ON_A_CALL
        if media is MediaClass.VOICE and any(excludes_calls(profile, other) for other in held):
            return Refusal.BUSY_FOR_A_CALL
    return Refusal.AT_CAPACITY if agent.load(media) >= capacity else None


def excludes_calls(profile: SkillProfile, media: MediaClass) -> bool:
    """Whether whoever holds work of this media class cannot be called at the same time."""
    if not profile.exclusive_voice or media is MediaClass.VOICE:
        return False
    return media is MediaClass.LIVE or not profile.interruptible
