"""Customers' calls as they go into storage and come out of it. Times are UTC seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from contactcenter.domain.stimuli import Stimulus
from contactcenter.domain.words import ContactState, Outcome
from contactcenter.ivr.session import Caller, Session

THREAD: Final = "call:"
"""A caller's thread is this and the vendor's id of their call."""


class CallPart(StrEnum):
    """How far a customer's call is: in the menus, waiting or talking, or ended by the menus."""

    MENU = "menu"
    HOLD = "hold"
    DONE = "done"


class CallerFacts(msgspec.Struct, frozen=True):
    """What is known of who calls: for the menus, and for whoever routes the contact."""

    caller: Caller = Caller()
    owner: str | None = None
    flags: tuple[str, ...] = ()


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's call; `id` is the vendor's, `contact_id` was drawn at its first webhook. Times in UTC seconds.

    `contact_at`: since when the contact is in the inbox or beyond. `served`: the menus did something for the caller.
    `moved_at`: when the hazard key moved the waiting contact. `version` counts changes.
    """

    id: str
    channel: str
    contact_id: str
    address: str
    to: str
    started_at: float
    session: Session
    facts: CallerFacts
    part: CallPart = CallPart.MENU
    contact_at: float | None = None
    served: bool = False
    moved_at: float | None = None
    ended_at: float | None = None
    version: int = 1

    @property
    def language(self) -> str:
        """What is spoken."""
        return self.session.language

    @property
    def thread(self) -> str:
        """The conversation that the contact is."""
        return f"{THREAD}{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call's next state, written only if it is one more than the stored `version` and the call has not ended.

    `stimulus` goes into the inbox in the same commit; a `ContactArrived` without a customer gets theirs by the number.
    """

    call: Call
    at: float
    stimulus: Stimulus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCall:
    """An open contact that is a call: what its place in line is made of. `rank`: the smaller, the sooner.

    `kept`: nobody serves it before its queue opens.
    """

    contact_id: str
    queue: str
    state: ContactState
    hazard: bool
    rank: float
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contact that is a call, as it is now. `refused` says why it was, when it was."""

    state: ContactState
    outcome: Outcome | None
    queue: str
    language: str | None
    refused: str | None = None
