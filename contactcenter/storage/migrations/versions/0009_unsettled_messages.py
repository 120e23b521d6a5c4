"""Messages of which nothing final was heard are found by an index: their vendors are asked about them."""

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


def downgrade() -> None:
    op.drop_index("ix_message_unsettled", "message")
