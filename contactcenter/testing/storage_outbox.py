"""The way out: in order, the urgent first, nothing twice without knowing it; deliveries only move up."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from contactcenter.domain.history import AutomaticMessage
from contactcenter.domain.instructions import ConnectContact, SendAutomatic, SendMessage
from contactcenter.domain.messages import OutboundMedia, Receipt
from contactcenter.domain.words import ContactState, Delivery, Outcome
from contactcenter.routing.state import Changes, Contact
from contactcenter.storage import Lease, Media, OutboxItem, Settlement, Storage
from contactcenter.storage.outbox import STALE_SECONDS
from contactcenter.testing.storage_base import NOW, StorageBase, draft, reported, stop, submitted


class OutboxTests(StorageBase):
    """Claims, settlements, deliveries."""

    async def claim(self, storage: Storage, lease: Lease, at: float = NOW) -> list[OutboxItem]:
        """Everything that may be carried out."""
        return await storage.claim_outbox(lease.epoch, at, 100)

    async def delivery(self, url: str, name: str = "r") -> tuple[str | None, str | None, str | None]:
        """A reply's delivery, error and vendor's id."""
        sql = f"SELECT delivery, error, provider_id FROM message WHERE id = 'message-{name}'"  # noqa: S608
        ((delivery, error, provider_id),) = await self.rows(url, sql)
        return delivery, error, provider_id

    @pytest.fixture
    async def contact(self, storage: Storage, lease: Lease) -> Contact:
        """A contact by SMS."""
        return await self.arrive(storage, lease, "a")

    async def test_a_reply_is_claimed_with_all_it_takes_to_send_it(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        for name, state in (("p1", "ready"), ("p2", "ready")):
            await storage.add_media(Media(id=name, state=state, path=name, content_type="image/png"))  # type: ignore[arg-type]
        reply = submitted("r", contact.id, "Vamos")
        assert reply.draft is not None
        await storage.take_in(
            [type(reply)(stimulus=reply.stimulus, draft=draft("r", contact.id, "Vamos", media_ids=("p2", "p1")))]
        )
        send = SendMessage(id="send-r", contact_id=contact.id, message_id="message-r", channel="sms")
        await storage.commit_batch(self.batch(lease, outbox=[send]), NOW)
        (item,) = await self.claim(storage, lease)
        assert (item.instruction, item.contact_id, item.lane, item.attempts) == (send, contact.id, "reply", 1)
        assert item.first_tried_at is None
        message = item.message
        assert message is not None
        assert (message.id, message.channel, message.address, message.to, message.thread, message.text) == (
            "message-r", "sms", contact.address, contact.to, contact.thread, "Vamos",
        )  # fmt: skip
        assert message.media == (
            OutboundMedia(media_id="p2", content_type="image/png", url=""),
            OutboundMedia(media_id="p1", content_type="image/png", url=""),
        )
        assert (await self.delivery(url))[0] == "sending"
        assert await self.claim(storage, lease) == []

    async def test_sent_is_noted_and_leaves_the_outbox(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        (item,) = await self.claim(storage, lease)
        receipt = Receipt(provider_id="SM1", delivery=Delivery.SENT, segments=2)
        (change,) = await storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], NOW)
        assert (change.message_id, change.contact_id, change.agent_id, change.delivery) == (
            "message-r", contact.id, "ana", Delivery.SENT,
        )  # fmt: skip
        assert await self.delivery(url) == ("sent", None, "SM1")
        assert await self.count(url, "outbox") == 0

    async def test_a_text_of_the_centers_own_is_sent_although_its_contact_is_closed(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        contact.state, contact.outcome, contact.closed_at = ContactState.CLOSED, Outcome.REFUSED, NOW
        text = AutomaticMessage("text-1", contact.id, "sms", "Cerrado \ud800 hoy", NOW)
        send = SendAutomatic(id="text-1", contact_id=contact.id, message_id="text-1", channel="sms")
        changes = Changes(contacts={contact.id: contact}, texts=[text])
        batch = self.batch(lease, changes, outbox=[send])
        await storage.commit_batch(batch, NOW)
        await storage.commit_batch(batch, NOW)
        assert await self.rows(
            url,
            "SELECT contact_id, customer_id, direction, agent_id, author_name, text, at, delivery FROM message"
            " WHERE id = 'text-1'",
        ) == [(contact.id, contact.customer_id, "system", None, None, "Cerrado \ufffd hoy", NOW, "queued")]
        assert await self.rows(url, "SELECT preview FROM contact") == [("Hola de a",)]
        (item,) = await self.claim(storage, lease)
        assert (item.instruction, item.lane, item.opted_out) == (send, "automatic", False)
        assert item.message is not None
        assert (item.message.address, item.message.thread, item.message.text) == (
            contact.address, contact.thread, "Cerrado \ufffd hoy",
        )  # fmt: skip
        receipt = Receipt(provider_id="SM7", delivery=Delivery.SENT)
        (change,) = await storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], NOW)
        assert (change.message_id, change.delivery) == ("text-1", Delivery.SENT)

    async def test_a_claim_says_who_wants_no_more_messages(
        self, storage: Storage, lease: Lease, contact: Contact
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        await storage.take_in([stop("s", address=contact.address)])
        (item,) = await self.claim(storage, lease)
        assert item.opted_out

    async def test_order_holds_within_a_contact_and_not_between_them(
        self, storage: Storage, lease: Lease, contact: Contact
    ) -> None:
        other = await self.arrive(storage, lease, "b")
        for name in ("r1", "r2", "r3"):
            await self.reply(storage, lease, contact, name)
        await self.reply(storage, lease, other, "o1")
        assert [item.instruction.id for item in await self.claim(storage, lease)] == ["send-r1", "send-o1"]
        assert await self.claim(storage, lease) == []
        (first,) = [entry for entry in await storage.outbox_entries("sending") if entry.message_id == "message-r1"]
        await storage.settle_outbox([Settlement(id=first.id, state="pending", next_at=NOW + 5)], NOW)
        assert await self.claim(storage, lease) == []
        (again,) = await self.claim(storage, lease, NOW + 5)
        assert (again.instruction.id, again.attempts) == ("send-r1", 2)
        await storage.settle_outbox([Settlement(id=again.id, state="dead", error="30003")], NOW)
        assert [item.instruction.id for item in await self.claim(storage, lease)] == ["send-r2"]

    async def test_the_urgent_lane_goes_first(self, storage: Storage, lease: Lease, contact: Contact) -> None:
        other = await self.arrive(storage, lease, "b")
        await self.reply(storage, lease, contact, "r")
        connect = ConnectContact(id="connect", contact_id=other.id, agent_id="ana", channel="voice", deadline=NOW + 30)
        await storage.commit_batch(self.batch(lease, outbox=[connect]), NOW)
        (depth, _) = await storage.outbox_depth()
        assert (depth.lane, depth.count, depth.oldest_at) == ("call_control", 1, NOW)
        items = await storage.claim_outbox(lease.epoch, NOW, 1)
        assert [item.instruction for item in items] == [connect]
        assert items[0].message is None

    async def test_a_retry_says_whether_an_attempt_may_have_reached_the_vendor(
        self, storage: Storage, lease: Lease, contact: Contact
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        expected = [None, None, NOW + 1, NOW + 1]
        for attempt, (tried, reached) in enumerate(zip(expected, (False, True, False, True), strict=True)):
            (item,) = await self.claim(storage, lease, NOW + attempt)
            assert item.first_tried_at == tried
            assert item.message is not None
            assert item.message.first_tried_at == tried
            settlement = Settlement(
                id=item.id, state="pending", next_at=NOW + attempt + 1, reached=reached, error="429"
            )
            assert await storage.settle_outbox([settlement], NOW) == []

    async def test_what_a_lost_router_was_sending_comes_back_to_be_looked_up(
        self, storage: Storage, contact: Contact, lease: Lease
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        await self.claim(storage, lease)
        await storage.release_lease(lease)
        second = await storage.take_lease("router-2", 600)
        assert second is not None
        (item,) = await self.claim(storage, second, NOW + 7)
        assert (item.attempts, item.first_tried_at) == (2, NOW)
        assert await self.claim(storage, second, NOW + 8) == []

    async def test_a_stale_claim_of_this_epoch_comes_back(
        self, storage: Storage, contact: Contact, lease: Lease
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        await self.claim(storage, lease)
        assert await self.claim(storage, lease, NOW + STALE_SECONDS) == []
        (item,) = await self.claim(storage, lease, NOW + STALE_SECONDS + 1)
        assert item.first_tried_at == NOW

    async def test_two_claims_at_once_share_nothing(self, storage: Storage, other: Storage, lease: Lease) -> None:
        for name in "bcdefg":
            contact = await self.arrive(storage, lease, name)
            await self.reply(storage, lease, contact, f"r-{name}")
        claims = await asyncio.gather(self.claim(storage, lease), self.claim(other, lease), self.claim(storage, lease))
        ids = [item.id for claim in claims for item in claim]
        assert len(ids) == len(set(ids)) == 6

    async def test_dead_letters_are_seen_tried_again_and_dropped(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        (item,) = await self.claim(storage, lease)
        (change,) = await storage.settle_outbox([Settlement(id=item.id, state="dead", error="21610")], NOW)
        assert (change.delivery, change.error) == (Delivery.FAILED, "21610")
        assert await self.delivery(url) == ("failed", "21610", None)
        (dead,) = await storage.dead_letters()
        assert (dead.id, dead.kind, dead.error, dead.attempts, dead.contact_id) == (
            item.id, "SendMessage", "21610", 1, contact.id,
        )  # fmt: skip
        assert await storage.retry_outbox(item.id)
        assert not await storage.retry_outbox(item.id)
        assert await self.delivery(url) == ("queued", None, None)
        (again,) = await self.claim(storage, lease)
        assert again.id == item.id
        await storage.settle_outbox([Settlement(id=item.id, state="dead", error="21610")], NOW)
        assert await storage.drop_outbox(item.id)
        assert not await storage.drop_outbox(item.id)
        assert await storage.dead_letters() == []

    async def test_an_unknown_outcome_stays_unknown_until_a_person_decides(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        (item,) = await self.claim(storage, lease)
        (change,) = await storage.settle_outbox([Settlement(id=item.id, state="unknown", error="timeout")], NOW)
        assert change.delivery is Delivery.DELIVERY_UNKNOWN
        assert await self.claim(storage, lease, NOW + 10_000) == []
        await storage.take_in([reported(Delivery.DELIVERED, message_id="message-r", provider_id="SM9")])
        assert await self.delivery(url) == ("delivered", None, "SM9")

    async def test_an_instruction_of_a_later_release_is_set_aside(
        self, storage: Storage, lease: Lease, contact: Contact
    ) -> None:
        class SendHologram(SendMessage, frozen=True, kw_only=True, gc=False):
            """Of a later release."""

        hologram = SendHologram(id="h", contact_id=contact.id, message_id="message-a", channel="sms")
        await storage.commit_batch(self.batch(lease, outbox=[hologram]), NOW)
        await self.reply(storage, lease, contact, "r")
        assert await self.claim(storage, lease) == []
        (dead,) = await storage.dead_letters()
        assert "SendHologram" in (dead.error or "")
        assert len(await self.claim(storage, lease)) == 1

    # --- deliveries

    @pytest.mark.parametrize(
        "order", list(permutations((Delivery.SENT, Delivery.DELIVERED, Delivery.UNDELIVERED))), ids=" ".join
    )
    async def test_delivery_never_goes_back(
        self, storage: Storage, lease: Lease, contact: Contact, url: str, order: tuple[Delivery, ...]
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        best = Delivery.QUEUED
        for delivery in order:
            (taken,) = await storage.take_in([reported(delivery, message_id="message-r")])
            assert taken.delivery_changed == (delivery.rank > best.rank)
            if taken.delivery_changed:
                assert (taken.message_id, taken.contact_id, taken.agent_id) == ("message-r", contact.id, "ana")
            best = max(best, delivery, key=lambda one: one.rank)
            assert (await self.delivery(url))[0] == best
        (again,) = await storage.take_in([reported(order[-1], message_id="message-r")])
        assert not again.delivery_changed

    async def test_messages_of_which_nothing_final_was_heard_are_found_in_their_order(
        self, storage: Storage, lease: Lease, contact: Contact
    ) -> None:
        for name in ("r1", "r2", "r3"):
            await self.reply(storage, lease, contact, name)
        assert await storage.unsettled("sms", (0.0, ""), NOW, 10) == [], "no vendor has taken one"
        receipts = {"r1": Delivery.SENT, "r2": Delivery.SENDING, "r3": Delivery.DELIVERED}
        for name, delivery in receipts.items():
            (item,) = await self.claim(storage, lease)
            receipt = Receipt(provider_id=f"SM-{name}", delivery=delivery)
            await storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], NOW)
        found = await storage.unsettled("sms", (0.0, ""), NOW, 10)
        assert [(one.message.id, one.provider_id) for one in found] == [
            ("message-r1", "SM-r1"), ("message-r2", "SM-r2"),
        ]  # fmt: skip
        first = found[0].message
        assert (first.address, first.to, first.thread) == (contact.address, contact.to, contact.thread)
        assert await storage.unsettled("sms", (0.0, ""), NOW, 1) == found[:1]
        assert await storage.unsettled("sms", (first.created_at, first.id), NOW, 10) == found[1:]
        assert await storage.unsettled("sms", (0.0, ""), first.created_at - 1.0, 10) == []
        assert await storage.unsettled("chat", (0.0, ""), NOW, 10) == []

    async def test_reports_of_one_batch_count_once(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        reports = [
            reported(Delivery.DELIVERED, message_id="message-r"),
            reported(Delivery.SENT, message_id="message-r"),
            reported(Delivery.DELIVERED, message_id="message-r"),
        ]
        taken = await storage.take_in(reports)
        assert [one.delivery_changed for one in taken] == [True, False, False]
        assert (await self.delivery(url))[0] == "delivered"

    async def test_a_late_answer_of_the_vendor_does_not_take_delivered_back(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        (item,) = await self.claim(storage, lease)
        await storage.take_in([reported(Delivery.DELIVERED, message_id="message-r")])
        receipt = Receipt(provider_id="SM1", delivery=Delivery.SENT)
        assert await storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], NOW) == []
        assert await self.delivery(url) == ("delivered", None, "SM1")

    async def test_a_report_that_comes_before_the_vendors_id_is_known_is_kept(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        (item,) = await self.claim(storage, lease)
        for delivery in (Delivery.DELIVERED, Delivery.SENT):
            (taken,) = await storage.take_in([reported(delivery, provider_id="SM1")])
            assert (taken.message_id, taken.delivery_changed) == (None, False)
        receipt = Receipt(provider_id="SM1", delivery=Delivery.QUEUED)
        changes = await storage.settle_outbox([Settlement(id=item.id, state="sent", receipt=receipt)], NOW)
        assert [change.delivery for change in changes] == [Delivery.DELIVERED]
        assert (await self.delivery(url))[0] == "delivered"
        assert await self.count(url, "delivery_report") == 0

    async def test_a_report_by_both_ids_teaches_the_vendors(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        await storage.take_in([reported(Delivery.READ, provider_id="SM1")])
        await storage.take_in([reported(Delivery.SENT, provider_id="SM1", message_id="message-r")])
        assert await self.delivery(url) == ("read", None, "SM1")
        (taken,) = await storage.take_in([reported(Delivery.DELIVERED, provider_id="SM1")])
        assert (taken.message_id, taken.delivery_changed) == ("message-r", False)

    async def test_an_error_is_kept_and_goes_when_it_was_none(
        self, storage: Storage, lease: Lease, contact: Contact, url: str
    ) -> None:
        await self.reply(storage, lease, contact, "r")
        await storage.take_in([reported(Delivery.UNDELIVERED, message_id="message-r", error="30003 \0 off")])
        assert await self.delivery(url) == ("undelivered", "30003 \ufffd off", None)
        await storage.take_in([reported(Delivery.DELIVERED, message_id="message-r")])
        assert await self.delivery(url) == ("delivered", None, None)

    async def test_a_report_about_a_customers_message_changes_nothing(
        self, storage: Storage, contact: Contact, url: str
    ) -> None:
        taken = await storage.take_in(
            [reported(Delivery.READ, message_id="message-a"), reported(Delivery.READ, provider_id="SMa")]
        )
        assert [one.delivery_changed for one in taken] == [False, False]
        assert await self.delivery(url, "a") == (None, None, "SMa")
