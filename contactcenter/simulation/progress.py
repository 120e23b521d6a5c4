"""A progress bar on a terminal; silence anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TextIO

_WIDTH: Final = 40
_EVERY: Final = 0.2
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Draws at most five times a second. `clock` is the real one, in seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._shown = stream.isatty()
        self._next = 0.0
        self._began = clock()

    def show(self, share: float, contacts: int) -> None:
        """So much is done (0–1)."""
        now = self._clock()
        if not self._shown or now < self._next:
            return
        self._next = now + _EVERY
        full = round(_WIDTH * min(1.0, share))
        left = (now - self._began) * (1 - share) / share if share > 0 else 0.0
        bar = f"{'█' * full}{'░' * (_WIDTH - full)} {100 * share:3.0f} %  {contacts:,} contacts, {left:.0f} s left"
        self._stream.write(f"{_CLEAR}{bar}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave the line empty for what comes next."""
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
