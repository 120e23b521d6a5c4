"""The HTTP beneath the `twilio` library: another base URL when configured, and errors that say what to do.

The library's own client cannot be pointed at another host, has no time limit and logs whom we write to.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from contactcenter.channels.base import FetchedMedia, PermanentError, TransientError

API_URL: Final = "https://api.twilio.com"
MAX_ANSWER: Final = 16 * 1024 * 1024
"""Bytes; a page of 1,000 long messages has some 4 MiB."""
MAX_REDIRECTS: Final = 3
TIMEOUT: Final = 15.0
"""Seconds for a request and its answer; connecting may take a third of it."""
_MEDIA_TIMEOUT: Final = aiohttp.ClientTimeout(total=90, connect=5, sock_read=TIMEOUT)
_CHUNK: Final = 64 * 1024

TOO_MANY_REQUESTS, UNAUTHORIZED, SERVER_ERROR = 429, 401, 500


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests to `api_url` instead of its fixed host.

    Raises `TransientError` where trying again can help, so that the library only ever sees answers that are final.
    """

    def __init__(self, api_url: str = API_URL, *, seconds: float = TIMEOUT) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self.api_url = api_url.rstrip("/")
        self._origin = _origin(urlsplit(self.api_url))
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds / 3)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  the library's signature
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request of the library's.

        Raises:
            TransientError: no answer, an answer of 429 or 5xx, or refused credentials.
        """
        del timeout, allow_redirects  # the library leaves both to us; its API never redirects
        target = self._target(url)
        if params:
            target += "?" + urlencode({name: value for name, value in params.items() if value is not None})
        body = None if data is None else urlencode(data, doseq=True).encode()

        with _errors_told():
            async with self._open().request(
                method.upper(),
                target,
                data=body,
                headers={**(headers or {}), **_credentials(auth)},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                _raise_if_transient(answer.status, answer.headers)
                content = await _read(answer, MAX_ANSWER)
                return Response(answer.status, content.decode("utf-8", "replace"), answer.headers)

    def _target(self, url: str) -> str:
        if not url.startswith(API_URL + "/"):
            raise PermanentError(f"the library wanted to call {urlsplit(url).netloc!r}, which is not Twilio's API")
        return self.api_url + url.removeprefix(API_URL)

    async def fetch(self, url: str, *, auth: tuple[str, str], max_bytes: int) -> FetchedMedia:
        """Fetch a file from the API; the credentials go to no other host, and where it redirects must be public https.

        Raises:
            TransientError: try again later.
            PermanentError: it is gone, too large, or not at an address of the API's.
        """
        if _origin(_split(url)) != self._origin:
            raise PermanentError("the file is not at an address of Twilio's")
        credentials: tuple[str, str] | None = auth
        for _ in range(MAX_REDIRECTS + 1):
            with _errors_told():
                found = await self._get(url, credentials, max_bytes)
            if isinstance(found, FetchedMedia):
                return found
            url, credentials = urljoin(url, found), None
            if not self._may_follow(url):
                raise PermanentError("the file was moved to an address that is not followed")
        raise PermanentError("the file's address redirects without end")

    async def _get(self, url: str, auth: tuple[str, str] | None, max_bytes: int) -> FetchedMedia | str:
        """The file, or where it is."""
        headers = _credentials(auth)
        async with self._open().get(url, headers=headers, timeout=_MEDIA_TIMEOUT, allow_redirects=False) as answer:
            location = answer.headers.get("Location")
            if answer.status in (301, 302, 303, 307, 308) and location:
                return location
            _raise_if_transient(answer.status, answer.headers)
            if answer.status != 200:  # noqa: PLR2004
                raise PermanentError(f"Twilio answered {answer.status} for the file", code=str(answer.status))
            return FetchedMedia(content=await _read(answer, max_bytes), content_type=answer.content_type)

    def _may_follow(self, url: str) -> bool:
        parts = _split(url)
        if _origin(parts) == self._origin:
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and "." in host and not _is_ip(host) and parts.username is None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No cookies: nobody's answer may influence the next request. No proxy from the environment.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Let connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    return {} if auth is None else {"Authorization": aiohttp.encode_basic_auth(*auth)}


@contextmanager
def _errors_told() -> Iterator[None]:
    """Say of each failure of the network whether Twilio may have taken the request.

    Raises:
        TransientError: always but for an address that is none.
        PermanentError: for that.
    """
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise TransientError(f"no connection to Twilio ({type(error).__name__})", reached=False) from error
    except aiohttp.InvalidURL as error:
        raise PermanentError("not an address") from error
    except TimeoutError as error:
        raise TransientError("Twilio did not answer in time") from error
    except aiohttp.ClientError as error:
        raise TransientError(f"the connection to Twilio broke ({type(error).__name__})") from error


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    if (answer.content_length or 0) > limit:
        raise PermanentError(f"it has {answer.content_length} bytes; at most {limit} are taken", code="too_large")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise PermanentError(f"it has more than {limit} bytes", code="too_large")
    return bytes(content)


def _raise_if_transient(status: int, headers: Mapping[str, str]) -> None:
    """Tell apart what can succeed later.

    Raises:
        TransientError: for 429 and 401, which took nothing, and for 5xx, which may have.
    """
    if status == TOO_MANY_REQUESTS:
        raise TransientError("20429: too many requests", retry_after=retry_after(headers), reached=False)
    if status == UNAUTHORIZED:
        message = "20003: Twilio refused our credentials; check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        raise TransientError(message, reached=False)
    if status >= SERVER_ERROR:
        raise TransientError(f"Twilio answered {status}", retry_after=retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, when the answer says so in a number."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86400 else None  # noqa: PLR2004  a day; also refuses NaN


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # an odd port shows itself only here
    except ValueError as error:
        raise PermanentError("not an address") from error
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port; an address with user information has an origin of nobody's."""
    if parts.username is not None:
        return "", "", None
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
