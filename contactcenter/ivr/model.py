"""The menus as data: prompts, and nodes that lead to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from contactcenter.domain.needs import NOTHING, Needs

KEYS: Final = "0123456789*#"
ACCOUNT: Final = "account"
"""Where the account number is that a caller typed; `find` and `report` use it."""

VALUES: Final = ("name", "zone", "address", "cause", "restoration", ACCOUNT, "phone", "report")
"""What a text may have in braces: facts of the caller, what they typed, the number of their report."""

HOLD_VALUES: Final = ("position", "least", "most")
"""What a text on hold may have in braces: the place in line, and minutes of the estimated wait."""

COLLECTED: Final = (ACCOUNT, "phone")
PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Recording:
    """A file instead of a spoken text."""

    file: str


Prompt = Mapping[str, str | Recording]
"""What is said, by language."""

Words = tuple[str, ...]
Exit = tuple[str, str]
"""The path within a node, and the node it leads to."""


class _Leads:
    """Where a node leads: nowhere, unless it says so."""

    __slots__ = ()

    def chosen(self) -> list[Exit]:
        """The ways that a caller chooses."""
        return []

    def automatic(self) -> list[Exit]:
        """The ways that are taken without a choice of the caller: also after silence or a failure."""
        return []


@dataclass(frozen=True, slots=True)
class Announcement(_Leads):
    """Says something, then goes on."""

    prompts: tuple[str, ...]
    then: str

    def automatic(self) -> list[Exit]:
        """See `_Leads`."""
        return [("say.then", self.then)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a key, or one of `words`, does: go to `then`, in `language` from there on."""

    then: str
    language: str | None = None
    words: Words = ()


@dataclass(frozen=True, slots=True)
class Menu(_Leads):
    """A choice by key. `otherwise`: after more than `retries` misunderstandings. `seconds` of silence."""

    prompts: tuple[str, ...]
    choices: Mapping[str, Choice]
    otherwise: str
    retries: int = 2
    seconds: float = 6.0

    def chosen(self) -> list[Exit]:
        """See `_Leads`."""
        return [(f"menu.choices.{key}.then", choice.then) for key, choice in self.choices.items()]

    def automatic(self) -> list[Exit]:
        """See `_Leads`."""
        return [("menu.otherwise", self.otherwise)]


@dataclass(frozen=True, slots=True)
class Digits(_Leads):
    """Asks for a number of `least` to `most` digits and keeps it as `into`; `check` names a test of it."""

    prompts: tuple[str, ...]
    into: str
    least: int
    most: int
    then: str
    otherwise: str
    check: str = "digits"
    finish: str = "#"
    retries: int = 2
    seconds: float = 6.0
    wrong: str | None = None

    def chosen(self) -> list[Exit]:
        """See `_Leads`."""
        return [("gather.then", self.then)]

    def automatic(self) -> list[Exit]:
        """See `_Leads`."""
        return [("gather.otherwise", self.otherwise)]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold, all of it; what is None or empty does not matter.

    `open`: this queue is within its hours. `estimate`: when the power will be back is known. `reported`: they, or
    somebody at their place, have an open report.
    """

    open: str | None = None
    known: bool | None = None
    tiers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    outage: bool | None = None
    estimate: bool | None = None
    reported: bool | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch(_Leads):
    """Goes where the first condition that holds leads."""

    cases: tuple[tuple[Condition, str], ...]
    otherwise: str

    def automatic(self) -> list[Exit]:
        """See `_Leads`."""
        cases = [(f"when.cases[{position}].then", then) for position, (_, then) in enumerate(self.cases)]
        return [*cases, ("when.otherwise", self.otherwise)]


@dataclass(frozen=True, slots=True)
class Line(_Leads):
    """A person: puts the call into a queue. `needs` and `priority` are on top of the queue's own."""

    queue: str
    prompts: tuple[str, ...] = ()
    needs: Needs = NOTHING
    priority: float = 0.0


class TaskKind(StrEnum):
    """What is done: look an account up, take a report, record a message, connect with a number."""

    FIND = "find"
    REPORT = "report"
    VOICEMAIL = "voicemail"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Task(_Leads):
    """Something done for the caller that works, or does not.

    `queue` gets the voicemail, `number` is transferred to; `seconds` to record or to ring.
    """

    kind: TaskKind
    then: str | None
    otherwise: str
    prompts: tuple[str, ...] = ()
    queue: str = ""
    number: str = ""
    seconds: int = 0

    def automatic(self) -> list[Exit]:
        """See `_Leads`."""
        then = [] if self.then is None else [(f"{self.kind}.then", self.then)]
        return [*then, (f"{self.kind}.otherwise", self.otherwise)]


@dataclass(frozen=True, slots=True)
class Goodbye(_Leads):
    """Ends the call."""

    prompts: tuple[str, ...] = ()


Node = Announcement | Menu | Digits | Branch | Line | Task | Goodbye


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key that works at every level; `prompt` tells of it, before each menu."""

    key: str
    node: str
    prompt: str | None = None
    words: Words = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """What is heard while nobody is free; the texts are names of prompts, and what is None is not said.

    `music` is a file below the recordings, the vendor's own when empty; `every` so many pieces of it something is said.
    `soon`, `between` and `at_most` tell the estimated wait: less than a minute, a range, or its end alone.
    `recorded` is said to whoever comes into a queue whose calls are recorded. `full` and `closed` are for whoever is
    sent away: too many wait, or the center closed the contact. `trouble` is said while calls cannot be written down.
    """

    music: str = ""
    every: int = 3
    position: str | None = None
    soon: str | None = None
    between: str | None = None
    at_most: str | None = None
    recorded: str | None = None
    full: str | None = None
    closed: str | None = None
    trouble: str | None = None

    def said(self) -> list[tuple[str, str]]:
        """Each prompt with its place in the file."""
        return [(f"hold.{name}", prompt) for name in HOLD_PROMPTS if (prompt := getattr(self, name)) is not None]


HOLD_PROMPTS: Final = ("position", "soon", "between", "at_most", "recorded", "full", "closed", "trouble")


@dataclass(frozen=True, slots=True)
class Ivr:
    """One version of what callers hear. The first of `languages` is spoken until another is known or chosen.

    `person` and `hazard` lead to queue nodes, `hazard` to a hazard queue: whoever finds no way, or is in
    danger, always arrives. `silence` and `wrong` are said before something is asked again.
    """

    languages: tuple[str, ...]
    start: str
    person: Shortcut
    hazard: Shortcut
    silence: str
    wrong: str
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    hold: Hold = field(default_factory=Hold)
