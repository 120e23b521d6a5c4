"""Estimated waits as the router last told them; silence for a while means that nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

from contactcenter.runtime.forecast import STALE_SECONDS
from contactcenter.web.shapes import EstimateShape


class Forecasts:
    """What waits, and what newcomers could expect. `clock` in UTC seconds, this node's own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard_at = -math.inf
        self._queues: Mapping[str, Any] = {}
        self._contacts: Mapping[str, Any] = {}

    def heard(self, news: Mapping[str, Any]) -> None:
        """The router told."""
        queues, contacts = news.get("queues"), news.get("contacts")
        if isinstance(queues, Mapping) and isinstance(contacts, Mapping):
            self._heard_at = self._clock()
            self._queues, self._contacts = queues, contacts

    def queue(self, queue_id: str) -> EstimateShape | None:
        """What a newcomer would be told; None: nothing is known."""
        return self._shape(self._queues.get(queue_id))

    def contact(self, contact_id: str) -> EstimateShape | None:
        """What a waiting contact is told; None: nothing is known, or it does not wait."""
        return self._shape(self._contacts.get(contact_id))

    def _shape(self, told: object) -> EstimateShape | None:
        if (
            not isinstance(told, list | tuple)
            or len(told) != _PAIR
            or not 0 <= self._clock() - self._heard_at <= STALE_SECONDS
        ):
            return None
        p50, p80 = told
        return {"p50": float(p50), "p80": float(p80)}


_PAIR: Final = 2
FORECASTS: Final = web.AppKey("forecasts", Forecasts)
