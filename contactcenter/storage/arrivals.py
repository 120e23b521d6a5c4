"""Messages of customers: deduplicated, joined to a person by their address, and told to the router."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.domain.messages import InboundMessage
from contactcenter.domain.stimuli import MessageReceived
from contactcenter.domain.words import MessageKind
from contactcenter.storage.clean import RAW_LENGTH, clean, clean_or_none, key
from contactcenter.storage.mapping import json_of
from contactcenter.storage.records import Received, Taken
from contactcenter.storage.steps import FLOAT, TEXT, Context, Each, Insert, Transaction
from contactcenter.storage.written import MESSAGE, Written, inbox_row

ADDRESS_KINDS: Final = {"sms": "phone", "voice": "phone", "whatsapp": "phone"}
"""Channels that reach a person at the same kind of address; any other has a kind of its own."""


_Key = tuple[str, str]


def address_kind(channel: str) -> str:
    """The kind of address by which `channel` reaches a person."""
    return ADDRESS_KINDS.get(channel, channel)


@dataclass(slots=True)
class _Sender:
    """What SQL knows of an address."""

    customer_id: str
    opted_out: bool


def take_messages(
    context: Context, received: list[tuple[int, Received]], taken: dict[int, Taken], written: Written
) -> Transaction[None]:
    """Write what is new of `received`, and put into `taken` what became of each by its place."""
    first: dict[_Key, Received] = {}
    for _, item in received:
        first.setdefault(_provider_key(item.message), item)
    known, senders = yield from _look_up(first.values())
    fresh = {provider: item for provider, item in first.items() if provider not in known}
    if fresh:
        yield from _find_customers(context, fresh.values(), senders)
        lost = yield from _claim(fresh, senders)
        if lost:  # another process took the same message this moment
            again, _ = yield from _look_up([fresh.pop(provider) for provider in lost])
            known |= again
        yield from _follow_all(context, fresh.values(), senders, written)
    for place, item in received:
        provider = _provider_key(item.message)
        if fresh.get(provider) is item:
            customer = senders[_address_key(item.message)].customer_id
            taken[place] = Taken(message_id=item.message_id, customer_id=customer)
        elif provider in known:
            taken[place] = known[provider]
        else:
            original = first[provider]
            customer = senders[_address_key(original.message)].customer_id
            taken[place] = Taken(duplicate=True, message_id=original.message_id, customer_id=customer)


def _look_up(items: Iterable[Received]) -> Transaction[tuple[dict[_Key, Taken], dict[_Key, _Sender]]]:
    """The messages that are there already, and the addresses that are known."""
    known: dict[_Key, Taken] = {}
    senders: dict[_Key, _Sender] = {}
    rows = yield Each(
        "SELECT v.channel, v.provider_id, v.kind, v.value, m.id, m.customer_id, m.contact_id, a.customer_id,"
        " a.opted_out_at FROM {rows}"
        " LEFT JOIN message m ON m.channel = v.channel AND m.provider_id = v.provider_id AND m.direction = 'in'"
        " LEFT JOIN address a ON a.kind = v.kind AND a.value = v.value",
        (("channel", TEXT), ("provider_id", TEXT), ("kind", TEXT), ("value", TEXT)),
        [(*_provider_key(item.message), *_address_key(item.message)) for item in items],
    )
    for channel, provider_id, kind, value, message_id, message_customer, contact_id, customer_id, opted_out_at in rows:
        if message_id is not None:
            known[channel, provider_id] = Taken(
                duplicate=True, message_id=message_id, customer_id=message_customer, contact_id=contact_id
            )
        if customer_id is not None:
            senders[kind, value] = _Sender(customer_id, opted_out_at is not None)
    return known, senders


def _find_customers(context: Context, items: Iterable[Received], senders: dict[_Key, _Sender]) -> Transaction[None]:
    """Make a customer for every address that nobody has; sorted, so that two processes never wait in a circle."""
    missing: dict[_Key, InboundMessage] = {}
    for item in items:
        where = _address_key(item.message)
        if where not in senders:
            missing.setdefault(where, item.message)
    if not missing:
        return
    now = context.clock()
    made = {where: context.new_id() for where in sorted(missing)}
    yield Insert(
        "customer",
        ("id", "name", "language", "created_at"),
        [
            (customer, clean_or_none(missing[where].name), clean_or_none(missing[where].language), now)
            for where, customer in made.items()
        ],
    )
    rows = yield Insert(
        "address",
        ("kind", "value", "customer_id", "created_at"),
        [(*where, customer, now) for where, customer in made.items()],
        "ON CONFLICT (kind, value) DO NOTHING",
        "kind, value",
    )
    won = {(kind, value) for kind, value in rows}
    senders.update({where: _Sender(made[where], opted_out=False) for where in won})
    lost = [where for where in made if where not in won]
    if not lost:
        return
    yield Each("DELETE FROM customer WHERE id IN (SELECT id FROM {rows})", (("id", TEXT),), [(made[w],) for w in lost])
    rows = yield Each(
        "SELECT a.kind, a.value, a.customer_id, a.opted_out_at FROM address a JOIN {rows}"
        " ON a.kind = v.kind AND a.value = v.value",
        (("kind", TEXT), ("value", TEXT)),
        lost,
    )
    for kind, value, customer_id, opted_out_at in rows:
        senders[kind, value] = _Sender(customer_id, opted_out_at is not None)


def _claim(fresh: dict[_Key, Received], senders: dict[_Key, _Sender]) -> Transaction[list[_Key]]:
    """Write the messages; returns those that another process has written first."""
    rows = yield Insert(
        "message",
        MESSAGE,
        [
            _message_row(fresh[provider], senders[_address_key(fresh[provider].message)].customer_id)
            for provider in sorted(fresh)
        ],
        "ON CONFLICT (channel, provider_id) WHERE direction = 'in' DO NOTHING",
        "channel, provider_id",
    )
    won = {(channel, provider_id) for channel, provider_id in rows}
    return [provider for provider in fresh if provider not in won]


def _message_row(item: Received, customer_id: str) -> tuple[Any, ...]:
    message = item.message
    channel, provider_id = _provider_key(message)
    text, raw = clean(message.text), clean(message.raw)[:RAW_LENGTH]
    name = clean_or_none(message.name)
    at = message.received_at
    return (
        item.message_id, None, customer_id, channel, provider_id, "in", message.kind.value, None, name, text, at, None,
        raw,
    )  # fmt: skip


def _follow_up(context: Context, item: Received, sender: _Sender, written: Written) -> None:
    """What a new message causes: its stimulus, its pictures and the jobs that fetch them."""
    message = item.message
    now = context.clock()
    stimulus = MessageReceived(
        id=item.stimulus_id,
        message_id=item.message_id,
        thread=key(message.thread),
        contact_id=item.contact_id,
        customer_id=sender.customer_id,
        channel=clean(message.channel),
        media=item.media_class,
        address=key(message.address),
        to=key(message.to),
        text=clean(message.text),
        received_at=message.received_at,
        kind=message.kind,
        language=clean_or_none(message.language),
        opted_out=sender.opted_out,
    )
    written.inbox.append(inbox_row(stimulus, now))
    for position, media in enumerate(message.media):
        if media.media_id is not None:
            written.attached.append((media.media_id, item.message_id, position))
            continue
        media_id = item.media_ids[position] if position < len(item.media_ids) else context.new_id()
        written.media.append(
            (
                media_id,
                item.message_id,
                position,
                clean(message.channel),
                "pending",
                clean_or_none(media.content_type),
                clean_or_none(media.name),
                clean_or_none(media.url),
                now,
            )
        )
        body = json_of({"media_id": media_id, "message_id": item.message_id})
        written.jobs.append((context.new_id(), "media_download", "queued", 0, body, now, now))


def _follow_all(
    context: Context, items: Iterable[Received], senders: dict[_Key, _Sender], written: Written
) -> Transaction[None]:
    """In order: who wrote STOP or START, and the stimuli that know it; the last word of a batch counts."""
    wishes: dict[_Key, float | None] = {}
    for item in items:
        where = _address_key(item.message)
        sender = senders[where]
        if item.message.kind is not MessageKind.MESSAGE:
            wanted = item.message.kind is MessageKind.OPT_OUT
            if sender.opted_out is not wanted:
                wishes[where] = item.message.received_at if wanted else None
            sender.opted_out = wanted
        _follow_up(context, item, sender, written)
    if wishes:
        yield Each(
            "UPDATE address SET opted_out_at = v.at FROM {rows}"
            " WHERE address.kind = v.kind AND address.value = v.value",
            (("kind", TEXT), ("value", TEXT), ("at", FLOAT)),
            [(*where, wishes[where]) for where in sorted(wishes)],
        )


def _provider_key(message: InboundMessage) -> _Key:
    return clean(message.channel), key(message.provider_id)


def _address_key(message: InboundMessage) -> _Key:
    return address_kind(clean(message.channel)), key(message.address)
