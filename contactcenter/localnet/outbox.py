"""Accepting what the center wants to send: Twilio's checks, in Twilio's order and words."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from contactcenter.localnet.account import Account, SidMaker, is_phone_number
from contactcenter.localnet.delivery import Delivery
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.media import MAX_PER_MESSAGE
from contactcenter.localnet.messages import Clock, Direction, Message, MessageBook, Status
from contactcenter.localnet.segments import count_segments
from contactcenter.localnet.stopwords import StopWords

MAX_BODY = 1_600


@dataclass(frozen=True, slots=True)
class Draft:
    """A message somebody asks the network to send."""

    to: str
    sender: str = ""
    service_sid: str = ""
    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""
    direction: Direction = Direction.API


class Outbox:
    """Checks drafts and hands messages to the delivery."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        delivery: Delivery,
        stop_words: StopWords,
        clock: Clock,
        new_sid: SidMaker,
    ) -> None:
        """`new_sid` makes the messages' identifiers."""
        self._account = account
        self._book = book
        self._delivery = delivery
        self._stop_words = stop_words
        self._clock = clock
        self._new_sid = new_sid

    def create(self, draft: Draft) -> Message:
        """Accept a draft and begin to deliver it. Raises TwilioRefusal."""
        self._check_to(draft)
        self._check_sender(draft)
        _check_content(draft)
        if self._stop_words.has_left(draft.to, draft.sender or self._any_sender(draft)):
            raise TwilioRefusal(21610)
        return self.send(draft)

    def send(self, draft: Draft) -> Message:
        """Deliver a draft that needs no checks, as the network's own answers do not."""
        now = self._clock()
        status = Status.ACCEPTED if draft.service_sid else Status.QUEUED
        message = Message(
            sid=self._new_sid("MM" if draft.media_urls else "SM"),
            sender=draft.sender or None,
            to=draft.to,
            body=draft.body,
            direction=draft.direction,
            status=status,
            created=now,
            updated=now,
            segments=count_segments(draft.body),
            media_urls=draft.media_urls,
            service_sid=draft.service_sid or None,
            status_callback=draft.status_callback or None,
        )
        self._book.add(message)
        self._delivery.dispatch(message)
        return message

    def _check_to(self, draft: Draft) -> None:
        if not draft.to:
            raise TwilioRefusal(21604)
        if not is_phone_number(draft.to):
            raise TwilioRefusal(21211, draft.to)

    def _check_sender(self, draft: Draft) -> None:
        if not draft.sender and not draft.service_sid:
            raise TwilioRefusal(21603)
        if draft.service_sid:
            service = self._account.services.get(draft.service_sid)
            if service is None:
                raise TwilioRefusal(21705, draft.service_sid)
            if not service.senders or (draft.sender and draft.sender not in service.senders):
                raise TwilioRefusal(21703)
        elif not self._account.can_send_from(draft.sender):
            raise TwilioRefusal(21606, draft.sender)
        if draft.sender == draft.to:
            raise TwilioRefusal(21266, draft.to)

    def _any_sender(self, draft: Draft) -> str:
        return self._account.services[draft.service_sid].senders[0]


def _check_content(draft: Draft) -> None:
    if not draft.body and not draft.media_urls:
        raise TwilioRefusal(21602)
    if len(draft.body) > MAX_BODY:
        raise TwilioRefusal(21617)
    if len(draft.media_urls) > MAX_PER_MESSAGE:
        raise TwilioRefusal(21623)
    if bad := [url for url in draft.media_urls if not is_web_address(url)]:
        raise TwilioRefusal(21620, ", ".join(bad))
    if draft.status_callback and not is_web_address(draft.status_callback):
        raise TwilioRefusal(21609, draft.status_callback)


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host (and no underscore in it)."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in (host or "")
