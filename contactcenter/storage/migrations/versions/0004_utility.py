"""The utility's register, and what it says of a customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("flags", sa.Text(), nullable=True))
    op.create_table(
        "zone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "utility_account",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.CheckConstraint("tier IN ('A', 'B', 'C')", name=op.f("ck_utility_account_tier")),
        sa.CheckConstraint("telephone IS NULL OR customer_id IS NOT NULL", name=op.f("ck_utility_account_customer")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_utility_account_customer_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_utility_account")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_utility_account_customer_id", "utility_account", ["customer_id"])
    op.create_table(
        "premises",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["utility_account.number"], name=op.f("fk_premises_account")),
        sa.ForeignKeyConstraint(["zone"], ["zone.id"], name=op.f("fk_premises_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_premises_account", "premises", ["account"])
    op.create_table(
        "outage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("cause_json", sa.Text(), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("restoration", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'restored')", name=op.f("ck_outage_state")),
        sa.ForeignKeyConstraint(["zone"], ["zone.id"], name=op.f("fk_outage_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        sqlite_with_rowid=False,
    )
    where = sa.text("state = 'open'")
    op.create_index("ix_outage_open_zone", "outage", ["zone"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("outage", "premises", "utility_account", "zone"):
        op.drop_table(table)
    op.execute("ALTER TABLE customer DROP COLUMN flags")
