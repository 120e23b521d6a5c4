"""Follows the center's instructions on a call: what is said, played, asked and recorded."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from contactcenter.localnet.bell import Tasks
from contactcenter.localnet.call_webhooks import Document, Step, beside
from contactcenter.localnet.calls import OVER, Call, CallStatus
from contactcenter.localnet.exchange import Exchange
from contactcenter.localnet.messages import Clock
from contactcenter.localnet.recordings import WORDS_A_SECOND, Recording, Recordings, recording_path
from contactcenter.localnet.sounds import Sounds
from contactcenter.localnet.voice_twiml import Verb

Handler = Callable[[Call, Verb, Document], Awaitable[Step | None]]

MAX_DIGITS = 1_000
_INVALID_ADDRESS = 11100
_TOO_MANY_REDIRECTS = 11215
_MAX_REDIRECTS = 50
_MUSIC_SECONDS = 10.0
_ENDLESS = 1_000_000
_UNANSWERED = frozenset({"Reject", "Redirect", "Pause"})
_APOLOGY = "We are sorry, an application error has occurred. Goodbye."


class HangUpError(Exception):
    """The instructions end the call."""


class Interpreter:
    """Follows documents verb by verb."""

    def __init__(
        self,
        exchange: Exchange,
        recordings: Recordings,
        sounds: Sounds,
        tasks: Tasks,
        clock: Clock,
        account_sid: str,
        *,
        base_url: Callable[[], str],
    ) -> None:
        """`base_url` is where recordings are found."""
        self._exchange = exchange
        self._recordings = recordings
        self._sounds = sounds
        self._tasks = tasks
        self._clock = clock
        self._account_sid = account_sid
        self._base_url = base_url
        self._verbs: dict[str, Handler] = {
            "Say": self._say,
            "Play": self._play,
            "Pause": self._pause,
            "Gather": self._gather,
            "Record": self._record,
            "Redirect": self._redirect,
            "Hangup": self._hangup,
            "Reject": self._reject,
        }

    def learn(self, verb: str, handler: Handler) -> None:
        """Add a verb that another part plays."""
        self._verbs[verb] = handler

    async def work(self, call: Call, step: Step) -> None:
        """Follow a call's instructions to their end; without any, apologise as Twilio does."""
        try:
            followed = await self.follow(call, step)
            self._exchange.answer(call)
            if not followed:
                self._exchange.book.hear(call, "say", _APOLOGY, language="en")
        except HangUpError:
            return

    async def follow(self, call: Call, step: Step | None, allowed: frozenset[str] | None = None) -> bool:
        """Follow instructions from one document to the next; False when there are none.

        Raises HangUpError when they end the call.
        """
        hasty = 0
        while step is not None:
            document = await self._exchange.webhooks.instructions(call, step, allowed)
            if document is None:
                return False
            hasty = hasty + 1 if all(verb.name == "Redirect" for verb in document.response.children) else 0
            if hasty > _MAX_REDIRECTS:
                problem = f"{hasty} redirects, and nothing was said, played or asked between them"
                self._exchange.webhooks.alert(_TOO_MANY_REDIRECTS, document.address, problem)
                raise HangUpError
            step = await self._perform(call, document)
        return True

    async def listen_first(self, call: Call, step: Step, allowed: frozenset[str]) -> bool:
        """Follow what is for one side only; False when it ended the call or could not be had."""
        try:
            return await self.follow(call, step, allowed)
        except HangUpError:
            return False

    async def perform(self, call: Call, response: Verb) -> None:
        """Follow instructions the network itself has put together, and what comes after them."""
        try:
            await self.follow(call, await self._perform(call, Document(response)))
        except HangUpError:
            return

    async def _perform(self, call: Call, document: Document) -> Step | None:
        for verb in document.response.children:
            if verb.name not in _UNANSWERED and not verb.flag("answerOnBridge", default=False):
                self._exchange.answer(call)
            step = await self._verbs[verb.name](call, verb, document)
            if step is not None:
                return step
        return None

    def step(self, document: Document, action: str, params: Mapping[str, str]) -> Step:
        """Return where an action goes on. Raises HangUpError when there is no such address."""
        address = beside(document, action)
        if not address.startswith(("http://", "https://")):
            self._exchange.webhooks.alert(_INVALID_ADDRESS, address, "is no address to go on at")
            raise HangUpError
        return Step(address, dict(params))

    async def _say(self, call: Call, verb: Verb, _document: Document) -> None:
        for _ in range(verb.number("loop", 1) or _ENDLESS):
            language = verb.get("language")
            self._exchange.book.hear(call, "say", verb.text, language=language, voice=verb.get("voice"))
            await self._exchange.pass_seconds(_length(verb.text))

    async def _play(self, call: Call, verb: Verb, document: Document) -> None:
        if verb.get("digits"):
            self._exchange.book.hear(call, "digits", verb.get("digits"))
        if not verb.text:
            return
        address = beside(document, verb.text)
        file = await self._sounds.get(address)
        seconds = _MUSIC_SECONDS if file is None or file.seconds is None else file.seconds
        for _ in range(verb.number("loop", 1) or _ENDLESS):
            self._exchange.book.hear(call, "play", address)
            await self._exchange.pass_seconds(seconds)

    async def _pause(self, call: Call, verb: Verb, _document: Document) -> None:
        await self._exchange.pass_seconds(verb.number("length", 1))
        self._exchange.answer(call)

    async def _hangup(self, _call: Call, _verb: Verb, _document: Document) -> Step | None:
        raise HangUpError

    async def _reject(self, call: Call, verb: Verb, _document: Document) -> Step | None:
        busy = verb.get("reason") == "busy"
        self._exchange.end(call, CallStatus.BUSY if busy else CallStatus.NO_ANSWER)
        raise HangUpError

    async def _redirect(self, _call: Call, verb: Verb, document: Document) -> Step | None:
        return self.step(document, verb.text, {})

    async def _gather(self, call: Call, verb: Verb, document: Document) -> Step | None:
        with call.line.listening(*verb.get("input", "dtmf").split()):
            await self._prompt(call, verb, document)
            result = await self._collect(call, verb)
        if result is None:
            if not verb.flag("actionOnEmptyResult", default=False):
                return None
            result = {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"}
        return self.step(document, verb.get("action"), result)

    async def _prompt(self, call: Call, verb: Verb, document: Document) -> None:
        """Say and play what is inside a gather, until something is pressed or said."""
        prompts = asyncio.ensure_future(self._perform(call, Document(verb, document.address)))
        arrived = asyncio.ensure_future(call.line.arrived())
        try:
            await asyncio.wait({prompts, arrived}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            prompts.cancel()
            arrived.cancel()

    async def _collect(self, call: Call, verb: Verb) -> dict[str, str] | None:
        digits, finished = "", ""
        finish = verb.get("finishOnKey", "#")
        limit = min(verb.number("numDigits", MAX_DIGITS), MAX_DIGITS)
        while len(digits) < limit:
            found = await call.line.take(verb.number("timeout", 5))
            if found is None:
                break
            if found.words:
                language = verb.get("language", "en-US")
                return {"SpeechResult": found.words, "Confidence": "0.9", "Language": language}
            if found.key == finish:
                finished = finish
                break
            digits += found.key
        return {"Digits": digits, "FinishedOnKey": finished, "msg": "Gather End"} if digits else None

    async def _record(self, call: Call, verb: Verb, document: Document) -> Step | None:
        if verb.flag("playBeep", default=True):
            self._exchange.book.hear(call, "beep", "")
        began, key = self._clock(), ""
        words: list[str] = []
        keys = verb.get("finishOnKey", "1234567890*#")
        try:
            with call.line.listening("dtmf", "speech"):
                while _length(" ".join(words)) < verb.number("maxLength", 3600):
                    found = await call.line.take(verb.number("timeout", 5))
                    if found is None:
                        break
                    if found.words:
                        words.append(found.words)
                    elif found.key in keys:
                        key = found.key
                        break
        finally:
            recording = self._keep(call, verb, document, " ".join(words), began)
        if recording is None:
            return None
        return self.step(document, verb.get("action"), self._result(recording, key))

    def _keep(self, call: Call, verb: Verb, document: Document, words: str, began: datetime) -> Recording | None:
        """Keep what was recorded, unless it is silence; tell the center, also when they hung up."""
        if not words:
            return None
        recording = self._recordings.add(call.sid, began, -int(-_length(words) // 1), words)
        if verb.get("recordingStatusCallback"):
            params = self._result(recording, "") | {
                "AccountSid": self._account_sid,
                "CallSid": call.sid,
                "RecordingStatus": "completed",
                "RecordingChannels": "1",
                "RecordingSource": "RecordVerb",
                "ErrorCode": "0",
            }
            del params["Digits"]
            address = beside(document, verb.get("recordingStatusCallback"))
            self._exchange.webhooks.report(recording.sid, address, params, call.person, final=True)
        if call.status in OVER:
            self._tasks.spawn(
                self._tell(call, self.step(document, verb.get("action"), self._result(recording, "hangup")))
            )
        return recording

    async def _tell(self, call: Call, step: Step) -> None:
        await self._exchange.webhooks.instructions(call, step)

    def _result(self, recording: Recording, key: str) -> dict[str, str]:
        return {
            "RecordingSid": recording.sid,
            "RecordingUrl": self._base_url() + recording_path(self._account_sid, recording.sid),
            "RecordingDuration": str(recording.seconds),
            "Digits": key,
        }


def _length(text: str) -> float:
    """Return how long it takes to say a text, in seconds."""
    return len(text.split()) / WORDS_A_SECOND
