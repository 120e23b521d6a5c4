"""Run by alembic: uses the connection that `contactcenter.storage.migrate` opened, in its transaction."""

from __future__ import annotations

from alembic import context

from contactcenter.storage.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
