"""The configuration as one plain document (JSON in the API, the two YAML files together), read.

`{scale, skills, profiles, not_ready_reasons, default_queue, queues, entry_points, hazards, rules, calendars,
settings}`; every problem of a document is reported at once, each with its path. `writing.py` is the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Any, Final

from contactcenter.config.calendars import read_calendars, read_time_zone
from contactcenter.config.entries import read_entry_points
from contactcenter.config.hazards import read_hazards
from contactcenter.config.lines import QueueReader, read_limit
from contactcenter.config.needs import SkillReader, read_names
from contactcenter.config.reading import Value
from contactcenter.config.rules import read_rules
from contactcenter.domain.configuration import EXPERT, LEARNING, Configuration, Reason, RoutingSettings, SkillProfile
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.validation import validate
from contactcenter.domain.words import NOT_READY_RONA, NOT_READY_SIGNED_IN, MediaClass

CHANNELS: Final = ("voice", "voicemail", "sms", "email", "chat", "telegram", "x", "whatsapp", "messenger", "instagram")
"""Channels that need no introduction; a caller that has more adapters passes their names too."""

SKILLS_FIELDS: Final = ("scale", "skills", "profiles", "not_ready_reasons")
ROUTING_FIELDS: Final = ("default_queue", "queues", "entry_points", "hazards", "rules", "calendars", "settings")
"""Which half of the document each of the two files holds."""

_REQUIRED: Final = ("skills", "profiles", "default_queue", "queues")
_MOST_AT_ONCE: Final = 100


def configuration_from(document: object, version: int = 1, *, channels: Collection[str] = CHANNELS) -> Configuration:
    """The configuration that a document describes; it may come from anywhere and hold anything.

    Raises:
        InvalidConfigurationError: with every problem found, each with its path and remedy.
    """
    problems: list[Problem] = []
    configuration = _Reader(Value(document, "", problems), version, channels).configuration()
    unread = tuple(f"{problem.path}." for problem in problems)
    try:
        validate(configuration)
    except InvalidConfigurationError as error:
        problems += [problem for problem in error.problems if not _within(unread, problem.path)]
    if problems:
        raise InvalidConfigurationError(problems)
    return configuration


def _within(unread: Collection[str], path: str) -> bool:
    """Whether something at `path`, or inside it, could not be read: what is missing then is not missing."""
    return any(known.startswith((f"{path}.", f"{path}[")) for known in unread)


class _Reader:
    """Reads a document section by section."""

    def __init__(self, root: Value, version: int, channels: Collection[str]) -> None:
        self._version = version
        self._channels = channels
        whole = (*SKILLS_FIELDS, *ROUTING_FIELDS)
        self._sections = root.fields(_REQUIRED, [name for name in whole if name not in _REQUIRED])

    def configuration(self) -> Configuration:
        sections = self._sections
        if "scale" in sections:
            _read_scale(sections["scale"])
        texts = {id_: name.texts() for id_, name in self._items("skills")}
        skills = SkillReader(texts)
        calendars = read_calendars(sections["calendars"]) if "calendars" in sections else {}
        profiles, queues = self._items("profiles"), self._items("queues")
        names = [id_ for id_, _ in queues]
        reader = QueueReader(skills, [id_ for id_, _ in profiles], names, calendars, self._channels)
        default, entries, rules = sections.get("default_queue"), sections.get("entry_points"), sections.get("rules")
        return Configuration(
            version=self._version,
            skills=texts,
            profiles={id_: self._profile(id_, profile, skills) for id_, profile in profiles},
            queues={id_: reader.read(id_, queue) for id_, queue in queues},
            default_queue=default.one_of(names, "queue") if default else "",
            entry_points=read_entry_points(entries, names, self._channels, skills) if entries else (),
            not_ready_reasons=tuple(_read_reason(*item) for item in self._items("not_ready_reasons")),
            settings=_read_settings(sections["settings"]) if "settings" in sections else RoutingSettings(),
            rules=read_rules(rules, names, self._channels, skills) if rules else (),
            calendars=calendars,
            hazards=read_hazards(sections.get("hazards"), names),
        )

    def _items(self, section: str) -> list[tuple[str, Value]]:
        return list(self._sections[section].items()) if section in self._sections else []

    def _profile(self, id_: str, value: Value, skills: SkillReader) -> SkillProfile:
        found = value.fields(("name", "channels", "capacity", "skills"), ("exclusive_voice", "interruptible"))
        return SkillProfile(
            id=id_,
            name=found["name"].text() if "name" in found else "",
            channels=read_names(found.get("channels"), self._channels, "channel"),
            capacity=_read_capacity(found["capacity"]) if "capacity" in found else {},
            skills=skills.skills(found.get("skills")),
            exclusive_voice=_flag(found, "exclusive_voice"),
            interruptible=_flag(found, "interruptible"),
        )


def _flag(found: Mapping[str, Value], name: str) -> bool:
    return found[name].flag() if name in found else True


def _read_scale(value: Value) -> None:
    found = value.fields(("learning", "expert"))
    for name, end in (("learning", LEARNING), ("expert", EXPERT)):
        if name in found and found[name].raw != end:
            found[name].problem(f"must be {end}: the scale is {LEARNING} (learning) to {EXPERT} (expert)")


def _read_capacity(value: Value) -> dict[MediaClass, int]:
    found = value.fields((), [media.value for media in MediaClass])
    return {
        media: found[media].integer(0, _MOST_AT_ONCE, " contacts at once") if media in found else 0
        for media in MediaClass
    }


def _read_reason(id_: str, value: Value) -> Reason:
    if id_ in (NOT_READY_RONA, NOT_READY_SIGNED_IN):
        value.problem("is a reason that the router gives by itself; choose another id")
    return Reason(id_, value.texts())


def _read_settings(value: Value) -> RoutingSettings:
    found = value.fields((), [each.name for each in fields(RoutingSettings)])
    return RoutingSettings(**{name: _SETTINGS.get(name, _seconds)(setting) for name, setting in found.items()})


def _seconds(value: Value) -> float:
    return value.seconds(above=False)


_SETTINGS: Final[Mapping[str, Callable[[Value], Any]]] = {
    "mass_disconnect_share": lambda value: value.number(0, 1, above=True, note=" (0.2 is 20 %)"),
    "mass_disconnect_minimum": lambda value: value.integer(1, 100_000, " agents"),
    "waiting_limit": read_limit,
    "urgency": Value.flag,
    "call_wait_seconds": lambda value: None if value.raw is None else _seconds(value),
    "time_zone": read_time_zone,
}
"""How each setting is read that is not simply seconds."""
