"""One attempt at one instruction: what to ask the vendor first, and what each answer means."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import structlog

from contactcenter.channels.base import Channel, PermanentError, TransientError
from contactcenter.domain.instructions import ConnectContact, EndCall, HoldCall, SendMessage
from contactcenter.domain.messages import OutboundMessage, Receipt
from contactcenter.domain.stimuli import ConnectionFailed
from contactcenter.domain.words import Lane, Repeat
from contactcenter.metrics import Metrics
from contactcenter.runtime.calls import CallInstruction, Calls
from contactcenter.runtime.intake import Intake
from contactcenter.storage import OutboxItem, Settlement, UnavailableError

ATTEMPTS: Final = 10
OLDEST_SECONDS: Final = 6 * 3600.0
"""After so long an answer does not answer any more."""
BACKOFF_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)
CALL_BACKOFF_SECONDS: Final = (0.3, 0.6, 1.2, 2.5, 5.0, 10.0, 20.0)
"""Somebody is on the line."""
SEND_SECONDS: Final = 30.0
LOOK_UP_SECONDS: Final = 8.0
"""A vendor may show a message that much later than it took it; an earlier look-up could miss it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """How an attempt ended, and whether the vendor asked the whole channel to wait (UTC seconds)."""

    settlement: Settlement
    channel_rests_until: float | None = None


class Errands:
    """Runs attempts. `sign_media` makes the public, signed address of a picture from its id; `calls` acts on calls."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        intake: Intake,
        *,
        clock: Callable[[], float],
        metrics: Metrics,
        sign_media: Callable[[str], str],
        calls: Calls | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._channels = channels
        self._intake = intake
        self._clock = clock
        self._metrics = metrics
        self._sign_media = sign_media
        self._calls = calls
        self._chance = chance

    def channel_of(self, item: OutboxItem) -> str:
        """Whose pace the attempt counts against."""
        return item.instruction.account

    async def run(self, item: OutboxItem) -> Done:
        """One attempt. Never raises but on cancellation: whatever goes wrong is a result."""
        instruction = item.instruction
        try:
            if isinstance(instruction, SendMessage):
                return await self._send(item, instruction.channel)
            if isinstance(instruction, ConnectContact | HoldCall | EndCall):
                return await self._call(item, instruction)
        except Exception as error:
            log.exception("errand.failed", outbox=item.id, kind=type(instruction).__name__)
            return self._again(item, TransientError(f"{type(error).__name__}: {error}"))
        return Done(Settlement(id=item.id, state="dead", error=f"nothing carries out {type(instruction).__name__}"))

    async def _call(self, item: OutboxItem, instruction: CallInstruction) -> Done:
        channel = None if self._calls is None else self._calls.channel(instruction.channel)
        if self._calls is None or channel is None:
            if isinstance(instruction, ConnectContact):
                return await self._not_connected(item, instruction)
            return Done(Settlement(id=item.id, state="dropped", error="no legs were joined"))
        try:
            async with asyncio.timeout(SEND_SECONDS):
                needless = await self._calls.carry_out(instruction, channel, item.first_tried_at)
        except TransientError as error:
            trouble = error
        except UnavailableError as error:
            trouble = TransientError(str(error))
        except TimeoutError:
            trouble = TransientError(f"{channel.name} did not answer in {SEND_SECONDS:.0f} s")
        except PermanentError as error:
            return Done(Settlement(id=item.id, state="dead", error=_text(error, error.code)))
        else:
            return Done(Settlement(id=item.id, state="sent" if needless is None else "dropped", error=needless))
        return self._again(item, trouble)

    async def _not_connected(self, item: OutboxItem, instruction: ConnectContact) -> Done:
        """This channel has no legs to join: the contact goes back to its place."""
        failed = ConnectionFailed(
            id=f"{instruction.id}.failed",  # the same for each attempt: a repeat changes nothing
            contact_id=instruction.contact_id,
            reason=f"{instruction.channel} has no call control",
        )
        try:
            await self._intake.submit(failed)
        except UnavailableError as error:
            return self._again(item, TransientError(str(error), reached=False))
        return Done(Settlement(id=item.id, state="sent"))

    async def _send(self, item: OutboxItem, name: str) -> Done:
        channel = self._channels.get(name)
        if item.message is None:
            return Done(Settlement(id=item.id, state="dropped", error="the message is gone"))
        if item.opted_out and item.first_tried_at is None:
            return Done(Settlement(id=item.id, state="dropped", error="opted_out"))
        if channel is None:
            error = f"channel {name} is not set up"
            return Done(Settlement(id=item.id, state="dead", error=error, reached=False))
        tried_at = item.first_tried_at
        if tried_at is not None and item.instruction.repeat is Repeat.NEVER:
            return Done(Settlement(id=item.id, state="unknown", error="an earlier attempt may have reached the vendor"))
        if tried_at is not None and item.instruction.repeat is Repeat.LOOKUP:
            wait = tried_at + LOOK_UP_SECONDS - self._clock()
            if wait > 0:
                return Done(Settlement(id=item.id, state="pending", next_at=self._clock() + wait))
        message = replace(
            item.message, media=tuple(replace(each, url=self._sign_media(each.media_id)) for each in item.message.media)
        )
        return await self._attempt(item, channel, message)

    async def _attempt(self, item: OutboxItem, channel: Channel, message: OutboundMessage) -> Done:
        began = time.perf_counter()
        result = "sent"
        try:
            receipt = await self._hand_over(item, channel, message)
        except TransientError as error:
            result = "transient"
            return self._again(item, error)
        except PermanentError as error:
            result = "permanent"
            return Done(Settlement(id=item.id, state="dead", error=_text(error, error.code)))
        except TimeoutError:
            result = "timeout"
            return self._again(item, TransientError(f"{channel.name} did not answer in {SEND_SECONDS:.0f} s"))
        finally:
            self._metrics.sends.labels(channel.name, result).inc()
            self._metrics.send_seconds.labels(channel.name).observe(time.perf_counter() - began)
        return Done(Settlement(id=item.id, state="sent", receipt=receipt))

    async def _hand_over(self, item: OutboxItem, channel: Channel, message: OutboundMessage) -> Receipt:
        async with asyncio.timeout(SEND_SECONDS):
            if item.first_tried_at is not None and item.instruction.repeat is Repeat.LOOKUP:
                found = await channel.look_up(replace(message, first_tried_at=item.first_tried_at))
                if found is not None:
                    return found
            return await channel.send(message)

    def _again(self, item: OutboxItem, error: TransientError) -> Done:
        """Later, or never when it has been tried for long enough."""
        now = self._clock()
        if item.attempts >= ATTEMPTS or now - item.created_at > OLDEST_SECONDS:
            reason = f"given up after {item.attempts} attempts: {error}"
            return Done(Settlement(id=item.id, state="dead", error=reason, reached=error.reached))
        steps = CALL_BACKOFF_SECONDS if item.instruction.lane is Lane.CALL_CONTROL else BACKOFF_SECONDS
        step = steps[min(max(item.attempts, 1), len(steps)) - 1]
        seconds = step * (0.75 + self._chance() / 2)
        rests_until = None
        if error.retry_after is not None:
            seconds = max(seconds, error.retry_after)
            rests_until = now + error.retry_after
        settlement = Settlement(
            id=item.id, state="pending", next_at=now + seconds, error=str(error), reached=error.reached
        )
        return Done(settlement, rests_until)


def _text(error: Exception, code: str | None) -> str:
    return f"{code}: {error}" if code and code not in str(error) else str(error)
