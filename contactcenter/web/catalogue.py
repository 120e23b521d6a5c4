"""The configuration as this node knows it: names for screens, doors for chats. Never older than a sweep."""

from __future__ import annotations

from http import HTTPStatus

from contactcenter.domain.configuration import Configuration
from contactcenter.storage import NotConfiguredError, Storage, StoredConfiguration
from contactcenter.web.errors import ApiError
from contactcenter.web.rendering import Renderer


class Catalogue:
    """Reads the newest version once, until somebody says that there is another."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._stored: StoredConfiguration | None = None
        self._renderers: dict[str, Renderer] = {}

    @property
    def version(self) -> int:
        """The version last read; 0 before the first."""
        return 0 if self._stored is None else self._stored.version

    def outdated(self) -> None:
        """Read again at the next use."""
        self._stored = None

    async def stored(self) -> StoredConfiguration:
        """The configuration, and who made it when.

        Raises:
            ApiError: 503 while there is none.
            UnavailableError: SQL does not answer.
        """
        if self._stored is None:
            try:
                stored = await self._storage.configuration()
            except NotConfiguredError as error:
                message = "There is no configuration yet. Run `contactcenter config apply`."
                raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "not_configured", message, retry_after=5) from error
            self._renderers = {}
            self._stored = stored
        return self._stored

    async def configuration(self) -> Configuration:
        """The configuration; raises like `stored`."""
        return (await self.stored()).configuration

    async def renderer(self, language: str) -> Renderer:
        """What renders with its names in a language; raises like `stored`."""
        configuration = await self.configuration()
        renderer = self._renderers.get(language)
        if renderer is None or renderer.configuration is not configuration:
            renderer = self._renderers[language] = Renderer(configuration, language)
        return renderer
