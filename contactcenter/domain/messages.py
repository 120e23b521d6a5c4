"""Messages at the edge, the same for every vendor: what adapters parse, storage keeps and adapters send.

Times are UTC seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from contactcenter.domain.words import Delivery, MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMedia:
    """A picture or file a customer sent; it is fetched later from `url` by a job.

    `media_id` instead of `url`: we hold it already (the customer uploaded it to us). `channel` fetches it, where that
    is not the message's own.
    """

    url: str | None = None
    content_type: str | None = None
    media_id: str | None = None
    name: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One utterance of a customer.

    `provider_id` is the vendor's and unique within `channel`: it makes repeats harmless. `thread` is the
    conversation (by default our address and theirs); `raw` the vendor's payload, kept as it came. `queue` is where
    the customer chose to leave it; without, the entry points say.
    """

    channel: str
    provider_id: str
    address: str
    to: str
    thread: str
    text: str
    received_at: float
    kind: MessageKind = MessageKind.MESSAGE
    media: tuple[InboundMedia, ...] = ()
    name: str | None = None
    language: str | None = None
    queue: str | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a vendor says of a message we sent, by our id, the vendor's id, or both."""

    channel: str
    delivery: Delivery
    at: float
    message_id: str | None = None
    provider_id: str | None = None
    error: str | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerGone:
    """The customer closed the conversation at the vendor's side."""

    channel: str
    thread: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """Something authentic that this release has no meaning for; kept, counted, never an error."""

    channel: str
    kind: str
    raw: str


InboundEvent = InboundMessage | DeliveryReport | CustomerGone | UnknownEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMedia:
    """A picture to send. `url` is public and signed, for vendors that fetch."""

    media_id: str
    content_type: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message to a customer; `id` is ours and travels with it so that reports find it.

    `first_tried_at` is set when an earlier attempt may have reached the vendor.
    """

    id: str
    channel: str
    address: str
    to: str
    thread: str
    text: str
    created_at: float
    media: tuple[OutboundMedia, ...] = ()
    first_tried_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The vendor took a message. `provider_id` is theirs."""

    provider_id: str | None
    delivery: Delivery
    segments: int | None = None
