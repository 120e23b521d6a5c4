"""Instructions that the network itself keeps, like Twilio's TwiML Bins: for when the center does not answer.

`{{Name}}` in them is a parameter of the request, such as `{{ErrorUrl}}`.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from aiohttp import web

_PLACE = re.compile(r"\{\{ *(\w{1,64}) *\}\}")


class TwimlBins:
    """The account's bins, by name."""

    def __init__(self, bins: Mapping[str, str]) -> None:
        """`bins` are TwiML by name."""
        self._bins = bins

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the route."""
        router.add_post("/twiml/{name}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        text = self._bins.get(request.match_info["name"])
        if text is None:
            raise web.HTTPNotFound
        form = await request.post()
        filled = _PLACE.sub(lambda found: escape(str(form.get(found[1], "")), {'"': "&quot;"}), text)
        return web.Response(text=filled, content_type="text/xml")
