"""Indexes for what is looked for now and then: messages whose vendors are to be asked, sources of reports to prune."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("delivery IN ('sending', 'sent')")
    op.create_index("ix_message_unsettled", "message", ["channel", "at"], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_outage_report_source_at", "outage_report_source", ["at"])


def downgrade() -> None:
    op.drop_index("ix_outage_report_source_at", "outage_report_source")
    op.drop_index("ix_message_unsettled", "message")
