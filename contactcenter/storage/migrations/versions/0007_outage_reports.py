"""What customers report: no power, by key or by message, and what they were asked about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outage_report",
        sa.Column("id", _COUNTER, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("premises", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outage_id", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'restored', 'expired')", name=op.f("ck_outage_report_state")),
        sa.ForeignKeyConstraint(["premises"], ["premises.id"], name=op.f("fk_outage_report_premises")),
        sa.ForeignKeyConstraint(["account"], ["utility_account.number"], name=op.f("fk_outage_report_account")),
        sa.ForeignKeyConstraint(["zone"], ["zone.id"], name=op.f("fk_outage_report_zone")),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_report_outage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_report")),
    )
    where = sa.text("state = 'open'")
    op.create_index(
        "uq_outage_report_open", "outage_report", ["subject"], unique=True, sqlite_where=where, postgresql_where=where
    )
    op.create_index("ix_outage_report_zone", "outage_report", ["zone"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "outage_report_source",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["outage_report.id"], name=op.f("fk_outage_report_source_report_id")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_outage_report_source")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outage_report_source_report_id", "outage_report_source", ["report_id"])
    op.create_table(
        "dialogue",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("state_json", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("answered_json", sa.Text(), nullable=False),
        sa.Column("alarmed_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_dialogue")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dialogue_expires_at", "dialogue", ["expires_at"])


def downgrade() -> None:
    for table in ("dialogue", "outage_report_source", "outage_report"):
        op.drop_table(table)
