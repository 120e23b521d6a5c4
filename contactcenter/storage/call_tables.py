"""The table of customers' calls: where each is in the menus, and whose contact it became."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from contactcenter.storage.table_base import CLUSTERED, Row, partial


class CallRow(Row, table=True):
    """A customer's call; `id` is the vendor's. Changed only by whoever read its `version`.

    `contact_id` is drawn at the first webhook; `contact_at` says since when the contact is in the inbox or beyond.
    `part`: `menu`, `hold` (it waits or talks), `done` (the menus ended it). `served`: the menus did something for them.
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        CheckConstraint("part IN ('menu', 'hold', 'done')", name="part"),
        Index("uq_phone_call_contact", "contact_id", unique=True),
        partial("ix_phone_call_live", "changed_at", where="ended_at IS NULL"),
        partial("ix_phone_call_ended", "ended_at", where="ended_at IS NOT NULL"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    channel: str
    contact_id: str
    address: str
    our_address: str
    started_at: float
    changed_at: float
    ended_at: float | None = None
    version: int
    step: int
    part: str
    language: str
    session_json: str
    caller_json: str
    contact_at: float | None = None
    served: bool
    moved_at: float | None = None
