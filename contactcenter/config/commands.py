"""What `contactcenter config check` and `config apply` do; the command line only prints it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from contactcenter.config.answers import CannedAnswer, load_answers
from contactcenter.config.documents import CHANNELS
from contactcenter.config.files import AgentSeed, load_configuration
from contactcenter.config.reading import hint
from contactcenter.config.writing import document_of
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError, Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """Files that are fine."""

    configuration: Configuration
    demo_agents: tuple[AgentSeed, ...]
    answers: tuple[CannedAnswer, ...]

    def summary(self) -> str:
        """One line for a person."""
        found = self.configuration
        parts = (
            (found.skills, "skill"),
            (found.profiles, "profile"),
            (found.queues, "queue"),
            (found.entry_points, "entry point"),
            (found.hazards.all_phrases() if found.hazards else (), "hazard phrase"),
            (found.rules, "rule"),
            (found.calendars, "calendar"),
            (self.answers, "canned answer"),
        )
        counts = ", ".join(f"{len(part)} {noun}{'' if len(part) == 1 else 's'}" for part, noun in parts)
        return f"{counts}: all fine"


def check(folder: Path, *, channels: Collection[str] = CHANNELS) -> Checked:
    """Read skills.yaml, routing.yaml and crisis_messages/ of `folder`.

    Raises:
        InvalidConfigurationError: with every problem of all files, each with file, line and remedy.
    """
    problems: list[Problem] = []
    loaded = None
    answers: tuple[CannedAnswer, ...] = ()
    try:
        loaded = load_configuration(folder, channels=channels)
    except InvalidConfigurationError as error:
        problems += error.problems
    try:
        answers = load_answers(folder, channels=channels)
    except InvalidConfigurationError as error:
        problems += error.problems
    if problems or loaded is None:
        raise InvalidConfigurationError(problems)
    return Checked(loaded.configuration, loaded.demo_agents, answers)


class StoredVersion(Protocol):
    """A version of the configuration as storage keeps it."""

    @property
    def version(self) -> int:
        """Its number."""

    @property
    def configuration(self) -> Configuration:
        """What it says."""


class StoredAgent(Protocol):
    """Somebody who has a profile."""

    @property
    def name(self) -> str:
        """What people call them."""

    @property
    def profile(self) -> str:
        """The id of their profile."""


class ConfigurationStore(Protocol):
    """The part of storage that holds the configuration."""

    async def configuration(self) -> StoredVersion:
        """The version that holds now."""

    async def agents(self) -> Sequence[StoredAgent]:
        """Everybody."""

    async def change_configuration(
        self,
        *,
        base_version: int,
        configuration: Configuration,
        by: str,
        comment: str | None,
        moves: Mapping[str, str],
        stimulus_id: str,
    ) -> int:
        """Make a new version and tell the router of it, in one commit."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did: the version that holds now, and what it changed, a line for a person each."""

    version: int
    changes: tuple[str, ...]


async def apply(
    store: ConfigurationStore,
    configuration: Configuration,
    *,
    by: str,
    stimulus_id: str,
    comment: str | None = None,
    moves: Mapping[str, str] | None = None,
) -> Applied:
    """Make `configuration` the one that holds; nothing is written when it says what holds already.

    Raises:
        InvalidConfigurationError: agents have a profile that would vanish, or `moves` names no queue of it.
        Exception: what `change_configuration` raises: somebody changed it meanwhile, or a queue that
            would vanish has contacts and `moves` names no queue for them.
    """
    await _check_what_is_in_use(store, configuration, moves or {})
    stored = await store.configuration()
    changes = tuple(differences(stored.configuration, configuration))
    if not changes:
        return Applied(stored.version, ())
    version = await store.change_configuration(
        base_version=stored.version,
        configuration=replace(configuration, version=stored.version + 1),
        by=by,
        comment=comment,
        moves=moves or {},
        stimulus_id=stimulus_id,
    )
    return Applied(version, changes)


async def _check_what_is_in_use(
    store: ConfigurationStore, configuration: Configuration, moves: Mapping[str, str]
) -> None:
    people: dict[str, list[str]] = {}
    for agent in await store.agents():
        if agent.profile not in configuration.profiles:
            people.setdefault(agent.profile, []).append(agent.name)
    problems = [
        Problem(f"profiles.{profile}", f"is missing and is the profile of {', '.join(names)}; give them another first")
        for profile, names in people.items()
    ]
    problems += [
        Problem(f"moves.{queue}", f"there is no queue {target!r}; {hint(target, configuration.queues)}")
        for queue, target in moves.items()
        if target not in configuration.queues
    ]
    if problems:
        raise InvalidConfigurationError(problems)


def differences(before: Configuration, after: Configuration) -> list[str]:
    """What differs, by path: `+ path: value`, `- path: value`, `~ path: value → value`."""
    old, new = _flat("", document_of(before)), _flat("", document_of(after))
    lines = [f"- {path}: {old[path]}" for path in old if path not in new]
    for path, value in new.items():
        if path not in old:
            lines.append(f"+ {path}: {value}")
        elif old[path] != value:
            lines.append(f"~ {path}: {old[path]} → {value}")
    return lines


def _flat(path: str, value: object) -> dict[str, object]:
    """Every leaf by its path. An entry point is one leaf, known by its door: their order means nothing."""
    if path == "entry_points" and isinstance(value, list):
        return {
            f"{path}.{entry['channel']} {entry['address']} {entry['keyword'] or ''}".rstrip(): entry for entry in value
        }
    if isinstance(value, dict) and value:
        leaves: dict[str, object] = {}
        for key, inner in value.items():
            leaves |= _flat(f"{path}.{key}" if path else key, inner)
        return leaves
    return {path: value}
