"""Which sites may show what belongs to an entry point: what channels ask while they check a request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from contactcenter.domain.configuration import Configuration
from contactcenter.runtime.bus import Bus
from contactcenter.storage import NotConfiguredError, StoredConfiguration, UnavailableError

SWEEP_SECONDS: Final = 15.0

log = structlog.get_logger(__name__)


class Configurations(Protocol):
    """What this needs of the storage."""

    async def configuration(self) -> StoredConfiguration:
        """The version that holds now."""


class Doors:
    """The entry points as this process knows them; nobody is let in before they were read."""

    def __init__(self, configurations: Configurations, bus: Bus) -> None:
        self._configurations = configurations
        self._bus = bus
        self._configuration: Configuration | None = None
        self._watchers: list[Callable[[Configuration], None]] = []

    def tell(self, watcher: Callable[[Configuration], None]) -> None:
        """Tell somebody of the configuration that is in force, now and whenever it changes."""
        self._watchers.append(watcher)
        if self._configuration is not None:
            watcher(self._configuration)

    @property
    def configuration(self) -> Configuration | None:
        """What is in force; None before it was read."""
        return self._configuration

    def allows(self, page: str, origin: str) -> bool:
        """Whether the site `origin` may show the chat of `page`."""
        if self._configuration is None or not origin:
            return False
        return any(
            entry.address == page and origin.rstrip("/") in entry.origins
            for entry in self._configuration.entry_points
            if entry.keyword is None
        )

    async def refresh(self) -> None:
        """Read them again."""
        try:
            found = (await self._configurations.configuration()).configuration
        except NotConfiguredError:
            self._configuration = None
            return
        except UnavailableError as error:
            log.warning("doors.not_read", error=str(error))
            return
        before, self._configuration = self._configuration, found
        if before is None or before.version != found.version:
            for watcher in self._watchers:
                watcher(found)

    async def follow(self) -> None:
        """Read them again whenever they change."""
        changed = asyncio.Event()
        unsubscribe = self._bus.subscribe("configuration", lambda _: changed.set())
        try:
            while True:
                changed.clear()
                await self.refresh()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP_SECONDS):
                        await changed.wait()
        finally:
            unsubscribe()
