"""One browser's conversation over one socket: hello first, its own messages only, not too fast.

Pure like the frames beneath it: time comes as an argument (UTC seconds), so every rule is tested without a
socket. The web node's handler feeds `ChatSession.receive` and carries out what it returns.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.chat_protocol import Hello, Ping, Refused, Typing
from contactcenter.channels.text import clean
from contactcenter.domain.messages import CustomerGone, DeliveryReport, InboundMedia, InboundMessage
from contactcenter.domain.words import Delivery

CHANNEL: Final = "chat"
MAX_BAD_FRAMES: Final = 20
MAX_KNOWN: Final = 1000


def new_token() -> str:
    """A chat's secret, 256 random bits: only the browser keeps it."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether it has the shape of a token."""
    return protocol.TOKEN.fullmatch(text) is not None


def thread_of(token: str) -> str:
    """The thread of a token: its hash, so that a copy of the database resumes nobody's chat."""
    digest = hashlib.sha256(b"contactcenter chat\0" + token.encode("utf-8", "replace")).digest()
    return "chat-" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class TokenBucket:
    """`rate` a second on the long run, `burst` at once."""

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at: float | None = None

    def take(self, at: float) -> bool:
        """Whether one more is allowed at `at` (seconds)."""
        passed = 0.0 if self._at is None else max(0.0, at - self._at)
        self._left = min(self._burst, self._left + passed * self._rate)
        self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """The customer wrote: commit `message`, then answer `accepted` with `client_id`."""

    client_id: str
    message: InboundMessage


Step = Hello | Wrote | Typing | DeliveryReport | CustomerGone | Ping | Refused | None
"""What a frame asks for; None: nothing."""


class ChatSession:
    """What one socket may do. After a `Hello` the handler resolves the token and calls `open`."""

    def __init__(self) -> None:
        self.thread: str | None = None
        self.page = ""
        self._language: str | None = None
        self._name: str | None = None
        self._known: dict[str, None] = {}
        self._bad = 0
        self._frames = TokenBucket(rate=20, burst=60)
        self._messages = TokenBucket(rate=1, burst=15)

    def open(self, hello: Hello, token: str) -> None:
        """Begin, or go on with, the chat of `token`; its messages are then made known by `sent`."""
        self.thread = thread_of(token)
        self.page = hello.page
        self._language = hello.language
        self._name = hello.name

    def sent(self, message_ids: Iterable[str]) -> None:
        """These messages went to the browser: only they can be acknowledged by it."""
        for message_id in message_ids:
            self._known[message_id] = None
        while len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]

    def receive(self, data: str | bytes, at: float) -> Step:
        """One frame of the browser, received at `at` (UTC seconds)."""
        if not self._frames.take(at):
            return Refused(code="too_fast", message="Too many frames; connect again later.", retry=True, fatal=True)
        step = self._step(protocol.read(data), data, at)
        if isinstance(step, Refused) and not step.retry:
            self._bad += 1
            if self._bad >= MAX_BAD_FRAMES:
                return Refused(code=step.code, message=step.message, client_id=step.client_id, fatal=True)
        return step

    def _step(self, frame: protocol.Frame | Refused, data: str | bytes, at: float) -> Step:
        if isinstance(frame, Refused):
            return frame
        if isinstance(frame, Hello):
            return frame if self.thread is None else Refused(code="bad_frame", message="Say hello once a socket.")
        if isinstance(frame, Ping):
            return frame
        if self.thread is None:
            client_id = frame.client_id if isinstance(frame, protocol.Written) else None
            return Refused(code="hello_first", message="Say hello first.", retry=True, client_id=client_id)
        return self._spoken(self.thread, frame, data, at)

    def _spoken(
        self,
        thread: str,
        frame: protocol.Written | protocol.Typing | protocol.Seen | protocol.Ended,
        data: str | bytes,
        at: float,
    ) -> Step:
        match frame:
            case protocol.Written():
                if not self._messages.take(at):
                    text = "Too many messages at once; send it again in a moment."
                    return Refused(code="too_fast", message=text, retry=True, client_id=frame.client_id)
                message = inbound(
                    frame, thread=thread, page=self.page, raw=data, at=at, language=self._language, name=self._name
                )
                return Wrote(client_id=frame.client_id, message=message)
            case protocol.Seen():
                if frame.message_id not in self._known:
                    return None
                del self._known[frame.message_id]
                return seen(frame, at)
            case protocol.Ended():
                return CustomerGone(channel=CHANNEL, thread=thread, at=at)
            case protocol.Typing():
                return frame


def inbound(
    frame: protocol.Written,
    *,
    thread: str,
    page: str,
    raw: str | bytes,
    at: float,
    language: str | None = None,
    name: str | None = None,
) -> InboundMessage:
    """The frame as a message: the thread is also the customer's address, the page ours."""
    return InboundMessage(
        channel=CHANNEL,
        provider_id=f"{thread}:{frame.client_id}",
        address=thread,
        to=page,
        thread=thread,
        text=frame.text,
        received_at=at,
        media=tuple(InboundMedia(media_id=media_id) for media_id in frame.media_ids),
        name=name,
        language=language,
        raw=clean(raw if isinstance(raw, str) else raw.decode("utf-8", "replace")),
    )


def seen(frame: protocol.Seen, at: float) -> DeliveryReport:
    """The browser has the message: it is delivered."""
    return DeliveryReport(channel=CHANNEL, delivery=Delivery.DELIVERED, at=at, message_id=frame.message_id)
