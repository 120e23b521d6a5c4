"""Voice steps in Twilio's markup, by the vendor's own builder."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather as GatherVerb
from twilio.twiml.voice_response import VoiceResponse

from contactcenter.channels.text import clean, split
from contactcenter.channels.twilio_calls import Addresses
from contactcenter.channels.voice import GoOn, Join, Link, Music, Pause, Refuse, VoiceStep
from contactcenter.ivr.steps import Dial, Gather, HangUp, Play, Record, Say

SOUNDS_PATH: Final = "/sounds"
HOLD_MUSIC: Final = "hold.wav"
MAX_SAY: Final = 4096
"""Characters that Twilio takes in one `<Say>`."""
MAX_SPOKEN: Final = 40_000
"""Bytes of all texts of an answer; Twilio takes 64 KB altogether."""
VOICES: Final = {"es": ("Polly.Mia", "es-MX"), "pt": ("Polly.Camila", "pt-BR"), "en": ("Polly.Joanna", "en-US")}
"""Of each language: the voice, and how what callers say is understood."""

_MAX_STEPS: Final = 100
_MAX_PAUSE: Final = 180
_GATHER_SECONDS: Final = (1, 600)
_DIAL_SECONDS: Final = (5, 600)
_RECORD_SECONDS: Final = (1, 14_400)
_RECORD_SILENCE: Final = 10
_MAX_HINTS: Final = 500
_MAX_HINT: Final = 100
_NOT_XML: Final = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes answers. `caller_id`, one of our numbers, is seen by those whom a caller is connected with."""

    addresses: Addresses
    caller_id: str

    def render(self, steps: Sequence[VoiceStep], link: Link) -> str:
        """The document that makes a call do these steps."""
        return str(_Writer(self, link).write(steps[:_MAX_STEPS]))

    def sound(self, file: str) -> str:
        """The address of one of our sounds."""
        return f"{self.addresses.public_url}{SOUNDS_PATH}/{quote(file)}"


class _Writer:
    """One answer. What is heard is kept back until it is clear whether a key may interrupt it."""

    def __init__(self, renderer: Renderer, link: Link) -> None:
        self._renderer = renderer
        self._link = link
        self._response: Any = VoiceResponse()
        self._heard: list[Say | Play | Music | Pause] = []
        self._left = MAX_SPOKEN
        self._language = ""

    def write(self, steps: Sequence[VoiceStep]) -> Any:
        first = True
        for step in steps:
            if isinstance(step, Say | Play | Music | Pause):
                self._heard.append(step)
                first = False
                continue
            self._end(step, first=first)
            return self._response
        # Without an end Twilio would hang up: nobody is hung up on by mistake.
        self._heard.append(Pause(seconds=1))
        self._end(GoOn(), first=False)
        return self._response

    def _end(self, step: Gather | Record | Dial | GoOn | Join | HangUp | Refuse, *, first: bool) -> None:
        if isinstance(step, Gather):
            self._gather(step)
            return
        if isinstance(step, Record) and self._heard and step.finish != "#":
            self._skippable()
        self._flush(self._response)
        if isinstance(step, Record):
            self._record(step)
        elif isinstance(step, Dial):
            self._dial(step)
        elif isinstance(step, Join):
            self._join(step)
        elif isinstance(step, GoOn):
            self._go_on()
        elif isinstance(step, Refuse) and first:
            self._response.reject(reason="busy")
        else:
            self._response.hangup()

    def _gather(self, step: Gather) -> None:
        verb: Any = GatherVerb(
            input="dtmf speech" if step.words else "dtmf",
            action=self._renderer.addresses.of(self._link),
            method="POST",
            timeout=_within(step.seconds, _GATHER_SECONDS),
            finish_on_key=step.finish,
            num_digits=max(step.most, 1),
        )
        self._flush(verb)
        if step.words:
            verb.attrs["hints"] = ",".join(_hint(word) for word in step.words[:_MAX_HINTS])
            verb.attrs["speechTimeout"] = "auto"
            if self._language in VOICES:
                verb.attrs["language"] = VOICES[self._language][1]
        self._response.append(verb)
        self._go_on(silent=True)

    def _skippable(self) -> None:
        """Say what comes before a message so that a key interrupts it; `#` only skips it."""
        verb: Any = GatherVerb(
            input="dtmf",
            action=self._renderer.addresses.of(self._link),
            method="POST",
            timeout=_GATHER_SECONDS[0],
            finish_on_key="#",
            num_digits=1,
        )
        self._flush(verb)
        self._response.append(verb)

    def _record(self, step: Record) -> None:
        self._response.record(
            action=self._renderer.addresses.of(self._link),
            method="POST",
            max_length=_within(step.seconds, _RECORD_SECONDS),
            timeout=_RECORD_SILENCE,
            finish_on_key=step.finish,
            play_beep=True,
        )
        self._go_on(silent=True)  # nothing was said

    def _dial(self, step: Dial) -> None:
        verb: Any = DialVerb(
            action=self._renderer.addresses.of(self._link),
            method="POST",
            timeout=_within(step.seconds, _DIAL_SECONDS),
            answer_on_bridge=True,
            caller_id=self._renderer.caller_id,
        )
        verb.number(clean(step.number).strip())
        self._response.append(verb)

    def _join(self, step: Join) -> None:
        addresses = self._renderer.addresses
        verb: Any = DialVerb(action=addresses.of(self._link), method="POST")
        verb.conference(
            step.contact,
            beep="false",
            start_conference_on_enter=True,
            end_conference_on_exit=step.ends,
            wait_url="",
            participant_label=step.contact,
            status_callback=addresses.room(step.contact),
            status_callback_method="POST",
            status_callback_event="end join leave",
            **(recording_of(addresses, step.contact) if step.recorded else {}),
        )
        self._response.append(verb)

    def _go_on(self, *, silent: bool = False) -> None:
        self._response.redirect(self._renderer.addresses.of(self._link, silent=silent), method="POST")

    def _flush(self, verb: Any) -> None:
        for each in self._heard:
            if isinstance(each, Say):
                self._say(verb, each)
            elif isinstance(each, Pause):
                verb.pause(length=_within(each.seconds, (1, _MAX_PAUSE)))
            else:
                self._language = each.language if isinstance(each, Play) else self._language
                verb.play(self._renderer.sound(each.file or HOLD_MUSIC))
        self._heard.clear()

    def _say(self, verb: Any, step: Say) -> None:
        self._language = step.language[:2].lower()
        voice, language = VOICES.get(self._language, (None, None))
        text = self._cut(_NOT_XML.sub("", clean(step.text)).strip())
        for part in split(text, MAX_SAY) if text else ():
            verb.say(part, voice=voice, language=language)

    def _cut(self, text: str) -> str:
        """As much of the text as there is room for: an answer that is too long is not followed at all."""
        size = _size(text)
        while size > self._left:
            text = text[: len(text) * self._left // size]
            size = _size(text)
        self._left -= size
        return text


def recording_of(addresses: Addresses, contact: str) -> dict[str, Any]:
    """What makes a room recorded from its first moment on."""
    return {
        "record": "record-from-start",
        "recording_status_callback": addresses.recording(contact),
        "recording_status_callback_method": "POST",
        "recording_status_callback_event": "completed absent",
    }


def _size(text: str) -> int:
    """Bytes in the document: markup is written as entities."""
    return len(text.encode()) + 5 * sum(map(text.count, "&<>\"'"))


def _hint(word: str) -> str:
    return " ".join(clean(word).replace(",", " ").split())[:_MAX_HINT]


def _within(value: float, limits: tuple[int, int]) -> int:
    least, most = limits
    return min(max(math.ceil(value), least), most)
