"""Messages whose reports were lost: their vendor is asked, in good time, not too often, and never backwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from contactcenter.channels.base import PermanentError, TransientError
from contactcenter.channels.twilio_sms import TwilioSms
from contactcenter.domain.messages import DeliveryReport, OutboundMessage
from contactcenter.domain.words import Delivery
from contactcenter.localnet import FaultKind, LocalNetwork, Number
from contactcenter.runtime.errands import Errands
from contactcenter.runtime.gaps_deliveries import AGES, FIRST_SECONDS, MOST, OLDEST_SECONDS, DeliveryAsker
from contactcenter.storage import UnavailableError, Unsettled
from tests.runtime.center import OURS, Center, FakeVendor
from tests.runtime.waiting import until

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "a token"


@dataclass
class Askable(FakeVendor):
    """A vendor that answers what it was told to, or keeps its message as it was."""

    can_be_asked: ClassVar[bool] = True

    answers: list[DeliveryReport | Exception | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def ask_delivery(self, message: OutboundMessage, provider_id: str) -> DeliveryReport | None:
        self.asked.append(provider_id)
        answer = self.answers.pop(0) if self.answers else report(message.id, Delivery.SENT)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Later:
    """A clock that is ahead, by so much."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def report(message_id: str, delivery: Delivery, error: str | None = None) -> DeliveryReport:
    return DeliveryReport(channel="sms", delivery=delivery, at=0.0, message_id=message_id, error=error)


def asker(center: Center, vendor: FakeVendor, clock: Later) -> DeliveryAsker:
    return DeliveryAsker(
        center.storage, center.intake, {"sms": vendor}, clock=clock, metrics=center.metrics, period=0.05
    )


async def sent(center: Center, *texts: str) -> list[str]:
    """An agent's messages, as far as a vendor has taken them."""
    await center.agent()
    await center.write()
    contact = await center.accept()
    messages = [await center.reply(contact, text) for text in texts or ("hola",)]

    async def taken() -> bool:
        return all([await center.delivery(message) == "sent" for message in messages])

    await until(taken)
    return messages


def learnt(center: Center) -> float | None:
    return center.metrics.registry.get_sample_value("contactcenter_asked_deliveries_total", {"channel": "sms"})


class Away:
    """The storage, with an outage on request."""

    def __init__(self, center: Center) -> None:
        self._storage = center.storage
        self.gone = False
        self.pings = 0

    async def unsettled(self, channel: str, after: tuple[float, str], until: float, limit: int) -> list[Unsettled]:
        return await self._storage.unsettled(channel, after, until, limit)

    async def ping(self) -> None:
        self.pings += 1
        if self.gone:
            raise UnavailableError("away")


@pytest.fixture
async def network() -> AsyncIterator[LocalNetwork]:
    numbers = [Number(OURS, sms_url="http://127.0.0.1:9/")]
    async with LocalNetwork(account_sid=ACCOUNT, auth_token=TOKEN, numbers=numbers) as running:
        yield running
        assert not running.violations, running.violations


@pytest.mark.parametrize(
    ("fault", "text", "delivery", "error"),
    [
        (None, "¿Volvió la luz?", "delivered", None),
        (FaultKind.UNDELIVERED, "¿Volvió la luz?", "undelivered", "30003: the phone is off or out of reach"),
        (FaultKind.UNDELIVERED, "luz " * 500, "undelivered", "part 1 of 2: 30003: the phone is off or out of reach"),
        (None, "luz " * 500, "sent", None),
    ],
    ids=["delivered", "undelivered", "a part undelivered", "parts"],
)
async def test_what_became_of_a_message_is_learnt_although_every_report_is_lost(
    each: Center, network: LocalNetwork, fault: FaultKind | None, text: str, delivery: str, error: str | None
) -> None:
    sms = TwilioSms(account_sid=ACCOUNT, auth_token=TOKEN, public_url="http://127.0.0.1:9", api_url=network.url)
    each.errands = Errands(
        {"sms": sms}, each.intake, clock=time.time, metrics=each.metrics, sign_media=lambda media_id: media_id
    )
    network.faults.add(FaultKind.CALLBACK_LOST, times=50)
    if fault is not None:
        network.faults.add(fault)
    clock = Later()
    duty = DeliveryAsker(each.storage, each.intake, {"sms": sms}, clock=clock, metrics=each.metrics, period=0.05)
    async with each.routing():
        await each.agent()
        await each.write(sender="+59899123456")
        message = await each.reply(await each.accept(), text)

        async def taken() -> bool:
            found = await each.rows("SELECT provider_id FROM message WHERE id = :id", id=message)
            return found[0][0] is not None

        await until(taken)
        for one in network.messages:
            await network.reached(one.sid, "delivered", "undelivered")
        assert await each.delivery(message) == "sending"
        clock.ahead = FIRST_SECONDS + 1
        task = asyncio.create_task(duty.run(None))  # type: ignore[arg-type]

        await until(lambda: learnt(each) == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        found = await each.rows("SELECT delivery, error FROM message WHERE id = :id", id=message)
        assert tuple(found[0]) == (delivery, error)
        assert len(each.told("desk", "deliveries")) >= 1
    await sms.close()


async def test_a_message_is_asked_about_once_in_each_span_of_its_age_for_a_day(one: Center) -> None:
    vendor, clock = Askable(), Later()
    duty = asker(one, vendor, clock)
    async with one.routing():
        await sent(one)
        await duty.take_turn()
        assert vendor.asked == [], "its report may still come"
        for span, age in enumerate(AGES[:-1], start=1):
            clock.ahead = age + 30.0
            await duty.take_turn()
            await duty.take_turn()
            assert len(vendor.asked) == span
        clock.ahead = OLDEST_SECONDS + 30.0
        await duty.take_turn()
        assert len(vendor.asked) == len(AGES) - 1


async def test_what_is_settled_is_not_asked_about_and_no_answer_moves_backwards(one: Center) -> None:
    vendor, clock = Askable(), Later()
    clock.ahead = FIRST_SECONDS + 30.0
    duty = asker(one, vendor, clock)
    async with one.routing():
        first, second, third = await sent(one, "a", "b", "c")
        await one.intake.report(report(first, Delivery.DELIVERED))
        vendor.answers = [report(second, Delivery.SENDING), None]
        await duty.take_turn()
        assert vendor.asked == [f"p-{second}", f"p-{third}"]
        assert [await one.delivery(each) for each in (first, second, third)] == ["delivered", "sent", "sent"]
        assert await one.storage.unsettled("chat", (0.0, ""), clock(), 10) == []


async def test_a_vendor_that_is_busy_is_left_alone_and_asked_on_where_it_was(one: Center) -> None:
    vendor, clock = Askable(), Later()
    clock.ahead = FIRST_SECONDS + 30.0
    duty = asker(one, vendor, clock)
    async with one.routing():
        first, second = await sent(one, "a", "b")
        vendor.answers = [report(first, Delivery.DELIVERED), TransientError("busy", retry_after=20.0)]
        await duty.take_turn()
        await duty.take_turn()
        assert vendor.asked == [f"p-{first}", f"p-{second}"], "it rests"
        clock.ahead += 20.0
        await duty.take_turn()
        assert vendor.asked[2:] == [f"p-{second}"]


async def test_one_refusal_or_defect_does_not_end_the_duty(one: Center) -> None:
    vendor, clock = Askable(), Later()
    clock.ahead = FIRST_SECONDS + 30.0
    duty = asker(one, vendor, clock)
    async with one.routing():
        first, second = await sent(one, "a", "b")
        vendor.answers = [PermanentError("no", code="1"), ValueError("a defect")]
        await duty.take_turn()
        assert vendor.asked == [f"p-{first}", f"p-{second}"]
        vendor.answers = [report(second, Delivery.READ)]
        await duty.take_turn()
        assert await one.delivery(second) == "read"


async def test_when_sql_is_back_the_day_is_asked_about_again(one: Center) -> None:
    """While it was away no report could be taken in."""
    vendor, clock, away = Askable(), Later(), Away(one)
    clock.ahead = FIRST_SECONDS + 30.0
    duty = DeliveryAsker(away, one.intake, {"sms": vendor}, clock=clock, metrics=one.metrics)
    async with one.routing():
        (message,) = await sent(one)
        task = asyncio.create_task(duty.run(None))  # type: ignore[arg-type]
        await until(lambda: vendor.asked == [f"p-{message}"])
        away.gone = True
        pings = away.pings
        await until(lambda: away.pings > pings)
        away.gone = False
        await until(lambda: vendor.asked == [f"p-{message}"] * 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_only_so_many_are_asked_about_in_a_turn(one: Center) -> None:
    vendor, clock = Askable(), Later()
    clock.ahead = FIRST_SECONDS + 30.0
    duty = asker(one, vendor, clock)
    async with one.routing():
        messages = await sent(one, *(str(number) for number in range(MOST + 5)))
        await duty.take_turn()
        assert len(vendor.asked) == MOST
        await duty.take_turn()
        assert vendor.asked == [f"p-{message}" for message in messages]
