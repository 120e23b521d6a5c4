"""Pictures and files: bytes under the data directory, what they are by their content, and links to them.

Rows in SQL say what exists (storage.Media); a file without a row is swept away by its age, a row without a
file says so. Several nodes on several machines share the data directory.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

FOLDER: Final = "media"
KEY_FILE: Final = "media-links.key"
LINK_SECONDS: Final = 6 * 3600.0
"""How long a gateway has to fetch a picture that we send."""
OTHER: Final = "application/octet-stream"

_PICTURES: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_SOUNDS: Final = {"audio/wav": ".wav", "audio/mpeg": ".mp3"}
_EXTENSIONS: Final = _PICTURES | _SOUNDS

PICTURES: Final = frozenset(_PICTURES)
"""What people send, and a browser may show."""
SHOWN: Final = frozenset(_EXTENSIONS)
"""What a browser may show or play; everything else is only ever downloaded."""
_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    *((start, "audio/mpeg") for start in (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3")),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
"""What follows the size of a RIFF file."""


def sniff(content: bytes) -> str:
    """What the bytes are, whatever somebody said of them: a picture's or a sound's type, or `OTHER`."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], OTHER)
    return next((found for start, found in _STARTS if content.startswith(start)), OTHER)


@dataclass(frozen=True, slots=True)
class Stored:
    """A written file: `path` below the data directory, what it is, and its size in bytes."""

    path: str
    content_type: str
    size: int


class MediaStore:
    """Files under `data_dir`/media."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir.resolve()

    async def write(self, media_id: str, content: bytes) -> Stored:
        """Keep `content`; once this returns it is on the disk. Writing the same id again replaces it."""
        content_type = sniff(content)
        name = hashlib.sha256(media_id.encode()).hexdigest()
        path = f"{FOLDER}/{name[:2]}/{name}{_EXTENSIONS.get(content_type, '.bin')}"
        await asyncio.to_thread(_write, self._root / path, content)
        return Stored(path=path, content_type=content_type, size=len(content))

    def file(self, path: str) -> Path | None:
        """Where the bytes of a row's `path` are, or None when they are gone or the path is not one of ours."""
        found = (self._root / path).resolve()
        if not found.is_relative_to(self._root) or not found.is_file():
            return None
        return found

    async def read(self, path: str) -> bytes | None:
        """The bytes, or None when they are gone."""
        found = self.file(path)
        return None if found is None else await asyncio.to_thread(found.read_bytes)

    async def remove(self, path: str) -> None:
        """Remove the bytes; what is gone already is fine."""
        found = self.file(path)
        if found is not None:
            await asyncio.to_thread(found.unlink, missing_ok=True)


class MediaLinks:
    """Public addresses of single files that end by themselves, for gateways that fetch what we send.

    The key lies in the data directory, so every node of a deployment reads the others' links.
    """

    def __init__(self, data_dir: Path, public_url: str, clock: Callable[[], float] = time.time) -> None:
        self._key = _key(data_dir / KEY_FILE)
        self._public_url = public_url
        self._clock = clock

    def link(self, media_id: str) -> str:
        """An address that serves the file for the next `LINK_SECONDS`."""
        expires = int(self._clock() + LINK_SECONDS)
        return f"{self._public_url}/media/{media_id}?expires={expires}&signature={self._sign(media_id, expires)}"

    def valid(self, media_id: str, expires: str, signature: str) -> bool:
        """Whether such a link is ours and has not ended."""
        if not (expires.isascii() and expires.isdecimal() and len(expires) <= len("9999999999")):
            return False
        expected = self._sign(media_id, int(expires))
        good = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return good and int(expires) > self._clock()

    def _sign(self, media_id: str, expires: int) -> str:
        text = f"{media_id}:{expires}".encode("utf-8", "replace")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.urandom(8).hex()}.part")
    try:
        with _new_private(temporary) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _key(path: Path) -> bytes:
    """The key in `path`, made there once for all processes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        temporary = path.with_name(f"{path.name}.{os.urandom(8).hex()}.part")
        with _new_private(temporary) as file:
            file.write(os.urandom(32))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)  # unlike a rename, it leaves another process's key in place
        temporary.unlink()
    return path.read_bytes()


def _new_private(path: Path) -> BinaryIO:
    """A new file that only we read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
