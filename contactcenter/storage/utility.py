"""The utility's register in SQL: what is written together is one transaction, and repeating it changes nothing.

An account acts on routing through its customer, who is the person with its telephone: when an account changes, the
customer gets the first tier, the owner and all flags of their accounts. Nothing is looked up as messages arrive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contactcenter.domain.utility import Account, Outage, OutageState, Premises, Register, Zone
from contactcenter.storage.driver import Driver
from contactcenter.storage.errors import StorageError
from contactcenter.storage.steps import TEXT, Context, Each, Insert, Query, Transaction
from contactcenter.storage.utility_callers import Place, places_of
from contactcenter.storage.utility_lists import ReportFilter, Reports, reports
from contactcenter.storage.utility_reports import follow_outages
from contactcenter.storage.utility_rows import (
    ACCOUNT,
    KINDS,
    OUTAGE,
    PREMISES,
    ZONE,
    KeyedRow,
    Kind,
    account_of,
    outage_of,
    premises_of,
    zone_of,
)

PUT_SECONDS: Final = 60.0
"""How long an import may take; one record takes milliseconds."""
PHONE: Final = "phone"
"""The kind of address that an account's telephone is."""
_PLACE_OF_TELEPHONE: Final = ACCOUNT.index("telephone")
_ID: Final = (("id", TEXT),)


@dataclass(frozen=True, slots=True)
class Written:
    """How many records of one kind were new, were different, or were there as they are."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Record `id` of `kind` names in `field` a `value` that is nowhere."""

    kind: str
    id: str
    field: str
    value: str


class UnknownReferenceError(StorageError):
    """Records name others that do not exist; nothing was written."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        first = missing[0]
        super().__init__(f"{first.kind} {first.id!r}: there is no {first.field} {first.value!r}")
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its premises, the open outages of their zones, and whose it is."""

    account: Account
    customer_id: str | None
    premises: tuple[Premises, ...]
    outages: tuple[Outage, ...]


class _DryRunError(Exception):
    """Takes everything back."""

    def __init__(self, written: Mapping[str, Written]) -> None:
        super().__init__("nothing was written")
        self.written = written


class UtilityStore:
    """The door; every method is one transaction and raises UnavailableError when SQL does not answer."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def put(self, register: Register, *, dry_run: bool = False) -> Mapping[str, Written]:
        """Add or replace records by their numbers, all or none; what became of them by kind.

        Raises:
            UnknownReferenceError: with everything that is named and does not exist.
        """
        try:
            return await self._driver.write(lambda context: _put(context, register, dry_run=dry_run), PUT_SECONDS)
        except _DryRunError as taken_back:
            return taken_back.written

    async def account(self, number: str) -> AccountView | None:
        """One account."""
        return await self._driver.read(lambda _: _account(number))

    async def accounts_of(self, customer_id: str) -> list[Account]:
        """A customer's accounts by number."""
        return await self._driver.read(lambda _: _accounts_of(customer_id))

    async def places_of(self, customer_id: str) -> tuple[Place, ...]:
        """Where a customer is supplied, the places without power first."""
        found = await self._driver.read(lambda context: places_of([customer_id], context.clock()))
        return found.get(customer_id, ())

    async def reports(self, wanted: ReportFilter) -> Reports:
        """What customers reported, as far as `wanted`; what is open is counted by zone whatever is wanted."""
        return await self._driver.read(lambda context: reports(context, wanted))

    async def zones(self) -> list[Zone]:
        """All zones by number."""
        return await self._driver.read(lambda _: _zones())

    async def outages(self, state: OutageState | None, limit: int) -> list[Outage]:
        """Outages in this state, or in any; the last that began first."""
        return await self._driver.read(lambda _: _outages(state, limit))


def _put(context: Context, register: Register, *, dry_run: bool) -> Transaction[Mapping[str, Written]]:
    missing = yield from _missing(register)
    if missing:
        raise UnknownReferenceError(missing)
    written = {}
    for kind in KINDS:
        rows = kind.rows(register)
        if rows:
            written[kind.word] = yield from _put_kind(context, kind, rows)
    if dry_run:
        raise _DryRunError(written)
    return written


def _put_kind(context: Context, kind: Kind, rows: list[KeyedRow]) -> Transaction[Written]:
    key = kind.columns[0]
    columns = ", ".join(f"t.{column}" for column in kind.columns)
    found = yield Each(
        f"SELECT {columns} FROM {kind.table} t JOIN {{rows}} ON t.{key} = v.id", _ID, [(row[0],) for row in rows]
    )
    before = {row[0]: tuple(row) for row in found}
    different = [row for row in rows if before.get(row[0]) != row]
    if different:
        if kind.columns is ACCOUNT:
            yield from _put_accounts(context, kind, different)
        else:
            yield _upsert(kind.table, kind.columns, different)
        if kind.columns is OUTAGE:
            zone, state = OUTAGE.index("zone"), OUTAGE.index("state")
            yield from follow_outages([(row[0], row[zone], row[state]) for row in different], context.clock())
    changed = sum(row[0] in before for row in different)
    return Written(len(different) - changed, changed, len(rows) - len(different))


def _upsert(table: str, columns: tuple[str, ...], rows: Sequence[KeyedRow]) -> Insert:
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    return Insert(table, columns, sorted(rows), f"ON CONFLICT ({columns[0]}) DO UPDATE SET {changes}")


def _put_accounts(context: Context, kind: Kind, rows: list[KeyedRow]) -> Transaction[None]:
    """Write accounts with whose they are, and tell their customers, of before and of now."""
    numbers = [(row[0],) for row in rows]
    former = yield Each("SELECT a.customer_id FROM utility_account a JOIN {rows} ON a.number = v.id", _ID, numbers)
    customers = yield from _customers(context, sorted({row[_PLACE_OF_TELEPHONE] for row in rows} - {None}))
    whole = [(*row, customers.get(row[_PLACE_OF_TELEPHONE])) for row in rows]
    yield _upsert(kind.table, (*kind.columns, "customer_id"), whole)
    touched = {row[0] for row in former} | set(customers.values())
    yield Each(_FOLLOW, _ID, [(customer,) for customer in sorted(touched - {None})])


def _of_accounts(what: str, more: str = "") -> str:
    return f"(SELECT {what} FROM utility_account a WHERE a.customer_id = customer.id{more})"


def _flag(word: str) -> str:
    there = _of_accounts("1", f" AND a.flags LIKE '%{word}%'")
    return f"CASE WHEN EXISTS {there} THEN '{word} ' ELSE '' END"


_FIRST: Final = " ORDER BY a.tier, a.number LIMIT 1"
_FOLLOW: Final = (
    f"UPDATE customer SET tier = {_of_accounts('MIN(a.tier)')},"
    f" account_owner = {_of_accounts('a.owner', f' AND a.owner IS NOT NULL{_FIRST}')},"
    f" flags = NULLIF(TRIM({_flag('life_support')} || {_flag('special_case')}), ''),"
    f" name = COALESCE(name, {_of_accounts('a.name', _FIRST)}),"
    f" language = COALESCE(language, {_of_accounts('a.language', f' AND a.language IS NOT NULL{_FIRST}')})"
    " FROM {rows} WHERE customer.id = v.id"
)


def _customers(context: Context, telephones: Sequence[str]) -> Transaction[dict[str, str]]:
    """Whose telephones these are; who never contacted us becomes a customer now."""
    found = yield from _owners(telephones)
    missing = {telephone: context.new_id() for telephone in telephones if telephone not in found}
    if not missing:
        return found
    now = context.clock()
    yield Insert("customer", ("id", "created_at"), [(customer, now) for customer in missing.values()])
    rows = yield Insert(
        "address",
        ("kind", "value", "customer_id", "created_at"),
        [(PHONE, telephone, customer, now) for telephone, customer in missing.items()],
        "ON CONFLICT (kind, value) DO NOTHING",
        "value",
    )
    won = {row[0] for row in rows}
    lost = [telephone for telephone in missing if telephone not in won]
    found |= {telephone: missing[telephone] for telephone in won}
    if lost:  # they wrote to us this moment
        yield Each("DELETE FROM customer WHERE id IN (SELECT v.id FROM {rows})", _ID, [(missing[one],) for one in lost])
        found |= yield from _owners(lost)
    return found


def _owners(telephones: Sequence[str]) -> Transaction[dict[str, str]]:
    rows = yield Each(
        f"SELECT a.value, a.customer_id FROM address a JOIN {{rows}} ON a.kind = '{PHONE}' AND a.value = v.id",
        _ID,
        [(telephone,) for telephone in telephones],
    )
    return {value: customer for value, customer in rows}  # noqa: C416  rows are sequences of any length


_NAMED: Final = (("zone", "zone", "id"), ("account", "utility_account", "number"), ("owner", "agent", "id"))


def _missing(register: Register) -> Transaction[list[Missing]]:
    """What is named and is neither in SQL nor among these records."""
    zones = {zone.id for zone in register.zones}
    accounts = {account.number for account in register.accounts}
    named = [Missing("premises", one.id, "account", one.account) for one in register.premises]
    named += [Missing("premises", one.id, "zone", one.zone) for one in register.premises]
    named += [Missing("outage", one.id, "zone", one.zone) for one in register.outages]
    named += [Missing("account", one.number, "owner", one.owner) for one in register.accounts if one.owner]
    known: dict[str, set[str]] = {"zone": zones, "account": accounts, "owner": set()}
    for field, table, key in _NAMED:
        unknown = sorted({one.value for one in named if one.field == field} - known[field])
        if unknown:
            rows = yield Each(
                f"SELECT t.{key} FROM {table} t JOIN {{rows}} ON t.{key} = v.id", _ID, [(value,) for value in unknown]
            )
            known[field] |= {row[0] for row in rows}
    return [one for one in named if one.value not in known[one.field]]


def _account(number: str) -> Transaction[AccountView | None]:
    rows = yield Query(f"SELECT {', '.join(ACCOUNT)}, customer_id FROM utility_account WHERE number = ?", (number,))
    if not rows:
        return None
    premises = yield Query(f"SELECT {', '.join(PREMISES)} FROM premises WHERE account = ? ORDER BY id", (number,))
    outages = yield Query(
        f"SELECT {', '.join(OUTAGE)} FROM outage WHERE state = 'open'"
        " AND zone IN (SELECT zone FROM premises WHERE account = ?) ORDER BY started DESC, id",
        (number,),
    )
    return AccountView(
        account=account_of(rows[0][: len(ACCOUNT)]),
        customer_id=rows[0][len(ACCOUNT)],
        premises=tuple(premises_of(row) for row in premises),
        outages=tuple(outage_of(row) for row in outages),
    )


def _accounts_of(customer_id: str) -> Transaction[list[Account]]:
    rows = yield Query(
        f"SELECT {', '.join(ACCOUNT)} FROM utility_account WHERE customer_id = ? ORDER BY number", (customer_id,)
    )
    return [account_of(row) for row in rows]


def _zones() -> Transaction[list[Zone]]:
    rows = yield Query(f"SELECT {', '.join(ZONE)} FROM zone ORDER BY id")
    return [zone_of(row) for row in rows]


def _outages(state: OutageState | None, limit: int) -> Transaction[list[Outage]]:
    where, values = ("", ()) if state is None else (" WHERE state = ?", (state.value,))
    rows = yield Query(
        f"SELECT {', '.join(OUTAGE)} FROM outage{where} ORDER BY started DESC, id LIMIT ?", (*values, limit)
    )
    return [outage_of(row) for row in rows]
