"""A colleague is asked into a call, over the local network: their leg comes and goes as the consult does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.domain.stimuli import ConsultCanceled, ConsultRequested, HandedOver
from contactcenter.domain.words import ContactState
from contactcenter.runtime.ids import new_id
from contactcenter.storage.call_legs import AGENT, GUEST
from tests.localnet.telephone import Telephone
from tests.runtime.calling import Calling, calling, until_live


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Calling]:
    async with calling(tmp_path) as made:
        yield made


async def ask(one: Calling, contact: str, *, queue: str | None = None, to_agent: str | None = None) -> str:
    """Ana asks somebody to come; returns the consult."""
    consult = new_id()
    asked = ConsultRequested(
        id=new_id(),
        request_id=new_id(),
        contact_id=contact,
        consult_id=consult,
        agent_id="ana",
        queue=queue,
        to_agent=to_agent,
    )
    assert (await one.center.ask(asked)).code is None
    return consult


async def advised(one: Calling) -> tuple[Telephone, Telephone, Telephone, str, str]:
    """Caller, Ana, and Beto whom she asked; the contact and the consult."""
    await one.agent()
    caller, ana, contact = await one.connected()
    await one.agent("beto")
    consult = await ask(one, contact, queue="power")
    assert await one.center.accept("beto") == consult
    beto = await one.rings("client:beto")
    assert (await one.contact(consult)).state == ContactState.CONNECTING
    await beto.post("answer")
    await one.until_state(consult, ContactState.CONNECTED)
    return caller, ana, beto, contact, consult


async def test_whoever_is_asked_comes_into_the_room_and_gets_the_call(one: Calling) -> None:
    async with one.routing():
        caller, ana, beto, contact, consult = await advised(one)
        await one.talk(ana, beto)
        legs = await one.legs(contact)
        assert [(leg.role, leg.consult_id) for leg in legs] == [(AGENT, None), (GUEST, consult)]
        handed = HandedOver(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana", to_agent="beto")
        assert (await one.center.ask(handed)).code is None
        await one.until_state(consult, ContactState.CLOSED)
        assert await one.center.storage.legs.changed_role(legs[-1].id, AGENT)  # as the web node does
        await ana.until("completed")
        await one.talk(caller, beto)
        await beto.post("hangup")
        await one.until_state(contact, ContactState.WRAP_UP)
        assert (await one.contact(contact)).agent_id == "beto"
        await caller.until("completed")


@pytest.mark.parametrize("ending", ["hangs up", "canceled"])
async def test_a_consult_ends_and_its_call_goes_on(one: Calling, ending: str) -> None:
    async with one.routing():
        caller, ana, beto, contact, consult = await advised(one)
        if ending == "hangs up":
            await beto.post("hangup")
        else:
            over = ConsultCanceled(id=new_id(), request_id=new_id(), contact_id=contact, agent_id="ana")
            assert (await one.center.ask(over)).code is None
            await beto.until("completed")
        await one.until_state(consult, ContactState.CLOSED)
        await one.talk(caller, ana)
        await until_live(one, contact, 1)
        assert (await one.contact(contact)).state == ContactState.CONNECTED


async def test_a_consult_ends_with_its_call(one: Calling) -> None:
    async with one.routing():
        caller, ana, beto, contact, consult = await advised(one)
        await caller.post("hangup")
        await ana.until("completed")
        await beto.until("completed")
        await one.until_state(consult, ContactState.CLOSED)
        await one.until_no_legs(contact)


async def busy(one: Calling, **whom: str) -> tuple[Telephone, Telephone, str, str]:
    """Beto takes what he is asked, and his telephone is busy: caller, Ana, contact, consult."""
    await one.agent()
    caller, ana, contact = await one.connected()
    await one.agent("beto")
    await one.behave("client:beto", "busy")
    consult = await ask(one, contact, **whom)
    await one.center.accept("beto")
    return caller, ana, contact, consult


async def test_a_telephone_that_is_not_answered_puts_the_consult_back_and_leaves_the_call(one: Calling) -> None:
    async with one.routing():
        caller, ana, _, consult = await busy(one, queue="power")
        await one.until_state(consult, ContactState.WAITING)
        assert "busy" in await one.reason(consult)
        await one.talk(caller, ana)


async def test_who_was_asked_by_name_and_is_not_there_is_asked_no_more(one: Calling) -> None:
    async with one.routing():
        caller, ana, contact, consult = await busy(one, to_agent="beto")
        await one.until_state(consult, ContactState.CLOSED)
        assert (await one.events(contact))[-1] == "consult_ended"
        await one.talk(caller, ana)
