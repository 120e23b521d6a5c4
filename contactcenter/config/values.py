"""Reading the value of one setting: each function returns it, or raises ValueError with the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from contactcenter.domain.outage_dialogue import words_of

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,13}")
_HOST: Final = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_SID: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_KEY_SID: Final = re.compile(r"SK[0-9a-zA-Z]{32}")
_HIGHEST_PORT: Final = 65_535
_SHORTEST_SECRET: Final = 16
_SLOWEST: Final = 0.01
_FASTEST: Final = 1_000
_MOST_DAYS: Final = 3_650
_DATABASES: Final = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
}


def host(raw: str) -> str:
    """An address to listen on."""
    if not _HOST.fullmatch(raw):
        raise ValueError(f"{raw!r} is no address; write such as 127.0.0.1, or 0.0.0.0 for all")
    return raw


def port(raw: str) -> int:
    """A port number."""
    if raw.startswith("tcp://"):
        raise ValueError(
            "was set by Kubernetes for a service of this name; set the port, or enableServiceLinks: false in the pod"
        )
    if not raw.isascii() or not raw.isdigit() or not 0 < int(raw[:9]) <= _HIGHEST_PORT:
        raise ValueError(f"{raw[:40]!r} is no port; use a number from 1 to {_HIGHEST_PORT}")
    return int(raw)


def rate(raw: str) -> float:
    """So many a second, fractions too."""
    try:
        found = float(raw)
    except ValueError:
        found = 0.0
    if not _SLOWEST <= found <= _FASTEST:
        raise ValueError(f"{raw[:40]!r} is no rate; use a number from {_SLOWEST} to {_FASTEST}")
    return found


def days(raw: str) -> int:
    """A number of days, up to ten years."""
    if not (raw.isascii() and raw.isdecimal() and 1 <= int(raw[:6]) <= _MOST_DAYS):
        raise ValueError(f"{raw[:40]!r} is no number of days; use one from 1 to {_MOST_DAYS}")
    return int(raw)


def public_url(raw: str) -> str:
    """Scheme, host and port, without a slash at the end."""
    parts = _split(raw, ("http", "https"), "https://contact.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("has more than a host in it; write only such as https://contact.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def web_url(raw: str) -> str:
    """An address of http or https, without a slash at the end."""
    parts = _split(raw, ("http", "https"), "https://api.twilio.com")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("has a query, fragment or user in it; write only scheme, host and path")
    return raw.rstrip("/")


def database_url(raw: str) -> str:
    """`sqlite:///path` or `postgresql://…`, whichever driver was named."""
    scheme, mark, rest = raw.partition("://")
    kind = _DATABASES.get(scheme.lower())
    if not mark or kind is None:
        raise ValueError("is no address of a database; use postgresql://user:password@host/name or sqlite:///path")
    if kind == "sqlite":
        path = rest.removeprefix("/")
        if not rest.startswith("/") or path in ("", ":memory:") or "?" in path:
            raise ValueError("needs a file that several threads can share; use sqlite:///path/to/file.sqlite3")
        return f"sqlite:///{path}"
    parts = _split(f"postgresql://{rest}", ("postgresql",), "postgresql://user:password@host/name", socket=True)
    if not parts.path.strip("/"):
        raise ValueError("names no database; write postgresql://user:password@host/name")
    return f"postgresql://{rest}"


def redis_url(raw: str) -> str:
    """The address of a Redis."""
    if raw.startswith("unix://"):
        if not raw.startswith("unix:///"):
            raise ValueError("needs the whole path of the socket, such as unix:///run/redis/redis.sock")
        return raw
    _split(raw, ("redis", "rediss"), "redis://host:6379/0")
    return raw


def networks(raw: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks or single addresses, separated by commas."""
    found = []
    for item in _items(raw):
        try:
            found.append(ip_network(item, strict=False))
        except ValueError:
            raise ValueError(f"{item!r} is no network; write such as 10.0.0.0/8, or one address") from None
    return tuple(found)


def keywords(raw: str) -> tuple[str, ...]:
    """Words without case and accents, separated by commas; `off` is none."""
    if raw.casefold() == "off":
        return ()
    found = [words_of(part) for part in raw.split(",") if part.strip()]
    if any(len(words) != 1 for words in found):
        raise ValueError(f"{raw[:80]!r} are no keywords; write single words with commas between them, or off")
    return tuple(word for words in found for word in words)


def numbers(raw: str) -> tuple[str, ...]:
    """Telephone numbers, separated by commas."""
    for item in _items(raw):
        if not _PHONE.fullmatch(item):
            raise ValueError(f"{item!r} is no number; write + and digits without spaces, such as +59829001234")
    return tuple(_items(raw))


def prefixes(raw: str) -> tuple[str, ...]:
    """Beginnings of telephone numbers, separated by commas."""
    for item in _items(raw):
        if not _PREFIX.fullmatch(item):
            raise ValueError(f"{item!r} is no beginning of a number; write + and digits, such as +598")
    return tuple(_items(raw))


def folder(raw: str) -> Path:
    """A directory; it need not be there yet."""
    if "\0" in raw:
        raise ValueError("has a character that no path may have; write the path again")
    return Path(raw)


def choice(*options: str) -> Callable[[str], str]:
    """One of `options`, in any case."""

    def read(raw: str) -> str:
        if raw.lower() not in options:
            raise ValueError(f"{raw!r} is not known; use one of: {', '.join(options)}")
        return raw.lower()

    return read


def account_sid(raw: str) -> str:
    """A Twilio account's id."""
    if not _SID.fullmatch(raw):
        raise ValueError("is no account SID; copy it from the Twilio console: AC and 32 letters or digits")
    return raw


def api_key_sid(raw: str) -> str:
    """A Twilio API key's id."""
    if not _KEY_SID.fullmatch(raw):
        raise ValueError("is no API key SID; copy it from the Twilio console: SK and 32 letters or digits")
    return raw


def secret(raw: str) -> str:
    """A token; errors never show it."""
    if len(raw) < _SHORTEST_SECRET or not raw.isascii() or not raw.isprintable() or " " in raw:
        raise ValueError("is not a whole token; copy it again from the Twilio console, without quotes or spaces")
    return raw


def _items(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]


def _split(raw: str, schemes: tuple[str, ...], example: str, *, socket: bool = False) -> SplitResult:
    """The parts of an address; errors show no part of it, since it may hold a password."""
    try:
        parts = urlsplit(raw)
        good = parts.scheme in schemes and (socket or bool(parts.hostname)) and parts.port != 0
    except ValueError:
        good = False
        parts = urlsplit("")
    if not good or any(letter.isspace() for letter in raw):
        raise ValueError(f"is no address that can be used; write such as {example}")
    return parts
