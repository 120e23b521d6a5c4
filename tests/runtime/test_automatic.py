"""Texts of the center's own, from the decision to the vendor: once each, and to nobody who wants none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contactcenter.domain.calendars import Calendar, Outside
from contactcenter.domain.words import Delivery, MessageKind, OutsideHours
from tests.runtime.center import Center
from tests.runtime.waiting import until

TEXTS = {"es": "Abrimos mañana", "pt": "Abrimos amanhã"}
STOOD = {OutsideHours.KEEP: ("waiting", None), OutsideHours.REFUSE: ("closed", "refused")}


async def shut(one: Center, do: OutsideHours) -> None:
    """The only queue is closed for good."""
    stored = await one.storage.configuration()
    before = stored.configuration
    queue = replace(before.queues["power"], hours="never", outside={"*": Outside(do, TEXTS)})
    never = Calendar(id="never", time_zone="America/Montevideo", weekly={})
    made = replace(before, version=2, queues={"power": queue}, calendars={"never": never})
    await one.storage.change_configuration(1, made, "test", None, {}, "change")


@pytest.mark.parametrize("do", [OutsideHours.KEEP, OutsideHours.REFUSE])
async def test_who_writes_to_a_closed_queue_is_told_once(each: Center, do: OutsideHours) -> None:
    await shut(each, do)
    async with each.routing():
        taken = await each.write("sin luz", language="pt")
        await until(lambda: len(each.vendor.sent) == 1)
        (sent,) = each.vendor.sent
        assert sent.text == TEXTS["pt"]

        async def noted() -> bool:
            return await each.delivery(sent.id) == Delivery.SENT

        await until(noted)
        contact, direction, author = (
            await each.rows("SELECT contact_id, direction, author_name FROM message WHERE id = :id", id=sent.id)
        )[0]
        assert (direction, author) == ("system", None)
        state, outcome, preview, customer = (
            await each.rows("SELECT state, outcome, preview, customer_id FROM contact WHERE id = :id", id=contact)
        )[0]
        assert ((state, outcome), preview, customer) == (STOOD[do], "sin luz", taken.customer_id)
    async with each.routing("router-2"):
        assert len(each.vendor.sent) == 1


async def test_who_wants_no_messages_is_told_nothing(one: Center) -> None:
    await shut(one, OutsideHours.KEEP)
    async with one.routing():
        await one.write("STOP", sender="+1", kind=MessageKind.OPT_OUT)
        await one.write("sin luz", sender="+2")
        await until(lambda: len(one.vendor.sent) == 1)
        assert [message.address for message in one.vendor.sent] == ["+2"]
