"""What callers hear while nothing about them can be written down: that we know, the hazard key, and patience.

Everything that must survive travels in the link: since when the call waits, and that the hazard key was pressed.
"""

from __future__ import annotations

from typing import Final

from contactcenter.channels.voice import CallAsked, Link, Part, VoiceStep
from contactcenter.ivr import Gather
from contactcenter.runtime import phrases
from contactcenter.runtime.menus import Menus

PAUSE_SECONDS: Final = 6.0
"""Silence after which the call asks again, and we try again."""
EVERY: Final = 4
"""So many polls from one announcement to the next."""


class SafeLoop:
    """Needs nothing but the menus."""

    def __init__(self, menus: Menus) -> None:
        self._menus = menus

    def steps(self, asked: CallAsked, language: str | None) -> tuple[list[VoiceStep], Link]:
        """The next round of a call; `language` None: it is not known here."""
        ivr = self._menus.interpreter.ivr
        before = asked.link or Link(part=Part.SAFE)
        pressed = (asked.keys or "").startswith(ivr.hazard.key)
        turn = before.turn if before.part is Part.SAFE else 0
        steps: list[VoiceStep] = []
        if pressed and not before.hazard:
            for each in ivr.languages if language is None else (language,):
                steps += phrases.danger(ivr, each)
        if turn % EVERY == 0:
            steps += phrases.trouble(ivr, language)
        steps.append(Gather(1, 1, "", PAUSE_SECONDS))
        link = Link(
            part=Part.SAFE,
            step=before.step,
            since=before.since or asked.at,
            turn=turn + 1,
            hazard=before.hazard or pressed,
        )
        return steps, link
