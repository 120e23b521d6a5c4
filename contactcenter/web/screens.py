"""What this node reads through, put into the application once."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from contactcenter.storage.screen_lists import Listings
from contactcenter.storage.screens import Screens
from contactcenter.web.catalogue import Catalogue

SCREENS: Final = web.AppKey("screens", Screens)
LISTINGS: Final = web.AppKey("listings", Listings)
CATALOGUE: Final = web.AppKey("catalogue", Catalogue)
