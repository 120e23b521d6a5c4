"""The vendor's faults between accepted and talking, and after: nobody is called twice, and no caller is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.stimuli import ContactEnded
from contactcenter.domain.words import ContactState
from contactcenter.runtime.ids import new_id
from contactcenter.storage.call_legs import CallLeg
from tests.runtime.calling import MARTA, Calling, calling
from tests.runtime.center import OURS
from tests.runtime.waiting import until

ANA = "client:ana"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Calling]:
    async with calling(tmp_path) as made:
        yield made


async def calls_to(one: Calling, address: str) -> int:
    """How often a telephone was called."""
    async with one.http.get("/_control/calls", params={"to": address}) as answer:
        return len((await answer.json())["calls"])


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("rate_limited", {}),
        ("server_error", {"code": 500}),
        ("server_error", {"code": 503, "times": 2}),
        ("drop_before", {}),
        ("drop_after", {}),
    ],
)
async def test_an_invitation_that_fails_is_made_good_once(one: Calling, kind: str, fault: dict[str, Any]) -> None:
    async with one.routing():
        await one.agent()
        caller = await one.call()
        one.network.faults.add(kind, operation="CreateParticipant", **fault)
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        await desk.post("answer")
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, desk)
        assert await calls_to(one, ANA) == 1
        assert not one.network.faults.coming()


async def test_an_invitation_that_is_refused_puts_the_caller_back(one: Calling) -> None:
    async with one.routing():
        await one.agent(telephone="+59829009999")
        await one.call()
        one.network.faults.add("refused", code=21211, operation="CreateParticipant")
        contact = await one.center.accept("ana")
        await one.until_state(contact, ContactState.WAITING)
        assert "21211" in await one.reason(contact)
        await one.until_no_legs(contact)


@pytest.mark.parametrize("operation", ["UpdateCall", "ListConference", "FetchCall"])
@pytest.mark.parametrize(("kind", "fault"), [("server_error", {"code": 500}), ("drop_after", {})])
async def test_a_question_or_a_word_that_fails_is_said_again(
    one: Calling, operation: str, kind: str, fault: dict[str, Any]
) -> None:
    async with one.routing():
        await one.agent()
        caller = await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        one.network.faults.add(kind, operation=operation, **fault)
        await desk.post("answer")
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, desk)
        one.network.faults.add(kind, operation=operation, **fault)
        ended = ContactEnded(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana")
        assert (await one.center.ask(ended)).code is None
        await caller.until("completed")
        await desk.until("completed")
        await one.until_no_legs(contact)


@pytest.mark.parametrize("kind", ["callback_lost", "callback_doubled", "callbacks_reversed"])
@pytest.mark.parametrize("who", ["desk", "caller"])
async def test_reports_may_be_lost_doubled_or_reversed(one: Calling, kind: str, who: str) -> None:
    async with one.routing():
        await one.agent()
        one.network.faults.add(kind, times=100)
        caller, desk, contact = await one.connected()
        await one.talk(caller, desk)
        await {"desk": desk, "caller": caller}[who].post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        await caller.until("completed")
        await desk.until("completed")
        await one.until_no_legs(contact)


async def test_late_reports_change_nothing(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        one.network.faults.add("callback_late", times=100)
        caller, desk, contact = await one.connected()
        async with one.http.post("/_control/callbacks/release") as answer:
            assert answer.status < 300
        await one.talk(caller, desk)
        await desk.post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        one.network.faults.clear()
        async with one.http.post("/_control/callbacks/release") as answer:
            assert answer.status < 300
        await one.until_no_legs(contact)
        assert (await one.contact(contact)).state == ContactState.WRAP_UP


@pytest.mark.parametrize(("behaviour", "level"), [("busy", "info"), ("no_answer", "info"), ("failed", "warning")])
async def test_a_missed_telephone_is_found_without_reports(
    one: Calling, behaviour: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with one.routing():
        await one.agent()
        await one.behave(ANA, behaviour)
        one.deaf = True
        await one.call()
        contact = await one.center.accept("ana")
        await one.until_state(contact, ContactState.WAITING)
        [said] = [line for line in capsys.readouterr().out.splitlines() if "calls.not_connected" in line]
        assert f"[{level}" in said


async def test_a_caller_who_waits_and_hangs_up_unheard_is_found(one: Calling) -> None:
    async with one.routing():
        caller = await one.call()
        one.deaf = True
        await caller.post("hangup")
        [[contact]] = await one.center.rows("SELECT id FROM contact")
        await one.until_state(contact, ContactState.CLOSED)
        assert (await one.contact(contact)).outcome == "abandoned"


async def test_a_leg_that_breaks_puts_the_caller_back(one: Calling) -> None:
    """The network has no such fault: what the vendor would report of a broken leg is said to the watch."""
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        one.deaf = True
        one.center.bus.post("call", {"contact": contact, "call": desk.sid, "leg": "", "state": "failed"})
        one.network.faults.add("slow", seconds=0.2, operation="ListConference")
        await desk.post("hangup")
        await one.until_state(contact, ContactState.WAITING, ContactState.WRAP_UP)
        assert (await one.contact(contact)).state == ContactState.WAITING
        await caller.hear("Espere")


async def test_another_router_goes_on_where_one_stopped(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller = await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
    await desk.post("answer")
    async with one.routing("router-2"):
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, desk)
    await desk.post("hangup")
    async with one.routing("router-3"):
        await one.until_state(contact, ContactState.WRAP_UP)
        await caller.until("completed")
        assert await calls_to(one, ANA) == 1


async def test_an_attempt_of_unknown_outcome_is_looked_up(one: Calling) -> None:
    """A router died between asking the vendor and writing the answer down."""
    async with one.routing():
        await one.agent()
        caller = await one.call()
        [[contact]] = await one.center.rows("SELECT id FROM contact")
        one.network.faults.add("drop_after", operation="CreateParticipant")
        accepted = asyncio.create_task(one.center.accept("ana"))
        desk = await one.rings(ANA)
        await accepted
    [leg] = await one.legs(contact)
    assert leg.call_id is None
    async with one.routing("router-2"):
        await desk.post("answer")
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, desk)
        assert await calls_to(one, ANA) == 1


async def test_a_leg_nobody_knows_the_fate_of_is_ended_with_the_call(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller = await one.call()
        one.network.faults.add("drop_after", operation="CreateParticipant")
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        await caller.post("hangup")
        await one.until_state(contact, ContactState.CLOSED)
        await desk.until("canceled")
        await one.until_no_legs(contact)


async def test_what_the_dispatcher_left_is_ended_by_the_watch(one: Calling) -> None:
    """A leg whose contact waits again, and one whose contact is over."""
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.center.ask(ContactEnded(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana"))
        await caller.until("completed")
        await one.until_no_legs(contact)
        leg = CallLeg(
            id="left", contact_id=contact, channel="voice", role="agent", agent_id="ana", address="agent:ana",
            state="answered", call_id=desk.sid, created_at=0.0,
        )  # fmt: skip
        await one.center.storage.legs.add(leg)
        await one.until_no_legs(contact)


async def test_two_at_once_are_two(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        await one.agent("beto")
        first, second = await one.call(MARTA), await one.call("+59899000002")
        contacts = [await one.center.accept("ana"), await one.center.accept("beto")]
        desks = [await one.rings(ANA), await one.rings("client:beto")]
        for desk in desks:
            await desk.post("answer")
        for contact in contacts:
            await one.until_state(contact, ContactState.CONNECTED)
        rows = {row[0]: row[1] for row in await one.center.rows("SELECT id, address FROM contact")}
        by_number = {MARTA: first, "+59899000002": second}
        for contact, desk in zip(contacts, desks, strict=True):
            await one.talk(by_number[rows[contact]], desk)
        async with one.http.get("/_control/calls", params={"from": OURS}) as answer:
            assert len((await answer.json())["calls"]) == 2


async def test_a_machine_is_nobody(one: Calling) -> None:
    """The vendor says so in a report; who took up is told to the watch with it."""
    async with one.routing():
        await one.agent(telephone="+59829009999")
        await one.call()
        one.deaf = True
        contact = await one.center.accept("ana")
        desk = await one.rings("+59829009999")

        async def named() -> bool:
            return (await one.legs(contact))[0].call_id is not None

        await until(named)
        told = {"contact": contact, "call": desk.sid, "leg": "", "state": "answered", "machine": True}
        one.center.bus.post("call", told)
        await one.until_state(contact, ContactState.WAITING)
        assert "machine" in await one.reason(contact)
        await desk.until("canceled", "completed")
