"""YAML as plain values, and the line of every path in it, so that an error can say where.

The nodes are read without building objects: no tag runs code, and an alias is refused, so that a
file can neither loop nor swell. A telephone number is a text, with or without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from contactcenter.domain.errors import InvalidConfigurationError, Problem

_TAG: Final = "tag:yaml.org,2002:"
_TELEPHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_TYPOGRAPHIC: Final = "“”‘’«»„‚"


@dataclass(slots=True)
class Source:
    """One file: its `value` in plain types, the line of each path, and what was wrong in reading it."""

    file: str
    value: object = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: str) -> int:
        """The line of `path`, or of the nearest thing around it that is there."""
        while path not in self.lines and path:
            path = _parent(path)
        return self.lines.get(path, 1)

    def place(self, problem: Problem) -> Problem:
        """The same problem with this file and the line it is about."""
        return Problem(problem.path, problem.message, self.file, self.line_of(problem.path))


def read_yaml(path: Path, name: str | None = None) -> Source:
    """Read a file; faults of single values are in `Source.problems`. `name` is what errors call the file.

    Raises:
        InvalidConfigurationError: when it cannot be read as YAML at all.
    """
    file = name or path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"cannot be read ({error.strerror}); it is looked for at {path}"
        raise InvalidConfigurationError([Problem(file, message)]) from error
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise InvalidConfigurationError([Problem(file, message)]) from error
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str) -> Source:
    """Read YAML text; raises like `read_yaml`."""
    source = Source(file)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise InvalidConfigurationError([_syntax_problem(error, file)]) from error
    except RecursionError as error:
        message = "brackets in brackets without an end; close them"
        raise InvalidConfigurationError([Problem("syntax", message, file, 1)]) from error
    except YAMLError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error, ReaderError) else None
        message = f"{str(error).splitlines()[0]}; remove the control characters"
        raise InvalidConfigurationError([Problem("syntax", message, file, line)]) from error
    if root is None:
        raise InvalidConfigurationError([Problem("syntax", "the file is empty", file, 1)])
    source.value = _Builder(source).value(root, "")
    return source


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = error.problem or "not YAML"
    if "cannot start any token" in what and "\\t" in what:
        what = "a tab in front of a line; indent with spaces"
    elif "mapping values are not allowed" in what:
        what = "a second colon in one line; put a text that has a colon in quotes"
    elif "found another document" in what:
        what = "a second document (---); use one file for each"
    return Problem("syntax", what, file, mark.line + 1 if mark else None)


class _Builder:
    """Turns nodes into plain values; notes lines and faults in the source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[int] = set()

    def value(self, node: Node, path: str) -> object:
        self._source.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            self._fault(path, node, "an alias (*) is not understood here; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, f"{path}[{position}]") for position, item in enumerate(node.value)]
        return self._scalar(node, path) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, path: str) -> dict[str, object]:
        values: dict[str, object] = {}
        first_lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            inner, line = joined(path, key), key_node.start_mark.line + 1
            if key in values:
                self._fault(inner, key_node, f"is written twice, first in line {first_lines[key]}; keep one")
                continue
            self._source.lines[inner] = first_lines[key] = line
            values[key] = self.value(value_node, inner)
        return values

    def _key(self, node: Node, path: str) -> str | None:
        if not isinstance(node, ScalarNode):
            self._fault(path, node, "a name was expected before the colon")
            return None
        self._quotes(node, joined(path, node.value))
        return str(node.value)

    def _scalar(self, node: ScalarNode, path: str) -> object:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_TAG)
        if kind in ("str", "timestamp") or _TELEPHONE.fullmatch(text):
            self._quotes(node, path)
            return text
        try:
            return _READ[kind](text.replace("_", "").lower())
        except KeyError:
            self._fault(path, node, f"the tag {node.tag} is not understood here; write a plain value")
        except ValueError:
            self._fault(path, node, "is no number that can be read; write a shorter one, or put a text in quotes")
        return None

    def _quotes(self, node: ScalarNode, path: str) -> None:
        text = str(node.value)
        if node.style is None and text and text[0] in _TYPOGRAPHIC:
            self._fault(path, node, f'{text[0]} is a typographic quotation mark; use a straight one (")')

    def _fault(self, path: str, node: Node, message: str) -> None:
        self._source.problems.append(Problem(path or "syntax", message, self._source.file, node.start_mark.line + 1))


def _integer(plain: str) -> int:
    return int(plain, 0) if plain.lstrip("+-").startswith(("0x", "0o")) else int(plain)


def _decimal(plain: str) -> float:
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


_READ: Final[dict[str, Callable[[str], object]]] = {
    "int": _integer,
    "float": _decimal,
    "bool": lambda plain: plain == "true",
    "null": lambda _: None,
}


def joined(path: str, key: str) -> str:
    """`key` below `path`."""
    return f"{path}.{key}" if path else key


def _parent(path: str) -> str:
    """The path around `path`: without its last key or position."""
    cut = max(path.rfind("."), path.rfind("["))
    return path[:cut] if cut > 0 else ""
