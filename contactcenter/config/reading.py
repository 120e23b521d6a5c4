"""Reading plain values (from YAML or JSON) into typed ones, noting every problem instead of stopping at the first.

A reader that finds something wrong notes the path, what is wrong and the remedy, and returns a
harmless value; nothing is built from it because problems are raised before it is used.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contactcenter.config.yaml_source import joined
from contactcenter.domain.errors import Problem

MAX_TEXT: Final = 200
"""Longest name or other short text, in characters."""
MAX_ELEMENTS: Final = 10_000
"""Longest list, unless a field says otherwise."""
_ID: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its path; `problems` is shared by the whole document."""

    raw: object
    path: str
    problems: list[Problem]

    def problem(self, message: str) -> None:
        """Note what is wrong here, with the remedy."""
        self.problems.append(Problem(self.path, message))

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Value]:
        """The fields that are there; notes unknown and missing ones."""
        entries: dict[str, Value] = dict(self._mapping())
        allowed = [*required, *optional]
        for name in [name for name in entries if name not in allowed]:
            entries.pop(name).problem(f"is not known here; {hint(name, allowed)}")
        if isinstance(self.raw, Mapping):
            for name in required:
                if name not in entries:
                    self.problems.append(Problem(joined(self.path, name), "is missing; add it"))
        return entries

    def items(self) -> Iterator[tuple[str, Value]]:
        """Entries of a mapping from ids to something."""
        for key, value in self._mapping():
            if not _ID.fullmatch(key):
                value.problem(f"{key!r} is no id; use lower-case letters a–z, digits, - and _, a letter first")
            yield key, value

    def entries(self) -> list[tuple[str, Value]]:
        """Entries of a mapping whose keys are no ids."""
        return self._mapping()

    def elements(self, most: int = MAX_ELEMENTS) -> list[Value]:
        """The elements of a list of at most `most`."""
        if not isinstance(self.raw, list):
            self.problem(f"must be a list, not {kind(self.raw)}")
            return []
        if len(self.raw) > most:
            self.problem(f"has {len(self.raw)} elements; use at most {most}")
            return []
        return [Value(raw, f"{self.path}[{position}]", self.problems) for position, raw in enumerate(self.raw)]

    def text(self, limit: int = MAX_TEXT) -> str:
        """A text that is not empty."""
        if not isinstance(self.raw, str):
            remedy = f'; put it in quotes: "{self.raw}"' if _is_number(self.raw) else ""
            self.problem(f"must be a text, not {kind(self.raw)}{remedy}")
            return ""
        if not self.raw.strip():
            self.problem("is empty; write a text")
        elif len(self.raw) > limit:
            self.problem(f"has {len(self.raw)} characters; use at most {limit}")
        elif not _is_clean(self.raw):
            self.problem("has control characters or broken letters; write it again")
        return self.raw.strip()

    def texts(self, limit: int = MAX_TEXT) -> dict[str, str]:
        """A text by language code."""
        if isinstance(self.raw, str):
            self.problem(f"must be a text by language; write {{es: {self.raw[:40]}}}")
            return {}
        found = {}
        for language, value in self._mapping():
            if not _LANGUAGE.fullmatch(language):
                value.problem(f"{language!r} is no language code; use es, pt, en or another of two letters")
            found[language] = value.text(limit)
        if isinstance(self.raw, Mapping) and not found:
            self.problem("has no text; write one by language, such as {es: …, pt: …, en: …}")
        return found

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.raw, bool):
            self.problem(f"must be true or false, not {kind(self.raw)}")
            return False
        return self.raw

    def integer(self, lowest: int, highest: int, meaning: str = "") -> int:
        """A whole number from `lowest` to `highest`."""
        raw = self.raw
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int):
            self.problem(f"must be a whole number, not {kind(raw)}")
            return lowest
        if not lowest <= raw <= highest:
            self.problem(f"{short(raw)} is outside of {lowest} to {highest}{meaning}")
            return lowest
        return raw

    def number(self, lowest: float, highest: float, unit: str = "", *, above: bool = False, note: str = "") -> float:
        """A number from `lowest` (`above`: more than it) to `highest`; `note` explains it."""
        if not _is_number(self.raw):
            self.problem(f"must be a number{unit and ' of '}{unit}, not {kind(self.raw)}")
            return highest
        try:
            value = float(self.raw)  # type: ignore[arg-type]  # _is_number says so
        except OverflowError:
            value = math.inf
        if not (lowest < value if above else lowest <= value) or value > highest:
            least = f"more than {lowest:g}" if above else f"{lowest:g} or more"
            self.problem(
                f"{short(self.raw)} is out of bounds; use {least}, at most {highest:g}{unit and ' '}{unit}{note}"
            )
            return highest
        return value

    def seconds(self, *, above: bool = True) -> float:
        """A duration of up to a day, in seconds."""
        return self.number(0, _DAY, "seconds", above=above)

    def one_of(self, known: Collection[str], noun: str) -> str:
        """One of the names in `known`."""
        name = self.text()
        if name and name not in known:
            self.problem(f"there is no {noun} {short(name)!r}; {hint(name, known)}")
        return name

    def _mapping(self) -> list[tuple[str, Value]]:
        if not isinstance(self.raw, Mapping):
            self.problem(f"must have entries of the form name: value, not be {kind(self.raw)}")
            return []
        return [(str(key), Value(raw, joined(self.path, str(key)), self.problems)) for key, raw in self.raw.items()]


def hint(name: str, known: Collection[str]) -> str:
    """What to write instead of `name`: the nearest known one, or all of them."""
    near = difflib.get_close_matches(name[:MAX_TEXT].casefold(), list(known), n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"use one of: {', '.join(sorted(known))}" if known else "there are none yet: add it first"


def kind(raw: object) -> str:
    """What a value is, for people."""
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return "true or false"
    if isinstance(raw, str):
        return f"the text {short(raw)!r}"
    if _is_number(raw):
        return f"the number {short(raw)}"
    return "a list" if isinstance(raw, list) else "a group of entries"


def short(raw: object) -> str:
    """At most 40 characters of what somebody wrote."""
    try:
        text = str(raw)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004  the docstring says it


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _is_clean(text: str) -> bool:
    """Whether a database and a browser can take it: no control characters, no lone surrogates."""
    return all(letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs") for letter in text)
