"""Reporting an outage by message without a person: `LUZ 4401873`, and what is asked when that does not say enough.

Pure: a text is heard, and what is heard is answered from facts. Whatever is not exactly this is None, which
means: it is for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import Struct

LONGEST_TEXT: Final = 80
"""Letters of a message that can be a report; what is longer was written for a person."""

LONGEST_ACCOUNT: Final = 64
MOST_CHOICES: Final = 9
"""Premises that one message lists; who has more names the account."""

MOST_TRIES: Final = 2
"""So often something is asked again; after that a person answers."""

_FILLERS: Final = frozenset({"cuenta", "cta", "conta", "account", "numero", "nro", "num", "number", "n", "no", "o"})
_WORD: Final = re.compile("[a-z]{3}")
_CHOICE_FILLERS: Final = frozenset({"la", "el", "a", "o", "the", "opcion", "opcao", "option", "numero", "number", "n"})


class Ask(StrEnum):
    """What a customer was asked."""

    ACCOUNT = "account"
    PLACE = "place"


class Question(Struct, frozen=True):
    """What waits for an answer: the account, or which of `places` (premises' numbers in the order listed)."""

    ask: Ask
    places: tuple[str, ...] = ()
    tries: int = 0


class Heard(Struct, frozen=True):
    """A report of the account that one of `accounts` writes, or of the `choice`-th place; of neither: `LUZ` alone."""

    accounts: tuple[str, ...] = ()
    choice: int | None = None


class What(StrEnum):
    """What a customer is answered."""

    REPORTED = "reported"
    ASK_ACCOUNT = "ask_account"
    UNKNOWN_ACCOUNT = "unknown_account"
    ASK_PLACE = "ask_place"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the sender, or of the account they named: `own` if theirs. `places` are premises' numbers."""

    known: bool = False
    own: bool = True
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer, and what is asked from now on. `place` is what is reported; None: all the account has."""

    what: What
    question: Question | None = None
    place: str | None = None


def keyword(text: str, keywords: Collection[str]) -> Heard | None:
    """Whether a text is exactly one of `keywords` (as `words_of` gives them), alone or with an account."""
    first, *rest = _parts(text) or [""]
    if _plain(first) not in keywords:
        return None
    accounts = _accounts(rest)
    return Heard(accounts) if accounts or not rest else None


def answer_to(question: Question, text: str) -> Heard | None:
    """What a text says to a question."""
    parts = _parts(text)
    if question.ask is Ask.PLACE:
        said = [word for word in map(_plain, parts) if word not in _CHOICE_FILLERS]
        if len(said) == 1 and len(said[0]) <= 2 and said[0].isascii() and said[0].isdigit():  # noqa: PLR2004  1 to 9
            return Heard(choice=int(said[0]))
    accounts = _accounts(parts)
    return Heard(accounts) if accounts else None


def respond(heard: Heard, question: Question | None, facts: Facts) -> Turn | None:
    """What follows; `facts` are of the account that was heard, else of the sender. None: a person answers."""
    if heard.choice is not None and question is not None:
        return _chosen(heard.choice, question, facts)
    if not facts.known:
        return _unknown(question) if heard.accounts else Turn(What.ASK_ACCOUNT, Question(Ask.ACCOUNT))
    if len(facts.places) <= 1:
        return Turn(What.REPORTED, None, facts.places[0] if facts.places else None)
    if facts.own and len(facts.places) <= MOST_CHOICES:  # where somebody else lives is not told
        return Turn(What.ASK_PLACE, Question(Ask.PLACE, facts.places))
    return Turn(What.REPORTED) if heard.accounts else Turn(What.ASK_ACCOUNT, Question(Ask.ACCOUNT))


def _unknown(question: Question | None) -> Turn | None:
    """There is no such account; `question` is what was asked before."""
    tries = question.tries + 1 if question is not None and question.ask is Ask.ACCOUNT else 1
    return None if tries > MOST_TRIES else Turn(What.UNKNOWN_ACCOUNT, Question(Ask.ACCOUNT, (), tries))


def _chosen(choice: int, question: Question, facts: Facts) -> Turn | None:
    if 1 <= choice <= len(question.places):
        place = question.places[choice - 1]
        return Turn(What.REPORTED, None, place) if place in facts.places else Turn(What.REPORTED)
    if question.tries >= MOST_TRIES:
        return None
    return Turn(What.ASK_PLACE, Question(Ask.PLACE, question.places, question.tries + 1))


def words_of(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation; none of one that is too long."""
    return [word for word in map(_plain, _parts(text)) if word]


def _parts(text: str) -> list[str]:
    """What stands between blanks, colons and commas; nothing of a text that is too long."""
    if len(text) > LONGEST_TEXT:
        return []
    return "".join(" " if each in ":,;" else each for each in text).split()


def _plain(part: str) -> str:
    letters = unicodedata.normalize("NFKD", part.casefold())
    return "".join(each for each in letters if each.isalnum())


def _accounts(parts: list[str]) -> tuple[str, ...]:
    """How the register may write the account in `parts`; nothing if they are anything but one number.

    More than two letters together are a word: whoever writes one, of a cable perhaps, is talking to a person.
    """
    said = [(part, word) for part in parts if (word := _plain(part)) and word not in _FILLERS]
    joined = "".join(word for _, word in said)
    if not joined or len(joined) > LONGEST_ACCOUNT or not joined.isascii() or _WORD.search(joined):
        return ()
    if not all(any(letter.isdigit() for letter in word) for _, word in said):
        return ()
    raw = said[0][0].strip("#.()") if len(said) == 1 else joined
    forms = (unicodedata.normalize("NFKC", raw), joined)
    return tuple(dict.fromkeys(form for one in forms for form in (one, one.upper()) if form))
