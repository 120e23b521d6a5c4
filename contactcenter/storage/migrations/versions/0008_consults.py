"""Consults: an agent on a call asks for a colleague; the colleague's leg belongs to both. Legs have names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = (("contact", "consult_of"), ("contact", "consult_to"), ("call_leg", "consult_id"), ("call_leg", "name"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    where = sa.text("consult_id IS NOT NULL")
    op.create_index("ix_call_leg_consult", "call_leg", ["consult_id"], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_call_leg_address", "call_leg", ["address", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_call_leg_address", "call_leg")
    op.drop_index("ix_call_leg_consult", "call_leg")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
