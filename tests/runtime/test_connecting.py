"""From accepted to talking, and how legs end: real storage, router and dispatcher over the local network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.domain.stimuli import ClosureRequested, ContactEnded, HandedOver, TransferRequested
from contactcenter.domain.words import ContactState
from contactcenter.runtime.ids import new_id
from contactcenter.storage.call_legs import AGENT, GUEST, SUPERVISOR
from tests.runtime.calling import Calling, calling, until_live
from tests.runtime.waiting import until

ANA = "client:ana"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Calling]:
    async with calling(tmp_path) as made:
        yield made


async def test_they_talk_until_the_agent_ends_it(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.talk(caller, desk)
        [leg] = await one.legs(contact)
        assert (leg.role, leg.agent_id, leg.address, leg.call_id) == ("agent", "ana", "agent:ana", desk.sid)
        assert leg.connected_at is not None
        ended = ContactEnded(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana")
        assert (await one.center.ask(ended)).code is None
        await caller.until("completed")
        await desk.until("completed")
        await one.until_no_legs(contact)
        assert (await one.contact(contact)).state == ContactState.WRAP_UP


@pytest.mark.parametrize(("who", "by"), [("desk", "agent"), ("caller", "customer")])
async def test_whoever_hangs_up_ends_it_for_both(one: Calling, who: str, by: str) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await {"desk": desk, "caller": caller}[who].post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        await caller.until("completed")
        await desk.until("completed")
        await one.until_no_legs(contact)
        rows = await one.center.rows(
            "SELECT detail_json FROM event WHERE contact_id = :id AND type = 'ended'", id=contact
        )
        assert [row[0] for row in rows] == [f'{{"by":"{by}"}}']


async def test_the_telephone_of_an_agent_may_be_a_number(one: Calling) -> None:
    async with one.routing():
        await one.agent(telephone="+59829009999")
        caller = await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings("+59829009999")
        await desk.post("answer")
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, desk)


@pytest.mark.parametrize(
    ("behaviour", "reason"), [("busy", "busy"), ("failed", "failed"), ("no_answer", "not_answered")]
)
async def test_a_telephone_that_is_not_answered_puts_the_caller_back(one: Calling, behaviour: str, reason: str) -> None:
    async with one.routing():
        await one.agent()
        await one.behave(ANA, behaviour)
        caller = await one.call()
        place = (await one.center.rows("SELECT place FROM contact"))[0][0]
        contact = await one.center.accept("ana")
        await one.until_state(contact, ContactState.WAITING)
        row = await one.contact(contact)
        assert (row.place, row.agent_id) == (place, None)
        assert reason in await one.reason(contact)
        await caller.hear("Espere")
        await one.settled()
        assert await one.legs(contact)
        await one.until_no_legs(contact)


async def test_an_agent_who_declines_is_busy(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        await desk.post("hangup")
        await one.until_state(contact, ContactState.WAITING)
        assert "busy" in await one.reason(contact)


async def test_who_does_not_take_up_in_time_is_not_called_any_more(tmp_path: Path) -> None:
    async with calling(tmp_path, connect_seconds=1.0) as one, one.routing():
        await one.agent()
        await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        await one.until_state(contact, ContactState.WAITING)
        await desk.until("canceled")
        await one.until_no_legs(contact)


async def test_a_caller_who_leaves_while_it_rings_ends_the_ringing(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller = await one.call()
        contact = await one.center.accept("ana")
        desk = await one.rings(ANA)
        await caller.post("hangup")
        await one.until_state(contact, ContactState.CLOSED)
        await desk.until("canceled")
        await one.until_no_legs(contact)


async def test_a_transfer_takes_the_caller_through_the_hold_to_another(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.agent("beto")
        transfer = TransferRequested(
            id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana", queue="power"
        )
        assert (await one.center.ask(transfer)).code is None
        await caller.hear("Espere")
        await desk.until("completed")
        assert await one.center.accept("beto") == contact
        other = await one.rings("client:beto")
        await other.post("answer")
        await one.until_state(contact, ContactState.CONNECTED)
        await one.talk(caller, other)
        await caller.post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        assert (await one.contact(contact)).agent_id == "beto"


async def test_whoever_is_sent_away_hears_why(one: Calling) -> None:
    async with one.routing():
        caller = await one.call()
        [[contact]] = await one.center.rows("SELECT id FROM contact")
        closure = ClosureRequested(id=new_id(), request_id=new_id(), contact_id=contact, by="sofia", reason="test")
        assert (await one.center.ask(closure)).code is None
        await caller.hear("Nadie puede atenderle")
        await caller.until("completed")


async def test_what_is_said_in_a_recorded_queue_is_recorded_from_the_first_moment(one: Calling) -> None:
    one.recorded = frozenset({"power"})
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.talk(caller, desk)
        await caller.post("hangup")
        await until(lambda: bool(one.recordings))
        [recording] = one.recordings
        assert recording.contact == contact
        assert recording.url


async def test_an_end_beside_the_talk_ends_nothing(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        listener = await one.invited(contact, "agent:sofia", SUPERVISOR)
        await listener.post("hangup")
        await until_live(one, contact, 1)
        await one.talk(caller, desk)
        assert (await one.contact(contact)).state == ContactState.CONNECTED


@pytest.mark.parametrize("transferred", [False, True])
async def test_who_hands_a_call_over_leaves_it_and_who_has_it_now_ends_it(one: Calling, transferred: bool) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        await one.agent("beto")
        other = await one.invited(contact, "agent:beto", GUEST, agent_id="beto")
        handed = HandedOver(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana", to_agent="beto")
        assert (await one.center.ask(handed)).code is None
        leg = (await one.legs(contact))[-1]
        assert await one.center.storage.legs.changed_role(leg.id, AGENT)  # as the web node does
        await desk.until("completed")
        await one.talk(caller, other)
        await until_live(one, contact, 1)
        if transferred:
            transfer = TransferRequested(
                id=new_id(), request_id=new_id(), contact_id=contact, agent_id="beto", queue="power"
            )
            assert (await one.center.ask(transfer)).code is None
            await caller.hear("Espere")
            await other.until("completed")
            return
        await other.post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        assert (await one.contact(contact)).agent_id == "beto"
        await caller.until("completed")


async def test_whoever_is_outside_goes_on_talking_and_the_call_ends_with_them(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        outside = await one.invited(contact, "+59829007777", GUEST)
        handed = HandedOver(
            id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana", address="+59829007777"
        )
        assert (await one.center.ask(handed)).code is None
        await desk.until("completed")
        await one.talk(caller, outside)
        await outside.post("hangup")
        await caller.until("completed")
        await one.until_no_legs(contact)


async def test_a_caller_with_whom_nobody_is_left_goes_back_to_their_place(one: Calling) -> None:
    async with one.routing():
        await one.agent()
        caller, desk, contact = await one.connected()
        one.deaf = True
        [leg] = await one.legs(contact)
        assert await one.center.storage.legs.ended(leg.id, "completed", 0.0)
        await desk.post("hangup")
        await one.until_state(contact, ContactState.WAITING)
        await caller.hear("Espere")
