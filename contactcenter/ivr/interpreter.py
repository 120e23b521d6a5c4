"""The one interpreter: `start` a call, `advance` it by what the caller did; both give the new session and the steps.

Nothing a caller does raises or leads nowhere: a call that has been asked `MOST_INPUTS` times, a walk of
more than `MOST_NODES` nodes, a node that a newer version no longer has, all end at a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from contactcenter.domain.configuration import Configuration
from contactcenter.ivr.listening import fits, keys_of, one_key, plain, says, spoken_digits
from contactcenter.ivr.model import (
    ACCOUNT,
    Announcement,
    Branch,
    Condition,
    Digits,
    Ivr,
    Line,
    Menu,
    Node,
    Shortcut,
    Task,
    TaskKind,
)
from contactcenter.ivr.session import Caller, Given, HungUp, Pressed, Result, Session, Spoken
from contactcenter.ivr.speaking import estimate, speak, values_of
from contactcenter.ivr.steps import Dial, Enqueue, FindAccount, Gather, HangUp, Record, ReportOutage, Step
from contactcenter.queues.hours import OpeningHours

MOST_INPUTS: Final = 60
"""So many times a call is asked something; after that a person takes it."""

MOST_NODES: Final = 50
"""So many nodes are passed between two inputs."""

LONGEST_NUMBER: Final = 40
"""Letters kept of a report's number."""

Advanced = tuple[Session, tuple[Step, ...]]


class Interpreter:
    """Walks `ivr`, a checked one; hours and time zone are those of `configuration`."""

    def __init__(self, ivr: Ivr, configuration: Configuration) -> None:
        self.ivr = ivr
        self.time_zone = ZoneInfo(configuration.settings.time_zone)
        self._calendars = {queue.id: queue.hours for queue in configuration.queues.values() if queue.hours is not None}
        used = set(self._calendars.values())
        self._hours = {name: OpeningHours(configuration.calendars[name]) for name in sorted(used)}

    def start(self, caller: Caller, now: float) -> Advanced:
        """A call comes in at `now` (UTC seconds): in the customer's language if we speak it."""
        languages = self.ivr.languages
        language = caller.language if caller.language in languages else languages[0]
        walk = _Walk(self, caller, now, language, {})
        walk.go(self.ivr.start)
        return walk.result(1)

    def advance(self, session: Session, given: Given, caller: Caller, now: float) -> Advanced:
        """The caller did something. A repeated or late input, by its step, leaves the session as it is.

        `caller` is what is known now: after a `FindAccount` that was found, of that account.
        """
        if session.over or given.step != session.step:
            return session, session.answer
        walk = _Walk(self, caller, now, session.language, session.values, session.node, session.tries)
        if session.step >= MOST_INPUTS and not isinstance(given, HungUp):
            walk.go(self._way_out(given))
        else:
            walk.take(given)
        return walk.result(session.step + 1)

    def to_person(self, session: Session | None, caller: Caller, now: float, *, hazard: bool = False) -> Advanced:
        """Out of the menus, or past them, whatever was asked there: to a person, or where the hazard key leads."""
        language = session.language if session else caller.language or ""
        walk = _Walk(self, caller, now, language, session.values if session else {})
        walk.go((self.ivr.hazard if hazard else self.ivr.person).node)
        return walk.result((session.step if session else 0) + 1)

    def is_open(self, queue: str, now: float) -> bool:
        """Whether the queue is within its hours."""
        calendar = self._calendars.get(queue)
        return calendar is None or self._hours[calendar].is_open(now)

    def _way_out(self, given: Given) -> str:
        return self.ivr.hazard.node if pressed_or_said(self.ivr.hazard, given) else self.ivr.person.node


class _Walk:
    """From one input to the next: gathers the steps."""

    def __init__(
        self,
        interpreter: Interpreter,
        caller: Caller,
        now: float,
        language: str,
        values: Mapping[str, str],
        node: str = "",
        tries: int = 0,
    ) -> None:
        self._interpreter = interpreter
        self._ivr = interpreter.ivr
        self._caller = caller
        self._now = now
        self._language = language if language in self._ivr.languages else self._ivr.languages[0]
        self._values = dict(values)
        self._node = node
        self._tries = tries
        self._steps: list[Step] = []
        self._over = False

    def result(self, step: int) -> Advanced:
        """The session after it, and its steps."""
        steps = tuple(self._steps)
        return Session(step, self._node, self._language, steps, self._tries, self._values, self._over), steps

    def go(self, target: str) -> None:
        """Enter `target`, and what follows, until something is waited for or the walk ends."""
        for _ in range(MOST_NODES):
            node = self._ivr.nodes.get(target)
            if node is None:
                break
            self._node, self._tries = target, 0
            following = self._enter(node)
            if following is None:
                return
            target = following
        self._node, self._tries = self._ivr.person.node, 0
        self._enter(self._ivr.nodes[self._node])

    def take(self, given: Given) -> None:
        """Go where the input leads."""
        node = self._ivr.nodes.get(self._node)
        if isinstance(given, HungUp):
            self._end(HangUp())
        elif self._is_hazard(node, given):
            self.go(self._ivr.hazard.node)
        elif isinstance(node, Menu):
            self._choose(node, given)
        elif isinstance(node, Digits):
            self._collect(node, given)
        elif isinstance(node, Task):
            self._done(node, given)
        else:
            self.go(self._ivr.person.node)

    # --- entering

    def _enter(self, node: Node) -> str | None:
        """Say and do what the node is for; the next node, or None when something is waited for or it ended."""
        if isinstance(node, Branch):
            holding = (then for condition, then in node.cases if self._holds(condition))
            return next(holding, node.otherwise)
        if isinstance(node, Menu | Digits):
            self._ask(node)
            return None
        self._say(*node.prompts)
        if isinstance(node, Announcement):
            return node.then
        if isinstance(node, Task):
            self._steps.append(self._step_of(node))
        elif isinstance(node, Line):
            self._end(Enqueue(node.queue, self._language, node.needs, node.priority))
        else:
            self._end(HangUp())
        return None

    def _ask(self, node: Menu | Digits) -> None:
        hazard = self._ivr.hazard
        if isinstance(node, Menu):
            self._say(*([hazard.prompt] if hazard.prompt else []), *node.prompts)
            words = [*hazard.words, *self._ivr.person.words]
            words += [word for choice in node.choices.values() for word in choice.words]
            self._steps.append(Gather(1, 1, "", node.seconds, tuple(dict.fromkeys(words))))
        else:
            self._say(*node.prompts)
            self._steps.append(Gather(node.least, node.most, node.finish, node.seconds, hazard.words))

    def _step_of(self, task: Task) -> Step:
        account = self._values.get(ACCOUNT, "")
        match task.kind:
            case TaskKind.FIND:
                return FindAccount(account)
            case TaskKind.REPORT:
                return ReportOutage(account)
            case TaskKind.VOICEMAIL:
                return Record(task.queue, task.seconds, f"#{self._ivr.hazard.key}")
            case TaskKind.TRANSFER:
                return Dial(task.number, task.seconds)

    def _say(self, *prompts: str) -> None:
        values = values_of(self._caller, self._values, self._language, self._now, self._interpreter.time_zone)
        self._steps += speak(self._ivr, prompts, self._language, values)

    def _end(self, step: Step) -> None:
        self._steps.append(step)
        self._over = True

    def _holds(self, wanted: Condition) -> bool:
        caller = self._caller
        asked = (
            (wanted.known, caller.known),
            (wanted.outage, caller.outage is not None),
            (wanted.estimate, estimate(caller, self._now) is not None),
            (wanted.reported, bool(caller.report)),
        )
        among = ((wanted.tiers, caller.tier), (wanted.zones, caller.zone), (wanted.languages, self._language))
        return (
            (wanted.open is None or self._interpreter.is_open(wanted.open, self._now))
            and all(wish is None or wish is fact for wish, fact in asked)
            and all(not several or fact in several for several, fact in among)
        )

    # --- answering

    def _is_hazard(self, node: Node | None, given: Given) -> bool:
        return pressed_or_said(self._ivr.hazard, given, node)

    def _choose(self, menu: Menu, given: Given) -> None:
        choice = None
        if isinstance(given, Pressed):
            choice = menu.choices.get(one_key(keys_of(given.keys)) or "")
        elif isinstance(given, Spoken):
            heard = plain(given.text)
            choice = next((each for each in menu.choices.values() if says(heard, each.words)), None)
        if choice is not None:
            self._language = choice.language or self._language
            self.go(choice.then)
        elif pressed_or_said(self._ivr.person, given):
            self.go(self._ivr.person.node)
        else:
            self._again(menu, given)

    def _collect(self, node: Digits, given: Given) -> None:
        digits = ""
        if isinstance(given, Pressed):
            digits = keys_of(given.keys).removesuffix(node.finish)
        elif isinstance(given, Spoken):
            digits = spoken_digits(given.text)
        if fits(digits, node.least, node.most, node.check):
            self._values[node.into] = digits
            self.go(node.then)
        elif pressed_or_said(self._ivr.person, given, node):
            self.go(self._ivr.person.node)
        else:
            self._again(node, given)

    def _again(self, node: Menu | Digits, given: Given) -> None:
        tries = self._tries + 1
        if tries > node.retries:
            self.go(node.otherwise)
            return
        self._tries = tries
        wrong = (node.wrong if isinstance(node, Digits) else None) or self._ivr.wrong
        self._say(self._ivr.silence if is_silence(given) else wrong)
        self._ask(node)

    def _done(self, task: Task, given: Given) -> None:
        """A key where none was asked for is no answer to it: then it counts as failed."""
        if not isinstance(given, Result) or not given.ok:
            self.go(task.otherwise)
        elif task.then is None:
            self._end(HangUp())
        else:
            if task.kind is TaskKind.REPORT:
                self._values["report"] = given.number[:LONGEST_NUMBER]
            self.go(task.then)


def is_silence(given: Given) -> bool:
    """Whether the caller pressed and said nothing."""
    if isinstance(given, Pressed):
        return not keys_of(given.keys)
    return not isinstance(given, Spoken) or not plain(given.text).strip()


def pressed_or_said(shortcut: Shortcut, given: Given, node: Node | None = None) -> bool:
    """Whether the caller wants what the shortcut leads to.

    Where a number is asked for, a digit may be part of it: there the key counts alone, too short to be the number.
    """
    if isinstance(given, Spoken):
        return says(plain(given.text), shortcut.words)
    if not isinstance(given, Pressed):
        return False
    keys = keys_of(given.keys)
    if isinstance(node, Digits):
        if not shortcut.key.isdigit():
            return shortcut.key in keys
        keys = keys.removesuffix(node.finish)
        return one_key(keys) == shortcut.key and len(keys) < node.least
    return one_key(keys) == shortcut.key
