"""Words that mean "stop writing to me" or "write to me again", as data.

Only a message that is nothing but the word counts: "baja tensión en mi casa" is a report.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from contactcenter.domain.words import MessageKind


@dataclass(frozen=True, slots=True)
class Keywords:
    """The two sets, each word as `plain` gives it."""

    opt_out: AbstractSet[str]
    opt_in: AbstractSet[str]

    def kind_of(self, text: str) -> MessageKind:
        """What a message with this text means."""
        word = plain(text)
        if word in self.opt_out:
            return MessageKind.OPT_OUT
        if word in self.opt_in:
            return MessageKind.OPT_IN
        return MessageKind.MESSAGE


def plain(text: str) -> str:
    """`text` without case, accents, punctuation and spaces around it; empty when it is too long for a keyword."""
    if len(text) > 40:  # noqa: PLR2004  no keyword is that long
        return ""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if letter.isalnum() or letter.isspace())
    return " ".join(kept.split())


# The English words are the carriers' own: the vendor blocks its number at them whatever we do, so the two
# must agree. "yes" is not among ours although vendors know it: customers say yes to agents.
ENGLISH_OUT = frozenset({"stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
ENGLISH_IN = frozenset({"start", "unstop"})
SPANISH_OUT = frozenset({"baja", "parar", "pare", "salir", "detener", "desuscribir"})
SPANISH_IN = frozenset({"alta", "iniciar", "suscribir"})
PORTUGUESE_OUT = frozenset({"sair", "parar", "pare", "descadastrar", "remover"})
PORTUGUESE_IN = frozenset({"iniciar", "recadastrar"})

STANDARD = Keywords(
    opt_out=ENGLISH_OUT | SPANISH_OUT | PORTUGUESE_OUT,
    opt_in=ENGLISH_IN | SPANISH_IN | PORTUGUESE_IN,
)
