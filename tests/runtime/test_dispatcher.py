"""Carrying out: order within a contact, repeats, patience, dead letters, and pace."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest

from contactcenter.channels.base import PermanentError, TransientError
from contactcenter.domain.instructions import ConnectContact, SendAutomatic, SendMessage
from contactcenter.domain.messages import OutboundMessage, Receipt
from contactcenter.domain.words import Delivery, Lane
from contactcenter.runtime.errands import ATTEMPTS, LOOK_UP_SECONDS, OLDEST_SECONDS
from contactcenter.runtime.pace import Lane as Track
from contactcenter.runtime.pace import Pace
from contactcenter.storage import OutboxItem
from tests.runtime.center import Center
from tests.runtime.waiting import until


def fail(error: Exception) -> object:
    def step(_message: OutboundMessage) -> Receipt | None:
        raise error

    return step


async def contact_with_agent(one: Center) -> str:
    await one.agent()
    await one.write()
    return await one.accept()


async def test_messages_of_a_contact_keep_their_order_through_a_failure(one: Center) -> None:
    one.vendor.script = [fail(TransientError("busy", retry_after=0.2, reached=False))]  # type: ignore[list-item]
    async with one.routing():
        contact = await contact_with_agent(one)
        for text in ("one", "two", "three"):
            await one.reply(contact, text)
        await until(lambda: len(one.vendor.sent) == 3)
        assert [message.text for message in one.vendor.sent] == ["one", "two", "three"]
        assert not one.vendor.looked_up


async def test_a_permanent_failure_is_a_dead_letter_that_can_be_tried_again(one: Center) -> None:
    one.vendor.script = [fail(PermanentError("no such number", code="21211"))]  # type: ignore[list-item]
    async with one.routing():
        contact = await contact_with_agent(one)
        message = await one.reply(contact, "hello")

        async def failed() -> bool:
            return await one.delivery(message) == "failed"

        await until(failed)
        assert [[contact, message]] in one.told("desk", "deliveries")
        assert "dead_letter" in one.told("alarm", "code")
        dead = await one.storage.dead_letters()
        assert [letter.error for letter in dead] == ["21211: no such number"]
        assert await one.storage.retry_outbox(dead[0].id)
        one.bus.post("dispatcher", {})
        await until(lambda: len(one.vendor.sent) == 1)


async def test_what_an_older_claim_left_is_looked_up_and_not_sent_twice(one: Center) -> None:
    """A router died between the vendor's yes and its own note of it."""
    async with one.routing(duties=[]):
        contact = await contact_with_agent(one)
        message = await one.reply(contact, "hello")
        holder = await one.storage.lease_holder()
        assert holder is not None
        claimed = await one.storage.claim_outbox(holder[1], time.time() - LOOK_UP_SECONDS - 1, 10)
        assert [item.message.id for item in claimed if item.message] == []  # not due yet at that time
        claimed = await one.storage.claim_outbox(holder[1], time.time(), 10)
        assert len(claimed) == 1
    item = dataclasses.replace(claimed[0], first_tried_at=time.time() - LOOK_UP_SECONDS - 1)
    one.vendor.found[message] = Receipt(provider_id="p", delivery=Delivery.SENT)
    done = await one.errands.run(item)
    assert done.settlement.state == "sent"
    assert one.vendor.looked_up == [message]
    assert not one.vendor.sent


async def test_a_look_up_waits_until_the_vendor_would_show_the_message(one: Center) -> None:
    now = time.time()
    done = await one.errands.run(item_of(first_tried_at=now - 1))
    assert done.settlement.state == "pending"
    assert done.settlement.next_at == pytest.approx(now - 1 + LOOK_UP_SECONDS, abs=1)
    done = await one.errands.run(item_of(first_tried_at=now - LOOK_UP_SECONDS - 1))
    assert done.settlement.state == "sent"
    assert len(one.vendor.sent) == 1


def item_of(**fields: object) -> OutboxItem:
    message = OutboundMessage(
        id="m", channel="sms", address="+1", to="+2", thread="t", text="hi", created_at=time.time()
    )
    values: dict[str, object] = {
        "id": 1,
        "instruction": SendMessage(id="i", contact_id="c", message_id="m", channel="sms"),
        "contact_id": "c",
        "lane": Lane.REPLY.value,
        "attempts": 1,
        "created_at": time.time(),
        "first_tried_at": None,
        "message": message,
        "agent_id": "ana",
    }
    return OutboxItem(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "reached"),
    [
        (TransientError("timeout"), True),
        (TransientError("refused", reached=False), False),
        (RuntimeError("a defect of the adapter"), True),
    ],
)
async def test_a_failed_attempt_comes_again_later(one: Center, error: Exception, reached: bool) -> None:
    one.vendor.script = [fail(error)]  # type: ignore[list-item]
    done = await one.errands.run(item_of(attempts=3))
    assert done.settlement.state == "pending"
    assert done.settlement.reached is reached
    assert done.settlement.next_at is not None
    assert 3 < done.settlement.next_at - time.time() < 5.1


async def test_patience_ends(one: Center) -> None:
    for item in (item_of(attempts=ATTEMPTS), item_of(created_at=time.time() - OLDEST_SECONDS - 1)):
        one.vendor.script = [fail(TransientError("down"))]  # type: ignore[list-item]
        assert (await one.errands.run(item)).settlement.state == "dead"


async def test_the_vendors_wish_for_a_pause_holds_for_the_whole_channel(one: Center) -> None:
    one.vendor.script = [fail(TransientError("429", retry_after=30.0, reached=False))]  # type: ignore[list-item]
    done = await one.errands.run(item_of())
    assert done.channel_rests_until == pytest.approx(time.time() + 30, abs=1)
    assert done.settlement.next_at == pytest.approx(time.time() + 30, abs=1)


async def test_what_has_no_message_or_no_channel_ends(one: Center) -> None:
    assert (await one.errands.run(item_of(message=None))).settlement.state == "dropped"
    unknown = SendMessage(id="i", contact_id="c", message_id="m", channel="pigeon")
    assert (await one.errands.run(item_of(instruction=unknown))).settlement.state == "dead"


async def test_a_channel_without_legs_cannot_connect(one: Center) -> None:
    instruction = ConnectContact(id="i", contact_id="c", agent_id="ana", channel="sms", deadline=time.time() + 5)
    item = item_of(instruction=instruction, message=None)
    assert (await one.errands.run(item)).settlement.state == "sent"
    assert (await one.errands.run(item)).settlement.state == "sent"
    rows = await one.storage.read_inbox(10)
    assert [row.kind for row in rows] == ["ConnectionFailed"]


async def test_attempts_under_way_end_before_the_lease_goes(one: Center) -> None:
    one.vendor.gate = asyncio.Event()
    async with one.routing() as router:
        contact = await contact_with_agent(one)
        message = await one.reply(contact, "hello")

        async def sending() -> bool:
            return await one.delivery(message) == "sending"

        await until(sending)
        router.stop()
        one.vendor.gate.set()
    assert await one.delivery(message) == "sent"
    assert await one.storage.lease_holder() is None


def test_a_track_never_runs_faster_than_its_pace() -> None:
    track = Track(Pace(concurrency=2, rate=1.0, burst=1.0))
    assert track.room(0.0) == 1
    track.begin(0.0)
    assert track.room(0.5) == 0
    assert track.room(1.0) == 1
    track.begin(1.0)
    assert track.room(9.0) == 0
    track.end()
    assert track.room(9.0) == 1
    track.rest(20.0)
    assert track.room(19.0) == 0
    assert track.room(21.0) == 1


async def test_whoever_wants_no_more_messages_gets_none(one: Center) -> None:
    """They wrote STOP after the router had let it go."""
    for instruction in (
        SendMessage(id="i", contact_id="c", message_id="m", channel="sms"),
        SendAutomatic(id="i", contact_id="c", message_id="m", channel="sms"),
    ):
        done = await one.errands.run(item_of(instruction=instruction, opted_out=True))
        assert (done.settlement.state, done.settlement.error) == ("dropped", "opted_out")
    assert not one.vendor.sent
    done = await one.errands.run(item_of(instruction=instruction))
    assert done.settlement.state == "sent"
