"""Messages that report an outage: answered by what the register knows, in the commit that takes them in.

What was asked is kept by the sender's address and holds in the thread where it was asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from contactcenter.domain import outage_dialogue as dialogue
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.outage_dialogue import Facts, Heard, Question, What
from contactcenter.storage.mapping import json_of
from contactcenter.storage.steps import FLOAT, TEXT, Context, Each, Insert, Transaction
from contactcenter.storage.utility_callers import Recognised, Wanted, recognise
from contactcenter.storage.utility_reports import OutageReported, Report, take_reports

ANSWER_SECONDS: Final = 1800.0
"""How long a question waits for its answer."""

MOST_ANSWERS: Final = 10
"""To one sender within `WINDOW_SECONDS`; two machines that answer each other must come to an end (G13)."""

WINDOW_SECONDS: Final = 3600.0

Sender = tuple[str, str]
"""Kind and value of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message that may belong to a dialogue. `heard`: it is a keyword's. `telephone`: the sender's, or empty."""

    source: str
    channel: str
    sender: Sender
    telephone: str
    thread: str
    text: str
    heard: Heard | None


@dataclass(slots=True)
class _Memory:
    """What is known of the dialogue with a sender."""

    thread: str | None = None
    question: Question | None = None
    answered: list[float] = field(default_factory=list)
    alarmed_at: float | None = None


_Pending = tuple[Served, Report | None]


def take(context: Context, spoken: Sequence[Spoken]) -> Transaction[dict[str, Served]]:
    """The answers by source, with their reports written; what is for a person is left out."""
    if not spoken:
        return {}
    now = context.clock()
    memories = yield from _remember(sorted({one.sender for one in spoken}), now)
    found = yield from recognise(_wanted(spoken), now)
    turns: dict[str, _Pending] = {}
    for one in spoken:
        memory = memories[one.sender]
        pending = _turn(one, memory, found, now)
        if pending is not None:
            turns[one.source] = pending
    reports = [report for _, report in turns.values() if report is not None]
    told = (yield from take_reports(reports, now)) if reports else []
    by_source = {report.source: one for report, one in zip(reports, told, strict=True)}
    yield Each(
        "UPDATE dialogue SET thread = v.thread, state_json = v.state, expires_at = v.expires_at,"
        " answered_json = v.answered, alarmed_at = v.alarmed_at FROM {rows}"
        " WHERE dialogue.kind = v.kind AND dialogue.value = v.value",
        (
            ("kind", TEXT), ("value", TEXT), ("thread", TEXT), ("state", TEXT), ("expires_at", FLOAT),
            ("answered", TEXT), ("alarmed_at", FLOAT),
        ),
        [(*sender, *_row(memories[sender], now)) for sender in sorted(memories)],
    )  # fmt: skip
    return {
        source: served if report is None else _reported(by_source[source]) for source, (served, report) in turns.items()
    }


def _remember(senders: Sequence[Sender], now: float) -> Transaction[dict[Sender, _Memory]]:
    """What was asked of each; their rows are locked, so that two messages of one moment take turns."""
    rows = yield Insert(
        "dialogue",
        ("kind", "value", "expires_at", "answered_json"),
        [(*sender, now, "[]") for sender in senders],
        "ON CONFLICT (kind, value) DO UPDATE SET answered_json = dialogue.answered_json",
        "kind, value, thread, state_json, expires_at, answered_json, alarmed_at",
    )
    memories = {}
    for kind, value, thread, state, expires_at, answered, alarmed_at in rows:
        question = _question(state) if state and expires_at > now else None
        lately = [at for at in json.loads(answered) if at > now - WINDOW_SECONDS]
        memories[kind, value] = _Memory(thread, question, lately, alarmed_at)
    return memories


def _question(state: str) -> Question | None:
    """What was asked; nothing when another release asked it in words that this one does not know."""
    try:
        return msgspec.json.decode(state, type=Question)
    except msgspec.DecodeError:
        return None


def _row(memory: _Memory, now: float) -> tuple[Any, ...]:
    state = None if memory.question is None else msgspec.json.encode(memory.question).decode()
    return memory.thread, state, now + ANSWER_SECONDS, json_of(memory.answered), memory.alarmed_at


def _wanted(spoken: Sequence[Spoken]) -> list[Wanted]:
    """Everything that may have to be known: the senders, and each account that a text may write."""
    wanted: dict[Wanted, None] = {}
    for one in spoken:
        wanted[one.telephone, None] = None
        heard = one.heard or dialogue.answer_to(Question(dialogue.Ask.ACCOUNT), one.text)
        for account in heard.accounts if heard else ():
            wanted[one.telephone, account] = None
    return list(wanted)


def _turn(one: Spoken, memory: _Memory, found: Mapping[Wanted, Recognised], now: float) -> _Pending | None:
    """One message of a dialogue: its answer, and the report that gives it a number."""
    question = memory.question if memory.thread == one.thread else None
    memory.question = None  # whatever comes of it, it was asked once
    heard = one.heard or (dialogue.answer_to(question, one.text) if question else None)
    if heard is None:
        return None
    caller = _caller(one, heard, found)
    turn = dialogue.respond(heard, question, _facts(caller))
    if turn is None:
        return None
    if len(memory.answered) >= MOST_ANSWERS:
        alarm = memory.alarmed_at is None or memory.alarmed_at <= now - WINDOW_SECONDS
        memory.alarmed_at = now if alarm else memory.alarmed_at
        return Served(what=What.SILENCE, alarm=alarm), None
    memory.thread, memory.question = one.thread, turn.question
    memory.answered.append(now)
    if turn.what is What.REPORTED:
        place = next((place for place in caller.places if place.premises.id == turn.place), None)
        report = Report(source=one.source, channel=one.channel, caller=caller, place=place, at=now)
        return Served(what=What.REPORTED), report
    places = {place.premises.id: place.premises.address for place in caller.places}
    choices = turn.question.places if turn.question else ()
    account = heard.accounts[-1] if heard.accounts else ""
    return Served(what=turn.what, choices=tuple(places.get(id_, id_) for id_ in choices), account=account), None


def _caller(one: Spoken, heard: Heard, found: Mapping[Wanted, Recognised]) -> Recognised:
    """The account that was named, in the form that exists; else the sender."""
    named = [found[one.telephone, account] for account in heard.accounts]
    return next((caller for caller in named if caller.known), named[0] if named else found[one.telephone, None])


def _facts(caller: Recognised) -> Facts:
    """In the register's order: the numbers that were sent stay those of the same places."""
    return Facts(caller.known, caller.own, tuple(sorted(place.premises.id for place in caller.places)))


def _reported(told: OutageReported) -> Served:
    outage = told.outage
    return Served(
        what=What.REPORTED,
        number=told.number,
        joined=told.joined,
        address=told.address,
        zone=told.zone_name,
        known=outage is not None,
        cause=dict(outage.cause) if outage else {},
        estimate=told.estimate,
    )
