"""Every code that a screen may show has a text, in each of the console's languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from contactcenter.channels.twilio_codes import ERRORS
from contactcenter.domain import instructions, stimuli
from contactcenter.domain.history import EventType
from contactcenter.domain.words import (
    AgentChoice,
    AgentStatus,
    ContactState,
    Delivery,
    MediaClass,
    OfferCause,
    Outcome,
    PreferredAgent,
    Refusal,
)

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = ROOT / "contactcenter"
TEXTS: Final = ROOT / "frontend" / "console" / "src" / "i18n"
LANGUAGES: Final = ("es", "pt", "en")
REFUSED: Final = re.compile(r'RefusedError\(\s*"([a-z_]+)"')
API: Final = re.compile(r'ApiError\(\s*[\w.]+,\s*"([a-z_]+)"')
ALARMS: Final = re.compile(r'(?:new_id\(\), code=|_alarm\(\s*|"alarm", \{"code": )"([a-z_]+)"')
REASONS: Final = re.compile(r'(?:_take_back\([^)]*,|reason=)\s*"([a-z_]+)"')
ELSEWHERE: Final = frozenset({"code", "forged", "no_menus", "no_token"})
"""Codes that only programs and the chat's own page meet."""


@cache
def keys(language: str) -> frozenset[str]:
    """Every key of a language's files, as `group.key` and `group.sub.key`."""
    found: set[str] = set()
    for path in TEXTS.glob(f"{language}*.ts"):
        names: list[str] = []
        for line in path.read_text().splitlines():
            match = re.match(r'^((?:  )+)(?:"(\w+)"|(\w+)):(.*)', line)
            if match is None:
                continue
            depth = len(match[1]) // 2
            names = [*names[: depth - 1], match[2] or match[3]]
            found.add(".".join(names))
            for inner in re.findall(r"[{,] (\w+):", match[4]):
                found.add(".".join([*names, inner]))
    return frozenset(found)


def said_in(pattern: re.Pattern[str], folder: str) -> set[str]:
    """What the sources of a package name."""
    return {code for path in (SOURCES / folder).rglob("*.py") for code in pattern.findall(path.read_text())}


WANTED: Final = {
    "refusals": set(Refusal),
    "events": {*EventType, *PreferredAgent},
    "why": {*OfferCause, *(f"choice.{choice}" for choice in AgentChoice)},
    "outcomes": set(Outcome),
    "states": set(ContactState),
    "status": {*AgentStatus, "rona", "signed_in"},
    "media": set(MediaClass),
    "message": set(Delivery),
    "kinds": {
        *(stimulus.__name__ for stimulus in stimuli.ALL),
        *(instruction.__name__ for instruction in instructions.ALL if instruction.durable),
    },
    "failures": set(ERRORS),
    "alarms": said_in(ALARMS, "runtime") | said_in(ALARMS, "routing") | said_in(ALARMS, "web"),
    "errors": (said_in(REFUSED, "routing") | said_in(API, "web")) - ELSEWHERE,
    "reasons": said_in(REASONS, "routing"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", WANTED)
def test_each_code_has_a_text(group: str, language: str) -> None:
    missing = sorted(code for code in WANTED[group] if f"{group}.{code}" not in keys(language))
    assert missing == []


def test_the_sources_were_read() -> None:
    assert "offer_gone" in WANTED["errors"]
    assert "mass_disconnect" in WANTED["alarms"]
    assert "agent_logged_out" in WANTED["reasons"]
