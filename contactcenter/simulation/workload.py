"""A workload file: contacts that really came, or that somebody made up, one a line, read as they are needed.

`arrive_seconds,queue,channel,service_seconds,patience_seconds,customer,skills`; the last three may be
missing or empty. Seconds count from the beginning of the scenario; lines are in order of arrival.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from math import inf, isfinite
from pathlib import Path
from typing import Final, NoReturn

from contactcenter.config import CHANNELS
from contactcenter.config.reading import hint, short
from contactcenter.domain.configuration import EXPERT, LEARNING, Configuration
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.simulation.chance import AT_ONCE, Distribution, Streams
from contactcenter.simulation.journeys import Journey, Maker
from contactcenter.simulation.scenario import Demand

REQUIRED: Final = ("arrive_seconds", "queue", "channel", "service_seconds")
OPTIONAL: Final = ("patience_seconds", "customer", "skills")
_LONGEST_LINE: Final = 10_000
_LONGEST_NAME: Final = 200


class Workload:
    """Reads the file line by line; `share` says how much of it has been read (0–1), for a progress bar."""

    def __init__(
        self, path: Path, configuration: Configuration, demands: tuple[Demand, ...], *, accept: Distribution = AT_ONCE
    ) -> None:
        self._path = path
        self._configuration = configuration
        self._demands = {(demand.queue, demand.channel): demand for demand in reversed(demands)}
        self._accept = accept
        self._makers: dict[tuple[str, str], Maker] = {}
        self._skills: dict[str, Mapping[str, int]] = {}
        self._line = 0
        self._read = 0
        self._size = 1

    @property
    def share(self) -> float:
        """How much has been read."""
        return min(1.0, self._read / self._size)

    def journeys(self, start: float, streams: Streams) -> Iterator[Journey]:
        """The contacts in order. `start` is the scenario's beginning (UTC seconds).

        Raises:
            InvalidConfigurationError: at the first line that cannot be used, with file, line and remedy.
        """
        try:
            self._size = max(1, self._path.stat().st_size)
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(self._lines(file), strict=True)
                yield from self._rows(rows, start, streams)
        except OSError as error:
            raise InvalidConfigurationError([Problem(str(self._path), f"cannot be read ({error.strerror})")]) from error
        except UnicodeDecodeError:
            self._refuse("line", "is not UTF-8; save the file as UTF-8")
        except csv.Error as error:
            self._refuse("line", f"{error}; write a text that has a comma or a quote in double quotes")

    def _lines(self, file: Iterator[str]) -> Iterator[str]:
        for line in file:
            self._line += 1
            self._read += len(line)
            if len(line) > _LONGEST_LINE:
                self._refuse("line", f"has {len(line)} characters; use at most {_LONGEST_LINE}")
            yield line

    def _rows(self, rows: Iterator[list[str]], start: float, streams: Streams) -> Iterator[Journey]:
        header = next(rows, [])
        columns, width = self._columns(header), len(header)
        at, queue, channel, service, patience, customer, skills = columns
        needed = max(at, queue, channel, service)
        before = 0.0
        for row in rows:
            if not row:
                continue
            if not needed < len(row) <= width:
                self._refuse("line", f"has {len(row)} values; the first line names {width}")
            row.append("")  # Stands for the columns that are not there.
            try:
                arrives, lasts = float(row[at]), float(row[service])
            except ValueError:
                arrives = lasts = -1.0
            if not (before <= arrives < inf and 0.0 <= lasts < inf):
                self._wrong_numbers(row[at], row[service], before)
            before = arrives
            maker = self._makers.get((row[queue], row[channel])) or self._maker(row[queue], row[channel], streams)
            yield maker.journey(
                start + arrives,
                lasts,
                self._patience(row[patience]) if patience < len(row) and row[patience] else None,
                row[customer][:_LONGEST_NAME] if customer < len(row) and row[customer] else None,
                self._skills_of(row[skills]) if skills < len(row) and row[skills] else None,
            )

    def _columns(self, header: list[str]) -> list[int]:
        names = [name.strip() for name in header]
        for name in names:
            if name not in (*REQUIRED, *OPTIONAL):
                self._refuse("header", f"{short(name)!r} is no column; {hint(name, (*REQUIRED, *OPTIONAL))}")
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            self._refuse("header", f"{', '.join(missing)} is missing; begin with the line {','.join(REQUIRED)}")
        if len(set(names)) < len(names):
            self._refuse("header", "names a column twice; keep one")
        return [names.index(name) if name in names else len(names) for name in (*REQUIRED, *OPTIONAL)]

    def _maker(self, queue: str, channel: str, streams: Streams) -> Maker:
        queues = self._configuration.queues
        if queue not in queues:
            self._refuse("queue", f"there is no queue {short(queue)!r}; {hint(queue, queues)}")
        if channel not in CHANNELS:
            self._refuse("channel", f"there is no channel {short(channel)!r}; {hint(channel, CHANNELS)}")
        demand = self._demands.get((queue, channel)) or Demand(f"{queue}/{channel}", queue, channel, AT_ONCE)
        maker = self._makers[queue, channel] = Maker(demand, streams, self._accept)
        return maker

    def _patience(self, text: str) -> float:
        patience = self._number(text)
        if not patience >= 0:
            self._refuse("patience_seconds", f"{short(text)!r} is no number of seconds; use 0 or more, or nothing")
        return patience

    def _number(self, text: str) -> float:
        """The number, or one that is out of every bound."""
        try:
            number = float(text)
        except ValueError:
            return -inf
        return number if isfinite(number) else -inf

    def _skills_of(self, text: str) -> Mapping[str, int]:
        known = self._skills.get(text)
        if known is not None:
            return known
        found = {}
        for part in text.split():
            skill, _, minimum = part.partition(":")
            if skill not in self._configuration.skills:
                self._refuse("skills", f"there is no skill {short(skill)!r}; {hint(skill, self._configuration.skills)}")
            if minimum not in map(str, range(LEARNING, EXPERT + 1)):
                self._refuse("skills", f"{short(part)!r} needs a minimum; write such as {skill}:3, spaces between them")
            found[skill] = int(minimum)
        self._skills[text] = found
        return found

    def _wrong_numbers(self, arrives: str, service: str, before: float) -> NoReturn:
        at = self._number(arrives)
        if at < 0:
            self._refuse("arrive_seconds", f"{short(arrives)!r} is no number of seconds; use 0 or more")
        if at < before:
            self._refuse("arrive_seconds", f"{arrives} is before the line above ({before:g}); sort the file by it")
        self._refuse("service_seconds", f"{short(service)!r} is no number of seconds; use 0 or more")

    def _refuse(self, path: str, message: str) -> NoReturn:
        raise InvalidConfigurationError([Problem(path, message, str(self._path), self._line)])
