"""What the engine wants done: imperative, frozen, carried out by the runtime after the commit.

Each class says in which lane it travels and what a repeat means; `id` is the stimulus's id and a
position, so that the same decision makes the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from contactcenter.domain.words import Lane, OfferCause, OfferOutcome, Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Base of all instructions. `durable`: travels through the outbox."""

    lane: ClassVar[Lane] = Lane.CALL_CONTROL
    repeat: ClassVar[Repeat] = Repeat.SAFE
    durable: ClassVar[bool] = False

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferContact(Instruction):
    """Ring the agent's console until `deadline` (UTC seconds)."""

    offer_id: str
    contact_id: str
    agent_id: str
    deadline: float
    cause: OfferCause


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOffer(Instruction):
    """Stop ringing."""

    offer_id: str
    contact_id: str
    agent_id: str
    outcome: OfferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectContact(Instruction):
    """Join the customer's leg with the agent's before `deadline` (UTC seconds)."""

    repeat: ClassVar[Repeat] = Repeat.LOOKUP
    durable: ClassVar[bool] = True

    contact_id: str
    agent_id: str
    channel: str
    deadline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Instruction):
    """Send the stored message to the customer."""

    lane: ClassVar[Lane] = Lane.REPLY
    repeat: ClassVar[Repeat] = Repeat.LOOKUP
    durable: ClassVar[bool] = True

    contact_id: str
    message_id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAutomatic(SendMessage):
    """Send a text of the center's own; its message row is written in the same commit."""

    lane: ClassVar[Lane] = Lane.AUTOMATIC


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest(Instruction):
    """Tell whoever asked: `code` None when it was done, else why not (`detail` in plain values)."""

    request_id: str
    code: str | None = None
    message: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlarm(Instruction):
    """Tell the operators and supervisors. `detail` is what a text in another language is filled with."""

    code: str
    message: str
    detail: Mapping[str, str] = field(default_factory=dict)


ALL: tuple[type[Instruction], ...] = (
    OfferContact,
    EndOffer,
    ConnectContact,
    SendMessage,
    SendAutomatic,
    AnswerRequest,
    RaiseAlarm,
)
