"""SMS and MMS through Twilio's Programmable Messaging (docs/channels/sms.md)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlencode, urlsplit

from twilio.rest import Client

from contactcenter.channels import twilio_codes
from contactcenter.channels.base import (
    Channel,
    ChannelContext,
    FetchedMedia,
    Limits,
    Missing,
    PermanentError,
    TransientError,
    UnsupportedError,
    WebhookRequest,
)
from contactcenter.channels.keywords import STANDARD, Keywords
from contactcenter.channels.text import clean, split
from contactcenter.channels.twilio_errors import errors_told
from contactcenter.channels.twilio_http import API_URL, TwilioHttp
from contactcenter.channels.twilio_inbound import MAX_INBOUND_MEDIA, Reader, content_type_of, id_of, seconds_of
from contactcenter.channels.twilio_webhooks import check_signature
from contactcenter.domain.errors import InvalidConfigurationError, Problem
from contactcenter.domain.messages import (
    DeliveryReport,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    OutboundMessage,
    Receipt,
)
from contactcenter.domain.words import Delivery, MediaClass

STATUS_PATH: Final = "/webhooks/twilio/status"
MAX_PART: Final = 1600
"""Characters that Twilio takes in one message; it makes up to ten segments of them itself."""
MAX_LENGTH: Final = 3 * MAX_PART
_NUMBERING: Final = len("(1/3) ")
_CLOCK_SKEW: Final = 2.0
"""Seconds that our clock may be ahead of Twilio's, whose times are whole seconds besides."""
_HOME: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", ""})  # noqa: S104  recognised, not listened on
_LOOKED_AT: Final = 200
_MAX_GAP: Final = 10_000


class TwilioSms(Channel):
    """One Twilio account's numbers.

    `auth_token` signs and sends; `other_auth_token` is accepted on webhooks too while tokens are rotated.
    `public_url` is where Twilio reaches us. `numbers` are ours: what comes from one of them is our own echo.
    """

    name: ClassVar[str] = "sms"
    media: ClassVar[MediaClass] = MediaClass.ASYNC
    limits: ClassVar[Limits] = Limits(
        max_length=MAX_LENGTH,
        media_types=frozenset({"image/jpeg", "image/png", "image/gif"}),
        max_media=10,
        max_media_bytes=5_000_000,
    )
    webhooks: ClassVar[tuple[str, ...]] = ("/webhooks/twilio/sms", STATUS_PATH)
    can_be_asked: ClassVar[bool] = True
    acknowledgement: ClassVar[tuple[str, str]] = ("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        public_url: str,
        other_auth_token: str | None = None,
        numbers: Sequence[str] = (),
        api_url: str = API_URL,
        keywords: Keywords = STANDARD,
    ) -> None:
        self._auth = (account_sid, auth_token)
        self._tokens = [token for token in (auth_token, other_auth_token) if token]
        self._public_url = public_url.rstrip("/")
        self._numbers = frozenset(numbers)
        self._reader = Reader(self.name, numbers=self._numbers, keywords=keywords)
        self._http = TwilioHttp(api_url)
        # An environment of its own: TWILIO_REGION or TWILIO_EDGE of ours would change the host behind our back.
        self._client: Any = Client(account_sid, auth_token, http_client=self._http, environment={"TWILIO_REGION": ""})

    def authenticate(self, request: WebhookRequest) -> None:
        """Check Twilio's signature against the public URL, as `Channel.authenticate`."""
        check_signature(request, self._tokens)

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        """Read a message, or a report on one of ours, as `Channel.parse`."""
        return [self._reader.event(request)]

    async def send(self, message: OutboundMessage) -> Receipt:
        """Hand it to Twilio, in parts when it is long, as `Channel.send`."""
        self._check(message)
        bodies = parts_of(message.text)
        done: dict[int, Receipt] = {}
        if len(bodies) > 1 and message.first_tried_at is not None:
            done = await self._find(message, bodies)
        for number, body in enumerate(bodies, 1):
            if number in done:
                continue
            try:
                done[number] = await self._create(message, body, number, len(bodies))
            except TransientError as error:
                error.reached = error.reached or bool(done)  # an earlier part is there: look before sending again
                raise
        return done[len(bodies)]

    def _check(self, message: OutboundMessage) -> None:
        if not message.text.strip() and not message.media:
            raise UnsupportedError("a text message needs a text or a picture")
        if len(message.text) > self.limits.max_length:
            raise UnsupportedError(f"a text message has at most {self.limits.max_length} characters")
        if len(message.media) > self.limits.max_media:
            raise UnsupportedError(f"a text message has at most {self.limits.max_media} pictures")
        for media in message.media:
            if media.content_type not in self.limits.media_types:
                raise UnsupportedError(f"a text message cannot carry {media.content_type}")

    async def _create(self, message: OutboundMessage, body: str, number: int, count: int) -> Receipt:
        query = {"message": message.id}
        if count > 1:
            query |= {"part": str(number), "parts": str(count)}
        wanted: dict[str, Any] = {
            "to": message.address,
            "from_": message.to,
            "status_callback": f"{self._public_url}{STATUS_PATH}?{urlencode(query)}",
        }
        if body:
            wanted["body"] = body
        if message.media and number == 1:
            wanted["media_url"] = [media.url for media in message.media]
        with errors_told():
            return _receipt(await self._client.messages.create_async(**wanted))

    async def look_up(self, message: OutboundMessage) -> Receipt | None:
        """Whether all of the message is at Twilio already, as `Channel.look_up`.

        Twilio keeps no id of ours: a message counts as this one when it went from our number to theirs with
        this text since `first_tried_at`. What is there only in part is completed by `send`.
        """
        bodies = parts_of(message.text)
        found = await self._find(message, bodies)
        return found[len(bodies)] if len(found) == len(bodies) else None

    async def _find(self, message: OutboundMessage, bodies: Sequence[str]) -> dict[int, Receipt]:
        return {number: _receipt(record) for number, record in (await self._listed(message, bodies)).items()}

    async def _listed(self, message: OutboundMessage, bodies: Sequence[str]) -> dict[int, Any]:
        """The library's records of the parts that are at Twilio, by number."""
        since = (message.first_tried_at or message.created_at) - _CLOCK_SKEW
        wanted = {body: number for number, body in enumerate(bodies, 1)}
        found: dict[int, Any] = {}
        # Not by DateSent: what Twilio has queued and not sent yet has none.
        listed = self._list(to=message.address, from_=message.to, limit=_LOOKED_AT, page_size=50)
        async with aclosing(listed) as records:
            async for record in records:
                created = seconds_of(record.date_created)
                if created is not None and created < since:
                    break
                number = wanted.get(clean(record.body or "").strip())
                if number and record.direction != "inbound":
                    found[number] = record
        return found

    async def ask_delivery(self, message: OutboundMessage, provider_id: str) -> DeliveryReport | None:
        """What has become of a message, of all its parts together, as `Channel.ask_delivery`."""
        bodies = parts_of(message.text)
        if len(bodies) > 1:
            found = await self._listed(message, bodies)
            return self._reader.told(message.id, provider_id, found, len(bodies))
        try:
            with errors_told():
                record = await self._client.messages(provider_id).fetch_async()
        except PermanentError as error:
            if error.code == twilio_codes.NOT_FOUND:
                return None
            raise
        return self._reader.told(message.id, provider_id, {1: record}, 1)

    async def fetch_media(self, url: str, *, max_bytes: int) -> FetchedMedia:
        """Fetch a picture of a customer's from Twilio, as `Channel.fetch_media`."""
        return await self._http.fetch(url, auth=self._auth, max_bytes=max_bytes)

    async def list_inbound(self, since: float) -> Sequence[InboundMessage]:
        """What customers wrote since `since`, as `Channel.list_inbound`."""
        after = datetime.fromtimestamp(since, UTC)
        found = []
        for ours in self._numbers or (None,):
            options = {"to": ours} if ours else {}
            async for record in self._list(date_sent_after=after, limit=_MAX_GAP, page_size=1000, **options):
                if record.direction == "inbound" and record.from_ and record.from_ not in self._numbers:
                    media = await self._listed_media(record)
                    found.append(self._reader.listed(record, media, since))
        return sorted(found, key=lambda message: message.received_at)

    async def _listed_media(self, record: Any) -> tuple[InboundMedia, ...]:
        if not int(record.num_media or 0):
            return ()
        with errors_told():
            listed = await self._client.messages(record.sid).media.list_async(limit=MAX_INBOUND_MEDIA)
            return tuple(
                InboundMedia(
                    url=self._http.api_url + str(media.uri).removesuffix(".json"),
                    content_type=content_type_of(media.content_type),
                )
                for media in listed
            )

    async def _list(self, **options: Any) -> AsyncGenerator[Any, None]:
        with errors_told():
            async for record in await self._client.messages.stream_async(**options):
                yield record

    async def close(self) -> None:
        """Let connections go."""
        await self._http.close()


def build(context: ChannelContext) -> TwilioSms | Missing:
    """The account of the settings.

    Raises:
        InvalidConfigurationError: when Twilio could not reach us.
    """
    settings = context.settings
    if not settings.twilio_account_sid or not settings.twilio_auth_token:
        return Missing("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; docs/channels/sms.md says where they are")
    if settings.twilio_api_url == API_URL and (urlsplit(settings.public_url).hostname or "") in _HOME:
        message = (
            f"is {settings.public_url}, where Twilio cannot reach the center and refuses to send reports to;"
            " set the address by which the internet reaches it"
        )
        raise InvalidConfigurationError([Problem("CONTACTCENTER_PUBLIC_URL", message)])
    return TwilioSms(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        other_auth_token=settings.twilio_auth_token_secondary,
        public_url=settings.public_url,
        numbers=settings.twilio_numbers,
        api_url=settings.twilio_api_url,
    )


def parts_of(text: str) -> list[str]:
    """The bodies that a text is sent as: itself, or several that say which of how many they are."""
    text = clean(text).strip()
    if len(text) <= MAX_PART:
        return [text]
    parts = split(text, MAX_PART - _NUMBERING)
    return [f"({number}/{len(parts)}) {part}" for number, part in enumerate(parts, 1)]


def _receipt(record: Any) -> Receipt:
    segments = str(record.num_segments or "")
    return Receipt(
        provider_id=id_of(str(record.sid)) if record.sid else None,
        delivery=twilio_codes.DELIVERIES.get(str(record.status), Delivery.SENDING),
        segments=int(segments) or None if segments.isdecimal() else None,
    )
