"""Statistics beside the router: live, across a restart, and half-hours against the raw contacts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.stimuli import AgentStatusChanged
from contactcenter.domain.words import AgentStatus
from contactcenter.metrics import Metrics
from contactcenter.queues.counting import Key, summed
from contactcenter.queues.intervals import SPAN, span_of
from contactcenter.queues.service_level import Tally, total
from contactcenter.queues.staffing import Change, Doing, Times
from contactcenter.routing import serving
from contactcenter.routing.engine import Engine
from contactcenter.routing.state import Agent, Changes, Contact, Snapshot
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.live_figures import NAME, Window, decode
from contactcenter.runtime.router import Router
from contactcenter.runtime.statistics import Statistics, times_of
from contactcenter.simulation.chance import Streams
from contactcenter.simulation.journeys import Journey, generated
from contactcenter.simulation.loop import Loop
from contactcenter.simulation.measures import Measures
from contactcenter.simulation.scenario import Scenario
from contactcenter.simulation.scenario_file import load_scenario
from contactcenter.storage import Batch, Lease, Storage
from contactcenter.storage.statistics import AgentTime
from tests.runtime.center import Center, center, leading
from tests.runtime.waiting import until

IDLE = Doing("all", AgentStatus.AVAILABLE)


@asynccontextmanager
async def counted(made: Center, clock: Callable[[], float] = time.time) -> AsyncIterator[Router]:
    """A router that leads, with its statistics."""
    statistics = Statistics(made.storage.statistics, clock, made.metrics)
    router = Router(
        made.storage,
        made.bus,
        clock=time.time,
        new_id=new_id,
        holder="router-1",
        metrics=made.metrics,
        duties=[statistics.run],
        watch=statistics,
    )
    async with leading(router):
        yield router


async def windows(made: Center) -> dict[str, Window]:
    found = await made.storage.statistics.projection(NAME)
    return {window.id: window for window in decode(found[1])} if found is not None else {}


async def shown(made: Center, wanted: Callable[[dict[str, Window]], bool]) -> dict[str, Window]:
    found: dict[str, Window] = {}

    async def there() -> bool:
        found.clear()
        found.update(await windows(made))
        return bool(found) and wanted(found)

    await until(there, seconds=20)
    return found


def today(found: dict[str, Window]) -> Tally:
    return total(found["today"].contacts.values())


async def test_what_happens_is_shown_within_seconds_and_survives_a_restart(tmp_path: Path) -> None:
    async with center(f"sqlite:///{tmp_path / 'cc.db'}") as made:
        async with counted(made):
            await made.agent("ana")
            await made.write("one")
            contact = await made.accept()
            await made.close(contact)
            await made.write("two")
            second = await made.accept()
            await made.write("three")
            found = await shown(made, lambda each: today(each).offered == 3 and today(each).answered == 2)
            for window in found.values():
                tally = window.contacts["power", "sms"]
                assert (tally.offered, tally.answered, tally.within, tally.handled) == (3, 2, 2, 1)
                times = window.people["all"]
                assert times.answered == 2
                assert times.busy > 0
        before = today(found)
        async with counted(made):
            await made.close(second)
            await shown(made, lambda each: today(each).handled == 2 and today(each).offered == 3)
            third = await made.accept()
            await made.close(third)
            found = await shown(made, lambda each: today(each).handled == 3)
            after = today(found)
            assert (after.offered, after.answered) == (3, 3)
            assert after.wait >= before.wait
            assert found["today"].people["all"].answered == 3
        text = made.metrics.render().decode()
        assert 'contactcenter_contacts_served_total{channel="sms",queue="power",service="on_time"} 3.0' in text
        assert 'contactcenter_handling_seconds_count{channel="sms",queue="power"} 3.0' in text


async def test_the_agents_log_says_what_they_did(tmp_path: Path) -> None:
    async with center(f"sqlite:///{tmp_path / 'cc.db'}") as made, counted(made):
        session = await made.agent("ana")
        await made.write("one")
        contact = await made.accept()
        await made.close(contact)
        request = AgentStatusChanged(id=new_id(), request_id=new_id(), agent_id="ana", status=AgentStatus.LOGGED_OUT)
        assert (await made.intake.ask(request, wait=10.0)) is not None
        rows = await made.rows(
            "SELECT status, reason, messages, wrap_up, answered FROM agent_log WHERE agent_id = 'ana' ORDER BY at"
        )
        told = [tuple(row) for row in rows]
        assert told[-1] == ("logged_out", None, 0, 0, 0)
        assert ("available", None, 1, 0, 1) in told
        assert ("available", None, 0, 1, 0) in told
        assert told.index(("available", None, 1, 0, 1)) < told.index(("available", None, 0, 1, 0))
        assert session


# --- a simulated day, through SQL


DAY = """
name: a day
day: 2026-11-22
from: "07:00"
to: "12:00"
profiles: {all: {capacity: {voice: 1, live: 2, async: 3}}, few: {}}
queues:
  line: {service_level: {share: 0.8, seconds: 20}}
  slow: {service_level: {share: 0.8, seconds: 120}, waiting_limit: 3}
agents:
  all: {profile: all, count: 4, from: "07:30", to: "11:30", breaks: [{at: "09:00", minutes: 20}]}
  few: {profile: few, count: 2}
arrivals:
  - {queue: line, channel: voice, poisson: {per_hour: 90}, service: {exponential: {mean: 150}}, wrap_up: {fixed: 20},
     patience: {exponential: {mean: 60}}}
  - {queue: slow, channel: chat, poisson: {per_hour: 60}, service: {exponential: {mean: 200}},
     patience: {exponential: {mean: 90}}}
"""


class Notes:
    """Takes down everything a run commits."""

    def __init__(self) -> None:
        self.closed: list[Contact] = []
        self.log: list[tuple[str, Change]] = []
        self.contacts: Mapping[str, Contact] = {}

    def agent_changed(self, agent: Agent, at: float) -> None:
        self.log.append((agent.id, Change(round(at * 1000), serving.doing(agent, self.contacts))))

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        self.closed.append(contact)


def hurrying(start: float) -> Callable[[], float]:
    """A clock that runs twenty times as fast from `start` (UTC seconds) on."""
    began = time.monotonic()
    return lambda: start + 20 * (time.monotonic() - began)


class Nothing:
    """An engine that has just been loaded and knows nobody."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.contacts: dict[str, Contact] = {}
        self.agents: dict[str, Agent] = {}


async def commit(storage: Storage, lease: Lease, notes: Notes) -> None:
    for start in range(0, len(notes.closed), 200):
        changes = Changes(contacts={one.id: one for one in notes.closed[start : start + 200]})
        await storage.commit_batch(Batch(id=new_id(), epoch=lease.epoch, changes=changes), 0.0)
    await storage.commit_batch(Batch(id=new_id(), epoch=lease.epoch, changes=Changes(), agent_log=notes.log), 0.0)


class Both:
    """The simulator's own measures, and our notes."""

    def __init__(self, measures: Measures, notes: Notes) -> None:
        self._measures, self._notes = measures, notes

    def agent_changed(self, agent: Agent, at: float) -> None:
        self._measures.agent_changed(agent, at)
        self._notes.agent_changed(agent, at)

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        self._measures.contact_closed(contact, journey)
        self._notes.contact_closed(contact, journey)


@dataclass
class Played:
    """A simulated day and, of the same run, what the product wrote down."""

    scenario: Scenario
    measures: Measures
    notes: Notes
    storage: Storage
    lease: Lease

    @property
    def midnight(self) -> int:
        return int(self.scenario.day.timestamp())

    @property
    def now(self) -> float:
        return self.midnight + 20 * 3600.0

    async def counts(self) -> dict[int, dict[Key, Tally]]:
        return await self.storage.statistics.counted(self.midnight, int(self.now))

    async def times(self) -> list[AgentTime]:
        return await self.storage.statistics.times(self.midnight, int(self.now))

    def raw(self) -> dict[Key, Tally]:
        tallies: dict[Key, Tally] = {}
        for contact in self.notes.closed:
            seen = serving.seen(contact)
            tallies.setdefault((seen.queue, seen.channel), Tally()).count(seen.facts)
        return tallies

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        """A router that has just loaded, long after that day's contacts were closed."""
        statistics = Statistics(self.storage.statistics, hurrying(self.now), Metrics())
        statistics.begin(Nothing(self.scenario.configuration), self.now)
        duty = asyncio.create_task(statistics.run(self.lease))
        try:
            yield
        finally:
            duty.cancel()

    async def written(self) -> bool:
        rows = await self.counts()
        counted = sum(tally.offered for tallies in rows.values() for tally in tallies.values())
        staffed = (await self.storage.statistics.known()).staffed or 0
        return counted == len(self.notes.closed) and staffed >= span_of(self.now) - SPAN

    async def shown(self) -> bool:
        found = await self.storage.statistics.projection(NAME)
        return found is not None and total(decode(found[1])[3].contacts.values()) == total(self.raw().values())


@pytest.fixture(params=[1, 2])
async def played(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Played]:
    (tmp_path / "day.yaml").write_text(f"{DAY}\nseed: {request.param}\n")
    scenario = load_scenario(tmp_path / "day.yaml")
    measures, notes, streams = Measures(scenario), Notes(), Streams(scenario.seed)
    midnight = scenario.day.timestamp()
    journeys = generated(scenario.demand, midnight, streams, scenario.accept)
    loop = Loop(scenario, journeys, streams, Both(measures, notes))
    notes.contacts = loop.engine.contacts
    while loop.step():
        pass
    measures.finish(midnight + scenario.end)
    storage = await Storage.open(f"sqlite:///{tmp_path / 'cc.db'}", migrate=True)
    await storage.seed(scenario.configuration, [(one, one, "all") for one in loop.engine.agents], "test")
    lease = await storage.take_lease("router-1", 600)
    assert lease is not None
    await commit(storage, lease, notes)
    yield Played(scenario, measures, notes, storage, lease)
    await storage.close()


async def test_half_hours_are_the_day_counted_from_the_raw_contacts(played: Played) -> None:
    async with played.counting():
        await until(played.written, seconds=30)
    rows, times = await played.counts(), await played.times()
    assert summed(rows.values()) == played.raw()
    for span, tallies in rows.items():
        arrived = sum(1 for one in played.notes.closed if span_of(one.arrived_at) == span)
        assert total(tallies.values()).offered == arrived
    async with played.counting():
        await until(played.shown, seconds=30)
        await until(played.written, seconds=30)
    assert await played.counts() == rows, "once more from the beginning: the same rows"
    assert await played.times() == times


async def test_the_simulators_figures_are_the_products(played: Played) -> None:
    async with played.counting():
        await until(played.written, seconds=30)
    rows = summed((await played.counts()).values())
    product, simulated = total(rows.values()), played.measures.tally()
    assert product.offered > 300
    assert 0 < (product.service_level or 0) < 1
    assert product.refused > 0
    for figure in ("offered", "service_level", "asa", "abandonment", "aht", "mean_wait", "waiting"):
        assert getattr(product, figure) == getattr(simulated, figure)
    for queue in ("line", "slow"):
        of_queue = total(tally for (name, _), tally in rows.items() if name == queue)
        assert of_queue.service_level == played.measures.tally(queue).service_level
    opened, shut = played.midnight + played.scenario.start, played.midnight + played.scenario.end
    within = Times()
    for one in await played.times():
        if opened <= one.start < shut:
            within.add(one.times)
    assert within.occupancy == pytest.approx(played.measures.occupancy(), rel=1e-6)
    assert within.not_ready
    assert within.staffed == within.available + within.busy + sum(within.not_ready.values())


async def test_nobody_works_while_no_router_is_there(tmp_path: Path) -> None:
    async with center(f"sqlite:///{tmp_path / 'cc.db'}") as made:
        await made.storage.put_agent("ana", "Ana", "all", new_id())
        lease = await made.storage.take_lease("router-1", 600)
        assert lease is not None
        now = float(span_of(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()))
        store = made.storage.statistics
        await store.write_log(lease.epoch, [("ana", Change(round((now - 7200) * 1000), IDLE))])
        await store.publish(lease.epoch, NAME, now - 3600, "[]")
        stored = await made.storage.configuration()
        picture = Engine(
            stored.configuration,
            Snapshot(
                contacts=[],
                agents=[Agent(id="ana", name="Ana", profile="all", status=AgentStatus.AVAILABLE, sessions={"s"})],
                offers=[],
                at=now,
            ),
        )
        await made.storage.commit_batch(
            Batch(id=new_id(), epoch=lease.epoch, changes=Changes(agents=dict(picture.agents))), now
        )
        statistics = Statistics(store, lambda: now + 600, made.metrics)
        statistics.begin(picture, now)
        duty = asyncio.create_task(statistics.run(lease))
        found = await shown(made, bool)
        duty.cancel()
        assert found["today"].people["all"].available == (3600 + 600) * 1000
        for span in (int(now) - 2 * SPAN, int(now) - SPAN):
            assert times_of(await store.log(span, span + SPAN), span) == []
