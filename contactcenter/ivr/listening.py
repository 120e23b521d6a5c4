"""Understanding what a caller pressed or said. Whatever it is, it never raises."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from contactcenter.ivr.model import KEYS

LONGEST_KEYS: Final = 64
"""Keys looked at; nothing that is asked for has as many."""

LONGEST_SPEECH: Final = 1_000
_FEWEST_OF_A_PHONE: Final = 8


def keys_of(raw: str) -> str:
    """The keys in what a vendor sent, without anything else. One more than is looked at shows that it is too long."""
    return "".join(letter for letter in raw[: 2 * LONGEST_KEYS] if letter in KEYS)[: LONGEST_KEYS + 1]


def one_key(keys: str) -> str | None:
    """The key that was pressed, also several times in a hurry; None when there were different ones, or none."""
    return keys[0] if keys and keys.count(keys[0]) == len(keys) else None


def plain(text: str) -> str:
    """Words without case, accents and punctuation, one blank around each: how speech is compared."""
    letters = unicodedata.normalize("NFKD", text[:LONGEST_SPEECH].casefold())
    kept = (each if each.isalnum() else " " for each in letters if not unicodedata.combining(each))
    return f" {' '.join(''.join(kept).split())} "


def says(spoken: str, words: Iterable[str]) -> bool:
    """Whether `spoken`, made plain, has one of `words`."""
    return any(wanted.strip() and wanted in spoken for wanted in map(plain, words))


def spoken_digits(text: str) -> str:
    """The digits in what was said."""
    return "".join(letter for letter in text[:LONGEST_SPEECH] if letter.isascii() and letter.isdigit())


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if position % 2 else 1) for position, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0  # noqa: PLR2004  decimal digits


def _phone(digits: str) -> bool:
    return len(digits) >= _FEWEST_OF_A_PHONE and len(set(digits)) > 1


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {"digits": lambda _: True, "luhn": _luhn, "phone": _phone}
"""Tests of a number, each of one or more ASCII digits: any; with a Luhn check digit; plausible as a telephone's."""


def fits(digits: str, least: int, most: int, check: str) -> bool:
    """Whether a number of `least` to `most` digits was given that passes the check."""
    return digits.isascii() and digits.isdigit() and least <= len(digits) <= most and CHECKS[check](digits)
