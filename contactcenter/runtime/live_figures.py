"""What is shown live of the statistics, as it lies in SQL between the router that writes and the nodes that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from contactcenter.queues.counting import Key
from contactcenter.queues.service_level import COUNTS, Tally
from contactcenter.queues.staffing import TIMES, Times

NAME: Final = "statistics"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time up to now. `since` in UTC seconds; contacts by queue and channel, time by profile."""

    id: str
    since: float
    contacts: Mapping[Key, Tally]
    people: Mapping[str, Times]


_Row = tuple[str, float, list[tuple[str, str, list[int]]], list[tuple[str, list[int], dict[str, int]]]]
_decoder: Final = msgspec.json.Decoder(list[_Row])


def encode(windows: Sequence[Window]) -> str:
    """Windows as JSON; people who were not there and queues nobody came to are left out."""
    rows: list[_Row] = [
        (
            window.id,
            float(window.since),
            [
                (queue, channel, [getattr(tally, name) for name in COUNTS])
                for (queue, channel), tally in sorted(window.contacts.items())
                if tally.offered
            ],
            [
                (profile, [getattr(times, name) for name in TIMES], {k: v for k, v in times.not_ready.items() if v})
                for profile, times in sorted(window.people.items())
                if times
            ],
        )
        for window in windows
    ]
    return msgspec.json.encode(rows).decode()


def decode(body: str) -> list[Window]:
    """The inverse of `encode`.

    Raises:
        msgspec.DecodeError: of another release.
    """
    windows = []
    for id_, since, contacts, people in _decoder.decode(body):
        sums = {profile: Times.of(values, not_ready) for profile, values, not_ready in people}
        windows.append(Window(id_, since, {(queue, channel): Tally(*v) for queue, channel, v in contacts}, sums))
    return windows
