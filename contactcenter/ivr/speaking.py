"""From prompts to what is said: the caller's language, and values in the place of braces."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from contactcenter.ivr.model import PLACEHOLDER, Ivr, Recording
from contactcenter.ivr.session import Caller
from contactcenter.ivr.steps import Play, Say

LONGEST_VALUE: Final = 120
"""Letters of a name or address that are said."""


def speak(ivr: Ivr, prompts: Iterable[str], language: str, values: Mapping[str, str]) -> list[Say | Play]:
    """What is said. A prompt with a value that is not known is left out; one without the language is in the first."""
    said: list[Say | Play] = []
    for name in prompts:
        prompt = ivr.prompts.get(name, {})
        spoken = next((each for each in (language, *ivr.languages) if each in prompt), None)
        if spoken is None:
            continue
        content = prompt[spoken]
        if isinstance(content, Recording):
            said.append(Play(content.file, spoken))
        elif all(values.get(wanted) for wanted in PLACEHOLDER.findall(content)):
            said.append(Say(PLACEHOLDER.sub(lambda found: values[found[1]], content), spoken))
    return said


def values_of(caller: Caller, given: Mapping[str, str], language: str, now: float, zone: tzinfo) -> dict[str, str]:
    """What texts may have in braces, fit to be spoken."""
    outage = caller.outage
    until = estimate(caller, now)
    return {
        "name": _clean(caller.name),
        "zone": _clean(caller.zone_name),
        "address": _clean(caller.address),
        "cause": _clean(outage.cause.get(language, "")) if outage else "",
        "restoration": "" if until is None else _moment(until, now, zone),
        **{name: " ".join(_clean(value)) for name, value in {"report": caller.report, **given}.items()},
    }


def estimate(caller: Caller, now: float) -> float | None:
    """When the caller's power will be back (UTC seconds); an estimate that has passed is none."""
    until = caller.outage.until if caller.outage else None
    return until if until is not None and until > now else None


def _clean(text: str) -> str:
    """Without control and invisible characters, and of a length that can be listened to."""
    kept = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in text[:LONGEST_VALUE])
    return " ".join(kept.split())


def _moment(at: float, now: float, zone: tzinfo) -> str:
    """The hour, and the day unless it is today."""
    try:
        then = datetime.fromtimestamp(at, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return ""
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    return f"{then:%H:%M}" if then.date() == today else f"{then:%d/%m, %H:%M}"
