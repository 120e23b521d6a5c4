"""Statistics in SQL: the raw truth they are counted from, and half-hours that were counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from contactcenter.domain.words import AgentStatus, Outcome, Service
from contactcenter.queues.counting import Key, Seen
from contactcenter.queues.intervals import SPAN
from contactcenter.queues.service_level import COUNTS, MILLISECONDS, Facts, Tally, milliseconds
from contactcenter.queues.staffing import TIMES, Change, Doing, Times
from contactcenter.storage import leases, mapping, statistic_reports
from contactcenter.storage.driver import Driver
from contactcenter.storage.statistic_reports import By, CountLine, Line, TimeLine
from contactcenter.storage.steps import Context, Insert, Query, Transaction

T = TypeVar("T")

Cursor = tuple[float, str]
"""Arrival and id of the last contact read."""

AGENT_LOG: Final = (
    "agent_id", "at", "profile", "status", "reason", "voice", "live", "messages", "wrap_up", "answered",
)  # fmt: skip
LOG_AGAIN: Final = "ON CONFLICT (agent_id, at) DO UPDATE SET " + ", ".join(
    [f"{name} = excluded.{name}" for name in AGENT_LOG[2:-1]] + ["answered = agent_log.answered + excluded.answered"]
)
"""Two changes of one millisecond are one."""
COUNT: Final = ("start", "queue", "channel", *COUNTS)
TIME: Final = ("start", "agent_id", "profile", *TIMES, "not_ready_json")

Logged = tuple[str, Change]
"""An agent's id, and what changed."""


class AgentTime(NamedTuple):
    """What an agent's half-hour from `start` (UTC seconds) went into while they had this profile."""

    start: int
    agent_id: str
    profile: str
    times: Times


@dataclass(frozen=True, slots=True)
class Log:
    """What agents did in a stretch of time: what each did when it began, and their changes in order."""

    before: Mapping[str, Doing]
    changes: Mapping[str, Sequence[Change]]


class Known(NamedTuple):
    """Which half-hours (starts) are counted and may still change, the last one counted, and agents' last one."""

    unfinished: tuple[int, ...]
    last: int | None
    staffed: int | None


def log_row(logged: Logged) -> tuple[Any, ...]:
    """The columns of `AGENT_LOG`."""
    agent_id, (at, doing, answered) = logged
    return (
        agent_id,
        at / MILLISECONDS,
        doing.profile,
        doing.status.value,
        doing.reason,
        doing.voice,
        doing.live,
        doing.messages,
        doing.wrap_up,
        answered,
    )


def _doing(row: Sequence[Any]) -> Doing:
    profile, status, reason, voice, live, messages, wrap_up = row
    return Doing(profile, AgentStatus(status), reason, voice, live, messages, wrap_up)


def _known(context: Context) -> Transaction[Known]:
    del context
    unfinished = yield Query("SELECT start FROM statistic_span WHERE NOT final ORDER BY start")
    last = yield Query("SELECT MAX(start) FROM statistic_span")
    staffed = yield Query("SELECT MAX(start) FROM statistic_span WHERE staffed")
    return Known(tuple(row[0] for row in unfinished), last[0][0], staffed[0][0])


def _next_arrival(context: Context, since: float) -> Transaction[float | None]:
    del context
    rows = yield Query("SELECT MIN(arrived_at) FROM contact WHERE arrived_at >= ? AND consult_of IS NULL", (since,))
    first: float | None = rows[0][0]
    return first


_SEEN: Final = (
    "id, arrived_at, COALESCE(served_queue, queue), channel, service, outcome, connected_at, closed_at, opened_at,"
    " kept, talk_seconds, wrap_up_seconds"
)


def _closed(context: Context, start: int, after: Cursor | None, limit: int) -> Transaction[list[Seen]]:
    del context
    since, last = after or (float(start), "")
    rows = yield Query(
        f"SELECT {_SEEN} FROM contact WHERE arrived_at >= ? AND arrived_at < ? AND closed_at IS NOT NULL"
        " AND consult_of IS NULL AND (arrived_at > ? OR id > ?) ORDER BY arrived_at, id LIMIT ?",
        (since, float(start + SPAN), since, last, limit),
    )
    return [_seen(row) for row in rows]


def _seen(row: Sequence[Any]) -> Seen:
    """A closed contact as routing.serving.facts says it."""
    id_, arrived, queue, channel, service, outcome, connected, closed, opened, kept, talk, wrap_up = row
    if service is None:
        return Seen(id_, arrived, queue, channel, Facts(outcome=Outcome(outcome)), closed=True)
    until = connected if connected is not None else closed
    waited = 0 if kept else milliseconds(until - (opened if opened is not None else arrived))
    facts = Facts(Service(service), Outcome(outcome), waited, milliseconds(talk), milliseconds(wrap_up))
    return Seen(id_, arrived, queue, channel, facts, closed=True)


def _counted(context: Context, start: int, end: int) -> Transaction[dict[int, dict[Key, Tally]]]:
    del context
    rows = yield Query(
        f"SELECT {', '.join(COUNT)} FROM statistic_contact WHERE start >= ? AND start < ? ORDER BY start", (start, end)
    )
    found: dict[int, dict[Key, Tally]] = {}
    for span, queue, channel, *counts in rows:
        found.setdefault(span, {})[queue, channel] = Tally(*counts)
    return found


def _write_counts(
    context: Context, epoch: int, spans: Mapping[int, Mapping[Key, Tally]], final: Mapping[int, bool]
) -> Transaction[None]:
    yield from leases.fence(context, epoch)
    rows = []
    for span, tallies in spans.items():
        yield Query("DELETE FROM statistic_contact WHERE start = ?", (span,))
        rows += [
            (span, queue, channel, *(getattr(tally, name) for name in COUNTS))
            for (queue, channel), tally in tallies.items()
        ]
    if rows:
        yield Insert("statistic_contact", COUNT, rows)
    yield Insert(
        "statistic_span",
        ("start", "final", "staffed"),
        [(span, final[span], False) for span in spans],
        "ON CONFLICT (start) DO UPDATE SET final = excluded.final",
    )


def _plan(context: Context, epoch: int, spans: Sequence[int]) -> Transaction[None]:
    yield from leases.fence(context, epoch)
    rows = [(span, False, False) for span in spans]
    yield Insert("statistic_span", ("start", "final", "staffed"), rows, "ON CONFLICT (start) DO NOTHING")


def _times(context: Context, start: int, end: int) -> Transaction[list[AgentTime]]:
    del context
    rows = yield Query(
        f"SELECT {', '.join(TIME)} FROM statistic_agent WHERE start >= ? AND start < ? ORDER BY start", (start, end)
    )
    found = []
    for span, agent_id, profile, *sums, not_ready in rows:
        found.append(AgentTime(span, agent_id, profile, Times.of(sums, mapping.plain_of(not_ready))))
    return found


def _write_times(context: Context, epoch: int, spans: Sequence[int], times: Sequence[AgentTime]) -> Transaction[None]:
    yield from leases.fence(context, epoch)
    for span in spans:
        yield Query("DELETE FROM statistic_agent WHERE start = ?", (span,))
    rows = [
        (one.start, one.agent_id, one.profile, *(getattr(one.times, name) for name in TIMES),
         mapping.json_of({reason: time for reason, time in one.times.not_ready.items() if time}))
        for one in times
    ]  # fmt: skip
    if rows:
        yield Insert("statistic_agent", TIME, rows)
    yield Insert(
        "statistic_span",
        ("start", "final", "staffed"),
        [(span, False, True) for span in spans],
        "ON CONFLICT (start) DO UPDATE SET staffed = excluded.staffed",
    )


_DOING: Final = "l.profile, l.status, l.reason, l.voice, l.live, l.messages, l.wrap_up"


def _log(context: Context, start: float, end: float) -> Transaction[Log]:
    """One look-up in the index for each agent: the log grows, the number of people does not."""
    del context
    before = yield Query(
        f"SELECT l.agent_id, {_DOING} FROM agent a JOIN agent_log l ON l.agent_id = a.id AND l.at ="
        " (SELECT MAX(m.at) FROM agent_log m WHERE m.agent_id = a.id AND m.at < ?)",
        (start,),
    )
    rows = yield Query(
        f"SELECT l.agent_id, {_DOING}, l.at, l.answered FROM agent a JOIN agent_log l"
        " ON l.agent_id = a.id AND l.at >= ? AND l.at < ? ORDER BY l.agent_id, l.at",
        (start, end),
    )
    changes: dict[str, list[Change]] = {}
    for agent_id, *doing, at, answered in rows:
        changes.setdefault(agent_id, []).append(Change(milliseconds(at), _doing(doing), answered))
    return Log({agent_id: _doing(doing) for agent_id, *doing in before}, changes)


def _write_log(context: Context, epoch: int, rows: Sequence[tuple[Any, ...]]) -> Transaction[None]:
    yield from leases.fence(context, epoch)
    yield Insert("agent_log", AGENT_LOG, rows, LOG_AGAIN)


def _first_log(context: Context) -> Transaction[float | None]:
    del context
    rows = yield Query("SELECT MIN((SELECT MIN(l.at) FROM agent_log l WHERE l.agent_id = a.id)) FROM agent a")
    first: float | None = rows[0][0]
    return first


def _publish(context: Context, epoch: int, name: str, at: float, body: str) -> Transaction[None]:
    yield from leases.fence(context, epoch)
    yield Query(
        "INSERT INTO projection (name, at, body_json) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at, body_json = excluded.body_json",
        (name, at, body),
    )


def _projection(context: Context, name: str) -> Transaction[tuple[float, str] | None]:
    del context
    rows = yield Query("SELECT at, body_json FROM projection WHERE name = ?", (name,))
    return (rows[0][0], rows[0][1]) if rows else None


class StatisticsStore:
    """The statistics' own door to SQL; every method is one transaction and may raise UnavailableError.

    Those that take an epoch raise FencedError when another router decides.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def known(self) -> Known:
        """How far the counting is."""
        return await self._read(_known)

    async def next_arrival(self, since: float) -> float | None:
        """When the first contact from `since` on arrived (UTC seconds)."""
        return await self._read(_next_arrival, since)

    async def closed(self, start: int, after: Cursor | None, limit: int) -> list[Seen]:
        """Closed contacts of the half-hour from `start`, by arrival and id, the first `limit` after a cursor."""
        return await self._read(_closed, start, after, limit)

    async def counted(self, start: int, end: int) -> dict[int, dict[Key, Tally]]:
        """Half-hours that begin from `start` to before `end` (UTC seconds), as they were counted."""
        return await self._read(_counted, start, end)

    async def plan(self, epoch: int, spans: Sequence[int]) -> None:
        """Remember which half-hours are going to be counted, in whatever order."""
        await self._write(_plan, epoch, spans)

    async def write_counts(
        self, epoch: int, spans: Mapping[int, Mapping[Key, Tally]], final: Mapping[int, bool]
    ) -> None:
        """Replace half-hours; `final` says of each whether all its contacts are closed."""
        await self._write(_write_counts, epoch, spans, final)

    async def times(self, start: int, end: int) -> list[AgentTime]:
        """Agents' half-hours that begin from `start` to before `end` (UTC seconds), as they were written."""
        return await self._read(_times, start, end)

    async def write_times(self, epoch: int, spans: Sequence[int], times: Sequence[AgentTime]) -> None:
        """Replace agents' half-hours `spans` by `times`."""
        await self._write(_write_times, epoch, spans, times)

    async def count_lines(self, lines: Sequence[Line], by: By, limit: int) -> list[CountLine]:
        """Contacts by line of a report, at most `limit` rows."""
        return await self._read(statistic_reports.counts, lines, by, limit)

    async def time_lines(self, lines: Sequence[Line], limit: int) -> list[TimeLine]:
        """Agents' times by line of a report, at most `limit` rows."""
        return await self._read(statistic_reports.times, lines, limit)

    async def last_staffed(self) -> int | None:
        """The last half-hour of which agents' times are written."""
        return await self._read(statistic_reports.last_staffed)

    async def log(self, start: float, end: float) -> Log:
        """What agents did from `start` to before `end` (UTC seconds)."""
        return await self._read(_log, start, end)

    async def write_log(self, epoch: int, logged: Sequence[Logged]) -> None:
        """Add to the log what no decision brought about."""
        await self._write(_write_log, epoch, [log_row(one) for one in logged])

    async def first_log(self) -> float | None:
        """When the log begins (UTC seconds)."""
        return await self._read(_first_log)

    async def publish(self, epoch: int, name: str, at: float, body: str) -> None:
        """Replace what is shown live under `name`."""
        await self._write(_publish, epoch, name, at, body)

    async def projection(self, name: str) -> tuple[float, str] | None:
        """What is shown live under `name`, and of when it is (UTC seconds)."""
        return await self._read(_projection, name)

    async def _read(self, work: Callable[..., Transaction[T]], *given: Any) -> T:
        return await self._driver.read(lambda context: work(context, *given))

    async def _write(self, work: Callable[..., Transaction[T]], *given: Any) -> T:
        return await self._driver.write(lambda context: work(context, *given))
