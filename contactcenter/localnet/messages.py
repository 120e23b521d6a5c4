"""Messages and their media, as the account sees them, and the book that holds them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contactcenter.localnet.bell import Bell

Clock = Callable[[], datetime]


class Direction(StrEnum):
    """Who began the message, in Twilio's words."""

    INBOUND = "inbound"
    API = "outbound-api"
    REPLY = "outbound-reply"


class Status(StrEnum):
    """How far a message has come, in Twilio's words."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVED = "received"


FINAL = frozenset({Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.RECEIVED})


class Announcement(StrEnum):
    """What became of announcing an incoming message to the center."""

    UNDER_WAY = "under_way"
    ANSWERED = "answered"
    REFUSED = "refused"


@dataclass(slots=True)
class Media:
    """A picture or file of a message."""

    sid: str
    content_type: str
    data: bytes
    created: datetime


@dataclass(slots=True)
class Message:
    """One message. Times are UTC; `sent` is None until a carrier took it."""

    sid: str
    sender: str | None
    to: str
    body: str
    direction: Direction
    status: Status
    created: datetime
    updated: datetime
    sent: datetime | None = None
    segments: int = 1
    media: list[Media] = field(default_factory=list)
    media_urls: tuple[str, ...] = ()
    error_code: int | None = None
    service_sid: str | None = None
    status_callback: str | None = None
    announcement: Announcement | None = None

    @property
    def handset(self) -> str:
        """The person's side of the message."""
        return (self.sender or "") if self.direction is Direction.INBOUND else self.to


Listener = Callable[[Message], None]


class MessageBook:
    """All messages of the account, oldest first; past `keep` the oldest are forgotten."""

    def __init__(self, clock: Clock, bell: Bell, *, keep: int, media_budget: int) -> None:
        """`clock` gives the time in UTC, `bell` rings at each change.

        Past `media_budget` bytes, the oldest pictures are forgotten.
        """
        self._clock = clock
        self._bell = bell
        self._keep = keep
        self._media_budget = media_budget
        self._by_sid: dict[str, Message] = {}
        self._by_handset: dict[str, dict[str, Message]] = {}
        self._heavy: dict[str, int] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with each message that is new or has changed."""
        self._listeners.append(listener)

    def add(self, message: Message) -> None:
        """Enter a new message."""
        self._by_sid[message.sid] = message
        self._by_handset.setdefault(message.handset, {})[message.sid] = message
        while len(self._by_sid) > self._keep:
            self.remove(next(iter(self._by_sid)))
        self.changed(message)

    def get(self, sid: str) -> Message | None:
        """Return the message with this sid, or None."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> None:
        """Forget a message."""
        message = self._by_sid.pop(sid, None)
        self._heavy.pop(sid, None)
        if message is not None:
            own = self._by_handset[message.handset]
            del own[sid]
            if not own:
                del self._by_handset[message.handset]

    def clear(self) -> None:
        """Forget all messages."""
        self._by_sid.clear()
        self._by_handset.clear()
        self._heavy.clear()

    def __iter__(self) -> Iterator[Message]:
        """Go through the messages, oldest first."""
        return iter(list(self._by_sid.values()))

    def newest_first(self) -> Iterator[Message]:
        """Go through the messages as Twilio lists them."""
        return iter(list(reversed(self._by_sid.values())))

    def of_handset(self, number: str) -> list[Message]:
        """Return the messages a person has sent or should get, oldest first."""
        return list(self._by_handset.get(number, {}).values())

    def advance(self, message: Message, status: Status, error_code: int | None = None) -> None:
        """Move a message on and tell everybody."""
        message.status = status
        message.error_code = error_code
        message.updated = self._clock()
        if status is Status.SENT:
            message.sent = message.updated
        self.changed(message)

    def changed(self, message: Message) -> None:
        """Tell everybody that a message has changed."""
        if message.media or message.sid in self._heavy:
            self._heavy[message.sid] = sum(len(media.data) for media in message.media)
            self._forget_pictures()
        for listener in self._listeners:
            listener(message)
        self._bell.ring()

    def _forget_pictures(self) -> None:
        total = sum(self._heavy.values())
        while total > self._media_budget and len(self._heavy) > 1:
            oldest = next(iter(self._heavy))
            total -= self._heavy.pop(oldest)
            self._by_sid[oldest].media.clear()
