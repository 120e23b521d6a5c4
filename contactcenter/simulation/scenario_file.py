"""A scenario's YAML: what it says, or every problem with file, line and remedy. docs/simulation.md describes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from contactcenter.config import configuration_from, document_of, load_configuration
from contactcenter.config.documents import ROUTING_FIELDS, SKILLS_FIELDS
from contactcenter.config.reading import Value, hint
from contactcenter.config.yaml_source import Source, joined, read_yaml
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.simulation.chance import AT_ONCE
from contactcenter.simulation.documents import completed, merged
from contactcenter.simulation.scenario import DAY, Change, Demand, Scenario, Shift
from contactcenter.simulation.traffic import clock_time, read_demand, read_distribution, read_shifts

_CENTER: Final = (*SKILLS_FIELDS, *ROUTING_FIELDS)
_OPTIONAL: Final = (
    "about", "seed", "warm_up_minutes", "interval_minutes", "steady", "accept", "rona_pause_seconds",
    "short_abandon_seconds", "estimates", "center", "workload", "changes", "arrivals",
)  # fmt: skip
_LONGEST_TEXT: Final = 2_000
_MOST_MINUTES: Final = 60_000
T = TypeVar("T")
D = TypeVar("D")


def load_scenario(path: Path, *, replayed: bool = False) -> Scenario:
    """Read a scenario. `replayed`: a workload file is at hand, whatever the scenario says of arrivals.

    Raises:
        InvalidConfigurationError: with every problem found, each with file, line and remedy.
    """
    source = read_yaml(path, str(path))
    if not isinstance(source.value, dict):
        message = "must begin with name:, day:, agents: and arrivals:; scenarios/ has examples"
        raise InvalidConfigurationError([Problem("syntax", message, source.file, 1)])
    return _Reader(source, source.value, path.parent).scenario(replayed=replayed)


class _Reader:
    """Reads a document section by section; problems are noted, and raised once at the end."""

    def __init__(self, source: Source, raw: Mapping[str, object], folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._raw = raw
        self._problems: list[Problem] = []
        self._found = Value(raw, "", self._problems).fields(
            ("name", "day", "from", "to", "agents"), (*_OPTIONAL, *_CENTER)
        )
        self._document: dict[str, object] = {}

    def scenario(self, *, replayed: bool) -> Scenario:
        configuration = self._configuration()
        start, end = self._hours()
        shifts: tuple[Shift, ...] = ()
        if agents := self._found.get("agents"):
            shifts = read_shifts(agents, configuration.profiles if configuration else self._raw_ids("profiles"))
        workload = self._workload()
        demand = self._demand(configuration, (start, end), replayed=replayed or workload is not None)
        changes = self._changes(shifts) if configuration else ()
        short = self._read("short_abandon_seconds", lambda value: value.seconds(above=False), None)
        if configuration is not None and short is not None:
            configuration = _judged(configuration, short)
            changes = tuple(replace(change, configuration=_judged(change.configuration, short)) for change in changes)
        day = self._read("day", _day, datetime.fromtimestamp(0, UTC))
        accept = self._found.get("accept")
        scenario = Scenario(
            name=self._read("name", Value.text, ""),
            about=self._read("about", lambda value: value.text(_LONGEST_TEXT), ""),
            configuration=configuration or Configuration(0, {}, {}, {}, ""),
            shifts=shifts,
            demand=demand,
            day=day,
            start=start,
            end=end,
            counted_from=start + 60 * self._read("warm_up_minutes", lambda value: value.number(0, 1e6, "minutes"), 0.0),
            changes=changes,
            workload=workload,
            seed=self._read("seed", lambda value: value.integer(0, 2**63), 1),
            interval=60 * self._read("interval_minutes", lambda value: value.number(1, _MOST_MINUTES, "minutes"), 30.0),
            estimates=self._read("estimates", Value.flag, otherwise=True),
            steady=self._read("steady", Value.flag, otherwise=False),
            accept=read_distribution(accept) if accept else AT_ONCE,
            rona_pause=self._read("rona_pause_seconds", Value.seconds, 60.0),
        )
        self._raise_problems()
        return scenario

    def _hours(self) -> tuple[float, float]:
        start, end = self._read("from", clock_time, 0.0), self._read("to", clock_time, DAY)
        if self._found.keys() >= {"from", "to"} and not start < end:
            self._found["to"].problem("must be later than from; 32:00 is eight o'clock of the next day")
        return start, end

    def _demand(
        self, configuration: Configuration | None, hours: tuple[float, float], *, replayed: bool
    ) -> tuple[Demand, ...]:
        value = self._found.get("arrivals")
        if value is None:
            if not replayed:
                self._note("arrivals", "is missing; say who arrives, or name a workload file")
            return ()
        queues = configuration.queues if configuration else self._raw_ids("queues")
        skills = configuration.skills if configuration else self._raw_ids("skills")
        return read_demand(value, hours, queues, skills, replayed=replayed)

    def _read(self, name: str, read: Callable[[Value], T], otherwise: D) -> T | D:
        value = self._found.get(name)
        return otherwise if value is None else read(value)

    def _raw_ids(self, section: str) -> Collection[str]:
        """Names to check others against while the configuration itself is faulty."""
        raw = self._document.get(section)
        return list(raw) if isinstance(raw, Mapping) else []

    def _note(self, path: str, message: str) -> None:
        self._problems.append(Problem(path, message))

    def _raise_problems(self) -> None:
        placed = [*self._source.problems]
        known = {problem.path for problem in placed}
        for problem in self._problems:
            if problem.path not in known:
                placed.append(problem if problem.file else self._source.place(problem))
                known.add(problem.path)
        if placed:
            raise InvalidConfigurationError(sorted(placed, key=lambda problem: problem.line or 0))

    # The center

    def _configuration(self) -> Configuration | None:
        base: dict[str, object] = {}
        center = self._found.get("center")
        if center is not None:
            folder = self._folder / center.text(_LONGEST_TEXT)
            try:
                base = document_of(load_configuration(folder).configuration)
            except InvalidConfigurationError as error:
                self._problems += error.problems
                center.problem("is not the folder of a skills.yaml and a routing.yaml that hold")
                return None
        own = {name: self._raw[name] for name in _CENTER if name in self._raw}
        self._document = completed(merged(base, own))
        return self._configured(self._document, 1, "")

    def _configured(self, document: dict[str, object], version: int, path: str) -> Configuration | None:
        try:
            return configuration_from(document, version)
        except InvalidConfigurationError as error:
            self._problems += [Problem(joined(path, problem.path), problem.message) for problem in error.problems]
            return None

    def _changes(self, shifts: tuple[Shift, ...]) -> tuple[Change, ...]:
        value = self._found.get("changes")
        changes: list[Change] = []
        document = self._document
        for item in value.elements() if value else ():
            found = item.fields(("at",), ("agents", *_CENTER))
            raw = item.raw if isinstance(item.raw, Mapping) else {}
            document = completed(merged(document, {name: raw[name] for name in _CENTER if name in raw}))
            changed = self._configured(document, len(changes) + 2, item.path)
            at = clock_time(found["at"]) if "at" in found else 0.0
            if changes and at <= changes[-1].at:
                item.problem("must be later than the change before it")
            if changed is not None:
                people = found.get("agents")
                changes.append(Change(at, changed, _moved(people, shifts, changed.profiles) if people else {}))
        return tuple(changes)

    def _workload(self) -> Path | None:
        value = self._found.get("workload")
        if value is None:
            return None
        path = self._folder / value.text(_LONGEST_TEXT)
        if not path.is_file():
            value.problem(f"there is no file {path}; its path is relative to the scenario")
        return path


def _judged(configuration: Configuration, short: float) -> Configuration:
    """The same center, but for who counts as having given up at once."""
    return replace(configuration, settings=replace(configuration.settings, short_abandon_seconds=short))


def _moved(value: Value, shifts: tuple[Shift, ...], profiles: Collection[str]) -> dict[str, str]:
    """The new profile of each agent."""
    people = {shift.id: shift for shift in shifts}
    found: dict[str, str] = {}
    for id_, profile in value.items():
        if id_ not in people:
            profile.problem(f"there are no agents {id_!r}; {hint(id_, people)}")
        else:
            found.update(dict.fromkeys(people[id_].agents(), profile.one_of(profiles, "profile")))
    return found


def _day(value: Value) -> datetime:
    """Midnight of a date, with the offset from UTC."""
    text = value.text()
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        value.problem(f"{text[:40]!r} is no date; write such as 2026-11-23 or 2026-11-23T00:00-03:00")
        return datetime.fromtimestamp(0, UTC)
    if (day.hour, day.minute, day.second, day.microsecond) != (0, 0, 0, 0):
        value.problem("must be midnight; clock times count from it")
    return day if day.tzinfo else day.replace(tzinfo=UTC)
