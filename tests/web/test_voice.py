"""Calls over the local network: through the menus, reported, on hold, recorded, and while SQL is away."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.localnet.telephone import Telephone
from tests.runtime.waiting import until
from tests.services import PostgresServer
from tests.web.rig import ACCOUNT_SID, OURS
from tests.web.telephony import MARTA, STRANGER, Telephony, telephony

VOICE = "/webhooks/twilio/voice"


@pytest.fixture
async def calls(tmp_path: Path, redis_url: str) -> AsyncIterator[Telephony]:
    async with telephony(tmp_path, redis_url) as made:
        yield made


async def press(caller: Telephone, *steps: tuple[str, str]) -> None:
    """Wait for a text, then press a key."""
    for text, key in steps:
        await caller.hear(text)
        assert await caller.press(key)


async def test_an_outage_is_reported_without_an_agent_and_known_the_next_time(calls: Telephony) -> None:
    await calls.put()
    caller = await calls.call(MARTA)
    await caller.hear("Hola, Marta")
    await press(caller, ("Para español", "1"), ("Si no tiene luz", "1"), ("Si se quedó sin luz", "1"))
    await caller.hear("Registramos su corte con el número")
    await caller.until("completed")
    await calls.put(outage=True)
    again = await calls.call(MARTA)
    await again.hear("tormenta")
    await press(again, ("No hace falta que informe", "2"))
    await again.hear("Gracias por llamar")
    await again.until("completed")
    await calls.until_contacts(*[("closed", "self_served", "atencion")] * 2)
    assert calls.alerts() == []


async def test_a_caller_waits_with_music_and_hears_the_place(calls: Telephony) -> None:
    first, second = await calls.call(), await calls.call(MARTA)
    for caller in (first, second):
        await press(caller, ("Para español", "1"), ("Si no tiene luz", "2"))
        await caller.hear("Ya le comunicamos")
    await first.hear("Su lugar en la fila es el 1.")
    await second.hear("Su lugar en la fila es el 2.")
    await first.post("hangup")
    await second.hear("Su lugar en la fila es el 1.")
    await second.post("hangup")
    await calls.until_contacts(*[("closed", "abandoned", "facturacion")] * 2)
    assert calls.alerts() == []


async def test_the_hazard_key_on_hold(calls: Telephony) -> None:
    caller = await calls.call()
    await press(caller, ("Para español", "1"), ("Si no tiene luz", "2"))
    await caller.hear("Su lugar")
    while not await caller.press("9"):
        await caller.hear()
    await caller.hear("Aléjese del cable")
    await calls.until_contacts(("waiting", None, "peligro"))


async def test_the_hazard_key_while_a_message_is_left(calls: Telephony) -> None:
    caller = await calls.call()
    await press(caller, ("Para español", "1"), ("Si no tiene luz", "4"))
    await caller.hear(kind="beep")
    assert await caller.speak("Me mudo el lunes. Hay un cable en la calle.")
    assert await caller.press("9")
    await caller.hear("Aléjese del cable")
    await calls.until_contacts(("waiting", None, "altas"), ("waiting", None, "peligro"))
    assert calls.alerts() == []


async def test_who_hangs_up_in_the_menus_has_abandoned(calls: Telephony) -> None:
    caller = await calls.call()
    await caller.hear("Para español")
    await caller.post("hangup")
    await calls.until_contacts(("closed", "abandoned", "atencion"))


async def test_what_strangers_post_is_refused(calls: Telephony) -> None:
    center = calls.center
    fields = {"AccountSid": ACCOUNT_SID, "CallSid": "CA" + "0" * 32, "From": STRANGER, "To": OURS}
    for path in (VOICE, f"{VOICE}/menu?step=1", f"{VOICE}/hold?contact=x", f"{VOICE}/status"):
        body, _ = center.signed_body(fields, path)
        status, error = await center.post_raw(path, body, {"X-Twilio-Signature": "bm9uc2Vuc2U="})
        assert (status, error["code"]) == (403, "forged")
    body, headers = center.signed_body({"AccountSid": ACCOUNT_SID}, VOICE)
    status, error = await center.post_raw(VOICE, body, headers)
    assert (status, error["code"]) == (400, "unreadable")
    assert await center.rows("SELECT id FROM phone_call") == []


async def test_an_authentic_question_always_has_an_answer(calls: Telephony) -> None:
    center = calls.center
    base = {"AccountSid": ACCOUNT_SID, "From": "\x00", "To": "?" * 300}
    for number, path in enumerate(
        (
            "", "/menu", "/menu?step=99", "/menu?step=-1", "/hold", "/hold?contact=nobody&turn=3", "/safe?since=1e300",
            "/safe?hazard=1", "/join?contact=nobody", "/join", "/menu?step=1&contact=%00", "/hold?contact=" + "a" * 90,
        )
    ):  # fmt: skip
        for extra in ({}, {"Digits": "9"}, {"Digits": "1" * 500}, {"SpeechResult": "\x00"}, {"RecordingUrl": "x"}):
            fields = {**base, "CallSid": f"CA{number:032x}", **extra}
            assert await center.text(fields, VOICE + path) == 200, (path, extra)


async def test_a_node_without_menus_takes_no_calls_and_ends_none(
    tmp_path: Path, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with telephony(tmp_path, redis_url, ivr=None) as calls:
        caller = await calls.call()
        await caller.until("busy")
        base = {"AccountSid": ACCOUNT_SID, "CallSid": "CA" + "1" * 32, "From": STRANGER, "To": OURS}
        for path in ("/menu?step=1", "/hold?contact=x&turn=3", "/join?contact=x", "/safe"):
            assert await calls.center.text(base, VOICE + path) == 503, path
    logged = capsys.readouterr().out
    assert "voice.no_menus" in logged
    assert "voice.refused" in logged


async def test_what_callers_record_is_played_in_the_console(calls: Telephony) -> None:
    center = calls.center
    async with center.person("ana") as ana, ana.desk() as window:
        caller = await calls.call()
        await press(caller, ("Para español", "1"), ("Si no tiene luz", "4"))
        await caller.hear("Deje su mensaje")
        await caller.hear(kind="beep")
        assert await caller.speak("Me mudo el lunes.")
        await caller.post("hangup")
        contact = await ana.accept(window)
        rows = await center.rows("SELECT channel, queue, address FROM contact WHERE id = :id", id=contact)
        assert [tuple(row) for row in rows] == [("voicemail", "altas", STRANGER)]

        async def fetched() -> bool:
            return [row[0] for row in await center.rows("SELECT state FROM media")] == ["ready"]

        await until(fetched)
        ((media,),) = await center.rows("SELECT id FROM media")
        status, sound = await ana.call("GET", f"/api/v1/media/{media}")
        assert status == 200
        assert ana.headers["Content-Type"] == "audio/wav"
        assert sound.startswith(b"RIFF")
        status, error = await ana.act(f"/api/v1/contacts/{contact}/messages", text="Hola")
        assert (status, error["error"]["code"]) == (422, "not_written")
    assert await center.rows("SELECT id FROM contact WHERE channel = 'voice'") == []
    assert calls.alerts() == []


async def test_calls_by_chance_over_a_bad_line(calls: Telephony) -> None:
    chance = random.Random(7)
    await calls.put()
    for kind in ("callback_doubled", "callback_late"):
        await calls.fault(kind, times=10, **({"seconds": 0.05} if kind == "callback_late" else {}))

    async def one(number: int) -> None:
        caller = await calls.call(chance.choice((MARTA, f"+5989910{number:04d}")))
        for _ in range(chance.randrange(60)):
            digits = chance.choice(("1", "2", "3", "4", "0", "9", "#", "4401873#"))
            if not await still(caller, "keys", digits=digits):
                break
            await caller.transcript()
        await still(caller, "hangup")

    async def still(caller: Telephone, action: str, **body: str) -> bool:
        """Do it, unless the call is over."""
        async with calls.http.post(f"/_control/calls/{caller.sid}/{action}", json=body) as answer:
            assert answer.status in (200, 409), await answer.text()
            return answer.status == 200

    await asyncio.gather(*(one(number) for number in range(20)))

    async def over() -> bool:
        """Who was asked for a recording, or was gone before anything was said, is counted by a later sweep."""
        rows = await calls.center.rows(
            "SELECT p.part, p.session_json, c.outcome FROM phone_call p LEFT JOIN contact c ON c.id = p.contact_id"
        )
        return all(outcome or (part == "menu" and '"Record"' in session) for part, session, outcome in rows)

    await until(over)
    assert await calls.center.rows("SELECT id FROM inbox WHERE quarantined_at IS NOT NULL") == []
    assert calls.alerts() == []


async def test_who_calls_while_sql_is_away_is_served_afterwards(tmp_path: Path, redis_url: str) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database()).replace("+asyncpg", "")
        async with telephony(tmp_path, redis_url, database_url=url) as calls:
            waiting, choosing = await calls.call(), await calls.call(MARTA)
            await press(waiting, ("Para español", "1"), ("Si no tiene luz", "0"))
            await press(choosing, ("Para español", "1"))
            await waiting.hear("Su lugar en la fila es el 1.")
            await choosing.hear("Si no tiene luz")
            server.stop()
            began = time.time()
            new = await calls.call("+59899100177")
            await choosing.press("2")
            for caller in (choosing, new):
                await caller.hear("dificultades técnicas")
            await waiting.hear(kind="play")
            over = {"AccountSid": ACCOUNT_SID, "CallSid": waiting.sid, "CallStatus": "completed"}
            assert await calls.center.text(over, f"{VOICE}/status") == 503, "the network tells again later"
            server.start()
            for caller in (choosing, new):
                await caller.hear("Ya le comunicamos")
                await caller.hear("Su lugar en la fila")
            rows = await calls.center.rows("SELECT place FROM contact WHERE address = '+59899100177'")
            assert began - 1 <= rows[0][0] <= began + 5
            await calls.until_contacts(*[("waiting", None, "atencion")] * 3)
            assert calls.alerts() == []
