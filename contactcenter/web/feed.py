"""What one console window is told, numbered, and kept for a while so that a lost connection loses nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import msgspec

FRAMES: Final = 1000
BYTES: Final = 4 * 1024 * 1024
"""What is kept for a window; one that falls behind further gets a new snapshot."""


def encode(kind: str, fields: Mapping[str, Any]) -> bytes:
    """A frame without its number: made once, numbered for each window."""
    return msgspec.json.encode({"type": kind, **fields})


def numbered(seq: int, frame: bytes) -> bytes:
    """The frame as it travels."""
    return b'{"seq":%d,%b' % (seq, frame[1:])


class Feed:
    """One window: its session, its number and the frames that it may ask for again.

    `changed` is set whenever there is something to send; `closed` says why the window must go.
    """

    def __init__(
        self, session: str, *, account_id: str, agent_id: str | None, login: str, language: str, supervises: bool
    ) -> None:
        self.session = session
        self.account_id = account_id
        self.agent_id = agent_id
        self.login = login
        self.language = language
        self.supervises = supervises
        self.seq = 0
        self.changed = asyncio.Event()
        self.closed: str | None = None
        self.detached_at: float | None = None
        self.owner: object | None = None
        self._frames: deque[bytes] = deque()
        self._bytes = 0

    def say(self, kind: str, **fields: Any) -> None:
        """Say one thing."""
        self.add(encode(kind, fields))

    def add(self, frame: bytes) -> None:
        """Say an encoded frame."""
        self.seq += 1
        kept = numbered(self.seq, frame)
        self._frames.append(kept)
        self._bytes += len(kept)
        while len(self._frames) > FRAMES or (self._bytes > BYTES and len(self._frames) > 1):
            self._bytes -= len(self._frames.popleft())
        self.changed.set()

    def after(self, seq: int) -> list[bytes] | None:
        """What was said after number `seq`; None when that is no longer known, or never was."""
        first = self.seq - len(self._frames)
        if not first <= seq <= self.seq:
            return None
        return [self._frames[position] for position in range(seq - first, len(self._frames))]

    def end(self, reason: str) -> None:
        """The window must go; it is told why first."""
        if self.closed is None:
            self.say("signed_out", reason=reason)
            self.closed = reason
            self.changed.set()
