"""Who decides: one process holds the lease of the database's clock, the others stand by."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import structlog

from contactcenter.storage import Lease, UnavailableError

LEASE_SECONDS: Final = 6.0
RENEW_SECONDS: Final = 2.0
POLL_SECONDS: Final = 1.0
"""How often a standby asks; with the lease's length this bounds a takeover."""

log = structlog.get_logger(__name__)


class Leases(Protocol):
    """What this needs of the storage."""

    async def take_lease(self, holder: str, seconds: float) -> Lease | None:
        """The lease, unless somebody else holds it."""

    async def renew_lease(self, lease: Lease, seconds: float) -> Lease:
        """Hold it longer; FencedError when it was lost."""

    async def release_lease(self, lease: Lease) -> None:
        """Let it go at once."""


async def wait_for_lease(leases: Leases, holder: str, freed: asyncio.Event) -> Lease:
    """Stand by until the lease is ours. `freed` is set when somebody says that it may be free."""
    while True:
        freed.clear()
        try:
            lease = await leases.take_lease(holder, LEASE_SECONDS)
        except UnavailableError as error:
            log.warning("lease.sql_unavailable", error=str(error))
            lease = None
        if lease is not None:
            log.info("lease.taken", epoch=lease.epoch)
            return lease
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await freed.wait()
        except TimeoutError:
            pass


async def keep_lease(leases: Leases, lease: Lease) -> None:
    """Renew for as long as this runs.

    While SQL does not answer the lease may lapse, which is no harm: nobody can take it there either, and
    each commit checks the epoch.

    Raises:
        FencedError: somebody else holds it now.
    """
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            lease = await leases.renew_lease(lease, LEASE_SECONDS)
        except UnavailableError as error:
            log.warning("lease.renewal_failed", epoch=lease.epoch, error=str(error))


async def release_lease(leases: Leases, lease: Lease) -> None:
    """Let it go, so that a standby need not wait; without SQL it lapses by itself."""
    try:
        await leases.release_lease(lease)
    except UnavailableError as error:
        log.warning("lease.release_failed", epoch=lease.epoch, error=str(error))
    else:
        log.info("lease.released", epoch=lease.epoch)
