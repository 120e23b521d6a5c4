"""What an intake commit writes: rows gathered by table, then one statement for each table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from contactcenter.domain.codec import encode
from contactcenter.domain.stimuli import Stimulus
from contactcenter.storage.clean import clean, clean_all
from contactcenter.storage.steps import TEXT, Each, Insert, Transaction

INBOX: Final = ("stimulus_id", "kind", "version", "body", "received_at")
MESSAGE: Final = (
    "id", "contact_id", "customer_id", "channel", "provider_id", "direction", "kind", "agent_id", "author_name", "text",
    "at", "delivery", "raw",
)  # fmt: skip
MEDIA: Final = ("id", "message_id", "position", "channel", "state", "content_type", "name", "url", "created_at")
JOB: Final = ("id", "kind", "state", "attempts", "body_json", "run_after", "created_at")


@dataclass(slots=True)
class Written:
    """Rows that the transaction is going to write, by table."""

    messages: list[tuple[Any, ...]] = field(default_factory=list)
    inbox: list[tuple[Any, ...]] = field(default_factory=list)
    media: list[tuple[Any, ...]] = field(default_factory=list)
    attached: list[tuple[str, str, int]] = field(default_factory=list)
    jobs: list[tuple[Any, ...]] = field(default_factory=list)


def inbox_row(stimulus: Stimulus, received_at: float) -> tuple[Any, ...]:
    """The columns of `INBOX`. What SQL could not hold is replaced here, before the router copies it into rows."""
    try:
        kind, version, body = encode(stimulus)
    except UnicodeEncodeError:
        kind, version, body = encode(_cleaned(stimulus))
    if b"\\u0000" in body:
        kind, version, body = encode(_cleaned(stimulus))
    return (clean(stimulus.id), kind, version, body.decode(), received_at)


def _cleaned(stimulus: Stimulus) -> Stimulus:
    return msgspec.convert(clean_all(msgspec.to_builtins(stimulus)), type(stimulus))


def write(written: Written) -> Transaction[None]:
    """Write it: what others refer to comes first."""
    if written.messages:
        yield Insert("message", MESSAGE, written.messages)
    if written.media:
        yield Insert("media", MEDIA, written.media)
    if written.attached:
        yield Each(
            "UPDATE media SET message_id = v.message_id, position = v.position FROM {rows}"
            " WHERE media.id = v.id AND media.message_id IS NULL",
            (("id", TEXT), ("message_id", TEXT), ("position", "bigint")),
            written.attached,
        )
    if written.jobs:
        yield Insert("job", JOB, written.jobs)
    if written.inbox:
        yield Insert("inbox", INBOX, written.inbox, "ON CONFLICT (stimulus_id) DO NOTHING")
