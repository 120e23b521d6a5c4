"""Messages after the beep: each becomes a contact of its queue, once, also when nobody took it as it was handed in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec
import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.channels.voice import VoiceChannel
from contactcenter.domain.messages import InboundMedia, InboundMessage
from contactcenter.domain.words import VOICEMAIL, MediaClass
from contactcenter.ivr import Record
from contactcenter.storage import Call, CallPart, Taken

ASKING_SECONDS: Final = 1.0
"""So long a caller waits while their vendor is asked for a message of theirs."""

log = structlog.get_logger(__name__)


class TakesMessages(Protocol):
    """What this needs of the intake."""

    async def receive(self, message: InboundMessage, media_class: MediaClass) -> Taken:
        """Take a message in."""


class Voicemails:
    """See the module. `channels` are asked for what was recorded. Times in UTC seconds."""

    def __init__(self, intake: TakesMessages, channels: Mapping[str, Channel]) -> None:
        self._intake = intake
        self._channels = channels

    async def keep(self, call: Call, record: Record, url: str, at: float, raw: str = "") -> Call:
        """Make what was recorded a contact; the call that left it. Raises UnavailableError."""
        await self._intake.receive(
            InboundMessage(
                channel=VOICEMAIL,
                provider_id=f"{call.id}:{url}",
                address=call.address,
                to=call.to,
                thread=f"{VOICEMAIL}:{call.id}:{call.session.step}",
                text="",
                received_at=at,
                media=(InboundMedia(url=url, channel=call.channel),),
                language=call.language,
                queue=record.queue,
                raw=raw,
            ),
            MediaClass.ASYNC,
        )
        return msgspec.structs.replace(call, contact_at=call.contact_at or at, served=True)

    async def left_meanwhile(self, call: Call) -> str | None:
        """The address of what a caller spoke while it could not be written down; None also when nobody can say."""
        if call.part is not CallPart.MENU or not isinstance(call.session.answer[-1], Record):
            return None
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                return await self.of_call(call)
        except (TransientError, TimeoutError) as error:
            log.warning("voicemails.not_found", call=call.id, error=str(error) or "too slow")
            return None

    async def of_call(self, call: Call) -> str | None:
        """The address of what the vendor has recorded of a call, if anything. Raises TransientError: it cannot say."""
        channel = self._channels.get(call.channel)
        if not isinstance(channel, VoiceChannel):
            return None
        try:
            found = await channel.messages(call.id)
        except PermanentError as error:
            log.warning("voicemails.refused", call=call.id, error=str(error))
            return None
        return found[0] if found else None
