"""The verb `<Dial>`: other telephones, connected with the caller, and conferences."""

import asyncio
import re
from contextlib import suppress
from urllib.parse import urlsplit

from contactcenter.localnet.account import Account, is_phone_number
from contactcenter.localnet.call_webhooks import Document, Step, beside
from contactcenter.localnet.calls import Call, CallBook, CallDirection, CallStatus, Reporting
from contactcenter.localnet.conferences import DEFAULT_MUSIC, Entry, Hall, Member
from contactcenter.localnet.exchange import Exchange, Work
from contactcenter.localnet.interpreter import Interpreter
from contactcenter.localnet.twiml import SCHEMA_WARNING
from contactcenter.localnet.voice_twiml import WAITING_VERBS, WHISPER_VERBS, Verb

BAD_CALLER_ID = 13214
BAD_NUMBER = 13224
SOUNDS = (".wav", ".mp3")
"""How an address ends that is a sound by itself, no instructions to ask for."""
_OTHER_ADDRESS = re.compile(r"(client|sip):[!-~]{1,255}")
_PATIENCE = 30
_LIMIT = 14_400
_EVENTS = frozenset({"completed"})


class Bridge:
    """Two people who talk with each other."""

    def __init__(self, book: CallBook, caller: Call) -> None:
        """`caller` is the one who dialed."""
        self._book = book
        self._caller = caller
        self.other: Call | None = None
        self.connected = asyncio.Event()
        self.ended = asyncio.Event()

    def join(self, leg: Call) -> None:
        """Connect the one who was dialed."""
        self.other = leg
        for call in (self._caller, leg):
            call.room = self
            self._book.hear(call, "connected", "")
        self.connected.set()

    def leave(self) -> None:
        """End it, whoever left."""
        for call in (self._caller, self.other):
            if call is not None and call.room is self:
                call.room = None
        self.ended.set()

    def speak(self, speaker: Call, words: str) -> None:
        """Let the other one hear it."""
        listener = self.other if speaker is self._caller else self._caller
        if listener is not None:
            self._book.hear(listener, "person", words, voice=speaker.person)


class Dialer:
    """Plays `<Dial>`."""

    def __init__(self, account: Account, exchange: Exchange, hall: Hall, interpreter: Interpreter) -> None:
        """Teach the interpreter the verb."""
        self._account = account
        self._exchange = exchange
        self._hall = hall
        self._interpreter = interpreter
        interpreter.learn("Dial", self.dial)

    async def dial(self, call: Call, verb: Verb, document: Document) -> Step | None:
        """Connect the call with whom the verb names, and go on when that is over."""
        if verb.children and verb.children[0].name == "Conference":
            result = await self._conference(call, verb.children[0], document)
        else:
            result = await self._people(call, verb, document)
        return self._interpreter.step(document, verb.get("action"), result) if verb.get("action") else None

    async def _people(self, call: Call, verb: Verb, document: Document) -> dict[str, str]:
        nouns = verb.children or (Verb("Number", text=verb.text),)
        caller_id = verb.get("callerId") or call.sender
        problem = self._problem(call, caller_id, nouns)
        if problem is not None:
            self._exchange.webhooks.alert(problem[0], document.address, problem[1])
            return {"DialCallStatus": CallStatus.FAILED.value, "DialBridged": "false"}
        bridge = Bridge(self._exchange.book, call)
        legs = [self._open(call, caller_id, noun, document) for noun in nouns]
        patience = verb.number("timeout", _PATIENCE)
        for leg, noun in zip(legs, nouns, strict=True):
            self._exchange.run(leg, self._leg_work(noun, document, bridge, patience))
        self._exchange.book.hear(call, "ring", "")
        try:
            await _connected_or_over(bridge, legs)
            if bridge.connected.is_set():
                self._exchange.answer(call)
                for leg in legs:
                    if leg is not bridge.other:
                        self._exchange.end(leg, CallStatus.CANCELED)
                with suppress(TimeoutError):
                    async with asyncio.timeout(verb.number("timeLimit", _LIMIT)):
                        await bridge.ended.wait()
        finally:
            for leg in legs:
                if leg.room is bridge or bridge.other is not leg:
                    self._exchange.end(leg, CallStatus.COMPLETED)
            bridge.leave()
        return _result(bridge.other or legs[-1], bridged=bridge.connected.is_set())

    def _problem(self, call: Call, caller_id: str, nouns: tuple[Verb, ...]) -> tuple[int, str] | None:
        if caller_id not in {*self._account.numbers, call.sender, call.to}:
            return BAD_CALLER_ID, f"{caller_id!r} may not be shown as the caller"
        bad = [noun.text for noun in nouns if not is_dialable(_address(noun))]
        return (BAD_NUMBER, f"{bad[0]!r} cannot be dialed") if bad else None

    def _open(self, call: Call, caller_id: str, noun: Verb, document: Document) -> Call:
        reporting = reporting_of(noun, document, _EVENTS)
        address = _address(noun)
        return self._exchange.open(caller_id, address, CallDirection.DIAL, parent=call, reporting=reporting)

    def _leg_work(self, noun: Verb, document: Document, bridge: Bridge, patience: float) -> Work:
        async def work(leg: Call) -> None:
            if not await self._exchange.ring(leg, patience):
                return
            if noun.get("url"):
                whisper = Step(beside(document, noun.get("url")))
                if not await self._interpreter.listen_first(leg, whisper, WHISPER_VERBS):
                    return
            if bridge.connected.is_set() or bridge.ended.is_set():
                return
            bridge.join(leg)
            try:
                await bridge.ended.wait()
            finally:
                bridge.leave()

        return work

    async def _conference(self, call: Call, noun: Verb, document: Document) -> dict[str, str]:
        entry = entry_of(noun, document)
        conference = self._hall.open(noun.text, entry.reporting)
        member = self._hall.join(call, conference, entry)
        if member is None:
            problem = f"{noun.text!r} is full, or nobody in it has the call sid to coach"
            self._exchange.webhooks.alert(SCHEMA_WARNING, document.address, problem)
            return {"DialCallStatus": CallStatus.FAILED.value}
        try:
            while not member.gone:
                await self._attend(member)
        finally:
            self._hall.leave(member)
        return {"DialCallStatus": "answered"}

    async def _attend(self, member: Member) -> None:
        """Be in a conference until something changes for this one: music, or the others."""
        member.changed.clear()
        waits: set[asyncio.Future[None]] = {asyncio.ensure_future(_of(member.changed))}
        if member.music is not None:
            waits.add(asyncio.ensure_future(self._wait_with(member, member.music)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _wait_with(self, member: Member, address: str) -> None:
        """Play what is for waiting, again and again."""
        call, step = member.call, Step(address, method=member.hold_method if member.hold else "POST")
        if address == DEFAULT_MUSIC:
            self._exchange.book.hear(call, "music", "")
        elif urlsplit(address).path.endswith(SOUNDS):
            self._exchange.book.hear(call, "music", address)
        elif address:
            while await self._interpreter.listen_first(call, step, WAITING_VERBS):
                await self._exchange.pass_seconds(1)
        await call.over.wait()


def is_dialable(address: str) -> bool:
    """Whether a number, `client:…` or `sip:…` can be called."""
    return is_phone_number(address) or _OTHER_ADDRESS.fullmatch(address) is not None


def reporting_of(
    noun: Verb, document: Document, default: frozenset[str], attribute: str = "statusCallback"
) -> Reporting:
    """Return where a noun's progress is reported."""
    address = noun.get(attribute)
    events = noun.get(f"{attribute}Event").split()
    return Reporting(beside(document, address) if address else "", frozenset(events) or default)


def _address(noun: Verb) -> str:
    return f"client:{noun.text}" if noun.name == "Client" else noun.text


def entry_of(noun: Verb, document: Document) -> Entry:
    """Return how somebody enters the conference of a noun."""
    wait = noun.attributes.get("waitUrl")
    return Entry(
        label=noun.get("participantLabel"),
        muted=noun.flag("muted", default=False),
        coach=noun.get("coach"),
        starts=noun.flag("startConferenceOnEnter", default=True),
        ends=noun.flag("endConferenceOnExit", default=False),
        beep=noun.get("beep", "true"),
        wait_url=DEFAULT_MUSIC if wait is None else (beside(document, wait) if wait else ""),
        limit=noun.number("maxParticipants", 250),
        reporting=reporting_of(noun, document, frozenset()),
        recorded=noun.get("record") == "record-from-start",
        recording=reporting_of(noun, document, _EVENTS, "recordingStatusCallback"),
    )


def _result(leg: Call, *, bridged: bool) -> dict[str, str]:
    result = {"DialCallStatus": "completed" if bridged else leg.status.value, "DialCallSid": leg.sid}
    result["DialBridged"] = str(bridged).lower()
    if bridged:
        result["DialCallDuration"] = str(leg.seconds)
    return result


async def _connected_or_over(bridge: Bridge, legs: list[Call]) -> None:
    """Wait until somebody is connected, or everybody's leg is over."""
    connected = asyncio.ensure_future(_of(bridge.connected))
    all_over = asyncio.ensure_future(_of(*(leg.over for leg in legs)))
    try:
        await asyncio.wait({connected, all_over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        connected.cancel()
        all_over.cancel()


async def _of(*events: asyncio.Event) -> None:
    for event in events:
        await event.wait()
