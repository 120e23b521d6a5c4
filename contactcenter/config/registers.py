"""Reading the utility's register from CSV files: zones, accounts, premises and outages, one kind a file.

The first column says which: zone, account, premises or outage. Every problem is noted with file, line and remedy.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from contactcenter.config.reading import hint, short
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.utility import TIERS, Account, Flag, Outage, OutageState, Premises, Register, Zone

COLUMNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "zone": (("zone", "name", "department"), ()),
    "account": (("account", "name"), ("telephone", "tier", "owner", "flags", "language")),
    "premises": (("premises", "account", "address", "zone"), ()),
    "outage": (("outage", "zone", "started"), ("restoration", "state", "cause_es", "cause_pt", "cause_en")),
}
"""By kind: the columns that must be there, and those that may."""
CAUSES: Final = {"cause_es": "es", "cause_pt": "pt", "cause_en": "en"}
MOST_RECORDS: Final = 25_000
"""So many new ones take SQLite a second or two, for which everybody else can wait."""
MOST_PROBLEMS: Final = 1_000
LONGEST: Final = 200
FIRST_YEAR, LAST_YEAR = 2000, 2100
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TELEPHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}
"""What spreadsheets write instead of commas in some countries."""
_FILLERS: Final = str.maketrans("", "", " ().-")


@dataclass(slots=True)
class Sheets:
    """What the files hold, and where (file, line) each record by kind and number was read."""

    register: Register
    places: Mapping[tuple[str, str], tuple[str, int]]

    def problem(self, kind: str, number: str, field: str, message: str) -> Problem:
        """Something that is wrong with a record, at its place."""
        file, line = self.places[kind, number]
        return Problem(field, message, file, line)


def read_registers(paths: Sequence[Path]) -> Sheets:
    """Read all files.

    Raises:
        InvalidConfigurationError: with every problem of all files (at most 1,000).
    """
    reader = _Reader()
    for path in paths:
        reader.read(path)
    if reader.problems:
        raise InvalidConfigurationError(reader.problems[:MOST_PROBLEMS])
    found = reader.found
    register = Register(
        zones=tuple(found["zone"]),
        accounts=tuple(found["account"]),
        premises=tuple(found["premises"]),
        outages=tuple(found["outage"]),
    )
    return Sheets(register, reader.places)


@dataclass(slots=True)
class _Line:
    """One line's values by column; notes what is wrong with them."""

    file: str
    number: int
    values: Mapping[str, str]
    problems: list[Problem]

    def wrong(self, column: str, message: str) -> None:
        self.problems.append(Problem(column, message, self.file, self.number))

    def text(self, column: str) -> str:
        value = self.values.get(column, "").strip()
        if not value:
            self.wrong(column, "is empty; write something")
        elif len(value) > LONGEST:
            self.wrong(column, f"has {len(value)} characters; use at most {LONGEST}")
        elif not value.isprintable():
            self.wrong(column, "has characters that cannot be printed; take them out")
        return value

    def number_of(self, column: str) -> str:
        value = self.text(column)
        if value and not _NUMBER.fullmatch(value):
            self.wrong(column, f"{short(value)!r} is no number; use letters, digits, dot, - and _, at most 64")
        return value

    def maybe(self, column: str, read: Callable[[str], str]) -> str | None:
        return read(column) if self.values.get(column, "").strip() else None

    def telephone(self, column: str) -> str:
        value = self.text(column).translate(_FILLERS)
        if not _TELEPHONE.fullmatch(value):
            self.wrong(column, f"{short(value)!r} is no telephone; write it with its country, such as +59899100101")
        return value

    def language(self, column: str) -> str:
        value = self.text(column)
        if not _LANGUAGE.fullmatch(value):
            self.wrong(column, f"{short(value)!r} is no language code; write such as es or pt-BR")
        return value

    def one_of(self, column: str, known: Collection[str], usual: str) -> str:
        value = self.values.get(column, "").strip() or usual
        if value not in known:
            self.wrong(column, f"there is no {column} {short(value)!r}; {hint(value, known)}")
            return usual
        return value

    def flags(self, column: str) -> tuple[Flag, ...]:
        words = set(self.values.get(column, "").split())
        known = [flag.value for flag in Flag]
        for word in sorted(words - set(known)):
            self.wrong(column, f"there is no flag {short(word)!r}; {hint(word, known)}")
        return tuple(flag for flag in Flag if flag.value in words)

    def time(self, column: str) -> float | None:
        value = self.text(column)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year < LAST_YEAR:
            self.wrong(column, f"{short(value)!r} is no time with its zone; write such as 2026-11-22T08:00-03:00")
            return None
        return moment.timestamp()


def _zone(line: _Line) -> Zone:
    return Zone(line.number_of("zone"), line.text("name"), line.text("department"))


def _account(line: _Line) -> Account:
    return Account(
        number=line.number_of("account"),
        name=line.text("name"),
        telephone=line.maybe("telephone", line.telephone),
        tier=line.one_of("tier", TIERS, "C"),
        owner=line.maybe("owner", line.text),
        flags=line.flags("flags"),
        language=line.maybe("language", line.language),
    )


def _premises(line: _Line) -> Premises:
    return Premises(line.number_of("premises"), line.number_of("account"), line.text("address"), line.number_of("zone"))


def _outage(line: _Line) -> Outage:
    cause = {language: line.text(column) for column, language in CAUSES.items() if line.values.get(column, "").strip()}
    if not cause:
        line.wrong("cause_es", "no cause in any language; write one, customers will read it")
    started = line.time("started")
    restoration = line.time("restoration") if line.values.get("restoration", "").strip() else None
    if started is not None and restoration is not None and restoration < started:
        line.wrong("restoration", "is before the outage started; correct one of the two")
    state = OutageState(line.one_of("state", [state.value for state in OutageState], OutageState.OPEN))
    return Outage(line.number_of("outage"), line.number_of("zone"), cause, started or 0.0, restoration, state)


_MAKERS: Final[Mapping[str, Callable[[_Line], Any]]] = {
    "zone": _zone,
    "account": _account,
    "premises": _premises,
    "outage": _outage,
}


@dataclass(slots=True)
class _Reader:
    """Gathers records and problems of all files."""

    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    found: dict[str, list[Any]] = field(default_factory=lambda: {kind: [] for kind in COLUMNS})

    def read(self, path: Path) -> None:
        """Read one file."""
        name, number = str(path), 1
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, strict=True)
                header = [column.strip() for column in next(rows, [])]
                kind = self._kind(name, header)
                for row in rows if kind else ():
                    number = rows.line_num
                    if any(row) and not self._add(name, number, str(kind), header, row):
                        break
        except OSError as error:
            self._wrong(name, None, "file", f"cannot be read ({error.strerror}); give its path")
        except UnicodeDecodeError:
            self._wrong(name, None, "file", "is not UTF-8; save it as CSV UTF-8")
        except csv.Error as error:
            self._wrong(name, number + 1, "line", f"{error}; put texts with a comma or a quote in double quotes")

    def _wrong(self, file: str, line: int | None, column: str, message: str) -> None:
        self.problems.append(Problem(column, message, file, line))

    def _kind(self, file: str, header: Sequence[str]) -> str | None:
        kind = header[0] if header else ""
        if kind not in COLUMNS:
            separator = next((each for each in _SEPARATORS if kind.split(each)[0].strip() in COLUMNS), None)
            remedy = f"put commas between values, not {_SEPARATORS[separator]}" if separator else hint(kind, COLUMNS)
            self._wrong(file, 1, "header", f"the first column is {short(kind)!r}; {remedy}")
            return None
        required, optional = COLUMNS[kind]
        before = len(self.problems)
        for column in self._strangers(header, (*required, *optional)):
            self._wrong(file, 1, "header", column)
        for column in required if len(self.problems) == before else ():
            if column not in header:
                self._wrong(file, 1, "header", f"{column} is missing; the columns are {', '.join(required)}")
        return kind if len(self.problems) == before else None

    @staticmethod
    def _strangers(header: Sequence[str], known: Collection[str]) -> Iterator[str]:
        for place, column in enumerate(header):
            if column not in known:
                yield f"{short(column)!r} is no column; {hint(column, known)}"
            elif column in header[:place]:
                yield f"{column} is there twice; keep one"

    def _add(self, file: str, number: int, kind: str, header: Sequence[str], row: Sequence[str]) -> bool:
        """Note a record or what is wrong with it; False when there is no sense in reading on."""
        if len(self.problems) >= MOST_PROBLEMS:
            return False
        if len(self.places) >= MOST_RECORDS:
            self._wrong(file, number, "line", f"more than {MOST_RECORDS:,} records at once; split the files")
            return False
        if len(row) > len(header):
            self._wrong(file, number, "line", f"has {len(row)} values; the first line names {len(header)}")
            return True
        line = _Line(file, number, dict(zip(header, row, strict=False)), self.problems)
        before = len(self.problems)
        record = _MAKERS[kind](line)
        place = kind, line.values[kind].strip()
        if place in self.places:
            other, first = self.places[place]
            line.wrong(kind, f"{short(place[1])!r} is in {other}:{first} already; keep one of them")
        self.places.setdefault(place, (file, number))
        if len(self.problems) == before:
            self.found[kind].append(record)
        return True
