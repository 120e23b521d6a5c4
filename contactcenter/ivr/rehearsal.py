"""A call walked in a terminal: what is heard is written, keys and words are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_never

from contactcenter.domain.needs import Needs, clauses_of
from contactcenter.ivr.interpreter import Interpreter
from contactcenter.ivr.model import KEYS
from contactcenter.ivr.session import Caller, Given, HungUp, Pressed, Result, Spoken
from contactcenter.ivr.steps import Dial, Enqueue, FindAccount, Gather, HangUp, Play, Record, ReportOutage, Say, Step

SAMPLE_NUMBER: Final = "1001"
"""Number of the report that a rehearsal pretends to have taken."""


def rehearse(
    interpreter: Interpreter,
    caller: Caller,
    now: float,
    read: Callable[[], str | None],
    write: Callable[[str], None],
    *,
    failing: bool = False,
) -> None:
    """Walk one call. `read` gives a line (keys or words; empty is silence), None when the caller hangs up.

    Lookups, reports, recordings and transfers work at once, or with `failing` do not.
    """
    session, steps = interpreter.start(caller, now)
    while True:
        for step in steps:
            write(line_of(step))
        if session.over:
            return
        given: Given
        if isinstance(steps[-1], Gather):
            given = _heard(read(), session.step)
        else:
            given = Result(session.step, not failing, SAMPLE_NUMBER)
            write(f"    … {'does not work' if failing else 'works'}")
        if isinstance(given, HungUp):
            write("    (the caller hangs up)")
            return
        session, steps = interpreter.advance(session, given, caller, now)


def _heard(line: str | None, step: int) -> Given:
    if line is None:
        return HungUp(step)
    text = line.strip()
    if all(letter in KEYS for letter in text):
        return Pressed(step, text)
    return Spoken(step, text)


def line_of(step: Step) -> str:
    """A step as a line for a person."""
    match step:
        case Say(spoken, language):
            text = f"[{language}] {spoken}"
        case Play(file, language):
            text = f"[{language}] ({file})"
        case Gather():
            text = f"    ? {_keys(step)}, {step.seconds:g} s of silence"
        case FindAccount(account):
            text = f"    → look up account {account or '(none given)'}"
        case ReportOutage(account):
            text = f"    → report an outage: {f'account {account}' if account else 'premises of the number'}"
        case Record(queue, seconds):
            text = f"    → record up to {seconds} s for {queue}"
        case Dial(number, seconds):
            text = f"    → dial {number}, ringing for {seconds} s"
        case Enqueue():
            text = f"    → queue {step.queue} ({step.language}{_extras(step.needs, step.priority)})"
        case HangUp():
            text = "    → hang up"
        case _:
            assert_never(step)
    return text


def _keys(gather: Gather) -> str:
    if gather.most == 1:
        return "a key"
    number = f"{gather.most}" if gather.least == gather.most else f"{gather.least} to {gather.most}"
    return f"{number} digits{f', then {gather.finish}' if gather.finish else ''}"


def _extras(needs: Needs, priority: float) -> str:
    said = ""
    for clause in clauses_of(needs):
        asked = " or ".join(f"{skill} {least}" for skill, least in clause.any_of)
        said += f", {'rather ' if clause.preferred else ''}{asked}"
    return said + (f", {priority:+g} s of head start" if priority else "")
