"""Customers' calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("our_address", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("session_json", sa.Text(), nullable=False),
        sa.Column("caller_json", sa.Text(), nullable=False),
        sa.Column("contact_at", sa.Double(), nullable=True),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.Column("moved_at", sa.Double(), nullable=True),
        sa.CheckConstraint("part IN ('menu', 'hold', 'done')", name=op.f("ck_phone_call_part")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_phone_call_contact", "phone_call", ["contact_id"], unique=True)
    for name, column, condition in (
        ("ix_phone_call_live", "changed_at", "ended_at IS NULL"),
        ("ix_phone_call_ended", "ended_at", "ended_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "phone_call", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("phone_call")
