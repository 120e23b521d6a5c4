"""Calls: each leg with what its person hears and does, and the book that holds them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from contactcenter.localnet.bell import Bell
from contactcenter.localnet.messages import Clock

MAX_HEARD = 5_000
MAX_UNREAD = 2_000


class CallDirection(StrEnum):
    """Who began the call, in Twilio's words."""

    INBOUND = "inbound"
    API = "outbound-api"
    DIAL = "outbound-dial"


class CallStatus(StrEnum):
    """How far a call has come, in Twilio's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    FAILED = "failed"


OVER = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.CANCELED, CallStatus.FAILED})


@dataclass(slots=True)
class Sound:
    """Something heard at one end, so many seconds after the call began.

    `kind` is say, play, digits, beep, ring, music, connected or person.
    """

    at: datetime
    seconds: float
    kind: str
    text: str
    language: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What a person did: a key (one character), or words."""

    key: str = ""
    words: str = ""

    @property
    def kind(self) -> str:
        """Return `dtmf` or `speech`, as a `<Gather>` asks for it."""
        return "dtmf" if self.key else "speech"


class Line:
    """One end of a call: what comes out of the earpiece, and what is pressed and spoken."""

    def __init__(self) -> None:
        """Start with silence."""
        self.heard: deque[Sound] = deque(maxlen=MAX_HEARD)
        self.count = 0
        self.waiting = False
        self._listening: frozenset[str] = frozenset()
        self._done: deque[Input] = deque()
        self._arrived = asyncio.Event()
        self.skipped = asyncio.Event()
        self.bell = Bell()  # rings when something is heard here, or waited for

    def hear(self, sound: Sound) -> None:
        """Let the person hear something."""
        self.heard.append(sound)
        self.count += 1

    def after(self, start: int) -> list[Sound]:
        """Return what was heard from the `start`th sound on."""
        first = self.count - len(self.heard)
        return list(self.heard)[max(start - first, 0) :]

    def do(self, *inputs: Input) -> bool:
        """Press keys or speak; False when nobody listened for it, and it is lost as with Twilio."""
        room = MAX_UNREAD - len(self._done)
        taken = [each for each in inputs if each.kind in self._listening][:room]
        self._done.extend(taken)
        if taken:
            self._arrived.set()
        return bool(taken)

    @contextmanager
    def listening(self, *kinds: str) -> Iterator[None]:
        """Take input of these kinds, `dtmf` and `speech`; what nobody used is dropped at the end."""
        self._listening = frozenset(kinds)
        try:
            yield
        finally:
            self._listening = frozenset()
            self._done.clear()
            self._arrived.clear()

    async def arrived(self) -> None:
        """Wait until something was pressed or said."""
        await self._arrived.wait()

    def pass_time(self) -> None:
        """End the silence that is being waited through at once."""
        self.skipped.set()

    async def take(self, seconds: float) -> Input | None:
        """Return the next key or words; None after so many seconds, or when time is passed."""
        if not self._done:
            self.skipped.clear()
            self.waiting = True
            self.bell.ring()
            try:
                await first_of(seconds, self._arrived, self.skipped)
            finally:
                self.waiting = False
        if not self._done:
            return None
        found = self._done.popleft()
        if not self._done:
            self._arrived.clear()
        return found


async def first_of(seconds: float, *events: asyncio.Event) -> None:
    """Wait for the first of some events, so many seconds at most."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


class Room(Protocol):
    """Where people talk with each other."""

    def speak(self, speaker: "Call", words: str) -> None:
        """Let those hear it who can."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where a leg's progress is reported, and which events."""

    address: str = ""
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Call:
    """One leg. Times are UTC. `person` is the far end's address: the one with the telephone."""

    sid: str
    sender: str
    to: str
    direction: CallDirection
    status: CallStatus
    created: datetime
    updated: datetime
    reporting: Reporting = field(default_factory=Reporting)
    parent_sid: str | None = None
    fallback: str = ""
    detection: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None
    sequence: int = 0
    began: float = field(default_factory=time.monotonic)
    line: Line = field(default_factory=Line)
    room: Room | None = None
    picked_up: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def person(self) -> str:
        """The telephone's address: a number, `client:…` or `sip:…`."""
        return self.sender if self.direction is CallDirection.INBOUND else self.to

    @property
    def seconds(self) -> int:
        """How long they talked, in whole seconds."""
        if self.started is None or self.ended is None:
            return 0
        return max(int((self.ended - self.started).total_seconds()), 0)


CallWatcher = Callable[[Call], None]
SoundWatcher = Callable[[Call, Sound], None]


class CallBook:
    """All calls, oldest first; past `keep` the oldest that are over are forgotten."""

    def __init__(self, clock: Clock, bell: Bell, *, keep: int) -> None:
        """`clock` gives the time in UTC, `bell` rings at each change."""
        self._clock = clock
        self._bell = bell
        self._keep = keep
        self._by_sid: dict[str, Call] = {}
        self._watchers: list[tuple[CallWatcher, SoundWatcher]] = []

    def listen(self, on_call: CallWatcher, on_sound: SoundWatcher) -> None:
        """Tell of each call that is new or has moved on, and of each sound."""
        self._watchers.append((on_call, on_sound))

    def add(self, call: Call) -> None:
        """Enter a new call."""
        self._by_sid[call.sid] = call
        if len(self._by_sid) > self._keep:
            oldest = next((c.sid for c in self._by_sid.values() if c.status in OVER), None)
            if oldest is not None:
                del self._by_sid[oldest]
        self._changed(call)

    def get(self, sid: str) -> Call | None:
        """Return the call with this sid, or None."""
        return self._by_sid.get(sid)

    def __iter__(self) -> Iterator[Call]:
        """Go through the calls, oldest first."""
        return iter(list(self._by_sid.values()))

    def newest_first(self) -> list[Call]:
        """Return the calls as Twilio lists them."""
        return list(reversed(self._by_sid.values()))

    def clear(self) -> None:
        """Forget the calls that are over."""
        for call in self:
            if call.status in OVER:
                del self._by_sid[call.sid]

    def move(self, call: Call, status: CallStatus) -> None:
        """Move a call on."""
        call.status = status
        call.updated = self._clock()
        if status is CallStatus.IN_PROGRESS:
            call.started = call.updated
        if status in OVER:
            call.ended = call.updated
            call.over.set()
        self._changed(call)

    def _changed(self, call: Call) -> None:
        for on_call, _ in self._watchers:
            on_call(call)
        call.line.bell.ring()
        self._bell.ring()

    def hear(self, call: Call, kind: str, text: str, *, language: str = "", voice: str = "") -> None:
        """Let a call's person hear something."""
        seconds = time.monotonic() - call.began
        sound = Sound(self._clock(), seconds, kind, text, language, voice)
        call.line.hear(sound)
        for _, on_sound in self._watchers:
            on_sound(call, sound)
        call.line.bell.ring()
