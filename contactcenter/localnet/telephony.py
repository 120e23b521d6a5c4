"""What can be done with calls from outside: by a person with a telephone, or over the API."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from contactcenter.localnet.account import Account, is_phone_number
from contactcenter.localnet.call_webhooks import Step
from contactcenter.localnet.calls import OVER, Call, CallDirection, CallStatus, Input, Reporting
from contactcenter.localnet.dialing import is_dialable
from contactcenter.localnet.errors import TwilioRefusal
from contactcenter.localnet.exchange import Exchange
from contactcenter.localnet.interpreter import Interpreter
from contactcenter.localnet.outbox import is_web_address
from contactcenter.localnet.voice_twiml import Verb

MAX_KEYS = 1_000
MAX_WORDS = 4_000
DEFAULT_TIMEOUT = 60
_KEYS = frozenset("0123456789*#ABCD")


def _nothing(_call: Call) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call somebody asks the network to make; `response` is what to do in place of a step.

    `afterwards` is called when it is over, or goes on elsewhere.
    """

    to: str
    sender: str
    step: Step = field(default_factory=Step)
    response: Verb | None = None
    timeout: float = DEFAULT_TIMEOUT
    reporting: Reporting = field(default_factory=Reporting)
    fallback: str = ""
    detection: str = ""
    afterwards: Callable[[Call], None] = _nothing


class Telephony:
    """Begins, changes and ends calls."""

    def __init__(
        self, account: Account, exchange: Exchange, interpreter: Interpreter, *, calls_per_second: float
    ) -> None:
        """`calls_per_second` is how many calls may be asked for over the API."""
        self._account = account
        self._exchange = exchange
        self._interpreter = interpreter
        self._rate = calls_per_second
        self._allowance = max(calls_per_second, 1.0)
        self._seen = time.monotonic()

    def dial(self, sender: str, to: str) -> Call:
        """Let a person call the center. Raises ValueError for numbers nobody has."""
        number = self._account.numbers.get(to)
        if number is None:
            raise ValueError(f"{to!r} is not one of the account's numbers")
        if not is_phone_number(sender) and not is_dialable(sender):
            raise ValueError(f"{sender!r} is not a phone number with + and country code")
        if not number.voice_url:
            raise ValueError(f"{to} takes no calls: it has no voice_url")
        call = self._exchange.open(
            sender,
            to,
            CallDirection.INBOUND,
            reporting=Reporting(number.voice_status_callback),
            fallback=number.voice_fallback_url,
        )
        self._exchange.book.hear(call, "ring", "")
        self.go_on(call, Step(number.voice_url))
        return call

    def press(self, call: Call, keys: str) -> bool:
        """Press keys; False when nobody listens for them. Raises ValueError for what is no key."""
        if not 1 <= len(keys) <= MAX_KEYS or not _KEYS.issuperset(keys):
            raise ValueError(f"keys are 1 to {MAX_KEYS} of 0-9 * # A-D")
        return call.line.do(*(Input(key=key) for key in keys))

    def speak(self, call: Call, words: str) -> bool:
        """Say something; False when nobody listens. Raises ValueError for nothing or too much."""
        words = words.encode("utf-8", "replace").decode()
        if not words.strip() or len(words) > MAX_WORDS:
            raise ValueError(f"say 1 to {MAX_WORDS} characters")
        taken = call.line.do(Input(words=words))
        if call.room is not None:
            call.room.speak(call, words)
        return taken or call.room is not None

    def hang_up(self, call: Call) -> None:
        """Let the person hang up, or decline what still rings."""
        ringing = call.status is CallStatus.RINGING and call.direction is not CallDirection.INBOUND
        self._exchange.end(call, CallStatus.BUSY if ringing else CallStatus.COMPLETED)

    def answer(self, call: Call) -> None:
        """Let the person take up a telephone that rings. Raises ValueError when it does not."""
        if call.direction is CallDirection.INBOUND or call.status is not CallStatus.RINGING:
            raise ValueError("this telephone does not ring")
        self._exchange.answer(call)

    def create(self, draft: CallDraft) -> Call:
        """Make a call for the center. Raises TwilioRefusal."""
        self._check(draft)
        self._check_rate()
        call = self._exchange.open(
            draft.sender,
            draft.to,
            CallDirection.API,
            reporting=draft.reporting,
            fallback=draft.fallback,
            detection=draft.detection,
        )

        async def work(leg: Call) -> None:
            try:
                if not await self._exchange.ring(leg, draft.timeout):
                    return
                await self._exchange.detect(leg)
                if draft.response is not None:
                    await self._interpreter.perform(leg, draft.response)
                else:
                    await self._interpreter.work(leg, draft.step)
            finally:
                draft.afterwards(leg)

        self._exchange.run(call, work)
        return call

    def redirect(self, call: Call, step: Step, fallback: str = "") -> None:
        """Let a live call go on elsewhere. Raises TwilioRefusal when it is not in progress."""
        if call.status is not CallStatus.IN_PROGRESS:
            raise TwilioRefusal(21220)
        call.fallback = fallback or call.fallback
        self.go_on(call, step)

    def end(self, call: Call, status: str) -> None:
        """End a call for the center: `canceled` only what has not been answered. Raises TwilioRefusal."""
        if call.status in OVER:
            raise TwilioRefusal(21220)
        if status == "completed" or call.status is not CallStatus.IN_PROGRESS:
            self._exchange.end(call, CallStatus.COMPLETED)

    def go_on(self, call: Call, step: Step) -> None:
        """Follow other instructions from now on."""

        async def work(leg: Call) -> None:
            await self._interpreter.work(leg, step)

        self._exchange.run(call, work)

    def _check(self, draft: CallDraft) -> None:
        if not draft.to:
            raise TwilioRefusal(21201)
        if not draft.sender:
            raise TwilioRefusal(21213)
        if not is_dialable(draft.to):
            raise TwilioRefusal(21211, draft.to)
        if draft.sender not in self._account.numbers and not (
            draft.sender.startswith("client:") and not is_phone_number(draft.to)
        ):
            raise TwilioRefusal(21210, draft.sender)
        for address in (draft.step.address, draft.fallback):
            if address and not is_web_address(address):
                raise TwilioRefusal(21205, address)
        if draft.reporting.address and not is_web_address(draft.reporting.address):
            raise TwilioRefusal(21609, draft.reporting.address)
        if draft.response is None and not draft.step.address and draft.step.twiml is None:
            raise TwilioRefusal(21205, "")

    def _check_rate(self) -> None:
        now = time.monotonic()
        self._allowance = min(self._allowance + (now - self._seen) * self._rate, max(self._rate, 1.0))
        self._seen = now
        if self._allowance < 1:
            raise TwilioRefusal(20429)
        self._allowance -= 1
