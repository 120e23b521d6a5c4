"""The waiting lines: reading one of `queues`, with its relaxation, whom it prefers and what it does when closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from contactcenter.config.entries import ANY, read_priority
from contactcenter.config.needs import NEEDS_FIELDS, SkillReader, read_names
from contactcenter.config.reading import Value
from contactcenter.domain.calendars import Outside
from contactcenter.domain.configuration import Disposition, Preference, QueueSettings, RelaxationStep, ServiceLevel
from contactcenter.domain.words import AgentChoice, OutsideHours, PreferredAgent

DURATIONS: Final = ("offer_seconds", "connect_seconds", "wrap_up_seconds", "transfer_seconds", "decline_seconds")
QUEUE_FIELDS: Final = (
    *NEEDS_FIELDS, "relaxation", "choice", "preferred_agent", "priority", "hazard", *DURATIONS, "service_level",
    "dispositions", "waiting_limit", "hours", "outside", "recorded",
)  # fmt: skip
_STEP_FIELDS: Final = ("lower", "drop", "drop_preferred", "profiles")
_MOST_WAITING: Final = 1_000_000
_MOST_STEPS: Final = 20
_LONGEST_TEXT: Final = 1_500


@dataclass(frozen=True, slots=True)
class QueueReader:
    """Reads queues; the names are those that a queue may speak of."""

    skills: SkillReader
    profiles: Collection[str]
    queues: Collection[str]
    calendars: Collection[str]
    channels: Collection[str]

    def read(self, id_: str, value: Value) -> QueueSettings:
        """The queue that `value` describes; what is left out, or null where that means none, has its default."""
        found = value.fields(("name",), QUEUE_FIELDS)
        needs = self.skills.needs(found)
        return QueueSettings(
            id=id_,
            name=found["name"].texts() if "name" in found else {},
            skills=needs.skills,
            any_of=needs.any_of,
            preferred=needs.preferred,
            relaxation=self._steps(found["relaxation"]) if "relaxation" in found else (),
            choice=AgentChoice(_choice(found["choice"])) if "choice" in found else AgentChoice.LONGEST_IDLE,
            preference=_preference(found.get("preferred_agent")),
            hazard="hazard" in found and found["hazard"].flag(),
            recorded="recorded" in found and found["recorded"].flag(),
            service_level=_service_level(found["service_level"]) if "service_level" in found else ServiceLevel(),
            dispositions=_dispositions(found["dispositions"]) if "dispositions" in found else (),
            waiting_limit=read_limit(found.get("waiting_limit")),
            hours=_hours(found.get("hours"), self.calendars),
            outside=self._outside(found["outside"]) if "outside" in found else {},
            **_numbers(found),
        )

    def _steps(self, value: Value) -> tuple[RelaxationStep, ...]:
        return tuple(self._step(item) for item in value.elements(_MOST_STEPS))

    def _step(self, value: Value) -> RelaxationStep:
        found = value.fields(("after_seconds",), _STEP_FIELDS)
        return RelaxationStep(
            after_seconds=found["after_seconds"].seconds(above=False) if "after_seconds" in found else 0.0,
            lower=self.skills.skills(found.get("lower")),
            drop=self.skills.names(found.get("drop")),
            drop_preferred="drop_preferred" in found and found["drop_preferred"].flag(),
            profiles=read_names(found.get("profiles"), self.profiles, "profile"),
        )

    def _outside(self, value: Value) -> dict[str, Outside]:
        known = (ANY, *self.channels)
        return {channel: self._beyond(outside) for channel, outside in value.fields((), known).items()}

    def _beyond(self, value: Value) -> Outside:
        found = value.fields(("do",), ("text", "queue"))
        do = found["do"].one_of(list(OutsideHours), "thing to do") if "do" in found else ""
        text, queue = found.get("text"), found.get("queue")
        return Outside(
            do=OutsideHours(do) if do in set(OutsideHours) else OutsideHours.KEEP,
            text=text.texts(_LONGEST_TEXT) if text and text.raw not in (None, {}) else {},
            queue=queue.one_of(self.queues, "queue") if queue and queue.raw is not None else None,
        )


def read_limit(value: Value | None) -> int | None:
    """How many may wait; None: as many as come."""
    return None if value is None or value.raw is None else value.integer(0, _MOST_WAITING, " who may wait")


def _numbers(found: Mapping[str, Value]) -> dict[str, float]:
    numbers = {name: found[name].seconds(above=name != "decline_seconds") for name in DURATIONS if name in found}
    if "priority" in found:
        numbers["priority"] = read_priority(found["priority"])
    return numbers


def _choice(value: Value) -> str:
    choice = value.one_of(list(AgentChoice), "choice of agent")
    return choice if choice in set(AgentChoice) else AgentChoice.LONGEST_IDLE


def _preference(value: Value | None) -> Preference | None:
    if value is None or value.raw is None:
        return None
    found = value.fields(("agents", "seconds"))
    names = read_names(found.get("agents"), list(PreferredAgent), "preferred agent")
    return Preference(
        agents=tuple(PreferredAgent(name) for name in names if name in set(PreferredAgent)),
        seconds=found["seconds"].seconds() if "seconds" in found else 1.0,
    )


def _hours(value: Value | None, calendars: Collection[str]) -> str | None:
    return None if value is None or value.raw is None else value.one_of(calendars, "calendar")


def _service_level(value: Value) -> ServiceLevel:
    found = value.fields(("share", "seconds"))
    return ServiceLevel(
        share=found["share"].number(0, 1, above=True, note=" (0.8 is 80 %)") if "share" in found else 0.0,
        seconds=found["seconds"].seconds() if "seconds" in found else 0.0,
    )


def _dispositions(value: Value) -> tuple[Disposition, ...]:
    return tuple(Disposition(key, name.texts()) for key, name in value.items())
