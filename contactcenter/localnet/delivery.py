"""The way of an outgoing message: queued, sending, sent, delivered or not."""

import asyncio
from collections.abc import Callable

from contactcenter.localnet.account import Account
from contactcenter.localnet.bell import Tasks
from contactcenter.localnet.callbacks import StatusCallbacks
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.media import MediaFetcher
from contactcenter.localnet.messages import Direction, Message, MessageBook, Status

UNREACHABLE = 30003
_UNKNOWN = 30008
_RETRIEVAL = 11200


class Delivery:
    """Carries messages to handsets."""

    def __init__(
        self,
        account: Account,
        book: MessageBook,
        faults: Faults,
        callbacks: StatusCallbacks,
        fetcher: MediaFetcher,
        tasks: Tasks,
        *,
        reachable: Callable[[str], bool],
        pace: float,
    ) -> None:
        """`reachable` says whether a handset is switched on, `pace` is seconds per status."""
        self._account = account
        self._book = book
        self._faults = faults
        self._callbacks = callbacks
        self._fetcher = fetcher
        self._tasks = tasks
        self._reachable = reachable
        self._pace = pace

    def dispatch(self, message: Message) -> None:
        """Begin to carry a message that the book already holds."""
        self._tasks.spawn(self._carry(message))

    async def _carry(self, message: Message) -> None:
        if message.status is Status.ACCEPTED:
            message.sender = message.sender or self._choose_sender(message)
            await self._step(message, Status.QUEUED)
        await self._step(message, Status.SENDING)
        if not await self._fetch(message):
            await self._step(message, Status.FAILED, _RETRIEVAL)
            return
        if fault := self._faults.take(FaultKind.FAILED, number=message.to):
            await self._step(message, Status.FAILED, fault.code or _UNKNOWN)
            return
        await self._step(message, Status.SENT)
        if self._faults.take(FaultKind.STUCK, number=message.to):
            return
        if fault := self._faults.take(FaultKind.UNDELIVERED, number=message.to):
            await self._step(message, Status.UNDELIVERED, fault.code or UNREACHABLE)
        elif self._reachable(message.to):
            await self._step(message, Status.DELIVERED)
        else:
            await self._step(message, Status.UNDELIVERED, UNREACHABLE)

    def _choose_sender(self, message: Message) -> str:
        """Take the number of the pool that the person last wrote to, else the first."""
        senders = self._account.services[message.service_sid or ""].senders
        spoken = (m.to for m in self._book.newest_first() if _from(m, message.to))
        return next((number for number in spoken if number in senders), senders[0])

    async def _fetch(self, message: Message) -> bool:
        """Fetch the pictures the message names. False when one cannot be had."""
        for url in message.media_urls:
            media = await self._fetcher.fetch(url)
            if media is None:
                return False
            message.media.append(media)
        return True

    async def _step(self, message: Message, status: Status, code: int | None = None) -> None:
        await asyncio.sleep(self._pace)
        self._book.advance(message, status, code)
        self._callbacks.report(message)


def _from(message: Message, handset: str) -> bool:
    return message.direction is Direction.INBOUND and message.sender == handset
