"""What supervisors watch: the overview, read at most once a second, and only while somebody looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec

from contactcenter.runtime import live_figures
from contactcenter.storage.screen_lists import Listings
from contactcenter.storage.screen_records import FloorView, LedgerView
from contactcenter.storage.statistics import StatisticsStore
from contactcenter.web import statistic_figures
from contactcenter.web.catalogue import Catalogue
from contactcenter.web.feed import encode
from contactcenter.web.forecasts import Forecasts
from contactcenter.web.shapes import OverviewShape
from contactcenter.web.windows import Windows

PERIOD_SECONDS: Final = 1.0
LEDGER_SHARE: Final = 0.01
LEDGER_SECONDS: Final = 30.0
"""The ledger reads a whole day: counting it takes this share of the time, and it is never older than this."""
LEDGER_SPAN: Final = 24 * 3600.0


class Wall:
    """The overview as last read."""

    def __init__(
        self,
        listings: Listings,
        statistics: StatisticsStore,
        catalogue: Catalogue,
        windows: Windows,
        forecasts: Forecasts,
        clock: Callable[[], float],
    ) -> None:
        self._forecasts = forecasts
        self._listings = listings
        self._statistics = statistics
        self._figures: tuple[float, list[live_figures.Window]] | None = None
        self._catalogue = catalogue
        self._windows = windows
        self._clock = clock
        self._floor: FloorView | None = None
        self._ledger = LedgerView(offered=0, open=0, outcomes={})
        self._read_at = 0.0
        self._ledger_until = 0.0
        self._told: dict[str, bytes] = {}

    async def overview(self, language: str) -> OverviewShape:
        """The overview, at most a second old.

        Raises:
            UnavailableError: SQL does not answer.
        """
        floor = await self._read()
        renderer = await self._catalogue.renderer(language)
        overview = renderer.overview(floor, self._ledger)
        for load in overview["queues"]:
            load["estimate"] = self._forecasts.queue(load["id"])
        if self._figures is not None:
            overview["statistics"] = statistic_figures.live_figures(*self._figures, renderer)
        return overview

    async def tell(self) -> None:
        """Push the overview to those whose last one differs; raises like `overview`."""
        feeds = self._windows.supervisors
        frames: dict[str, bytes] = {}
        for language in {feed.language for feed in feeds}:
            frames[language] = encode("overview", {"overview": await self.overview(language)})
        for feed in feeds:
            frame = frames.get(feed.language)
            if frame is not None and self._told.get(feed.session) != frame:
                self._told[feed.session] = frame
                feed.add(frame)
        present = {feed.session for feed in feeds}
        for session in self._told.keys() - present:
            del self._told[session]

    async def _read(self) -> FloorView:
        now = self._clock()
        if self._floor is None or not 0 <= now - self._read_at < PERIOD_SECONDS:
            self._floor = await self._listings.floor()
            self._figures = await self._read_figures()
            self._read_at = now
        if not now < self._ledger_until <= now + LEDGER_SECONDS:
            began = time.perf_counter()
            self._ledger = await self._listings.ledger(now - LEDGER_SPAN)
            took = time.perf_counter() - began
            self._ledger_until = now + min(max(took / LEDGER_SHARE, PERIOD_SECONDS), LEDGER_SECONDS)
        return self._floor

    async def _read_figures(self) -> tuple[float, list[live_figures.Window]] | None:
        """Since when and what; nothing while no router has counted, or only one of another release."""
        found = await self._statistics.projection(live_figures.NAME)
        if found is None:
            return None
        try:
            return found[0], live_figures.decode(found[1])
        except (msgspec.DecodeError, ValueError):
            return None
