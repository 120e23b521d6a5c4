"""The sender of signed webhooks: attempts, retries, the fallback address, and a log of it all."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from yarl import URL

from contactcenter.localnet.messages import Clock
from contactcenter.localnet.overrides import Overrides, read_overrides
from contactcenter.localnet.signing import SIGNATURE_HEADER, sign

MAX_ANSWER = 64 * 1024
_ALERT_UNREACHABLE = 11205
_ALERT_HTTP = 11200
_ALERT_POLICY = 11243
_OK, _REDIRECT = 200, 300


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook to send. All copies of one call carry the same `token`; a GET has its parameters in the address."""

    kind: str
    address: str
    params: Mapping[str, str]
    number: str
    fallback: str = ""
    forged: bool = False
    method: str = "POST"
    token: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the center answered with a 2xx."""

    status: int
    content_type: str
    text: str


@dataclass(slots=True)
class Exchange:
    """One address called for one webhook: each attempt's outcome and how long all took."""

    serial: int
    kind: str
    url: str
    params: Mapping[str, str]
    number: str
    token: str
    at: datetime
    attempts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    done: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the last attempt was answered with a 2xx."""
        return bool(self.attempts) and self.attempts[-1].startswith("2")


@dataclass(frozen=True, slots=True)
class Alert:
    """What Twilio's debugger would show: an error code, the address, and what was wrong."""

    at: datetime
    code: int
    url: str
    problem: str


Watcher = Callable[[Exchange], None]


class WebhookSender:
    """Sends webhooks signed with the account's token."""

    def __init__(self, auth_token: str, clock: Clock, *, keep: int = 2_000) -> None:
        """`keep` is how many exchanges and alerts are remembered."""
        self._auth_token = auth_token
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._watchers: list[Watcher] = []
        self._serial = 0
        self.exchanges: deque[Exchange] = deque(maxlen=keep)
        self.alerts: deque[Alert] = deque(maxlen=keep)

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with each exchange that begins or ends."""
        self._watchers.append(watcher)

    async def start(self) -> None:
        """Open the connections' pool."""
        connector = aiohttp.TCPConnector(limit=200)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)

    async def stop(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, call: Call) -> Answer | None:
        """Send a webhook, retry as its address asks, then try the fallback.

        Returns None when nobody answered with a 2xx.
        """
        answer = await self._call(call)
        if answer is None and call.fallback:
            failed = {"ErrorCode": str(_ALERT_HTTP), "ErrorUrl": call.address}
            params = {**call.params, **failed}
            answer = await self._call(replace(call, address=call.fallback, params=params))
        return answer

    async def _call(self, call: Call) -> Answer | None:
        url, overrides = read_overrides(call.address)
        self._serial += 1
        exchange = Exchange(self._serial, call.kind, url, call.params, call.number, call.token, self._clock())
        self.exchanges.append(exchange)
        self._tell(exchange)
        if overrides.problem is not None:
            self.alert(_ALERT_POLICY, call.address, overrides.problem)
        began = time.monotonic()
        try:
            answer = await self._attempts(call, url, overrides, exchange)
        finally:
            exchange.seconds = time.monotonic() - began
            exchange.done = True
            self._tell(exchange)
        if answer is None:
            unreachable = exchange.attempts[-1:] in (["ct"], ["rt"])
            code = _ALERT_UNREACHABLE if unreachable else _ALERT_HTTP
            self.alert(code, url, "attempts: " + ", ".join(exchange.attempts))
        return answer

    async def _attempts(self, call: Call, url: str, overrides: Overrides, exchange: Exchange) -> Answer | None:
        deadline = time.monotonic() + overrides.total
        for _ in range(1 + overrides.retries):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            outcome = await self._attempt(call, url, replace(overrides, total=left))
            if isinstance(outcome, Answer):
                exchange.attempts.append(str(outcome.status))
                return outcome
            exchange.attempts.append(outcome)
            failure = f"{outcome[0]}xx" if outcome.isdecimal() else outcome
            if not overrides.repeats(failure):
                break
        return None

    async def _attempt(self, call: Call, url: str, patience: Overrides) -> Answer | str:
        """Return the answer, or an HTTP status or `ct` / `rt` as text."""
        if self._session is None:
            return "ct"
        if call.method == "GET":
            url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(call.params)}", None
        else:
            form = dict(call.params)
        timeout = aiohttp.ClientTimeout(total=patience.total, sock_connect=patience.connect, sock_read=patience.read)
        try:
            async with self._session.request(
                call.method,
                URL(url, encoded=True) if form is None else url,
                data=form,
                headers=self._headers(call, url, form or {}),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if not _OK <= response.status < _REDIRECT:
                    return str(response.status)
                text = await _limited(response)
                return Answer(response.status, response.content_type, text.decode("utf-8", "replace"))
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.InvalidURL,
            ValueError,
        ):
            return "ct"
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            return "rt"

    def _headers(self, call: Call, url: str, form: Mapping[str, str]) -> dict[str, str]:
        token = "not-the-auth-token" if call.forged else self._auth_token
        return {
            SIGNATURE_HEADER: sign(token, url, form),
            "I-Twilio-Idempotency-Token": call.token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }

    def alert(self, code: int, url: str, problem: str) -> None:
        """Note what Twilio's debugger would show."""
        self.alerts.append(Alert(self._clock(), code, url, problem))

    def _tell(self, exchange: Exchange) -> None:
        for watcher in self._watchers:
            watcher(exchange)


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer, one byte past the limit at most, so that a longer one can be told."""
    found = bytearray()
    async for part in response.content.iter_chunked(MAX_ANSWER):
        found += part
        if len(found) > MAX_ANSWER:
            break
    return bytes(found[: MAX_ANSWER + 1])
