"""Stimuli and instructions as type, version and JSON.

Version N reads N-1: a class keeps reading the JSON of the release before it, because fields are only
added with defaults. What this release does not know is an `UnknownTypeError`, to be quarantined.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from contactcenter.domain import instructions, stimuli
from contactcenter.domain.errors import ContactCenterError
from contactcenter.domain.instructions import Instruction
from contactcenter.domain.stimuli import Stimulus

VERSION: Final = 1
T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_stimuli: Final = {cls.__name__: msgspec.json.Decoder(cls) for cls in stimuli.ALL}
_instructions: Final = {cls.__name__: msgspec.json.Decoder(cls) for cls in instructions.ALL}


class UnknownTypeError(ContactCenterError):
    """A stored type or version that this release cannot read."""


class UnreadableError(ContactCenterError):
    """Stored JSON that does not have the shape of its type."""


def encode(item: Stimulus | Instruction) -> tuple[str, int, bytes]:
    """The type name, version and JSON of `item`."""
    return type(item).__name__, VERSION, _encoder.encode(item)


def decode_stimulus(kind: str, version: int, body: bytes | str) -> Stimulus:
    """The stimulus that was stored.

    Raises:
        UnknownTypeError: for a type or version of a later release.
        UnreadableError: for JSON of another shape.
    """
    return _decode(_stimuli, kind, version, body)


def decode_instruction(kind: str, version: int, body: bytes | str) -> Instruction:
    """The instruction that was stored; raises like `decode_stimulus`."""
    return _decode(_instructions, kind, version, body)


def _decode(decoders: dict[str, msgspec.json.Decoder[T]], kind: str, version: int, body: bytes | str) -> T:
    decoder = decoders.get(kind)
    if decoder is None or version > VERSION:
        message = f"{kind} version {version} is not known to this release; upgrade, or drop it"
        raise UnknownTypeError(message)
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        message = f"{kind} version {version}: {error}"
        raise UnreadableError(message) from error
