"""The utility's register for commands: from files into the database, and asked who calls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contactcenter.bootstrap.database import opened
from contactcenter.config.registers import read_registers
from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.runtime.services import Services
from contactcenter.storage import COMMAND, Storage
from contactcenter.storage.utility import UnknownReferenceError

if TYPE_CHECKING:
    from contactcenter.config import Settings
    from contactcenter.ivr import Caller

_FILE: Final = "sqlite:///"


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


async def who_calls(settings: Settings, number: str, now: float) -> Caller | None:
    """What the menus would know of a number; None while there is no database to ask.

    Raises:
        UnavailableError: it does not answer.
        ContactCenterError: it is of another release; the message says the remedy.
    """
    if not _is_there(settings.database_url):
        return None
    storage = await Storage.open(settings.database_url, use=COMMAND)
    try:
        return (await Services(storage).of_number(number, now)).caller
    finally:
        await storage.close()


def _is_there(url: str) -> bool:
    """Whether there is a database, or a server that may have one."""
    return not url.startswith(_FILE) or Path(url.removeprefix(_FILE)).exists()
