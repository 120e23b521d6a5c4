"""Web chat: our own channel, whose vendor is the browser at the other end of a WebSocket.

A frame is checked and read like any vendor's request; the web node's socket handler does the same by
`chat_session`, which also knows what was said before. Sending is telling the nodes which message to push.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.base import (
    AuthenticationError,
    Channel,
    ChannelContext,
    Deliver,
    Limits,
    MalformedError,
    UnsupportedError,
    WebhookRequest,
)
from contactcenter.channels.chat_session import CHANNEL, inbound, is_token, seen, thread_of
from contactcenter.channels.text import clean
from contactcenter.domain.messages import CustomerGone, InboundEvent, OutboundMessage, Receipt, UnknownEvent
from contactcenter.domain.words import Delivery, MediaClass

MAX_PICTURE: Final = 10_000_000
"""Bytes of a picture in a chat."""


class Chat(Channel):
    """The web chat. `allows(page, origin)`: whether a site may show the chat of that page."""

    name: ClassVar[str] = CHANNEL
    media: ClassVar[MediaClass] = MediaClass.LIVE
    limits: ClassVar[Limits] = Limits(
        max_length=protocol.MAX_TEXT,
        media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        max_media=protocol.MAX_MEDIA,
        max_media_bytes=MAX_PICTURE,
    )

    def __init__(self, *, deliver: Deliver, allows: Callable[[str, str], bool]) -> None:
        self._deliver = deliver
        self._allows = allows

    def authenticate(self, request: WebhookRequest) -> None:
        """Check that a page of ours sends this, with a chat's secret.

        The page is in the query, the token in `Authorization: Bearer`, the site in `Origin`.

        Raises:
            AuthenticationError: for everything else.
        """
        page = _page(request.url)
        if page is None or not self._allows(page, request.header("Origin")):
            raise AuthenticationError("the chat of this page is not for this site")
        if _token(request) is None:
            raise AuthenticationError("a chat's secret is missing")

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        """Read one frame, as `Channel.parse`; `hello`, `typing` and `ping` are nothing that stays."""
        frame = protocol.read(request.body)
        page, token = _page(request.url), _token(request)
        if page is None or token is None:
            raise MalformedError("a frame belongs to the chat of a page")
        thread = thread_of(token)
        match frame:
            case protocol.Written():
                return [inbound(frame, thread=thread, page=page, raw=request.body, at=request.received_at)]
            case protocol.Seen():
                return [seen(frame, request.received_at)]
            case protocol.Ended():
                return [CustomerGone(channel=self.name, thread=thread, at=request.received_at)]
            case protocol.Refused(code="unknown_type"):
                raw = clean(request.body.decode("utf-8", "replace"))
                return [UnknownEvent(channel=self.name, kind="frame", raw=raw)]
            case protocol.Refused():
                raise MalformedError(frame.message)
            case _:
                return []

    async def send(self, message: OutboundMessage) -> Receipt:
        """Have it pushed to the browser. It is `sent`; the browser's `ack` makes it delivered."""
        if not message.text.strip() and not message.media:
            raise UnsupportedError("a chat message needs a text or a picture")
        if len(message.text) > self.limits.max_length:
            raise UnsupportedError(f"a chat message has at most {self.limits.max_length} characters")
        if len(message.media) > self.limits.max_media:
            raise UnsupportedError(f"a chat message has at most {self.limits.max_media} pictures")
        if any(media.content_type not in self.limits.media_types for media in message.media):
            raise UnsupportedError("a chat message carries pictures only")
        await self._deliver(message.thread, message.id)
        return Receipt(provider_id=message.id, delivery=Delivery.SENT)


def build(context: ChannelContext) -> Chat:
    """The chat needs nothing: which sites may show it is in the entry points."""
    return Chat(deliver=context.deliver, allows=context.allows)


def _page(url: str) -> str | None:
    try:
        pages = parse_qs(urlsplit(url).query, max_num_fields=20).get("page")
    except ValueError:
        return None
    return protocol.page_of(pages[-1]) if pages else None


def _token(request: WebhookRequest) -> str | None:
    kind, _, token = request.header("Authorization").partition(" ")
    return token if kind.lower() == "bearer" and is_token(token) else None
