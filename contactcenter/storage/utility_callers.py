"""Who calls or writes: what the register knows of a telephone, or of an account that somebody names.

One statement by indexes, so that a caller can be asked for it at every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from contactcenter.domain.utility import Outage, OutageState, Premises
from contactcenter.storage.clean import key
from contactcenter.storage.mapping import texts_of
from contactcenter.storage.steps import FLOAT, TEXT, Context, Each, Transaction
from contactcenter.storage.utility_numbers import JOIN_SECONDS, number_of

MOST_PLACES: Final = 50
"""Premises looked at; who has more names the account."""


@dataclass(frozen=True, slots=True)
class Place:
    """Premises with their zone's name, the zone's open outage, and the number of an open report of them."""

    premises: Premises
    zone_name: str
    outage: Outage | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What is known of `number`, or of the account that was named from it.

    `account` is the one named if it exists, else the first of the number's `accounts`. `own`: it is the number's;
    of another's nothing personal is here. `places`: the one where the power is out first. `report`: the number of
    an open report without premises. `last_agent` served them last.
    """

    number: str
    customer_id: str | None = None
    name: str | None = None
    tier: str | None = None
    language: str | None = None
    owner: str | None = None
    flags: tuple[str, ...] = ()
    last_agent: str | None = None
    account: str | None = None
    accounts: int = 0
    own: bool = True
    places: tuple[Place, ...] = ()
    report: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is an account."""
        return self.account is not None

    @property
    def place(self) -> Place | None:
        """The premises that are meant unless others are named."""
        return self.places[0] if self.places else None

    @property
    def address(self) -> str:
        """Where that is; nothing when it is not the caller's to know."""
        return self.places[0].premises.address if self.places and self.own else ""

    @property
    def zone(self) -> str | None:
        """Its zone's number."""
        return self.places[0].premises.zone if self.places else None

    @property
    def zone_name(self) -> str:
        """Its zone's name."""
        return self.places[0].zone_name if self.places else ""

    @property
    def outage(self) -> Outage | None:
        """The open outage there."""
        return self.places[0].outage if self.places else None

    @property
    def reported(self) -> str | None:
        """The number of an open report of it."""
        return (self.places[0].report if self.places else None) or self.report


_LAST_AGENT: Final = (
    "(SELECT s.agent_id FROM contact s WHERE s.customer_id = c.id AND s.agent_id IS NOT NULL"
    " AND s.consult_of IS NULL ORDER BY s.arrived_at DESC LIMIT 1)"
)
_OPEN_OUTAGE: Final = (
    "(SELECT f.id FROM outage f WHERE f.zone = p.zone AND f.state = 'open' ORDER BY f.started DESC, f.id LIMIT 1)"
)


_TELEPHONE, _ACCOUNT, _PREMISES = "'telephone:' || v.number", "'account:' || a.number", "'premises:' || p.id"


def _report_of(subject: str) -> str:
    return (
        f"(SELECT MAX(r.id) FROM outage_report r WHERE r.state = 'open' AND r.subject = {subject}"
        f" AND (r.outage_id IS NOT NULL OR r.last_at > v.now - {JOIN_SECONDS}))"
    )


def _statement(accounts: str) -> str:
    telephone, account, premises = map(_report_of, (_TELEPHONE, _ACCOUNT, _PREMISES))
    return (
        "SELECT v.number, v.account, c.id, c.name, c.tier, c.language, c.account_owner, c.flags,"
        f" {_LAST_AGENT}, {telephone}, a.number, a.tier, a.owner, a.flags, a.customer_id, {account},"
        f" p.id, p.address, p.zone, z.name, {premises},"
        " o.id, o.cause_json, o.started, o.restoration"
        " FROM {rows} LEFT JOIN address d ON d.kind = 'phone' AND d.value = v.number"
        f" LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN utility_account a ON {accounts}"
        " LEFT JOIN premises p ON p.account = a.number LEFT JOIN zone z ON z.id = p.zone"
        f" LEFT JOIN outage o ON o.id = {_OPEN_OUTAGE} ORDER BY a.tier, a.number, p.id"
    )


_OF_CUSTOMERS: Final = (
    f"SELECT v.id, a.number, p.id, p.address, p.zone, z.name, {_report_of(_PREMISES)},"
    " o.id, o.cause_json, o.started, o.restoration"
    " FROM {rows} JOIN utility_account a ON a.customer_id = v.id JOIN premises p ON p.account = a.number"
    f" JOIN zone z ON z.id = p.zone LEFT JOIN outage o ON o.id = {_OPEN_OUTAGE} ORDER BY a.tier, a.number, p.id"
)
_BY_NUMBER: Final = _statement("a.customer_id = c.id")
_BY_ACCOUNT: Final = _statement("a.number = v.account")
_COLUMNS: Final = (("number", TEXT), ("account", TEXT), ("now", FLOAT))

Wanted = tuple[str, str | None]
"""A telephone, and the account that was named from it."""


def who_calls(_: Context, number: str, account: str | None, now: float) -> Transaction[Recognised]:
    """See `storage.Storage.who_calls`."""
    number, account = key(number), None if account is None else key(account)
    found = yield from recognise([(number, account)], now)
    return found[number, account]


def recognise(wanted: Sequence[Wanted], now: float) -> Transaction[dict[Wanted, Recognised]]:
    """What is known of each, which are cleaned already."""
    found: dict[Wanted, list[Sequence[Any]]] = {one: [] for one in wanted}
    for statement, named in ((_BY_NUMBER, False), (_BY_ACCOUNT, True)):
        asked = sorted({(number, account or "", now) for number, account in found if (account is not None) is named})
        if asked:
            for row in (yield Each(statement, _COLUMNS, asked)):
                found[row[0], row[1] if named else None].append(row[2:])
    return {(number, account): _read(number, account, rows) for (number, account), rows in found.items()}


def places_of(customers: Sequence[str], now: float) -> Transaction[dict[str, tuple[Place, ...]]]:
    """Where each customer is supplied, the places without power first; who has none is left out."""
    found: dict[str, list[Place]] = {}
    if customers:
        for row in (yield Each(_OF_CUSTOMERS, (("id", TEXT), ("now", FLOAT)), [(one, now) for one in customers])):
            places = found.setdefault(row[0], [])
            if len(places) < MOST_PLACES:
                places.append(_place(row[1], row[2:]))
    return {customer: _in_order(places) for customer, places in found.items()}


def _in_order(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: place.outage is None))


def _read(number: str, named: str | None, rows: list[Sequence[Any]]) -> Recognised:
    customer_id, name, tier, language, owner, flags, last_agent, report = rows[0][:8]
    facts = Recognised(
        number=number,
        customer_id=customer_id,
        name=name,
        tier=tier,
        language=language,
        owner=owner,
        flags=_flags(flags),
        last_agent=last_agent,
        report=number_of(report),
    )
    account, account_tier, account_owner, account_flags, holder, account_report = rows[0][8:14]
    if account is None:
        return facts
    places = [_place(row[8], row[14:]) for row in rows[:MOST_PLACES] if row[14] is not None]
    facts = replace(
        facts,
        account=account,
        accounts=len({row[8] for row in rows}),
        own=customer_id is not None and customer_id == holder,
        places=_in_order(places),
        report=number_of(account_report) or facts.report,
    )
    if named is None:
        return facts
    return replace(facts, tier=account_tier, owner=account_owner, flags=_flags(f"{flags or ''} {account_flags}"))


def _place(account: str, row: Sequence[Any]) -> Place:
    premises, address, zone, zone_name, report, outage, cause, started, restoration = row
    out = None
    if outage is not None:
        out = Outage(outage, zone, texts_of(cause), started, restoration, OutageState.OPEN)
    return Place(Premises(premises, account, address, zone), zone_name, out, number_of(report))


def _flags(words: str | None) -> tuple[str, ...]:
    return tuple(sorted(set((words or "").split())))
