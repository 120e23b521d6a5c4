"""Intake: one commit, no message twice, nobody met twice, nothing too odd to be kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.history import ContactEvent, EventType
from contactcenter.domain.instructions import AnswerRequest
from contactcenter.domain.messages import InboundMedia
from contactcenter.domain.stimuli import OfferDeclined
from contactcenter.domain.words import ContactState, Delivery, MessageKind
from contactcenter.routing.state import Changes
from contactcenter.storage import Lease, Media, Storage, Submitted
from contactcenter.testing.storage_base import (
    NOW,
    Clock,
    StorageBase,
    draft,
    picture,
    received,
    reported,
    stimuli,
    stop,
    submitted,
)

ODD_TEXTS = {
    "empty": "",
    "nul": "a\0b",
    "surrogates": "\ud800 \udfff",
    "emoji": "😀" * 500,
    "long": "x" * 200_000,
    "quotes": "'; DROP TABLE contact; --",
    "backwards": "\u202e?",
}


class IntakeTests(StorageBase):
    """Messages, submissions, requests, odd input."""

    async def test_a_message_makes_a_customer_a_message_and_a_stimulus(self, storage: Storage, url: str) -> None:
        (taken,) = await storage.take_in([received("a", name="Eva", language="pt", raw="Body=Hola")])
        assert (taken.duplicate, taken.message_id, taken.contact_id) == (False, "message-a", None)
        assert await self.rows(url, "SELECT id, name, language FROM customer") == [(taken.customer_id, "Eva", "pt")]
        assert await self.rows(url, "SELECT kind, value, customer_id FROM address") == [
            ("phone", "+598a", taken.customer_id)
        ]
        assert await self.rows(url, "SELECT id, contact_id, provider_id, direction, text, raw, at FROM message") == [
            ("message-a", None, "SMa", "in", "Hola de a", "Body=Hola", NOW)
        ]
        (stimulus,) = await stimuli(storage)
        assert (stimulus.id, stimulus.contact_id, stimulus.customer_id) == (
            "stimulus-a", "contact-a", taken.customer_id,
        )  # fmt: skip
        assert (stimulus.thread, stimulus.address, stimulus.to, stimulus.text) == (
            "thread-a", "+598a", "+59829000000", "Hola de a",
        )  # fmt: skip

    async def test_ten_times_in_one_batch_is_once(self, storage: Storage, url: str) -> None:
        items = [received("a", message_id=f"m{n}", contact_id=f"c{n}", stimulus_id=f"s{n}") for n in range(10)]
        taken = await storage.take_in(items)
        assert [one.duplicate for one in taken] == [False] + [True] * 9
        assert {one.message_id for one in taken} == {"m0"}
        assert len({one.customer_id for one in taken}) == 1
        assert [row.stimulus_id for row in await storage.read_inbox(100)] == ["s0"]
        assert await self.count(url, "message") == 1

    async def test_ten_at_once_from_two_processes_is_once(self, storage: Storage, other: Storage, url: str) -> None:
        items = [received("a", message_id=f"m{n}", contact_id=f"c{n}", stimulus_id=f"s{n}") for n in range(10)]
        results = await asyncio.gather(*((storage, other)[n % 2].take_in([item]) for n, item in enumerate(items)))
        assert sorted(taken.duplicate for (taken,) in results) == [False] + [True] * 9
        assert len({taken.message_id for (taken,) in results}) == 1
        assert len({taken.customer_id for (taken,) in results}) == 1
        assert await self.count(url, "message") == await self.count(url, "inbox") == 1
        assert await self.count(url, "customer") == await self.count(url, "address") == 1

    async def test_many_overlapping_batches_at_once(self, storage: Storage, other: Storage, url: str) -> None:
        """Two processes that write the same people and messages in opposite order neither lock nor double."""
        names = [f"{n:02}" for n in range(20)]
        ways = [names, names[::-1], names[5:] + names[:5], names[::2] + names[1::2]] * 2
        await asyncio.gather(
            *(
                (storage, other)[n % 2].take_in(
                    [received(name, message_id=f"m{n}-{name}", stimulus_id=f"s{n}-{name}") for name in way]
                )
                for n, way in enumerate(ways)
            )
        )
        for table in ("message", "inbox", "customer", "address"):
            assert await self.count(url, table) == 20

    async def test_a_repeat_tells_what_became_of_the_first(self, storage: Storage, lease: Lease) -> None:
        contact = await self.arrive(storage, lease, "a")
        (taken,) = await storage.take_in([received("a", message_id="again", stimulus_id="again")])
        assert (taken.duplicate, taken.message_id, taken.contact_id) == (True, "message-a", contact.id)
        assert not await storage.read_inbox(10)

    async def test_channels_of_the_same_kind_of_address_share_the_customer(self, storage: Storage) -> None:
        sms, whatsapp, chat, unknown = await storage.take_in(
            [
                received("1", address="+59899", channel="sms"),
                received("2", address="+59899", channel="whatsapp"),
                received("3", address="+59899", channel="chat"),
                received("4", address="+59899", channel="carrier-pigeon"),
            ]
        )
        assert sms.customer_id == whatsapp.customer_id
        assert len({sms.customer_id, chat.customer_id, unknown.customer_id}) == 3

    async def test_a_stimulus_says_what_is_known_of_the_customer(self, storage: Storage, lease: Lease) -> None:
        first = await self.arrive(storage, lease, "1", address="+1", thread="t1")
        await storage.take_in([received("new", address="+2")])
        first.state, first.agent_id = ContactState.CONNECTED, "ana"
        later = await self.arrive(storage, lease, "2", address="+1", thread="t2", received_at=NOW + 1)
        await storage.commit_batch(self.batch(lease, Changes(contacts={first.id: first})), NOW)
        known = {"tier": "A", "account_owner": "beto", "language": "pt"}
        assert await storage.change_customer(first.customer_id, known)
        assert not await storage.change_customer("nobody", known)
        await storage.take_in([received("3", address="+1"), received("4", address="+1", language="es")])
        new, third, fourth = await stimuli(storage)
        assert (new.tier, new.account_owner, new.last_agent, new.language) == (None, None, None, None)
        assert (third.tier, third.account_owner, third.last_agent) == ("A", "beto", "ana")
        assert (third.language, fourth.language) == ("pt", "es")
        later.state, later.agent_id = ContactState.CONNECTED, "beto"
        await storage.commit_batch(self.batch(lease, Changes(contacts={later.id: later})), NOW)
        await storage.take_in([received("5", address="+1")])
        assert (await stimuli(storage))[-1].last_agent == "beto"

    async def test_the_same_provider_id_on_two_channels_is_two_messages(self, storage: Storage) -> None:
        taken = await storage.take_in(
            [received("1", provider_id="7", channel="sms"), received("2", provider_id="7", channel="chat")]
        )
        assert [one.duplicate for one in taken] == [False, False]

    async def test_opting_out_and_in_again(self, storage: Storage, url: str) -> None:
        await storage.take_in([stop("1", address="+1"), received("2", address="+1")])
        assert await self.rows(url, "SELECT opted_out_at FROM address") == [(NOW,)]
        assert [stimulus.opted_out for stimulus in await stimuli(storage)] == [True, True]
        await storage.take_in([received("3", address="+1"), received("4", address="+1", kind=MessageKind.OPT_IN)])
        assert await self.rows(url, "SELECT opted_out_at FROM address") == [(None,)]
        assert [stimulus.opted_out for stimulus in await stimuli(storage)][2:] == [True, False]

    async def test_pictures_get_a_row_and_a_job_each(self, storage: Storage, url: str, clock: Clock) -> None:
        await storage.add_media(Media(id="held", state="ready", path="held.png", content_type="image/png", size=3))
        media = (picture("https://vendor/1"), InboundMedia(media_id="held"), picture("https://vendor/2"))
        await storage.take_in([received("a", media=media, media_ids=("first", "unused"))])
        first, held = await storage.media("first"), await storage.media("held")
        assert first is not None
        assert held is not None
        assert (first.state, first.url, first.message_id, first.position) == (
            "pending", "https://vendor/1", "message-a", 0,
        )  # fmt: skip
        assert (held.state, held.message_id, held.position) == ("ready", "message-a", 1)
        assert await self.count(url, "media", "message_id = 'message-a' AND position = 2") == 1
        jobs = await storage.due_jobs(clock.now, 10)
        assert [job.kind for job in jobs] == ["media_download", "media_download"]
        assert "first" in {job.body["media_id"] for job in jobs}

    async def test_a_picture_that_belongs_to_a_message_is_not_taken_away(self, storage: Storage) -> None:
        await storage.add_media(Media(id="held", state="ready", path="held.png", message_id="its-own"))
        await storage.take_in([received("a", media=(InboundMedia(media_id="held"),))])
        held = await storage.media("held")
        assert held is not None
        assert held.message_id == "its-own"

    async def test_a_reply_waits_as_queued(self, storage: Storage, lease: Lease, url: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        (taken,) = await storage.take_in([submitted("r", contact.id, "Vamos para allá")])
        assert (taken.duplicate, taken.message_id, taken.contact_id) == (False, "message-r", contact.id)
        assert await self.rows(
            url,
            "SELECT contact_id, customer_id, direction, delivery, text, author_name FROM message"
            " WHERE id = 'message-r'",
        ) == [(contact.id, contact.customer_id, "out", "queued", "Vamos para allá", "Ana")]

    async def test_a_note_is_written_once_and_has_no_delivery(self, storage: Storage, lease: Lease, url: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        note = draft("n", contact.id, "Llamó ayer", direction="note")
        assert not (await storage.write_note(note, "request-1")).duplicate
        again = await storage.write_note(replace(note, message_id="other"), "request-1")
        assert (again.duplicate, again.message_id) == (True, "message-n")
        assert await self.rows(url, "SELECT id, delivery FROM message WHERE direction = 'note'") == [
            ("message-n", None)
        ]

    async def test_a_line_of_history_is_written_once_a_request(self, storage: Storage, lease: Lease, url: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        line = ContactEvent(contact.id, 5.0, EventType.HELD, "ana", {"by": "\ud800Ana\0"})
        assert await storage.note_event(line, "q")
        assert not await storage.note_event(line, "q")
        answer = await storage.answer("q")
        assert answer is not None
        assert answer.code is None
        assert await self.rows(url, "SELECT agent_id, detail_json FROM event WHERE type = 'held'") == [
            ("ana", '{"by":"\ufffdAna\ufffd"}')
        ]

    async def test_a_repeated_request_gets_the_first_ones_answer(
        self, storage: Storage, lease: Lease, url: str
    ) -> None:
        contact = await self.arrive(storage, lease, "a")
        first = submitted("r", contact.id, request_id="q")
        again = submitted("again", contact.id, request_id="q")
        assert [taken.duplicate for taken in await storage.take_in([first, again])] == [False, True]
        (taken,) = await storage.take_in([again])
        assert (taken.duplicate, taken.message_id, taken.answer) == (True, "message-r", None)
        assert await storage.answer("q") is None
        answer = AnswerRequest(
            id="i", request_id="q", code="not_yours", message="It is Beto's.", detail={"agent": "beto"}
        )
        await storage.commit_batch(self.batch(lease, answers=[answer]), NOW)
        (taken,) = await storage.take_in([again])
        assert taken.answer == await storage.answer("q")
        assert taken.answer is not None
        assert (taken.answer.code, taken.answer.detail) == ("not_yours", {"agent": "beto"})
        assert await self.count(url, "inbox") == 1

    async def test_a_request_sent_by_two_processes_at_once_is_one(
        self, storage: Storage, other: Storage, url: str
    ) -> None:
        await asyncio.gather(
            *(
                (storage, other)[n % 2].take_in(
                    [Submitted(stimulus=OfferDeclined(id=f"s{n}", offer_id="o", agent_id="ana", request_id="q"))]
                )
                for n in range(6)
            )
        )
        assert await self.count(url, "inbox") == await self.count(url, "request") == 1

    async def test_the_same_stimulus_twice_is_one(self, storage: Storage) -> None:
        item = Submitted(stimulus=OfferDeclined(id="s", offer_id="o", agent_id="ana"))
        assert [taken.duplicate for taken in await storage.take_in([item, item])] == [False, True]
        assert [taken.duplicate for taken in await storage.take_in([item])] == [True]
        assert len(await storage.read_inbox(10)) == 1

    @pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
    async def test_nothing_a_customer_writes_is_refused(self, storage: Storage, text: str) -> None:
        odd = received(
            "a", text=text, name=text, raw=text, address=f"+{text}", thread=text, provider_id=f"SM{text}", language=text
        )
        (taken,) = await storage.take_in([odd])
        assert not taken.duplicate
        (again,) = await storage.take_in([odd])
        assert again.duplicate
        assert len(await stimuli(storage)) == 1

    @pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
    async def test_nothing_an_agent_writes_is_refused(self, storage: Storage, lease: Lease, text: str) -> None:
        contact = await self.arrive(storage, lease, "a")
        await storage.take_in([submitted("r", contact.id, text)])
        await storage.take_in([Submitted(stimulus=OfferDeclined(id="s", offer_id="o", agent_id="a", reason=text))])
        _, declined = await storage.read_inbox(10)
        stimulus = decode_stimulus(declined.kind, declined.version, declined.body)
        assert isinstance(stimulus, OfferDeclined)
        assert "\0" not in (stimulus.reason or "")

    async def test_one_batch_of_everything(self, storage: Storage, lease: Lease) -> None:
        contact = await self.arrive(storage, lease, "a")
        taken = await storage.take_in(
            [
                reported(Delivery.SENT, message_id="unknown"),
                received("b"),
                submitted("r", contact.id),
                received("b"),
                reported(Delivery.SENT, message_id="message-r"),
            ]
        )
        assert [one.duplicate for one in taken] == [False, False, False, True, False]
        assert [one.delivery_changed for one in taken] == [False, False, False, False, True]

    async def test_nothing_is_written_for_nothing(self, storage: Storage) -> None:
        assert await storage.take_in([]) == []
        assert await storage.settle_outbox([], NOW) == []
