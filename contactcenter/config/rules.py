"""Reading `rules`: what some contacts ask on top of their queue."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from contactcenter.config.entries import read_language, read_priority
from contactcenter.config.needs import NEEDS_FIELDS, SkillReader
from contactcenter.config.reading import Value
from contactcenter.domain.configuration import Rule
from contactcenter.domain.utility import Flag

_MOST: Final = 500
_FLAGS: Final = tuple(flag.value for flag in Flag)


def read_rules(
    value: Value, queues: Collection[str], channels: Collection[str], skills: SkillReader
) -> tuple[Rule, ...]:
    """Every rule, in order; all that apply to a contact count together."""
    return tuple(_rule(item, queues, channels, skills) for item in value.elements(_MOST))


def _rule(value: Value, queues: Collection[str], channels: Collection[str], skills: SkillReader) -> Rule:
    found = value.fields(("when",), (*NEEDS_FIELDS, "priority"))
    when = found["when"].fields((), ("queue", "channel", "language", "tier", "flag")) if "when" in found else {}
    given = {name: field for name, field in when.items() if field.raw is not None}
    return Rule(
        queue=given["queue"].one_of(queues, "queue") if "queue" in given else None,
        channel=given["channel"].one_of(channels, "channel") if "channel" in given else None,
        language=read_language(given["language"]) if "language" in given else None,
        tier=given["tier"].text() if "tier" in given else None,
        flag=given["flag"].one_of(_FLAGS, "flag") if "flag" in given else None,
        needs=skills.needs(found),
        priority=read_priority(found["priority"]) if "priority" in found else 0.0,
    )
