"""How the network's own pages are served: their files, their policy, their streams of events."""

import asyncio
import json
from contextlib import suppress
from importlib.resources import files

from aiohttp import web

from contactcenter.localnet.feed import Feed

_STATIC = files(__package__).joinpath("static")
_SYMBOLS = "symbols.html"
_FILES = {
    "handset.css": "text/css",
    "telephone.css": "text/css",
    "handset.js": "text/javascript",
    "conversation.js": "text/javascript",
    "behind.js": "text/javascript",
    "pictures.js": "text/javascript",
    "words.js": "text/javascript",
    "call.js": "text/javascript",
    "people.js": "text/javascript",
    "audible.js": "text/javascript",
    "desk.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PING = 20.0


def page(name: str) -> web.Response:
    """Serve one of the pages, with the symbols that all of them draw from."""
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    text = _text(name).replace(f"<!-- {_SYMBOLS} -->", _text(_SYMBOLS))
    return web.Response(text=text, content_type="text/html", headers=headers)


async def static_file(request: web.Request) -> web.Response:
    """Serve what the pages are made of."""
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.Response(text=_text(name), content_type=_FILES[name], headers=headers)


def _text(name: str) -> str:
    return _STATIC.joinpath(name).read_text("utf-8")


async def stream(request: web.Request, feed: Feed, address: str) -> web.StreamResponse:
    """Stream a telephone's events until its page is closed: a snapshot first, then what changes."""
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    with suppress(ConnectionError):  # the page was closed
        await response.prepare(request)
        await _events(response, feed, address)
    return response


async def _events(response: web.StreamResponse, feed: Feed, address: str) -> None:
    with feed.subscribe(address) as open_page:
        await _write(response, "snapshot", feed.snapshot(address))
        while not open_page.lost:
            try:
                kind, data = await asyncio.wait_for(open_page.next(), _PING)
            except TimeoutError:
                await response.write(b": still here\n\n")
            else:
                await _write(response, kind, data)


async def _write(response: web.StreamResponse, kind: str, data: dict[str, object]) -> None:
    await response.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
