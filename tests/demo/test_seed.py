from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.config import LoadedConfiguration, load_configuration
from contactcenter.demo import PASSWORD, people, seed_demo, sign_ins, stories
from contactcenter.demo.seed import begin_of
from contactcenter.demo.stories import STORIES, HandedOn, Replied
from contactcenter.localnet.demo import demo_people
from contactcenter.storage import Storage
from tests.tables import with_tables

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_795_298_400.0
LOADED = load_configuration(ROOT)


def hashed(password: str) -> str:
    return f"hash of {password}"


async def seed(url: str, *, now: float = NOW, loaded: LoadedConfiguration = LOADED) -> list[people.DemoSignIn]:
    return await seed_demo(url, loaded, clock=lambda: now, hash_password=hashed)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    storage = await Storage.open(await with_tables(database_url), migrate=True)
    yield storage
    await storage.close()


async def rows(storage: Storage, statement: str) -> list[tuple[object, ...]]:
    async with storage.read() as connection:
        return [tuple(row) for row in await connection.execute(text(statement))]


async def test_every_story_is_told_to_its_end(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    contacts = await rows(storage, "SELECT outcome, disposition, agent_id, arrived_at FROM contact ORDER BY arrived_at")
    assert len(contacts) == len(STORIES)
    for story, (outcome, disposition, agent, arrived_at) in zip(STORIES, contacts, strict=True):
        last = [line.agent for line in story.lines if isinstance(line, HandedOn)]
        assert outcome == ("agent_handled" if story.agent else "abandoned")
        assert disposition == (story.disposition or None)
        assert agent == (last[-1] if last else story.agent)
        assert isinstance(arrived_at, float)
        assert 0 <= arrived_at - begin_of(story, NOW) < 10
        assert arrived_at < NOW


async def test_nothing_is_left_to_do_and_nobody_is_there(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    assert await storage.read_inbox(10) == []
    assert await storage.outbox_depth() == []
    assert await storage.lease_holder() is None
    assert (await storage.load()).snapshot.contacts == []
    assert {agent.status for agent in await storage.agents()} == {"logged_out"}


async def test_every_reply_was_delivered(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    replies = sum(isinstance(line, Replied) for story in STORIES for line in story.lines)
    assert await rows(storage, "SELECT delivery, count(*) FROM message WHERE direction = 'out' GROUP BY delivery") == [
        ("delivered", replies)
    ]


async def test_whoever_texts_from_the_handset_has_written_before(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    names = await rows(storage, "SELECT value, name FROM customer JOIN address ON customer_id = customer.id")
    known = {value: name for value, name in names}  # noqa: C416  rows are tuples of any length
    for person in demo_people():
        assert known[person.number] == person.name


async def test_whoever_texts_from_the_handset_has_an_account(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    known = {
        value: (tier, owner, flags)
        for value, tier, owner, flags in await rows(
            storage,
            "SELECT value, tier, account_owner, flags FROM customer JOIN address ON customer_id = customer.id"
            " WHERE tier IS NOT NULL",
        )
    }
    assert set(known) == {person.number for person in demo_people()}
    assert known[people.FRIGORIFICO.address] == ("A", "valentina", None)
    assert known[people.LUCIA.address] == ("C", None, "life_support")


async def test_one_outage_is_known_and_it_is_not_where_marta_lives(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    marta, joao = await storage.utility.account("4401873"), await storage.utility.account("6604410")
    assert marta is not None
    assert joao is not None
    assert (marta.account.telephone, marta.outages) == (people.MARTA.address, ())
    assert (len(joao.premises), [outage.zone for outage in joao.outages]) == (2, ["RIV-03"])


async def test_a_second_start_adds_nothing(database_url: str, storage: Storage) -> None:
    first = await seed(database_url)
    before = await rows(storage, "SELECT count(*) FROM message")
    assert await seed(database_url, now=NOW + 86_400) == first
    assert await rows(storage, "SELECT count(*) FROM message") == before
    assert len(await storage.accounts()) == len(first)


async def test_a_database_in_use_gets_no_past(database_url: str, storage: Storage) -> None:
    assert await storage.take_lease("router", 60) is not None
    await seed(database_url)
    assert await rows(storage, "SELECT count(*) FROM contact") == [(0,)]
    assert len(await storage.agents()) == len(LOADED.demo_agents)


async def test_a_center_without_demo_agents_gets_no_past(database_url: str, storage: Storage) -> None:
    await seed(database_url, loaded=LoadedConfiguration(LOADED.configuration))
    assert await rows(storage, "SELECT count(*) FROM contact") == [(0,)]
    assert [account.username for account in await storage.accounts()] == ["ana", "rafael"]


async def test_accounts_keep_only_a_hash(database_url: str, storage: Storage) -> None:
    await seed(database_url)
    account = await storage.account_by_username("LUCIA")
    assert account is not None
    assert (account.role, account.agent_id, account.password_hash) == ("agent", "lucia", hashed(PASSWORD))


def test_there_is_a_sign_in_of_every_role() -> None:
    found = sign_ins(LOADED.demo_agents)
    assert {person.role for person in found} == {"agent", "supervisor", "admin"}
    assert len({person.username for person in found}) == len(found)


def test_the_stories_are_told_in_order() -> None:
    for now in (NOW, NOW + 7 * 3600, NOW + 19 * 3600):
        begins = [begin_of(story, now) for story in STORIES]
        assert begins == sorted(begins)
        assert begins[-1] < now
    assert {story.to for story in stories.STORIES if story.channel == "sms"} == {
        people.CENTER_NUMBER,
        people.LARGE_ACCOUNTS_NUMBER,
    }
