"""Presence, configuration, accounts, jobs, media, and what is forgotten."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from contactcenter.domain.codec import decode_stimulus
from contactcenter.domain.outage_dialogue import Heard
from contactcenter.domain.stimuli import (
    AgentConfigured,
    ConfigurationChanged,
    ConsoleClosed,
    ConsoleOpened,
    Stimulus,
)
from contactcenter.domain.words import Delivery
from contactcenter.storage import (
    Account,
    ConflictError,
    Lease,
    Media,
    QueueNotEmptyError,
    Settlement,
    StaleVersionError,
    Storage,
)
from contactcenter.storage.pruning import DAY
from contactcenter.testing.storage_base import NOW, Clock, StorageBase, configuration, received, reported, submitted

ACCOUNT = Account(
    id="acc-1",
    username="Ana.Pérez",
    name="Ana",
    role="agent",
    agent_id="ana",
    language="es",
    password_hash="$argon2id$x",
)


async def pending(storage: Storage) -> list[Stimulus]:
    """The stimuli that wait for the router."""
    return [decode_stimulus(row.kind, row.version, row.body) for row in await storage.read_inbox(1000)]


class PeopleTests(StorageBase):
    """What is not the hot path."""

    # --- presence

    async def test_a_console_opens_and_closes_once(self, storage: Storage, url: str) -> None:
        await storage.beat_node("web-1", 600)
        assert await storage.open_console("w1", "ana", "acc-1", "web-1", "s1")
        assert not await storage.open_console("w1", "ana", "acc-1", "web-1", "s2")
        assert await storage.close_console("w1", "s3")
        assert not await storage.close_console("w1", "s4")
        assert await pending(storage) == [
            ConsoleOpened(id="s1", session_id="w1", agent_id="ana"),
            ConsoleClosed(id="s3", session_id="w1", agent_id="ana"),
        ]
        assert await self.count(url, "console_session") == 0

    async def test_the_consoles_of_a_silent_node_are_closed(self, storage: Storage, other: Storage) -> None:
        new_id = map("expired-{}".format, itertools.count(1)).__next__
        await storage.beat_node("web-1", 600)
        await storage.beat_node("web-2", 0)
        await storage.open_console("w1", "ana", "acc-1", "web-1", "s1")
        await storage.open_console("w2", "beto", "acc-2", "web-2", "s2")
        assert sum(await asyncio.gather(storage.expire_nodes(new_id), other.expire_nodes(new_id))) == 1
        closed = [stimulus for stimulus in await pending(storage) if isinstance(stimulus, ConsoleClosed)]
        assert [(stimulus.session_id, stimulus.agent_id) for stimulus in closed] == [("w2", "beto")]
        assert not await storage.close_console("w2", "s3")
        await storage.beat_node("web-1", 0)
        await storage.beat_node("web-1", 600)
        assert await storage.expire_nodes(new_id) == 0

    async def test_a_console_of_a_node_that_never_beat_is_closed(self, storage: Storage) -> None:
        await storage.open_console("w1", "ana", "acc-1", "web-9", "s1")
        assert await storage.expire_nodes(lambda: "s2") == 1

    # --- configuration and agents

    async def test_seeding_is_done_once(self, storage: Storage, other: Storage) -> None:
        assert not await storage.seed(configuration(queues=("other",)), [("eva", "Eva", "all")], "second")
        stored = await other.configuration()
        assert (stored.version, stored.by, stored.configuration) == (1, "test", configuration())
        assert [agent.id for agent in await other.agents()] == ["ana", "beto"]

    async def test_many_processes_seed_at_once(self, url: str) -> None:
        storages = await asyncio.gather(*(Storage.open(url, migrate=True) for _ in range(4)))
        seeds = await asyncio.gather(
            *(one.seed(configuration(), [("ana", "Ana", "all")], f"process-{n}") for n, one in enumerate(storages))
        )
        assert sorted(seeds) == [False, False, False, True]
        for storage in storages:
            await storage.close()

    async def test_a_change_is_the_next_version_and_a_stimulus(self, storage: Storage, other: Storage) -> None:
        changed = configuration(version=99, queues=("faults", "bills", "hazards"))
        assert await storage.change_configuration(1, changed, "eva", "storm", {}, "s1", "q1") == 2
        stored = await other.configuration()
        assert (stored.version, stored.by, stored.comment) == (2, "eva", "storm")
        assert stored.configuration == replace(changed, version=2)
        (stimulus,) = await pending(storage)
        assert stimulus == ConfigurationChanged(id="s1", request_id="q1", configuration=stored.configuration, moves={})

    async def test_of_two_changes_at_once_one_is_stale(self, storage: Storage, other: Storage) -> None:
        results = await asyncio.gather(
            *(
                one.change_configuration(1, configuration(), f"by-{n}", None, {}, f"s{n}")
                for n, one in enumerate((storage, other))
            ),
            return_exceptions=True,
        )
        (stale,) = [result for result in results if isinstance(result, StaleVersionError)]
        assert stale.current == 2
        assert 2 in results
        assert len(await pending(storage)) == 1

    async def test_a_queue_with_contacts_goes_only_with_a_target(self, storage: Storage, lease: Lease) -> None:
        await self.arrive(storage, lease, "a")
        without = configuration(queues=("bills",))
        with pytest.raises(QueueNotEmptyError) as caught:
            await storage.change_configuration(1, without, "eva", None, {}, "s1")
        assert caught.value.queues == ("faults",)
        assert (await storage.configuration()).version == 1
        assert await storage.change_configuration(1, without, "eva", None, {"faults": "bills"}, "s1") == 2

    async def test_an_agent_is_the_routers_to_write(self, storage: Storage) -> None:
        assert await storage.put_agent("eva", "Eva", "all", "s1", "q1")
        assert not await storage.put_agent("eva", "Eva", "all", "s2", "q1")
        assert await pending(storage) == [
            AgentConfigured(id="s1", request_id="q1", agent_id="eva", name="Eva", profile="all")
        ]
        assert [agent.id for agent in await storage.agents()] == ["ana", "beto"]

    # --- accounts

    async def test_accounts(self, storage: Storage) -> None:
        await storage.put_account(ACCOUNT)
        found = await storage.account_by_username("ANA.PÉREZ")
        assert found == replace(ACCOUNT, username="ana.pérez", created_at=NOW)
        assert await storage.account("acc-1") == found
        assert await storage.account("nobody") is await storage.account_by_username("nobody") is None
        with pytest.raises(ConflictError):
            await storage.put_account(replace(ACCOUNT, id="acc-2"))
        await storage.put_account(replace(found, name="Ana P.", created_at=1.0))
        (only,) = await storage.accounts()
        assert (only.name, only.created_at) == ("Ana P.", NOW)
        assert "argon2" not in repr(only)

    async def test_a_session_lasts_until_it_ends(self, storage: Storage, clock: Clock) -> None:
        await storage.put_account(ACCOUNT)
        await storage.create_login("hash", "acc-1", "csrf", NOW + 60)
        login = await storage.login("hash")
        assert login is not None
        assert (login.account.id, login.csrf, login.expires_at) == ("acc-1", "csrf", NOW + 60)
        assert await storage.extend_login("hash", NOW + 120)
        clock.now += 119
        assert await storage.login("hash") is not None
        clock.now += 1
        assert await storage.login("hash") is None
        assert not await storage.extend_login("hash", NOW + 999)

    async def test_signing_out_and_being_shut_out(self, storage: Storage) -> None:
        await storage.put_account(ACCOUNT)
        for token in ("h1", "h2", "h3"):
            await storage.create_login(token, "acc-1", "csrf", NOW + 60)
        await storage.end_login("h1")
        assert await storage.login("h1") is None
        assert await storage.end_logins_of("acc-1") == 2
        await storage.create_login("h4", "acc-1", "csrf", NOW + 60)
        await storage.put_account(replace(ACCOUNT, active=False))
        assert await storage.login("h4") is None

    # --- jobs

    async def test_a_job_is_worked_on_by_one(self, storage: Storage, other: Storage) -> None:
        assert await storage.add_job("j", "export", {"contact_id": "c", "n": 1})
        assert not await storage.add_job("j", "export", {})
        claims = await asyncio.gather(*((storage, other)[n % 2].claim_job("j", 600) for n in range(4)))
        (job,) = [claim for claim in claims if claim is not None]
        assert (job.kind, job.state, job.body, job.attempts) == ("export", "running", {"contact_id": "c", "n": 1}, 1)
        assert await storage.due_jobs(NOW, 10) == []
        assert await storage.finish_job("j", {"path": "x.zip"}, job.attempts)
        done = await storage.job("j")
        assert done is not None
        assert (done.state, done.result, done.finished_at) == ("done", {"path": "x.zip"}, NOW)
        assert await storage.claim_job("j", 600) is None

    async def test_the_job_of_a_dead_worker_is_due_again(self, storage: Storage) -> None:
        await storage.add_job("j", "export", {})
        first = await storage.claim_job("j", 0)
        assert first is not None
        assert [job.id for job in await storage.due_jobs(NOW, 10)] == ["j"]
        second = await storage.claim_job("j", 600)
        assert second is not None
        assert second.attempts == 2
        assert not await storage.finish_job("j", {}, first.attempts)
        assert not await storage.fail_job("j", "late", None, first.attempts)
        assert await storage.finish_job("j", None, second.attempts)

    async def test_a_job_that_failed_waits_or_ends(self, storage: Storage) -> None:
        await storage.add_job("j", "export", {}, run_after=NOW + 10)
        assert await storage.due_jobs(NOW, 10) == []
        assert await storage.claim_job("j", 60) is None
        (due,) = await storage.due_jobs(NOW + 10, 10)
        assert due.run_after == NOW + 10
        await storage.add_job("k", "export", {})
        assert await storage.claim_job("k", 60) is not None
        assert await storage.fail_job("k", "no \0 disk", NOW + 30)
        again = await storage.job("k")
        assert again is not None
        assert (again.state, again.error, again.run_after) == ("queued", "no \ufffd disk", NOW + 30)
        assert not await storage.fail_job("k", "not running")

    # --- media

    async def test_media_becomes_ready_once(self, storage: Storage, lease: Lease) -> None:
        contact = await self.arrive(storage, lease, "a")
        await storage.add_media(Media(id="p", state="pending", message_id="message-a", url="https://vendor/1"))
        change = await storage.finish_media("p", "aa/p", 10, "image/png")
        assert change is not None
        assert (change.message_id, change.contact_id, change.agent_id) == ("message-a", contact.id, None)
        assert await storage.finish_media("p", "bb/p", 10, "image/png") is None
        assert await storage.fail_media("p", "gone") is None
        media = await storage.media("p")
        assert media is not None
        assert (media.state, media.path, media.size, media.content_type) == ("ready", "aa/p", 10, "image/png")
        assert await storage.media("nothing") is None

    async def test_media_that_never_came(self, storage: Storage) -> None:
        await storage.add_media(Media(id="p", state="pending", url="https://vendor/1"))
        change = await storage.fail_media("p", "404 \0")
        assert change is not None
        assert change.message_id is None
        media = await storage.media("p")
        assert media is not None
        assert (media.state, media.error) == ("failed", "404 \ufffd")

    # --- pruning

    async def test_what_is_old_is_forgotten_and_contacts_are_not(
        self, storage: Storage, lease: Lease, clock: Clock, url: str
    ) -> None:
        contact = await self.arrive(storage, lease, "a")
        await self.reply(storage, lease, contact, "r")
        (item,) = await storage.claim_outbox(lease.epoch, NOW, 10)
        await storage.settle_outbox([Settlement(id=item.id, state="dead", error="x")], NOW)
        await storage.take_in([submitted("q", contact.id, request_id="q"), reported(Delivery.SENT, provider_id="SM1")])
        await storage.take_in([received("luz", text="LUZ", outage=Heard())])
        await storage.put_account(ACCOUNT)
        await storage.create_login("h", "acc-1", "csrf", NOW + 60)
        await storage.add_job("j", "export", {})
        await storage.claim_job("j", 60)
        await storage.finish_job("j")
        assert set((await storage.prune(NOW + 50)).values()) == {0}
        clock.now += 40 * DAY
        pruned = await storage.prune(clock.now)
        assert {table: count for table, count in pruned.items() if count} == {
            "batch": 2, "request": 1, "login": 1, "delivery_report": 1, "outbox": 1, "job": 1, "dialogue": 1,
        }  # fmt: skip
        assert await self.count(url, "contact") == 1
        assert await self.count(url, "message") == 4
        assert len(await storage.read_inbox(10)) == 2
