"""Sums as figures: the formulas are queues.service_level's and queues.staffing's, the names the API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contactcenter.queues.service_level import MILLISECONDS, Tally
from contactcenter.queues.staffing import Times
from contactcenter.runtime.live_figures import Window
from contactcenter.web.rendering import Renderer, iso
from contactcenter.web.statistic_shapes import AgentFigures, ContactFigures, LiveShape, WindowShape

_DIGITS: Final = 4


def contact_figures(tally: Tally) -> ContactFigures:
    """What a tally says."""
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "answered_within": tally.within,
        "abandoned": tally.abandoned,
        "short_abandoned": tally.short,
        "refused": tally.refused,
        "other": tally.other,
        "handled": tally.handled,
        "service_level": _rounded(tally.service_level),
        "abandonment": _rounded(tally.abandonment),
        "asa_seconds": _rounded(tally.asa, 1),
        "aht_seconds": _rounded(tally.aht, 1),
        "talk_seconds": tally.talk / MILLISECONDS,
        "wrap_up_seconds": tally.wrap_up / MILLISECONDS,
    }


def agent_figures(times: Times) -> AgentFigures:
    """What somebody's time says."""
    return {
        "staffed_seconds": times.staffed / MILLISECONDS,
        "available_seconds": times.available / MILLISECONDS,
        "busy_seconds": times.busy / MILLISECONDS,
        "voice_seconds": times.voice / MILLISECONDS,
        "live_seconds": times.live / MILLISECONDS,
        "async_seconds": times.messages / MILLISECONDS,
        "only_wrap_up_seconds": times.wrap_up / MILLISECONDS,
        "not_ready_seconds": {reason: time / MILLISECONDS for reason, time in sorted(times.not_ready.items()) if time},
        "answered": times.answered,
        "occupancy": _rounded(times.occupancy),
        "aht_seconds": _rounded(times.aht, 1),
        "talk_seconds": times.talk / MILLISECONDS,
        "wrap_up_seconds": times.after / MILLISECONDS,
    }


def live_figures(at: float, windows: list[Window], renderer: Renderer) -> LiveShape:
    """What is shown live, with names; `at` in UTC seconds."""
    return {"at": iso(at), "windows": [_window(window, renderer) for window in windows]}


def _window(window: Window, renderer: Renderer) -> WindowShape:
    total = Tally()
    queues: dict[str, Tally] = {}
    channels: dict[str, Tally] = {}
    for (queue, channel), tally in window.contacts.items():
        total.add(tally)
        queues.setdefault(queue, Tally()).add(tally)
        channels.setdefault(channel, Tally()).add(tally)
    return {
        "id": window.id,
        "since": iso(window.since),
        "total": contact_figures(total),
        "queues": [{**renderer.queue(queue), **contact_figures(queues[queue])} for queue in _ordered(queues, renderer)],
        "channels": [
            {"id": channel, "name": channel, **contact_figures(channels[channel])} for channel in sorted(channels)
        ],
        "groups": [
            {**renderer.profile(profile), **agent_figures(times)} for profile, times in sorted(window.people.items())
        ],
    }


def _ordered(queues: Mapping[str, Tally], renderer: Renderer) -> list[str]:
    """In the configuration's order; removed ones last."""
    known = renderer.configuration.queues
    return [*(queue for queue in known if queue in queues), *sorted(queues.keys() - known.keys())]


def _rounded(value: float | None, digits: int = _DIGITS) -> float | None:
    return None if value is None else round(value, digits)
