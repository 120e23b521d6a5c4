"""What explanations are made of must be read the same from every database."""

from __future__ import annotations

from contactcenter.domain.history import Decision
from contactcenter.domain.needs import Clause
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, OfferCause, OfferOutcome
from contactcenter.routing.lines import LineKey
from contactcenter.routing.state import Agent, Changes, Contact, Offer
from contactcenter.storage import Lease, Storage
from contactcenter.storage.explanations import Explanations
from contactcenter.testing.storage_base import NOW, Clock, StorageBase

FAULTS = (Clause((("faults", 2),)),)


class ExplanationTests(StorageBase):
    """Contacts counted by line, people with their work, decisions with their outcome."""

    async def put(self, storage: Storage, lease: Lease, name: str, /, place: float = NOW, **fields: object) -> Contact:
        """A contact in whatever state."""
        contact = await self.arrive(storage, lease, name, received_at=place)
        for field, value in fields.items():
            setattr(contact, field, value)
        await storage.commit_batch(self.batch(lease, Changes(contacts={contact.id: contact})), NOW)
        return contact

    async def test_what_is_not_there_is_not_explained(self, storage: Storage) -> None:
        assert await Explanations(storage.read).contact("nothing") is None
        assert await Explanations(storage.read).agent("nobody") is None

    async def test_a_waiting_contact_comes_with_people_and_lines(
        self, storage: Storage, lease: Lease, clock: Clock
    ) -> None:
        mine = await self.put(storage, lease, "m")
        for name, place in (("a", NOW - 5), ("b", NOW), ("z", NOW), ("later", NOW + 5)):
            await self.put(storage, lease, name, place=place)
        await self.put(storage, lease, "hazard", hazard=True, clauses=())
        await self.put(storage, lease, "kept", kept=True)
        await self.put(storage, lease, "reserved", reserved_for="ana", reserved_until=NOW + 60)
        held = await self.put(storage, lease, "held", state=ContactState.CONNECTED, agent_id="beto")
        picture = await Explanations(storage.read, clock).contact(mine.id)
        assert picture is not None
        assert (picture.contact, picture.at, picture.configuration.version) == (mine, NOW, 1)
        lines = {line.key: line for line in picture.lines}
        plain = lines[LineKey("faults", "sms", MediaClass.ASYNC, FAULTS, 0, hazard=False)]
        assert (plain.count, plain.earlier, plain.first, plain.oldest) == (5, 2, NOW - 5, NOW - 5)
        hazard = lines[LineKey("faults", "sms", MediaClass.ASYNC, (), 0, hazard=True)]
        assert (hazard.count, hazard.first) == (1, NOW)
        assert len(lines) == 2
        people = {agent.id: agent for agent in picture.agents}
        assert people["beto"].holds == {held.id: MediaClass.ASYNC}
        assert people["ana"].holds == {}
        assert picture.decisions == ()

    async def test_decisions_of_the_past_come_with_what_came_of_them(self, storage: Storage, lease: Lease) -> None:
        contact = await self.put(storage, lease, "c", state=ContactState.OFFERED)
        decisions = [
            Decision(f"c.{n}", contact.id, "ana", NOW + n, OfferCause.AGENT_FREED, 1, 3.5, {"not_ready": 2}, steps=n)
            for n in (1, 2)
        ]
        offers = [
            Offer(id="c.1", contact_id=contact.id, agent_id="ana", offered_at=NOW, deadline=NOW + 9,
                  cause=OfferCause.AGENT_FREED, outcome=OfferOutcome.DECLINED, ended_at=NOW + 4, reason="busy"),
            Offer(id="c.2", contact_id=contact.id, agent_id="ana", offered_at=NOW, deadline=NOW + 9,
                  cause=OfferCause.AGENT_FREED),
        ]  # fmt: skip
        changes = Changes(offers={offer.id: offer for offer in offers}, decisions=decisions)
        await storage.commit_batch(self.batch(lease, changes), NOW)
        picture = await Explanations(storage.read).contact(contact.id)
        assert picture is not None
        assert not picture.agents
        assert not picture.lines
        first, second = picture.decisions
        assert (first.offer_id, first.outcome, first.reason, first.ended_at) == ("c.1", "declined", "busy", NOW + 4)
        assert (first.agent_name, first.refusals, first.steps, first.choice) == (
            "Ana", {"not_ready": 2}, 1, "longest_idle",
        )  # fmt: skip
        assert (second.offer_id, second.outcome, second.steps) == ("c.2", None, 2)
        own = await Explanations(storage.read).agent("ana")
        assert own is not None
        assert own.agent.offer_id == "c.2"

    async def test_a_person_comes_with_their_colleagues_counted(
        self, storage: Storage, lease: Lease, clock: Clock
    ) -> None:
        ana = Agent(id="ana", name="Ana", profile="all", status=AgentStatus.AVAILABLE, status_since=NOW, idle_since=NOW)
        await storage.commit_batch(self.batch(lease, Changes(agents={"ana": ana})), NOW)
        held = await self.put(storage, lease, "held", state=ContactState.WRAP_UP, agent_id="ana", deadline=NOW)
        await self.put(storage, lease, "other", state=ContactState.CONNECTED, agent_id="beto")
        await self.put(storage, lease, "own", reserved_for="ana", reserved_until=NOW + 60)
        await self.put(storage, lease, "waits")
        picture = await Explanations(storage.read, clock).agent("ana")
        assert picture is not None
        assert (picture.agent.holds, picture.agent.status) == ({held.id: MediaClass.ASYNC}, AgentStatus.AVAILABLE)
        assert [(profile.id, count) for profile, count in picture.staff] == [("all", 1)]
        assert [line.count for line in picture.lines] == [1]
        assert picture.reserved == {"faults": 1}
