"""The doors of the center: reading `entry_points`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from contactcenter.config.needs import NEEDS_FIELDS, SkillReader
from contactcenter.config.reading import Value
from contactcenter.domain.configuration import EntryPoint, first_word

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_LONGEST_SHORT_CODE: Final = 8
_PHONE_CHANNELS: Final = frozenset({"voice", "sms"})
_MOST_HEAD_START: Final = 30 * 86_400.0
ANY: Final = "*"
"""The address that stands for every address of a channel."""


def read_priority(value: Value) -> float:
    """Seconds of head start, of up to thirty days; negative ones wait behind."""
    return value.number(-_MOST_HEAD_START, _MOST_HEAD_START, "seconds of head start")


def read_entry_points(
    value: Value,
    queues: Collection[str],
    channels: Collection[str],
    skills: SkillReader,
) -> tuple[EntryPoint, ...]:
    """Every entry point; notes doors that are there twice, since only one of them could ever open."""
    doors: dict[tuple[str, str, str | None], str] = {}
    entries = []
    for item in value.elements():
        entry = _entry(item, queues, channels, skills)
        entries.append(entry)
        door = (entry.channel, entry.address, first_word(entry.keyword) if entry.keyword else None)
        if door in doors:
            item.problem(f"is the same door as {doors[door]}; change its address or keyword, or remove one")
        doors.setdefault(door, item.path)
    return tuple(entries)


def _entry(
    value: Value,
    queues: Collection[str],
    channels: Collection[str],
    skills: SkillReader,
) -> EntryPoint:
    found = value.fields(("channel", "queue"), ("address", "keyword", *NEEDS_FIELDS, "priority", "language", "origins"))
    given = {name: field for name, field in found.items() if field.raw is not None}
    needs = skills.needs(given)
    channel = found["channel"].one_of(channels, "channel") if "channel" in found else ""
    return EntryPoint(
        channel=channel,
        queue=found["queue"].one_of(queues, "queue") if "queue" in found else "",
        address=_address(given["address"], channel) if "address" in given else ANY,
        keyword=_keyword(given["keyword"]) if "keyword" in given else None,
        skills=needs.skills,
        any_of=needs.any_of,
        preferred=needs.preferred,
        priority=read_priority(given["priority"]) if "priority" in given else 0.0,
        language=read_language(given["language"]) if "language" in given else None,
        origins=_origins(given["origins"], channel) if "origins" in given else (),
    )


def _address(value: Value, channel: str) -> str:
    address = value.text()
    looks_like_one = address.startswith("+") or (address.isdigit() and len(address) > _LONGEST_SHORT_CODE)
    if channel in _PHONE_CHANNELS and looks_like_one and not _PHONE.fullmatch(address):
        value.problem(f"{address!r} is no number; write + and digits without spaces, such as +59829001234")
    return address


def _keyword(value: Value) -> str:
    keyword = value.text()
    if keyword and (len(keyword.split()) > 1 or not first_word(keyword)):
        value.problem(f"{keyword!r} is not one word; only the first word of a message is compared")
    return keyword


def read_language(value: Value) -> str:
    """The code of a language."""
    language = value.text()
    if language and not _LANGUAGE.fullmatch(language):
        value.problem(f"{language!r} is no language code; use es, pt, en or another of two letters")
    return language


def _origins(value: Value, channel: str) -> tuple[str, ...]:
    if channel and channel != "chat" and value.raw:
        value.problem(f"only chat pages have origins; remove it from this {channel} entry")
    origins = []
    for item in value.elements():
        origin = item.text()
        if origin and (fault := origin_problem(origin)):
            item.problem(fault)
        origins.append(origin)
    return tuple(origins)


def origin_problem(origin: str) -> str | None:
    """What is wrong with a web page's origin, or None."""
    try:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}"
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return f"{origin!r} is no origin; write such as https://www.example.com"
    if not good or "@" in parts.netloc or "*" in origin or plain.lower() != origin:
        return f"{origin!r} is no origin; write scheme and host in lower case only, such as https://www.example.com"
    return None
