"""What deeper routing remembers: clauses, relaxation, hazards, occupancy, whose customer it is.

Skills of contacts become clauses. Going back keeps what an earlier release understands: required single skills.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RENAMED = (
    ("skills_json", "clauses_json"),
    ("entry_skills_json", "own_needs_json"),
    ("entry_priority", "own_priority"),
)
_ZERO, _NO, _ONE = sa.text("0"), sa.text("false"), sa.text("1")


def _added() -> tuple[tuple[str, sa.Column[Any]], ...]:
    """New ones each time: a column belongs to one table only."""
    return (
        ("contact", sa.Column("queued_at", sa.Double(), server_default=_ZERO, nullable=False)),
        ("contact", sa.Column("relaxed", sa.Integer(), server_default=_ZERO, nullable=False)),
        ("contact", sa.Column("hazard", sa.Boolean(), server_default=_NO, nullable=False)),
        ("contact", sa.Column("kept", sa.Boolean(), server_default=_NO, nullable=False)),
        ("contact", sa.Column("tier", sa.Text(), nullable=True)),
        ("agent", sa.Column("finishing", sa.Text(), nullable=True)),
        ("agent", sa.Column("signed_in_at", sa.Double(), nullable=True)),
        ("agent", sa.Column("busy_seconds", sa.Double(), server_default=_ZERO, nullable=False)),
        ("agent", sa.Column("busy_since", sa.Double(), nullable=True)),
        ("agent", sa.Column("occupancy", sa.Double(), server_default=_ZERO, nullable=False)),
        ("agent", sa.Column("taken", sa.Integer(), server_default=_ZERO, nullable=False)),
        ("agent", sa.Column("taken_until", sa.Double(), server_default=_ZERO, nullable=False)),
        ("agent", sa.Column("kept_free_for", sa.Text(), nullable=True)),
        ("decision", sa.Column("choice", sa.Text(), server_default=sa.text("'longest_idle'"), nullable=False)),
        ("decision", sa.Column("steps", sa.Integer(), server_default=_ZERO, nullable=False)),
        ("decision", sa.Column("proficiency", sa.Integer(), server_default=_ZERO, nullable=False)),
        ("decision", sa.Column("ready", sa.Integer(), server_default=_ONE, nullable=False)),
        ("customer", sa.Column("account_owner", sa.Text(), nullable=True)),
    )


def upgrade() -> None:
    for old, new in _RENAMED:
        _rename(old, new)
    for table, column in _added():
        op.add_column(table, column)
    op.execute("UPDATE contact SET queued_at = arrived_at")
    op.execute(
        "UPDATE agent SET signed_in_at = status_since,"
        " busy_since = (SELECT MIN(contact.state_since) FROM contact WHERE contact.agent_id = agent.id"
        " AND contact.closed_at IS NULL AND contact.state IN ('connecting', 'connected', 'wrap_up'))"
        " WHERE status <> 'logged_out'"
    )
    _rewrite("clauses_json", _clauses)
    _rewrite("own_needs_json", _needs)


def downgrade() -> None:
    _rewrite("clauses_json", _skills)
    _rewrite("own_needs_json", _needed_skills)
    for table, column in reversed(_added()):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")
    for old, new in _RENAMED:
        _rename(new, old)


def _rename(old: str, new: str) -> None:
    """PostgreSQL 18 names what is not null; made again, it has the new name."""
    named = op.get_context().dialect.name == "postgresql"
    if named:
        op.execute(f"ALTER TABLE contact ALTER COLUMN {old} DROP NOT NULL")
    op.execute(f"ALTER TABLE contact RENAME COLUMN {old} TO {new}")
    if named:
        op.execute(f"ALTER TABLE contact ALTER COLUMN {new} SET NOT NULL")


def _rewrite(column: str, form: Callable[[str], str]) -> None:
    """Contacts ask for the same few things: one statement for each of them."""
    connection = op.get_bind()
    for (old,) in connection.execute(sa.text(f"SELECT DISTINCT {column} FROM contact")).all():
        changed = {"old": old, "new": form(old)}
        connection.execute(sa.text(f"UPDATE contact SET {column} = :new WHERE {column} = :old"), changed)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _clauses(skills: str) -> str:
    return _json([[[[skill, minimum]], False] for skill, minimum in dict(json.loads(skills)).items()])


def _needs(skills: str) -> str:
    asked = dict(json.loads(skills))
    return _json({"skills": asked, "any_of": [], "preferred": {}} if asked else {})


def _skills(clauses: str) -> str:
    return _json([any_of[0] for any_of, preferred in json.loads(clauses) if len(any_of) == 1 and not preferred])


def _needed_skills(needs: str) -> str:
    return _json(list(json.loads(needs).get("skills", {}).items()))
