"""Which deadlines a waiting contact has, and whether one that was set still means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.routing.timers import TimerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact
    from contactcenter.routing.timers import Timer

SHORTEST_CALL_WAIT: Final = 1.0
"""Seconds between two questions of a call for somebody to be kept free, at least."""


def time_waiting(floor: Floor, contact: Contact) -> None:
    """Set what a waiting contact waits for besides an agent: the next relaxation step, its turn as a call."""
    step = next_step(floor, contact)
    if step is not None:
        floor.timers.set(step, TimerKind.RELAX, contact.id)
    every = floor.configuration.settings.call_wait_seconds
    if contact.media is MediaClass.VOICE and every is not None and not contact.kept:
        _time_call(floor, contact, max(every, SHORTEST_CALL_WAIT))


def next_step(floor: Floor, contact: Contact) -> float | None:
    """When a waiting contact's next relaxation step is due (UTC seconds)."""
    steps = floor.queue_of(contact).relaxation
    if contact.kept or contact.relaxed >= len(steps):
        return None
    return contact.queued_at + steps[contact.relaxed].after_seconds


def _time_call(floor: Floor, contact: Contact, every: float) -> None:
    """A waiting call asks for somebody to be kept free each so many seconds, counted from when it began to wait."""
    due = contact.state_since + (int((floor.now - contact.state_since) // every) + 1) * every
    due = floor.call_waits[contact.id] = due if due > floor.now else due + every
    floor.timers.set(due, TimerKind.CALL_WAIT, contact.id)


def _offer(floor: Floor, timer: Timer) -> bool:
    return timer.key in floor.offers


def _state(floor: Floor, timer: Timer) -> bool:
    contact = floor.contacts.get(timer.key)
    return contact is not None and contact.deadline == timer.at and contact.state is _TIMED[timer.kind]


def _grace(floor: Floor, timer: Timer) -> bool:
    return floor.agents[timer.key].grace_until == timer.at


def _reserved(floor: Floor, timer: Timer) -> bool:
    contact = floor.contacts.get(timer.key)
    return contact is not None and contact.reserved_until == timer.at


def _passed_over(floor: Floor, timer: Timer) -> bool:
    contact = floor.contacts.get(timer.key)
    return contact is not None and timer.at in contact.passed_over.values()


def _day(floor: Floor, timer: Timer) -> bool:
    return floor.pool.today_ends == timer.at


def _hours(floor: Floor, timer: Timer) -> bool:
    return floor.hours.next.get(timer.key) == timer.at


def _relax(floor: Floor, timer: Timer) -> bool:
    contact = floor.contacts.get(timer.key)
    if contact is None or contact.state is not ContactState.WAITING:
        return False
    return next_step(floor, contact) == timer.at


def _call_wait(floor: Floor, timer: Timer) -> bool:
    return floor.call_waits.get(timer.key) == timer.at


_TIMED: Final = {TimerKind.CONNECT: ContactState.CONNECTING, TimerKind.WRAP_UP: ContactState.WRAP_UP}
JUDGES: Final[tuple[Callable[[Floor, Timer], bool], ...]] = tuple(
    judge
    for _, judge in sorted(
        {
            TimerKind.OFFER: _offer,
            TimerKind.CONNECT: _state,
            TimerKind.WRAP_UP: _state,
            TimerKind.GRACE: _grace,
            TimerKind.RESERVED: _reserved,
            TimerKind.PASSED_OVER: _passed_over,
            TimerKind.DAY: _day,
            TimerKind.HOURS: _hours,
            TimerKind.RELAX: _relax,
            TimerKind.CALL_WAIT: _call_wait,
        }.items()
    )
)
"""Whether what a timer was set for is still to come; by the kind's number, from 1."""
