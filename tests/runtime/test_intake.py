"""One commit for many, answers only after it, and nobody left waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from contactcenter.domain.messages import DeliveryReport
from contactcenter.domain.stimuli import AgentStatusChanged, CustomerLeft
from contactcenter.domain.words import AgentStatus, Delivery, MediaClass
from contactcenter.runtime.bus import Bus
from contactcenter.runtime.ids import new_id
from contactcenter.runtime.intake import CAPACITY, Intake
from contactcenter.storage import Answer, Incoming, Received, Taken, UnavailableError
from tests.runtime.center import Center
from tests.runtime.waiting import until


class Ledger:
    """A storage that notes the size of each commit and waits for `gate`."""

    def __init__(self) -> None:
        self.commits: list[int] = []
        self.gate = asyncio.Event()
        self.fails: Exception | None = None
        self.poison: str | None = None

    async def take_in(self, items: Sequence[Incoming]) -> list[Taken]:
        await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        if any(isinstance(item, Received) and item.message.text == self.poison for item in items):
            raise ValueError("unwritable")
        self.commits.append(len(items))
        return [Taken(message_id=str(position)) for position, _ in enumerate(items)]

    async def answer(self, request_id: str) -> Answer | None:
        del request_id
        return None


async def test_what_arrives_during_a_commit_shares_the_next(one: Center) -> None:
    ledger = Ledger()
    intake = Intake(ledger, Bus(None, "n"), time.time, new_id)
    await intake.start()
    first = asyncio.create_task(intake.receive(one.message(), MediaClass.ASYNC))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(intake.receive(one.message(), MediaClass.ASYNC)) for _ in range(20)]
    await asyncio.sleep(0)
    assert not first.done()
    ledger.gate.set()
    await asyncio.gather(first, *rest)
    await intake.close()
    assert ledger.commits == [1, 20]


async def test_one_item_that_cannot_be_written_harms_no_other(one: Center) -> None:
    ledger = Ledger()
    ledger.poison = "poison"
    intake = Intake(ledger, Bus(None, "n"), time.time, new_id)
    await intake.start()
    tasks = [asyncio.create_task(intake.receive(one.message(text), MediaClass.ASYNC)) for text in ("a", "poison", "b")]
    ledger.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await intake.close()
    assert [isinstance(result, ValueError) for result in results] == [False, True, False]


async def test_sql_that_is_away_is_told_to_everybody(one: Center) -> None:
    ledger = Ledger()
    ledger.gate.set()
    ledger.fails = UnavailableError("away")
    intake = Intake(ledger, Bus(None, "n"), time.time, new_id)
    await intake.start()
    results = await asyncio.gather(
        *(intake.receive(one.message(), MediaClass.ASYNC) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, UnavailableError) for result in results)
    ledger.fails = None
    assert (await intake.receive(one.message(), MediaClass.ASYNC)).message_id == "0"
    await intake.close()
    with pytest.raises(UnavailableError):
        await intake.receive(one.message(), MediaClass.ASYNC)


async def test_a_queue_that_is_full_refuses(one: Center) -> None:
    ledger = Ledger()
    intake = Intake(ledger, Bus(None, "n"), time.time, new_id)
    await intake.start()
    left = CustomerLeft(id="x", thread="t")
    tasks = [asyncio.create_task(intake.submit(left))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # It is being committed; those after it wait.
    tasks += [asyncio.create_task(intake.submit(left)) for _ in range(CAPACITY)]
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError):
        await intake.submit(left)
    ledger.gate.set()
    await asyncio.gather(*tasks)
    await intake.close()


async def test_the_same_message_ten_times_at_once_is_one(each: Center) -> None:
    message = each.message("no power")
    taken = await asyncio.gather(*(each.intake.receive(message, MediaClass.ASYNC) for _ in range(10)))
    assert sorted(one.duplicate for one in taken) == [False] + [True] * 9
    assert len({one.message_id for one in taken}) == 1
    assert len(await each.rows("SELECT id FROM message")) == 1
    assert len(await each.storage.read_inbox(20)) == 1


async def test_a_report_is_told_to_the_agents_console(one: Center) -> None:
    async with one.routing():
        await one.agent()
        await one.write()
        contact = await one.accept()
        message = await one.reply(contact, "hello")
        await until(lambda: len(one.vendor.sent) == 1)

        async def sent() -> bool:
            return await one.delivery(message) == "sent"

        await until(sent)
        one.news.clear()
        report = DeliveryReport(channel="sms", delivery=Delivery.DELIVERED, at=time.time(), provider_id=f"p-{message}")
        assert (await one.intake.report(report)).delivery_changed
        late = DeliveryReport(channel="sms", delivery=Delivery.SENT, at=time.time(), provider_id=f"p-{message}")
        assert not (await one.intake.report(late)).delivery_changed
        assert one.told("desk", "deliveries") == [[[contact, message]]]


async def test_an_answer_whose_news_was_lost_is_found_in_sql(one: Center) -> None:
    deaf = Intake(one.storage, Bus(None, "other"), time.time, new_id)
    await deaf.start()
    async with one.routing():
        await one.storage.put_agent("ana", "Ana", "all", new_id())
        request = AgentStatusChanged(
            id=new_id(), request_id=new_id(), agent_id="ana", status=AgentStatus.NOT_READY, reason="signed_in"
        )
        answer = await deaf.ask(request, wait=10.0)
    await deaf.close()
    assert answer is not None


async def test_nobody_waits_longer_than_they_want(one: Center) -> None:
    request = AgentStatusChanged(id=new_id(), request_id="r", agent_id="ana", status=AgentStatus.AVAILABLE)
    assert await one.intake.ask(request, wait=0.05) is None
