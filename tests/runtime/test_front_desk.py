"""A caller meets the front desk: menus, reports, hold, hang-up; once each, whatever is repeated or at once."""

from __future__ import annotations

import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contactcenter.channels.voice import CallAsked, CallReported, CallState, Join, Link, Music, Part
from contactcenter.config.ivr import LoadedIvr
from contactcenter.domain.calendars import Calendar, Outside
from contactcenter.domain.stimuli import ClosureRequested
from contactcenter.domain.utility import Flag
from contactcenter.domain.words import OutsideHours
from contactcenter.ivr import Gather, HangUp, Record, Say
from contactcenter.runtime.ids import new_id
from tests.runtime.desk import MARTA, MENUS, SUNDAY, Desk, desk, together
from tests.runtime.waiting import until


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3") as made:
        yield made


@pytest.fixture
async def each(database_url: str) -> AsyncIterator[Desk]:
    async with desk(database_url) as made:
        yield made


async def test_through_the_menus_into_a_line(each: Desk) -> None:
    caller = each.caller()
    await caller.dial()
    assert "Bienvenido" in caller.said()
    assert isinstance(caller.heard[-1], Gather)
    await caller.press("1")
    assert "oprima 1" in caller.said()
    began = time.time()
    await caller.press("2")
    assert [type(step) for step in caller.heard[-2:]] == [Music, Gather]
    assert "comunicamos" in caller.said()
    async with each.center.routing():
        await each.settled()
        ((id_, state, outcome, queue, language),) = await each.contacts()
        assert (id_, state, outcome, queue, language) == (caller.contact, "waiting", None, "facturacion", "es")
        ((thread, channel, address, place, customer),) = await each.rows(
            "SELECT thread, channel, address, place, customer_id FROM contact"
        )
        assert (thread, channel, address) == (f"call:{caller.id}", "voice", caller.address)
        assert began <= place <= time.time()
        assert await each.rows("SELECT customer_id FROM address WHERE kind = 'phone'") == [(customer,)]
        await caller.hang_up()
        await caller.hang_up()
        await each.settled()
        assert [row[1:3] for row in await each.contacts()] == [("closed", "abandoned")]


async def test_an_outage_is_reported_without_an_agent_and_known_the_next_time(each: Desk) -> None:
    await each.put()
    caller = each.caller(MARTA)
    await caller.dial()
    assert "Marta" in caller.said()
    await caller.press("1", "1", "1")
    assert "Registramos su corte con el número" in caller.said()
    assert isinstance(caller.heard[-1], HangUp)
    soon = each.caller(MARTA)
    await soon.dial()
    assert "Ya tenemos el reporte de su corte, número 1 0 0 0 0 0 1." in soon.said()
    await soon.press("2")
    assert isinstance(soon.heard[-1], HangUp)
    await each.put(outage=True)
    again = each.caller(MARTA)
    await again.dial()
    assert "tormenta" in again.said()
    await again.press("2")
    assert isinstance(again.heard[-1], HangUp)
    async with each.center.routing():
        await each.settled()
        for each_caller in (caller, soon, again):
            await each_caller.hang_up()
        await each.settled()
        assert [row[1:3] for row in await each.contacts()] == [("closed", "self_served")] * 3
    assert await each.rows("SELECT times FROM outage_report") == [(1,)]


async def test_an_account_that_is_keyed_in_is_looked_up(one: Desk) -> None:
    await one.put(tier="B")
    caller = one.caller()
    await caller.dial()
    await caller.press("1", "1", "4401873")
    assert "Registramos su corte" in caller.said()
    other = one.caller()
    await other.dial()
    await other.press("1", "1", "9999999")
    assert "No encontramos la cuenta 9 9 9 9 9 9 9" in other.said()
    assert other.link is not None
    assert other.link.part is Part.HOLD


async def test_who_hangs_up_in_the_menus_has_abandoned(one: Desk) -> None:
    caller = one.caller()
    await caller.dial()
    await together(caller.hang_up(), caller.hang_up(), caller.hang_up())
    assert [type(step) for step in await caller.press("1")] == [HangUp]
    async with one.center.routing():
        await one.settled()
        assert [row[1:3] for row in await one.contacts()] == [("closed", "abandoned")]


@pytest.mark.parametrize("keys", [None, "0"])
async def test_who_was_gone_before_they_were_written_down_has_abandoned(one: Desk, keys: str | None) -> None:
    """The end is told by another request, which may be faster."""
    caller = one.caller()
    if keys is not None:
        caller.take(one.front.without_sql(caller.asked()))
    await caller.hang_up()
    await caller.ask(keys=keys)
    await caller.ask()
    async with one.center.routing():
        await one.settled()
        assert [row[1:3] for row in await one.contacts()] == [("closed", "abandoned")]
    assert await one.rows("SELECT COUNT(*) FROM phone_call WHERE ended_at IS NULL") == [(0,)]


async def test_a_repeated_webhook_gets_the_same_answer_and_moves_nothing(each: Desk) -> None:
    caller = each.caller()
    first = await caller.dial()
    assert await caller.dial() == first
    link = caller.link
    second = await caller.ask(keys="1")
    after = caller.link
    for _ in range(2):
        assert await caller.ask(link=link, keys="1") == second
        assert caller.link == after
    assert await caller.ask(link=link, keys="2") == second, "what was pressed first counts"
    assert await each.rows("SELECT COUNT(*) FROM phone_call") == [(1,)]


async def test_two_at_once_are_one(each: Desk) -> None:
    caller = each.caller()
    answers = await together(*(each.front.answer(caller.asked()) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    caller.take(answers[0])
    answers = await together(*(each.front.answer(caller.asked(keys=key)) for key in "1231"))
    assert all(answer == answers[0] for answer in answers)
    caller.take(answers[0])
    answers = await together(*(each.front.answer(caller.asked(keys="0")) for _ in range(5)))
    assert {answer.link.contact for answer in answers} == {answers[0].link.contact}
    async with each.center.routing():
        await each.settled()
        assert len(await each.contacts()) == 1


async def test_a_waiting_caller_hears_the_place_now_and_then(one: Desk) -> None:
    callers = [one.caller() for _ in range(3)]
    for caller in callers:
        await caller.dial()
        await caller.press("0")
    async with one.center.routing():
        await one.settled()
        for position, caller in enumerate(callers, start=1):
            await caller.ask()
            assert f"Su lugar en la fila es el {position}." in caller.said()
        for _ in range(2):
            await callers[1].ask()
            assert [type(step) for step in callers[1].heard] == [Music, Gather]
        await callers[1].ask()
        assert "Su lugar en la fila es el 2." in callers[1].said()


async def test_the_estimate_is_a_range_and_never_old(one: Desk) -> None:
    caller = await one.in_line()
    async with one.center.routing():
        await one.settled()
        for told, wanted in (
            ({"queues": {}, "contacts": {caller.contact: [70.0, 290.0]}}, "de 1 a 5 minutos"),
            ({"queues": {}, "contacts": {caller.contact: [10.0, 50.0]}}, "menos de un minuto"),
            ({"queues": {"atencion": [100.0, 500.0]}, "contacts": {}}, "menos de 9 minutos"),
            ({"queues": {"atencion": None}, "contacts": {}}, ""),
        ):
            one.center.bus.post("estimates", told)
            await one.front.answer(caller.asked())
            assert caller.link is not None
            await caller.ask(link=Link(part=Part.HOLD, contact=caller.contact, turn=1))
            assert wanted in caller.said()
            assert ("espera estimada" in caller.said()) is ("de" in wanted and "un minuto" not in wanted)


async def test_the_hazard_key_on_hold_moves_the_contact_once(each: Desk) -> None:
    caller = await each.in_line()
    async with each.center.routing():
        await each.settled()
        await caller.press("5")
        assert [row[3] for row in await each.contacts()] == ["atencion"]
        await caller.press("9", "9")
        assert "Aléjese del cable" in caller.said()
        await each.settled()
        assert [row[3] for row in await each.contacts()] == ["peligro"]
        moves = await each.rows("SELECT COUNT(*) FROM event WHERE type = 'queue_changed'")
        assert moves == [(1,)]


async def test_danger_is_one_key_away_everywhere(one: Desk) -> None:
    for before in ((), ("1",), ("1", "1")):
        caller = one.caller()
        await caller.dial()
        await caller.press(*before, "9")
        assert "Aléjese del cable" in caller.said()
        call = await one.storage.calls.call(caller.id)
        assert call is not None
        assert call.session.node == "peligro"


async def test_whoever_is_sent_away_hears_why(one: Desk) -> None:
    caller = await one.in_line()
    async with one.center.routing():
        await one.settled()
        request = ClosureRequested(id=new_id(), request_id=new_id(), contact_id=caller.contact, by="sofia", reason="x")
        await one.center.intake.ask(request, wait=10.0)
        await until(lambda: _polls_until_over(caller))
        assert "No podemos atender su llamada" in caller.said()


async def _polls_until_over(caller: Any) -> bool:
    await caller.ask()
    return isinstance(caller.heard[-1], HangUp)


async def test_who_is_called_to_the_agent_joins_the_room_or_waits_on(one: Desk) -> None:
    caller = await one.in_line()
    async with one.center.routing(duties=[]):  # nobody dials the agent
        await one.settled()
        join = Link(part=Part.JOIN, contact=caller.contact)
        assert isinstance((await caller.ask(link=join))[0], Music), "it waits: somebody else's call to join came late"
        await one.center.agent(profile="polivalente")
        await one.center.accept()
        assert await caller.ask(link=join) == [Join(contact=join.contact, ends=True)]


async def test_a_withheld_number_is_nobody_s(one: Desk) -> None:
    for address in ("anonymous", "", "sip:x@y", "+", "\ud800\x00"):
        caller = one.caller(address or None)
        caller.address = address
        await caller.dial()
        await caller.press("0")
        assert caller.contact
    async with one.center.routing():
        await one.settled()
        assert len({row[0] for row in await one.rows("SELECT customer_id FROM contact")}) == 5


async def test_what_is_recorded_becomes_a_contact_of_its_queue_once(each: Desk) -> None:
    caller = each.caller()
    for keys in (None, "1", "4"):
        await caller.ask(keys=keys, at=SUNDAY, link=caller.link)
    assert isinstance(caller.heard[-1], Record)
    asked = caller.asked(recording="https://vendor.example/recording", seconds=12.0, at=SUNDAY)
    await caller.hang_up()
    assert await each.rows("SELECT COUNT(*) FROM inbox") == [(0,)], "a recording may still come"
    answers = await together(*(each.front.answer(asked) for _ in range(3)))
    heard = [caller.take(answer)[0] for answer in answers]
    assert any(isinstance(step, Say) and "Recibimos su mensaje" in step.text for step in heard)
    assert all(isinstance(step, Say | HangUp) for step in heard), "whoever comes second finds the call ended"
    await caller.hang_up()
    async with each.center.routing():
        await each.settled()
        found = await each.rows("SELECT channel, media, queue, thread, address FROM contact")
        assert [row[:3] for row in found] == [("voicemail", "async", "altas")]
        assert found[0][4] == caller.address
        assert await each.rows("SELECT channel, url FROM media") == [("voice", "https://vendor.example/recording")]
        assert await each.rows("SELECT COUNT(*) FROM outbox") == [(0,)], "nothing is written to a telephone"


async def test_a_recording_that_never_comes_was_given_up(one: Desk) -> None:
    caller = one.caller()
    for keys in (None, "1", "4"):
        await caller.ask(keys=keys, at=SUNDAY, link=caller.link)
    await caller.hang_up()
    assert await one.front.sweep(SUNDAY + 60.0) == 0
    assert await one.front.sweep(SUNDAY + 3600.0) == 1
    assert await one.front.sweep(SUNDAY + 3600.0) == 0
    async with one.center.routing():
        await one.settled()
        assert [row[1:3] for row in await one.contacts()] == [("closed", "abandoned")]


PRESSED = ("", "1", "2", "3", "4", "5", "0", "9", "#", "*", "4401873#", "9" * 500, "x", "\x00", "１")


async def test_whatever_callers_do_leaves_one_contact_at_most(one: Desk) -> None:
    chance = random.Random(4)
    await one.put()

    async def call() -> str:
        caller = one.caller(chance.choice((None, MARTA, "anonymous")))
        seen: list[CallAsked] = [caller.asked()]
        await caller.dial()
        for _ in range(chance.randrange(12)):
            asked = caller.asked(
                keys=chance.choice((None, *PRESSED)),
                words=chance.choice((None, None, "cable", "persona", "cuatro cuatro", "x" * 2_000)),
                recording=chance.choice((None, "https://vendor.example/recording")),
            )
            again = [chance.choice(seen) for _ in range(chance.randrange(2))]
            seen.append(asked)
            answers = await together(*(one.front.answer(each) for each in (asked, asked, *again)))
            for answer in answers[1:]:
                assert answer.steps
            caller.take(answers[0])
            if isinstance(caller.heard[-1], HangUp):
                break
        await together(*(caller.hang_up() for _ in range(chance.randrange(1, 3))))
        return caller.id

    async with one.center.routing():
        calls = await together(*(call() for _ in range(60)))
        await one.settled()
    found = await one.rows("SELECT thread, COUNT(*) FROM contact WHERE channel = 'voice' GROUP BY thread")
    assert all(number == 1 for _, number in found)
    closed = await one.rows("SELECT COUNT(*) FROM contact WHERE channel = 'voice' AND outcome IS NULL")
    assert closed == [(0,)]
    recorded = await one.rows("SELECT COUNT(*) FROM contact WHERE channel = 'voicemail'")
    assert len(found) <= len(calls) <= len(found) + recorded[0][0] + len(await one.storage.calls.forsaken(1e12, 100))
    assert await one.rows("SELECT COUNT(*) FROM inbox WHERE quarantined_at IS NOT NULL") == [(0,)]


async def test_whoever_is_sent_to_the_hold_to_hear_why_hears_it_at_once(one: Desk) -> None:
    caller = await one.in_line()
    async with one.center.routing():
        await one.settled()
        sent = Link(part=Part.HOLD, contact=caller.contact)
        await caller.ask(link=sent)
        assert isinstance(caller.heard[0], Music), "it waits again"
        await caller.ask()
        assert "Su lugar en la fila es el 1." in caller.said()
        request = ClosureRequested(id=new_id(), request_id=new_id(), contact_id=caller.contact, by="sofia", reason="x")
        await one.center.ask(request)
        await caller.ask(link=sent)
        assert "No podemos atender su llamada" in caller.said()
        assert isinstance(caller.heard[-1], HangUp)


async def test_a_queue_that_is_closed_says_its_own_text(tmp_path: Path) -> None:
    queues = MENUS.configuration.queues
    closed = Outside(do=OutsideHours.REFUSE, text={"es": "Atendemos de día."})
    hours = Calendar(id="never", time_zone="UTC", weekly={})
    altered = replace(
        MENUS.configuration,
        calendars={**MENUS.configuration.calendars, "never": hours},
        queues={**queues, "atencion": replace(queues["atencion"], hours="never", outside={"voice": closed})},
    )
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", menus=LoadedIvr(MENUS.ivr, altered)) as front:
        caller = await front.in_line()
        async with front.center.routing():
            await front.settled()
            await until(lambda: _polls_until_over(caller))
            assert caller.said() == "Atendemos de día."
            assert [row[1:3] for row in await front.contacts()] == [("closed", "refused")]


@pytest.mark.parametrize(
    ("text", "wanted"), [({"es": "Atendemos de día."}, "Atendemos de día."), ({}, "Este servicio está cerrado ahora.")]
)
async def test_who_is_kept_until_the_opening_hears_that_nobody_comes(
    tmp_path: Path, text: dict[str, str], wanted: str
) -> None:
    queues = MENUS.configuration.queues
    atencion = replace(queues["atencion"], hours="never", outside={"voice": Outside(text=text)})
    altered = replace(
        MENUS.configuration,
        calendars={**MENUS.configuration.calendars, "never": Calendar(id="never", time_zone="UTC", weekly={})},
        queues={**queues, "atencion": atencion},
    )
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", menus=LoadedIvr(MENUS.ivr, altered)) as front:
        caller = await front.in_line()
        async with front.center.routing():
            await front.settled()
            heard = []
            for _ in range(4):
                await caller.ask()
                heard.append(caller.said())
                assert isinstance(caller.heard[-1], Gather), "the line stays open"
            assert heard[0].startswith(wanted)
            assert heard[1:3] == ["", ""]
            assert heard[3] == heard[0]


async def test_a_row_does_not_outlive_its_contact_when_nobody_tells(each: Desk) -> None:
    caller = await each.in_line()
    async with each.center.routing():
        await each.settled()
        assert await each.front.sweep(time.time() + 3600.0) == 0, "it waits"
        request = ClosureRequested(id=new_id(), request_id=new_id(), contact_id=caller.contact, by="sofia", reason="x")
        await each.center.ask(request)
        assert await each.front.sweep(time.time()) == 0
        assert await each.front.sweep(time.time() + 3600.0) == 1
        assert await each.front.sweep(time.time() + 3600.0) == 0


async def test_whoever_calls_is_the_customer_that_is_known(each: Desk) -> None:
    both = (Flag.LIFE_SUPPORT, Flag.SPECIAL_CASE)
    await each.put(tier="B", flags=both)
    await each.center.write(sender=MARTA)
    caller = each.caller(MARTA)
    await caller.dial()
    await caller.press("1", "0")
    bodies = [row[0] for row in await each.rows("SELECT body FROM inbox WHERE kind = 'ContactArrived'")]
    arrived = json.loads(bodies[0])
    ((customer,),) = await each.rows("SELECT customer_id FROM address WHERE value = :number", number=MARTA)
    assert (arrived["customer_id"], arrived["tier"]) == (customer, "B")
    assert arrived["flags"] == ["life_support", "special_case"]
    assert await each.rows("SELECT COUNT(*) FROM customer") == [(1,)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_web_nodes_are_one_front_desk(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    async with desk(url) as one, desk(url) as other:
        for _ in range(3):
            caller = one.caller()
            for keys in (None, "1", "0"):
                asked = caller.asked(keys=keys)
                nodes = (one, other, one, other)
                answers = await together(*(node.front.answer(asked) for node in nodes))
                assert all(answer == answers[0] for answer in answers)
                caller.take(answers[0])
            left = CallReported(channel="voice", call_id=caller.id, state=CallState.COMPLETED, at=time.time())
            hazard = caller.asked(keys="9")
            await together(
                one.front.reported(left),
                other.front.reported(left),
                other.front.answer(hazard),
                one.front.answer(hazard),
            )
        async with one.center.routing():
            await one.settled()
            assert [row[1:3] for row in await one.contacts()] == [("closed", "abandoned")] * 3
            assert await one.rows("SELECT COUNT(*) FROM customer") == [(3,)]


async def test_whoever_finds_too_many_waiting_hears_that(tmp_path: Path) -> None:
    queues = MENUS.configuration.queues
    altered = replace(MENUS.configuration, queues={**queues, "atencion": replace(queues["atencion"], waiting_limit=0)})
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", menus=LoadedIvr(MENUS.ivr, altered)) as front:
        caller = await front.in_line()
        async with front.center.routing():
            await front.settled()
            await caller.ask(link=Link(part=Part.HOLD, contact=caller.contact))
            assert "demasiadas llamadas en espera" in caller.said()
            assert isinstance(caller.heard[-1], HangUp)
