"""The utility's register as rows and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.domain.utility import Account, Flag, Outage, OutageState, Premises, Register, Zone
from contactcenter.storage.clean import clean, clean_or_none
from contactcenter.storage.mapping import json_of, texts_of

KeyedRow = tuple[Any, ...]
"""The columns of a table in order, the key first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its word, its table, the columns (the key first), and which rows a register has."""

    word: str
    table: str
    columns: tuple[str, ...]
    rows: Callable[[Register], list[KeyedRow]]


ZONE: Final = ("id", "name", "department")
ACCOUNT: Final = ("number", "name", "telephone", "tier", "owner", "flags", "language")
PREMISES: Final = ("id", "account", "address", "zone")
OUTAGE: Final = ("id", "zone", "cause_json", "started", "restoration", "state")


def _zone_row(zone: Zone) -> KeyedRow:
    return clean(zone.id), clean(zone.name), clean(zone.department)


def zone_of(row: Sequence[Any]) -> Zone:
    """The columns of `ZONE` as a record."""
    return Zone(*row)


def _account_row(account: Account) -> KeyedRow:
    return (
        clean(account.number),
        clean(account.name),
        clean_or_none(account.telephone),
        account.tier,
        clean_or_none(account.owner),
        " ".join(sorted(flag.value for flag in account.flags)),
        clean_or_none(account.language),
    )


def account_of(row: Sequence[Any]) -> Account:
    """The columns of `ACCOUNT` as a record."""
    number, name, telephone, tier, owner, flags, language = row
    return Account(number, name, telephone, tier, owner, tuple(Flag(flag) for flag in flags.split()), language)


def _premises_row(premises: Premises) -> KeyedRow:
    return clean(premises.id), clean(premises.account), clean(premises.address), clean(premises.zone)


def premises_of(row: Sequence[Any]) -> Premises:
    """The columns of `PREMISES` as a record."""
    return Premises(*row)


def _outage_row(outage: Outage) -> KeyedRow:
    cause = json_of({language: clean(text) for language, text in sorted(outage.cause.items())})
    restoration = None if outage.restoration is None else float(outage.restoration)
    return clean(outage.id), clean(outage.zone), cause, float(outage.started), restoration, outage.state.value


def outage_of(row: Sequence[Any]) -> Outage:
    """The columns of `OUTAGE` as a record."""
    id_, zone, cause, started, restoration, state = row
    return Outage(id_, zone, texts_of(cause), started, restoration, OutageState(state))


KINDS: Final = (
    Kind("zone", "zone", ZONE, lambda register: [_zone_row(one) for one in register.zones]),
    Kind("account", "utility_account", ACCOUNT, lambda register: [_account_row(one) for one in register.accounts]),
    Kind("premises", "premises", PREMISES, lambda register: [_premises_row(one) for one in register.premises]),
    Kind("outage", "outage", OUTAGE, lambda register: [_outage_row(one) for one in register.outages]),
)
"""In the order in which they can be written."""
