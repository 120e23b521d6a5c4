"""What a telephone's page shows, live: its messages, and the network's work behind them."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from contactcenter.localnet.handsets import Handsets
from contactcenter.localnet.messages import Direction, Message, MessageBook
from contactcenter.localnet.stopwords import StopWords
from contactcenter.localnet.webhooks import Exchange, WebhookSender

Event = tuple[str, dict[str, object]]

_QUEUE = 500
_TRACES = 60


class Subscription:
    """The events for one open page. Full means lost: the page must begin again."""

    def __init__(self) -> None:
        """Start with nothing to tell."""
        self._queue: asyncio.Queue[Event] = asyncio.Queue(_QUEUE)
        self.lost = False

    def put(self, event: Event) -> None:
        """Queue an event for the page."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.lost = True

    async def next(self) -> Event:
        """Wait for the next event."""
        return await self._queue.get()


class Feed:
    """Turns changes of messages and webhooks into the events of each telephone's pages."""

    def __init__(
        self,
        book: MessageBook,
        handsets: Handsets,
        webhooks: WebhookSender,
        stop_words: StopWords,
    ) -> None:
        """Listen to the book and the webhooks from now on."""
        self._handsets = handsets
        self._stop_words = stop_words
        self._pages: dict[str, set[Subscription]] = {}
        self._also: list[Callable[[str], dict[str, object]]] = []
        self._traces: deque[tuple[str, dict[str, object]]] = deque(maxlen=_TRACES * 20)
        book.listen(self._on_message)
        webhooks.watch(self._on_exchange)

    def also(self, view: Callable[[str], dict[str, object]]) -> None:
        """Add to what a page shows when it opens."""
        self._also.append(view)

    @contextmanager
    def subscribe(self, number: str) -> Iterator[Subscription]:
        """Receive a telephone's events while the page is open."""
        page = Subscription()
        self._pages.setdefault(number, set()).add(page)
        try:
            yield page
        finally:
            pages = self._pages.get(number, set())
            pages.discard(page)
            if not pages:
                self._pages.pop(number, None)

    def snapshot(self, number: str) -> dict[str, object]:
        """Return everything a page shows when it opens."""
        traces = {str(t["id"]): t for whose, t in self._traces if whose == number}
        others = {name: shown for view in self._also for name, shown in view(number).items()}
        return {
            **self._state(number),
            **others,
            "messages": [message_view(m) for m in self._handsets.seen_on(number)],
            "traces": list(traces.values())[-_TRACES:],
        }

    def tell_state(self, number: str) -> None:
        """Tell the pages that a telephone was switched on or off."""
        self._tell(number, "state", self._state(number))

    def tell_snapshot(self, number: str) -> None:
        """Tell the pages to begin again."""
        self._traces = deque((t for t in self._traces if t[0] != number), self._traces.maxlen)
        self._tell(number, "snapshot", self.snapshot(number))

    def tell(self, number: str, kind: str, view: Callable[[], dict[str, object]]) -> None:
        """Tell a telephone's pages, if one is open."""
        if number in self._pages:
            self._tell(number, kind, view())

    def _state(self, number: str) -> dict[str, object]:
        return {
            "number": number,
            "on": self._handsets.is_on(number),
            "opted_out": self._stop_words.left_by(number),
        }

    def _on_message(self, message: Message) -> None:
        number = message.handset
        if message.direction is not Direction.INBOUND:
            self._trace(number, _message_trace(message))
        if number in self._pages and self._handsets.shows(message):
            self._tell(number, "message", message_view(message))
            self._tell(number, "state", self._state(number))

    def _on_exchange(self, exchange: Exchange) -> None:
        self._trace(exchange.number, _exchange_trace(exchange))

    def _trace(self, number: str, trace: dict[str, object]) -> None:
        self._traces.append((number, trace))
        self._tell(number, "trace", trace)

    def _tell(self, number: str, kind: str, data: dict[str, object]) -> None:
        for page in self._pages.get(number, ()):
            page.put((kind, data))


def message_view(message: Message) -> dict[str, object]:
    """Describe a message as its person sees it."""
    mine = message.direction is Direction.INBOUND
    return {
        "sid": message.sid,
        "mine": mine,
        "center": message.to if mine else message.sender,
        "body": message.body,
        "media": [{"type": m.content_type, "url": f"/_handset/media/{message.sid}/{m.sid}"} for m in message.media],
        "at": message.created.isoformat(),
        "segments": message.segments,
        "announcement": None if message.announcement is None else message.announcement.value,
    }


def _message_trace(message: Message) -> dict[str, object]:
    return {
        "id": message.sid,
        "kind": "reply" if message.direction is Direction.REPLY else "api",
        "at": message.created.isoformat(),
        "status": message.status.value,
        "error": message.error_code,
    }


def _exchange_trace(exchange: Exchange) -> dict[str, object]:
    return {
        "id": f"w{exchange.serial}",
        "kind": exchange.kind,
        "at": exchange.at.isoformat(),
        "url": exchange.url,
        "status": exchange.params.get("MessageStatus"),
        "call": exchange.params.get("CallStatus"),
        "event": exchange.params.get("StatusCallbackEvent"),
        "recording": exchange.params.get("RecordingStatus"),
        "attempts": list(exchange.attempts),
        "ms": round(exchange.seconds * 1000),
        "done": exchange.done,
        "ok": exchange.accepted,
    }
