"""What customers reported: no power, by key or by message. Supervisors look at it by zone and take it along as CSV."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Final, Literal

from aiohttp import web
from pydantic import StringConstraints
from typing_extensions import TypedDict

from contactcenter.storage.utility_lists import ReportFilter, Reports, ReportView, ZoneReports
from contactcenter.web.access import SUPERVISOR
from contactcenter.web.api import Call, Endpoints, Query
from contactcenter.web.rendering import iso, maybe
from contactcenter.web.shapes import Named

MOST_REPORTS: Final = 500
MOST_ROWS: Final = 20_000
"""Of the file; more are a storm's, and are better taken zone by zone."""

State = Literal["open", "restored", "expired", "all"]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]

endpoints = Endpoints("utility")


class WhichReports(Query):
    """In which state (without it: open), and in which zone."""

    state: State = "open"
    zone: Zone | None = None


class OutageReportShape(TypedDict):
    """A report; `times` says how often it was made, `outage` which outage it belongs to."""

    number: str
    state: str
    address: str | None
    account: str | None
    account_name: str | None
    zone: Named | None
    telephone: str | None
    customer_id: str | None
    outage: str | None
    reported_at: str
    last_at: str
    times: int


class ZoneReportsShape(TypedDict):
    """The open reports of a zone, and the outage that is known there; without a zone: where is not known."""

    zone: Named | None
    reports: int
    times: int
    reported_at: str
    last_at: str
    outage: str | None
    restoration: str | None


class OutageReportsShape(TypedDict):
    """What is open by zone, the most reports first, and what was asked for, the last first, at most 500."""

    zones: list[ZoneReportsShape]
    reports: list[OutageReportShape]


@endpoints.get("/api/v1/utility/reports", access=SUPERVISOR)
async def reports(call: Call, query: WhichReports) -> OutageReportsShape:
    """What customers reported, by zone and one by one."""
    found = await _found(call, query, MOST_REPORTS)
    return {
        "zones": [_zone(one) for one in found.zones],
        "reports": [_report(one) for one in found.reports],
    }


@endpoints.get("/api/v1/utility/reports.csv", access=SUPERVISOR, media_types=("text/csv",))
async def reports_csv(call: Call, query: WhichReports) -> web.StreamResponse:
    """The same as a file for spreadsheets: UTF-8, one row a report."""
    found = await _found(call, query, MOST_ROWS)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([_row(one) for one in found.reports])
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="outage-reports-{iso(call.deps.clock())[:10]}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _found(call: Call, query: WhichReports, limit: int) -> Reports:
    state = None if query.state == "all" else query.state
    return await call.deps.storage.utility.reports(ReportFilter(state, query.zone, limit))


def _named(zone: str | None, name: str | None) -> Named | None:
    return None if zone is None else {"id": zone, "name": name or zone}


def _zone(one: ZoneReports) -> ZoneReportsShape:
    return {
        "zone": _named(one.zone, one.zone_name),
        "reports": one.reports,
        "times": one.times,
        "reported_at": iso(one.reported_at),
        "last_at": iso(one.last_at),
        "outage": one.outage,
        "restoration": maybe(one.restoration),
    }


def _report(one: ReportView) -> OutageReportShape:
    return {
        "number": one.number,
        "state": one.state,
        "address": one.address,
        "account": one.account,
        "account_name": one.account_name,
        "zone": _named(one.zone, one.zone_name),
        "telephone": one.telephone,
        "customer_id": one.customer_id,
        "outage": one.outage,
        "reported_at": iso(one.reported_at),
        "last_at": iso(one.last_at),
        "times": one.times,
    }


_COLUMNS: Final = (
    "number", "state", "zone", "zone_name", "address", "account", "account_name", "telephone", "outage", "reported_at",
    "last_at", "times",
)  # fmt: skip


def _row(one: ReportView) -> list[str | int]:
    told = (
        one.number, one.state, one.zone, one.zone_name, one.address, one.account, one.account_name, one.telephone,
        one.outage, iso(one.reported_at), iso(one.last_at),
    )  # fmt: skip
    return [*(_safe(value or "") for value in told), one.times]


def _safe(value: str) -> str:
    """What a spreadsheet would take for a formula stays text."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
