"""What callers hear while nothing about them can be written down: that we know, the hazard key, and music.

Everything that must survive travels in the link: since when the call waits, and that the hazard key was pressed.
"""

from __future__ import annotations

from typing import Final

from contactcenter.channels.voice import CallAsked, Link, Music, Part, VoiceStep
from contactcenter.ivr import Gather
from contactcenter.runtime import phrases
from contactcenter.runtime.menus import Menus

PAUSE_SECONDS: Final = 4.0
"""Silence after an announcement: what was only slow is over soon."""
KEY_SECONDS: Final = 1.0
"""Silence for a key after the music."""
EVERY: Final = 3
"""So many polls from one announcement to the next; in between there is music."""


class SafeLoop:
    """Needs nothing but the menus."""

    def __init__(self, menus: Menus) -> None:
        self._menus = menus

    def steps(self, asked: CallAsked, language: str | None) -> tuple[list[VoiceStep], Link]:
        """The next round of a call; `language` None: it is not known here."""
        ivr = self._menus.interpreter.ivr
        before = asked.link or Link(part=Part.SAFE)
        pressed = self._menus.is_hazard(asked.keys)
        turn = before.turn if before.part is Part.SAFE else 0
        steps: list[VoiceStep] = []
        if pressed and not before.hazard:
            for each in ivr.languages if language is None else (language,):
                steps += phrases.danger(ivr, each)
        if turn % EVERY == 0:
            steps += phrases.trouble(ivr, language)
        told = bool(steps)
        if not told:
            steps.append(Music(ivr.hold.music))
        steps.append(Gather(1, 1, "", PAUSE_SECONDS if told else KEY_SECONDS))
        link = Link(
            part=Part.SAFE,
            step=before.step,
            since=before.since or asked.at,
            turn=turn + 1,
            hazard=before.hazard or pressed,
        )
        return steps, link
