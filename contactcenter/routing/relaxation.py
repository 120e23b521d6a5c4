"""What is still asked of an agent after some of a queue's relaxation steps: plain functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contactcenter.domain.needs import Clause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contactcenter.domain.configuration import RelaxationStep


class Asked(NamedTuple):
    """`required` must hold; of those for whom it does, whoever has more of `wished` comes first.

    People of `profiles` need none of it.
    """

    required: tuple[Clause, ...]
    wished: tuple[Clause, ...]
    profiles: frozenset[str]


def asked(clauses: Sequence[Clause], steps: Sequence[RelaxationStep], level: int) -> Asked:
    """What `clauses` ask after the first `level` of `steps`.

    A preferred clause is required as long as a later step would drop it.
    """
    taken, later = steps[:level], steps[level:]
    required, wished = [], []
    for clause in clauses:
        if any(_drops(step, clause) for step in taken):
            if clause.preferred:
                wished.append(clause)
        elif clause.preferred and not any(_drops(step, clause) for step in later):
            wished.append(_lowered(clause, taken))
        else:
            required.append(_lowered(clause, taken))
    return Asked(tuple(required), tuple(wished), frozenset(name for step in taken for name in step.profiles))


def due_steps(steps: Sequence[RelaxationStep], waited: float) -> int:
    """How many of `steps` are due after `waited` seconds in the queue."""
    return sum(1 for step in steps if step.after_seconds <= waited)


def steps_held(earned: int, steps: int, staffed: Callable[[int], bool]) -> int:
    """How many of `steps` hold: those earned, and as many more as it takes while nobody on shift could serve.

    `staffed` says whether somebody on shift could after so many.
    """
    while earned < steps and not staffed(earned):
        earned += 1
    return earned


def fits(clause: Clause, skills: Mapping[str, int]) -> bool:
    """Whether somebody with `skills` has one of what the clause asks."""
    return any(skills.get(skill, 0) >= minimum for skill, minimum in clause.any_of)


def proficiency(clauses: Sequence[Clause], skills: Mapping[str, int]) -> int:
    """How good somebody is at what is asked: the sum over clauses of the best of each."""
    return sum(max((skills.get(skill, 0) for skill, _ in clause.any_of), default=0) for clause in clauses)


def _drops(step: RelaxationStep, clause: Clause) -> bool:
    if step.drop_preferred and clause.preferred:
        return True
    return any(skill in step.drop for skill, _ in clause.any_of)


def _lowered(clause: Clause, steps: Sequence[RelaxationStep]) -> Clause:
    if not any(skill in step.lower for step in steps for skill, _ in clause.any_of):
        return clause
    return Clause(
        tuple(
            (skill, min([minimum, *(step.lower[skill] for step in steps if skill in step.lower)]))
            for skill, minimum in clause.any_of
        ),
        clause.preferred,
    )
