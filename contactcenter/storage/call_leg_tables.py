"""The table of the legs that the center itself calls into contacts' rooms."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from contactcenter.storage.table_base import CLUSTERED, Row, partial


class CallLegRow(Row, table=True):
    """One leg (call_legs.CallLeg); live while `ended_at` is empty."""

    __tablename__ = "call_leg"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'supervisor', 'guest')", name="role"),
        CheckConstraint("role <> 'agent' OR agent_id IS NOT NULL", name="agent"),
        Index("ix_call_leg_contact", "contact_id", "created_at"),
        Index("ix_call_leg_address", "address", "created_at"),
        partial("ix_call_leg_live", "contact_id", where="ended_at IS NULL"),
        partial("ix_call_leg_consult", "consult_id", where="consult_id IS NOT NULL"),
        partial("ix_call_leg_ended", "ended_at", where="ended_at IS NOT NULL"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    contact_id: str
    channel: str
    role: str
    agent_id: str | None = None
    address: str
    call_id: str | None = None
    state: str
    created_at: float
    admitted_at: float | None = None
    connected_at: float | None = None
    ended_at: float | None = None
    reason: str | None = None
    consult_id: str | None = None
    name: str | None = None
