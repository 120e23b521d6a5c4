"""The legs the center calls into contacts' rooms, and where agents take calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("telephone", sa.Text(), nullable=True))
    op.create_table(
        "call_leg",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("admitted_at", sa.Double(), nullable=True),
        sa.Column("connected_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("role IN ('agent', 'supervisor', 'guest')", name=op.f("ck_call_leg_role")),
        sa.CheckConstraint("role <> 'agent' OR agent_id IS NOT NULL", name=op.f("ck_call_leg_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_call_leg_contact", "call_leg", ["contact_id", "created_at"])
    for name, table, column, condition in (
        ("ix_call_leg_live", "call_leg", "contact_id", "ended_at IS NULL"),
        ("ix_call_leg_ended", "call_leg", "ended_at", "ended_at IS NOT NULL"),
        ("ix_contact_open_call", "contact", "id", "closed_at IS NULL AND media = 'voice'"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_contact_open_call", "contact")
    op.drop_table("call_leg")
    op.execute("ALTER TABLE agent DROP COLUMN telephone")
