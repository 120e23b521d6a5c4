"""Messages of customers: deduplicated, joined to a person by their address, and told to the router."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from contactcenter.domain.messages import InboundMedia
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.stimuli import MessageReceived
from contactcenter.domain.words import MediaClass, MessageKind
from contactcenter.storage import dialogues
from contactcenter.storage.clean import RAW_LENGTH, clean, clean_or_none, key
from contactcenter.storage.dialogues import Spoken
from contactcenter.storage.mapping import json_of
from contactcenter.storage.records import Received, Taken
from contactcenter.storage.senders import LAST_AGENT, NOBODY, Newcomer, Sender, welcome
from contactcenter.storage.steps import FLOAT, TEXT, Context, Each, Insert, Transaction
from contactcenter.storage.written import MESSAGE, Written, inbox_row

PHONE: Final = "phone"
ADDRESS_KINDS: Final = {"sms": PHONE, "voice": PHONE, "voicemail": PHONE, "whatsapp": PHONE}
"""Channels that reach a person at the same kind of address; any other has a kind of its own."""

_Key = tuple[str, str]


def address_kind(channel: str) -> str:
    """The kind of address by which `channel` reaches a person."""
    return ADDRESS_KINDS.get(channel, channel)


def kind_of(column: str) -> str:
    """SQL for the kind of address by which the channel in `column` reaches a person."""
    kinds = " ".join(f"WHEN '{channel}' THEN '{kind}'" for channel, kind in ADDRESS_KINDS.items())
    return f"(CASE {column} {kinds} ELSE {column} END)"


class _Arrival:
    """A received message as SQL can hold it: `provider` makes it unique, `sender` is whose it is."""

    __slots__ = ("address", "channel", "item", "kind", "name", "provider", "sender", "source", "text")

    def __init__(self, item: Received) -> None:
        message = item.message
        self.item = item
        self.channel = clean(message.channel)
        self.address = key(message.address)
        self.provider: _Key = self.channel, key(message.provider_id)
        self.source = key(f"{self.channel}:{self.provider[1]}")
        self.sender: _Key = (address_kind(self.channel), self.address) if self.address else (NOBODY, self.source)
        self.name = clean_or_none(message.name)
        self.text = clean(message.text)
        self.kind = message.kind


def take_messages(
    context: Context, received: list[tuple[int, Received]], taken: dict[int, Taken], written: Written
) -> Transaction[None]:
    """Write what is new of `received`, and put into `taken` what became of each by its place."""
    arrivals = [(place, _Arrival(item)) for place, item in received]
    first: dict[_Key, _Arrival] = {}
    for _, arrival in arrivals:
        first.setdefault(arrival.provider, arrival)
    known, senders = yield from _look_up(first.values())
    fresh = {provider: arrival for provider, arrival in first.items() if provider not in known}
    if fresh:
        yield from _find_customers(context, fresh.values(), senders)
        lost = yield from _claim(context, fresh, senders)
        if lost:  # another process took the same message this moment
            again, _ = yield from _look_up([fresh.pop(provider) for provider in lost])
            known |= again
        served = yield from dialogues.take(context, _spoken(fresh.values(), senders))
        yield from _follow_all(context, fresh.values(), senders, served, written)
        for provider, arrival in fresh.items():
            customer = senders[arrival.sender].customer_id
            known[provider] = Taken(
                duplicate=True,
                message_id=arrival.item.message_id,
                customer_id=customer,
                served=served.get(arrival.source),
            )
    for place, arrival in arrivals:
        result = known[arrival.provider]
        new = fresh.get(arrival.provider) is arrival
        taken[place] = replace(result, duplicate=False) if new else result


def _look_up(arrivals: Iterable[_Arrival]) -> Transaction[tuple[dict[_Key, Taken], dict[_Key, Sender]]]:
    """The messages that are there already, and the addresses that are known."""
    known: dict[_Key, Taken] = {}
    senders: dict[_Key, Sender] = {}
    rows = yield Each(
        "SELECT v.channel, v.provider_id, v.kind, v.value, m.id, m.customer_id, m.contact_id, a.customer_id,"
        f" a.opted_out_at, p.language, p.tier, p.account_owner, p.flags, {LAST_AGENT},"
        " g.state_json IS NOT NULL FROM {rows}"
        " LEFT JOIN message m ON m.channel = v.channel AND m.provider_id = v.provider_id AND m.direction = 'in'"
        " LEFT JOIN address a ON a.kind = v.kind AND a.value = v.value LEFT JOIN customer p ON p.id = a.customer_id"
        " LEFT JOIN dialogue g ON g.kind = v.kind AND g.value = v.value",
        (("channel", TEXT), ("provider_id", TEXT), ("kind", TEXT), ("value", TEXT)),
        [(*arrival.provider, *arrival.sender) for arrival in arrivals],
    )
    for row in rows:
        channel, provider_id, kind, value, message_id, message_customer, contact_id, customer_id, opted_out_at = row[:9]
        if message_id is not None:
            known[channel, provider_id] = Taken(
                duplicate=True, message_id=message_id, customer_id=message_customer, contact_id=contact_id
            )
        if customer_id is not None:
            senders[kind, value] = Sender(customer_id, opted_out_at is not None, *row[9:])
    return known, senders


def _find_customers(context: Context, arrivals: Iterable[_Arrival], senders: dict[_Key, Sender]) -> Transaction[None]:
    """Make a customer for every address that nobody has."""
    missing: dict[_Key, Newcomer] = {}
    for arrival in arrivals:
        if arrival.sender not in senders:
            missing.setdefault(arrival.sender, Newcomer(arrival.name, clean_or_none(arrival.item.message.language)))
    yield from welcome(context, missing, senders)


def _claim(context: Context, fresh: dict[_Key, _Arrival], senders: dict[_Key, Sender]) -> Transaction[list[_Key]]:
    """Write the messages; returns those that another process has written first."""
    rows = yield Insert(
        "message",
        MESSAGE,
        [_message_row(fresh[provider], senders[fresh[provider].sender].customer_id) for provider in sorted(fresh)],
        "" if context.alone else "ON CONFLICT (channel, provider_id) WHERE direction = 'in' DO NOTHING",
        "" if context.alone else "channel, provider_id",
    )
    if context.alone:
        return []
    won = {(channel, provider_id) for channel, provider_id in rows}
    return [provider for provider in fresh if provider not in won]


def _message_row(arrival: _Arrival, customer_id: str) -> tuple[Any, ...]:
    message = arrival.item.message
    raw = clean(message.raw)[:RAW_LENGTH]
    return (
        arrival.item.message_id, None, customer_id, *arrival.provider, "in", arrival.kind.value, None, arrival.name,
        arrival.text, message.received_at, None, raw,
    )  # fmt: skip


def _follow_all(
    context: Context,
    arrivals: Iterable[_Arrival],
    senders: dict[_Key, Sender],
    served: Mapping[str, Served],
    written: Written,
) -> Transaction[None]:
    """In order: who wrote STOP or START, and the stimuli that know it; the last word of a batch counts."""
    wishes: dict[_Key, float | None] = {}
    now = context.clock()
    for arrival in arrivals:
        sender = senders[arrival.sender]
        if arrival.kind is MessageKind.OPT_IN and not sender.opted_out:
            arrival.kind = MessageKind.MESSAGE  # the "alta" of somebody who never left asks for something else
        if arrival.kind is not MessageKind.MESSAGE:
            wanted = arrival.kind is MessageKind.OPT_OUT
            if sender.opted_out is not wanted:
                wishes[arrival.sender] = arrival.item.message.received_at if wanted else None
            sender.opted_out = wanted
        written.inbox.append(inbox_row(_stimulus(arrival, sender, served.get(arrival.source)), now))
        for position, media in enumerate(arrival.item.message.media):
            _add_media(context, arrival, position, media, written)
    if wishes:
        yield Each(
            "UPDATE address SET opted_out_at = v.at FROM {rows}"
            " WHERE address.kind = v.kind AND address.value = v.value",
            (("kind", TEXT), ("value", TEXT), ("at", FLOAT)),
            [(*sender, wishes[sender]) for sender in sorted(wishes)],
        )


def _spoken(arrivals: Iterable[_Arrival], senders: Mapping[_Key, Sender]) -> list[Spoken]:
    """Messages that are a dialogue's: a keyword's, and whatever else their senders write while something is asked."""
    asked = {sender for sender, known in senders.items() if known.asked}
    spoken = []
    for arrival in arrivals:
        item = arrival.item
        if item.media_class is not MediaClass.ASYNC or item.message.media or arrival.kind is not MessageKind.MESSAGE:
            continue  # who sends a picture shows something to a person
        if item.outage is None and arrival.sender not in asked:
            continue
        asked.add(arrival.sender)
        kind, address = arrival.sender
        spoken.append(
            Spoken(
                source=arrival.source,
                channel=arrival.channel,
                sender=arrival.sender,
                telephone=address if kind == PHONE else "",
                thread=key(item.message.thread),
                text=arrival.text,
                heard=item.outage,
            )
        )
    return spoken


def _stimulus(arrival: _Arrival, sender: Sender, served: Served | None) -> MessageReceived:
    item, message = arrival.item, arrival.item.message
    return MessageReceived(
        id=item.stimulus_id,
        message_id=item.message_id,
        thread=key(message.thread),
        contact_id=item.contact_id,
        customer_id=sender.customer_id,
        channel=arrival.channel,
        media=item.media_class,
        address=arrival.address,
        to=key(message.to),
        text=arrival.text,
        received_at=message.received_at,
        kind=arrival.kind,
        language=clean_or_none(message.language) or sender.language,
        opted_out=sender.opted_out,
        tier=sender.tier,
        last_agent=sender.last_agent,
        account_owner=sender.account_owner,
        flags=tuple(sender.flags.split()) if sender.flags else (),
        queue=clean_or_none(message.queue),
        served=served,
    )


def _add_media(context: Context, arrival: _Arrival, position: int, media: InboundMedia, written: Written) -> None:
    """A picture that we hold already is joined to the message; any other is fetched by a job."""
    item = arrival.item
    if media.media_id is not None:
        written.attached.append((media.media_id, item.message_id, position))
        return
    now = context.clock()
    source = clean_or_none(media.channel) or arrival.channel
    media_id = item.media_ids[position] if position < len(item.media_ids) else context.new_id()
    content_type, name, url = clean_or_none(media.content_type), clean_or_none(media.name), clean_or_none(media.url)
    written.media.append((media_id, item.message_id, position, source, "pending", content_type, name, url, now))
    body = json_of({"media_id": media_id, "message_id": item.message_id})
    written.jobs.append((context.new_id(), "media_download", "queued", 0, body, now, now))
