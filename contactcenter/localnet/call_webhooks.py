"""What the center is told of a call: requests for instructions, and reports of progress."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from contactcenter.localnet.account import Account, country_of
from contactcenter.localnet.callbacks import CallbackQueue
from contactcenter.localnet.calls import OVER, Call, CallStatus
from contactcenter.localnet.faults import FaultKind, Faults
from contactcenter.localnet.messages import Clock
from contactcenter.localnet.twiml import TwimlError
from contactcenter.localnet.voice_twiml import Verb, read_document
from contactcenter.localnet.webhooks import Answer, WebhookSender
from contactcenter.localnet.webhooks import Call as Webhook
from contactcenter.localnet.wire import VERSION, rfc2822

_HTTP_FAILURE = 11200
_PLACES = ("City", "State", "Zip")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Document:
    """Instructions, and the address they came from ("" for TwiML given with a request)."""

    response: Verb
    address: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a call goes on: an address with what to tell it, or TwiML as it is."""

    address: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str | None = None
    method: str = "POST"


class CallWebhooks:
    """Speaks to the center about calls."""

    def __init__(
        self, account: Account, faults: Faults, webhooks: WebhookSender, queue: CallbackQueue, clock: Clock
    ) -> None:
        """`queue` keeps each call's reports in their order."""
        self._account = account
        self._faults = faults
        self._webhooks = webhooks
        self._queue = queue
        self._clock = clock

    async def instructions(self, call: Call, step: Step, allowed: frozenset[str] | None = None) -> Document | None:
        """Ask what to do; on failure ask the fallback. None when neither can be followed."""
        if step.twiml is not None:
            return self._read(Answer(200, "text/xml", step.twiml), "", allowed)[0]
        document, code = await self._ask(call, step.address, step.params, allowed, step.method)
        if document is None and call.fallback:
            failed = {"ErrorCode": str(code), "ErrorUrl": step.address}
            document, _ = await self._ask(call, call.fallback, {**step.params, **failed}, allowed)
        return document

    async def _ask(
        self,
        call: Call,
        address: str,
        extra: Mapping[str, str],
        allowed: frozenset[str] | None,
        method: str = "POST",
    ) -> tuple[Document | None, int]:
        params = {**self.params(call), **extra}
        forged = self._faults.take(FaultKind.WEBHOOK_FORGED, number=call.person) is not None
        webhook = Webhook("voice", address, params, call.person, forged=forged, method=method)
        copies = self._faults.take(FaultKind.WEBHOOK_COPIES, number=call.person)
        count = 1 if copies is None else copies.copies
        answers = await asyncio.gather(*(self._webhooks.post(webhook) for _ in range(count)))
        answer = answers[0]
        if answer is None:
            return None, _HTTP_FAILURE
        return self._read(answer, address, allowed)

    def _read(self, answer: Answer, address: str, allowed: frozenset[str] | None) -> tuple[Document | None, int]:
        if answer.content_type.startswith("audio/"):
            return Document(Verb("Response", children=(Verb("Play", text=address),)), address), 0
        try:
            return Document(read_document(answer.content_type, answer.text, allowed=allowed), address), 0
        except TwimlError as error:
            self.alert(error.code, address, str(error))
            return None, error.code

    def alert(self, code: int, address: str, problem: str) -> None:
        """Note what Twilio's debugger would show."""
        self._webhooks.alert(code, address, problem)

    def params(self, call: Call) -> dict[str, str]:
        """Return what every request about a call carries."""
        params = {
            "CallSid": call.sid,
            "AccountSid": self._account.sid,
            "From": call.sender,
            "To": call.to,
            "Caller": call.sender,
            "Called": call.to,
            "CallStatus": call.status.value,
            "ApiVersion": VERSION,
            "Direction": call.direction.value,
        }
        for side, number in (("From", call.sender), ("To", call.to), ("Caller", call.sender), ("Called", call.to)):
            if number.startswith("+"):
                params |= {side + place: "" for place in _PLACES}
                params[side + "Country"] = country_of(number)
        if call.parent_sid is not None:
            params["ParentCallSid"] = call.parent_sid
        if call.answered_by is not None:
            params["AnsweredBy"] = call.answered_by
        return params

    def progress(self, call: Call, event: str) -> None:
        """Report a call's progress, if the event was asked for."""
        reporting = call.reporting
        if not reporting.address or event not in reporting.events:
            return
        sequence, call.sequence = call.sequence, call.sequence + 1
        params = self.params(call) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(sequence),
            "Timestamp": rfc2822(self._clock()) or "",
        }
        if event == "initiated":
            params["CallStatus"] = CallStatus.INITIATED.value
        if call.status in OVER:
            params["CallDuration"] = str(call.seconds)
            params["Duration"] = str(-(-call.seconds // _MINUTE))
        self.report(call.sid, reporting.address, params, call.person, final=call.status in OVER)

    def report(self, sid: str, address: str, params: Mapping[str, str], number: str, *, final: bool) -> None:
        """Send a status callback about a call, a conference or a recording."""
        self._queue.put(sid, Webhook("status", address, dict(params), number), final=final)


def beside(document: Document, address: str) -> str:
    """Return an address that may be relative to a document's; "" means the document's own."""
    return urljoin(document.address, address) if address else document.address
