"""The web chat from both sides, and what strangers say into it."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import aiohttp
import pytest

from contactcenter.bootstrap.process import Parts
from contactcenter.web.chat_rooms import AWAY_SECONDS, ChatRooms
from contactcenter.web.screens import SCREENS
from tests.runtime.waiting import until
from tests.web.rig import PNG, SITE, Rig, rig


async def test_a_chat_reaches_an_agent_and_comes_back(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.chat(name="Marta") as marta:
        assert marta.welcome["state"] == "new"
        accepted = await marta.write("No tengo luz")
        contact = await ana.accept(window)
        status = await marta.until("status", lambda frame: frame["state"] == "connected")
        assert status["agent"] == {"name": "Ana"}
        read = await ana.get(f"/api/v1/contacts/{contact}")
        assert read["contact"]["customer"]["name"] == "Marta"
        assert read["messages"][0]["id"] == accepted["message_id"]
        sent = await ana.done(f"/api/v1/contacts/{contact}/messages", text="¿En qué dirección?")
        message = (await marta.until("message"))["message"]
        assert (message["id"], message["name"], message["direction"]) == (sent["message"]["id"], "Ana", "out")
        await marta.say({"type": "ack", "message_id": message["id"]})
        await window.until("message_updated", lambda frame: frame["delivery"] == "delivered")
        await marta.say({"type": "typing"})
        assert (await window.until("typing"))["contact_id"] == contact
        await window.say({"type": "typing", "contact_id": contact})
        await marta.until("typing")
        await ana.done(f"/api/v1/contacts/{contact}/end")
        await marta.until("status", lambda frame: frame["state"] == "ended")


async def test_a_reload_goes_on_where_it_was(center: Rig) -> None:
    async with center.chat() as marta:
        first = await marta.write("uno", "c1")
        await marta.write("dos", "c2")
        token = marta.token
    async with center.chat(token) as again:
        assert again.token == token
        assert again.welcome["state"] == "waiting"
        assert [(each["text"], each["client_id"]) for each in again.welcome["messages"]] == [
            ("uno", "c1"),
            ("dos", "c2"),
        ]
    async with center.chat(token, after=first["message_id"]) as later:
        assert [each["text"] for each in later.welcome["messages"]] == ["dos"]


async def test_a_message_said_twice_is_answered_the_same(center: Rig) -> None:
    async with center.chat() as marta:
        first = await marta.write("once", "same")
        assert await marta.write("once", "same") == first
    assert len(await center.rows("SELECT id FROM message")) == 1


async def test_a_token_that_nobody_gave_is_replaced(center: Rig) -> None:
    guess = "A" * 43
    async with center.chat(guess) as stranger:
        assert stranger.token != guess
        assert stranger.welcome["messages"] == []


async def test_what_an_agent_notes_never_reaches_the_customer(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.chat() as marta:
        await marta.write("hola")
        contact = await ana.accept(window)
        note = await ana.done(f"/api/v1/contacts/{contact}/notes", text="angry")
        assert note["message"]["direction"] == "note"
        await window.until("message", lambda frame: frame["message"]["direction"] == "note")
        await ana.done(f"/api/v1/contacts/{contact}/messages", text="buenas")
        await marta.until("message")
        assert "angry" not in str(marta.frames)
        async with center.chat(marta.token) as again:
            assert "angry" not in str(again.welcome)


async def test_leaving_and_ending_reaches_the_history(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.chat() as marta:
        await marta.write("hola")
        contact = await ana.accept(window)
        await marta.say({"type": "end"})

        async def left() -> bool:
            events = (await ana.get(f"/api/v1/contacts/{contact}"))["events"]
            return "customer_left" in [event["type"] for event in events]

        await until(left)


async def test_a_customer_who_stays_away_has_left(center: Rig) -> None:
    async with center.chat() as marta:
        await marta.write("hola")
        await until(lambda: _contacts(center))
    now = [time.time()]
    process = center.process
    app = center.app
    rooms = ChatRooms(center.dependencies(clock=lambda: now[0]), app[SCREENS])
    await rooms.tell_who_left()
    now[0] += AWAY_SECONDS - 1
    await rooms.tell_who_left()
    assert await _left(center) == [0]
    now[0] += 2
    await rooms.tell_who_left()
    await until(lambda: _is_left(center))
    assert process.bus.connected


async def _contacts(center: Rig) -> bool:
    return bool(await center.rows("SELECT id FROM contact"))


async def _left(center: Rig) -> list[int]:
    return [int(row[0]) for row in await center.rows("SELECT customer_left FROM contact")]


async def _is_left(center: Rig) -> bool:
    rows = await center.rows("SELECT customer_left, state FROM contact")
    return bool(rows[0][0]) or rows[0][1] == "closed"


async def test_other_sites_may_not_show_the_chat(center: Rig) -> None:
    async with aiohttp.ClientSession() as session:
        for origin in (None, "https://evil.example", "null", "http://utility.example", SITE + ".evil.example"):
            headers = {"Origin": origin} if origin else {}
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(f"{center.socket_url}/chat/socket", headers=headers)
            assert refused.value.status == 403, origin


async def test_an_unknown_page_is_refused_in_words(center: Rig) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{center.socket_url}/chat/socket", headers={"Origin": SITE}) as socket,
    ):
        await socket.send_json({"type": "hello", "page": "nope"})
        assert (await socket.receive_json())["code"] == "bad_page"
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


NONSENSE = (
    "", "no json", "[1", "null", "[]", '{"type": 7}', '{"type": "message"}', '{"type": "nope"}', "[" * 20_000, "\x00",
    '{"a": 1e999}',
)  # fmt: skip


async def test_frames_that_make_no_sense_are_answered(center: Rig) -> None:
    async with center.chat() as marta:
        for frame in NONSENSE:
            await marta.socket.send_str(frame)
            assert (await marta.until("error"))["code"], frame[:20]
        await marta.write("still here")


async def test_binary_nonsense_is_answered(center: Rig) -> None:
    async with center.chat() as marta:
        await marta.socket.send_bytes(b"\xff\xfe\xed\xa0\x80")
        assert (await marta.until("error"))["code"] == "bad_frame"


async def test_odd_text_of_a_customer_is_taken(center: Rig) -> None:
    async with center.chat() as marta:
        await marta.socket.send_str('{"type": "message", "client_id": "c1", "text": "a\\ud800\\u0000b"}')
        assert (await marta.until("accepted"))["client_id"] == "c1"
    assert (await center.rows("SELECT text FROM message"))[0][0] == "a\ufffdb"


async def test_a_frame_too_large_ends_the_socket_only(center: Rig) -> None:
    async with center.chat() as marta:
        await marta.socket.send_str("x" * 200_000)
        assert (await marta.next())["type"] == "closed"
    async with center.chat() as again:
        await again.write("fine")


async def test_too_fast_is_refused_and_may_be_said_again(center: Rig) -> None:
    async with center.chat() as marta:
        for n in range(30):
            await marta.say({"type": "message", "client_id": f"n{n}", "text": "x"})
        error = await marta.until("error")
        assert (error["code"], error["retry"]) == ("too_fast", True)


async def put_picture(center: Rig, token: str, content: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(content), filename="../cable.png", content_type="image/svg+xml")
    sent = {"Authorization": f"Bearer {token}", "Origin": SITE, **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{center.url}/chat/media", data=form, headers=sent) as answer,
    ):
        return answer.status, json.loads(await answer.read())


async def test_pictures_go_both_ways_and_to_nobody_else(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.chat() as marta, center.chat() as other:
        status, picture = await put_picture(center, marta.token, PNG)
        assert (status, picture["content_type"]) == (201, "image/png")
        await other.say({"type": "message", "client_id": "x", "text": "", "media_ids": [picture["id"]]})
        assert (await other.until("error"))["code"] == "bad_media"
        await marta.write("", "p1", media_ids=[picture["id"]])
        contact = await ana.accept(window)
        read = await ana.get(f"/api/v1/contacts/{contact}")
        media = read["messages"][0]["media"][0]
        async with ana.session.get(center.url + media["url"]) as answer:
            assert await answer.read() == PNG
            assert answer.headers["Content-Type"] == "image/png"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with center.person("bruno") as bruno:
            assert (await bruno.call("GET", media["url"]))[0] == 404
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{center.url}{picture['url']}") as answer:
                assert (answer.status, await answer.read()) == (200, PNG)
                assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            for url in (f"/chat/media/{picture['id']}?token={other.token}", f"/chat/media/{picture['id']}"):
                async with session.get(center.url + url) as answer:
                    assert answer.status == 404


async def test_what_is_no_picture_is_refused(center: Rig) -> None:
    async with center.chat() as marta:
        for content, wanted in (
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415),
            (b"<html>", 415),
            (b"", 415),
            (b"\x89PNG\r\n\x1a\n" + bytes(10_000_001), 413),
        ):
            status, body = await put_picture(center, marta.token, content)
            assert status == wanted, (content[:10], body)
        assert (await put_picture(center, "guess", PNG))[0] == 401
        assert (await put_picture(center, marta.token, PNG, Origin="https://evil.example"))[0] == 403


async def test_a_site_of_ours_may_ask_first(center: Rig) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.options(
            f"{center.url}/chat/media", headers={"Origin": SITE, "Access-Control-Request-Method": "POST"}
        ) as answer,
    ):
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


async def test_a_reply_that_the_bus_lost_arrives_by_the_sweep(deaf_center: Rig) -> None:
    async with deaf_center.person("ana") as ana, ana.desk() as window, deaf_center.chat() as marta:
        await marta.write("hola")
        contact = await ana.accept(window)
        await ana.done(f"/api/v1/contacts/{contact}/messages", text="aquí")
        assert (await marta.until("message"))["message"]["text"] == "aquí"


async def test_a_chat_waits_from_its_first_message_on(tmp_path: Path, redis_url: str) -> None:
    """Nobody has decided anything, and the customer who comes back is not asked to begin."""
    async with rig(tmp_path, redis_url, parts=Parts(web=True)) as center:
        async with center.chat() as marta:
            assert marta.welcome["state"] == "new"
            first = await marta.write("hola")
            token = marta.token
        async with center.chat(token, after=first["message_id"]) as again:
            assert (again.welcome["state"], again.welcome["messages"]) == ("waiting", [])
