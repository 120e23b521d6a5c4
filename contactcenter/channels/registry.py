"""Which channels there are, and the adapters of those that the settings enable.

A channel of this package is one module and one line of `BUILT_IN`; one of another package announces its
`build` as an entry point of the group `contactcenter.channels`. Nothing else knows a vendor by name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from contactcenter.channels.base import Channel, ChannelContext, Missing
from contactcenter.domain.errors import InvalidConfigurationError, Problem

GROUP: Final = "contactcenter.channels"

BUILT_IN: Final = (
    EntryPoint("chat", "contactcenter.channels.chat:build", GROUP),
    EntryPoint("sms", "contactcenter.channels.twilio_sms:build", GROUP),
    EntryPoint("voice", "contactcenter.channels.twilio_voice:build", GROUP),
)

Build = Callable[[ChannelContext], object]
"""Makes a `Channel`, or says what is `Missing`; what another package's really makes is checked."""


class Channels(Mapping[str, Channel]):
    """The adapters by the name of their channel; `missing` says of each other one what would enable it."""

    def __init__(self, channels: Iterable[Channel], missing: Mapping[str, str] | None = None) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self.missing = dict(missing or {})

    def __getitem__(self, name: str) -> Channel:
        return self._channels[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._channels)

    def __len__(self) -> int:
        return len(self._channels)

    async def close(self) -> None:
        """Let every channel's connections go."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))


def build_channels(context: ChannelContext, announced: Iterable[EntryPoint] | None = None) -> Channels:
    """Build what the settings enable; `announced` are other packages' channels, by default the installed ones.

    Raises:
        InvalidConfigurationError: with every channel that is set up wrongly, or cannot be loaded.
    """
    others = entry_points(group=GROUP) if announced is None else announced
    channels: dict[str, Channel] = {}
    missing: dict[str, str] = {}
    problems: list[Problem] = []
    for entry in (*BUILT_IN, *others):
        try:
            if entry.name in channels or entry.name in missing:
                problems.append(Problem(_path(entry), "there are two of this name; remove one of the packages"))
                continue
            built = _load(entry)(context)
        except InvalidConfigurationError as error:
            problems += error.problems
            continue
        if isinstance(built, Missing):
            missing[entry.name] = built.remedy
        elif isinstance(built, Channel) and built.name == entry.name:
            channels[entry.name] = built
        else:
            problems.append(Problem(_path(entry), f"{entry.value} built no channel of this name"))
    if problems:
        raise InvalidConfigurationError(problems)
    return Channels(channels.values(), missing)


def _load(entry: EntryPoint) -> Build:
    try:
        build: Build = entry.load()
    except Exception as error:
        # Another package's code: whatever it raises, the operator must read which package it was.
        message = f"{entry.value} cannot be loaded ({type(error).__name__}: {error}); upgrade or remove its package"
        raise InvalidConfigurationError([Problem(_path(entry), message)]) from error
    return build


def _path(entry: EntryPoint) -> str:
    return f"channels.{entry.name}"
