"""A configuration as the document that `documents.py` reads, every value written out."""

from __future__ import annotations

from dataclasses import fields

from contactcenter.config.calendars import calendar_document
from contactcenter.config.lines import DURATIONS
from contactcenter.domain.configuration import (
    EXPERT,
    LEARNING,
    Configuration,
    EntryPoint,
    QueueSettings,
    RelaxationStep,
    RoutingSettings,
    Rule,
    SkillProfile,
)
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import MediaClass


def document_of(configuration: Configuration) -> dict[str, object]:
    """The document that describes `configuration`; its version is not in it."""
    settings = configuration.settings
    return {
        "scale": {"learning": LEARNING, "expert": EXPERT},
        "skills": {id_: dict(name) for id_, name in configuration.skills.items()},
        "profiles": {id_: _profile(profile) for id_, profile in configuration.profiles.items()},
        "not_ready_reasons": {reason.id: dict(reason.name) for reason in configuration.not_ready_reasons},
        "default_queue": configuration.default_queue,
        "queues": {id_: _queue(queue) for id_, queue in configuration.queues.items()},
        "entry_points": [_entry_point(entry) for entry in configuration.entry_points],
        "hazards": _hazards(configuration.hazards),
        "rules": [_rule(rule) for rule in configuration.rules],
        "calendars": {id_: calendar_document(calendar) for id_, calendar in configuration.calendars.items()},
        "settings": {each.name: _plain(getattr(settings, each.name)) for each in fields(RoutingSettings)},
    }


def _profile(profile: SkillProfile) -> dict[str, object]:
    return {
        "name": profile.name,
        "channels": list(profile.channels),
        "capacity": {media.value: profile.capacity.get(media, 0) for media in MediaClass},
        "skills": dict(profile.skills),
        "exclusive_voice": profile.exclusive_voice,
        "interruptible": profile.interruptible,
    }


def _queue(queue: QueueSettings) -> dict[str, object]:
    level, preference = queue.service_level, queue.preference
    return {
        "name": dict(queue.name),
        **_needs(queue.needs),
        "relaxation": [_step(step) for step in queue.relaxation],
        "choice": queue.choice.value,
        "preferred_agent": None
        if preference is None
        else {"agents": [agent.value for agent in preference.agents], "seconds": _plain(preference.seconds)},
        "priority": _plain(queue.priority),
        "hazard": queue.hazard,
        "recorded": queue.recorded,
        **{name: _plain(getattr(queue, name)) for name in DURATIONS},
        "service_level": {"share": _plain(level.share), "seconds": _plain(level.seconds)},
        "dispositions": {disposition.id: dict(disposition.name) for disposition in queue.dispositions},
        "waiting_limit": queue.waiting_limit,
        "hours": queue.hours,
        "outside": {
            channel: {"do": outside.do.value, "text": dict(outside.text), "queue": outside.queue}
            for channel, outside in queue.outside.items()
        },
    }


def _needs(needs: Needs) -> dict[str, object]:
    return {
        "skills": dict(needs.skills),
        "any_of": [dict(group) for group in needs.any_of],
        "preferred": dict(needs.preferred),
    }


def _step(step: RelaxationStep) -> dict[str, object]:
    return {
        "after_seconds": _plain(step.after_seconds),
        "lower": dict(step.lower),
        "drop": list(step.drop),
        "drop_preferred": step.drop_preferred,
        "profiles": list(step.profiles),
    }


def _entry_point(entry: EntryPoint) -> dict[str, object]:
    return {
        "channel": entry.channel,
        "queue": entry.queue,
        "address": entry.address,
        "keyword": entry.keyword,
        **_needs(entry.needs),
        "priority": _plain(entry.priority),
        "language": entry.language,
        "origins": list(entry.origins),
    }


def _hazards(hazards: Hazards | None) -> dict[str, object] | None:
    if hazards is None:
        return None
    phrases = {language: list(phrases) for language, phrases in hazards.phrases.items()}
    return {"queue": hazards.queue, "between": hazards.between, "phrases": phrases}


def _rule(rule: Rule) -> dict[str, object]:
    when = {
        "queue": rule.queue,
        "channel": rule.channel,
        "language": rule.language,
        "tier": rule.tier,
        "flag": rule.flag,
    }
    return {"when": when, **_needs(rule.needs), "priority": _plain(rule.priority)}


def _plain(value: object) -> object:
    """20.0 as 20, so that a person reads what a person wrote; all else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
