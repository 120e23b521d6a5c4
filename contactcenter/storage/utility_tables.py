"""The tables of the utility's register (zones, accounts, premises, outages) and of what customers report."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from contactcenter.storage.table_base import CLUSTERED, COUNTER, Row, partial


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


class OutageReportRow(Row, table=True):
    """Somebody is without power: one report for a place, however often and by whomever it is said.

    `subject` is the place (premises, else account, else telephone); its number is made of `id`. `state`: `open`,
    `restored` with its outage, or `expired`, which is open no longer because nobody said it again.
    """

    __tablename__ = "outage_report"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'restored', 'expired')", name="state"),
        partial("uq_outage_report_open", "subject", where="state = 'open'", unique=True),
        partial("ix_outage_report_zone", "zone", where="state = 'open'"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=COUNTER)
    subject: str
    premises: str | None = Field(default=None, foreign_key="premises.id")
    account: str | None = Field(default=None, foreign_key="utility_account.number")
    zone: str | None = Field(default=None, foreign_key="zone.id")
    telephone: str | None = None
    customer_id: str | None = None
    state: str
    outage_id: str | None = Field(default=None, foreign_key="outage.id")
    reported_at: float
    last_at: float
    times: int


class OutageReportSourceRow(Row, table=True):
    """Where a report came from: a call, a message. The first of its report has `place` 1, the next 2."""

    __tablename__ = "outage_report_source"
    __table_args__ = CLUSTERED

    source: str = Field(primary_key=True)
    report_id: int | None = Field(default=None, foreign_key="outage_report.id", index=True, sa_type=BigInteger)
    place: int = 0
    channel: str
    address: str | None = None
    customer_id: str | None = None
    at: float = Field(index=True)


class DialogueRow(Row, table=True):
    """What an address was asked last, until `expires_at`, and when it was answered within a dialogue of late.

    `state_json` empty: nothing. `alarmed_at`: since when it is answered no more, because it asked too often.
    """

    __tablename__ = "dialogue"
    __table_args__ = CLUSTERED

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    thread: str | None = None
    state_json: str | None = None
    expires_at: float = Field(index=True)
    answered_json: str
    alarmed_at: float | None = None
