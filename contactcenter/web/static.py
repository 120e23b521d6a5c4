"""Files that a browser is given: the built console and widget, the API's page, the demo's page; what calls play.

Files under assets/ carry a hash of their content in their name, so they may be kept for ever; what calls play is kept
for a day; all others are asked for again each time and answered 304.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

import contactcenter
from contactcenter.config.sounds import find_sound, type_of
from contactcenter.web.access import guarded, public
from contactcenter.web.errors import not_found
from contactcenter.web.state import DEPENDENCIES

OWN: Final = Path(__file__).parent / "static"
CONSOLE: Final = web.AppKey("console_files", Path)
OPEN: Final = public("files that everybody may have")
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
FOR_A_DAY: Final = "public, max-age=86400"

NOT_BUILT: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Not built yet</title>"
    "<p>The console is not built yet. Run <code>make frontend</code>, then load this page again.</p></html>"
)


def console_files() -> Path:
    """Where `make frontend` puts the console and the widget."""
    return Path(contactcenter.__file__).parent / "console" / "dist"


@guarded(OPEN)
async def root(_request: web.Request) -> web.Response:
    """People who come without a path want the console."""
    raise web.HTTPFound("/console/")


@guarded(OPEN)
async def console_page(request: web.Request) -> web.StreamResponse:
    """A file of the console; any other path is one of its own screens."""
    folder = request.app[CONSOLE]
    name = request.match_info.get("path", "")
    found = _within(folder, name)
    if found is not None and found.name != "widget.js":
        return web.FileResponse(found, headers={"Cache-Control": FOR_EVER if name.startswith("assets/") else ASK_AGAIN})
    if name.startswith("assets/"):
        raise not_found("No file")
    page = _within(folder, "index.html")
    if page is None:
        return web.Response(text=NOT_BUILT, content_type="text/html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    return web.FileResponse(page, headers={"Cache-Control": ASK_AGAIN})


@guarded(OPEN)
async def console_root(_request: web.Request) -> web.Response:
    """The console's files are relative to its folder."""
    raise web.HTTPFound("/console/")


@guarded(OPEN)
async def widget(request: web.Request) -> web.StreamResponse:
    """The chat widget, for any site to embed; which sites may chat is checked when they connect."""
    found = _within(request.app[CONSOLE], "widget.js")
    if found is None:
        text = 'console.error("The chat widget is not built yet: run `make frontend`.");'
        return web.Response(
            text=text, content_type="text/javascript", status=HTTPStatus.SERVICE_UNAVAILABLE, headers=_EMBEDDABLE
        )
    return web.FileResponse(found, headers={"Cache-Control": "public, max-age=300", **_EMBEDDABLE})


_EMBEDDABLE: Final = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


@guarded(OPEN)
async def api_page(request: web.Request) -> web.StreamResponse:
    """The page that shows the API, and its script and style."""
    return _own("docs", request.match_info.get("file") or "index.html")


@guarded(OPEN)
async def demo_page(request: web.Request) -> web.StreamResponse:
    """A utility's page with the chat on it; only in the demo."""
    if request.app[DEPENDENCIES].demo is None:
        raise not_found("No page")
    return _own("demo", request.match_info.get("file") or "index.html")


@guarded(OPEN)
async def sound(request: web.Request) -> web.StreamResponse:
    """What a call plays: a recording of the operator's, or the hold music; a voice vendor fetches it unsigned."""
    name = request.match_info["file"]
    found = find_sound(request.app[DEPENDENCIES].settings.config_dir, name)
    if found is None:
        raise not_found("No sound")
    return web.FileResponse(found, headers={"Content-Type": type_of(name) or "", "Cache-Control": FOR_A_DAY})


def _own(folder: str, name: str) -> web.FileResponse:
    found = _within(OWN / folder, name)
    if found is None:
        raise not_found("No file")
    return web.FileResponse(found, headers={"Cache-Control": ASK_AGAIN})


def _within(folder: Path, name: str) -> Path | None:
    """The file of that name inside `folder`, if there is one; never one outside."""
    if "\0" in name or "\\" in name:
        return None
    try:
        found = (folder / name).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except (OSError, ValueError):
        return None
