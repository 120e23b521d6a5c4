"""Whether the parts of a configuration fit together: every problem at once, each with path and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contactcenter.domain.calendars import WEEKDAYS, Calendar, Interval
from contactcenter.domain.configuration import (
    EXPERT,
    LEARNING,
    Configuration,
    QueueSettings,
    RelaxationStep,
    Rule,
)
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import OutsideHours

DAY_MINUTES = 1440
_DURATIONS = ("offer_seconds", "connect_seconds", "wrap_up_seconds", "transfer_seconds")
_ANY = "*"


def validate(configuration: Configuration) -> None:
    """Check what one part says of another.

    Raises:
        InvalidConfigurationError: with every problem found.
    """
    problems = list(_Check(configuration).problems())
    if problems:
        raise InvalidConfigurationError(problems)


class _Check:
    """The names that other parts may use, and a look at each part."""

    def __init__(self, configuration: Configuration) -> None:
        self._all = configuration

    def problems(self) -> Iterator[Problem]:
        found = self._all
        for profile in found.profiles.values():
            path = f"profiles.{profile.id}"
            yield from self._skills(f"{path}.skills", profile.skills)
            for media, count in profile.capacity.items():
                if count < 0:
                    yield Problem(f"{path}.capacity.{media}", f"{count} is negative; use 0 or more")
        for queue in found.queues.values():
            yield from self._queue(f"queues.{queue.id}", queue)
        for position, entry in enumerate(found.entry_points):
            path = f"entry_points[{position}]"
            yield from self._needs(path, entry.needs)
            yield from self._known_queue(f"{path}.queue", entry.queue)
        for position, rule in enumerate(found.rules):
            yield from self._rule(f"rules[{position}]", rule)
        for calendar in found.calendars.values():
            yield from _calendar_problems(f"calendars.{calendar.id}", calendar)
        yield from _loops(found.queues)
        yield from self._known_queue("default_queue", found.default_queue)
        if found.hazards is not None:
            yield from self._hazards(found.hazards)

    def _queue(self, path: str, queue: QueueSettings) -> Iterator[Problem]:
        yield from self._needs(path, queue.needs)
        for name in _DURATIONS:
            if getattr(queue, name) <= 0:
                yield Problem(f"{path}.{name}", "must be more than 0 seconds")
        yield from self._steps(f"{path}.relaxation", queue.relaxation)
        if queue.preference is not None:
            where = f"{path}.preferred_agent"
            if not queue.preference.agents:
                yield Problem(f"{where}.agents", "names nobody; use last_agent, account_owner or both")
            if queue.preference.seconds <= 0:
                yield Problem(f"{where}.seconds", "must be more than 0 seconds")
        if queue.hours is not None and queue.hours not in self._all.calendars:
            yield Problem(f"{path}.hours", _none_such("calendar", queue.hours, self._all.calendars))
        yield from self._outside(f"{path}.outside", queue)

    def _outside(self, path: str, queue: QueueSettings) -> Iterator[Problem]:
        for channel, outside in queue.outside.items():
            where = f"{path}.{channel}.queue"
            if outside.do is not OutsideHours.MOVE:
                if outside.queue is not None:
                    yield Problem(where, "only `do: move` goes to another queue; remove it, or move")
            elif outside.queue is None:
                yield Problem(where, "is missing; say to which queue it moves")
            elif outside.queue == queue.id:
                yield Problem(where, "is this queue itself, which is closed then; name another")
            else:
                yield from self._known_queue(where, outside.queue)

    def _steps(self, path: str, steps: Sequence[RelaxationStep]) -> Iterator[Problem]:
        before = None
        for position, step in enumerate(steps):
            where = f"{path}[{position}]"
            if step.after_seconds < 0:
                yield Problem(f"{where}.after_seconds", "is negative; use 0 or more seconds")
            elif before is not None and step.after_seconds <= before:
                yield Problem(
                    f"{where}.after_seconds", f"must be later than the {before:g} seconds of the step before it"
                )
            before = step.after_seconds
            if not (step.lower or step.drop or step.drop_preferred or step.profiles):
                yield Problem(where, "does nothing; add lower, drop, drop_preferred or profiles, or remove the step")
            yield from self._skills(f"{where}.lower", step.lower)
            for index, skill in enumerate(step.drop):
                if skill not in self._all.skills:
                    yield Problem(f"{where}.drop[{index}]", _none_such("skill", skill, self._all.skills))
                elif skill in step.lower:
                    yield Problem(f"{where}.lower.{skill}", "is dropped by the same step; keep one of the two")
            for index, profile in enumerate(step.profiles):
                if profile not in self._all.profiles:
                    yield Problem(f"{where}.profiles[{index}]", _none_such("profile", profile, self._all.profiles))

    def _hazards(self, hazards: Hazards) -> Iterator[Problem]:
        queue = self._all.queues.get(hazards.queue)
        yield from self._known_queue("hazards.queue", hazards.queue)
        if queue is not None and not queue.hazard:
            message = f"{queue.id!r} does not go before all others; set its hazard: true, or name a queue that has it"
            yield Problem("hazards.queue", message)

    def _rule(self, path: str, rule: Rule) -> Iterator[Problem]:
        yield from self._needs(path, rule.needs)
        if rule.queue is not None:
            yield from self._known_queue(f"{path}.when.queue", rule.queue)
        if not rule.needs and not rule.priority:
            yield Problem(path, "asks nothing; add skills, any_of, preferred or priority, or remove the rule")

    def _needs(self, path: str, needs: Needs) -> Iterator[Problem]:
        yield from self._skills(f"{path}.skills", needs.skills)
        for position, group in enumerate(needs.any_of):
            if not group:
                yield Problem(f"{path}.any_of[{position}]", "is empty, so that nobody could match; add a skill")
            yield from self._skills(f"{path}.any_of[{position}]", group)
        yield from self._skills(f"{path}.preferred", needs.preferred)

    def _skills(self, path: str, skills: Mapping[str, int]) -> Iterator[Problem]:
        for skill, proficiency in skills.items():
            if skill not in self._all.skills:
                yield Problem(f"{path}.{skill}", _none_such("skill", None, self._all.skills))
            if not LEARNING <= proficiency <= EXPERT:
                message = f"proficiency {proficiency} is off the scale; use {LEARNING} (learning) to {EXPERT} (expert)"
                yield Problem(f"{path}.{skill}", message)

    def _known_queue(self, path: str, queue: str) -> Iterator[Problem]:
        if queue not in self._all.queues:
            yield Problem(path, _none_such("queue", queue, self._all.queues))


def _none_such(noun: str, name: str | None, known: Mapping[str, object]) -> str:
    there_is = f"there is no {noun} {name!r}" if name is not None else f"there is no such {noun}"
    return f"{there_is}; use one of: {', '.join(sorted(known)) or f'none yet: add it under {noun}s'}"


def _calendar_problems(path: str, calendar: Calendar) -> Iterator[Problem]:
    for day, intervals in calendar.weekly.items():
        if not 0 <= day < len(WEEKDAYS):
            yield Problem(f"{path}.weekly", f"{day} is no weekday; use 0 (Monday) to 6 (Sunday)")
        else:
            yield from _interval_problems(f"{path}.weekly.{WEEKDAYS[day]}", intervals)
    for date, intervals in calendar.special.items():
        yield from _interval_problems(f"{path}.special.{date}", intervals)
        if date in calendar.closed:
            yield Problem(f"{path}.closed.{date}", "has special hours too; keep one of the two")
    if calendar.region is not None and calendar.country is None:
        yield Problem(f"{path}.holidays.region", "needs the country that it is in; add it")
    if not any(calendar.weekly.values()) and not any(calendar.special.values()):
        yield Problem(path, "is never open; add hours under weekly")


def _interval_problems(path: str, intervals: Sequence[Interval]) -> Iterator[Problem]:
    until = 0
    for interval in intervals:
        if not 0 <= interval.start < interval.end <= DAY_MINUTES:
            yield Problem(
                path, f"{interval.start} to {interval.end} minutes is no part of a day; use 0 to {DAY_MINUTES}"
            )
        elif interval.start < until:
            yield Problem(path, "has hours that overlap or are out of order; keep each once, the earliest first")
        until = interval.end


def _loops(queues: Mapping[str, QueueSettings]) -> Iterator[Problem]:
    """Queues that send a contact round in a circle when all of them are closed; each circle once for each channel."""
    channels = sorted({channel for queue in queues.values() for channel in queue.outside})
    seen: set[str] = set()
    for channel in channels:
        for start in queues:
            circle = _circle(queues, start, channel)
            path = f"queues.{start}.outside.{_said_for(queues[start], channel)}.queue"
            if circle and start == min(circle) and path not in seen:
                seen.add(path)
                way = " → ".join([*circle, start])
                yield Problem(path, f"moves in a circle when all are closed ({way}); let one of them keep or refuse")


def _circle(queues: Mapping[str, QueueSettings], start: str, channel: str) -> list[str]:
    """The queues from `start` back to itself, or none when its moves never come back to it."""
    way: list[str] = []
    at: str | None = start
    while at is not None and at in queues and at not in way:
        way.append(at)
        outside = queues[at].beyond_hours(channel)
        at = outside.queue if queues[at].hours is not None and outside.do is OutsideHours.MOVE else None
    return way if at == start and len(way) > 1 else []


def _said_for(queue: QueueSettings, channel: str) -> str:
    return channel if channel in queue.outside else _ANY
