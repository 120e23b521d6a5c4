"""The center of a scenario as a plain document: one laid over another, and what may be left out filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contactcenter.config import CHANNELS

_ONE_OF_EACH: Final = {"voice": 1, "live": 1, "async": 1}


def merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """`over` laid upon `base`, groups of entries entry by entry; nothing (null) takes an entry away."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(below, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result


def completed(document: Mapping[str, object]) -> dict[str, object]:
    """What a live center must say and a scenario need not: names, channels, one contact at a time, a default queue."""
    result = dict(document)
    queues, profiles = document.get("queues"), document.get("profiles")
    result.setdefault("skills", {})
    if isinstance(profiles, Mapping):
        result["profiles"] = {id_: _profile(id_, profile) for id_, profile in profiles.items()}
        if isinstance(result["skills"], Mapping):
            result["skills"] = {**_named(profiles), **result["skills"]}
    if isinstance(queues, Mapping):
        result["queues"] = {id_: _with(queue, name={"en": id_}) for id_, queue in queues.items()}
        result.setdefault("default_queue", next(iter(queues), ""))
    return result


def _profile(id_: str, profile: object) -> object:
    return _with(profile, name=id_, channels=list(CHANNELS), capacity=_ONE_OF_EACH, skills={})


def _with(entry: object, **defaults: object) -> object:
    return {**defaults, **entry} if isinstance(entry, Mapping) else entry


def _named(profiles: Mapping[str, object]) -> dict[str, object]:
    """Every skill that somebody has, under its own name."""
    found: dict[str, object] = {}
    for profile in profiles.values():
        skills = profile.get("skills") if isinstance(profile, Mapping) else None
        for skill in skills if isinstance(skills, Mapping) else ():
            found.setdefault(str(skill), {"en": str(skill)})
    return found
