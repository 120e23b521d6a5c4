"""What customers report: no power here. One report for a place, however often and by whomever it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.domain.utility import Outage
from contactcenter.storage.clean import clean, clean_or_none, key
from contactcenter.storage.steps import BIGINT, FLOAT, TEXT, Context, Each, Insert, Transaction
from contactcenter.storage.utility_callers import Place, Recognised, recognise
from contactcenter.storage.utility_numbers import JOIN_SECONDS, number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageReported:
    """What whoever reported is told: the number, and what is known of the outage there.

    `joined`: it had been reported already; `times` says how often by now. `estimate` is when the power will be back
    (UTC seconds); None: nobody can say, or that moment has passed.
    """

    number: str
    joined: bool
    times: int
    outage: Outage | None = None
    estimate: float | None = None
    zone_name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report to take: `source` makes a repeat harmless. `place` None: only the account or the number is known."""

    source: str
    channel: str
    caller: Recognised
    place: Place | None
    at: float

    @property
    def subject(self) -> str:
        """What two reports of the same place have in common."""
        if self.place is not None:
            return f"premises:{self.place.premises.id}"
        return f"account:{self.caller.account}" if self.caller.account else f"telephone:{self.caller.number}"

    @property
    def outage(self) -> Outage | None:
        """The open outage there, as far as the place is known."""
        if self.place is not None:
            return self.place.outage
        zones = {place.premises.zone for place in self.caller.places}
        return self.caller.outage if len(zones) == 1 else None

    @property
    def zone(self) -> str | None:
        """The zone, as far as the place is known."""
        if self.place is not None:
            return self.place.premises.zone
        zones = {place.premises.zone for place in self.caller.places}
        return zones.pop() if len(zones) == 1 else None


def report_outage(
    _: Context, source: str, channel: str, number: str, account: str | None, premises: str | None, now: float
) -> Transaction[OutageReported | None]:
    """See `storage.Storage.report_outage`."""
    wanted = key(number), None if account is None else key(account)
    caller = (yield from recognise([wanted], now))[wanted]
    if not caller.known and (account is not None or not caller.number):
        return None
    place = _meant(caller, account is not None, premises)
    report = Report(source=key(source), channel=clean(channel), caller=caller, place=place, at=now)
    return (yield from take_reports([report], now))[0]


def _meant(caller: Recognised, named: bool, premises: str | None) -> Place | None:
    """The premises that were named, or whose address the caller was told; of an account that was keyed in its only."""
    if premises is not None:
        return next((place for place in caller.places if place.premises.id == premises), None)
    return None if named and len(caller.places) > 1 else caller.place


_SOURCE: Final = ("source", "place", "channel", "address", "customer_id", "at")
_REPORT: Final = (
    "subject", "premises", "account", "zone", "telephone", "customer_id", "state", "outage_id", "reported_at",
    "last_at", "times",
)  # fmt: skip
_JOIN: Final = (
    "ON CONFLICT (subject) WHERE state = 'open' DO UPDATE SET times = outage_report.times + excluded.times,"
    " last_at = excluded.last_at, outage_id = COALESCE(excluded.outage_id, outage_report.outage_id)"
)


def take_reports(reports: Sequence[Report], now: float) -> Transaction[list[OutageReported]]:
    """Write what is new of `reports`, joining what is of the same place; the results are in their order."""
    first = {report.source: report for report in reversed(reports)}
    rows = yield Insert(
        "outage_report_source",
        _SOURCE,
        [_source_row(first[source]) for source in sorted(first)],
        "ON CONFLICT (source) DO NOTHING",
        "source",
    )
    fresh = {row[0] for row in rows}
    new: dict[str, list[Report]] = {}
    for source in sorted(fresh):
        new.setdefault(first[source].subject, []).append(first[source])
    if new:
        yield from _join(new, now)
    found = yield Each(
        "SELECT s.source, s.report_id, s.place, r.times FROM {rows} JOIN outage_report_source s ON s.source = v.source"
        " JOIN outage_report r ON r.id = s.report_id",
        (("source", TEXT),),
        [(source,) for source in sorted(first)],
    )
    told = {row[0]: row[1:] for row in found}
    return [_reported(report, told[report.source], now) for report in reports]


def _source_row(report: Report) -> tuple[Any, ...]:
    caller = report.caller
    return report.source, 0, report.channel, caller.number or None, caller.customer_id, report.at


def _join(new: dict[str, list[Report]], now: float) -> Transaction[None]:
    """Add to the open report of each subject, or open one."""
    yield Each(
        "UPDATE outage_report SET state = 'expired' FROM {rows} WHERE outage_report.subject = v.subject"
        " AND outage_report.state = 'open' AND outage_report.outage_id IS NULL AND outage_report.last_at <= ?",
        (("subject", TEXT),),
        [(subject,) for subject in sorted(new)],
        (now - JOIN_SECONDS,),
    )
    rows = yield Insert(
        "outage_report",
        _REPORT,
        [_report_row(new[subject]) for subject in sorted(new)],
        _JOIN,
        "subject, id, times",
    )
    places = []
    for subject, id_, times in rows:
        before = times - len(new[subject])
        places += [(report.source, id_, before + n) for n, report in enumerate(new[subject], start=1)]
    yield Each(
        "UPDATE outage_report_source SET report_id = v.id, place = v.place FROM {rows}"
        " WHERE outage_report_source.source = v.source",
        (("source", TEXT), ("id", BIGINT), ("place", BIGINT)),
        places,
    )


def _report_row(reports: list[Report]) -> tuple[Any, ...]:
    one = reports[0]
    outage = one.outage
    return (
        one.subject,
        one.place.premises.id if one.place else None,
        clean_or_none(one.place.premises.account if one.place else one.caller.account),
        one.zone,
        one.caller.number or None,
        one.caller.customer_id,
        "open",
        outage.id if outage else None,
        one.at,
        one.at,
        len(reports),
    )


def _reported(report: Report, row: Sequence[Any], now: float) -> OutageReported:
    report_id, place, times = row
    number = number_of(report_id)
    assert number is not None
    outage, caller = report.outage, report.caller
    until = outage.restoration if outage else None
    where = report.place or (caller.place if report.zone else None)
    return OutageReported(
        number=number,
        joined=place > 1,
        times=times,
        outage=outage,
        estimate=until if until is not None and until > now else None,
        zone_name=where.zone_name if where else "",
        address=report.place.premises.address if report.place and caller.own else "",
    )


def follow_outages(outages: Sequence[tuple[str, str, str]], now: float) -> Transaction[None]:
    """Tie open reports to their zone's outage, or close them with it; `outages` are id, zone and state."""
    opened = sorted((id_, zone) for id_, zone, state in outages if state == "open")
    over = sorted((id_, zone) for id_, zone, state in outages if state != "open")
    if over:
        yield Each(
            "UPDATE outage_report SET state = 'restored' FROM {rows}"
            " WHERE outage_report.zone = v.zone AND outage_report.state = 'open' AND outage_report.outage_id = v.id",
            (("id", TEXT), ("zone", TEXT)),
            over,
        )
    if opened:
        yield Each(
            "UPDATE outage_report SET outage_id = v.id FROM {rows} WHERE outage_report.zone = v.zone"
            " AND outage_report.state = 'open' AND outage_report.outage_id IS NULL AND outage_report.last_at > v.since",
            (("id", TEXT), ("zone", TEXT), ("since", FLOAT)),
            [(id_, zone, now - JOIN_SECONDS) for id_, zone in opened],
        )
