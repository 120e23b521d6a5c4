"""Who is on shift, and so how far each waiting line is relaxed: for questions over all lines at once.

The engine asks this of each line as it is made; an explanation asks it of thousands together. Sets of
profiles are bits of an integer; what a profile can do is asked of `eligibility` and `relaxation`, once for
each clause and channel.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from contactcenter.domain.configuration import SkillProfile
from contactcenter.domain.words import AgentStatus
from contactcenter.routing.eligibility import media_refusal
from contactcenter.routing.relaxation import Asked, asked, fits, steps_held

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contactcenter.domain.configuration import Configuration, RelaxationStep
    from contactcenter.domain.needs import Clause
    from contactcenter.domain.words import MediaClass
    from contactcenter.routing.lines import LineKey
    from contactcenter.routing.state import Agent

Staff: TypeAlias = "Sequence[tuple[SkillProfile, int]]"
"""The profiles of those who are signed in, each with how many they are."""


def on_shift(configuration: Configuration, agents: Iterable[Agent]) -> Staff:
    """The profiles of those who are signed in, each with how many they are."""
    counts = Counter(agent.profile for agent in agents if agent.status is not AgentStatus.LOGGED_OUT)
    return [(profile_of(configuration, profile), count) for profile, count in counts.items()]


def profile_of(configuration: Configuration, profile_id: str) -> SkillProfile:
    """A profile; whoever has one that was deleted can take nothing."""
    return configuration.profiles.get(profile_id) or SkillProfile(profile_id, profile_id, (), {}, {})


class Coverage:
    """Which of some profiles serve what is asked, as bits in their order."""

    def __init__(self, profiles: Sequence[SkillProfile]) -> None:
        self._profiles = profiles
        self._working: dict[tuple[str, MediaClass], int] = {}
        self._fitting: dict[Clause, int] = {}
        self._named: dict[frozenset[str], int] = {}

    def serving(self, channel: str, media: MediaClass, needed: Asked) -> int:
        """Those that `profile_refusal` does not refuse."""
        working = self._working.get((channel, media))
        if working is None:
            working = self._bits(media_refusal(one, channel, media) is None for one in self._profiles)
            self._working[channel, media] = working
        fitting = working
        for clause in needed.required:
            if not fitting:
                break
            fitting &= self._fit(clause)
        return fitting | (working & self._name(needed.profiles) if needed.profiles else 0)

    def _fit(self, clause: Clause) -> int:
        found = self._fitting.get(clause)
        if found is None:
            found = self._fitting[clause] = self._bits(fits(clause, one.skills) for one in self._profiles)
        return found

    def _name(self, names: frozenset[str]) -> int:
        found = self._named.get(names)
        if found is None:
            found = self._named[names] = self._bits(one.id in names for one in self._profiles)
        return found

    @staticmethod
    def _bits(facts: Iterable[bool]) -> int:
        return sum(fact << position for position, fact in enumerate(facts))


class Staffing:
    """Those on shift under one configuration: what each line asks by now, and how many could take it."""

    def __init__(self, configuration: Configuration, staff: Staff) -> None:
        self.configuration = configuration
        self._counts = [count for _, count in staff]
        self._coverage = Coverage([profile for profile, _ in staff])
        self._asked: dict[tuple[str, tuple[Clause, ...], int], Asked] = {}

    def steps(self, queue: str) -> Sequence[RelaxationStep]:
        """The relaxation steps of a queue; none of one that was removed."""
        settings = self.configuration.queues.get(queue)
        return settings.relaxation if settings else ()

    def level(self, key: LineKey) -> int:
        """How many relaxation steps hold for a line."""
        return steps_held(key.relaxed, len(self.steps(key.queue)), lambda level: self._serving(key, level) != 0)

    def asked(self, key: LineKey, level: int) -> Asked:
        """What the contacts of a line ask after so many steps."""
        known = (key.queue, key.clauses, level)
        found = self._asked.get(known)
        if found is None:
            found = self._asked[known] = asked(key.clauses, self.steps(key.queue), level)
        return found

    def asked_now(self, key: LineKey) -> Asked:
        """What they ask by now."""
        return self.asked(key, self.level(key))

    def able(self, key: LineKey, level: int) -> int:
        """How many people could take contacts of a line after so many steps, once they are free."""
        serving = self._serving(key, level)
        return sum(count for position, count in enumerate(self._counts) if serving >> position & 1)

    def _serving(self, key: LineKey, level: int) -> int:
        return self._coverage.serving(key.channel, key.media, self.asked(key, level))
