"""What was reported, as a supervisor looks at it: by zone, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.storage.steps import Context, Query, Transaction
from contactcenter.storage.utility_numbers import JOIN_SECONDS, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report with the names a person needs. Times are UTC seconds; `times` says how often it was made."""

    number: str
    state: str
    address: str | None
    account: str | None
    account_name: str | None
    zone: str | None
    zone_name: str | None
    telephone: str | None
    customer_id: str | None
    outage: str | None
    reported_at: float
    last_at: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReports:
    """What is reported in a zone (None: where is not known), and the open outage that is known there."""

    zone: str | None
    zone_name: str | None
    reports: int
    times: int
    reported_at: float
    last_at: float
    outage: str | None
    restoration: float | None


@dataclass(frozen=True, slots=True)
class Reports:
    """What is open by zone, the most reports first, and those that were asked for, the last first."""

    zones: tuple[ZoneReports, ...]
    reports: tuple[ReportView, ...]


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports to list."""

    state: str | None = "open"
    zone: str | None = None
    limit: int = 500


_OPEN: Final = "r.state = 'open' AND (r.outage_id IS NOT NULL OR r.last_at > ?)"
_OVER: Final = "r.state = 'restored'"
_EXPIRED: Final = "(r.state = 'expired' OR (r.state = 'open' AND r.outage_id IS NULL AND r.last_at <= ?))"
_COLUMNS: Final = (
    "r.id, r.state, p.address, r.account, a.name, r.zone, z.name, r.telephone, r.customer_id, r.outage_id,"
    " r.reported_at, r.last_at, r.times"
)


def reports(context: Context, wanted: ReportFilter) -> Transaction[Reports]:
    """See `UtilityStore.reports`."""
    since = context.clock() - JOIN_SECONDS
    rows = yield Query(
        "SELECT r.zone, MAX(z.name), COUNT(*), SUM(r.times), MIN(r.reported_at), MAX(r.last_at), MAX(o.id),"
        " MAX(o.restoration) FROM outage_report r LEFT JOIN zone z ON z.id = r.zone LEFT JOIN outage o"
        " ON o.id = (SELECT f.id FROM outage f WHERE f.zone = r.zone AND f.state = 'open'"
        f" ORDER BY f.started DESC, f.id LIMIT 1) WHERE {_OPEN} GROUP BY r.zone ORDER BY COUNT(*) DESC, r.zone",
        (since,),
    )
    zones = tuple(_zone(row) for row in rows)
    conditions, values = _conditions(wanted, since)
    found = yield Query(
        f"SELECT {_COLUMNS} FROM outage_report r LEFT JOIN premises p ON p.id = r.premises"
        " LEFT JOIN utility_account a ON a.number = r.account LEFT JOIN zone z ON z.id = r.zone"
        f" WHERE {conditions} ORDER BY r.last_at DESC, r.id DESC LIMIT ?",
        (*values, wanted.limit),
    )
    return Reports(zones, tuple(_report(row, since) for row in found))


def _conditions(wanted: ReportFilter, since: float) -> tuple[str, list[Any]]:
    conditions: list[str] = ["TRUE"]
    values: list[Any] = []
    if wanted.state == "restored":
        conditions.append(_OVER)
    elif wanted.state is not None:
        conditions.append(_OPEN if wanted.state == "open" else _EXPIRED)
        values.append(since)
    if wanted.zone is not None:
        conditions.append("r.zone = ?")
        values.append(wanted.zone)
    return " AND ".join(conditions), values


def _zone(row: Sequence[Any]) -> ZoneReports:
    zone, name, count, times, first, last, outage, restoration = row
    return ZoneReports(
        zone=zone,
        zone_name=name,
        reports=int(count),
        times=int(times),
        reported_at=first,
        last_at=last,
        outage=outage,
        restoration=restoration,
    )


def _report(row: Sequence[Any], since: float) -> ReportView:
    id_, state, address, account, name, zone, zone_name, telephone, customer, outage, reported_at, last_at, times = row
    number = number_of(id_)
    assert number is not None
    return ReportView(
        number=number,
        state="expired" if state == "open" and outage is None and last_at <= since else state,
        address=address,
        account=account,
        account_name=name,
        zone=zone,
        zone_name=zone_name,
        telephone=telephone,
        customer_id=customer,
        outage=outage,
        reported_at=reported_at,
        last_at=last_at,
        times=times,
    )
