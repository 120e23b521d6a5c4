"""The front desk: what a calling customer meets until a person answers.

Every question of the vendor's is answered with something to do, whatever breaks here. A call is a row that only its
reader may change; whoever comes second with the same input is answered with what the first one stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

import msgspec
import structlog

from contactcenter.channels.base import TransientError
from contactcenter.channels.voice import CallAsked, CallReported, CallState, Link, Part, VoiceStep
from contactcenter.domain.stimuli import ContactArrived, CustomerLeft, Stimulus
from contactcenter.domain.words import MediaClass, Outcome
from contactcenter.ivr import (
    Dial,
    Enqueue,
    FindAccount,
    Gather,
    Given,
    HangUp,
    Pressed,
    Record,
    ReportOutage,
    Result,
    Session,
    Spoken,
    Step,
)
from contactcenter.ivr.interpreter import Advanced
from contactcenter.runtime.menus import Menus
from contactcenter.runtime.on_hold import OnHold
from contactcenter.runtime.safe_loop import SafeLoop
from contactcenter.runtime.services import Services
from contactcenter.runtime.voicemails import Voicemails
from contactcenter.storage import Call, Called, CallerFacts, CallPart, Taken, UnavailableError

COMMIT_SECONDS: Final = 2.0
"""A caller who has heard nothing for so long is put into the safe loop."""
SILENT_SECONDS: Final = 900.0
"""In the menus something is heard of every call within this; a dialled number may talk for longer."""
TALKING_SECONDS: Final = 6 * 3600.0
SWEEP_SECONDS: Final = 60.0
_MOST_SWEPT: Final = 500
_MOST_GONE: Final = 10_000
_TRIES: Final = 5

log = structlog.get_logger(__name__)


class Answer(NamedTuple):
    """What a call does now, and what its vendor asks next."""

    steps: Sequence[VoiceStep]
    link: Link


class ReadsCalls(Protocol):
    """What this needs of the storage."""

    async def call(self, call_id: str) -> Call | None:
        """One call by the vendor's id."""

    async def forsaken(self, before: float, limit: int) -> list[Call]:
        """Calls in the menus without an end that nothing was heard of."""

    async def end_closed(self, before: float, now: float, limit: int) -> int:
        """End rows of calls whose contact is closed."""


class TakesCalls(Protocol):
    """What this needs of the intake."""

    async def advance(self, called: Called) -> Taken:
        """Write a call's next state."""


class FrontDesk:
    """See the module. `services` looks callers up and takes their reports. Times in UTC seconds."""

    def __init__(
        self,
        calls: ReadsCalls,
        intake: TakesCalls,
        services: Services,
        menus: Menus,
        hold: OnHold,
        voicemails: Voicemails,
        *,
        new_id: Callable[[], str],
        commit_seconds: float = COMMIT_SECONDS,
    ) -> None:
        self._calls = calls
        self._intake = intake
        self._services = services
        self._menus = menus
        self._hold = hold
        self._safe = SafeLoop(menus)
        self._voicemails = voicemails
        self._new_id = new_id
        self._commit_seconds = commit_seconds
        self._gone: dict[str, None] = {}

    # --- asked

    async def answer(self, asked: CallAsked) -> Answer:
        """What the call does now. Never raises but when it is cancelled."""
        try:
            async with asyncio.timeout(self._commit_seconds):
                return await self._answer(asked)
        except (UnavailableError, TimeoutError) as error:
            log.warning("front_desk.sql_unavailable", call=asked.call_id, error=str(error) or "too slow")
        except Exception:
            log.exception("front_desk.failed", call=asked.call_id)
        return self.without_sql(asked)

    def without_sql(self, asked: CallAsked) -> Answer:
        """What a call does while nothing about it can be read or written."""
        if asked.link is not None and asked.link.part in (Part.HOLD, Part.JOIN) and asked.link.contact:
            return Answer(*self._hold.music(asked, asked.link))
        return Answer(*self._safe.steps(asked, self._hold.language_of(asked.call_id)))

    async def _answer(self, asked: CallAsked) -> Answer:
        link = asked.link
        if link is not None and link.contact and link.part is Part.HOLD:
            return await self._waits(asked, link)
        if link is not None and link.contact and link.part is Part.JOIN:
            return Answer(*await self._hold.join(asked, link))
        call = None if link is None else await self._calls.call(asked.call_id)
        if link is not None and link.part is Part.SAFE:
            return await self._rescue(asked, link, call)
        if call is None:
            return await self._begin(asked)
        if link is None or link.part is not Part.MENU or call.part is not CallPart.MENU:
            return self._say(call)
        return await self._go_on(asked, link, call)

    async def _begin(self, asked: CallAsked) -> Answer:
        """A call has come in; or it has before, and this is a repeat."""
        facts = await self._services.of_number(asked.address, asked.at)
        start = self._menus.interpreter.start(facts.caller, asked.at)
        call = self._new_call(asked, start[0], facts, asked.at)
        return await self._write(asked, await self._walk(call, start, asked.at))

    async def _go_on(self, asked: CallAsked, link: Link, call: Call) -> Answer:
        """The caller did something in the menus."""
        if link.step != call.session.step:
            return self._say(call)
        last = call.session.answer[-1]
        if isinstance(last, Record) and asked.recording:
            call = await self._voicemails.keep(call, last, asked.recording, asked.at, asked.raw)
        if call.ended_at is not None:
            return Answer([HangUp()], Link(part=Part.MENU, step=call.session.step))
        given = _given(asked, last, call.session.step, hazard=self._menus.is_hazard(asked.keys))
        advanced = self._menus.interpreter.advance(call.session, given, call.facts.caller, asked.at)
        return await self._write(asked, await self._walk(call, advanced, asked.at))

    async def _rescue(self, asked: CallAsked, link: Link, call: Call | None) -> Answer:
        """SQL answers again: whoever was in the safe loop waits for a person, at the place they had then.

        What was given up for being slow may be committed after all; then it is done again from there.
        """
        hazard = link.hazard or self._menus.is_hazard(asked.keys)
        if call is not None and not hazard and (left := await self._voicemails.left_meanwhile(call)):
            return await self._go_on(replace(asked, recording=left), Link(part=Part.MENU, step=call.session.step), call)
        since = min(link.since or asked.at, asked.at)
        for _ in range(_TRIES):
            if call is not None and call.part is not CallPart.MENU:
                if hazard and call.part is CallPart.HOLD:
                    await self._hold.move(asked, call)
                return self._say(call)
            facts = call.facts if call else await self._services.of_number(asked.address, asked.at)
            sent = self._menus.interpreter.to_person(
                call.session if call else None, facts.caller, asked.at, hazard=hazard
            )
            call = call or self._new_call(asked, sent[0], facts, since)
            taken = await self._commit(asked, await self._walk(call, sent, asked.at), place=since)
            call = taken.call or call
            if not taken.duplicate or call.ended_at is not None:
                return self._say(call)
        raise UnavailableError("the call changes all the time")

    def _new_call(self, asked: CallAsked, session: Session, facts: CallerFacts, since: float) -> Call:
        return Call(
            id=asked.call_id,
            channel=asked.channel,
            contact_id=self._new_id(),
            address=asked.address,
            to=asked.to,
            started_at=since,
            session=session,
            facts=facts,
            version=0,
        )

    async def _waits(self, asked: CallAsked, link: Link) -> Answer:
        if link.hazard or self._menus.is_hazard(asked.keys):
            call = await self._calls.call(asked.call_id)
            if call is not None and await self._hold.move(asked, call):
                return Answer(*self._hold.moved(link, call.language))
        return Answer(*await self._hold.steps(asked, link))

    # --- walking and writing

    async def _walk(self, call: Call, advanced: Advanced, now: float) -> Call:
        """Carry out what needs no caller, until something is asked or it ends; the call's next state."""
        session, steps = advanced
        said: list[Step] = []
        facts, served = call.facts, call.served
        while not session.over and isinstance(last := steps[-1], FindAccount | ReportOutage):
            said += steps[:-1]
            if isinstance(last, FindAccount):
                found = await self._services.of_account(call.address, last.account, now)
                facts, done = (found or facts), Result(session.step, ok=found is not None)
            else:
                source = f"call:{call.id}:{session.step}"
                number, facts = await self._services.report(source, call.channel, last.account, facts, now)
                served = served or bool(number)
                done = Result(session.step, ok=bool(number), number=number)
            session, steps = self._menus.interpreter.advance(session, done, facts.caller, now)
        session = msgspec.structs.replace(session, answer=(*said, *steps))
        return msgspec.structs.replace(call, session=session, facts=facts, served=served, version=call.version + 1)

    async def _write(self, asked: CallAsked, call: Call) -> Answer:
        """Commit a call's next state, and say what is stored then."""
        taken = await self._commit(asked, call)
        return self._say(taken.call or call)

    async def _commit(self, asked: CallAsked, call: Call, place: float | None = None) -> Taken:
        """Commit a call's next state with the contact that it becomes by it; `place` in line, now if None."""
        last = call.session.answer[-1]
        stimulus: Stimulus | None = None
        if isinstance(last, Enqueue):
            stimulus = _arrival(call, asked.at if place is None else place, last)
            call = msgspec.structs.replace(call, part=CallPart.HOLD, contact_at=asked.at)
        elif isinstance(last, HangUp):
            if call.contact_at is None:
                stimulus = _arrival(call, asked.at, outcome=Outcome.SELF_SERVED)
            call = msgspec.structs.replace(call, part=CallPart.DONE, contact_at=call.contact_at or asked.at)
        taken = await self._intake.advance(Called(call=call, at=asked.at, stimulus=stimulus))
        stored = taken.call or call
        if call.id in self._gone and stored.ended_at is None:
            await self._end(stored, asked.at)
        return taken

    def _say(self, call: Call) -> Answer:
        """What the stored state of a call is answered with, however often."""
        self._hold.remember(call)
        *said, last = call.session.answer
        if call.ended_at is not None:
            return Answer([HangUp()], Link(part=Part.MENU, step=call.session.step))
        if isinstance(last, Enqueue) or call.part is CallPart.HOLD:
            before = [step for step in said if not isinstance(step, Gather | Record | Dial)]
            return Answer(*self._hold.enter(call, _speakable(before)))
        return Answer(_speakable(call.session.answer), Link(part=Part.MENU, step=call.session.step))

    # --- reported

    async def reported(self, event: CallReported) -> None:
        """A customer's own call changed: when it is over, so is its row. Legs of ours are the watch's to look at.

        Raises:
            UnavailableError: nothing was written.
        """
        if event.leg or not event.state.final:
            return
        self._leave(event.call_id)
        for _ in range(_TRIES):
            call = await self._calls.call(event.call_id)
            if call is None or call.ended_at is not None:
                return
            if await self._end(call, event.at):
                if not isinstance(call.session.answer[-1], Record):  # What was recorded may still go on in the menus.
                    self._gone.pop(event.call_id, None)
                return
        raise UnavailableError("the call changes all the time; come back in a moment")

    def _leave(self, call_id: str) -> None:
        """Note that a call is over, as its row may be written only now; another node's is found by the sweep."""
        self._gone[call_id] = None
        while len(self._gone) > _MOST_GONE:
            del self._gone[next(iter(self._gone))]

    async def sweep(self, now: float) -> int:
        """End what was never reported to be over, and recordings that never came; how many."""
        ended = await self._calls.end_closed(now - SILENT_SECONDS, now, _MOST_SWEPT)
        for call in await self._calls.forsaken(now - SILENT_SECONDS, _MOST_SWEPT):
            try:
                ended += await self._end_forsaken(call, now)
            except UnavailableError:
                raise
            except Exception:  # One call shall neither keep the others nor end this process.
                log.exception("front_desk.call_not_swept", call=call.id)
        return ended

    async def _end_forsaken(self, call: Call, now: float) -> bool:
        """End one call that nothing is heard of, once its vendor was asked for a message that was never handed in."""
        last = call.session.answer[-1]
        if isinstance(last, Dial) and call.started_at >= now - TALKING_SECONDS:
            return False
        if isinstance(last, Record):
            try:
                url = await self._voicemails.of_call(call)
            except TransientError as error:
                log.warning("front_desk.message_not_found", call=call.id, error=str(error))
                if call.started_at >= now - TALKING_SECONDS:
                    return False
            else:
                if url is not None:
                    log.info("front_desk.message_found", call=call.id)
                    call = await self._voicemails.keep(call, last, url, now)
        return await self._end(call, now, surely=True)

    async def _end(self, call: Call, at: float, *, surely: bool = False) -> bool:
        """Write that a call is over; False when it has changed meanwhile.

        A recording is reported after its call has ended, so that whoever was asked for one is not counted yet.
        """
        stimulus: Stimulus | None = None
        if call.part is CallPart.HOLD:
            stimulus = CustomerLeft(id=f"{call.contact_id}.left", thread=call.thread)
        elif isinstance(call.session.answer[-1], Record) and not surely:
            return True
        elif call.contact_at is None:
            stimulus = _arrival(call, at, outcome=Outcome.SELF_SERVED if call.served else Outcome.ABANDONED)
        contact_at = at if call.contact_at is None else call.contact_at
        ended = msgspec.structs.replace(call, ended_at=at, contact_at=contact_at, version=call.version + 1)
        taken = await self._intake.advance(Called(call=ended, at=at, stimulus=stimulus))
        return not taken.duplicate


async def sweep(desk: FrontDesk, clock: Callable[[], float]) -> None:
    """End forgotten calls, now and then, for ever. `clock` in UTC seconds."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            ended = await desk.sweep(clock())
        except UnavailableError as error:
            log.warning("front_desk.not_swept", error=str(error))
        except Exception:  # Rows of another release that this one cannot read, say.
            log.exception("front_desk.sweep_failed")
        else:
            if ended:
                log.info("front_desk.swept", calls=ended)


def _arrival(call: Call, place: float, line: Enqueue | None = None, outcome: Outcome | None = None) -> ContactArrived:
    needs = line.needs if line else None
    return ContactArrived(
        id=f"{call.contact_id}.arrived",
        contact_id=call.contact_id,
        thread=call.thread,
        customer_id="",
        channel=call.channel,
        media=MediaClass.VOICE,
        address=call.address,
        to=call.to,
        place=place,
        queue=line.queue if line else None,
        skills=needs.skills if needs else {},
        any_of=needs.any_of if needs else (),
        preferred=needs.preferred if needs else {},
        priority=line.priority if line else 0.0,
        language=call.language,
        tier=call.facts.caller.tier,
        account_owner=call.facts.owner,
        flags=call.facts.flags,
        outcome=outcome,
    )


def _given(asked: CallAsked, last: Step, step: int, *, hazard: bool) -> Given:
    """What the caller did, as the menus read it."""
    if isinstance(last, Record) and hazard:
        return Pressed(step, asked.keys or "")
    if isinstance(last, Record):
        return Result(step, ok=bool(asked.recording))
    if isinstance(last, Dial):
        return Result(step, ok=asked.dialled in (CallState.COMPLETED, CallState.ANSWERED))
    if asked.words and not asked.keys:
        return Spoken(step, asked.words)
    return Pressed(step, asked.keys or "")


def _speakable(steps: Sequence[Step]) -> list[VoiceStep]:
    """Without what only we carry out."""
    return [step for step in steps if not isinstance(step, Enqueue | FindAccount | ReportOutage)]
