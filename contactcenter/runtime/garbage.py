"""Garbage collection in a process that holds a million live records: it must not stop the router.

Python's collector looks at everything that is alive, again and again, and a million objects take it a good part of
a second. Records have no cycles: they go when nobody refers to them any more. So whatever survives a whole
collection is frozen, that is, never looked at again; the next one sees only what is new since. What is frozen and
becomes cyclic garbage afterwards (connections, mostly) is found by thawing everything in a quiet moment.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from typing import Final

QUIET_SECONDS: Final = 600.0
"""Not more often than this is everything looked at."""
CHEAP_OBJECTS: Final = 300_000
"""Looking at so many takes well under 100 ms."""
GROWTH: Final = 2
"""With so many times what was alive when everything was last looked at, it is worth a longer pause."""
THRESHOLD: Final = 1
"""Whole collections come several times as often as Python's, and are as much shorter: nothing is looked at twice."""

_WHOLE: Final = 2


class Garbage:
    """How garbage is collected while a router decides: from `keep` until `let_go`.

    `clock` counts seconds. Looking at `cheap` objects does no harm.
    """

    def __init__(self, clock: Callable[[], float], cheap: int = CHEAP_OBJECTS) -> None:
        self._clock = clock
        self._cheap = cheap
        self._kept = False
        self._thresholds = gc.get_threshold()
        self._next = 0.0
        self._alive = 0

    @staticmethod
    def clear() -> None:
        """What an earlier engine left goes, before there is much to look at."""
        gc.collect()

    @staticmethod
    @contextlib.contextmanager
    def paused() -> Iterator[None]:
        """Nothing is collected while much is made that stays."""
        gc.disable()
        try:
            yield
        finally:
            gc.enable()

    def keep(self) -> None:
        """What is alive now stays, and so does what survives from now on."""
        gc.freeze()
        gc.collect()  # Of next to nothing; Python waits for a quarter more than what the last one left.
        self._note()
        if not self._kept:
            gc.callbacks.append(self._collected)
            self._thresholds = gc.get_threshold()
            gc.set_threshold(*self._thresholds[:_WHOLE], THRESHOLD)
            self._kept = True

    def let_go(self) -> None:
        """Collect as Python does by itself."""
        if self._kept:
            gc.callbacks.remove(self._collected)
            gc.set_threshold(*self._thresholds)
            self._kept = False
            gc.unfreeze()

    def rest(self) -> None:
        """Nothing is to be done just now: look at everything, if that is due and cheap, or must be."""
        if not self._kept or self._clock() < self._next:
            return
        self._next = self._clock() + QUIET_SECONDS
        alive = gc.get_freeze_count()  # This walks over all of them, a hundredth of a collection.
        if alive <= self._cheap or alive >= GROWTH * self._alive:
            gc.unfreeze()
            gc.collect()  # Its survivors are frozen by `_collected`.
            self._note()

    def _note(self) -> None:
        self._alive = gc.get_freeze_count()
        self._next = self._clock() + QUIET_SECONDS

    def _collected(self, phase: str, info: dict[str, int]) -> None:
        if phase == "stop" and info["generation"] == _WHOLE:
            gc.freeze()
