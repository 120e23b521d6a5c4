"""What statistics are made of: how contacts were served, what agents do when, and half-hours that were counted.

Contacts of before are judged by the targets that hold now; what agents did before is not known.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ZERO = sa.text("0")
_TARGET_SECONDS = 20.0
_SHORT_SECONDS = 5.0
_COUNTS = (
    "offered", "answered", "within", "abandoned", "short", "refused", "other", "handled", "delayed", "wait",
    "lost_wait", "talk", "wrap_up",
)  # fmt: skip
_TIMES = ("available", "busy", "voice", "live", "messages", "wrap_up", "talk", "after", "answered")


def upgrade() -> None:
    op.add_column("contact", sa.Column("opened_at", sa.Double(), nullable=True))
    op.add_column("contact", sa.Column("served_queue", sa.Text(), nullable=True))
    op.add_column("contact", sa.Column("service", sa.Text(), nullable=True))
    op.add_column("contact", sa.Column("talk_seconds", sa.Double(), server_default=_ZERO, nullable=False))
    op.add_column("contact", sa.Column("wrap_up_seconds", sa.Double(), server_default=_ZERO, nullable=False))
    _judge()
    op.create_table(
        "agent_log",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("voice", "live", "messages", "wrap_up")),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "at", name=op.f("pk_agent_log")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistic_span",
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("staffed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("start", name=op.f("pk_statistic_span")),
    )
    op.create_table(
        "statistic_contact",
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("start", "queue", "channel", name=op.f("pk_statistic_contact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistic_agent",
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _TIMES),
        sa.Column("not_ready_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("start", "agent_id", "profile", name=op.f("pk_statistic_agent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "projection",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_projection")),
    )


def _judge() -> None:
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE contact SET served_queue = queue,"
            " talk_seconds = CASE WHEN ended_at IS NULL AND closed_at IS NULL THEN 0"
            " ELSE COALESCE(ended_at, closed_at) - connected_at END,"
            " wrap_up_seconds = CASE WHEN closed_at IS NULL OR ended_at IS NULL THEN 0 ELSE closed_at - ended_at END"
            " WHERE connected_at IS NOT NULL"
        )
    )
    connection.execute(
        sa.text(
            "UPDATE contact SET service = CASE WHEN closed_at - arrived_at <= :short THEN 'short_abandoned'"
            " ELSE 'abandoned' END WHERE connected_at IS NULL AND outcome = 'abandoned'"
        ),
        {"short": _SHORT_SECONDS},
    )
    answered = (
        "UPDATE contact SET service = CASE WHEN connected_at - arrived_at <= :target THEN 'on_time' ELSE 'late' END"
        " WHERE connected_at IS NOT NULL AND service IS NULL"
    )
    for queue, target in _targets(connection).items():
        connection.execute(sa.text(f"{answered} AND queue = :queue"), {"target": target, "queue": queue})
    connection.execute(sa.text(answered), {"target": _TARGET_SECONDS})


def _targets(connection: sa.Connection) -> dict[str, float]:
    """Seconds by queue, as the newest configuration has them."""
    newest = sa.text("SELECT body_json FROM configuration ORDER BY version DESC LIMIT 1")
    body = connection.execute(newest).scalar()
    queues = json.loads(body)["queues"] if body else {}
    return {
        queue: settings.get("service_level", {}).get("seconds", _TARGET_SECONDS) for queue, settings in queues.items()
    }


def downgrade() -> None:
    for table in ("projection", "statistic_agent", "statistic_contact", "statistic_span", "agent_log"):
        op.drop_table(table)
    for column in ("wrap_up_seconds", "talk_seconds", "service", "served_queue", "opened_at"):
        op.execute(f"ALTER TABLE contact DROP COLUMN {column}")
