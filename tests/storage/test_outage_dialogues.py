"""Reports by message on both databases: one commit, one report, one answer, however often a message comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.messages import InboundMedia
from contactcenter.domain.outage_answers import Served
from contactcenter.domain.outage_dialogue import What, keyword
from contactcenter.domain.utility import Account, Outage, Premises, Register, Zone
from contactcenter.domain.words import MediaClass, MessageKind
from contactcenter.storage import Received, Storage
from contactcenter.storage.dialogues import ANSWER_SECONDS, MOST_ANSWERS, WINDOW_SECONDS
from contactcenter.testing.storage_base import NOW, Clock, configuration, received, stimuli

MARTA, JOAO, STRANGER = "+59899100101", "+59899100102", "+59899999999"
NORTH, SOUTH = Zone("N", "Norte", "Rivera"), Zone("S", "Sur", "Rivera")
REGISTER = Register(
    (NORTH, SOUTH),
    (Account("4401873", "Marta Suárez", MARTA), Account("A-1002", "João Ferreira", JOAO)),
    (
        Premises("P-1", "4401873", "Av. Brasil 2587", "S"),
        Premises("P-2", "A-1002", "Sarandí 700", "S"),
        Premises("P-3", "A-1002", "Ruta 5 km 480", "N"),
    ),
    (Outage("O-1", "N", {"es": "Rotura"}, NOW - 600, NOW + 3600),),
)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("migrated_url")).replace("+asyncpg", "")
    return f"sqlite:///{tmp_path / 'cc.db'}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(url: str, clock: Clock) -> AsyncIterator[Storage]:
    storage = await Storage.open(url, migrate=True, clock=clock)
    await storage.seed(configuration(), [("ana", "Ana", "all")], "test")
    await storage.utility.put(REGISTER)
    yield storage
    await storage.close()


def wrote(name: str, address: str, text: str, **fields: Any) -> Received:
    fields.setdefault("thread", f"sms:{address}")
    return received(name, address=address, text=text, outage=keyword(text, {"luz", "corte"}), **fields)


async def served(storage: Storage, *items: Received) -> list[Served | None]:
    return [one.served for one in await storage.take_in(list(items))]


async def say(storage: Storage, name: str, address: str, text: str, **fields: Any) -> Served | None:
    return (await served(storage, wrote(name, address, text, **fields)))[0]


async def test_a_report_is_answered_and_the_router_told_in_the_same_commit(storage: Storage) -> None:
    told = await say(storage, "1", MARTA, "LUZ")
    assert told == Served(what=What.REPORTED, number=told.number if told else "", address="Av. Brasil 2587", zone="Sur")
    (stimulus,) = await stimuli(storage)
    assert stimulus.served == told
    assert (await storage.who_calls(MARTA, None, NOW)).reported == told.number


async def test_a_message_that_comes_again_is_one_report(storage: Storage) -> None:
    items = [wrote("1", MARTA, "LUZ") for _ in range(8)]
    results = await asyncio.gather(*(storage.take_in([item]) for item in items[:4]), storage.take_in(items[4:]))
    assert sum(not one.duplicate for taken in results for one in taken) == 1
    (stimulus,) = await stimuli(storage)
    told = await storage.report_outage("other", "sms", MARTA, None, NOW)
    assert told is not None
    assert stimulus.served is not None
    assert (told.number, told.times) == (stimulus.served.number, 2)


async def test_who_has_several_places_is_asked_which(storage: Storage) -> None:
    asked = await say(storage, "1", JOAO, "luz")
    assert asked == Served(what=What.ASK_PLACE, choices=("Sarandí 700", "Ruta 5 km 480"))
    told = await say(storage, "2", JOAO, "2")
    assert told is not None
    assert (told.address, told.zone, told.known, told.estimate) == ("Ruta 5 km 480", "Norte", True, NOW + 3600)
    assert told.cause == {"es": "Rotura"}
    assert await say(storage, "3", JOAO, "2") is None


async def test_question_and_answer_may_come_together(storage: Storage) -> None:
    asked, told = await served(storage, wrote("1", JOAO, "LUZ"), wrote("2", JOAO, "1"))
    assert asked is not None
    assert told is not None
    assert (asked.what, told.what, told.address) == (What.ASK_PLACE, What.REPORTED, "Sarandí 700")


async def test_who_is_not_known_is_asked_for_the_account(storage: Storage) -> None:
    assert await say(storage, "1", STRANGER, "CORTE") == Served(what=What.ASK_ACCOUNT)
    assert await say(storage, "2", STRANGER, "777") == Served(what=What.UNKNOWN_ACCOUNT, account="777")
    told = await say(storage, "3", STRANGER, "a-1002")
    assert told is not None
    assert (told.what, told.address, told.zone, told.joined) == (What.REPORTED, "", "", False)
    assert await say(storage, "4", STRANGER, "LUZ 777") is not None
    assert await say(storage, "5", STRANGER, "888") is not None
    assert await say(storage, "6", STRANGER, "999") is None


async def test_reports_of_a_place_join(storage: Storage) -> None:
    first = await say(storage, "1", MARTA, "LUZ")
    second = await say(storage, "2", STRANGER, "LUZ 4401873")
    assert first is not None
    assert second is not None
    assert (second.number, second.joined, second.address) == (first.number, True, "")


async def test_anything_else_ends_the_dialogue(storage: Storage) -> None:
    await say(storage, "1", JOAO, "LUZ")
    assert await say(storage, "2", JOAO, "hay un cable en la calle") is None
    assert await say(storage, "3", JOAO, "1") is None
    assert [one.served is None for one in await stimuli(storage)] == [False, True, True]


async def test_a_question_waits_for_a_while_and_in_its_thread(storage: Storage, clock: Clock) -> None:
    await say(storage, "1", JOAO, "LUZ")
    assert await say(storage, "2", JOAO, "1", thread="sms:another-number") is None
    await say(storage, "3", JOAO, "LUZ")
    clock.now += ANSWER_SECONDS + 1
    assert await say(storage, "4", JOAO, "1") is None


async def test_a_picture_an_opt_out_and_a_chat_are_no_report(storage: Storage) -> None:
    picture = wrote("1", MARTA, "LUZ", media=(InboundMedia(url="https://vendor/1"),), media_ids=("m",))
    stop = wrote("2", MARTA, "LUZ", kind=MessageKind.OPT_OUT)
    chat = wrote("3", MARTA, "LUZ", channel="chat")
    chat = Received(**{name: getattr(chat, name) for name in chat.__slots__} | {"media_class": MediaClass.LIVE})
    assert await served(storage, picture, stop, chat) == [None, None, None]


async def test_too_many_are_met_with_silence_and_one_alarm(storage: Storage, clock: Clock) -> None:
    answers = [await say(storage, str(n), MARTA, "LUZ") for n in range(MOST_ANSWERS + 3)]
    assert all(one is not None and one.what is What.REPORTED for one in answers[:MOST_ANSWERS])
    assert answers[MOST_ANSWERS:] == [
        Served(what=What.SILENCE, alarm=True),
        Served(what=What.SILENCE),
        Served(what=What.SILENCE),
    ]
    told = await storage.report_outage("other", "voice", MARTA, None, NOW)
    assert told is not None
    assert told.times == MOST_ANSWERS + 1
    assert await say(storage, "words", MARTA, "¿me atiende alguien?") is None
    clock.now += WINDOW_SECONDS + 1
    later = await say(storage, "later", MARTA, "LUZ")
    assert later is not None
    assert later.what is What.REPORTED


async def test_a_storm_in_one_commit(storage: Storage) -> None:
    items = [wrote(str(n), MARTA if n % 2 else f"+5989{n:07}", "LUZ 4401873") for n in range(18)]
    told = await served(storage, *items)
    assert len({one.number for one in told if one}) == 1
    assert sum(one is not None and not one.joined for one in told) == 1


async def test_two_processes_take_turns(storage: Storage, url: str, clock: Clock) -> None:
    other = await Storage.open(url, clock=clock)
    try:
        both = (storage, other)
        work: list[Coroutine[Any, Any, Any]] = [
            both[n % 2].take_in([wrote(str(n), (MARTA, STRANGER)[n // 2 % 2], "LUZ 4401873")]) for n in range(16)
        ]
        work += [
            both[n % 2].utility.put(Register(outages=(Outage("O-2", "S", {"es": str(n)}, NOW),))) for n in range(4)
        ]
        await asyncio.gather(*work)
        told = await other.report_outage("last", "voice", MARTA, None, NOW)
        assert told is not None
        assert (told.times, told.outage is None) == (17, False)
        assert len([one for one in await stimuli(storage) if one.served and one.served.number == told.number]) == 16
    finally:
        await other.close()
