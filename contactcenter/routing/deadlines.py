"""Which deadlines a waiting contact has, and whether one that was set still means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.routing.timers import TimerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact

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


def _offer(floor: Floor, key: str, _at: float) -> bool:
    return key in floor.offers


def _connect(floor: Floor, key: str, at: float) -> bool:
    contact = floor.contacts.get(key)
    return contact is not None and contact.deadline == at and contact.state is ContactState.CONNECTING


def _wrap_up(floor: Floor, key: str, at: float) -> bool:
    contact = floor.contacts.get(key)
    return contact is not None and contact.deadline == at and contact.state is ContactState.WRAP_UP


def _grace(floor: Floor, key: str, at: float) -> bool:
    return floor.agents[key].grace_until == at


def _reserved(floor: Floor, key: str, at: float) -> bool:
    contact = floor.contacts.get(key)
    return contact is not None and contact.reserved_until == at


def _passed_over(floor: Floor, key: str, at: float) -> bool:
    contact = floor.contacts.get(key)
    return contact is not None and at in contact.passed_over.values()


def _day(floor: Floor, _key: str, at: float) -> bool:
    return floor.pool.today_ends == at


def _hours(floor: Floor, key: str, at: float) -> bool:
    return floor.hours.next.get(key) == at


def _relax(floor: Floor, key: str, at: float) -> bool:
    contact = floor.contacts.get(key)
    if contact is None or contact.state is not ContactState.WAITING:
        return False
    return next_step(floor, contact) == at


def _call_wait(floor: Floor, key: str, at: float) -> bool:
    return floor.call_waits.get(key) == at


JUDGES: Final[tuple[Callable[[Floor, str, float], bool], ...]] = tuple(
    judge
    for _, judge in sorted(
        {
            TimerKind.OFFER: _offer,
            TimerKind.CONNECT: _connect,
            TimerKind.WRAP_UP: _wrap_up,
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
