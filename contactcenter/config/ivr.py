"""ivr.yaml: what callers hear before a person, read against the queues and skills that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from contactcenter.config.entries import read_priority
from contactcenter.config.files import load_configuration
from contactcenter.config.needs import NEEDS_FIELDS, SkillReader, read_names
from contactcenter.config.reading import Value, hint
from contactcenter.config.sounds import FOLDER, NAME, TYPES, find_sound
from contactcenter.config.yaml_source import parse_yaml, read_yaml
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.ivr.checking import problems_of
from contactcenter.ivr.listening import CHECKS, LONGEST_KEYS
from contactcenter.ivr.model import (
    COLLECTED,
    HOLD_PROMPTS,
    KEYS,
    Announcement,
    Branch,
    Choice,
    Condition,
    Digits,
    Goodbye,
    Hold,
    Ivr,
    Line,
    Menu,
    Node,
    Prompt,
    Recording,
    Shortcut,
    Task,
    TaskKind,
)
from contactcenter.ivr.staffing import unserved

IVR_FILE: Final = "ivr.yaml"
FIELDS: Final = ("languages", "start", "person", "hazard", "silence", "wrong", "prompts", "nodes")
_LONGEST_TEXT: Final = 1_000
_MOST_PROMPTS: Final = 10
_MOST_WORDS: Final = 20
_MOST_NODES: Final = 1_000
_MOST_LANGUAGES: Final = 10
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_TIERS: Final = ("A", "B", "C")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_RECORDED_SECONDS: Final = 120
_RINGING_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class LoadedIvr:
    """ivr.yaml, and the configuration that it was checked against. `notes` stop nothing, and should be known."""

    ivr: Ivr
    configuration: Configuration
    notes: tuple[Problem, ...] = ()

    def summary(self) -> str:
        """One line for a person."""
        found = self.ivr
        return f"{len(found.nodes)} nodes, {len(found.prompts)} prompts in {', '.join(found.languages)}: all fine"


def load_ivr(folder: Path) -> LoadedIvr:
    """Read ivr.yaml of `folder`, with the skills.yaml, routing.yaml and recordings beside it.

    Raises:
        InvalidConfigurationError: with every problem, each with file, line and remedy.
    """
    configuration = load_configuration(folder).configuration
    source = read_yaml(folder / IVR_FILE)
    ivr = _ivr_of(source.value, configuration, source.problems, source.place)
    if missing := [source.place(problem) for problem in _missing(ivr, folder)]:
        raise InvalidConfigurationError(sorted(missing, key=lambda problem: problem.line or 0))
    return LoadedIvr(ivr, configuration, tuple(source.place(note) for note in unserved(ivr, configuration)))


def parse_ivr(text: str, configuration: Configuration, file: str = IVR_FILE) -> Ivr:
    """Read the text of a file; raises like `load_ivr`."""
    source = parse_yaml(text, file)
    return _ivr_of(source.value, configuration, source.problems, source.place)


def ivr_schema() -> dict[str, Any]:
    """The JSON Schema of ivr.yaml, for editors. What one part says of another only `load_ivr` knows."""
    text = files("contactcenter.config").joinpath("ivr.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _ivr_of(
    document: object, configuration: Configuration, unread: list[Problem], place: Callable[[Problem], Problem]
) -> Ivr:
    problems: list[Problem] = []
    ivr = _Reader(Value(document, "", problems), configuration).ivr()
    if not problems and not unread:
        problems += problems_of(ivr, configuration, hint)
    known = {problem.path for problem in unread}
    found = [*unread, *(place(problem) for problem in problems if problem.path not in known)]
    if found:
        raise InvalidConfigurationError(sorted(found, key=lambda problem: problem.line or 0))
    return ivr


def _missing(ivr: Ivr, folder: Path) -> Iterator[Problem]:
    """Recordings that callers would not hear: a vendor that is sent to no file ends the call."""
    named = {
        f"prompts.{name}.{language}.file": said.file
        for name, prompt in ivr.prompts.items()
        for language, said in prompt.items()
        if isinstance(said, Recording)
    }
    if ivr.hold.music:
        named["hold.music"] = ivr.hold.music
    for path, file in named.items():
        if find_sound(folder, file) is None:
            endings = " or ".join(TYPES)
            yield Problem(path, f"there is no {FOLDER}/{file} beside ivr.yaml; put the recording ({endings}) there")


class _Reader:
    """Reads the document section by section."""

    def __init__(self, root: Value, configuration: Configuration) -> None:
        self._found = root.fields(FIELDS, ("hold",))
        self._queues = tuple(configuration.queues)
        self._skills = SkillReader(configuration.skills)
        self._languages = self._read_languages()
        self._person = self._shortcut("person")
        self._readers: dict[str, Callable[[Value], Node]] = {
            "say": self._say,
            "menu": self._menu,
            "gather": self._gather,
            "when": self._when,
            "queue": self._queue,
            **{kind.value: partial(self._task, kind) for kind in TaskKind},
            "hang_up": self._hang_up,
        }

    def ivr(self) -> Ivr:
        prompts = self._found["prompts"].items() if "prompts" in self._found else ()
        nodes = list(self._found["nodes"].items()) if "nodes" in self._found else []
        if len(nodes) > _MOST_NODES:
            self._found["nodes"].problem(f"has {len(nodes)} nodes; use at most {_MOST_NODES}")
        return Ivr(
            languages=self._languages or ("es",),
            start=_text(self._found, "start"),
            person=self._person,
            hazard=self._shortcut("hazard"),
            silence=_text(self._found, "silence"),
            wrong=_text(self._found, "wrong"),
            prompts={id_: _prompt(value) for id_, value in prompts},
            nodes={id_: self._node(value) for id_, value in nodes},
            hold=_hold(self._found["hold"]) if "hold" in self._found else Hold(),
        )

    def _read_languages(self) -> tuple[str, ...]:
        languages: list[str] = []
        for item in self._found["languages"].elements(_MOST_LANGUAGES) if "languages" in self._found else ():
            language = item.text()
            if language and not _LANGUAGE.fullmatch(language):
                item.problem(f"{language!r} is no language code; use es, pt, en or another of two letters")
            elif language in languages:
                item.problem(f"{language} is there twice; keep one")
            languages.append(language)
        if "languages" in self._found and self._found["languages"].raw == []:
            self._found["languages"].problem("is empty; add the language that callers hear first, such as es")
        return tuple(languages)

    def _shortcut(self, name: str) -> Shortcut:
        if name not in self._found:
            return Shortcut("", "")
        optional = ("words", "prompt") if name == "hazard" else ("words",)
        found = self._found[name].fields(("key", "node"), optional)
        key = found["key"].text() if "key" in found else ""
        if key and (len(key) > 1 or key not in KEYS.rstrip("#")):
            found["key"].problem(f"{key!r} is no key that works everywhere; use one of 0–9 or *")
        return Shortcut(key, _text(found, "node"), _optional_text(found, "prompt"), _words(found))

    def _node(self, value: Value) -> Node:
        entries = dict(value.entries())
        known = [kind for kind in entries if kind in self._readers]
        for kind, content in entries.items():
            if kind not in self._readers:
                content.problem(f"is not known here; {hint(kind, tuple(self._readers))}")
        if len(known) != 1:
            if known or not entries:
                value.problem(f"must be exactly one of: {', '.join(self._readers)}")
            return Goodbye()
        return self._readers[known[0]](entries[known[0]])

    # --- kinds of nodes

    def _say(self, value: Value) -> Node:
        found = value.fields(("prompts", "then"))
        return Announcement(_prompts(found), _text(found, "then"))

    def _menu(self, value: Value) -> Node:
        found = value.fields(("prompts", "choices"), ("otherwise", "retries", "seconds"))
        choices = {}
        for key, choice in found["choices"].entries() if "choices" in found else ():
            if len(key) != 1 or key not in KEYS:
                choice.problem(f"{key!r} is no key; use one of 0–9, * or #, in quotes")
            choices[key] = self._choice(choice)
        if "choices" in found and found["choices"].raw == {}:
            found["choices"].problem('is empty; add a key, such as "1": {then: …}')
        return Menu(_prompts(found), choices, self._otherwise(found), **_patience(found))

    def _choice(self, value: Value) -> Choice:
        found = value.fields(("then",), ("language", "words"))
        language = found["language"].one_of(self._languages, "language") if "language" in found else None
        return Choice(_text(found, "then"), language, _words(found))

    def _gather(self, value: Value) -> Node:
        optional = ("otherwise", "retries", "seconds", "check", "finish", "wrong")
        found = value.fields(("prompts", "into", "length", "then"), optional)
        least, most = _length(found["length"]) if "length" in found else (1, 1)
        return Digits(
            prompts=_prompts(found),
            into=found["into"].one_of(COLLECTED, "place") if "into" in found else "",
            least=least,
            most=most,
            then=_text(found, "then"),
            otherwise=self._otherwise(found),
            check=found["check"].one_of(tuple(CHECKS), "check") if "check" in found else "digits",
            finish=found["finish"].one_of(("#", "*"), "finish key") if "finish" in found else "#",
            wrong=_optional_text(found, "wrong"),
            **_patience(found),
        )

    def _when(self, value: Value) -> Node:
        found = value.fields(("cases", "otherwise"))
        cases = []
        for item in found["cases"].elements(_MOST_WORDS) if "cases" in found else ():
            case = item.fields(("if", "then"))
            cases.append((self._condition(case["if"]) if "if" in case else Condition(), _text(case, "then")))
        return Branch(tuple(cases), _text(found, "otherwise"))

    def _condition(self, value: Value) -> Condition:
        found = value.fields((), ("open", "known", "tiers", "zones", "outage", "estimate", "reported", "languages"))
        if value.raw == {}:
            value.problem("always holds; add a condition, or use otherwise")
        zones = found["zones"].elements() if "zones" in found else ()
        return Condition(
            open=found["open"].one_of(self._queues, "queue") if "open" in found else None,
            known=_flag(found, "known"),
            tiers=read_names(found.get("tiers"), _TIERS, "tier"),
            zones=tuple(zone.text() for zone in zones),
            outage=_flag(found, "outage"),
            estimate=_flag(found, "estimate"),
            reported=_flag(found, "reported"),
            languages=read_names(found.get("languages"), self._languages, "language"),
        )

    def _queue(self, value: Value) -> Node:
        found = value.fields(("queue",), ("prompts", "priority", *NEEDS_FIELDS))
        return Line(
            queue=found["queue"].one_of(self._queues, "queue") if "queue" in found else "",
            prompts=_prompts(found),
            needs=self._skills.needs(found),
            priority=read_priority(found["priority"]) if "priority" in found else 0.0,
        )

    def _task(self, kind: TaskKind, value: Value) -> Node:
        required, optional = TASKS[kind]
        found = value.fields(required, optional)
        number = found["number"].text() if "number" in found else ""
        if number and not _PHONE.fullmatch(number):
            found["number"].problem(f"{number!r} is no number; write + and digits without spaces, such as +59829001234")
        longest, usual = (600, _RECORDED_SECONDS) if kind is TaskKind.VOICEMAIL else (120, _RINGING_SECONDS)
        return Task(
            kind=kind,
            then=_optional_text(found, "then"),
            otherwise=self._otherwise(found),
            prompts=_prompts(found),
            queue=found["queue"].one_of(self._queues, "queue") if "queue" in found else "",
            number=number,
            seconds=found["seconds"].integer(5, longest, " seconds") if "seconds" in found else usual,
        )

    def _hang_up(self, value: Value) -> Node:
        return Goodbye(_prompts(value.fields((), ("prompts",))))

    def _otherwise(self, found: Mapping[str, Value]) -> str:
        """Where misunderstandings and failures lead: to a person, unless the file says something else."""
        return _optional_text(found, "otherwise") or self._person.node


TASKS: Final[Mapping[TaskKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    TaskKind.FIND: (("then",), ("otherwise", "prompts")),
    TaskKind.REPORT: (("then",), ("otherwise", "prompts")),
    TaskKind.VOICEMAIL: (("queue", "prompts", "then"), ("otherwise", "seconds")),
    TaskKind.TRANSFER: (("number",), ("then", "otherwise", "prompts", "seconds")),
}
"""Fields that each kind of task must have, and may have."""


def _hold(value: Value) -> Hold:
    found = value.fields((), ("music", "every", *HOLD_PROMPTS))
    return Hold(
        music=_file(found["music"]) if "music" in found else "",
        every=found["every"].integer(1, 20, " pieces of music") if "every" in found else Hold().every,
        **{name: _optional_text(found, name) for name in HOLD_PROMPTS},
    )


def _text(found: Mapping[str, Value], name: str) -> str:
    return found[name].text() if name in found else ""


def _optional_text(found: Mapping[str, Value], name: str) -> str | None:
    return found[name].text() if name in found else None


def _flag(found: Mapping[str, Value], name: str) -> bool | None:
    return found[name].flag() if name in found else None


def _prompts(found: Mapping[str, Value]) -> tuple[str, ...]:
    return _texts(found, "prompts", _MOST_PROMPTS)


def _words(found: Mapping[str, Value]) -> tuple[str, ...]:
    return _texts(found, "words", _MOST_WORDS)


def _texts(found: Mapping[str, Value], name: str, most: int) -> tuple[str, ...]:
    return tuple(item.text() for item in found[name].elements(most)) if name in found else ()


def _patience(found: Mapping[str, Value]) -> dict[str, Any]:
    patience: dict[str, Any] = {}
    if "retries" in found:
        patience["retries"] = found["retries"].integer(0, 5, " times")
    if "seconds" in found:
        patience["seconds"] = found["seconds"].number(1, 30, "seconds")
    return patience


def _length(value: Value) -> tuple[int, int]:
    """`9`, or `[6, 10]`: from six to ten."""
    if not isinstance(value.raw, list):
        number = value.integer(1, LONGEST_KEYS, " digits")
        return number, number
    ends = [item.integer(1, LONGEST_KEYS, " digits") for item in value.elements()]
    if len(ends) != 2 or ends[0] > ends[1]:  # noqa: PLR2004  two ends
        value.problem("must be a number of digits, or the fewest and the most, such as [6, 10]")
        return 1, 1
    return ends[0], ends[1]


def _prompt(value: Value) -> Prompt:
    if isinstance(value.raw, str):
        value.problem(f"must be a text by language; write {{es: {value.raw[:40]}}}")
        return {}
    found: dict[str, str | Recording] = {}
    for language, content in value.entries():
        found[language] = _recording(content) if isinstance(content.raw, dict) else content.text(_LONGEST_TEXT)
    return found


def _recording(value: Value) -> Recording:
    fields = value.fields(("file",))
    return Recording(_file(fields["file"]) if "file" in fields else "")


def _file(value: Value) -> str:
    file = value.text()
    if file and not NAME.fullmatch(file):
        value.problem(f"{file!r} is no file below the recordings; write such as es/welcome.mp3")
    return file
