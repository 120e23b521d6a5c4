"""What commands do to a database before, or without, a running center."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from contactcenter.config import Settings, load_configuration
from contactcenter.config.commands import Applied, apply, check
from contactcenter.domain.errors import ContactCenterError
from contactcenter.runtime.ids import new_id
from contactcenter.storage import (
    COMMAND,
    SERVING,
    Account,
    NotConfiguredError,
    Storage,
    UnavailableError,
    Use,
)
from contactcenter.web.passwords import LONGEST, SHORTEST, hash_password

STORAGE_SECONDS: Final = 30.0
"""How long a process that starts waits for its database."""
DEMO_ACCOUNTS: Final = "demo-"
"""Ids of the demo's accounts begin with this; everybody knows their passwords."""
ROLES: Final = ("agent", "supervisor", "admin")

log = structlog.get_logger(__name__)


class StartError(ContactCenterError):
    """A process cannot start; the message says the remedy."""


async def open_storage(settings: Settings, *, bring_up_to_date: bool = False, use: Use = SERVING) -> Storage:
    """Open the database; one that starts together with us gets a moment.

    Raises:
        StartError: it does not answer.
        NewerDatabaseError: it is of another release; the message says the remedy.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    end = time.monotonic() + STORAGE_SECONDS
    while True:
        try:
            return await Storage.open(settings.database_url, migrate=bring_up_to_date, new_id=new_id, use=use)
        except UnavailableError as error:
            if time.monotonic() > end:
                raise StartError(f"the database does not answer ({error}); check CONTACTCENTER_DATABASE_URL") from error
            log.warning("start.waiting_for_sql", error=str(error))
            await asyncio.sleep(1.0)


@asynccontextmanager
async def opened(settings: Settings, *, bring_up_to_date: bool = False) -> AsyncIterator[Storage]:
    """`open_storage` for the length of a command's block."""
    storage = await open_storage(settings, bring_up_to_date=bring_up_to_date, use=COMMAND)
    try:
        yield storage
    finally:
        await storage.close()


async def migrate(settings: Settings) -> None:
    """Bring the database up to date."""
    async with opened(settings, bring_up_to_date=True):
        log.info("database.up_to_date")


async def prepare(settings: Settings) -> None:
    """What `run` does first: an up-to-date database that has a configuration, from the files if it had none.

    Raises:
        InvalidConfigurationError: it had none, and the files cannot be used.
    """
    async with opened(settings, bring_up_to_date=True) as storage:
        if await _configured(storage):
            return
        loaded = load_configuration(settings.config_dir)
        if await storage.seed(loaded.configuration, [], "run"):
            log.info("configuration.seeded", folder=str(settings.config_dir))


async def refuse_demo_accounts(settings: Settings) -> None:
    """Nobody serves real customers from a database whose passwords everybody knows.

    Raises:
        StartError: the demo was played in this database.
    """
    async with opened(settings) as storage:
        found = [one.username for one in await storage.accounts() if one.id.startswith(DEMO_ACCOUNTS) and one.active]
    if found:
        raise StartError(
            f"this database holds the demo's sign-ins ({', '.join(sorted(found)[:5])}, …), whose passwords everybody"
            " knows; use another CONTACTCENTER_DATABASE_URL or CONTACTCENTER_DATA_DIR, or `contactcenter run --demo`"
        )


async def refuse_real_accounts(settings: Settings) -> None:
    """The demo's sign-ins must not come into a database that people work with.

    Raises:
        StartError: it has accounts of real people.
    """
    async with opened(settings, bring_up_to_date=True) as storage:
        real = [one.username for one in await storage.accounts() if not one.id.startswith(DEMO_ACCOUNTS)]
    if real:
        raise StartError("this database has accounts of real people; the demo needs one of its own")


async def apply_files(
    settings: Settings, *, by: str, comment: str | None, moves: Mapping[str, str], channels: Collection[str]
) -> Applied:
    """Make the files' configuration the one that holds, as the first or the next version.

    Raises:
        InvalidConfigurationError: with every problem of the files.
        StaleVersionError: somebody changed it at the same moment.
        QueueNotEmptyError: a removed queue has contacts and `moves` names no target.
    """
    checked = check(settings.config_dir, channels=channels)
    async with opened(settings) as storage:
        if not await _configured(storage) and await storage.seed(checked.configuration, [], by):
            return Applied(1, ("the first version",))
        return await apply(storage, checked.configuration, by=by, comment=comment, moves=moves, stimulus_id=new_id())


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Who shall sign in. `profile` None: somebody who takes no contacts."""

    username: str
    name: str
    role: str
    password: str
    language: str = "es"
    profile: str | None = None


async def add_user(settings: Settings, user: NewUser) -> str:
    """Add an account, and an agent with it when a profile is given; returns the account's id.

    Raises:
        StartError: the password or the profile cannot be used, or the username is taken.
    """
    if not SHORTEST <= len(user.password) <= LONGEST:
        raise StartError(f"a password has {SHORTEST} to {LONGEST} characters")
    async with opened(settings) as storage:
        if await storage.account_by_username(user.username) is not None:
            raise StartError(f"there is a user {user.username!r} already")
        agent_id = None
        if user.profile is not None:
            known = (await storage.configuration()).configuration.profiles
            if user.profile not in known:
                raise StartError(f"there is no profile {user.profile!r}; use one of: {', '.join(sorted(known))}")
            agent_id = user.username.casefold()
            await storage.put_agent(agent_id, user.name, user.profile, new_id())
        account = Account(
            id=new_id(),
            username=user.username,
            name=user.name,
            role=user.role,
            agent_id=agent_id,
            language=user.language,
            password_hash=await asyncio.to_thread(hash_password, user.password),
            created_at=time.time(),
        )
        await storage.put_account(account)
    return account.id


async def _configured(storage: Storage) -> bool:
    try:
        await storage.configuration()
    except NotConfiguredError:
        return False
    return True
