"""The center's statistics, kept by the router that decides: live in memory, every half-hour in SQL.

In memory each change is counted by difference as it is decided. SQL has the raw truth (contacts, and a log of
what agents do, written in the decision's own commit), so whatever is lost with a process is counted again:
what is in memory goes to SQL whole, never as an increment, and writing it twice changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Histogram

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.history import EventType
from contactcenter.domain.words import AgentStatus
from contactcenter.metrics import Metrics
from contactcenter.queues.counting import MINUTE, Counting, Key, Seen, ended
from contactcenter.queues.intervals import SPAN, day_ends, day_starts, span_of
from contactcenter.queues.rosters import Roster
from contactcenter.queues.service_level import MILLISECONDS, Tally, milliseconds
from contactcenter.queues.staffing import Change, Doing, Times, spent
from contactcenter.routing import serving
from contactcenter.routing.state import Agent, Changes, Contact
from contactcenter.runtime.live_figures import NAME, Window, encode
from contactcenter.storage import Lease, UnavailableError
from contactcenter.storage.statistics import AgentTime, Cursor, Known, Log, Logged

LOOK_SECONDS: Final = 2.0
"""How old what is shown live may be."""
WRITE_SECONDS: Final = 5.0
"""How old the half-hours in SQL may be."""
SIGN_OF_LIFE_SECONDS: Final = 60.0
"""What is shown live is written this often although nothing changed: its age says since when nobody counted."""
AWAY_SECONDS: Final = 300.0
"""After so long without a router nobody knows what agents did meanwhile: it is not counted."""
SETTLED_SECONDS: Final = 30.0
"""A half-hour's log is complete so long after its end; the one before is summed once more, for late commits."""
PAGE: Final = 2_000

log = structlog.get_logger(__name__)


class Picture(Protocol):
    """What is read of the engine."""

    @property
    def configuration(self) -> Configuration:
        """What the engine obeys."""

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """Open contacts."""

    @property
    def agents(self) -> Mapping[str, Agent]:
        """All agents."""


class Store(Protocol):
    """What this needs of the storage (storage.statistics.StatisticsStore)."""

    async def known(self) -> Known:
        """How far the counting is."""

    async def next_arrival(self, since: float) -> float | None:
        """When the first contact from `since` on arrived."""

    async def closed(self, start: int, after: Cursor | None, limit: int) -> list[Seen]:
        """Closed contacts of a half-hour."""

    async def counted(self, start: int, end: int) -> dict[int, dict[Key, Tally]]:
        """Half-hours as they were counted."""

    async def plan(self, epoch: int, spans: Sequence[int]) -> None:
        """Remember which half-hours are going to be counted."""

    async def write_counts(
        self, epoch: int, spans: Mapping[int, Mapping[Key, Tally]], final: Mapping[int, bool]
    ) -> None:
        """Replace half-hours."""

    async def times(self, start: int, end: int) -> list[AgentTime]:
        """Agents' half-hours."""

    async def write_times(self, epoch: int, spans: Sequence[int], times: Sequence[AgentTime]) -> None:
        """Replace agents' half-hours."""

    async def log(self, start: float, end: float) -> Log:
        """What agents did."""

    async def write_log(self, epoch: int, logged: Sequence[Logged]) -> None:
        """Add to it."""

    async def first_log(self) -> float | None:
        """When it begins."""

    async def publish(self, epoch: int, name: str, at: float, body: str) -> None:
        """Replace what is shown live."""

    async def projection(self, name: str) -> tuple[float, str] | None:
        """What is shown live, and of when it is."""


class _Term:
    """What is known since one engine was loaded at `begun` (UTC seconds)."""

    def __init__(self, picture: Picture, begun: float) -> None:
        self.picture = picture
        self.begun = begun
        self.counting = Counting()
        self.roster = Roster()
        self.seen: set[str] | None = set(picture.contacts)
        """Contacts that were counted since then, whatever SQL says of them; None once SQL has been read."""
        self.timed = False
        """Whether agents' times of before are known."""
        self.recalling: set[int] | None = None
        """Half-hours of which SQL has not been read yet; None: which those are is not known."""
        self.unfinished: set[int] = set()
        """Half-hours in SQL that may still change."""
        self.staffed: int | None = None
        """The first half-hour of which agents' times are to be written; `again` was the one before."""
        self.again: int | None = None
        self.written_at = 0.0
        self.shown: tuple[float, str] = (0.0, "")
        for contact in picture.contacts.values():
            if contact.consult_of is None:
                self.counting.see(serving.seen(contact))
        for agent in picture.agents.values():
            self.roster.change(agent.id, serving.doing(agent, picture.contacts), milliseconds(begun))

    @property
    def zone(self) -> ZoneInfo:
        """When a day begins."""
        return ZoneInfo(self.picture.configuration.settings.time_zone)


class Statistics:
    """Watches one router's engine (`begin`, `take`, `end`) and runs beside it as a duty (`run`)."""

    def __init__(self, store: Store, clock: Callable[[], float], metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._served: Counter[tuple[str, str, str]] = Counter()
        self._handling: dict[Key, Histogram] = {}
        self._term: _Term | None = None
        self._begun = asyncio.Event()

    # Watching

    def begin(self, picture: Picture, at: float) -> None:
        """An engine was loaded from SQL at `at` (UTC seconds)."""
        self._term = _Term(picture, at)
        self._begun.set()

    def end(self) -> None:
        """The engine is gone, and whatever was not committed with it."""
        self._term = None
        self._begun.clear()

    def take(self, changes: Changes, at: float) -> Sequence[Logged]:
        """Count what a batch is about to commit; returns what belongs into the agents' log with it.

        Contacts are counted when the caller next waits, which is for that commit: the engine rests meanwhile.
        """
        term = self._term
        if term is None:
            return ()
        people = dict.fromkeys(changes.agents)
        contacts = tuple(changes.contacts.values())
        people.update((contact.agent_id, None) for contact in contacts if contact.agent_id is not None)
        asyncio.get_running_loop().call_soon(self._count_all, term, contacts)
        answers = _answers(changes)
        now = milliseconds(at)
        logged: list[Logged] = []
        for agent_id in people:
            agent = term.picture.agents.get(agent_id)
            if agent is None:
                continue
            doing = serving.doing(agent, term.picture.contacts)
            taken = answers.get(agent_id, 0)
            if term.roster.change(agent_id, doing, now, taken):
                logged.append((agent_id, Change(now, doing, taken)))
        return logged

    def _count_all(self, term: _Term, contacts: Sequence[Contact]) -> None:
        for contact in contacts:
            if contact.consult_of is not None:
                continue
            answered, queue = contact.service is not None, contact.served_queue or contact.queue
            if contact.closed_at is not None or not term.counting.stands(contact.id, queue, answered=answered):
                self._count(term, contact)
        for labels, count in self._served.items():
            self._metrics.served.labels(*labels).inc(count)
        self._served.clear()

    def _count(self, term: _Term, contact: Contact) -> None:
        if term.seen is not None:
            term.seen.add(contact.id)
        seen = serving.seen(contact)
        before, facts = term.counting.see(seen), seen.facts
        if facts.service is not None and before.service is None:
            self._served[seen.queue, seen.channel, facts.service.value] += 1
        if facts.talk or facts.wrap_up:
            key = (seen.queue, seen.channel)
            handling = self._handling.get(key)
            if handling is None:
                handling = self._handling[key] = self._metrics.handling.labels(*key)
            handling.observe((facts.talk + facts.wrap_up) / MILLISECONDS)

    # Beside the router

    async def run(self, lease: Lease) -> None:
        """Count what was before, then write and show what is, until cancelled.

        Raises:
            FencedError: another router decides.
        """
        while True:
            await self._begun.wait()
            term = self._term
            if term is None:
                continue
            try:
                if term.seen is not None:
                    await self._look_back(term, lease.epoch)
                await self._look(term, lease.epoch)
            except UnavailableError as error:
                log.warning("statistics.sql_unavailable", error=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, term: _Term, epoch: int) -> None:
        now = self._clock()
        await self._show(term, epoch, now)
        if now - term.written_at >= WRITE_SECONDS:
            term.written_at = now
            await self._write_counts(term, epoch, now)
            await self._write_times(term, epoch, now)
        today = day_starts(now, term.zone)
        keep = min(today, span_of(now - 2 * SPAN))
        term.counting.drop(keep)
        term.roster.drop(keep)

    # What was before

    async def _look_back(self, term: _Term, epoch: int) -> None:
        """Count again what SQL has and nobody has written down yet, the newest half-hours first."""
        known = await self._store.known()
        if not term.timed:
            await self._bridge(term, epoch)
            await self._recall_times(term, known)
        recalling = term.recalling
        if recalling is None:
            recalling = term.recalling = await self._plan(term, epoch, known)
        for span in sorted(recalling, reverse=True):
            await self._recall(term, span)
            recalling.discard(span)
            if self._clock() - term.shown[0] >= LOOK_SECONDS:
                await self._look(term, epoch)
        term.seen = None

    async def _plan(self, term: _Term, epoch: int, known: Known) -> set[int]:
        """The half-hours to count; today's others are as they were written."""
        wanted = {span for span, count in term.counting.open.items() if count} | set(known.unfinished)
        since = float(known.last if known.last is not None else 0)
        while (arrived := await self._store.next_arrival(since)) is not None:
            wanted.add(span_of(arrived))
            since = float(span_of(arrived) + SPAN)
        written = await self._store.counted(day_starts(term.begun, term.zone), span_of(term.begun) + SPAN)
        if wanted:
            await self._store.plan(epoch, sorted(wanted))
        for span, tallies in written.items():
            if span not in wanted:
                term.counting.put(span, tallies)
        return wanted

    async def _recall(self, term: _Term, span: int) -> None:
        """Closed contacts of a half-hour that the watching has not seen."""
        assert term.seen is not None
        recalled = Counting()
        after: Cursor | None = None
        while page := await self._store.closed(span, after, PAGE):
            for seen in page:
                if seen.id not in term.seen:
                    recalled.recall(seen)
            after = page[-1].arrived_at, page[-1].id
            if len(page) < PAGE:
                break
        term.counting.absorb(recalled)
        term.counting.changed.add(span)

    async def _bridge(self, term: _Term, epoch: int) -> None:
        """Leave out of everybody's time what passed while no router was there to see it."""
        last = await self._store.projection(NAME)
        if last is None or term.begun - last[0] < AWAY_SECONDS:
            return
        left = last[0]
        before = (await self._store.log(left, left)).before
        gone = [
            (agent_id, Change(milliseconds(left), _away(doing))) for agent_id, doing in before.items() if doing.there
        ]
        back = [
            (agent_id, Change(milliseconds(term.begun), serving.doing(agent, term.picture.contacts)))
            for agent_id, agent in term.picture.agents.items()
            if agent_id in before and before[agent_id].there
        ]
        if gone:
            await self._store.write_log(epoch, [*gone, *back])
        # So that a repetition of this look back does not find the gap again.
        await self._store.publish(epoch, NAME, term.begun, last[1])

    async def _recall_times(self, term: _Term, known: Known) -> None:
        """Today's times by profile, and where writing them goes on: with the last that was written, once more."""
        today = day_starts(term.begun, term.zone)
        raw = span_of(term.begun - 31 * MINUTE)
        if known.staffed is not None:
            raw = min(raw, known.staffed)
            term.staffed = known.staffed
        else:
            first = await self._store.first_log()
            term.staffed = None if first is None else span_of(first)
            raw = raw if first is None else min(raw, max(span_of(first), today))
        written, logged = await self._store.times(today, raw), await self._store.log(raw, term.begun)
        sums: dict[tuple[int, str], Times] = {}
        for one in written:
            sums.setdefault((one.start, one.profile), Times()).add(one.times)
        for (span, profile), times in sums.items():
            term.roster.put(span, profile, times)
        term.timed = True
        until = milliseconds(term.begun)
        for agent_id in logged.before.keys() | logged.changes.keys():
            doing, since = logged.before.get(agent_id), milliseconds(raw)
            for change in logged.changes.get(agent_id, ()):
                if doing is not None and doing.there:
                    term.roster.recall(doing, since, change.at)
                if change.answered:
                    term.roster.recall_answers(change.doing.profile, change.at, change.answered)
                doing, since = change.doing, change.at
            if doing is not None and doing.there:
                term.roster.recall(doing, since, until)

    # What is

    async def _show(self, term: _Term, epoch: int, now: float) -> None:
        term.roster.settle(milliseconds(now))
        body = encode(self._windows(term, now))
        shown_at, shown = term.shown
        if body == shown and now - shown_at < SIGN_OF_LIFE_SECONDS:
            return
        await self._store.publish(epoch, NAME, now, body)
        term.shown = now, body

    def _windows(self, term: _Term, now: float) -> list[Window]:
        counting, roster = term.counting, term.roster
        span, today = span_of(now), day_starts(now, term.zone)
        tomorrow = day_ends(now, term.zone)
        quarter, half = (float(int(now // MINUTE) * MINUTE - minutes * MINUTE) for minutes in (15, 30))
        recent = roster.since(half)
        for profile, times in recent.items():
            self._metrics.occupancy.labels(profile).set(times.occupancy or 0.0)
        return [
            Window("interval", span, counting.spans_since(span, span + SPAN), roster.spans_since(span, span + SPAN)),
            Window("15m", quarter, counting.since(quarter), roster.since(quarter)),
            Window("30m", half, counting.since(half), recent),
            Window("today", today, counting.spans_since(today, tomorrow), roster.spans_since(today, tomorrow)),
        ]

    async def _write_counts(self, term: _Term, epoch: int, now: float) -> None:
        counting = term.counting
        if term.recalling is None:
            return
        ready = counting.changed | {span for span in term.unfinished if ended(span, now) and not counting.open[span]}
        ready -= term.recalling
        if not ready:
            return
        spans = {span: {key: replace(tally) for key, tally in counting.spans.get(span, {}).items()} for span in ready}
        final = {span: ended(span, now) and not counting.open[span] for span in ready}
        counting.changed -= ready
        try:
            await self._store.write_counts(epoch, spans, final)
        except BaseException:
            counting.changed |= ready
            raise
        term.unfinished |= {span for span, done in final.items() if not done}
        term.unfinished -= {span for span, done in final.items() if done}

    async def _write_times(self, term: _Term, epoch: int, now: float) -> None:
        """Every half-hour that is over, and the last one before those once more."""
        if term.staffed is None:
            first = await self._store.first_log()
            if first is None:
                return
            term.staffed = span_of(first)
        over = span_of(now - SETTLED_SECONDS)
        while term.staffed < over:
            for span in (term.staffed,) if term.again is None else (term.again, term.staffed):
                await self._store.write_times(epoch, [span], times_of(await self._store.log(span, span + SPAN), span))
            term.again, term.staffed = term.staffed, term.staffed + SPAN


def times_of(logged: Log, span: int, until: float | None = None) -> list[AgentTime]:
    """What the half-hour from `span` (UTC seconds), up to `until` if it is not over, went into."""
    start = span * MILLISECONDS
    end = min((span + SPAN) * MILLISECONDS, milliseconds(until) if until is not None else start + SPAN * MILLISECONDS)
    found = []
    for agent_id in sorted(logged.before.keys() | logged.changes.keys()):
        times = spent(logged.before.get(agent_id), logged.changes.get(agent_id, ()), start, end)
        found += [AgentTime(span, agent_id, profile, sums) for profile, sums in times.items() if sums]
    return found


def _answers(changes: Changes) -> Counter[str]:
    """How many contacts each agent was connected with; one that is taken up again from wrap-up is none."""
    answered: Counter[str] = Counter()
    for event in changes.events:
        contact = changes.contacts.get(event.contact_id)
        if event.agent_id is None or (contact is not None and contact.consult_of is not None):
            continue
        if event.type is EventType.CONNECTED:
            answered[event.agent_id] += 1
        elif event.type is EventType.REOPENED:
            answered[event.agent_id] -= 1
    return answered


def _away(doing: Doing) -> Doing:
    return Doing(doing.profile, AgentStatus.LOGGED_OUT)
