"""The utility's register, on both databases: all or none, the same twice, and what customers get from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contactcenter.domain.utility import Account, Flag, Outage, OutageState, Premises, Register, Zone
from contactcenter.storage import Storage
from contactcenter.storage.utility import AccountView, Missing, UnknownReferenceError, Written
from contactcenter.testing.storage_base import configuration, received, stimuli

MARTA = "+59899100101"
ZONE = Zone("MVD-1", "Pocitos", "Montevideo")
ACCOUNT = Account("4401873", "Marta Suárez", MARTA, language="es")
PREMISES = Premises("P-1", "4401873", "Av. Brasil 2587", "MVD-1")
OUTAGE = Outage("O-1", "MVD-1", {"es": "Rotura de cable", "en": "Broken cable"}, 1000.0, 2000.5)
REGISTER = Register((ZONE,), (ACCOUNT,), (PREMISES,), (OUTAGE,))


@pytest.fixture(params=["sqlite", "postgres"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite:///{tmp_path / 'cc.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    storage = await Storage.open(url, migrate=True)
    await storage.seed(configuration(), [("ana", "Ana", "all"), ("beto", "Beto", "all")], "test")
    yield storage
    await storage.close()


async def rows(storage: Storage, statement: str) -> list[tuple[Any, ...]]:
    async with storage.read() as connection:
        return [tuple(row) for row in await connection.execute(text(statement))]


async def customers(storage: Storage) -> list[tuple[Any, ...]]:
    """Name, tier, owner, flags and language by telephone."""
    return await rows(
        storage,
        "SELECT a.value, c.name, c.tier, c.account_owner, c.flags, c.language"
        " FROM customer c JOIN address a ON a.customer_id = c.id ORDER BY a.value",
    )


async def put(storage: Storage, *accounts: Account) -> Written:
    return (await storage.utility.put(Register(accounts=accounts)))["account"]


async def test_what_was_written_is_read(storage: Storage) -> None:
    store = storage.utility
    one = Written(added=1)
    assert await store.put(REGISTER) == {"zone": one, "account": one, "premises": one, "outage": one}
    ((customer,),) = await rows(storage, "SELECT id FROM customer")
    assert await store.account("4401873") == AccountView(ACCOUNT, customer, (PREMISES,), (OUTAGE,))
    assert await store.account("none") is None
    assert await store.accounts_of(customer) == [ACCOUNT]
    assert await store.zones() == [ZONE]
    assert await store.outages(None, 10) == await store.outages(OutageState.OPEN, 10) == [OUTAGE]


async def test_a_repeat_changes_nothing_and_a_change_only_itself(storage: Storage) -> None:
    store = storage.utility
    await store.put(REGISTER)
    same = Written(unchanged=1)
    assert await store.put(REGISTER) == {"zone": same, "account": same, "premises": same, "outage": same}
    over = replace(OUTAGE, state=OutageState.RESTORED, restoration=None)
    assert await store.put(replace(REGISTER, outages=(over,))) == {
        "zone": same,
        "account": same,
        "premises": same,
        "outage": Written(changed=1),
    }
    assert await store.outages(OutageState.OPEN, 10) == []
    assert await store.outages(OutageState.RESTORED, 10) == [over]
    view = await store.account("4401873")
    assert view is not None
    assert view.outages == ()


async def test_a_dry_run_counts_and_writes_nothing(storage: Storage) -> None:
    assert (await storage.utility.put(REGISTER, dry_run=True))["outage"] == Written(added=1)
    assert await storage.utility.zones() == []
    assert await customers(storage) == []


async def test_everything_that_is_named_must_exist_or_nothing_is_written(storage: Storage) -> None:
    register = Register(
        zones=(Zone("Z", "Z", "Z"),),
        accounts=(replace(ACCOUNT, owner="nobody"),),
        premises=(Premises("P-1", "1", "x", "Z"), Premises("P-2", "4401873", "x", "Y")),
        outages=(replace(OUTAGE, zone="X"),),
    )
    with pytest.raises(UnknownReferenceError, match="there is no account '1'") as caught:
        await storage.utility.put(register)
    assert caught.value.missing == (
        Missing("premises", "P-1", "account", "1"),
        Missing("premises", "P-2", "zone", "Y"),
        Missing("outage", "O-1", "zone", "X"),
        Missing("account", "4401873", "owner", "nobody"),
    )
    assert await storage.utility.zones() == []


async def test_a_customer_has_what_their_accounts_say(storage: Storage) -> None:
    plant = Account("2", "Planta", MARTA, tier="A", owner="ana", flags=(Flag.SPECIAL_CASE,), language="pt")
    home = replace(ACCOUNT, flags=(Flag.LIFE_SUPPORT,), owner="beto", language=None)
    assert await put(storage, plant, home, Account("3", "Otro", "+59899100102")) == Written(added=3)
    assert await customers(storage) == [
        (MARTA, "Planta", "A", "ana", "life_support special_case", "pt"),
        ("+59899100102", "Otro", "C", None, None, None),
    ]
    moved = replace(plant, telephone="+59899100102")
    assert await put(storage, moved, home) == Written(changed=1, unchanged=1)
    assert await customers(storage) == [
        (MARTA, "Planta", "C", "beto", "life_support", "pt"),
        ("+59899100102", "Otro", "A", "ana", "special_case", "pt"),
    ]
    await put(storage, replace(home, telephone=None))
    assert (await customers(storage))[0] == (MARTA, "Planta", None, None, None, "pt")


async def test_an_account_that_did_not_change_leaves_its_customer_alone(storage: Storage) -> None:
    await put(storage, ACCOUNT)
    ((customer,),) = await rows(storage, "SELECT id FROM customer")
    await storage.change_customer(customer, {"tier": "B", "name": "Marta S."})
    await put(storage, ACCOUNT)
    assert (await customers(storage))[0][1:3] == ("Marta S.", "B")
    await put(storage, replace(ACCOUNT, name="Marta Suárez Díaz"))
    assert (await customers(storage))[0][1:3] == ("Marta S.", "C")


async def test_the_next_message_knows_what_the_accounts_say(storage: Storage) -> None:
    both = (Flag.LIFE_SUPPORT, Flag.SPECIAL_CASE)
    await storage.take_in([received("1", address=MARTA)])
    await put(storage, replace(ACCOUNT, tier="B", owner="ana", flags=both))
    await storage.take_in([received("2", address=MARTA), received("3", address="+59899100199")])
    first, second, stranger = await stimuli(storage)
    assert (first.tier, first.flags, stranger.flags) == (None, (), ())
    assert (second.tier, second.account_owner, second.flags) == ("B", "ana", ("life_support", "special_case"))
    assert second.customer_id == first.customer_id


async def test_an_account_and_a_message_at_the_same_moment_have_one_customer(storage: Storage) -> None:
    numbers = [f"+5989910{number:04d}" for number in range(20)]
    accounts = [Account(str(place), "Ana", number, flags=(Flag.LIFE_SUPPORT,)) for place, number in enumerate(numbers)]
    await asyncio.gather(
        *(storage.take_in([received(f"m{number}", address=number)]) for number in numbers),
        *(put(storage, account) for account in accounts),
        *(storage.take_in([received(f"n{number}", address=number)]) for number in numbers),
    )
    found = await customers(storage)
    assert [(row[0], row[4]) for row in found] == [(number, "life_support") for number in numbers]
    assert await rows(storage, "SELECT COUNT(*) FROM customer") == [(len(numbers),)]
    for stimulus in await stimuli(storage):
        (account,) = await storage.utility.accounts_of(stimulus.customer_id)
        assert account.telephone == stimulus.address
        assert stimulus.flags in ((), ("life_support",))
