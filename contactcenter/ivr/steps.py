"""Abstract voice steps: what a caller hears and what is done with the call, whatever the vendor.

Any number of `Say` and `Play`, then exactly one other step. What is said before a `Gather` may be
interrupted by a key.
"""

from __future__ import annotations

import msgspec

from contactcenter.domain.needs import NOTHING, Needs


class Say(msgspec.Struct, frozen=True, tag=True):
    """Speak a text."""

    text: str
    language: str


class Play(msgspec.Struct, frozen=True, tag=True):
    """Play a recorded file."""

    file: str
    language: str


class Gather(msgspec.Struct, frozen=True, tag=True):
    """Wait for keys: `least` to `most` of them, ended by `finish` (empty: none) or by `seconds` of silence.

    Fewer keys than `least` are handed over too. `words` may be spoken instead, where the vendor can hear.
    """

    least: int
    most: int
    finish: str
    seconds: float
    words: tuple[str, ...] = ()


class FindAccount(msgspec.Struct, frozen=True, tag=True):
    """Look the account up; answered by a `Result`, and what is then known of the caller."""

    account: str


class ReportOutage(msgspec.Struct, frozen=True, tag=True):
    """Take a report that there is no power; answered by a `Result` with its number.

    `account` is empty when the caller gave none: what is known of their number counts.
    """

    account: str


class Record(msgspec.Struct, frozen=True, tag=True):
    """Record a message of up to `seconds` for a queue; answered by a `Result`.

    Any key of `finish` ends it; but for `#`, which key it was is handed over beside what was recorded. A key pressed
    while that is said which comes before is handed over alone, but for `#` again, where the vendor can.
    """

    queue: str
    seconds: int
    finish: str = "#"


class Dial(msgspec.Struct, frozen=True, tag=True):
    """Connect the caller with a number that rings for `seconds`; answered by a `Result` when that ends."""

    number: str
    seconds: int


class Enqueue(msgspec.Struct, frozen=True, tag=True):
    """Wait in line for a person. `needs` and `priority` (seconds of head start) are on top of the queue's own."""

    queue: str
    language: str
    needs: Needs = NOTHING
    priority: float = 0.0


class HangUp(msgspec.Struct, frozen=True, tag=True):
    """End the call."""


Step = Say | Play | Gather | FindAccount | ReportOutage | Record | Dial | Enqueue | HangUp
