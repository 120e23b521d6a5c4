"""Gateways' doors, and what strangers push through them: a clear refusal, nothing written, nothing lost."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

from contactcenter.bootstrap.process import Parts
from contactcenter.web.webhooks import MANY
from tests.runtime.waiting import until
from tests.services import PostgresServer
from tests.web.rig import ACCOUNT_SID, Rig, rig

SMS, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"


async def count(center: Rig, table: str = "message") -> int:
    return int((await center.rows(f"SELECT count(*) FROM {table}"))[0][0])


async def test_the_same_message_ten_times_at_once_is_one(center: Rig) -> None:
    fields = center.sms("once")
    assert await asyncio.gather(*(center.text(fields) for _ in range(10))) == [200] * 10
    assert await count(center) == 1
    await until(lambda: _has(center, "contact", 1))


async def _has(center: Rig, table: str, wanted: int) -> bool:
    return await count(center, table) == wanted


async def test_the_answer_is_empty_twiml(center: Rig) -> None:
    body, headers = center.signed_body(center.sms())
    status, _ = await center.post_raw(SMS, body, headers)
    assert status == 200


async def test_a_forged_or_missing_signature_is_refused(center: Rig) -> None:
    for path in (SMS, STATUS):
        body, headers = center.signed_body(center.sms(), path)
        for wrong in ({}, {"X-Twilio-Signature": "bm9uc2Vuc2U="}, {"X-Twilio-Signature": "é"}):
            status, error = await center.post_raw(path, body, wrong)
            assert (status, error["code"]) == (403, "forged"), wrong
        status, _ = await center.post_raw(path, body.replace(b"no+power", b"all+well"), headers)
        assert status == 403
        status, _ = await center.post_raw(path + "?x=1", body, headers)
        assert status == 403
    assert await count(center) == 0


async def test_the_host_header_changes_nothing(center: Rig) -> None:
    for host in ("x:abc", "evil.example", "[::", "a b", "127.0.0.1:99999999", "h\x7fst", "ö"):
        body, headers = center.signed_body(center.sms())
        assert await raw(center, SMS, {**headers, "Host": host}, body) in (200, 400), host
        assert await raw(center, SMS, {"Host": host, "X-Twilio-Signature": "x"}, body) in (400, 403), host


TARGETS = (
    "//evil.example/webhooks/twilio/sms", f"{SMS}?%ff", "/%00", "*", "/a%zz", "http://[::/x", "/" + "a" * 20_000,
)  # fmt: skip


async def test_odd_targets_are_refused(center: Rig) -> None:
    for target in TARGETS:
        status = await raw(center, target, {"X-Twilio-Signature": "x"}, b"a=b")
        assert status in (400, 403, 404, 405), target[:40]


async def raw(center: Rig, target: str, headers: dict[str, str], body: bytes) -> int:
    """A request written by hand; its status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", center.process.settings.port)
    sent = {"Host": "h", "Content-Type": "application/x-www-form-urlencoded", **headers, "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    writer.write(f"POST {target} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(line.split()[1])


ODD_BODIES = (
    b"", b"Body=%ED%A0%80", b"Body=\xed\xa0\x80", b"\xff\xfe\x00", b'{"Body": "json"}', b"&&&===", b"a=1&" * 600,
    b"Body=%00&From=%00",
)  # fmt: skip
KINDS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/plain; charset=x")


async def test_odd_bodies_are_forged_whatever_they_say(center: Rig) -> None:
    for body in ODD_BODIES:
        for kind in KINDS:
            status, _ = await center.post_raw(SMS, body, {"X-Twilio-Signature": "x", "Content-Type": kind})
            assert status in (400, 403), (body[:20], kind)
    assert await count(center) == 0


async def test_a_customer_s_odd_text_is_taken_as_it_is(center: Rig) -> None:
    for text in ("\x00", "\u202eevil", "👩‍👩‍👧‍👦" * 300, "", "DROP TABLE message;--", "<script>alert(1)</script>"):
        assert await center.text(center.sms(text)) == 200
    assert await count(center) == 6


async def test_large_bodies_are_refused_before_they_are_read(center: Rig) -> None:
    status, error = await center.post_raw(SMS, b"Body=" + b"a" * 1_000_000, {"X-Twilio-Signature": "x"})
    assert (status, error["code"]) == (413, "too_large")


async def test_a_compressed_bomb_is_refused(center: Rig) -> None:
    bomb = gzip.compress(b"a" * 50_000_000)
    headers = {"X-Twilio-Signature": "x", "Content-Encoding": "gzip"}
    status, error = await center.post_raw(SMS, bomb, headers)
    assert (status, error["code"]) == (413, "too_large")
    status, _ = await center.post_raw(SMS, b"no gzip at all", headers)
    assert status == 400
    status, _ = await center.post_raw(SMS, bomb[:40], headers)
    assert status in (400, 403)
    assert (
        await center.post_raw("/api/v1/session", bomb, {"Content-Encoding": "gzip", "Content-Type": "application/json"})
    )[0] == 413


async def test_an_unknown_status_report_changes_nothing(center: Rig) -> None:
    fields = {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": "SM" + "f" * 32,
        "MessageStatus": "delivered",
        "To": "+1",
        "From": "+2",
    }
    assert await center.text(fields, STATUS) == 200
    assert await count(center) == 0


async def test_statuses_out_of_order_never_go_back(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms())
        contact = await ana.accept(window)
        message = (await ana.done(f"/api/v1/contacts/{contact}/messages", text="hello"))["message"]["id"]
        path = f"{STATUS}?message={message}"
        for status in ("sent", "delivered", "sent", "undelivered", "queued", "nonsense"):
            fields = {"AccountSid": ACCOUNT_SID, "MessageSid": "SM" + "e" * 32, "MessageStatus": status}
            assert await center.text(fields, path) in (200, 400)
        rows = await center.rows("SELECT delivery FROM message WHERE id = :id", id=message)
        assert rows[0][0] == "delivered"


async def test_who_writes_very_much_is_taken_in_and_pointed_out(center: Rig) -> None:
    async with center.person("sofia") as sofia, sofia.window() as window:
        await window.until("snapshot")
        many = 2 * MANY.count + 1  # Should a minute end meanwhile, one of the two still has too many.
        codes = [await center.text(center.sms(f"{n}", sender="+59899777777")) for n in range(many)]
        assert set(codes) == {200}
        alarm = await window.until("alarm")
        assert alarm["code"] == "many_messages"
        assert "+59899777777" in alarm["message"]
    assert await count(center) == many


async def test_gateways_hear_503_while_sql_is_down(tmp_path: Path, redis_url: str) -> None:
    with PostgresServer() as server:
        url = server.url(server.create_database()).replace("+asyncpg", "")
        async with rig(tmp_path / "own", redis_url, database_url=url, parts=Parts(web=True)) as center:
            fields = center.sms()
            server.stop()
            body, headers = center.signed_body(fields)
            status, error = await center.post_raw(SMS, body, headers)
            assert (status, error["code"]) == (503, "unavailable")
            status, _ = await center.post_raw(SMS, body, {"X-Twilio-Signature": "x"})
            assert status == 403, "a forged one is still forged"


async def test_json_is_no_form(center: Rig) -> None:
    body = json.dumps(center.sms()).encode()
    status, _ = await center.post_raw(SMS, body, {"Content-Type": "application/json", "X-Twilio-Signature": "x"})
    assert status == 403
