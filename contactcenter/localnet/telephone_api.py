"""What the pages call that are telephones: events of any address, the desk phone, the sounds that are played.

Dialing, keys and hanging up are those of the control API.
"""

from contextlib import AbstractContextManager

from aiohttp import web

from contactcenter.localnet.call_feed import CallFeed
from contactcenter.localnet.calls import CallBook
from contactcenter.localnet.dialing import is_dialable
from contactcenter.localnet.exchange import Exchange
from contactcenter.localnet.feed import Feed
from contactcenter.localnet.handsets import Handsets
from contactcenter.localnet.jsonio import BadInputError, number_of
from contactcenter.localnet.pages_web import page, stream
from contactcenter.localnet.sounds import Sounds
from contactcenter.localnet.telephony import Telephony

_MANY = 1_000_000
_FILES = frozenset({"play", "music"})


class TelephoneApi:
    """Routes under `/desk-phone/` and `/_telephone/`."""

    def __init__(
        self,
        book: CallBook,
        calls: CallFeed,
        exchange: Exchange,
        telephony: Telephony,
        sounds: Sounds,
        handsets: Handsets,
        feed: Feed,
    ) -> None:
        """All are the network's own parts."""
        self._book = book
        self._calls = calls
        self._exchange = exchange
        self._telephony = telephony
        self._sounds = sounds
        self._handsets = handsets
        self._feed = feed

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/desk-phone/", self._page)
        router.add_get("/_telephone/desks", self._desks)
        router.add_get("/_telephone/{address}/events", self._events)
        router.add_get("/_telephone/calls/{sid}/sounds/{index}", self._sound)

    def attended(self, address: str) -> AbstractContextManager[None]:
        """Let a telephone ring while a page of it is open."""
        return self._exchange.attended(address)

    def hang_up(self, address: str) -> None:
        """End a telephone's calls."""
        for call in self._calls.calls_of(address):
            self._telephony.hang_up(call)

    async def _page(self, _request: web.Request) -> web.Response:
        return page("desk.html")

    async def _desks(self, _request: web.Request) -> web.Response:
        desks = [{"address": desk.number, "name": desk.name} for desk in self._handsets.desks()]
        return web.json_response({"desks": desks})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream a telephone's events; while a page is open it rings."""
        address = request.match_info["address"]
        if not is_dialable(address):
            raise BadInputError("that is no number with + and country code, client:… or sip:…")
        with self.attended(address):
            return await stream(request, self._feed, address)

    async def _sound(self, request: web.Request) -> web.Response:
        """Serve the file that is played, from wherever the center has it."""
        call = self._book.get(request.match_info["sid"])
        index = int(number_of(request.match_info["index"], "index", 0, _MANY))
        sounds = [] if call is None else call.line.after(index)
        if call is None or not sounds or sounds[0].kind not in _FILES or index < call.line.count - len(call.line.heard):
            raise web.HTTPNotFound
        file = await self._sounds.get(sounds[0].text)
        if file is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Type": file.content_type,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=3600",
        }
        return web.Response(body=file.data, headers=headers)
