"""The network as a whole: its parts wired together, and the HTTP server they answer on."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Self

from aiohttp import web

from contactcenter.localnet.account import (
    Account,
    MessagingService,
    Number,
    SidMaker,
    random_sid,
)
from contactcenter.localnet.bell import Bell, Tasks
from contactcenter.localnet.callbacks import CallbackQueue, StatusCallbacks
from contactcenter.localnet.control import ControlApi
from contactcenter.localnet.delivery import Delivery
from contactcenter.localnet.description import Violation
from contactcenter.localnet.exchange import Behaviour
from contactcenter.localnet.faults import Faults
from contactcenter.localnet.feed import Feed
from contactcenter.localnet.handset_api import HandsetApi
from contactcenter.localnet.handsets import Handsets, Person
from contactcenter.localnet.inbound import Inbound, Picture
from contactcenter.localnet.jsonio import BadInputError
from contactcenter.localnet.media import MediaFetcher, MediaLinks
from contactcenter.localnet.messages import Announcement, Clock, Message, MessageBook, Status
from contactcenter.localnet.outbox import Outbox
from contactcenter.localnet.rest import RestApi
from contactcenter.localnet.stopwords import StopWords
from contactcenter.localnet.twiml_bins import TwimlBins
from contactcenter.localnet.voice import Voice
from contactcenter.localnet.webhooks import WebhookSender

_MAX_REQUEST = 8 * 1024 * 1024
_KEEP = 100_000
_MEDIA_BUDGET = 256 * 1024 * 1024
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def utc_now() -> datetime:
    """Return the time, in UTC, to the second as Twilio writes it."""
    return datetime.now(UTC).replace(microsecond=0)


class LocalNetwork:
    """A telephone network for texts and calls that speaks Twilio's wire format.

    Give it the credentials, numbers and people it shall have; `start` it inside a running event
    loop, or use it as an async context manager. It listens on `host` only.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        numbers: Iterable[Number],
        services: Iterable[MessagingService] = (),
        names: Iterable[str] = (),
        api_keys: Mapping[str, str] | None = None,
        people: Iterable[Person] = (),
        desks: Iterable[Person] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        pace: float = 0.0,
        tempo: float = 0.02,
        bins: Mapping[str, str] | None = None,
        unattended: Mapping[str, Behaviour] | None = None,
        calls_per_second: float = 1.0,
        clock: Clock = utc_now,
        new_sid: SidMaker = random_sid,
        keep: int = _KEEP,
    ) -> None:
        """`port` 0 takes a free one. `pace` is the seconds each delivery status takes.

        `tempo` scales how long is said and played: 1 is as a person speaks. `calls_per_second` is how
        many calls the center may make; more are refused with 20429.
        `bins` are instructions the network keeps itself, at `/twiml/NAME` (see `twiml_bins`).
        `desks` have telephones at the center (`client:…` or `sip:…`).
        `unattended` is what telephones do whose address begins so, such as `client:`, while no page of them is open.
        `public_url` is the address the center reaches the network at, if not host and port.
        `names` are alphanumeric senders, `keep` is how many messages are remembered.
        Raises ValueError for malformed credentials.
        """
        self._host = host
        self._port = port
        self._public_url = public_url
        self._runner: web.AppRunner | None = None
        self._tasks = Tasks()
        self._bell = Bell()
        self.account = Account.of(account_sid, auth_token, numbers, services, names=names, api_keys=api_keys)
        self.faults = Faults()
        self.messages = MessageBook(clock, self._bell, keep=keep, media_budget=_MEDIA_BUDGET)
        self.handsets = Handsets(self.messages, people, desks)
        self.webhooks = WebhookSender(auth_token, clock)
        self._stop_words = StopWords(self.account)
        self._fetcher = MediaFetcher(clock, new_sid)
        self._callbacks = CallbackQueue(self.faults, self.webhooks, self._tasks)
        reports = StatusCallbacks(self.account, self._callbacks, clock)
        delivery = Delivery(
            self.account,
            self.messages,
            self.faults,
            reports,
            self._fetcher,
            self._tasks,
            reachable=self.handsets.is_on,
            pace=pace,
        )
        outbox = Outbox(self.account, self.messages, delivery, self._stop_words, clock, new_sid)
        self._inbound = Inbound(
            self.account,
            self.messages,
            outbox,
            self.faults,
            self.webhooks,
            self._stop_words,
            self._tasks,
            clock,
            new_sid,
            base_url=lambda: self.url,
        )
        feed = Feed(self.messages, self.handsets, self.webhooks, self._stop_words)
        self._voice = Voice(
            self.account,
            self.faults,
            self.webhooks,
            self._callbacks,
            self._bell,
            self._tasks,
            clock,
            new_sid,
            tempo=tempo,
            calls_per_second=calls_per_second,
            keep=keep,
            base_url=lambda: self.url,
            unattended=unattended or {},
            feed=feed,
            handsets=self.handsets,
        )
        self._bins = TwimlBins(bins or {})
        links = MediaLinks(secrets.token_bytes(32))
        self._rest = RestApi(self.account, self.messages, outbox, self.faults, links, clock)
        self._pages = HandsetApi(
            self.account,
            self.messages,
            self.handsets,
            self._inbound,
            feed,
            self._stop_words,
            attended=self._voice.pages.attended,
            hang_up=self._voice.pages.hang_up,
        )
        self._control = ControlApi(
            self.account,
            self.messages,
            self.handsets,
            self._inbound,
            self.faults,
            self._callbacks,
            self.webhooks,
            self._rest,
            self._stop_words,
            self._bell,
            also_reset=self._voice.control.reset,
        )

    @property
    def url(self) -> str:
        """Where the network answers, without a slash at the end."""
        return self._public_url or f"http://{self._host}:{self._port}"

    @property
    def violations(self) -> deque[Violation]:
        """The requests so far that do not fit Twilio's published API."""
        return self._rest.violations

    async def start(self) -> None:
        """Begin to listen. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=_MAX_REQUEST, middlewares=[self._count, _guard])
        self._rest.register(app.router, *self._voice.operations())
        self._voice.control.register(app.router)
        self._bins.register(app.router)
        self._control.register(app.router)
        self._voice.pages.register(app.router)
        self._pages.register(app.router)
        await self.webhooks.start()
        await self._fetcher.start()
        await self._voice.sounds.start()
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening, end deliveries and close all connections."""
        await self._tasks.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            await self._tasks.stop()  # What the last requests began.
        await self.webhooks.stop()
        await self._fetcher.stop()
        await self._voice.sounds.stop()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def text(
        self,
        sender: str,
        to: str,
        body: str,
        pictures: Sequence[Picture] = (),
        *,
        within: float = 60.0,
    ) -> Message:
        """Text the center and wait until its webhook was answered, or refused for good.

        Raises ValueError for what no telephone would send, TimeoutError after `within` seconds.
        """
        message = self._inbound.text(sender, to, body, pictures)
        return await self._bell.until(lambda: _announced(message), within)

    async def received(
        self, number: str, count: int = 1, *, containing: str = "", within: float = 10.0
    ) -> list[Message]:
        """Wait until a handset has received `count` messages (with that text in them).

        Raises TimeoutError after `within` seconds.
        """

        def look() -> list[Message] | None:
            found = [m for m in self.handsets.received(number) if containing in m.body]
            return found if len(found) >= count else None

        return await self._bell.until(look, within)

    async def reached(self, sid: str, *statuses: Status | str, within: float = 10.0) -> Message:
        """Wait until a message has one of these statuses. Raises TimeoutError."""

        def look() -> Message | None:
            message = self.messages.get(sid)
            return message if message is not None and message.status in statuses else None

        return await self._bell.until(look, within)

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request go on when its client has left, as Twilio does, but not past our end.

        A page's events end with it.
        """
        if request.path.endswith("/events"):
            with self._tasks.current():
                return await handler(request)

        async def counted() -> web.StreamResponse:
            with self._tasks.current():
                return await handler(request)

        return await asyncio.shield(asyncio.create_task(counted()))

    def release_callbacks(self) -> None:
        """Send the status callbacks that a `callback_late` without seconds holds back."""
        self._callbacks.release()


def _announced(message: Message) -> Message | None:
    return None if message.announcement is Announcement.UNDER_WAY else message


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other sites' pages out, and answer mistakes in JSON."""
    if request.path.startswith("/_") and request.method not in _SAFE_METHODS:
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            return _problem(403, "another site's page may not do this")
    try:
        return await handler(request)
    except (BadInputError, ValueError) as error:
        return _problem(400, str(error))
    except TimeoutError:
        return _problem(504, "it did not happen in time")
    except ConnectionError:
        return _problem(400, "the client left")
    except web.HTTPException as error:
        return _problem(error.status, error.reason)


def _problem(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)
