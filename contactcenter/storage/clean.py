"""Makes customers' text storable: no database refuses what comes out of here."""

from __future__ import annotations

import hashlib
from typing import Any, Final

KEY_LENGTH: Final = 400
"""Index entries have a limit (PostgreSQL: about 2,700 bytes); real addresses are far below."""

RAW_LENGTH: Final = 65_536


def clean(text: str) -> str:
    """`text` without NUL and lone surrogates, which PostgreSQL and UTF-8 refuse."""
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def clean_or_none(text: str | None) -> str | None:
    """The same for what may be missing."""
    return None if text is None else clean(text)


def key(text: str) -> str:
    """`text` cleaned and, when it is absurdly long, cut with a digest so that different ones stay different."""
    text = clean(text)
    if len(text) <= KEY_LENGTH:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: KEY_LENGTH - len(digest) - 1]}~{digest}"


def clean_all(value: Any) -> Any:
    """Every text of plain values (dict, list, scalars) cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_all(name): clean_all(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_all(item) for item in value]
    return value
