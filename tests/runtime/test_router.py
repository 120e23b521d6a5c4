"""The router's loop on real databases: the way of a contact, takeovers, poison, and commits that fail."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.instructions import Instruction
from contactcenter.domain.stimuli import MessageReceived, OfferAccepted, Stimulus, TimePassed
from contactcenter.routing.engine import Engine
from contactcenter.runtime.ids import new_id
from contactcenter.storage import Batch, FencedError, UnavailableError, UnknownOutcomeError
from tests.runtime.center import Center, center, configuration
from tests.runtime.waiting import until


async def test_a_message_is_offered_answered_sent_and_wrapped_up(each: Center) -> None:
    async with each.routing() as router:
        await each.agent()
        taken = await each.write("no power since eight")
        contact = await each.accept()
        message = await each.reply(contact, "we are on it")
        await until(lambda: len(each.vendor.sent) == 1)
        assert each.vendor.sent[0].text == "we are on it"
        assert each.vendor.sent[0].id == message
        await until(lambda: _is(each.delivery(message), "sent"))
        await each.close(contact)
        assert router.engine is not None
        assert not router.engine.contacts
    rows = await each.rows("SELECT id, outcome FROM contact")
    assert [tuple(row) for row in rows] == [(contact, "agent_handled")]
    assert (await each.rows("SELECT contact_id FROM message WHERE id = :id", id=taken.message_id))[0][0] == contact
    assert not await each.rows("SELECT id FROM inbox")
    assert not await each.rows("SELECT id FROM outbox")
    assert each.told("desk", "removed") == [[[contact, "closed"]]]
    assert [contact, message] in [said for batch in each.told("desk", "messages") for said in batch]
    assert [[contact, message]] in each.told("desk", "deliveries")


async def test_a_repeated_request_gets_the_same_answer(one: Center) -> None:
    async with one.routing():
        await one.agent()
        await one.write()
        offer_id, _ = await one.offer_to("ana")
        request = new_id()

        async def accept() -> Any:
            stimulus = OfferAccepted(id=new_id(), request_id=request, offer_id=offer_id, agent_id="ana")
            return await one.intake.ask(stimulus, wait=10.0)

        answers = await asyncio.gather(*(accept() for _ in range(5)))
        assert [answer.code for answer in answers] == [None] * 5
        late = await one.intake.ask(
            OfferAccepted(id=new_id(), request_id=new_id(), offer_id=offer_id, agent_id="ana"), wait=10.0
        )
        assert late is not None
        assert late.code is not None


async def test_a_standby_takes_over_at_once_when_the_leader_stops(one: Center) -> None:
    async with one.routing("first") as first:
        standby = one.router("second")
        task = asyncio.create_task(standby.run())
        await one.agent()
        await one.write()
        assert first.leading
        assert not standby.leading
        first.stop()
        async with asyncio.timeout(3):
            await until(lambda: standby.leading)
        await one.accept()
        standby.stop()
        await task


async def test_a_router_that_lost_its_lease_decides_nothing_more(one: Center) -> None:
    async with one.routing("first", duties=[]) as first:
        await one.agent()
        holder = await one.storage.lease_holder()
        assert holder is not None
        await one.rows("SELECT 1")
        lease = await steal(one)
        await one.write()
        await until(lambda: not first.leading)
        await one.storage.release_lease(lease)
        await until(lambda: first.leading)
        await one.accept()


async def steal(center: Center) -> Any:
    """Take the lease away, as somebody does after it lapsed."""
    holder = await center.storage.lease_holder()
    assert holder is not None
    from contactcenter.storage import Lease

    await center.storage.release_lease(Lease(epoch=holder[1], holder=holder[0], until=0.0))
    lease = await center.storage.take_lease("thief", 60.0)
    assert lease is not None
    return lease


async def test_what_cannot_be_read_is_put_aside_and_the_rest_goes_on(one: Center) -> None:
    await one.write()
    await poison(one, "Unheard", 99)
    async with one.routing():
        await one.agent()
        await one.accept()
        rows = await one.storage.quarantined()
        assert [row.kind for row in rows] == ["Unheard"]
        assert [payload["code"] for topic, payload in one.news if topic == "alarm"] == ["quarantined"]
        assert await one.storage.drop_quarantined(rows[0].id)


async def poison(center: Center, kind: str, version: int, body: str = "{}") -> None:
    """An inbox row that this release cannot read."""
    await center.intake.submit(_customer_left())
    from contactcenter.storage.steps import Query

    def spoil(_context: Any) -> Any:
        yield Query(
            "UPDATE inbox SET kind = ?, version = ?, body = ? WHERE kind = 'CustomerLeft'", (kind, version, body)
        )

    await center.storage._driver.write(spoil)


def _customer_left() -> Any:
    from contactcenter.domain.stimuli import CustomerLeft

    return CustomerLeft(id=new_id(), thread="nobody")


class Brittle(Engine):
    """Breaks on one word, and leaves half a decision behind when it does."""

    def handle(self, stimulus: Stimulus) -> list[Instruction]:
        instructions = super().handle(stimulus)
        if isinstance(stimulus, MessageReceived) and stimulus.text == "boom":
            raise RuntimeError("a defect")
        return instructions


async def test_a_stimulus_that_breaks_the_engine_is_put_aside(one: Center) -> None:
    await asyncio.gather(*(one.write(word) for word in ("first", "boom", "second")))
    async with one.routing(engine=Brittle):
        await one.agent()
        await one.accept()
        await one.accept()
        assert [row.kind for row in await one.storage.quarantined()] == ["MessageReceived"]
    assert len(await one.rows("SELECT id FROM contact")) == 2
    assert len(await one.rows("SELECT id FROM message WHERE contact_id IS NULL")) == 1


class Unpunctual(Engine):
    """Cannot handle deadlines."""

    def handle(self, stimulus: Stimulus) -> list[Instruction]:
        if isinstance(stimulus, TimePassed):
            raise RuntimeError("a defect")  # noqa: TRY004  it stands for any defect
        return super().handle(stimulus)


async def test_deadlines_that_break_the_engine_do_not_stop_the_rest(tmp_path: Path) -> None:
    async with center(f"sqlite:///{tmp_path}/c.sqlite3", offer_seconds=0.05) as one, one.routing(engine=Unpunctual):
        await one.agent()
        await one.write()
        await until(lambda: "deadline_failed" in one.told("alarm", "code"))
        await one.write("still here")
        await until(lambda: _no_inbox(one))


async def _no_inbox(center: Center) -> bool:
    return not await center.rows("SELECT id FROM inbox")


@pytest.mark.parametrize("committed", [True, False])
async def test_a_commit_of_unknown_outcome_is_looked_up(one: Center, committed: bool) -> None:
    real, calls = one.storage.commit_batch, 0

    async def commit(batch: Batch, at: float) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            if committed:
                await real(batch, at)
            raise UnknownOutcomeError("the line broke")
        await real(batch, at)

    one.storage.commit_batch = commit  # type: ignore[method-assign]
    async with one.routing():
        await one.agent()
        await one.write()
        contact = await one.accept()
        await one.close(contact)
    assert calls > 2
    events = await one.rows("SELECT type FROM event WHERE contact_id = :id ORDER BY id", id=contact)
    types = [row[0] for row in events]
    assert len(types) == len(set(types))


async def test_while_sql_is_away_nothing_is_lost(one: Center) -> None:
    async with one.routing() as router:
        await one.agent()
        real, away = one.storage.read_inbox, True

        async def read(limit: int) -> Any:
            if away:
                raise UnavailableError("away")
            return await real(limit)

        one.storage.read_inbox = read  # type: ignore[method-assign]
        await one.write()
        away = False
        await one.accept()
        assert router.leading


async def test_a_batch_that_sql_refuses_costs_only_the_stimulus_that_spoils_it(one: Center) -> None:
    real = one.storage.commit_batch

    async def commit(batch: Batch, at: float) -> None:
        if any("poison" in contact.address for contact in batch.changes.contacts.values()):
            raise ValueError("a row that cannot be written")
        await real(batch, at)

    one.storage.commit_batch = commit  # type: ignore[method-assign]
    await asyncio.gather(*(one.write(f"m{n}") for n in range(5)), one.write("bad", sender="poison"))
    async with one.routing():
        await one.agent()
        for _ in range(5):
            await one.accept()
        assert len(await one.storage.quarantined()) == 1
    assert len(await one.rows("SELECT id FROM contact")) == 5


async def test_a_term_ends_when_a_duty_is_fenced(one: Center) -> None:
    terms = 0

    async def duty(_lease: Any) -> None:
        nonlocal terms
        terms += 1
        if terms == 1:
            await steal_and_free(one)
            raise FencedError("gone")
        await asyncio.Event().wait()

    async with one.routing(duties=[duty]):
        await until(lambda: terms == 2)


async def steal_and_free(center: Center) -> None:
    await center.storage.release_lease(await steal(center))


async def _is(value: Any, expected: str) -> bool:
    return bool(await value == expected)


async def test_a_router_waits_for_the_first_configuration(tmp_path: Path) -> None:
    async with center(f"sqlite:///{tmp_path}/c.sqlite3", seed=False) as one:
        router = one.router(duties=[])
        task = asyncio.create_task(router.run())
        await until(lambda: _leads(one))
        assert not router.leading
        await one.storage.seed(configuration(), [], "test")
        await until(lambda: router.leading)
        router.stop()
        await task


async def _leads(center: Center) -> bool:
    return await center.storage.lease_holder() is not None
