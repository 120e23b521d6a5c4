"""Alembic's scripts; `contactcenter.storage.migrate` runs them."""
