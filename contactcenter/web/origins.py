"""Whether a browser's page is one of ours, by its Origin; never by the Host header, which a caller chooses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_PORTS: Final = {"http": 80, "https": 443}


def normal(origin: str) -> str | None:
    """`origin` as scheme, host and explicit port, or None when it is no web origin."""
    try:
        parts = urlsplit(origin.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or not origin.isascii():
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}"


class Origins:
    """A set of web origins. One on this machine stands for all its loopback names."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._known = frozenset(name for url in urls for name in _names(url))

    def __contains__(self, origin: str | None) -> bool:
        return origin is not None and normal(origin) in self._known


def _names(url: str) -> set[str]:
    name = normal(url)
    if name is None:
        return set()
    scheme, _, rest = name.partition("://")
    host, _, port = rest.rpartition(":")
    if host not in LOOPBACK:
        return {name}
    return {f"{scheme}://{alias}:{port}" for alias in LOOPBACK}
