"""The handset page and what it calls: people, texting, live events, pictures."""

from collections.abc import Callable
from contextlib import AbstractContextManager

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
from contactcenter.localnet.pages_web import page, static_file, stream
from contactcenter.localnet.stopwords import StopWords


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
        *,
        attended: Callable[[str], AbstractContextManager[None]],
        hang_up: Callable[[str], None],
    ) -> None:
        """All are the network's own parts. `attended` lets a telephone ring, `hang_up` ends its calls."""
        self._account = account
        self._book = book
        self._handsets = handsets
        self._inbound = inbound
        self._feed = feed
        self._stop_words = stop_words
        self._attended = attended
        self._hang_up = hang_up

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/", self._page)
        router.add_get("/static/{name}", static_file)
        router.add_get("/_handset/people", self._people)
        router.add_post("/_handset/people", self._join)
        router.add_get("/_handset/media/{message}/{media}", self._picture)
        router.add_get("/_handset/{number}/events", self._events)
        router.add_post("/_handset/{number}/messages", self._text)
        router.add_put("/_handset/{number}/power", self._power)
        router.add_delete("/_handset/{number}", self._start_over)

    async def _page(self, _request: web.Request) -> web.Response:
        return page("handset.html")

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
        if not self._handsets.is_on(number):
            self._hang_up(number)
        self._feed.tell_state(number)
        return web.Response(status=204)

    async def _start_over(self, request: web.Request) -> web.Response:
        number = _number(request)
        self._hang_up(number)
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
        """Stream a telephone's events; while a page is open it rings when it is called."""
        number = _number(request)
        with self._attended(number):
            return await stream(request, self._feed, number)


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
