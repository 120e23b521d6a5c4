"""The tables of the utility's register: zones, accounts, premises, outages."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from contactcenter.storage.table_base import CLUSTERED, Row, partial


class ZoneRow(Row, table=True):
    """A part of the network that loses power together."""

    __tablename__ = "zone"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    name: str
    department: str


class UtilityAccountRow(Row, table=True):
    """A contract; `customer_id` is who has its telephone. `flags`: words between spaces."""

    __tablename__ = "utility_account"
    __table_args__ = (
        CheckConstraint("tier IN ('A', 'B', 'C')", name="tier"),
        CheckConstraint("telephone IS NULL OR customer_id IS NOT NULL", name="customer"),
        CLUSTERED,
    )

    number: str = Field(primary_key=True)
    name: str
    telephone: str | None = None
    tier: str
    owner: str | None = None
    flags: str
    language: str | None = None
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)


class PremisesRow(Row, table=True):
    """A place that is supplied."""

    __tablename__ = "premises"
    __table_args__ = CLUSTERED

    id: str = Field(primary_key=True)
    account: str = Field(foreign_key="utility_account.number", index=True)
    address: str
    zone: str = Field(foreign_key="zone.id")


class OutageRow(Row, table=True):
    """A zone without power; `restoration` is when it is expected back, UTC seconds like `started`."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'restored')", name="state"),
        partial("ix_outage_open_zone", "zone", where="state = 'open'"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    zone: str = Field(foreign_key="zone.id")
    cause_json: str
    started: float
    restoration: float | None = None
    state: str
