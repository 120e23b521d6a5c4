"""What the engine wants done: imperative, frozen, carried out by the runtime after the commit.

Each class says in which lane it travels and what a repeat means; `id` is the stimulus's id and a
position, so that the same decision makes the same ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct, field

from contactcenter.domain.words import Lane, OfferCause, OfferOutcome, Repeat


class Instruction(Struct, frozen=True, kw_only=True, gc=False):
    """Base of all instructions. `durable`: travels through the outbox."""

    lane: ClassVar[Lane] = Lane.CALL_CONTROL
    repeat: ClassVar[Repeat] = Repeat.SAFE
    durable: ClassVar[bool] = False

    id: str

    @property
    def account(self) -> str:
        """Whose pace it counts against: the channel's, for what travels by one."""
        return getattr(self, "channel", "")


class OfferContact(Instruction, frozen=True, kw_only=True, gc=False):
    """Ring the agent's console until `deadline` (UTC seconds)."""

    offer_id: str
    contact_id: str
    agent_id: str
    deadline: float
    cause: OfferCause


class EndOffer(Instruction, frozen=True, kw_only=True, gc=False):
    """Stop ringing."""

    offer_id: str
    contact_id: str
    agent_id: str
    outcome: OfferOutcome


class ConnectContact(Instruction, frozen=True, kw_only=True, gc=False):
    """Join the customer's leg with the agent's before `deadline` (UTC seconds)."""

    repeat: ClassVar[Repeat] = Repeat.LOOKUP
    durable: ClassVar[bool] = True

    contact_id: str
    agent_id: str
    channel: str
    deadline: float


class HoldCall(Instruction, frozen=True, kw_only=True, gc=False):
    """The caller waits again and hears the hold: end the legs of `agent_id` and of whoever joined them."""

    durable: ClassVar[bool] = True

    contact_id: str
    agent_id: str
    channel: str

    @property
    def account(self) -> str:
        """Acting on live calls is not limited as new calls are."""
        return f"{self.channel}.control"


class EndCall(Instruction, frozen=True, kw_only=True, gc=False):
    """The conversation is over: end every leg. `told`: the caller, who reached nobody, hears why before that."""

    durable: ClassVar[bool] = True

    contact_id: str
    channel: str
    told: bool = False

    @property
    def account(self) -> str:
        """Acting on live calls is not limited as new calls are."""
        return f"{self.channel}.control"


class SendMessage(Instruction, frozen=True, kw_only=True, gc=False):
    """Send the stored message to the customer."""

    lane: ClassVar[Lane] = Lane.REPLY
    repeat: ClassVar[Repeat] = Repeat.LOOKUP
    durable: ClassVar[bool] = True

    contact_id: str
    message_id: str
    channel: str


class SendAutomatic(SendMessage, frozen=True, kw_only=True, gc=False):
    """Send a text of the center's own; its message row is written in the same commit."""

    lane: ClassVar[Lane] = Lane.AUTOMATIC


class AnswerRequest(Instruction, frozen=True, kw_only=True, gc=False):
    """Tell whoever asked: `code` None when it was done, else why not (`detail` in plain values)."""

    request_id: str
    code: str | None = None
    message: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


class RaiseAlarm(Instruction, frozen=True, kw_only=True, gc=False):
    """Tell the operators and supervisors. `detail` is what a text in another language is filled with."""

    code: str
    message: str
    detail: Mapping[str, str] = field(default_factory=dict)


ALL: tuple[type[Instruction], ...] = (
    OfferContact,
    EndOffer,
    ConnectContact,
    HoldCall,
    EndCall,
    SendMessage,
    SendAutomatic,
    AnswerRequest,
    RaiseAlarm,
)
