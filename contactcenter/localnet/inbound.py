"""The way of a text from a handset to the center: the message, its webhook, and the answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from contactcenter.localnet.account import (
    Account,
    MessagingService,
    Number,
    SidMaker,
    country_of,
    is_phone_number,
)
from contactcenter.localnet.bell import Tasks
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.media import ACCEPTED_TYPES, MAX_MEDIA, MAX_PER_MESSAGE
from contactcenter.localnet.messages import (
    Announcement,
    Clock,
    Direction,
    Media,
    Message,
    MessageBook,
    Status,
)
from contactcenter.localnet.outbox import MAX_BODY, Draft, Outbox
from contactcenter.localnet.segments import count_segments
from contactcenter.localnet.stopwords import Keyword, StopWords
from contactcenter.localnet.twiml import Reply, TwimlError, read_answer
from contactcenter.localnet.webhooks import Answer, Call, WebhookSender
from contactcenter.localnet.wire import VERSION, media_uri


@dataclass(frozen=True, slots=True)
class Picture:
    """A file a person sends: its content type and its bytes."""

    content_type: str
    data: bytes


class Inbound:
    """Takes what people text and announces it to the center."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        outbox: Outbox,
        faults: Faults,
        webhooks: WebhookSender,
        stop_words: StopWords,
        tasks: Tasks,
        clock: Clock,
        new_sid: SidMaker,
        *,
        base_url: Callable[[], str],
    ) -> None:
        """`base_url` is where the network's own media are found."""
        self._account = account
        self._book = book
        self._outbox = outbox
        self._faults = faults
        self._webhooks = webhooks
        self._stop_words = stop_words
        self._tasks = tasks
        self._clock = clock
        self._new_sid = new_sid
        self._base_url = base_url

    def text(self, sender: str, to: str, body: str, pictures: Sequence[Picture] = ()) -> Message:
        """Take a text and begin to announce it.

        Raises ValueError for numbers nobody has, an empty or too long text, and bad pictures.
        """
        number = self._check(sender, to, body, pictures)
        body = body.encode("utf-8", "replace").decode()
        now = self._clock()
        message = Message(
            sid=self._new_sid("MM" if pictures else "SM"),
            sender=sender,
            to=to,
            body=body,
            direction=Direction.INBOUND,
            status=Status.RECEIVED,
            created=now,
            updated=now,
            sent=now,
            segments=count_segments(body),
            media=[Media(self._new_sid("ME"), p.content_type, p.data, now) for p in pictures],
            announcement=Announcement.UNDER_WAY,
        )
        service = self._account.service_of(to)
        message.service_sid = None if service is None else service.sid
        self._book.add(message)
        keyword = self._stop_words.hear(sender, to, body)
        if keyword is not None:
            answer = Draft(sender, to, body=keyword.answer, direction=Direction.REPLY)
            self._outbox.send(answer)
        self._tasks.spawn(self._announce(message, number, service, keyword))
        return message

    def _check(self, sender: str, to: str, body: str, pictures: Sequence[Picture]) -> Number:
        number = self._account.numbers.get(to)
        problem = None
        if number is None:
            problem = f"{to!r} is not one of the account's numbers"
        elif not is_phone_number(sender) and not _is_service_sender(sender):
            problem = f"{sender!r} is not a phone number with + and country code"
        elif not body and not pictures:
            problem = "a message needs a text or a picture"
        elif len(body) > MAX_BODY:
            problem = f"a text has at most {MAX_BODY} characters"
        elif len(pictures) > MAX_PER_MESSAGE:
            problem = f"a message has at most {MAX_PER_MESSAGE} pictures"
        elif any(picture.content_type not in ACCEPTED_TYPES for picture in pictures):
            problem = f"pictures are one of {', '.join(sorted(ACCEPTED_TYPES))}"
        elif sum(len(picture.data) for picture in pictures) > MAX_MEDIA:
            problem = f"pictures have at most {MAX_MEDIA} bytes together"
        if number is None or problem is not None:
            raise ValueError(problem)
        return number

    async def _announce(
        self,
        message: Message,
        number: Number,
        service: MessagingService | None,
        keyword: Keyword | None,
    ) -> None:
        call = self._call(message, number, service, keyword)
        answers: list[Answer | None] = []
        if call.address and not self._faults.take(FaultKind.WEBHOOK_LOST, number=message.sender):
            fault = self._faults.take(FaultKind.WEBHOOK_COPIES, number=message.sender)
            copies = 1 if fault is None else fault.copies
            answers = await asyncio.gather(*(self._webhooks.post(call) for _ in range(copies)))
        heard = [answer for answer in answers if answer is not None]
        message.announcement = Announcement.ANSWERED if heard else Announcement.REFUSED
        self._book.changed(message)
        for answer in heard:
            self._follow(message, call.address, answer)

    def _call(
        self,
        message: Message,
        number: Number,
        service: MessagingService | None,
        keyword: Keyword | None,
    ) -> Call:
        address, fallback = number.sms_url, number.sms_fallback_url
        if service is not None and service.inbound_url:
            address, fallback = service.inbound_url, service.fallback_url
        params = self._params(message)
        if keyword is not None and service is not None and service.advanced_opt_out:
            params["OptOutType"] = keyword.kind
        forged = self._faults.take(FaultKind.WEBHOOK_FORGED, number=message.sender) is not None
        return Call("message", address, params, message.handset, fallback, forged)

    def _params(self, message: Message) -> dict[str, str]:
        sender = message.sender or ""
        params = {
            "ToCountry": country_of(message.to),
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": message.status.value,
            "FromCity": "",
            "Body": message.body,
            "FromCountry": country_of(sender),
            "To": message.to,
            "ToZip": "",
            "NumSegments": str(message.segments),
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": sender,
            "ApiVersion": VERSION,
        }
        if message.service_sid is not None:
            params["MessagingServiceSid"] = message.service_sid
        for index, media in enumerate(message.media):
            path = media_uri(self._account.sid, message.sid, media.sid)
            params[f"MediaContentType{index}"] = media.content_type
            params[f"MediaUrl{index}"] = self._base_url() + path
        return params

    def _follow(self, message: Message, address: str, answer: Answer) -> None:
        """Do what the center answered; what cannot be done becomes an alert."""
        try:
            for reply in read_answer(answer.content_type, answer.text):
                self._outbox.create(_draft(message, reply, address))
        except (TwimlError, TwilioRefusal) as error:
            self._webhooks.alert(error.code, address, str(error))


def _is_service_sender(sender: str) -> bool:
    """Short codes and names can text too: a bank's code, a carrier's notice."""
    return sender.isascii() and sender.isalnum() and 3 <= len(sender) <= 11  # noqa: PLR2004


def _draft(message: Message, reply: Reply, address: str) -> Draft:
    """Turn a `<Message>` into a draft; its addresses may be relative to the webhook's."""
    callback = reply.status_callback
    return Draft(
        to=reply.to or message.handset,
        sender=reply.sender or message.to,
        body=reply.body,
        media_urls=tuple(urljoin(address, url) for url in reply.media_urls),
        status_callback=urljoin(address, callback) if callback else "",
        direction=Direction.REPLY,
    )
