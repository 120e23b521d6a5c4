"""Who calls, and what they report, on both databases: one report for a place, the same answer to the same source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.domain.utility import Account, Flag, Outage, OutageState, Premises, Register, Zone
from contactcenter.storage import Storage
from contactcenter.storage.pruning import DAY
from contactcenter.storage.utility_numbers import JOIN_SECONDS
from contactcenter.testing.storage_base import NOW, configuration, received

MARTA, JOAO, STRANGER = "+59899100101", "+59899100102", "+59899999999"
NORTH, SOUTH = Zone("N", "Norte", "Rivera"), Zone("S", "Sur", "Rivera")
HOME = Account("4401873", "Marta Suárez", MARTA, "B", "ana", (Flag.LIFE_SUPPORT,), "es")
SHOP = Account("4401874", "João Ferreira", JOAO, language="pt")
FARM = Account("4401875", "Estancia", tier="A", flags=(Flag.SPECIAL_CASE,))
REGISTER = Register(
    (NORTH, SOUTH),
    (HOME, SHOP, FARM),
    (
        Premises("P-1", "4401873", "Av. Brasil 2587", "S"),
        Premises("P-2", "4401874", "Sarandí 700", "S"),
        Premises("P-3", "4401874", "Ruta 5 km 480", "N"),
    ),
)
OUTAGE = Outage("O-1", "N", {"es": "Rotura", "en": "Fault"}, NOW - 600, NOW + 3600)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("migrated_url")).replace("+asyncpg", "")
    return f"sqlite:///{tmp_path / 'cc.db'}"


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    storage = await Storage.open(url, migrate=True, clock=lambda: NOW)
    await storage.seed(configuration(), [("ana", "Ana", "all")], "test")
    await storage.utility.put(REGISTER)
    yield storage
    await storage.close()


async def test_a_telephone_says_who_calls(storage: Storage) -> None:
    marta = await storage.who_calls(MARTA, None, NOW)
    assert (marta.known, marta.own, marta.name, marta.tier, marta.language) == (True, True, "Marta Suárez", "B", "es")
    assert (marta.owner, marta.flags, marta.account, marta.accounts) == ("ana", ("life_support",), "4401873", 1)
    assert (marta.address, marta.zone, marta.zone_name, marta.outage) == ("Av. Brasil 2587", "S", "Sur", None)
    assert marta.reported is None


async def test_the_place_without_power_comes_first(storage: Storage) -> None:
    await storage.utility.put(Register(outages=(OUTAGE,)))
    joao = await storage.who_calls(JOAO, None, NOW)
    assert [place.premises.id for place in joao.places] == ["P-3", "P-2"]
    assert (joao.address, joao.zone_name, joao.outage) == ("Ruta 5 km 480", "Norte", OUTAGE)
    await storage.utility.put(Register(outages=(replace(OUTAGE, state=OutageState.RESTORED),)))
    assert (await storage.who_calls(JOAO, None, NOW)).outage is None


async def test_nobody_is_nobody(storage: Storage) -> None:
    for number in (STRANGER, "", "anonymous", "\0", "9" * 5000):
        nobody = await storage.who_calls(number, None, NOW)
        assert (nobody.known, nobody.customer_id, nobody.places, nobody.address) == (False, None, (), "")
    await storage.take_in([received("1", address=STRANGER, name="Ema")])
    ema = await storage.who_calls(STRANGER, None, NOW)
    assert (ema.known, ema.name, ema.customer_id is None) == (False, "Ema", False)


async def test_an_account_that_was_keyed_in_tells_nothing_of_another_person(storage: Storage) -> None:
    other = await storage.who_calls(STRANGER, "4401873", NOW)
    assert (other.known, other.own, other.account, other.tier) == (True, False, "4401873", "B")
    assert (other.name, other.address, other.zone, other.flags) == (None, "", "S", ("life_support",))
    own = await storage.who_calls(MARTA, "4401873", NOW)
    assert (own.own, own.address) == (True, "Av. Brasil 2587")
    third = await storage.who_calls(MARTA, "4401875", NOW)
    assert (third.own, third.tier, third.flags) == (False, "A", ("life_support", "special_case"))
    unknown = await storage.who_calls(MARTA, "none", NOW)
    assert (unknown.known, unknown.name, unknown.places) == (False, "Marta Suárez", ())


async def test_a_report_has_a_number_and_a_repeat_of_its_source_the_same(storage: Storage) -> None:
    first = await storage.report_outage("call:1", "voice", MARTA, None, NOW)
    assert first is not None
    assert (len(first.number), first.joined, first.times, first.outage, first.estimate) == (7, False, 1, None, None)
    assert (first.zone_name, first.address) == ("Sur", "Av. Brasil 2587")
    assert await storage.report_outage("call:1", "voice", MARTA, None, NOW + 1) == first
    assert (await storage.who_calls(MARTA, None, NOW)).reported == first.number


async def test_where_reports_came_from_is_forgotten_with_the_calls_and_the_reports_stay(storage: Storage) -> None:
    first = await storage.report_outage("call:1", "voice", MARTA, None, NOW)
    second = await storage.report_outage("call:2", "voice", MARTA, None, NOW + 2 * DAY)
    assert first is not None
    assert second is not None
    assert (await storage.prune(NOW + 34 * DAY))["outage_report_source"] == 0
    assert (await storage.prune(NOW + 36 * DAY))["outage_report_source"] == 1
    assert await storage.report_outage("call:2", "voice", MARTA, None, NOW + 36 * DAY) == second
    assert (await storage.prune(NOW + 38 * DAY))["outage_report_source"] == 1
    assert (await storage.who_calls(MARTA, None, NOW + 2 * DAY)).reported == second.number
    async with storage.read() as connection:
        kept = (await connection.execute(text("SELECT times FROM outage_report ORDER BY id"))).all()
    assert [row[0] for row in kept] == [1, 1]


async def test_the_next_report_of_the_place_joins_it(storage: Storage) -> None:
    first = await storage.report_outage("call:1", "voice", MARTA, None, NOW)
    second = await storage.report_outage("sms:2", "sms", STRANGER, "4401873", NOW + 60)
    assert first is not None
    assert second is not None
    assert (second.number, second.joined, second.times, second.address) == (first.number, True, 2, "")
    again = await storage.report_outage("call:1", "voice", MARTA, None, NOW + 90)
    assert again is not None
    assert (again.joined, again.times) == (False, 2)
    late = await storage.report_outage("call:3", "voice", MARTA, None, NOW + 61 + JOIN_SECONDS)
    assert late is not None
    assert late.number != first.number
    assert not late.joined


async def test_reports_of_one_moment_are_one(storage: Storage) -> None:
    told = await asyncio.gather(
        *(storage.report_outage(f"call:{n % 4}", "voice", MARTA, None, NOW + n) for n in range(12))
    )
    assert {one.number for one in told if one} == {told[0].number if told[0] else ""}
    last = await storage.report_outage("call:0", "voice", MARTA, None, NOW)
    assert last is not None
    assert last.times == 4


async def test_what_is_known_of_the_outage_is_told(storage: Storage) -> None:
    await storage.utility.put(Register(outages=(OUTAGE,)))
    told = await storage.report_outage("call:1", "voice", JOAO, None, NOW)
    assert told is not None
    assert (told.outage, told.estimate, told.address) == (OUTAGE, NOW + 3600, "Ruta 5 km 480")
    later = await storage.report_outage("call:2", "voice", JOAO, None, NOW + 2 * JOIN_SECONDS)
    assert later is not None
    assert (later.number, later.joined, later.outage, later.estimate) == (told.number, True, OUTAGE, None)


async def test_reports_follow_the_outage_of_their_zone(storage: Storage) -> None:
    first = await storage.report_outage("call:1", "voice", JOAO, None, NOW, premises="P-3")
    await storage.utility.put(Register(outages=(OUTAGE,)))
    joined = await storage.report_outage("call:2", "voice", JOAO, None, NOW + 2 * JOIN_SECONDS, premises="P-3")
    assert first is not None
    assert joined is not None
    assert joined.number == first.number
    await storage.utility.put(Register(outages=(replace(OUTAGE, state=OutageState.RESTORED),)))
    assert (await storage.who_calls(JOAO, None, NOW)).reported is None
    new = await storage.report_outage("call:3", "voice", JOAO, None, NOW, premises="P-3")
    assert new is not None
    assert (new.joined, new.number == first.number) == (False, False)


async def test_without_premises_the_account_or_the_telephone_is_the_place(storage: Storage) -> None:
    farm = await storage.report_outage("call:1", "voice", MARTA, "4401875", NOW)
    shop = await storage.report_outage("call:2", "voice", JOAO, "4401874", NOW)
    assert farm is not None
    assert shop is not None
    assert (farm.zone_name, shop.zone_name, shop.address) == ("", "", "")
    stranger = await storage.report_outage("call:3", "voice", STRANGER, None, NOW)
    assert stranger is not None
    assert (await storage.who_calls(STRANGER, None, NOW)).reported == stranger.number
    assert len({farm.number, shop.number, stranger.number}) == 3


@pytest.mark.parametrize(("number", "account", "premises"), [("", None, None), (MARTA, "none", None)])
async def test_what_names_nothing_is_no_report(
    storage: Storage, number: str, account: str | None, premises: str | None
) -> None:
    assert await storage.report_outage("call:1", "voice", number, account, NOW, premises=premises) is None
