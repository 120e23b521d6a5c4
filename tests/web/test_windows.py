"""Console windows: lost connections, lost news, several windows, slow and silent ones, supervisors."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from contactcenter.bootstrap.process import Parts
from contactcenter.runtime.ids import new_id
from contactcenter.web.feed import FRAMES, Feed
from tests.runtime.waiting import until
from tests.services import RedisServer
from tests.web.rig import Rig, rig, router_apart


async def test_a_lost_connection_loses_nothing(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        session = window.frames[0]["session"]
        await center.text(center.sms("one"))
        await window.until("offer")
        seen = window.seq
        await window.socket.close()
        await center.text(center.sms("two"))
        resume = {"session": session, "seq": seen - 1}
        async with ana.window(resume) as again:
            resumed = await again.next()
            assert (resumed["type"], resumed["seq"]) == ("resumed", seen - 1)
            assert (await again.until("offer"))["seq"] == seen, "said once more, with its number"
            await again.say({"type": "ping"})
            await again.until("pong")


async def test_what_cannot_be_resumed_gets_a_snapshot(center: Rig) -> None:
    async with center.person("ana") as ana:
        for resume in ({"session": "unknown", "seq": 3}, {"session": 7, "seq": "x"}, {"seq": 1}, [7], 5):
            async with ana.window(resume) as window:
                assert (await window.next())["type"] == "snapshot", resume


async def test_a_window_speaks_the_language_it_asks_for(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms("no power"))
        assert (await window.until("offer"))["offer"]["contact"]["queue"]["name"] == "Outages"
        async with ana.window({"session": window.frames[0]["session"], "seq": window.seq}, language="es") as spanish:
            snapshot = await spanish.next()
            assert snapshot["type"] == "snapshot", "what was said in one language is not resumed in another"
            assert snapshot["offers"][0]["contact"]["queue"]["name"] == "Averías"


async def test_a_session_of_somebody_else_cannot_be_resumed(center: Rig) -> None:
    async with center.person("ana") as ana, ana.window() as window:
        session = (await window.until("snapshot"))["session"]
        async with center.person("bruno") as bruno, bruno.window({"session": session, "seq": 0}) as other:
            snapshot = await other.next()
            assert snapshot["type"] == "snapshot"
            assert snapshot["session"] != session


async def test_all_windows_of_an_agent_are_told(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as one, ana.window() as two:
        await two.until("snapshot")
        await center.text(center.sms())
        offer = (await one.until("offer"))["offer"]["id"]
        assert (await two.until("offer"))["offer"]["id"] == offer
        await ana.done(f"/api/v1/offers/{offer}/accept")
        await two.until("offer_ended", lambda frame: frame["outcome"] == "accepted")
        contact = (await two.until("contact"))["contact"]["id"]
        await ana.done(f"/api/v1/contacts/{contact}/notes", text="seen everywhere")
        await two.until("message", lambda frame: frame["message"]["text"] == "seen everywhere")
        await one.until("message", lambda frame: frame["message"]["text"] == "seen everywhere")
        assert len(await center.rows("SELECT id FROM console_session")) == 2
        async with ana.window() as three:
            snapshot = await three.until("snapshot")
            assert [each["id"] for each in snapshot["contacts"]] == [contact]
            assert snapshot["agent"]["status"] == "available"


async def test_news_that_got_lost_is_found_by_the_sweep(deaf_center: Rig) -> None:
    async with deaf_center.person("ana") as ana, ana.desk() as window:
        await deaf_center.text(deaf_center.sms("nobody was told"))
        contact = await ana.accept(window)
        await ana.done(f"/api/v1/contacts/{contact}/messages", text="found")
        await window.until("message", lambda frame: frame["message"]["text"] == "found")


async def test_an_undecided_action_is_answered_later(tmp_path: Path, redis_url: str) -> None:
    async with (
        rig(tmp_path, redis_url, parts=Parts(web=True)) as center,
        center.person("ana") as ana,
        ana.window() as window,
    ):
        await window.until("snapshot")
        choice = {"request_id": "mine", "status": "available"}
        assert await ana.act("/api/v1/agent/status", "PUT", **choice) == (202, {"request_id": "mine", "status": 202})
        async with router_apart(center, redis_url):
            told = await window.until("request")
            assert (told["request_id"], told["status"], told["error"]) == ("mine", 200, None)
            status, answer = await ana.act("/api/v1/agent/status", "PUT", **choice)
            assert (status, answer["status"]) == (200, 200), "a repeat is answered, not done again"


async def test_the_same_request_of_two_people_is_two(center: Rig) -> None:
    async with center.person("ana") as ana, ana.window() as one, center.person("bruno") as bruno, bruno.window() as two:
        await one.until("snapshot")
        await two.until("snapshot")
        for person in (ana, bruno):
            await person.done("/api/v1/agent/status", "PUT", request_id="same", status="available")
        rows = await center.rows("SELECT status FROM agent")
        assert [row[0] for row in rows] == ["available", "available"]


async def test_a_repeated_reply_is_sent_once(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms())
        contact = await ana.accept(window)
        path = f"/api/v1/contacts/{contact}/messages"
        answers = await asyncio.gather(*(ana.act(path, request_id="once", text="hello") for _ in range(5)))
        assert {status for status, _ in answers} == {200}
        assert len({answer["message"]["id"] for _, answer in answers}) == 1
        await ana.done(f"/api/v1/contacts/{contact}/end")
        await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done")
        status, answer = await ana.act(path, request_id="once", text="hello")
        assert (status, answer["message"]["text"]) == (200, "hello"), "also when the contact is closed"
        assert len(await center.rows("SELECT id FROM message WHERE direction = 'out'")) == 1


async def test_transferred_and_declined_work_leaves_the_window(center: Rig) -> None:
    async with (
        center.person("ana") as ana,
        ana.desk() as one,
        center.person("bruno") as bruno,
        bruno.window() as two,
    ):
        await two.until("snapshot")
        await center.text(center.sms())
        contact = await ana.accept(one)
        await bruno.done("/api/v1/agent/status", "PUT", status="available")
        await ana.done(f"/api/v1/contacts/{contact}/transfer", agent="bruno", note="yours")
        gone = await one.until("contact_removed")
        assert (gone["contact_id"], gone["reason"]) == (contact, "transferred")
        offer = (await two.until("offer"))["offer"]
        assert offer["why"]["reason"] == "transferred"
        await bruno.done(f"/api/v1/offers/{offer['id']}/decline", reason="lunch")
        assert (await two.until("offer_ended"))["outcome"] == "declined"


async def test_closing_the_last_window_makes_the_agent_disconnected(center: Rig) -> None:
    async with center.person("ana") as ana:
        async with ana.desk():
            assert (await center.rows("SELECT sessions_json FROM agent WHERE id = 'ana'"))[0][0] != "[]"

        async def gone() -> bool:
            return bool((await center.rows("SELECT sessions_json FROM agent WHERE id = 'ana'"))[0][0] == "[]")

        await until(gone)


async def test_a_console_whose_row_was_taken_away_is_put_back(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk():
        console = (await center.rows("SELECT id FROM console_session"))[0][0]
        await center.storage.close_console(console, new_id())

        async def back() -> bool:
            return bool(await center.rows("SELECT id FROM console_session WHERE id = :id", id=console))

        await until(back)


async def test_other_sites_may_not_open_a_window(center: Rig) -> None:
    async with center.person("ana") as ana:
        for origin in ("https://evil.example", "null"):
            ana.origin = origin
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with ana.window():
                    pass
            assert refused.value.status == 403


async def test_a_window_that_does_not_say_hello_is_closed(center: Rig) -> None:
    url = f"{center.socket_url}/api/v1/console/socket"
    async with center.person("ana") as ana:
        for frame in ("", "no json", "[]", "null", '{"type": "nope"}', "[" * 9000, '{"type": {}}'):
            async with ana.session.ws_connect(url, headers={"Origin": center.url}) as socket:
                await socket.send_str(frame)
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE, frame[:20]


async def test_nonsense_after_hello_is_ignored(center: Rig) -> None:
    async with center.person("ana") as ana, ana.window() as window:
        await window.until("snapshot")
        for frame in ("nope", "[]", '{"type": "typing", "contact_id": "not mine"}', '{"type": []}', "[" * 9000):
            await window.socket.send_str(frame)
        await window.say({"type": "ping"})
        await window.until("pong")


async def test_supervisors_see_the_floor_change(center: Rig) -> None:
    async with center.person("sofia") as sofia, sofia.window() as wall, center.person("ana") as ana:
        first = (await wall.until("snapshot"))["overview"]
        assert [queue["id"] for queue in first["queues"]] == ["power", "bills"]
        async with ana.desk():
            available = await wall.until(
                "overview", lambda frame: frame["overview"]["queues"][0]["agents_available"] == 1
            )
            assert available["overview"]["agents"][0]["capacity"] == {"voice": 1, "live": 3, "async": 5}
            await center.text(center.sms("FACTURA por favor"))
            waiting = await wall.until("overview", lambda frame: frame["overview"]["queues"][1]["waiting"] == 1)
            assert waiting["overview"]["waiting"][0]["queue"]["id"] == "bills"
            ledger = (await sofia.get("/api/v1/overview"))["ledger"]
            assert ledger["offered"] == ledger["open"] + sum(ledger["outcomes"].values())


async def test_consoles_go_on_while_redis_is_away(tmp_path: Path) -> None:
    with RedisServer() as server:
        async with rig(tmp_path, server.url) as center, center.person("ana") as ana, ana.desk() as window:
            server.stop()
            assert await center.text(center.sms("still here")) == 200
            contact = await ana.accept(window)
            await ana.done(f"/api/v1/contacts/{contact}/messages", text="we are")
            async with center.person("bruno") as bruno:
                assert (await bruno.get("/api/v1/session"))["account"]["id"] == "account-bruno"
            async with ana.session.get(f"{center.url}/readyz") as answer:
                assert answer.status == 200


def test_a_window_that_falls_behind_is_told_so() -> None:
    feed = Feed("s", account_id="a", agent_id=None, login="l", language="en", supervises=False)
    for number in range(FRAMES + 10):
        feed.say("pong", server_time=str(number))
    assert feed.after(0) is None
    assert feed.after(10) is not None
    assert feed.after(feed.seq) == []
    assert feed.after(feed.seq + 1) is None
    assert feed.after(-1) is None
