"""The contract of a voice channel: `respond` to a vendor who asks what a call is to do, and `control` a live call.

Whatever the vendor asks or reports becomes a `CallEvent`. What a caller hears is a list of steps (the menus' own, see
`ivr.steps`, and those of this module); `respond` puts them into the vendor's language. What is to be asked next is a
`Link`: where our address leads, and what it carries. The vendor's signature covers the address, so what a link carries
cannot be forged.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from contactcenter.channels.base import Channel, UnsupportedError, WebhookRequest
from contactcenter.domain.messages import OutboundMessage, Receipt, UnknownEvent
from contactcenter.domain.words import MediaClass
from contactcenter.ivr.steps import Dial, Gather, HangUp, Play, Record, Say

SOFTPHONE: Final = "agent:"
"""Before an agent's id: the telephone in their console."""


def softphone_of(agent_id: str) -> str:
    """The address of an agent's console, for an `Invitation`."""
    return f"{SOFTPHONE}{agent_id}"


class CallState(StrEnum):
    """How far a leg is. The last five are final."""

    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def final(self) -> bool:
        """Whether the leg is over."""
        return self not in (CallState.QUEUED, CallState.RINGING, CallState.ANSWERED)


class Part(StrEnum):
    """Where a link leads: which part of a call the vendor asks about."""

    MENU = "menu"
    HOLD = "hold"
    SAFE = "safe"
    JOIN = "join"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the vendor asks next. `step` is the menu session's; `contact` whom a hold or a room is for.

    `since` (UTC seconds) is when the call began, carried while SQL cannot keep it; so is `hazard`, that the caller has
    pressed the hazard key. `turn` counts polls, so that every so many of them say something.
    """

    part: Part
    step: int = 0
    contact: str = ""
    since: float = 0.0
    turn: int = 0
    hazard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAsked:
    """The vendor asks what a customer's call is to do now.

    `link` None: the call has just come in. `keys` and `words` are what the caller gave, empty after silence, None when
    nothing was asked for. `recording` is the vendor's address of what was recorded and `seconds` its length, `keys`
    then the key that ended it, unless it is the usual `#`; `dialled` how a transfer to a number ended.
    """

    channel: str
    call_id: str
    address: str
    to: str
    at: float
    link: Link | None = None
    keys: str | None = None
    words: str | None = None
    recording: str | None = None
    seconds: float = 0.0
    dialled: CallState | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReported:
    """A leg changed. `leg` is the id we gave it (see `Invitation`), empty for a customer's own call."""

    channel: str
    call_id: str
    state: CallState
    at: float
    leg: str = ""
    contact: str = ""
    machine: bool | None = None
    seconds: float = 0.0
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReported:
    """Somebody entered or left a contact's room (its conference), or it is over: `kind` is joined, left or ended."""

    channel: str
    contact: str
    kind: str
    at: float
    call_id: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReported:
    """A recording is ready, or failed (`url` empty)."""

    channel: str
    contact: str
    recording_id: str
    url: str
    seconds: float
    at: float
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRecording:
    """A recording as a vendor lists it, by ids of the vendor's. `at` is when it began, in UTC seconds."""

    recording_id: str
    room_id: str
    url: str
    seconds: float
    at: float


CallEvent = CallAsked | CallReported | RoomReported | RecordingReported | UnknownEvent


class Music(msgspec.Struct, frozen=True, tag=True):
    """Hold music: a `file` as in a `Play`, or the one the center ships when empty. A key interrupts it."""

    file: str = ""


class Pause(msgspec.Struct, frozen=True, tag=True):
    """Silence of so many seconds."""

    seconds: int


class GoOn(msgspec.Struct, frozen=True, tag=True):
    """Ask again at once, at the link given to `respond`."""


class Join(msgspec.Struct, frozen=True, tag=True):
    """Enter the contact's room. `recorded`: what is said there is recorded from here on.

    `ends`: the room ends when this leg leaves it.
    """

    contact: str
    ends: bool = False
    recorded: bool = False


class Refuse(msgspec.Struct, frozen=True, tag=True):
    """Do not take the call up at all (busy)."""


VoiceStep = Say | Play | Music | Pause | Gather | Record | Dial | GoOn | Join | HangUp | Refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Call somebody into a contact's room.

    `leg` is our id of this attempt: a vendor keeps it with the leg, so that an attempt of unknown outcome can be looked
    up. `to` is a number (E.164), `sip:…` or `agent:ID` (the softphone of the console), `caller` what they see: one of
    our numbers. `seconds` is how long it rings. `coaches`: only the leg named (a vendor's call id) hears them; `muted`:
    nobody does. `recorded`: what is said in the room is recorded from its first moment on. `quiet`: nobody in the room
    hears it ring.
    """

    contact: str
    leg: str
    to: str
    caller: str
    seconds: int
    muted: bool = False
    coaches: str | None = None
    recorded: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """A leg in a room, as the vendor says it is now."""

    call_id: str
    leg: str
    muted: bool = False
    held: bool = False
    coaches: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A contact's conference, as the vendor says it is now."""

    contact: str
    room_id: str
    occupants: Sequence[Occupant] = field(default=())


class VoiceChannel(Channel):
    """A vendor's telephone network. Everything that acts raises as `Channel.send` does.

    `webhooks` are its addresses as with other channels; the web node calls `parse_call` and, for a `CallAsked`, answers
    with `respond`.
    """

    media: ClassVar[MediaClass] = MediaClass.VOICE
    softphone_hosts: ClassVar[tuple[str, ...]] = ()
    """Whom a console that is an agent's telephone talks to, as a content security policy names them."""

    def parse(self, request: WebhookRequest) -> Sequence[UnknownEvent]:
        """Calls are no messages: see `parse_call`."""
        del request
        return ()

    async def send(self, message: OutboundMessage) -> Receipt:
        """Nothing is written to a telephone.

        Raises:
            UnsupportedError: always.
        """
        del message
        raise UnsupportedError("a call carries no written messages")

    @abstractmethod
    def parse_call(self, request: WebhookRequest) -> CallEvent:
        """Read an authentic request. No network.

        Raises:
            MalformedError: when it cannot be read at all.
        """

    @abstractmethod
    def respond(self, steps: Sequence[VoiceStep], link: Link) -> tuple[str, str]:
        """Content type and body that make a call do these steps; what is asked for is handed in at `link`.

        A Gather, Record, Dial or GoOn leads to `link`, also when the caller is silent.
        """

    @abstractmethod
    async def invite(self, invitation: Invitation) -> str:
        """Call somebody into a room; the vendor's id of the leg. Not to be repeated blindly: see `find_leg`."""

    @abstractmethod
    async def find_leg(
        self, invitation: Invitation, since: float, others: Collection[str] = ()
    ) -> tuple[str, CallState] | None:
        """The vendor's id and the state of an attempt made at `since` (UTC seconds) or later.

        `others`: ids of other attempts at the same telephone, for a vendor who tells them apart only while they last.

        None when it certainly never reached the vendor.
        """

    async def messages(self, call_id: str) -> Sequence[str]:
        """The addresses of what a `Record` has recorded of a call, the newest first, as in `CallAsked.recording`.

        A vendor hands a message in once; this is how one is found that nobody took. Without such a list: none.
        """
        del call_id
        return ()

    async def room_recordings(self, since: float) -> Sequence[RoomRecording]:
        """What was recorded in rooms and begun at `since` (UTC seconds) or later, as far as it is complete.

        A vendor reports a recording once; this is how one is found whose report was lost. Without such a list: none.
        """
        del since
        return ()

    async def contact_of(self, room_id: str) -> str | None:
        """Whose room the vendor calls `room_id`; None when it knows none, or none that is a contact's."""
        del room_id
        return None

    @abstractmethod
    async def call_state(self, call_id: str) -> CallState | None:
        """How far a leg is; None: the vendor knows no such call."""

    @abstractmethod
    async def room(self, contact: str) -> Room | None:
        """The contact's room with who is in it, or None while there is none."""

    @abstractmethod
    async def move(self, call_id: str, link: Link) -> bool:
        """Let a live call ask at `link` now, whatever it does; False when it is over already."""

    @abstractmethod
    async def hang_up(self, call_id: str) -> None:
        """End a leg; nothing when it is over."""

    @abstractmethod
    async def change(
        self,
        contact: str,
        call_id: str,
        *,
        muted: bool | None = None,
        held: bool | None = None,
        ends: bool | None = None,
    ) -> bool:
        """Mute or hold a leg in the contact's room, or take that back; False when it is not there any more.

        `ends`: whether the room ends when this leg leaves it.
        """

    @abstractmethod
    async def coach(self, contact: str, call_id: str, coached: str | None, *, muted: bool) -> bool:
        """Whom a supervisor's leg speaks to: one leg only, or (None) everybody unless `muted`; False: not there."""

    @abstractmethod
    async def record(self, contact: str, *, paused: bool) -> bool:
        """Pause or resume the recording of the contact's room; False when nothing is recorded."""

    def telephone(self, agent_id: str) -> str:
        """The network's address of an agent's softphone (`agent:ID` of an invitation)."""
        return agent_id

    @abstractmethod
    def softphone(self, agent_id: str, seconds: int) -> Mapping[str, str] | None:
        """What a console needs to be the agent's telephone for so long (a token); None: not set up."""
