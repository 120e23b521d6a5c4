"""Reading what is asked of an agent: skills with least proficiency, groups of which one is enough, wishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from contactcenter.config.reading import Value, hint
from contactcenter.domain.configuration import EXPERT, LEARNING
from contactcenter.domain.needs import Needs

NEEDS_FIELDS: Final = ("skills", "any_of", "preferred")
_ON_THE_SCALE: Final = f"; {LEARNING} is learning, {EXPERT} is expert"
_MOST_GROUPS: Final = 20


class SkillReader:
    """Knows which skills there are."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known

    def skills(self, value: Value | None) -> dict[str, int]:
        """Skills with a proficiency each; none when there is no value."""
        found = {}
        for skill, proficiency in value.items() if value else ():
            if self._check(skill, proficiency):
                found[skill] = proficiency.integer(LEARNING, EXPERT, _ON_THE_SCALE)
        return found

    def names(self, value: Value | None) -> tuple[str, ...]:
        """A list of skills, each once."""
        return read_names(value, self._known, "skill")

    def needs(self, found: Mapping[str, Value]) -> Needs:
        """What the fields `skills`, `any_of` and `preferred` of `found` ask."""
        groups = found.get("any_of")
        return Needs(
            skills=self.skills(found.get("skills")),
            any_of=self._groups(groups) if groups else (),
            preferred=self.skills(found.get("preferred")),
        )

    def _groups(self, value: Value) -> tuple[dict[str, int], ...]:
        groups = []
        items = value.elements(_MOST_GROUPS)
        for item in items:
            group = self.skills(item)
            if item.raw == {}:
                item.problem("is empty, so that nobody could match; add a skill, such as {es: 1, pt: 1}")
            elif group and group in groups:
                item.problem("is there twice; keep one")
            groups.append(group)
        return tuple(groups)

    def _check(self, skill: str, value: Value) -> bool:
        if skill in self._known:
            return True
        value.problem(f"there is no skill {skill!r}; {hint(skill, self._known)}")
        return False


def read_names(value: Value | None, known: Collection[str], noun: str) -> tuple[str, ...]:
    """A list of names of `known`, each once."""
    names: list[str] = []
    for item in value.elements() if value else ():
        name = item.one_of(known, noun)
        if name and name in names:
            item.problem(f"{name} is there twice; keep one")
        names.append(name)
    return tuple(names)
