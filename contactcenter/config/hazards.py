"""Reading `hazards`: what customers write when there is danger, and where they go then."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from contactcenter.config.entries import read_language
from contactcenter.config.reading import Value
from contactcenter.domain.hazards import BETWEEN, MOST_BETWEEN, Hazards, parts_of, phrase_problem

_MOST_PHRASES: Final = 1_000
"""In one language."""


def read_hazards(value: Value | None, queues: Collection[str]) -> Hazards | None:
    """The phrases by language, none of them twice; None when there are none to hear."""
    if value is None or value.raw is None:
        return None
    found = value.fields(("queue", "phrases"), ("between",))
    between = found["between"].integer(0, MOST_BETWEEN, " words") if "between" in found else BETWEEN
    phrases: dict[str, tuple[str, ...]] = {}
    for language, listed in found["phrases"].entries() if "phrases" in found else ():
        read_language(Value(language, listed.path, listed.problems))
        phrases[language] = _phrases(listed)
    if found.get("phrases") and not any(listed.raw for _, listed in found["phrases"].entries()):
        found["phrases"].problem("has no phrase, so that no danger is heard; write some, or remove hazards")
    queue = found["queue"].one_of(queues, "queue") if "queue" in found else ""
    return Hazards(queue=queue, phrases=phrases, between=between)


def _phrases(value: Value) -> tuple[str, ...]:
    known: dict[tuple[str, ...], str] = {}
    for item in value.elements(_MOST_PHRASES):
        phrase = item.text()
        if not phrase:
            continue
        if fault := phrase_problem(phrase):
            item.problem(fault)
            continue
        words = tuple(sorted(parts_of(phrase)))
        if words in known:
            item.problem(f"{phrase!r} says the same as {known[words]!r}; keep one")
        known.setdefault(words, phrase)
    return tuple(known.values())
