"""Half-hours summed into the lines of a report, by the database: what comes back grows with the report only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from contactcenter.queues.service_level import COUNTS, Tally
from contactcenter.queues.staffing import TIMES, Times
from contactcenter.storage import mapping
from contactcenter.storage.steps import BIGINT, Context, Each, Query, Transaction

By = Literal["total", "queue", "channel"]


class Line(NamedTuple):
    """A stretch of time, in UTC seconds; both on the grid of half-hours."""

    start: int
    end: int


class CountLine(NamedTuple):
    """Contacts that arrived in the line that begins at `start`."""

    start: int
    id: str
    tally: Tally


class TimeLine(NamedTuple):
    """What an agent's time in the line that begins at `start` went into."""

    start: int
    agent_id: str
    times: Times


_COLUMNS: Final = (("line", BIGINT), ("until", BIGINT))
_WITHIN: Final = "c.start >= v.line AND c.start < v.until"


def _sums(names: Sequence[str]) -> str:
    """PostgreSQL sums bigints as numeric."""
    return ", ".join(f"CAST(SUM(c.{name}) AS bigint)" for name in names)


def counts(context: Context, lines: Sequence[Line], by: By, limit: int) -> Transaction[list[CountLine]]:
    """Contacts by line and `by`, at most `limit` rows."""
    del context
    key = "'all'" if by == "total" else f"c.{by}"
    grouped = "v.line" if by == "total" else f"v.line, {key}"
    rows = yield Each(
        f"SELECT v.line, {key}, {_sums(COUNTS)} FROM {{rows}} JOIN statistic_contact c ON {_WITHIN}"
        f" GROUP BY {grouped} ORDER BY {grouped} LIMIT ?",
        _COLUMNS,
        lines,
        (limit,),
    )
    return [CountLine(start, id_, Tally(*sums)) for start, id_, *sums in rows]


def times(context: Context, lines: Sequence[Line], limit: int) -> Transaction[list[TimeLine]]:
    """Agents' times by line, at most `limit` rows."""
    del context
    rows = yield Each(
        f"SELECT v.line, c.agent_id, {_sums(TIMES)} FROM {{rows}} JOIN statistic_agent c ON {_WITHIN}"
        " GROUP BY v.line, c.agent_id ORDER BY v.line, c.agent_id LIMIT ?",
        _COLUMNS,
        lines,
        (limit,),
    )
    found = {(start, agent_id): Times.of(sums, {}) for start, agent_id, *sums in rows}
    reasons = yield Each(
        f"SELECT v.line, c.agent_id, c.not_ready_json FROM {{rows}} JOIN statistic_agent c ON {_WITHIN}"
        " WHERE c.not_ready_json <> '{}'",
        _COLUMNS,
        lines,
    )
    for start, agent_id, not_ready in reasons:
        line = found.get((start, agent_id))
        if line is not None:
            line.add(Times(not_ready=dict(mapping.plain_of(not_ready))))
    return [TimeLine(start, agent_id, sums) for (start, agent_id), sums in found.items()]


def last_staffed(context: Context) -> Transaction[int | None]:
    """The last half-hour of which agents' times are written."""
    del context
    rows = yield Query("SELECT MAX(start) FROM statistic_span WHERE staffed")
    last: int | None = rows[0][0]
    return last
