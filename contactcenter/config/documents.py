"""The configuration as one plain document (JSON in the API, the two YAML files together) and back.

`{scale, skills, profiles, not_ready_reasons, default_queue, queues, entry_points, settings}`; every
problem of a document is reported at once, each with its path.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Final

from contactcenter.config.entries import read_entry_points, read_priority
from contactcenter.config.reading import Value, hint
from contactcenter.domain.configuration import (
    EXPERT,
    LEARNING,
    Configuration,
    Disposition,
    QueueSettings,
    Reason,
    RoutingSettings,
    ServiceLevel,
    SkillProfile,
)
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.words import NOT_READY_RONA, NOT_READY_SIGNED_IN, MediaClass

CHANNELS: Final = ("voice", "sms", "email", "chat", "telegram", "x", "whatsapp", "messenger", "instagram")
"""Channels that need no introduction; a caller that has more adapters passes their names too."""

SKILLS_FIELDS: Final = ("scale", "skills", "profiles", "not_ready_reasons")
ROUTING_FIELDS: Final = ("default_queue", "queues", "entry_points", "settings")
"""Which half of the document each of the two files holds."""

_DURATIONS: Final = ("offer_seconds", "connect_seconds", "wrap_up_seconds", "transfer_seconds")
_MOST_AT_ONCE: Final = 100
_MOST_WAITING: Final = 1_000_000
_ON_THE_SCALE: Final = f"; {LEARNING} is learning, {EXPERT} is expert"


def configuration_from(document: object, version: int = 1, *, channels: Collection[str] = CHANNELS) -> Configuration:
    """The configuration that a document describes; it may come from anywhere and hold anything.

    Raises:
        InvalidConfigurationError: with every problem found, each with its path and remedy.
    """
    problems: list[Problem] = []
    configuration = _Reader(Value(document, "", problems), version, channels).configuration()
    known = {problem.path for problem in problems}
    try:
        configuration.validate()
    except InvalidConfigurationError as error:
        problems += [problem for problem in error.problems if problem.path not in known]
    if problems:
        raise InvalidConfigurationError(problems)
    return configuration


class _Reader:
    """Reads a document section by section."""

    def __init__(self, root: Value, version: int, channels: Collection[str]) -> None:
        self._version = version
        self._channels = channels
        self._sections = root.fields(
            required=("skills", "profiles", "default_queue", "queues"),
            optional=("scale", "not_ready_reasons", "entry_points", "settings"),
        )
        self._skills: dict[str, dict[str, str]] = {}

    def configuration(self) -> Configuration:
        sections = self._sections
        if scale := sections.get("scale"):
            _read_scale(scale)
        if skills := sections.get("skills"):
            self._skills = {id_: texts.texts() for id_, texts in skills.items()}
        profiles, queues = sections.get("profiles"), sections.get("queues")
        known_queues = {id_: self._queue(id_, queue) for id_, queue in queues.items()} if queues else {}
        default, entries = sections.get("default_queue"), sections.get("entry_points")
        reasons, settings = sections.get("not_ready_reasons"), sections.get("settings")
        return Configuration(
            version=self._version,
            skills=self._skills,
            profiles={id_: self._profile(id_, profile) for id_, profile in profiles.items()} if profiles else {},
            queues=known_queues,
            default_queue=default.one_of(known_queues, "queue") if default else "",
            entry_points=read_entry_points(entries, known_queues, self._channels, self._skills_of) if entries else (),
            not_ready_reasons=tuple(_read_reason(*item) for item in reasons.items()) if reasons else (),
            settings=_read_settings(settings) if settings else RoutingSettings(),
        )

    def _profile(self, id_: str, value: Value) -> SkillProfile:
        found = value.fields(("name", "channels", "capacity", "skills"), ("exclusive_voice",))
        channels, capacity = found.get("channels"), found.get("capacity")
        exclusive = found.get("exclusive_voice")
        return SkillProfile(
            id=id_,
            name=_text(found, "name"),
            channels=self._channel_list(channels) if channels else (),
            capacity=_read_capacity(capacity) if capacity else {},
            skills=self._skills_of(found.get("skills")),
            exclusive_voice=exclusive.flag() if exclusive else True,
        )

    def _channel_list(self, value: Value) -> tuple[str, ...]:
        names: list[str] = []
        for item in value.elements():
            name = item.one_of(self._channels, "channel")
            if name in names:
                item.problem(f"{name} is there twice; keep one")
            names.append(name)
        return tuple(names)

    def _queue(self, id_: str, value: Value) -> QueueSettings:
        optional = (
            "skills", "priority", *_DURATIONS, "decline_seconds", "service_level", "dispositions", "waiting_limit",
        )  # fmt: skip
        found = value.fields(("name",), optional)
        numbers: dict[str, float] = {name: found[name].seconds() for name in _DURATIONS if name in found}
        if decline := found.get("decline_seconds"):
            numbers["decline_seconds"] = decline.seconds(above=False)
        if priority := found.get("priority"):
            numbers["priority"] = read_priority(priority)
        level, dispositions = found.get("service_level"), found.get("dispositions")
        return QueueSettings(
            id=id_,
            name=found["name"].texts() if "name" in found else {},
            skills=self._skills_of(found.get("skills")),
            service_level=_read_service_level(level) if level else ServiceLevel(),
            dispositions=tuple(Disposition(key, name.texts()) for key, name in dispositions.items())
            if dispositions
            else (),
            waiting_limit=_read_limit(found.get("waiting_limit")),
            **numbers,
        )

    def _skills_of(self, value: Value | None) -> dict[str, int]:
        found = {}
        for skill, proficiency in value.items() if value else ():
            if skill not in self._skills:
                proficiency.problem(f"there is no skill {skill!r}; {hint(skill, self._skills)}")
                continue
            found[skill] = proficiency.integer(LEARNING, EXPERT, _ON_THE_SCALE)
        return found


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


def _read_limit(value: Value | None) -> int | None:
    return None if value is None or value.raw is None else value.integer(0, _MOST_WAITING, " who may wait")


def _read_service_level(value: Value) -> ServiceLevel:
    found = value.fields(("share", "seconds"))
    return ServiceLevel(
        share=found["share"].number(0, 1, above=True, note=" (0.8 is 80 %)") if "share" in found else 0.0,
        seconds=found["seconds"].seconds() if "seconds" in found else 0.0,
    )


def _read_reason(id_: str, value: Value) -> Reason:
    if id_ in (NOT_READY_RONA, NOT_READY_SIGNED_IN):
        value.problem("is a reason that the router gives by itself; choose another id")
    return Reason(id_, value.texts())


def _read_settings(value: Value) -> RoutingSettings:
    found = value.fields((), [each.name for each in fields(RoutingSettings)])
    read: dict[str, float] = {}
    for name, setting in found.items():
        if name == "mass_disconnect_share":
            read[name] = setting.number(0, 1, above=True, note=" (0.2 is 20 %)")
        elif name not in ("mass_disconnect_minimum", "waiting_limit"):
            read[name] = setting.seconds(above=False)
    minimum = found.get("mass_disconnect_minimum")
    agents = minimum.integer(1, 100_000, " agents") if minimum else RoutingSettings().mass_disconnect_minimum
    limit = _read_limit(found.get("waiting_limit"))
    return RoutingSettings(mass_disconnect_minimum=agents, waiting_limit=limit, **read)


def _text(found: Mapping[str, Value], name: str) -> str:
    return found[name].text() if name in found else ""


def document_of(configuration: Configuration) -> dict[str, object]:
    """The document that describes `configuration`, every value written out; its version is not in it."""
    return {
        "scale": {"learning": LEARNING, "expert": EXPERT},
        "skills": {id_: dict(name) for id_, name in configuration.skills.items()},
        "profiles": {id_: _profile_document(profile) for id_, profile in configuration.profiles.items()},
        "not_ready_reasons": {reason.id: dict(reason.name) for reason in configuration.not_ready_reasons},
        "default_queue": configuration.default_queue,
        "queues": {id_: _queue_document(queue) for id_, queue in configuration.queues.items()},
        "entry_points": [
            {
                "channel": entry.channel,
                "queue": entry.queue,
                "address": entry.address,
                "keyword": entry.keyword,
                "skills": dict(entry.skills),
                "priority": _plain(entry.priority),
                "language": entry.language,
                "origins": list(entry.origins),
            }
            for entry in configuration.entry_points
        ],
        "settings": {
            each.name: None if (value := getattr(configuration.settings, each.name)) is None else _plain(value)
            for each in fields(RoutingSettings)
        },
    }


def _profile_document(profile: SkillProfile) -> dict[str, object]:
    return {
        "name": profile.name,
        "channels": list(profile.channels),
        "capacity": {media.value: profile.capacity.get(media, 0) for media in MediaClass},
        "skills": dict(profile.skills),
        "exclusive_voice": profile.exclusive_voice,
    }


def _queue_document(queue: QueueSettings) -> dict[str, object]:
    durations = {name: _plain(getattr(queue, name)) for name in (*_DURATIONS, "decline_seconds")}
    level = queue.service_level
    return {
        "name": dict(queue.name),
        "skills": dict(queue.skills),
        "priority": _plain(queue.priority),
        **durations,
        "service_level": {"share": _plain(level.share), "seconds": _plain(level.seconds)},
        "dispositions": {disposition.id: dict(disposition.name) for disposition in queue.dispositions},
        "waiting_limit": queue.waiting_limit,
    }


def _plain(number: float) -> float:
    """20.0 as 20, so that a person reads what a person wrote."""
    return int(number) if float(number).is_integer() else number
