"""Customers' text as it enters, and long text as it leaves.

Adapters clean every string that a customer chose: what gets past them can be stored, compared and shown.
"""

from __future__ import annotations

import re
from typing import Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_JOINERS: Final = "\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def clean(text: str) -> str:
    """`text` without what no database or screen can carry: lone surrogates (as U+FFFD), NUL and other controls.

    Line ends become a single newline.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def clean_line(text: str, limit: int) -> str:
    """A name, id or address: `clean`, on one line, at most `limit` characters."""
    return " ".join(clean(text).split())[:limit].rstrip()


def split(text: str, limit: int) -> list[str]:
    """`text` in parts of at most `limit` characters: cut between paragraphs, else sentences, words, characters.

    An emoji made of several characters stays whole. The cut's own white space is dropped, nothing else.
    """
    parts = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest or not parts:
        parts.append(rest)
    return parts


def _cut(text: str, limit: int) -> int:
    # A part less than half full is worse to read than a cut in a less natural place.
    window = text[: limit + 1]
    for mark in ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " "):
        at = window.rfind(mark, limit // 2)
        if at > 0:
            end = at + len(mark.rstrip(" \n"))
            if end <= limit:
                return end
    cut = limit
    while cut > limit // 2 and (text[cut] in _JOINERS or text[cut - 1] in _JOINERS[:1]):
        cut -= 1
    return cut
