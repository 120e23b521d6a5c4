"""The utility's register from files into the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contactcenter.bootstrap.database import opened
from contactcenter.config.registers import read_registers
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.storage.utility import UnknownReferenceError

if TYPE_CHECKING:
    from contactcenter.config import Settings


async def import_registers(settings: Settings, paths: Sequence[Path], *, dry_run: bool) -> list[str]:
    """Write what the files hold in one transaction, or only try it; a line for each kind of record.

    Raises:
        InvalidConfigurationError: with every problem, each with file, line and remedy; nothing was written.
    """
    sheets = read_registers(paths)
    async with opened(settings) as storage:
        try:
            written = await storage.utility.put(sheets.register, dry_run=dry_run)
        except UnknownReferenceError as error:
            raise InvalidConfigurationError(
                [
                    sheets.problem(one.kind, one.id, one.field, f"there is no {one.field} {one.value!r}; add it first")
                    for one in error.missing
                ]
            ) from error
    return [
        f"{kind}: {count.added} new, {count.changed} changed, {count.unchanged} as before"
        for kind, count in written.items()
    ]
