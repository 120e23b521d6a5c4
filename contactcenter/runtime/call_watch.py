"""When to look at calls, so that the router hears what becomes of them; a look itself is `call_look`.

Reports of the vendor (bus topic `call`) only say when to look: one that is lost, late, doubled or out of order changes
nothing but the moment. What is looked at: every contact with live legs, callers whose agent is being called, and, in
turn, those who wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import structlog

from contactcenter.channels.base import PermanentError, TransientError
from contactcenter.channels.voice import CallState
from contactcenter.domain.words import ContactState
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.call_look import Hint, Lookout, Rhythm
from contactcenter.runtime.calls import Calls
from contactcenter.runtime.intake import Intake
from contactcenter.runtime.tasks import cancel
from contactcenter.storage import Lease, UnavailableError

AT_ONCE: Final = 16
LOOK_SECONDS: Final = 15.0

log = structlog.get_logger(__name__)


class CallWatch:
    """A duty of the router that leads."""

    def __init__(
        self, calls: Calls, intake: Intake, bus: Bus, *, clock: Callable[[], float], rhythm: Rhythm | None = None
    ) -> None:
        self._calls = calls
        self._bus = bus
        self._clock = clock
        self._rhythm = rhythm or Rhythm()
        self._lookout = Lookout(calls, intake, bus, clock, self._rhythm)
        self._hints: dict[str, list[Hint]] = {}
        self._due: dict[str, float] = {}
        self._consults: dict[str, str] = {}
        """Of calls during which a colleague was asked in: the consult."""
        self._line: deque[str] = deque()
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._swept_at = self._lined_up_at = self._asked_at = 0.0

    async def run(self, _lease: Lease) -> None:
        """Watch until cancelled."""
        self._due.clear()
        self._line.clear()
        self._swept_at = self._lined_up_at = 0.0
        self._asked_at = self._clock()
        unsubscribe = self._bus.subscribe("call", self._reported)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._sweep()
                except UnavailableError as error:
                    log.warning("call_watch.sql_unavailable", error=str(error))
                    await asyncio.sleep(self._rhythm.sweep)
                self._begin()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._rest_seconds()):
                        await self._wake.wait()
        finally:
            unsubscribe()
            await cancel(*self._looking.values())

    def _reported(self, payload: dict[str, Any]) -> None:
        """The vendor said something of a contact's call."""
        contact_id = str(payload.get("contact") or "")
        if not contact_id:
            return
        state = payload.get("state")
        known = CallState(state) if state in set(CallState) else None
        hint = Hint(str(payload.get("call") or ""), known, payload.get("machine") is True)
        for each in (contact_id, self._consults.get(contact_id)):
            if each is not None:
                self._hints.setdefault(each, []).append(hint)
        self._wake.set()

    async def _sweep(self) -> None:
        """Find what is to be watched, now and then."""
        now = self._clock()
        if now - self._swept_at >= self._rhythm.sweep:
            self._swept_at = now
            live = await self._calls.legs.with_legs()
            self._due = {contact: self._due.get(contact, now) for contact in live}
            self._consults = {room: consult for consult, room in live.items() if room is not None}
        if not self._line and now - self._lined_up_at >= self._rhythm.waiting:
            self._lined_up_at = now
            alone = (ContactState.WAITING, ContactState.OFFERED, ContactState.CONNECTED)
            calls = await self._calls.legs.open_calls()
            self._line.extend(contact for contact, state in calls if state in alone and contact not in self._due)

    def _begin(self) -> None:
        """Look at what was reported, what is due, and the next of those who wait."""
        now = self._clock()
        due = (each for each, at in self._due.items() if at <= now)
        # The longest due first: with a slow vendor, the same few would be looked at again and again.
        for contact_id in [*self._hints, *sorted(due, key=self._due.__getitem__)]:
            if len(self._looking) >= AT_ONCE:
                return
            self._look_at(contact_id)
        free = int((now - self._asked_at) * self._rhythm.waiting_rate)
        if free >= 1:
            self._asked_at = now
        for _ in range(min(free, len(self._line), AT_ONCE - len(self._looking))):
            self._look_at(self._line.popleft())

    def _rest_seconds(self) -> float:
        now = self._clock()
        soonest = min((due for each, due in self._due.items() if each not in self._looking), default=now + 60.0)
        next_asked = 1.0 / self._rhythm.waiting_rate if self._line else self._rhythm.sweep
        return max(0.01, min(soonest - now, next_asked, self._rhythm.sweep))

    def _look_at(self, contact_id: str) -> None:
        if contact_id in self._looking:
            return  # What was reported meanwhile is kept for the next look.
        task = asyncio.create_task(self._look(contact_id, self._hints.pop(contact_id, [])), name="look")
        self._looking[contact_id] = task
        task.add_done_callback(lambda _: self._looked(contact_id))

    def _looked(self, contact_id: str) -> None:
        self._looking.pop(contact_id, None)
        self._wake.set()

    async def _look(self, contact_id: str, hints: list[Hint]) -> None:
        seconds: float | None = self._rhythm.talking
        try:
            async with asyncio.timeout(LOOK_SECONDS), self._calls.alone(contact_id):
                seconds = await self._lookout.see(contact_id, hints)
        except (TransientError, UnavailableError, TimeoutError) as error:
            retry_after = error.retry_after if isinstance(error, TransientError) else None
            seconds = max(self._rhythm.connecting, retry_after or 0.0)
            log.warning("call_watch.not_seen", contact=contact_id, error=str(error) or type(error).__name__)
        except PermanentError as error:
            log.warning("call_watch.refused", contact=contact_id, error=str(error))
        except Exception:
            log.exception("call_watch.failed", contact=contact_id)
        if seconds is None:
            self._due.pop(contact_id, None)
        else:
            if seconds == self._rhythm.talking:
                seconds = max(seconds, len(self._due) / self._rhythm.talking_rate)
            self._due[contact_id] = self._clock() + seconds
