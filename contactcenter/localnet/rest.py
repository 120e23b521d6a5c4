"""Twilio's REST API over aiohttp: what all of it has in common, messages and their media.

Each request is authenticated, checked against the published description, hit by the faults that
were asked for, and answered in Twilio's JSON.
"""

import asyncio
import base64
import binascii
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from contactcenter.localnet.account import Account
from contactcenter.localnet.description import (
    Operation,
    Pairs,
    Violation,
    problems_of,
    read_description,
)
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.media import MediaLinks
from contactcenter.localnet.messages import FINAL, Clock, Media, Message, MessageBook
from contactcenter.localnet.outbox import Draft, Outbox
from contactcenter.localnet.pages import message_filter, page_json
from contactcenter.localnet.wire import VERSION, media_json, message_json

MAX_REQUEST = 64 * 1024
MAX_FIELDS = 100
_KEEP = 10_000

Handler = Callable[["Ask"], Awaitable[web.StreamResponse]]


class Ask:
    """A checked request: its operation, its parameters, the parts of its path."""

    def __init__(self, request: web.Request, operation: str, pairs: Pairs) -> None:
        """`pairs` are the parameters in the order they came."""
        self.request = request
        self.operation = operation
        self.pairs = pairs
        self.path = request.match_info

    def one(self, name: str) -> str:
        """Return a parameter's value, "" when it is missing."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a list parameter."""
        return tuple(value for key, value in self.pairs if key == name)


class RestApi:
    """The account's resources under `/2010-04-01/`."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        outbox: Outbox,
        faults: Faults,
        links: MediaLinks,
        clock: Clock,
    ) -> None:
        """`links` makes the addresses that media are redirected to."""
        self._account = account
        self._book = book
        self._outbox = outbox
        self._faults = faults
        self._links = links
        self._clock = clock
        self._description = read_description()
        self.violations: deque[Violation] = deque(maxlen=_KEEP)

    def register(self, router: web.UrlDispatcher, *others: Mapping[str, Handler]) -> None:
        """Add the operations' routes, then one that answers 404 for the rest of the API.

        `others` are operations that other parts answer, by Twilio's operation id.
        """
        handlers: dict[str, Handler] = {
            "CreateMessage": self._create,
            "ListMessage": self._list,
            "FetchMessage": self._fetch,
            "UpdateMessage": self._update,
            "DeleteMessage": self._delete,
            "ListMedia": self._list_media,
            "FetchMedia": self._fetch_media,
            "FetchMediaContent": self._media_content,
            "DeleteMedia": self._delete_media,
        }
        for other in others:
            handlers |= other
        for name, handler in handlers.items():
            operation = self._description[name]
            path = operation["path"]
            for named in ("ConferenceSid", "CallSid"):  # a name or a label will do there
                path = path.replace(f"{{{named}}}", f"{{{named}:[^/]+}}")
            live = name.endswith(("CallRecording", "ConferenceRecording"))  # there is Twilio.CURRENT
            path = path.replace("Sid}", "Sid:[A-Za-z0-9.]+}" if live else "Sid:[A-Za-z0-9]+}")
            router.add_route(operation["method"], path, self._guarded(name, operation, handler))
        router.add_route("*", f"/{VERSION}{{rest:.*}}", self._unknown)
        router.add_get("/_media/{account}/{message}/{media}", self._stored)

    def _guarded(
        self, name: str, operation: Operation, handler: Handler
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await self._serve(request, name, operation, handler)
            except TwilioRefusal as refusal:
                return refuse(refusal)

        return guarded

    async def _serve(
        self, request: web.Request, name: str, operation: Operation, handler: Handler
    ) -> web.StreamResponse:
        self._authenticate(request)
        pairs = await self._read(request, name, operation)  # before its client may leave
        await self._misbehave(request, name)
        answer = await handler(Ask(request, name, pairs))
        if self._faults.take(FaultKind.DROP_AFTER, operation=name):
            hang_up(request)
        return answer

    def _authenticate(self, request: web.Request) -> None:
        user, password = _credentials(request.headers.get("Authorization", ""))
        if not self._account.admits(user, password):
            raise TwilioRefusal(20003)
        if request.match_info.get("AccountSid", self._account.sid) != self._account.sid:
            raise TwilioRefusal(20404, request.path)

    async def _misbehave(self, request: web.Request, name: str) -> None:
        if slow := self._faults.take(FaultKind.SLOW, operation=name):
            await asyncio.sleep(slow.seconds or 0)
        if self._faults.take(FaultKind.DROP_BEFORE, operation=name):
            hang_up(request)
        if self._faults.take(FaultKind.RATE_LIMITED, operation=name):
            raise TwilioRefusal(20429)
        if fault := self._faults.take(FaultKind.SERVER_ERROR, operation=name):
            raise TwilioRefusal(20500 if fault.code in {None, 500} else 20503)
        if (fault := self._faults.take(FaultKind.REFUSED, operation=name)) and fault.code is not None:
            raise TwilioRefusal(fault.code)

    async def _read(self, request: web.Request, name: str, operation: Operation) -> Pairs:
        pairs: Pairs = list(request.query.items())
        if request.method == "POST":
            if pairs:
                self._violate(name, pairs[0][0], "is in the query of a POST")
            pairs = await self._form(request, name)
        for parameter, problem in problems_of(operation, pairs):
            self._violate(name, parameter, problem)
        return pairs

    async def _form(self, request: web.Request, name: str) -> Pairs:
        if request.content_type != "application/x-www-form-urlencoded":
            self._violate(name, "Content-Type", f"is {request.content_type}, not a form")
        if (request.content_length or 0) > MAX_REQUEST:
            raise TwilioRefusal(20413, str(MAX_REQUEST))
        try:
            body = (await request.read())[: MAX_REQUEST + 1].decode("utf-8")
            if len(body) > MAX_REQUEST:
                raise TwilioRefusal(20413, str(MAX_REQUEST))
            return parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except web.HTTPRequestEntityTooLarge as error:
            raise TwilioRefusal(20413, str(MAX_REQUEST)) from error
        except ValueError as error:
            raise TwilioRefusal(20001, "the form cannot be read") from error

    def _violate(self, operation: str, parameter: str, problem: str) -> None:
        self.violations.append(Violation(self._clock(), operation, parameter, problem))
        raise TwilioRefusal(20001, f"{parameter} {problem}")

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        try:
            self._authenticate(request)
            self.violations.append(Violation(self._clock(), request.method, request.path, "is no operation here"))
            raise TwilioRefusal(20404, request.path)
        except TwilioRefusal as refusal:
            return refuse(refusal)

    def _message(self, ask: Ask) -> Message:
        sid = ask.path.get("MessageSid") or ask.path["Sid"]
        message = self._book.get(sid)
        if message is None:
            raise TwilioRefusal(20404, ask.request.path)
        return message

    def _media(self, ask: Ask) -> tuple[Message, Media]:
        message = self._message(ask)
        for media in message.media:
            if media.sid == ask.path["Sid"]:
                return message, media
        raise TwilioRefusal(20404, ask.request.path)

    async def _create(self, ask: Ask) -> web.StreamResponse:
        draft = Draft(
            to=ask.one("To"),
            sender=ask.one("From"),
            service_sid=ask.one("MessagingServiceSid"),
            body=ask.one("Body"),
            media_urls=ask.all("MediaUrl"),
            status_callback=ask.one("StatusCallback"),
        )
        return answer_json(message_json(self._account.sid, self._outbox.create(draft)), 201)

    async def _fetch(self, ask: Ask) -> web.StreamResponse:
        return answer_json(message_json(self._account.sid, self._message(ask)))

    async def _update(self, ask: Ask) -> web.StreamResponse:
        """Redact: the only change Twilio allows to a text."""
        message = self._message(ask)
        if not any(name == "Body" for name, _ in ask.pairs):
            raise TwilioRefusal(20001, "Body is required")
        if message.status not in FINAL:
            raise TwilioRefusal(20009)
        message.body = ""
        message.updated = self._clock()
        self._book.changed(message)
        return answer_json(message_json(self._account.sid, message))

    async def _delete(self, ask: Ask) -> web.StreamResponse:
        message = self._message(ask)
        if message.status not in FINAL:
            raise TwilioRefusal(20009)
        self._book.remove(message.sid)
        return web.Response(status=204)

    async def _list(self, ask: Ask) -> web.StreamResponse:
        fits = message_filter(ask.one)
        shown = [message for message in self._book.newest_first() if fits(message)]
        found = [(m.sid, message_json(self._account.sid, m)) for m in shown]
        return answer_json(page_json(ask.request.path, ask.pairs, "messages", found))

    async def _list_media(self, ask: Ask) -> web.StreamResponse:
        message = self._message(ask)
        found = [(m.sid, media_json(self._account.sid, message, m)) for m in message.media]
        return answer_json(page_json(ask.request.path, ask.pairs, "media_list", found))

    async def _fetch_media(self, ask: Ask) -> web.StreamResponse:
        return answer_json(media_json(self._account.sid, *self._media(ask)))

    async def _delete_media(self, ask: Ask) -> web.StreamResponse:
        message, media = self._media(ask)
        message.media.remove(media)
        self._book.changed(message)
        return web.Response(status=204)

    async def _media_content(self, ask: Ask) -> web.StreamResponse:
        message, media = self._media(ask)
        place = self._links.path(self._account.sid, message.sid, media.sid)
        return web.Response(status=307, headers={"Location": place})

    async def _stored(self, request: web.Request) -> web.StreamResponse:
        """Serve a medium's bytes from the address the API redirected to."""
        expires, signature = request.query.get("Expires", ""), request.query.get("Signature", "")
        if not self._links.admits(request.path, expires, signature):
            return web.Response(status=403)
        message = self._book.get(request.match_info["message"])
        for media in message.media if message is not None else []:
            if media.sid == request.match_info["media"]:
                return web.Response(body=media.data, headers={"Content-Type": media.content_type})
        return web.Response(status=404)


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = text.partition(":")
    return unquote(user), password


def hang_up(request: web.Request) -> None:
    """Cut the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def answer_json(body: object, status: int = 200) -> web.Response:
    """Answer JSON as Twilio does."""
    text = json.dumps(body, ensure_ascii=True)
    return web.Response(status=status, text=text, content_type="application/json")


def refuse(refusal: TwilioRefusal) -> web.Response:
    """Answer a refusal."""
    answer = answer_json(refusal.as_json(), refusal.status)
    if refusal.code == 20003:  # noqa: PLR2004 - Twilio's code for a failed sign-in
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer
