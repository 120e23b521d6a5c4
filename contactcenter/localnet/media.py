"""Pictures: fetching those the center sends, and the short-lived addresses of those it fetches."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable

import aiohttp

from contactcenter.localnet.account import SidMaker
from contactcenter.localnet.messages import Clock, Media

MAX_MEDIA = 5 * 1024 * 1024
MAX_PER_MESSAGE = 10
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
ACCEPTED_TYPES = SHOWN_TYPES | {
    "application/pdf",
    "audio/mpeg",
    "audio/ogg",
    "text/plain",
    "text/vcard",
    "video/mp4",
}
_LIFETIME = 3_600
_EXPIRES = re.compile(r"[0-9]{1,12}")


class MediaFetcher:
    """Fetches the media of outgoing messages, as the network does before it sends them."""

    def __init__(self, clock: Clock, new_sid: SidMaker, *, timeout: float = 10.0) -> None:
        """`timeout` in seconds bounds one fetch."""
        self._clock = clock
        self._new_sid = new_sid
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the connections' pool."""
        self._session = aiohttp.ClientSession(timeout=self._timeout, auto_decompress=False)

    async def stop(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, url: str) -> Media | None:
        """Fetch a medium; None when it is missing, too large or of a type nobody shows."""
        if self._session is None:
            return None
        try:
            async with self._session.get(url) as response:
                if not response.ok or response.content_type not in ACCEPTED_TYPES:
                    return None
                data = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    data += chunk
                    if len(data) > MAX_MEDIA:
                        return None
        except (TimeoutError, aiohttp.ClientError, ConnectionError, ValueError):
            return None
        return Media(self._new_sid("ME"), response.content_type, bytes(data), self._clock())


class MediaLinks:
    """Signed addresses of media that end after an hour, like those Twilio redirects to."""

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time) -> None:
        """`secret` signs the addresses; `now` is the time in seconds."""
        self._secret = secret
        self._now = now

    def path(self, account_sid: str, message_sid: str, media_sid: str) -> str:
        """Return an address that is good for an hour."""
        own = f"/_media/{account_sid}/{message_sid}/{media_sid}"
        expires = int(self._now()) + _LIFETIME
        return f"{own}?Expires={expires}&Signature={self._sign(own, expires)}"

    def admits(self, path: str, expires: str, signature: str) -> bool:
        """Whether an address was made here and is still good."""
        if _EXPIRES.fullmatch(expires) is None or int(expires) < self._now():
            return False
        expected = self._sign(path, int(expires))
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))

    def _sign(self, path: str, expires: int) -> str:
        text = f"{path}?{expires}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
