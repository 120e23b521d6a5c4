"""What a contact asks of an agent: an AND of ORs of skills, required or preferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Clause(NamedTuple):
    """One of `any_of` (skill, least proficiency) is enough. Sorted by skill.

    `preferred`: asked only until a relaxation step drops it; after that, and where no step ever does,
    whoever has it is merely chosen first.
    """

    any_of: tuple[tuple[str, int], ...]
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """The same as a person writes it: all of `skills`, one of each of `any_of`, rather `preferred` too.

    Every value is a skill with its least proficiency, 1 to 5.
    """

    skills: Mapping[str, int] = field(default_factory=dict)
    any_of: tuple[Mapping[str, int], ...] = ()
    preferred: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.skills or self.any_of or self.preferred)


NOTHING = Needs()


def together(first: Needs, second: Needs) -> Needs:
    """Both: for a skill in both the higher minimum."""
    if not second:
        return first
    if not first:
        return second
    return Needs(
        skills=_highest((first.skills, second.skills)),
        any_of=(*first.any_of, *(one for one in second.any_of if one not in first.any_of)),
        preferred=_highest((first.preferred, second.preferred)),
    )


def clauses_of(needs: Needs) -> tuple[Clause, ...]:
    """The clauses of `needs`, in one order only, without what another clause asks already."""
    required = needs.skills
    single = [Clause(((skill, minimum),)) for skill, minimum in sorted(required.items())]
    several = {
        Clause(tuple(sorted(one.items())))
        for one in needs.any_of
        if not any(required.get(skill, 0) >= minimum for skill, minimum in one.items())
    }
    wishes = [
        Clause(((skill, minimum),), preferred=True)
        for skill, minimum in sorted(needs.preferred.items())
        if required.get(skill, 0) < minimum
    ]
    return (*single, *sorted(several), *wishes)


def _highest(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    highest: dict[str, int] = {}
    for skills in several:
        for skill, minimum in skills.items():
            highest[skill] = max(minimum, highest.get(skill, 0))
    return dict(sorted(highest.items()))
