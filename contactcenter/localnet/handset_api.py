"""The handset page and what it calls: people, texting, live events, pictures."""

import asyncio
import json
from importlib.resources import files

from aiohttp import web

from contactcenter.localnet.account import Account, is_phone_number
from contactcenter.localnet.feed import Feed, message_view
from contactcenter.localnet.handsets import Handsets, Person
from contactcenter.localnet.inbound import Inbound
from contactcenter.localnet.jsonio import (
    BadInputError,
    flag_of,
    pictures_of,
    read_object,
    text_of,
)
from contactcenter.localnet.media import SHOWN_TYPES
from contactcenter.localnet.messages import MessageBook
from contactcenter.localnet.stopwords import StopWords

_FILES = {
    "handset.css": "text/css",
    "handset.js": "text/javascript",
    "conversation.js": "text/javascript",
    "behind.js": "text/javascript",
    "pictures.js": "text/javascript",
    "words.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PING = 20.0


class HandsetApi:
    """Routes under `/` and `/_handset/`."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        handsets: Handsets,
        inbound: Inbound,
        feed: Feed,
        stop_words: StopWords,
    ) -> None:
        """All are the network's own parts."""
        self._account = account
        self._book = book
        self._handsets = handsets
        self._inbound = inbound
        self._feed = feed
        self._stop_words = stop_words
        self._static = files(__package__).joinpath("static")

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/", self._page)
        router.add_get("/static/{name}", self._file)
        router.add_get("/_handset/people", self._people)
        router.add_post("/_handset/people", self._join)
        router.add_get("/_handset/media/{message}/{media}", self._picture)
        router.add_get("/_handset/{number}/events", self._events)
        router.add_post("/_handset/{number}/messages", self._text)
        router.add_put("/_handset/{number}/power", self._power)
        router.add_delete("/_handset/{number}", self._start_over)

    async def _page(self, _request: web.Request) -> web.Response:
        text = self._static.joinpath("handset.html").read_text("utf-8")
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        text = self._static.joinpath(name).read_text("utf-8")
        return web.Response(text=text, content_type=_FILES[name], headers=headers)

    async def _people(self, _request: web.Request) -> web.Response:
        numbers = [{"number": number.phone_number, "label": number.label} for number in self._account.numbers.values()]
        people = [_person_json(person) for person in self._handsets.people()]
        return web.json_response({"numbers": numbers, "people": people})

    async def _join(self, request: web.Request) -> web.Response:
        source = await read_object(request)
        person = self._handsets.join(_clean(text_of(source, "name", "")))
        return web.json_response(_person_json(person), status=201)

    async def _text(self, request: web.Request) -> web.Response:
        source = await read_object(request)
        message = self._inbound.text(
            _number(request), text_of(source, "to"), text_of(source, "body", ""), pictures_of(source)
        )
        return web.json_response(message_view(message), status=201)

    async def _power(self, request: web.Request) -> web.Response:
        number = _number(request)
        self._handsets.switch(number, on=flag_of(await read_object(request), "on", default=True))
        self._feed.tell_state(number)
        return web.Response(status=204)

    async def _start_over(self, request: web.Request) -> web.Response:
        number = _number(request)
        self._handsets.start_over(number)
        self._stop_words.forget(number)
        self._feed.tell_snapshot(number)
        return web.Response(status=204)

    async def _picture(self, request: web.Request) -> web.Response:
        message = self._book.get(request.match_info["message"])
        for media in message.media if message is not None else []:
            if media.sid == request.match_info["media"]:
                headers = {
                    "Content-Type": media.content_type,
                    "X-Content-Type-Options": "nosniff",
                    "Content-Security-Policy": "sandbox; default-src 'none'",
                    "Cache-Control": "private, max-age=3600",
                }
                if media.content_type not in SHOWN_TYPES:
                    headers["Content-Disposition"] = "attachment"
                return web.Response(body=media.data, headers=headers)
        raise web.HTTPNotFound

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream a telephone's events: a snapshot first, then what changes."""
        number = _number(request)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        try:
            await response.prepare(request)
            await self._stream(response, number)
        except ConnectionError:
            pass  # the page was closed
        return response

    async def _stream(self, response: web.StreamResponse, number: str) -> None:
        with self._feed.subscribe(number) as page:
            await _write(response, "snapshot", self._feed.snapshot(number))
            while not page.lost:
                try:
                    kind, data = await asyncio.wait_for(page.next(), _PING)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                else:
                    await _write(response, kind, data)


async def _write(response: web.StreamResponse, kind: str, data: dict[str, object]) -> None:
    await response.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not is_phone_number(number):
        message = "that is not a phone number with + and country code"
        raise BadInputError(message)
    return number


def _clean(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _person_json(person: Person) -> dict[str, object]:
    return {
        "number": person.number,
        "name": person.name,
        "about": dict(person.about),
        "texts": {language: list(texts) for language, texts in person.texts.items()},
    }
