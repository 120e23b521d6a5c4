"""The center of the benchmarks: large, with every rule of the router in use, drawn by lot from a seed.

60 queues on voice, chat, mail and SMS; required skills, alternatives and preferred ones; relaxation steps; all six
choices of agent; hazards, rules by language and tier, opening hours, a preferred agent, urgency, calls among chats.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, Final

from contactcenter.domain.calendars import Calendar, Interval, Outside
from contactcenter.domain.configuration import (
    Configuration,
    Disposition,
    Preference,
    QueueSettings,
    RelaxationStep,
    RoutingSettings,
    Rule,
    ServiceLevel,
    SkillProfile,
)
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentChoice, MediaClass, OutsideHours, PreferredAgent

SEED: Final = 20_261_121
SKILLS: Final = [f"skill{number}" for number in range(40)]
QUEUES: Final = 60
MEDIA: Final = {
    "voice": MediaClass.VOICE,
    "chat": MediaClass.LIVE,
    "email": MediaClass.ASYNC,
    "sms": MediaClass.ASYNC,
}
RARE: Final = "rare"
"""A skill only the first profiles have: what asks for it waits while everybody else is ready."""
RARE_PROFILES: Final = 10
OPEN_AT: Final = 1_763_985_600.0
"""Monday, 24 November 2025, 12:00 UTC: within every calendar's hours (UTC seconds)."""

_CAPACITY = {MediaClass.VOICE: 1, MediaClass.LIVE: 2, MediaClass.ASYNC: 3}
_TARGETS = {"voice": 20.0, "chat": 60.0, "email": 14_400.0, "sms": 3_600.0}
_WORK_DAY = (Interval(7 * 60, 22 * 60),)
_ANY_TIME = (Interval(0, 1440),)


def configuration(profiles: int, random_: random.Random, *, queues: int = QUEUES, night: bool = False) -> Configuration:
    """`profiles` with eight of 40 skills, `queues` that ask one or two and use every rule between them.

    `night`: open whatever the time and day, for what runs by the machine's clock.
    """
    work = Calendar("work", "America/Montevideo", dict.fromkeys(range(6), _WORK_DAY), country="UY")
    always = Calendar("always", "America/Montevideo", dict.fromkeys(range(7), _ANY_TIME))
    return Configuration(
        version=1,
        skills={skill: {"en": skill} for skill in [*SKILLS, RARE]},
        profiles={f"profile{number}": _profile(number, random_) for number in range(profiles)},
        queues={f"queue{number}": _queue(number, random_) for number in range(queues)},
        default_queue="queue0",
        settings=RoutingSettings(urgency=True, call_wait_seconds=30.0, time_zone="America/Montevideo"),
        rules=(
            Rule(language="pt", needs=Needs(preferred={"skill1": 2})),
            Rule(language="en", needs=Needs(preferred={"skill2": 2})),
            Rule(tier="gold", priority=120.0),
            Rule(queue="queue7", channel="voice", needs=Needs(skills={"skill3": 1})),
        ),
        calendars={"work": replace(always, id="work") if night else work, "always": always},
    )


def lot() -> random.Random:
    """What a center's customers are drawn by."""
    return random.Random(SEED)


def arrival(random_: random.Random, *, rare: bool = False, queues: int = QUEUES) -> dict[str, Any]:
    """The fields of a contact's arrival that say what it asks; `rare`: a skill that only few have, too."""
    number = random_.randrange(queues)
    channel = list(MEDIA)[number % len(MEDIA)]
    lot = random_.random()
    return {
        "queue": f"queue{number}",
        "channel": channel,
        "media": MEDIA[channel],
        "language": "pt" if lot < 0.1 else "en" if lot < 0.2 else "es",
        "tier": "gold" if random_.random() < 0.1 else None,
        "skills": {RARE: 1} if rare else {},
    }


def _profile(number: int, random_: random.Random) -> SkillProfile:
    skills = {skill: random_.randint(1, 5) for skill in random_.sample(SKILLS, 8)}
    if number < RARE_PROFILES:
        skills[RARE] = 3
    return SkillProfile(
        f"profile{number}",
        f"Profile {number}",
        tuple(MEDIA),
        _CAPACITY,
        skills,
        exclusive_voice=number % 3 != 0,
        interruptible=number % 5 != 0,
    )


def _queue(number: int, random_: random.Random) -> QueueSettings:
    asked = random_.sample(SKILLS, 5)
    required = {skill: random_.randint(1, 3) for skill in asked[: random_.randint(1, 2)]}
    choices = list(AgentChoice)
    return QueueSettings(
        id=f"queue{number}",
        name={"en": f"Queue {number}"},
        skills=required,
        any_of=({asked[2]: 2, asked[3]: 3},) if number % 4 == 0 else (),
        preferred={asked[4]: 2} if number % 2 else {},
        priority=float(random_.choice([0, 0, 30, 600])),
        offer_seconds=600.0,
        wrap_up_seconds=600.0,
        service_level=ServiceLevel(0.8, _TARGETS[list(MEDIA)[number % len(MEDIA)]]),
        dispositions=(Disposition("done", {"en": "Done"}),),
        relaxation=(
            RelaxationStep(60.0, lower=dict.fromkeys(required, 1)),
            RelaxationStep(180.0, drop_preferred=True),
            RelaxationStep(480.0, profiles=(f"profile{number % RARE_PROFILES}",)),
        )
        if number % 3
        else (),
        choice=choices[number % len(choices)],
        preference=Preference((PreferredAgent.LAST_AGENT, PreferredAgent.ACCOUNT_OWNER), 20.0)
        if number % 5 == 0
        else None,
        hazard=number % 20 == 19,
        hours=("work", "always", None)[number % 3],
        outside={"*": Outside(OutsideHours.KEEP)},
    )
