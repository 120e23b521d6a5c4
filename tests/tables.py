"""Databases with our tables in them, copied from one that was migrated: that takes a tenth of migrating each."""

from __future__ import annotations

import asyncio
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from contactcenter.storage import migrate
from contactcenter.storage.driver import Use
from contactcenter.storage.sqlite import prepare_file

SQLITE: Final = "sqlite:///"
HASTY: Final = Use(durable=False)
"""No test cuts the power: none waits for the disk, and a disk that stalls for seconds fails none."""


async def with_tables(url: str) -> str:
    """Return `url`; if that is an SQLite file that is not there yet, it is now, with our tables in it."""
    path = Path(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and not path.exists():
        prepare_file(path)
        path.write_bytes(await asyncio.to_thread(_migrated))
    return url


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="tables-") as folder:
        path = Path(folder) / "migrated.sqlite3"
        asyncio.run(migrate.sqlite(path))
        return path.read_bytes()
