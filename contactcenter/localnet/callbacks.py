"""Status callbacks: one after another per message or call, unless a fault loses, delays or reverses them."""

import asyncio
from collections.abc import Collection

from contactcenter.localnet.account import Account
from contactcenter.localnet.bell import Tasks
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.messages import FINAL, Clock, Message, Status
from contactcenter.localnet.webhooks import Call, WebhookSender
from contactcenter.localnet.wire import VERSION

# Twilio reports each change after the first status; `sending` is passed too quickly to be seen.
REPORTED = frozenset(
    {
        Status.QUEUED,
        Status.SENT,
        Status.DELIVERED,
        Status.UNDELIVERED,
        Status.FAILED,
        Status.CANCELED,
    }
)


class CallbackQueue:
    """Sends one subject's callbacks in their order, hit by the faults that were asked for."""

    def __init__(self, faults: Faults, webhooks: WebhookSender, tasks: Tasks) -> None:
        """`tasks` runs what is under way."""
        self._faults = faults
        self._webhooks = webhooks
        self._tasks = tasks
        self._last: dict[str, asyncio.Task[None]] = {}
        self._reversed: dict[str, list[Call]] = {}
        self._released = asyncio.Event()

    def put(self, sid: str, call: Call, *, final: bool) -> None:
        """Send a callback about `sid`; `final` says that none follows."""
        if sid in self._reversed or self._faults.take(FaultKind.CALLBACKS_REVERSED, number=call.number):
            self._collect(sid, call, final=final)
        else:
            self._send(sid, call)

    def release(self) -> None:
        """Send the callbacks that wait to be released."""
        self._released.set()
        self._released = asyncio.Event()

    def _collect(self, sid: str, call: Call, *, final: bool) -> None:
        held = self._reversed.setdefault(sid, [])
        held.append(call)
        if final:
            del self._reversed[sid]
            for late in reversed(held):
                self._send(sid, late)

    def _send(self, sid: str, call: Call) -> None:
        number = call.number
        if self._faults.take(FaultKind.CALLBACK_LOST, number=number):
            return
        late = self._faults.take(FaultKind.CALLBACK_LATE, number=number)
        if late is not None:
            self._tasks.spawn(self._send_late(call, late.seconds, self._released))
            return
        copies = 2 if self._faults.take(FaultKind.CALLBACK_DOUBLED, number=number) else 1
        task = self._tasks.spawn(self._send_after(self._last.get(sid), call, copies))
        self._last[sid] = task
        task.add_done_callback(lambda ended: self._forget(sid, ended))

    def _forget(self, sid: str, ended: asyncio.Task[None]) -> None:
        if self._last.get(sid) is ended:
            del self._last[sid]

    async def _send_after(self, before: asyncio.Task[None] | None, call: Call, copies: int) -> None:
        if before is not None:
            await asyncio.wait([before])
        await asyncio.gather(*(self._webhooks.post(call) for _ in range(copies)))

    async def _send_late(self, call: Call, seconds: float | None, released: asyncio.Event) -> None:
        if seconds is None:
            await released.wait()
        else:
            await asyncio.sleep(seconds)
        await self._webhooks.post(call)


class StatusCallbacks:
    """Reports the changes of outgoing messages to the addresses that asked for them."""

    def __init__(
        self,
        account: Account,
        queue: CallbackQueue,
        clock: Clock,
        *,
        reported: Collection[Status] = REPORTED,
    ) -> None:
        """`reported` are the statuses that are called back."""
        self._account = account
        self._queue = queue
        self._clock = clock
        self._reported = reported

    def report(self, message: Message) -> None:
        """Report the status a message has just reached."""
        address = self._address(message)
        if not address or message.status not in self._reported:
            return
        call = Call("status", address, self._params(message), message.handset)
        self._queue.put(message.sid, call, final=message.status in FINAL)

    def _address(self, message: Message) -> str:
        if message.status_callback:
            return message.status_callback
        service = self._account.services.get(message.service_sid or "")
        return service.status_callback if service is not None else ""

    def _params(self, message: Message) -> dict[str, str]:
        params = {
            "SmsSid": message.sid,
            "SmsStatus": message.status.value,
            "MessageStatus": message.status.value,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": message.sender or "",
            "ApiVersion": VERSION,
        }
        if message.service_sid is not None:
            params["MessagingServiceSid"] = message.service_sid
        if message.error_code is not None:
            params["ErrorCode"] = str(message.error_code)
        if message.status in {Status.DELIVERED, Status.UNDELIVERED}:
            params["RawDlrDoneDate"] = self._clock().strftime("%y%m%d%H%M")
        return params
