"""Approved first messages in `crisis_messages/`: what agents may send by hand as canned answers.

One file a message: a title by language, and the text by channel and language; `any` is the text of
every channel that has none of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contactcenter.config.documents import CHANNELS
from contactcenter.config.reading import Value
from contactcenter.config.yaml_source import Source, read_yaml
from contactcenter.domain.configuration import Texts
from contactcenter.domain.errors import InvalidConfigurationError, Problem

FOLDER: Final = "crisis_messages"
ANY: Final = "any"
LANGUAGES: Final = ("es", "pt", "en")
"""Languages in which every message must be there."""

_LONGEST: Final = 1_500
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØøÅå_ΔΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_PAIRS: Final = frozenset("^{}\\[~]|€")
_ONE_SMS: Final = 160


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """A text that is approved. `texts` by language; `by_channel` where a channel has a wording of its own."""

    id: str
    title: Texts
    texts: Texts
    by_channel: Mapping[str, Texts]

    def texts_for(self, channel: str) -> Texts:
        """The wording for `channel`, by language."""
        return self.by_channel.get(channel, self.texts)


def load_answers(folder: Path, *, channels: Collection[str] = CHANNELS) -> tuple[CannedAnswer, ...]:
    """Every message of `folder`/crisis_messages, in order of file name; none when there is no such folder.

    Raises:
        InvalidConfigurationError: with every problem of every file, each with file, line and remedy.
    """
    answers, problems = [], []
    for path in sorted((folder / FOLDER).glob("*.y*ml")):
        try:
            answers.append(_read(read_yaml(path, f"{FOLDER}/{path.name}"), path.stem, channels))
        except InvalidConfigurationError as error:
            problems += error.problems
    if problems:
        raise InvalidConfigurationError(problems)
    return tuple(answers)


def _read(source: Source, id_: str, channels: Collection[str]) -> CannedAnswer:
    problems: list[Problem] = []
    found = Value(source.value, "", problems).fields(("title", "texts"))
    title = _every_language(found["title"], 80) if "title" in found else {}
    by_channel = {}
    if "texts" in found:
        wordings = found["texts"].fields((ANY,), tuple(channels))
        by_channel = {channel: _every_language(wording, _LONGEST) for channel, wording in wordings.items()}
        for language, text in by_channel.get("sms", {}).items():
            if fault := sms_problem(text):
                problems.append(Problem(f"texts.sms.{language}", fault))
    known = {problem.path for problem in source.problems}
    placed = [source.place(problem) for problem in problems if problem.path not in known]
    if source.problems or placed:
        raise InvalidConfigurationError([*source.problems, *placed])
    return CannedAnswer(id_, title, by_channel.pop(ANY), by_channel)


def _every_language(value: Value, limit: int) -> dict[str, str]:
    texts = value.texts(limit)
    missing = [language for language in LANGUAGES if language not in texts]
    if texts and missing:
        value.problem(f"has no text in {', '.join(missing)}; in an emergency everybody must be able to read it")
    return texts


def sms_problem(text: str) -> str | None:
    """Why `text` would not travel as one SMS of 160 GSM letters, or None.

    One letter outside of the GSM alphabet (á, í, ó, ú, ã, ç …) leaves room for 70 letters only.
    """
    foreign = sorted(set(text) - _GSM - _GSM_PAIRS)
    if foreign:
        return f"has letters that SMS cannot carry in its own alphabet ({' '.join(foreign)}); write plain ones"
    length = len(text) + sum(letter in _GSM_PAIRS for letter in text)
    if length > _ONE_SMS:
        return f"is {length} letters long; one SMS carries {_ONE_SMS}: shorten it"
    return None
