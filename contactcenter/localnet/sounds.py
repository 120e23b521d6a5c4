"""The sound files the center lets play: fetched once, for how long they take and for the page that plays them."""

import asyncio
import io
import math
import time
import wave
from collections import OrderedDict
from dataclasses import dataclass

import aiohttp

MAX_FILES = 50
MAX_BYTES = 5 * 1024 * 1024
_PATIENCE = 3.0
_AGAIN = 30.0  # seconds, before what could not be had is asked for anew
_TYPES = ("audio/", "application/ogg")


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file as it was served; `seconds` None: of a kind whose length is not known here."""

    content_type: str
    data: bytes
    seconds: float | None


class Sounds:
    """Fetches sound files and remembers them, for a while also those that could not be had."""

    def __init__(self) -> None:
        """Start with none."""
        self._session: aiohttp.ClientSession | None = None
        self._found: OrderedDict[str, asyncio.Task[SoundFile | None]] = OrderedDict()
        self._missed: dict[str, float] = {}

    async def start(self) -> None:
        """Open the connections' pool."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)

    async def stop(self) -> None:
        """Close all connections."""
        for task in self._found.values():
            task.cancel()
        await asyncio.gather(*self._found.values(), return_exceptions=True)
        self._found.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, url: str) -> SoundFile | None:
        """Return a file; None when it cannot be had, is too large or no sound."""
        task = self._found.get(url)
        if task is None or time.monotonic() > self._missed.get(url, math.inf) + _AGAIN:
            self._missed.pop(url, None)
            task = self._found[url] = asyncio.create_task(self._fetch(url))
            if len(self._found) > MAX_FILES:
                oldest, work = self._found.popitem(last=False)
                self._missed.pop(oldest, None)
                work.cancel()
        self._found.move_to_end(url)
        await asyncio.wait([task])
        file = None if task.cancelled() else task.result()
        if file is None and url in self._found:
            self._missed.setdefault(url, time.monotonic())
        return file

    async def _fetch(self, url: str) -> SoundFile | None:
        if self._session is None:
            return None
        try:
            async with self._session.get(url) as response:
                if not response.ok or not response.content_type.startswith(_TYPES):
                    return None
                data = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    data += chunk
                    if len(data) > MAX_BYTES:
                        return None
        except (TimeoutError, aiohttp.ClientError, ConnectionError, ValueError):
            return None
        return SoundFile(response.content_type, bytes(data), _length(bytes(data)))


def _length(data: bytes) -> float | None:
    try:
        with wave.open(io.BytesIO(data)) as sound:
            return float(sound.getnframes() / max(sound.getframerate(), 1))
    except (wave.Error, EOFError, RuntimeError):
        return None
