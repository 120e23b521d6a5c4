"""Hearing danger in what customers write: phrases of the configuration, anywhere in a text of any channel.

A false alarm costs somebody a look, a miss may cost a life: so the words of a phrase may stand in any order, with
others among them, and a word may be given by its beginning. What is not heard: a danger in words that no phrase has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final, NamedTuple

ANY_ENDING: Final = "*"
SHORTEST_STEM: Final = 3
"""Letters before a `*`; with fewer, half the dictionary would begin so."""

SHORTEST_ALONE: Final = 4
"""Letters of a word that is a phrase by itself: it is heard in any text."""

MOST_WORDS: Final = 6
BETWEEN: Final = 6
"""Other words among those of a phrase: "un cable de alta tensión que se cayó"."""

MOST_BETWEEN: Final = 20
LONGEST_TEXT: Final = 20_000
"""Letters that are looked at; who writes more has said it by then."""

_DECORATION: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]+")
"""Accents, once they stand alone, and marks that nobody sees."""

_WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"[^\W_]+\*?|\*")


@dataclass(frozen=True, slots=True)
class Hazards:
    """What says that there is danger, and the queue of whoever says it.

    `phrases` by language. A phrase is heard where all its words stand in a text, with at most `between` other words
    among them; `caid*` is every word that begins so. Case, accents, punctuation and order do not matter.
    """

    queue: str
    phrases: Mapping[str, tuple[str, ...]]
    between: int = BETWEEN

    def all_phrases(self) -> list[tuple[str, str]]:
        """Every language and phrase, in order."""
        return [(language, phrase) for language, phrases in self.phrases.items() for phrase in phrases]


class Danger(NamedTuple):
    """The phrase that was heard, and its language."""

    phrase: str
    language: str


def phrase_problem(phrase: str) -> str | None:
    """What is wrong with a phrase, with the remedy; None when nothing is."""
    words = parts_of(phrase)
    if not words or ANY_ENDING in words:
        return f"{phrase!r} has no word, or a * that ends none; write such as: cable* caid*"
    if len(words) > MOST_WORDS:
        return f"{phrase!r} has {len(words)} words; use at most {MOST_WORDS}"
    for word in words:
        stem = word.removesuffix(ANY_ENDING)
        if stem != word and len(stem) < SHORTEST_STEM:
            return f"{word!r} would be nearly every word; write at least {SHORTEST_STEM} letters before the *"
    if len(words) == 1 and len(words[0].removesuffix(ANY_ENDING)) < SHORTEST_ALONE:
        return f"{phrase!r} alone would be heard in nearly every text; add a word, or make it a keyword of a door"
    for one, other in permutations(words, 2):
        if _covers(one, other):
            return f"{one!r} is heard wherever {other!r} is; keep one of the two"
    return None


class HazardEar:
    """The phrases of a configuration, made ready once for all the texts that come."""

    def __init__(self, hazards: Hazards | None) -> None:
        self._between = hazards.between if hazards else 0
        self._dangers: list[Danger] = []
        self._phrases: list[tuple[int, ...]] = []
        self._words: dict[str, int] = {}
        self._stems: dict[str, list[tuple[str, int]]] = {}
        self._first: dict[int, list[int]] = {}
        known: dict[str, int] = {}
        for language, phrase in hazards.all_phrases() if hazards else ():
            words = tuple(known.setdefault(word, len(known)) for word in parts_of(phrase))
            self._first.setdefault(words[0], []).append(len(self._phrases))
            self._phrases.append(words)
            self._dangers.append(Danger(phrase, language))
        for word, number in known.items():
            stem = word.removesuffix(ANY_ENDING)
            if stem == word:
                self._words[word] = number
            else:
                self._stems.setdefault(stem[:SHORTEST_STEM], []).append((stem, number))

    def hear(self, text: str, language: str | None = None) -> Danger | None:
        """The first phrase that is in `text`, in the configuration's order; one of `language` before all others."""
        if not self._phrases:
            return None
        places: dict[int, list[int]] = {}
        for place, word in enumerate(words_of(text)):
            if word in self._words:
                places.setdefault(self._words[word], []).append(place)
            for stem, number in self._stems.get(word[:SHORTEST_STEM], ()):
                if word.startswith(stem):
                    places.setdefault(number, []).append(place)
        first: Danger | None = None
        for phrase in sorted(phrase for number in places for phrase in self._first.get(number, ())):
            words, danger = self._phrases[phrase], self._dangers[phrase]
            if all(word in places for word in words) and _near([places[word] for word in words], self._between):
                if language in (None, danger.language):
                    return danger
                first = first or danger
        return first


def words_of(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation."""
    return _WORD.findall(_plain(text))


def parts_of(phrase: str) -> list[str]:
    """The words of a phrase, each with the `*` that it may end with."""
    return _PART.findall(_plain(phrase))


def _plain(text: str) -> str:
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return text.lower()
    return _DECORATION.sub("", unicodedata.normalize("NFKD", text).casefold())


def _covers(one: str, other: str) -> bool:
    """Whether a word that fits `other` fits `one`."""
    stem = one.removesuffix(ANY_ENDING)
    return other.startswith(stem) if stem != one else one == other


def _near(places: Sequence[Sequence[int]], between: int) -> bool:
    """Whether one place of each stands together with at most `between` others among them."""
    most = len(places) + between
    along = sorted((place, word) for word, found in enumerate(places) for place in found)
    last = [-most - 1] * len(places)
    for place, word in along:
        last[word] = place
        if place - min(last) < most:
            return True
    return False
