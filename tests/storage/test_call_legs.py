"""Legs in SQL, on both databases: noted before the vendor is asked, and their end is told once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.stimuli import ConnectionFailed, ContactConnected, Stimulus
from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.routing.state import Changes, Contact
from contactcenter.storage import Batch, Lease, Storage
from contactcenter.storage.call_legs import CallLeg
from contactcenter.storage.pruning import DAY
from contactcenter.testing.storage_base import NOW, configuration, contact_of, received

LEG = CallLeg(
    id="leg", contact_id="call", channel="voice", role="agent", agent_id="ana", address="agent:ana", state="queued",
    created_at=NOW,
)  # fmt: skip
CONNECTED = ContactConnected(id="leg.connected", contact_id="call", agent_id="ana")
FAILED = ConnectionFailed(id="leg.failed", contact_id="call", reason="busy", agent_id="ana")


@pytest.fixture(params=["sqlite", "postgres"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite:///{tmp_path / 'cc.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    storage = await Storage.open(url, migrate=True, clock=lambda: NOW)
    await storage.seed(configuration(), [("ana", "Ana", "all"), ("beto", "Beto", "all")], "test")
    yield storage
    await storage.close()


async def commit(storage: Storage, lease: Lease, contact: Contact, batch: str) -> None:
    await storage.commit_batch(Batch(id=batch, epoch=lease.epoch, changes=Changes(contacts={contact.id: contact})), NOW)


async def lease_of(storage: Storage) -> Lease:
    lease = await storage.take_lease("router", 600)
    assert lease is not None
    return lease


async def a_call(storage: Storage, lease: Lease, id_: str = "call", **fields: Any) -> Contact:
    """A caller's contact."""
    item = received(id_, thread=f"call:CA-{id_}", contact_id=id_)
    (taken,) = await storage.take_in([item])
    values: dict[str, Any] = {"channel": "voice", "media": MediaClass.VOICE, "state": ContactState.CONNECTING}
    contact = contact_of(item, taken, **(values | {"agent_id": "ana", "deadline": NOW + 30.25} | fields))
    await commit(storage, lease, contact, f"batch-{id_}")
    return contact


async def told(storage: Storage) -> list[Stimulus]:
    """What waits for the router, but messages."""
    rows = [row for row in await storage.read_inbox(100) if row.kind != "MessageReceived"]
    return [decode_stimulus(row.kind, row.version, row.body) for row in rows]


async def test_a_leg_is_noted_once(storage: Storage) -> None:
    assert await storage.legs.add(LEG) == LEG
    assert await storage.legs.named("leg", "CA1")
    assert await storage.legs.add(replace(LEG, address="+5982900", state="ringing")) == replace(LEG, call_id="CA1")
    assert not await storage.legs.named("leg", "CA2"), "somebody else was first"
    assert await storage.legs.named("leg", "CA1")
    await storage.legs.moved_on("leg", "answered")
    await storage.legs.admitted("leg", NOW + 1)
    assert await storage.legs.changed_role("leg", "guest")
    leg = await storage.legs.leg("leg")
    assert leg == replace(LEG, call_id="CA1", state="answered", admitted_at=NOW + 1, role="guest")
    assert leg.live
    assert await storage.legs.leg("other") is None


async def test_an_end_is_told_once_and_ends_everything(storage: Storage) -> None:
    await storage.legs.add(LEG)
    assert await storage.legs.connected("leg", NOW + 2, CONNECTED)
    assert not await storage.legs.connected("leg", NOW + 3, CONNECTED)
    assert await storage.legs.ended("leg", "busy", NOW + 4, reason="bu\0sy", stimulus=FAILED)
    assert not await storage.legs.ended("leg", "failed", NOW + 5, stimulus=FAILED)
    assert not await storage.legs.connected("leg", NOW + 6, CONNECTED)
    assert not await storage.legs.named("leg", "CA1")
    assert await told(storage) == [CONNECTED, FAILED]
    [leg] = await storage.legs.legs_of("call", live=False)
    assert (leg.state, leg.connected_at, leg.ended_at, leg.reason) == ("busy", NOW + 2, NOW + 4, "bu\ufffdsy")
    assert await storage.legs.legs_of("call") == []
    assert await storage.legs.with_legs() == {}


async def test_a_callers_contact_is_seen_with_its_live_legs(storage: Storage) -> None:
    lease = await lease_of(storage)
    await a_call(storage, lease)
    waiting = {"agent_id": None, "deadline": None, "state": ContactState.WAITING}
    await a_call(storage, lease, "second", **waiting)
    await a_call(storage, lease, "message", media=MediaClass.ASYNC, channel="sms", **waiting)
    await storage.legs.add(LEG)
    await storage.legs.add(replace(LEG, id="late", created_at=NOW + 1, role="supervisor"))
    await storage.legs.add(replace(LEG, id="gone", created_at=NOW + 2))
    await storage.legs.ended("gone", "completed", NOW + 3)
    found = await storage.legs.caller("call")
    assert found is not None
    assert (found.call_id, found.state, found.agent_id, found.deadline) == ("CA-call", "connecting", "ana", NOW + 30.25)
    assert (found.channel, found.our_address, found.state_since) == ("voice", "+59829000000", NOW)
    assert [leg.id for leg in found.legs] == ["leg", "late"]
    assert await storage.legs.caller("message") is await storage.legs.caller("nobody") is None
    assert await storage.legs.with_legs() == {"call": None}
    assert await storage.legs.open_calls() == [("call", "connecting"), ("second", "waiting")]


async def test_a_consult_has_the_legs_of_whom_it_called_until_they_have_the_call(storage: Storage) -> None:
    lease = await lease_of(storage)
    call = await a_call(storage, lease, state=ContactState.CONNECTED, deadline=None)
    asked = {"state": ContactState.CONNECTED, "agent_id": "beto", "deadline": None, "consult_of": "call"}
    await a_call(storage, lease, "consult", **asked, consult_to="beto")
    await storage.legs.add(LEG)
    leg = replace(LEG, id="second", role="guest", agent_id="beto", consult_id="consult", created_at=NOW + 1)
    await storage.legs.add(leg)
    found = await storage.legs.caller("consult")
    assert found is not None
    assert (found.room, found.consult_of, found.legs) == ("call", "call", (leg,))
    assert [each.id for each in await storage.legs.legs_of("call")] == ["leg", "second"]
    assert await storage.legs.with_legs() == {"call": None, "consult": "call"}
    assert await storage.legs.open_calls() == [("call", "connected")], "a consult has no caller"
    assert (await storage.load()).snapshot.contacts[1].consult_to == "beto"
    call.agent_id = "beto"
    await commit(storage, lease, call, "handed")
    found = await storage.legs.caller("consult")
    assert found is not None
    assert found.legs == ()
    assert await storage.legs.changed_role("second", "agent")
    assert await storage.legs.with_legs() == {"call": None}


async def test_an_agents_telephone_stays_whatever_the_router_writes(storage: Storage) -> None:
    assert await storage.legs.telephone("ana") is await storage.legs.telephone("nobody") is None
    assert await storage.legs.set_telephone("ana", "+59829001234")
    assert not await storage.legs.set_telephone("nobody", "+59829001234")
    lease = await lease_of(storage)
    ana = (await storage.load()).snapshot.agents[0]
    await storage.commit_batch(Batch(id="b", epoch=lease.epoch, changes=Changes(agents={ana.id: ana})), NOW)
    assert ana.id == "ana"
    assert await storage.legs.telephone("ana") == "+59829001234"
    assert await storage.legs.set_telephone("ana", None)
    assert await storage.legs.telephone("ana") is None


async def test_other_attempts_at_the_same_telephone_are_known(storage: Storage) -> None:
    await storage.legs.add(LEG)
    for id_, fields in (
        ("same", {}),
        ("elsewhere", {"address": "+5982900"}),
        ("another contact", {"contact_id": "second", "created_at": NOW - 30}),
        ("long ago", {"created_at": NOW - 120}),
    ):
        await storage.legs.add(replace(LEG, id=id_, **fields))
        await storage.legs.named(id_, f"CA-{id_}")
    await storage.legs.add(replace(LEG, id="unnamed"))
    assert await storage.legs.others(LEG) == {"CA-same", "CA-another contact"}


async def test_legs_of_long_ago_are_forgotten(storage: Storage) -> None:
    await storage.legs.add(LEG)
    await storage.legs.add(replace(LEG, id="over"))
    await storage.legs.ended("over", "completed", NOW)
    assert (await storage.prune(NOW + 34 * DAY))["call_leg"] == 0
    assert (await storage.prune(NOW + 36 * DAY))["call_leg"] == 1
    assert [leg.id for leg in await storage.legs.legs_of("call", live=False)] == ["leg"]
