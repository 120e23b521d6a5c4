"""SQL is slow or away: a caller hears that we know, keeps their place, and is never sent off."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from contactcenter.channels.voice import Join, Link, Music, Part
from contactcenter.ivr import Gather
from tests.runtime.desk import Caller, desk
from tests.services import PostgresServer


def is_safe(caller: Caller) -> bool:
    return caller.link is not None and caller.link.part is Part.SAFE and isinstance(caller.heard[-1], Gather)


async def test_who_calls_while_the_database_is_stopped_waits_from_then_on(tmp_path: Path) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database()).replace("+asyncpg", "")
        async with desk(url) as front:
            waiting, choosing, new, afraid = front.caller(), front.caller(), front.caller(), front.caller()
            await waiting.dial()
            await waiting.press("0")
            await choosing.dial()
            await choosing.press("1")
            server.stop()
            began = time.time()
            await waiting.ask()
            assert [type(step) for step in waiting.heard] == [Music, Gather], "a waiting caller hears music"
            await choosing.press("2")
            assert is_safe(choosing)
            assert "dificultades técnicas" in choosing.said()
            assert "technical" not in choosing.said(), "in the language that was chosen"
            await new.dial()
            assert is_safe(new)
            for each in ("dificultades técnicas", "dificuldades técnicas", "technical difficulties", "oprima 9"):
                assert each in new.said()
            await new.ask(keys="")
            assert is_safe(new)
            assert [type(step) for step in new.heard] == [Music, Gather], "and nobody listens to nothing"
            await afraid.dial()
            await afraid.press("9")
            assert "Aléjese del cable" in afraid.said()
            assert is_safe(afraid)
            join = Link(part=Part.JOIN, contact=waiting.contact)
            answer = await front.front.answer(waiting.asked(link=join))
            assert isinstance(answer.steps[0], Join), "who called them to the room knew why"
            assert time.time() - began < 30
            server.start()
            async with front.center.routing():
                for caller in (choosing, new, afraid):
                    await caller.ask(keys="")
                    again = caller.link
                    await caller.ask(keys="", link=caller.asked().link)
                    assert again is not None
                    assert again.part is Part.HOLD
                await front.settled()
                assert len(await front.contacts()) == 4
                for caller, queue in ((waiting, "atencion"), (choosing, "atencion"), (new, "atencion")):
                    assert await front.rows("SELECT queue FROM contact WHERE id = :id", id=caller.contact) == [(queue,)]
                places = await front.rows("SELECT place FROM contact WHERE id = :id", id=new.contact)
                assert began <= places[0][0] < began + 15, "at the place of when they called"
                assert await front.rows("SELECT queue FROM contact WHERE id = :id", id=afraid.contact) == [("peligro",)]


async def test_a_commit_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3", seconds=0.3) as front:
        caller = front.caller()
        await caller.dial()
        other = sqlite3.connect(tmp_path / "desk.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        link = caller.link
        await caller.press("1")
        assert time.monotonic() - began < 1.5
        assert is_safe(caller)
        other.execute("ROLLBACK")
        other.close()
        while is_safe(caller):
            await caller.ask(keys="")
        assert caller.contact
        assert await caller.ask(link=link, keys="1"), "what comes late from before is answered too"
        assert caller.link is not None
        assert caller.link.part is Part.HOLD


def _changed(folder: Path, statement: str) -> None:
    other = sqlite3.connect(folder / "desk.sqlite3")
    other.execute("PRAGMA ignore_check_constraints = ON")
    other.execute(statement)
    other.commit()
    other.close()


async def test_a_defect_of_ours_is_nothing_a_caller_hears_of(tmp_path: Path) -> None:
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3") as front:
        caller = front.caller()
        await caller.dial()
        _changed(tmp_path, "UPDATE phone_call SET part = 'nowhere'")
        await caller.press("1")
        assert is_safe(caller)


async def test_what_another_release_wrote_leads_to_a_person(tmp_path: Path) -> None:
    async with desk(f"sqlite:///{tmp_path}/desk.sqlite3") as front:
        caller, gone = front.caller(), front.caller()
        for each in (caller, gone):
            await each.dial()
        _changed(tmp_path, """UPDATE phone_call SET session_json = '{"new": 1}', caller_json = '{"caller": 1}'""")
        await caller.press("1")
        assert "comunicamos con una persona" in caller.said()
        assert caller.contact
        await gone.hang_up()
        assert await front.rows("SELECT COUNT(*) FROM phone_call WHERE ended_at IS NULL") == [(1,)]


async def test_the_hazard_key_counts_also_while_it_cannot_be_written_down(tmp_path: Path) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database()).replace("+asyncpg", "")
        async with desk(url) as front:
            caller = await front.in_line()
            server.stop()
            await caller.press("9")
            assert caller.link == Link(part=Part.HOLD, contact=caller.contact, turn=2, hazard=True)
            server.start()
            async with front.center.routing():
                await front.settled()
                await caller.ask(keys="")
                assert "Aléjese del cable" in caller.said()
                await front.settled()
                assert [row[3] for row in await front.contacts()] == ["peligro"]
