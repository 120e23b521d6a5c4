"""skills.yaml and routing.yaml: the first configuration of a database, and what `config apply` reads."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from contactcenter.config.documents import CHANNELS, ROUTING_FIELDS, SKILLS_FIELDS, configuration_from
from contactcenter.config.reading import Value, hint
from contactcenter.config.yaml_source import Source, read_yaml
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError, Problem

SKILLS_FILE: Final = "skills.yaml"
ROUTING_FILE: Final = "routing.yaml"
DEMO_AGENTS: Final = "demo_agents"
_LANGUAGES: Final = ("es", "pt", "en")


@dataclass(frozen=True, slots=True)
class AgentSeed:
    """A person of the demo; `language` is the one of their console."""

    id: str
    name: str
    profile: str
    language: str = "es"


@dataclass(frozen=True, slots=True)
class LoadedConfiguration:
    """What the two files say."""

    configuration: Configuration
    demo_agents: tuple[AgentSeed, ...] = ()


def load_configuration(folder: Path, version: int = 1, *, channels: Collection[str] = CHANNELS) -> LoadedConfiguration:
    """Read skills.yaml and routing.yaml of `folder`.

    Raises:
        InvalidConfigurationError: with every problem of both files, each with file, line and remedy.
    """
    sources, unread = [], []
    for name in (SKILLS_FILE, ROUTING_FILE):
        try:
            sources.append(read_yaml(folder / name))
        except InvalidConfigurationError as error:
            unread += error.problems
    if unread:
        raise InvalidConfigurationError(unread)
    skills, routing = sources
    return _Files(skills, routing).load(version, channels)


def routing_schema() -> dict[str, Any]:
    """The JSON Schema of routing.yaml: its shape, for editors. What its parts say of each other only reading tells."""
    text = files("contactcenter.config").joinpath("routing.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


class _Files:
    """The two sources and their problems while they are read."""

    def __init__(self, skills: Source, routing: Source) -> None:
        self._skills = skills
        self._routing = routing
        self._problems: list[Problem] = [*skills.problems, *routing.problems]

    def load(self, version: int, channels: Collection[str]) -> LoadedConfiguration:
        document = {
            **self._half(self._skills, (*SKILLS_FIELDS, DEMO_AGENTS)),
            **self._half(self._routing, ROUTING_FIELDS),
        }
        people = document.pop(DEMO_AGENTS, None)
        configuration = None
        try:
            configuration = configuration_from(document, version, channels=channels)
        except InvalidConfigurationError as error:
            self._add(error.problems)
        profiles = document.get("profiles")
        agents = self._agents(people, profiles if isinstance(profiles, dict) else {})
        if self._problems or configuration is None:
            raise InvalidConfigurationError(sorted(self._problems, key=self._order))
        return LoadedConfiguration(configuration, agents)

    def _half(self, source: Source, names: Collection[str]) -> dict[str, object]:
        if not isinstance(source.value, dict):
            self._problems.append(Problem("syntax", f"must begin with one of: {', '.join(names)}", source.file, 1))
            return {}
        unknown = [name for name in source.value if name not in names]
        for name in unknown:
            other = self._routing if source is self._skills else self._skills
            there = SKILLS_FIELDS if source is self._routing else ROUTING_FIELDS
            remedy = f"move it to {other.file}" if name in there else hint(name, names)
            self._problems.append(source.place(Problem(name, f"is not known here; {remedy}")))
        return {name: value for name, value in source.value.items() if name in names}

    def _agents(self, raw: object, profiles: Collection[str]) -> tuple[AgentSeed, ...]:
        if raw is None:
            return ()
        problems: list[Problem] = []
        agents = []
        for id_, value in Value(raw, DEMO_AGENTS, problems).items():
            found = value.fields(("name", "profile"), ("language",))
            name = found["name"].text() if "name" in found else ""
            profile = found["profile"].one_of(profiles, "profile") if "profile" in found else ""
            language = found["language"].one_of(_LANGUAGES, "language") if "language" in found else _LANGUAGES[0]
            agents.append(AgentSeed(id_, name, profile, language))
        self._add(problems)
        return tuple(agents)

    def _add(self, problems: list[Problem]) -> None:
        """Add problems with file and line; what reading a value already complained of is not said twice."""
        known = {(problem.file, problem.path) for problem in self._problems}
        for problem in problems:
            top = problem.path.split(".")[0].split("[")[0]
            source = self._routing if top in ROUTING_FIELDS else self._skills
            if (source.file, problem.path) not in known:
                self._problems.append(source.place(problem))

    def _order(self, problem: Problem) -> tuple[bool, int]:
        return problem.file != self._skills.file, problem.line or 0
