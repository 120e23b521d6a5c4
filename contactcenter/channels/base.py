"""The contract of a channel: authenticate, parse, send.

An adapter knows its vendor and nothing else: no SQL, no Redis, no routing. Whatever comes in becomes
`InboundEvent`s; whatever goes out is an `OutboundMessage`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from contactcenter.config.settings import Settings
from contactcenter.domain.errors import ContactCenterError
from contactcenter.domain.messages import DeliveryReport, InboundEvent, InboundMessage, OutboundMessage, Receipt
from contactcenter.domain.words import MediaClass


class AuthenticationError(ContactCenterError):
    """The request is not the vendor's: answer 403, write nothing."""


class MalformedError(ContactCenterError):
    """The request is the vendor's but cannot be read: answer 400, write nothing."""


class TransientError(ContactCenterError):
    """Sending failed and may succeed later; `retry_after` in seconds when the vendor says it.

    `reached` is False only when the vendor certainly did not take the message (refused connection, 429).
    """

    def __init__(self, message: str, *, retry_after: float | None = None, reached: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.reached = reached


class PermanentError(ContactCenterError):
    """Sending failed for good; `code` is the vendor's."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class UnsupportedError(PermanentError):
    """This channel cannot carry such a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """An HTTP request as the vendor made it: `url` is the public one, with its query."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: float

    def header(self, name: str) -> str:
        """The first header of this name, in whatever case; empty when there is none."""
        wanted = name.lower()
        return next((value for each, value in self.headers.items() if each.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one message may be. `reply_window` in seconds since the customer's last message, None: no end."""

    max_length: int
    media_types: frozenset[str] = frozenset()
    max_media: int = 0
    max_media_bytes: int = 0
    reply_window: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMedia:
    """Bytes of a picture or file that a customer sent."""

    content: bytes
    content_type: str


class Channel(ABC):
    """One vendor's channel.

    Every method may be called from several tasks at once; an adapter keeps nothing between calls but connections.
    `webhooks` are the paths at which the vendor posts: the web node authenticates, parses, commits and then answers
    200 with `acknowledgement` (content type and body). `can_be_asked`: the vendor says what became of a message when
    it is asked (`ask_delivery`), so that a report which was lost is no loss.
    """

    name: ClassVar[str]
    media: ClassVar[MediaClass]
    limits: ClassVar[Limits]
    webhooks: ClassVar[tuple[str, ...]] = ()
    acknowledgement: ClassVar[tuple[str, str]] = ("text/plain", "")
    can_be_asked: ClassVar[bool] = False

    @abstractmethod
    def authenticate(self, request: WebhookRequest) -> None:
        """Check in constant time that the vendor made this request.

        Raises:
            AuthenticationError: for everything else, however odd.
        """

    @abstractmethod
    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        """Read an authentic request. No network. Unknown kinds become `UnknownEvent`.

        Raises:
            MalformedError: when it cannot be read at all.
        """

    @abstractmethod
    async def send(self, message: OutboundMessage) -> Receipt:
        """Hand one message to the vendor.

        Raises:
            TransientError: try again later.
            PermanentError: never try again.
        """

    async def look_up(self, message: OutboundMessage) -> Receipt | None:
        """Whether an earlier attempt reached the vendor: its receipt, or None when it certainly did not.

        Raises:
            TransientError: when the vendor does not answer.
        """
        del message
        return None

    async def fetch_media(self, url: str, *, max_bytes: int) -> FetchedMedia:
        """Fetch what a customer sent.

        Raises:
            TransientError: try again later.
            PermanentError: it is gone, too large, or not at an address of the vendor's.
        """
        del url, max_bytes
        message = f"{self.name} has no media to fetch"
        raise UnsupportedError(message)

    async def list_inbound(self, since: float) -> Sequence[InboundMessage]:
        """Messages the vendor received for us since `since` (UTC seconds), to close a gap.

        Vendors that cannot list return nothing.

        Raises:
            TransientError: when the vendor does not answer.
        """
        del since
        return ()

    async def ask_delivery(self, message: OutboundMessage, provider_id: str) -> DeliveryReport | None:
        """What has become of a message that the vendor took as `provider_id`; None when it knows no such message.

        Only where `can_be_asked`. The same as its latest report would have said; whoever asks may hear it twice.

        Raises:
            TransientError: when the vendor does not answer.
            PermanentError: when it refuses to.
        """
        del message, provider_id
        return None

    async def close(self) -> None:
        """Let connections go."""
        return


class Deliver(Protocol):
    """Tells every web node that `thread` has a new message; the one that holds its connection pushes it.

    It may be lost: whoever connects, or sweeps, reads the message from SQL.
    """

    async def __call__(self, thread: str, message_id: str) -> None:
        """Announce the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """What there is to build an adapter from; each takes what it needs.

    `environ` holds the variables that `settings` does not know: an adapter of another package names its own.
    `allows(page, origin)`: whether a site may show what belongs to an entry point. `clock`: UTC seconds.
    """

    settings: Settings
    environ: Mapping[str, str]
    clock: Callable[[], float]
    deliver: Deliver
    allows: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Missing:
    """The settings do not enable this channel; `remedy` says what to set."""

    remedy: str
