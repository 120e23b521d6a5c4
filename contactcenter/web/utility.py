"""The utility's accounts, premises, zones and outages: agents read them, supervisors and programs keep them.

What is put replaces the record of that number, or adds it; repeating it changes nothing.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final, Literal

import structlog
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints
from typing_extensions import TypedDict

from contactcenter.domain.utility import Account, Flag, Outage, OutageState, Premises, Register, Zone
from contactcenter.storage.utility import UnknownReferenceError
from contactcenter.web.access import SIGNED_IN, SUPERVISOR
from contactcenter.web.api import Body, Call, Endpoints, Query
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.rendering import iso, maybe

MOST_OUTAGES: Final = 500
FIRST_YEAR, LAST_YEAR = 2000, 2100
_NUMBER: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

endpoints = Endpoints("utility")
log = structlog.get_logger(__name__)


def _sane(moment: AwareDatetime) -> AwareDatetime:
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise ValueError(f"must be from {FIRST_YEAR} to {LAST_YEAR - 1}")
    return moment


Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Number = Annotated[str, StringConstraints(pattern=_NUMBER)]
Telephone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Moment = Annotated[AwareDatetime, AfterValidator(_sane)]


class PutZone(Body):
    """A part of the network that loses power together."""

    name: Text
    department: Text


class PutAccount(Body):
    """A contract. `telephone` says which customer's, `owner` is an agent's id."""

    name: Text
    telephone: Telephone | None = None
    tier: Literal["A", "B", "C"] = "C"
    owner: Id | None = None
    flags: list[Flag] = Field(default=[], max_length=len(Flag))
    language: Language | None = None


class PutPremises(Body):
    """A place that is supplied, by the numbers of its account and zone."""

    account: Number
    address: Text
    zone: Number


class PutOutage(Body):
    """A zone without power. `cause` by language; `restoration` null: nobody can say yet."""

    zone: Number
    cause: dict[Literal["es", "pt", "en"], Text] = Field(min_length=1)
    started: Moment
    restoration: Moment | None = None
    state: OutageState = OutageState.OPEN


class WhoseAccounts(Query):
    """Whose accounts."""

    customer: Id


class WhichOutages(Query):
    """In which state; without it: all."""

    state: OutageState | None = None


class ZoneShape(TypedDict):
    """A zone."""

    id: str
    name: str
    department: str


class AccountShape(TypedDict):
    """An account."""

    number: str
    name: str
    telephone: str | None
    tier: str
    owner: str | None
    flags: list[str]
    language: str | None


class PremisesShape(TypedDict):
    """A place that is supplied."""

    id: str
    account: str
    address: str
    zone: str


class OutageShape(TypedDict):
    """An outage."""

    id: str
    zone: str
    cause: dict[str, str]
    started: str
    restoration: str | None
    state: str


class AccountDetailShape(TypedDict):
    """An account with its customer, its premises and the open outages of their zones."""

    account: AccountShape
    customer_id: str | None
    premises: list[PremisesShape]
    outages: list[OutageShape]


class ZonesShape(TypedDict):
    """Zones by number."""

    zones: list[ZoneShape]


class CustomerAccountsShape(TypedDict):
    """A customer's accounts by number."""

    accounts: list[AccountShape]


class OutagesShape(TypedDict):
    """Outages, the last that began first, at most 500."""

    outages: list[OutageShape]


@endpoints.get("/api/v1/utility/zones", access=SIGNED_IN)
async def zones(call: Call) -> ZonesShape:
    """All zones."""
    return {"zones": [_zone(zone) for zone in await call.deps.storage.utility.zones()]}


@endpoints.put("/api/v1/utility/zones/{id}", access=SUPERVISOR)
async def put_zone(call: Call, body: PutZone) -> ZoneShape:
    """Add or replace a zone."""
    zone = Zone(_number(call), body.name, body.department)
    await _put(call, Register(zones=(zone,)))
    return _zone(zone)


@endpoints.get("/api/v1/utility/accounts", access=SIGNED_IN)
async def accounts_of(call: Call, query: WhoseAccounts) -> CustomerAccountsShape:
    """The accounts of a customer."""
    return {"accounts": [_account(one) for one in await call.deps.storage.utility.accounts_of(query.customer)]}


@endpoints.get("/api/v1/utility/accounts/{id}", access=SIGNED_IN, errors=(404,))
async def utility_account(call: Call) -> AccountDetailShape:
    """An account with its premises and their open outages."""
    view = await call.deps.storage.utility.account(call.path("id"))
    if view is None:
        raise not_found("No account")
    return {
        "account": _account(view.account),
        "customer_id": view.customer_id,
        "premises": [_premises(one) for one in view.premises],
        "outages": [_outage(one) for one in view.outages],
    }


@endpoints.put("/api/v1/utility/accounts/{id}", access=SUPERVISOR)
async def put_utility_account(call: Call, body: PutAccount) -> AccountShape:
    """Add or replace an account; its customer's next contact goes by it."""
    account = Account(
        number=_number(call),
        name=body.name,
        telephone=body.telephone,
        tier=body.tier,
        owner=body.owner,
        flags=tuple(flag for flag in Flag if flag in body.flags),
        language=body.language,
    )
    await _put(call, Register(accounts=(account,)))
    return _account(account)


@endpoints.put("/api/v1/utility/premises/{id}", access=SUPERVISOR)
async def put_premises(call: Call, body: PutPremises) -> PremisesShape:
    """Add or replace premises."""
    premises = Premises(_number(call), body.account, body.address, body.zone)
    await _put(call, Register(premises=(premises,)))
    return _premises(premises)


@endpoints.get("/api/v1/utility/outages", access=SIGNED_IN)
async def outages(call: Call, query: WhichOutages) -> OutagesShape:
    """The outages, the last that began first."""
    found = await call.deps.storage.utility.outages(query.state, MOST_OUTAGES)
    return {"outages": [_outage(one) for one in found]}


@endpoints.put("/api/v1/utility/outages/{id}", access=SUPERVISOR)
async def put_outage(call: Call, body: PutOutage) -> OutageShape:
    """Add or replace an outage."""
    if body.restoration is not None and body.restoration < body.started:
        message = "The restoration is before the start; correct one of the two."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message)
    outage = Outage(
        id=_number(call),
        zone=body.zone,
        cause={str(language): text for language, text in body.cause.items()},
        started=body.started.timestamp(),
        restoration=None if body.restoration is None else body.restoration.timestamp(),
        state=body.state,
    )
    await _put(call, Register(outages=(outage,)))
    return _outage(outage)


def _number(call: Call) -> str:
    """The record's number in the path."""
    number = call.path("id")
    if not re.match(_NUMBER, number):
        message = "A number has letters, digits, dot, - and _, at most 64."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message)
    return number


async def _put(call: Call, register: Register) -> None:
    try:
        written = await call.deps.storage.utility.put(register)
    except UnknownReferenceError as error:
        named = [f"there is no {one.field} {one.value!r}" for one in error.missing]
        message = f"Add first what is named: {', '.join(named)}."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_reference", message) from error
    log.info("utility.put", kind=next(iter(written)), number=call.path("id"), by=call.who.account_id)


def _zone(zone: Zone) -> ZoneShape:
    return {"id": zone.id, "name": zone.name, "department": zone.department}


def _account(account: Account) -> AccountShape:
    return {
        "number": account.number,
        "name": account.name,
        "telephone": account.telephone,
        "tier": account.tier,
        "owner": account.owner,
        "flags": [flag.value for flag in account.flags],
        "language": account.language,
    }


def _premises(premises: Premises) -> PremisesShape:
    return {"id": premises.id, "account": premises.account, "address": premises.address, "zone": premises.zone}


def _outage(outage: Outage) -> OutageShape:
    return {
        "id": outage.id,
        "zone": outage.zone,
        "cause": dict(outage.cause),
        "started": iso(outage.started),
        "restoration": maybe(outage.restoration),
        "state": outage.state.value,
    }
