"""Reports for supervisors: contacts by queue or channel and agents' time, by half-hour, hour or day.

A half-hour that is not over yet is as it was a few seconds ago. Days are those of the center's time zone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field, StringConstraints

from contactcenter.queues.intervals import (
    SPAN,
    Interval,
    day_ends,
    day_of,
    day_starts,
    line_ends,
    line_of,
    midnight,
    span_of,
)
from contactcenter.queues.service_level import Tally
from contactcenter.queues.staffing import Times
from contactcenter.runtime.statistics import times_of
from contactcenter.storage.statistic_reports import Line
from contactcenter.storage.statistics import StatisticsStore
from contactcenter.web.access import SUPERVISOR
from contactcenter.web.api import Call, Endpoints, Query
from contactcenter.web.errors import ApiError
from contactcenter.web.rendering import iso
from contactcenter.web.screens import CATALOGUE, LISTINGS
from contactcenter.web.statistic_figures import agent_figures, contact_figures
from contactcenter.web.statistic_shapes import AgentLine, ContactLine, StatisticsShape

MOST_ROWS: Final = 20_000
LONGEST_DAYS: Final[Mapping[Interval, int]] = {Interval.HALF_HOUR: 31, Interval.HOUR: 62, Interval.DAY: 400}
UNWRITTEN: Final = 8
"""Half-hours of which agents' times are read from the log: the router writes the others."""

endpoints = Endpoints("statistics")

Moment = Annotated[
    str, StringConstraints(max_length=40, pattern=r"^\d{4}-\d{2}-\d{2}([T ][0-9:.]+(Z|[+ -]\d{2}:?\d{2})?)?$")
]


class Asked(Query):
    """Which report. `from` and `to` are dates or ISO times; a date as `to` is included whole. Without them: today."""

    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None
    interval: Literal["30m", "1h", "1d"] = "30m"
    by: Literal["total", "queue", "channel", "agent"] = "queue"


@dataclass(frozen=True, slots=True)
class _Range:
    """What is asked for, on the grid of half-hours; UTC seconds."""

    start: int
    end: int
    interval: Interval
    zone: ZoneInfo

    @property
    def lines(self) -> list[Line]:
        """Every line, the first and the last cut to the range."""
        found = []
        start = self.start
        while start < self.end:
            end = min(line_ends(line_of(start, self.interval, self.zone), self.interval, self.zone), self.end)
            found.append(Line(start, end))
            start = end
        return found


@endpoints.get("/api/v1/statistics", access=SUPERVISOR)
async def statistics(call: Call, query: Asked) -> StatisticsShape:
    """Contacts or agents' time by half-hour, hour or day."""
    return await _report(call, query)


@endpoints.get("/api/v1/statistics.csv", access=SUPERVISOR, media_types=("text/csv",))
async def statistics_csv(call: Call, query: Asked) -> web.StreamResponse:
    """The same as a file for spreadsheets: UTF-8, one row a line."""
    report = await _report(call, query)
    lines: Sequence[Mapping[str, Any]] = report["agents"] if query.by == "agent" else report["contacts"]
    name = f"statistics-{report['since'][:10]}-{query.by}-{query.interval}.csv"
    return web.Response(
        body=_csv(lines, report["time_zone"]).encode("utf-8-sig"),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


async def _report(call: Call, query: Asked) -> StatisticsShape:
    configuration = await call.request.app[CATALOGUE].configuration()
    zone = ZoneInfo(configuration.settings.time_zone)
    wanted = _range(query, zone, call.deps.clock())
    report: StatisticsShape = {
        "since": iso(wanted.start),
        "until": iso(wanted.end),
        "interval": query.interval,
        "by": query.by,
        "time_zone": configuration.settings.time_zone,
        "contacts": [],
        "contact_totals": [],
        "agents": [],
        "agent_totals": [],
    }
    if query.by == "agent":
        await _add_agents(call, wanted, report)
    else:
        await _add_contacts(call, wanted, query.by, report)
    return report


async def _add_contacts(
    call: Call, wanted: _Range, by: Literal["total", "queue", "channel"], report: StatisticsShape
) -> None:
    lines = wanted.lines
    ends = dict(lines)
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    totals: dict[str, Tally] = {}
    for start, id_, tally in _bounded(await call.deps.storage.statistics.count_lines(lines, by, MOST_ROWS + 1)):
        name = renderer.queue(id_)["name"] if by == "queue" else id_
        totals.setdefault(id_, Tally()).add(tally)
        report["contacts"].append(_contact_line(start, ends[start], id_, name, tally))
    for id_, tally in totals.items():
        name = renderer.queue(id_)["name"] if by == "queue" else id_
        report["contact_totals"].append(_contact_line(wanted.start, wanted.end, id_, name, tally))


async def _add_agents(call: Call, wanted: _Range, report: StatisticsShape) -> None:
    lines = wanted.lines
    ends, now = dict(lines), call.deps.clock()
    store = call.deps.storage.statistics
    found = {
        (start, agent_id): times for start, agent_id, times in _bounded(await store.time_lines(lines, MOST_ROWS + 1))
    }
    for start, agent_id, times in await _unwritten(store, wanted, now):
        found.setdefault((_line_start(start, wanted), agent_id), Times()).add(times)
    names = {view.id: view.name for view in await call.request.app[LISTINGS].agents()}
    totals: dict[str, Times] = {}
    for (start, agent_id), times in sorted(found.items(), key=lambda each: (each[0][0], names.get(each[0][1], ""))):
        totals.setdefault(agent_id, Times()).add(times)
        name = names.get(agent_id, agent_id)
        report["agents"].append(_agent_line(start, ends[start], agent_id, name, times))
    for agent_id in sorted(totals, key=lambda one: names.get(one, one)):
        line = _agent_line(wanted.start, wanted.end, agent_id, names.get(agent_id, agent_id), totals[agent_id])
        report["agent_totals"].append(line)


def _line_start(span: int, wanted: _Range) -> int:
    return max(line_of(span, wanted.interval, wanted.zone), wanted.start)


async def _unwritten(store: StatisticsStore, wanted: _Range, now: float) -> list[tuple[int, str, Times]]:
    """The newest half-hours, which the router has not written yet, from the agents' log."""
    last = await store.last_staffed()
    first = span_of(now) - (UNWRITTEN - 1) * SPAN
    if last is not None:
        first = max(first, last + SPAN)
    found = []
    for span in range(max(first, wanted.start), min(wanted.end, span_of(now) + SPAN), SPAN):
        logged = await store.log(span, span + SPAN)
        found += [(span, one.agent_id, one.times) for one in times_of(logged, span, now)]
    return found


def _contact_line(start: int, end: int, id_: str, name: str, tally: Tally) -> ContactLine:
    return {"start": iso(start), "end": iso(end), "id": id_, "name": name, **contact_figures(tally)}


def _agent_line(start: int, end: int, id_: str, name: str, times: Times) -> AgentLine:
    return {"start": iso(start), "end": iso(end), "id": id_, "name": name, **agent_figures(times)}


def _bounded(rows: list[Any]) -> list[Any]:
    if len(rows) > MOST_ROWS:
        message = f"The report has more than {MOST_ROWS:,} lines; ask for less time or a longer interval."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "too_much", message)
    return rows


# --- the range


def _range(query: Asked, zone: ZoneInfo, now: float) -> _Range:
    today = day_of(now, zone)
    start = day_starts(now, zone) if query.since is None else span_of(_moment(query.since, zone, "from", last=False))
    if query.until is not None:
        end = _grid_end(_moment(query.until, zone, "to", last=True))
    else:
        end = day_ends(now, zone) if query.since is None else max(day_ends(now, zone), start + SPAN)
    if end <= start:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_range", "`to` must be later than `from`.")
    interval = Interval(query.interval)
    longest = LONGEST_DAYS[interval]
    if end - start > (longest * 24 + 1) * 3600:
        message = f"By {query.interval} a report has at most {longest} days (today is {today}); ask for less time."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "too_much", message)
    return _Range(start, end, interval, zone)


def _grid_end(at: float) -> int:
    return span_of(at) if at == span_of(at) else span_of(at) + SPAN


def _moment(text: str, zone: ZoneInfo, name: str, *, last: bool) -> float:
    """A date or a time of the query in UTC seconds; one without a zone is local. `last`: a date's end."""
    try:
        if len(text) == len("2026-11-22"):
            day = date.fromisoformat(text)
            return float(span_of(midnight(day + timedelta(days=1 if last else 0), zone)))
        # In a query a plus that nobody escaped has become a blank.
        moment = datetime.fromisoformat(text[:11] + text[11:].replace(" ", "+"))
        at = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).timestamp()
    except (ValueError, OverflowError) as error:
        message = f"`{name}` is no date (2026-11-22) and no time (2026-11-22T08:30:00Z)."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_range", message) from error
    return at


# --- CSV


def _csv(lines: Iterable[Mapping[str, Any]], time_zone: str) -> str:
    text = io.StringIO()
    writer: Any = None
    zone = ZoneInfo(time_zone)
    for line in lines:
        row = _flat(line, zone)
        if writer is None:
            writer = csv.DictWriter(text, list(row))
            writer.writeheader()
        writer.writerow(row)
    return text.getvalue()


def _flat(line: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    row: dict[str, Any] = {"local_start": _local(line["start"], zone)}
    for name, value in line.items():
        if isinstance(value, Mapping):
            row[name] = round(sum(value.values()), 3)
            row[f"{name}_by_reason"] = "; ".join(f"{reason} {seconds:g}" for reason, seconds in value.items())
        else:
            row[name] = _safe(value)
    return row


def _local(start: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(start).astimezone(zone).isoformat(timespec="minutes")


def _safe(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula stays a name."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value
