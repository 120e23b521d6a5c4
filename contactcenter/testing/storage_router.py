"""The router's side: one lease, batches that are whole, fenced and never twice, and a restart that forgets nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.domain.history import ContactEvent, Decision, EventType
from contactcenter.domain.instructions import AnswerRequest, SendMessage
from contactcenter.domain.needs import NOTHING, Clause, Needs
from contactcenter.domain.words import (
    AgentChoice,
    AgentStatus,
    ContactState,
    MediaClass,
    OfferCause,
    OfferOutcome,
    Outcome,
)
from contactcenter.routing.state import HELD, Agent, Changes, Contact, Offer
from contactcenter.storage import ConflictError, FencedError, Lease, NotConfiguredError, Storage
from contactcenter.testing.storage_base import NOW, StorageBase, contact_of, received, stimuli, submitted

_ONE_DATABASE_FOR_ALL_EXAMPLES = [
    HealthCheck.function_scoped_fixture,  # each example leaves it without live contacts
    HealthCheck.differing_executors,  # and the suite runs on several
    HealthCheck.too_slow,
]


class RouterTests(StorageBase):
    """Lease, inbox, batches, quarantine, loading."""

    # --- the lease

    async def test_one_holder_at_a_time(self, storage: Storage, other: Storage) -> None:
        leases = await asyncio.gather(*((storage, other)[n % 2].take_lease(f"router-{n}", 600) for n in range(6)))
        held = [lease for lease in leases if lease is not None]
        assert [lease.epoch for lease in held] == [1]
        holder = await storage.lease_holder()
        assert holder is not None
        assert holder[:2] == (held[0].holder, 1)
        assert 590 < holder[2] <= 600

    async def test_a_lease_that_ran_out_is_taken_over_by_the_databases_clock(
        self, storage: Storage, other: Storage
    ) -> None:
        first = await storage.take_lease("router-1", 0)
        assert first is not None
        assert await storage.lease_holder() is None
        second = await other.take_lease("router-2", 600)
        assert second is not None
        assert second.epoch == first.epoch + 1
        with pytest.raises(FencedError):
            await storage.renew_lease(first, 600)
        await storage.release_lease(first)
        assert await storage.take_lease("router-3", 600) is None

    async def test_renewing_and_releasing(self, storage: Storage, other: Storage) -> None:
        lease = await storage.take_lease("router-1", 0)
        assert lease is not None
        renewed = await storage.renew_lease(lease, 600)
        assert (renewed.epoch, renewed.holder) == (1, "router-1")
        assert renewed.until > lease.until
        assert await other.take_lease("router-2", 600) is None
        await storage.release_lease(renewed)
        taken = await other.take_lease("router-2", 600)
        assert taken is not None
        assert taken.epoch == 2

    async def test_who_lost_the_lease_writes_nothing(self, storage: Storage, other: Storage, url: str) -> None:
        lost = await storage.take_lease("router-1", 0)
        assert lost is not None
        (taken,) = await storage.take_in([received("a")])
        contact = contact_of(received("a"), taken)
        (row,) = await storage.read_inbox(1)
        assert await other.take_lease("router-2", 600) is not None
        with pytest.raises(FencedError):
            await storage.commit_batch(self.batch(lost, Changes(contacts={contact.id: contact}), handled=[row.id]), NOW)
        with pytest.raises(FencedError):
            await storage.quarantine(lost.epoch, row.id, "?")
        with pytest.raises(FencedError):
            await storage.claim_outbox(lost.epoch, NOW, 10)
        assert await self.count(url, "contact") == 0
        assert len(await storage.read_inbox(10)) == 1

    # --- the inbox

    async def test_the_inbox_is_read_from_its_beginning_every_time(self, storage: Storage, lease: Lease) -> None:
        await storage.take_in([received(name) for name in "abc"])
        first, second, third = await storage.read_inbox(10)
        assert [row.id for row in await storage.read_inbox(2)] == [first.id, second.id]
        await storage.commit_batch(self.batch(lease, handled=[first.id, third.id]), NOW)
        await storage.take_in([received("d")])
        rows = await storage.read_inbox(10)
        assert [row.stimulus_id for row in rows] == ["stimulus-b", "stimulus-d"]
        assert rows[1].id > third.id

    async def test_quarantine(self, storage: Storage, lease: Lease) -> None:
        await storage.take_in([received("a"), received("b")])
        first, second = await storage.read_inbox(10)
        await storage.quarantine(lease.epoch, first.id, "ValueError: odd")
        assert await storage.read_inbox(10) == [second]
        (aside,) = await storage.quarantined()
        assert (aside.id, aside.body, aside.error, aside.quarantined_at) == (
            first.id, first.body, "ValueError: odd", NOW,
        )  # fmt: skip
        assert await storage.retry_quarantined(first.id)
        assert not await storage.retry_quarantined(first.id)
        assert await storage.read_inbox(10) == [first, second]
        assert not await storage.drop_quarantined(first.id)
        await storage.quarantine(lease.epoch, first.id, "again")
        assert await storage.drop_quarantined(first.id)
        assert await storage.quarantined() == []

    # --- batches

    async def test_a_batch_is_written_whole(self, storage: Storage, lease: Lease, url: str) -> None:
        item = received("a", text="¿Hay luz? " * 40)
        (taken,) = await storage.take_in([item])
        contact = contact_of(item, taken, state=ContactState.OFFERED, offers=1)
        offer = offer_of("o", contact.id)
        agent = Agent(id="ana", name="Ana", profile="all", status=AgentStatus.AVAILABLE, sessions={"w1"}, offer_id="o")
        changes = Changes(
            contacts={contact.id: contact},
            agents={"ana": agent},
            offers={"o": offer},
            events=[
                ContactEvent(contact.id, NOW, EventType.ARRIVED),
                ContactEvent(contact.id, NOW + 1, EventType.OFFERED, "ana", {"queue": "faults", "waited": 1.5}),
            ],
            decisions=[
                Decision(
                    "o",
                    contact.id,
                    "ana",
                    NOW,
                    OfferCause.CONTACT_ARRIVED,
                    1,
                    1.5,
                    {"logged_out": 3},
                    AgentChoice.MOST_PROFICIENT,
                    steps=2,
                    proficiency=7,
                    ready=4,
                ),
            ],
            messages={item.message_id: contact.id},
        )
        rows = await storage.read_inbox(10)
        await storage.commit_batch(self.batch(lease, changes, id="b1", handled=[row.id for row in rows]), NOW)
        assert await self.rows(url, "SELECT id, state, offers, preview, last_message_at FROM contact") == [
            (contact.id, "offered", 1, item.message.text[:140], NOW)
        ]
        assert await self.rows(url, "SELECT contact_id FROM message") == [(contact.id,)]
        assert await self.rows(url, "SELECT type, agent_id, detail_json FROM event ORDER BY id") == [
            ("arrived", None, "{}"),
            ("offered", "ana", '{"queue":"faults","waited":1.5}'),
        ]
        assert await self.rows(
            url, "SELECT offer_id, agent_id, refusals_json, choice, steps, proficiency, ready FROM decision"
        ) == [("o", "ana", '{"logged_out":3}', "most_proficient", 2, 7, 4)]
        assert await storage.read_inbox(10) == []
        assert await storage.batch_committed("b1")
        assert not await storage.batch_committed("b2")

    async def test_a_batch_repeated_is_written_once(self, storage: Storage, lease: Lease, url: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        changes = Changes(events=[ContactEvent(contact.id, NOW, EventType.ENDED)])
        batch = self.batch(lease, changes)
        await storage.commit_batch(batch, NOW)
        await storage.commit_batch(batch, NOW)
        assert await self.count(url, "event") == 1

    async def test_a_batch_that_breaks_a_promise_is_not_written_at_all(
        self, storage: Storage, lease: Lease, url: str
    ) -> None:
        """Two live offers of one contact: the database refuses them, whatever the router believes."""
        contact = await self.arrive(storage, lease, "a")
        await storage.take_in([received("b")])
        (row,) = await storage.read_inbox(10)
        offers = {name: offer_of(name, contact.id, agent_id=name) for name in ("ana", "beto")}
        event = ContactEvent(contact.id, NOW, EventType.OFFERED)
        batch = self.batch(lease, Changes(offers=offers, events=[event]), handled=[row.id], id="bad")
        with pytest.raises(ConflictError):
            await storage.commit_batch(batch, NOW)
        assert await self.count(url, "offer") == await self.count(url, "event") == 0
        assert await storage.read_inbox(10) == [row]
        assert not await storage.batch_committed("bad")

    async def test_an_offer_ends_and_the_next_begins_in_one_batch(
        self, storage: Storage, lease: Lease, url: str
    ) -> None:
        contact = await self.arrive(storage, lease, "a")
        first = offer_of("o1", contact.id, agent_id="ana")
        await storage.commit_batch(self.batch(lease, Changes(offers={"o1": first})), NOW)
        first.outcome, first.ended_at = OfferOutcome.RONA, NOW + 20
        second = offer_of("o0", contact.id, agent_id="ana")
        await storage.commit_batch(self.batch(lease, Changes(offers={"o0": second, "o1": first})), NOW)
        assert await self.rows(url, "SELECT id, outcome FROM offer ORDER BY id") == [("o0", None), ("o1", "rona")]

    async def test_a_contact_closes_and_the_next_of_its_thread_opens_in_one_batch(
        self, storage: Storage, lease: Lease
    ) -> None:
        old = await self.arrive(storage, lease, "b", thread="t")
        item = received("a", thread="t")
        (taken,) = await storage.take_in([item])
        new = contact_of(item, taken)
        close(old)
        await storage.commit_batch(self.batch(lease, Changes(contacts={new.id: new, old.id: old})), NOW)
        assert (await storage.load()).snapshot.contacts == [new]

    async def test_the_preview_is_the_last_message_of_either_side(
        self, storage: Storage, lease: Lease, url: str
    ) -> None:
        contact = await self.arrive(storage, lease, "a", text="uno")
        await storage.take_in([received("b", text="dos"), received("c", text="tres")])
        messages = {"message-b": contact.id, "message-c": contact.id}
        await storage.commit_batch(self.batch(lease, Changes(messages=messages)), NOW)
        assert await self.rows(url, "SELECT preview FROM contact") == [("tres",)]
        await self.reply(storage, lease, contact, "r", "cuatro")
        assert await self.rows(url, "SELECT preview, last_message_at FROM contact") == [("cuatro", NOW)]
        contact.version += 1
        await storage.commit_batch(self.batch(lease, Changes(contacts={contact.id: contact})), NOW)
        assert await self.rows(url, "SELECT preview, version FROM contact") == [("cuatro", 1)]

    async def test_a_refused_reply_is_shown_as_failed(self, storage: Storage, lease: Lease, url: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        await storage.take_in([submitted("r", contact.id, request_id="q")])
        answer = AnswerRequest(id="i", request_id="q", code="opted_out", message="They wrote STOP.")
        changes = Changes(refused={"message-r": "opted_out"})
        await storage.commit_batch(self.batch(lease, changes, answers=[answer]), NOW)
        assert await self.rows(url, "SELECT delivery, error FROM message WHERE id = 'message-r'") == [
            ("failed", "opted_out")
        ]

    async def test_an_answer_is_given_once(self, storage: Storage, lease: Lease) -> None:
        contact = await self.arrive(storage, lease, "a")
        await storage.take_in([submitted("r", contact.id, request_id="q")])
        for code in (None, "too_late"):
            answer = AnswerRequest(id="i", request_id="q", code=code)
            await storage.commit_batch(self.batch(lease, answers=[answer]), NOW)
        found = await storage.answer("q")
        assert found is not None
        assert found.code is None

    async def test_the_same_instruction_is_carried_out_once(self, storage: Storage, lease: Lease) -> None:
        contact = await self.arrive(storage, lease, "a")
        send = SendMessage(id="i", contact_id=contact.id, message_id="message-a", channel="sms")
        await storage.commit_batch(self.batch(lease, outbox=[send]), NOW)
        await storage.commit_batch(self.batch(lease, outbox=[send]), NOW)
        assert len(await storage.outbox_entries("pending")) == 1

    async def test_the_records_of_a_batch_may_change_while_it_is_written(
        self, storage: Storage, lease: Lease, url: str
    ) -> None:
        contact = await self.arrive(storage, lease, "a")
        contact.version = 7
        commit = asyncio.ensure_future(
            storage.commit_batch(self.batch(lease, Changes(contacts={contact.id: contact})), NOW)
        )
        await asyncio.sleep(0)
        contact.version = 8
        await commit
        assert await self.rows(url, "SELECT version FROM contact") == [(7,)]

    # --- a restart

    async def test_loading_before_there_is_a_configuration(self, url: str) -> None:
        storage = await Storage.open(url, migrate=True)
        with pytest.raises(NotConfiguredError):
            await storage.load()
        await storage.close()

    async def test_a_restart_finds_what_was_committed(self, storage: Storage, other: Storage, lease: Lease) -> None:
        waiting = await self.arrive(storage, lease, "a")
        offered = await self.arrive(storage, lease, "b")
        held = await self.arrive(storage, lease, "c")
        closed = await self.arrive(storage, lease, "d")
        offered.state = ContactState.OFFERED
        held.state, held.agent_id, held.deadline = ContactState.WRAP_UP, "ana", NOW + 60
        close(closed)
        offer = offer_of("o", offered.id, agent_id="beto")
        over = offer_of("o2", held.id, agent_id="ana", outcome=OfferOutcome.ACCEPTED, ended_at=NOW)
        ana = Agent(
            id="ana", name="Ana", profile="all", status=AgentStatus.AVAILABLE, status_since=NOW, idle_since=NOW + 1,
            sessions={"w1", "w2"}, holds={held.id: held.media}, version=4,
        )  # fmt: skip
        beto = Agent(
            id="beto", name="Beto", profile="all", status=AgentStatus.NOT_READY, reason="rona", grace_until=NOW + 30,
            offer_id="o",
        )  # fmt: skip
        changes = Changes(
            contacts={contact.id: contact for contact in (offered, held, closed)},
            agents={"ana": ana, "beto": beto},
            offers={"o": offer, "o2": over},
        )
        await storage.commit_batch(self.batch(lease, changes), NOW)
        loaded = await other.load()
        assert loaded.snapshot.contacts == [waiting, offered, held]
        assert loaded.snapshot.agents == [ana, beto]
        assert loaded.snapshot.offers == [offer]
        assert loaded.configuration == (await storage.configuration()).configuration

    @settings(max_examples=40, suppress_health_check=_ONE_DATABASE_FOR_ALL_EXAMPLES)
    @given(data=st.data())
    async def test_any_record_comes_back_as_it_was(self, storage: Storage, lease: Lease, data: st.DataObject) -> None:
        contacts = data.draw(st.lists(CONTACTS, max_size=4, unique_by=(lambda one: one.id, lambda one: one.thread)))
        agents = data.draw(st.lists(AGENTS, max_size=3, unique_by=lambda one: one.id))
        for contact in contacts:  # an id is never given twice
            contact.id = f"{next(self.numbers)}-{contact.id}"
        changes = Changes(
            contacts={contact.id: contact for contact in contacts}, agents={agent.id: agent for agent in agents}
        )
        everybody = {agent.id: agent for agent in (await storage.load()).snapshot.agents} | changes.agents
        for contact in contacts:
            if contact.state in HELD:
                contact.agent_id = min(everybody)
                everybody[contact.agent_id].holds[contact.id] = contact.media
        await storage.commit_batch(self.batch(lease, changes), NOW)
        snapshot = (await storage.load()).snapshot
        assert {contact.id: contact for contact in snapshot.contacts} == changes.contacts
        assert {agent.id: agent for agent in snapshot.agents} == everybody
        for contact in contacts:
            close(contact)
        await storage.commit_batch(self.batch(lease, changes), NOW)
        assert (await storage.load()).snapshot.contacts == []

    async def test_what_was_not_committed_is_still_in_the_inbox(self, storage: Storage, other: Storage) -> None:
        await storage.take_in([received("a")])
        assert [stimulus.message_id for stimulus in await stimuli(other)] == ["message-a"]


def offer_of(name: str, contact_id: str, **fields: Any) -> Offer:
    """A live offer to ana unless said otherwise."""
    values: dict[str, Any] = {
        "agent_id": "ana",
        "offered_at": NOW,
        "deadline": NOW + 20,
        "cause": OfferCause.CONTACT_ARRIVED,
    }
    return Offer(id=name, contact_id=contact_id, **(values | fields))


def close(contact: Contact) -> None:
    """As the engine closes one."""
    contact.state, contact.outcome, contact.closed_at = ContactState.CLOSED, Outcome.SYSTEM_CLOSED, NOW


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_IDS = st.text("abcdef0123456789-", min_size=1, max_size=12)
_TIMES = st.floats(0, 4e9, allow_nan=False)
_SKILLS = st.tuples(_TEXTS, st.integers(1, 5))
_ASKED = st.dictionaries(_TEXTS, st.integers(1, 5), max_size=2)
_CLAUSES = st.lists(
    st.builds(Clause, st.lists(_SKILLS, min_size=1, max_size=2).map(tuple), st.booleans()), max_size=3
).map(tuple)
_NEEDS = st.just(NOTHING) | st.builds(Needs, _ASKED, st.lists(_ASKED, max_size=2).map(tuple), _ASKED)
_COUNTS = st.integers(0, 2**31 - 1)
_LIVE = [state for state in ContactState if state is not ContactState.CLOSED]

CONTACTS = st.builds(
    Contact,
    id=_IDS,
    customer_id=_IDS,
    channel=_TEXTS,
    media=st.sampled_from(MediaClass),
    thread=_TEXTS,
    address=_TEXTS,
    to=_TEXTS,
    queue=_TEXTS,
    clauses=_CLAUSES,
    own_needs=_NEEDS,
    priority=st.floats(-1e6, 1e6),
    own_priority=st.floats(-1e6, 1e6),
    place=_TIMES,
    arrived_at=_TIMES,
    queued_at=_TIMES,
    relaxed=_COUNTS,
    hazard=st.booleans(),
    kept=st.booleans(),
    language=st.none() | _TEXTS,
    tier=st.none() | _TEXTS,
    state=st.sampled_from(_LIVE),
    state_since=_TIMES,
    agent_id=st.none(),
    reserved_for=st.none() | _IDS,
    reserved_until=st.none() | _TIMES,
    passed_over=st.dictionaries(_IDS, _TIMES, max_size=3),
    offers=_COUNTS,
    deadline=st.none() | _TIMES,
    customer_left=st.booleans(),
    opted_out=st.booleans(),
    connected_at=st.none() | _TIMES,
    first_reply_at=st.none() | _TIMES,
    ended_at=st.none() | _TIMES,
    closed_at=st.none(),
    outcome=st.none(),
    disposition=st.none() | _TEXTS,
    version=_COUNTS,
)
AGENTS = st.builds(
    Agent,
    id=_IDS,
    name=_TEXTS,
    profile=_TEXTS,
    status=st.sampled_from(AgentStatus),
    reason=st.none() | _TEXTS,
    status_since=_TIMES,
    idle_since=_TIMES,
    grace_until=st.none() | _TIMES,
    finishing=st.none() | _TEXTS,
    signed_in_at=st.none() | _TIMES,
    busy_seconds=_TIMES,
    busy_since=st.none() | _TIMES,
    occupancy=st.floats(0, 1),
    taken=_COUNTS,
    taken_until=_TIMES,
    kept_free_for=st.none() | _IDS,
    sessions=st.sets(_IDS, max_size=3),
    offer_id=st.none(),
    holds=st.just({}).map(dict),
    version=_COUNTS,
)
