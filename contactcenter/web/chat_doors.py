"""Which site may show the chat of which page: the origins of the page's entry points, and our own pages."""

from __future__ import annotations

from contactcenter.channels.chat_session import CHANNEL
from contactcenter.domain.configuration import Configuration
from contactcenter.web.origins import Origins

EVERYBODY = "*"


def is_page(configuration: Configuration, page: str) -> bool:
    """Whether an entry point leads from this chat page anywhere."""
    return any(entry.channel == CHANNEL and entry.address in (page, "*") for entry in configuration.entry_points)


def allows(configuration: Configuration, own: Origins, page: str, origin: str | None) -> bool:
    """Whether the site at `origin` may show the chat of `page`."""
    if origin is None:
        return False
    listed = _origins(configuration, page)
    return origin in own or EVERYBODY in listed or origin in Origins(listed)


def allows_any(configuration: Configuration, own: Origins, origin: str | None) -> bool:
    """Whether the site at `origin` may show the chat of some page: what is known before a hello."""
    if origin is None:
        return False
    listed = _origins(configuration, None)
    return origin in own or EVERYBODY in listed or origin in Origins(listed)


def _origins(configuration: Configuration, page: str | None) -> set[str]:
    return {
        origin
        for entry in configuration.entry_points
        if entry.channel == CHANNEL and (page is None or entry.address in (page, "*"))
        for origin in entry.origins
    }
