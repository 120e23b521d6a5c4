"""Signing in and out, and what makes a forged request fail."""

from __future__ import annotations

from pathlib import Path

from contactcenter.web.signin import BY_ACCOUNT
from contactcenter.web.state import Demo, DemoAccount
from tests.runtime.waiting import until
from tests.web.rig import PASSWORD, Person, Rig, rig


async def test_a_session_lasts_from_the_password_to_the_sign_out(center: Rig) -> None:
    async with Person(center) as ana:
        assert (await ana.call("GET", "/api/v1/session"))[0] == 401
        status, session = await ana.sign_in("ANA")
        assert status == 200
        assert session["account"]["role"] == "agent"
        cookie = ana.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert (await ana.get("/api/v1/session"))["account"]["agent_id"] == "ana"
        assert (await ana.call("DELETE", "/api/v1/session"))[0] == 204
        assert (await ana.call("GET", "/api/v1/console"))[0] == 401


async def test_the_token_lies_in_sql_as_a_hash_only(center: Rig) -> None:
    async with center.person("ana") as ana:
        token = next(cookie.value for cookie in ana.session.cookie_jar if cookie.key == "cc_session")
        rows = await center.rows("SELECT token_hash FROM login")
        assert rows
        assert token not in str(rows)


async def test_a_planted_session_is_not_kept(center: Rig) -> None:
    async with center.person("ana") as ana:
        before = [cookie.value for cookie in ana.session.cookie_jar]
        await ana.sign_in("ana")
        assert [cookie.value for cookie in ana.session.cookie_jar] != before
        assert len(await center.rows("SELECT token_hash FROM login")) == 1


async def test_a_wrong_name_looks_like_a_wrong_password(center: Rig) -> None:
    async with Person(center) as person:
        for username in ("ana", "nobody"):
            status, body = await person.sign_in(username, "wrong")
            assert (status, body["error"]["code"]) == (401, "bad_credentials")


async def test_tries_are_limited_by_account(center: Rig) -> None:
    async with Person(center) as person:
        for _ in range(BY_ACCOUNT.count):
            assert (await person.sign_in("bruno", "wrong"))[0] == 401
        status, body = await person.sign_in("bruno")
        assert (status, body["error"]["code"]) == (429, "too_many_attempts")
        assert int(person.headers["Retry-After"]) > 0
        assert (await person.sign_in("ana"))[0] == 200, "others may"


async def test_signing_in_often_is_no_offence(center: Rig) -> None:
    async with Person(center) as person:
        for _ in range(BY_ACCOUNT.count + 2):
            assert (await person.sign_in("ana"))[0] == 200


async def test_a_change_needs_the_token_and_an_origin_of_ours(center: Rig) -> None:
    async with center.person("ana") as ana:
        good, ana.csrf = ana.csrf, "guessed"
        status, body = await ana.act("/api/v1/agent/status", "PUT", status="available")
        assert (status, body["error"]["code"]) == (403, "csrf")
        ana.csrf, ana.origin = good, "https://evil.example"
        status, body = await ana.act("/api/v1/agent/status", "PUT", status="available")
        assert (status, body["error"]["code"]) == (403, "foreign_origin")
        ana.origin = "null"
        assert (await ana.act("/api/v1/agent/status", "PUT", status="available"))[0] == 403
        ana.origin = center.url.replace("127.0.0.1", "localhost")
        status, body = await ana.act("/api/v1/agent/status", "PUT", status="not_ready", reason="break")
        assert (status, body["error"]["code"]) == (409, "not_connected"), "the same machine: the router was asked"


async def test_a_page_of_another_site_cannot_sign_somebody_in(center: Rig) -> None:
    async with Person(center) as person:
        person.origin = "https://evil.example"
        assert (await person.sign_in("ana"))[0] == 403


async def test_an_ended_session_closes_its_windows(center: Rig) -> None:
    async with center.person("ana") as ana, ana.window() as window:
        await window.until("snapshot")
        await ana.call("DELETE", "/api/v1/session")
        # The look for ended sessions may come between the commit and the news of it.
        assert (await window.until("signed_out"))["reason"] in ("signed_out", "session_ended")
        assert (await window.next())["type"] == "closed"
        await until(lambda: _no_consoles(center))


async def _no_consoles(center: Rig) -> bool:
    return not await center.rows("SELECT id FROM console_session")


async def test_a_session_that_sql_forgot_closes_its_windows(center: Rig) -> None:
    async with center.person("ana") as ana, ana.window() as window:
        await window.until("snapshot")
        await center.storage.end_logins_of("account-ana")
        assert (await window.until("signed_out"))["reason"] == "session_ended"


async def test_the_demo_lists_its_sign_ins_and_nothing_else_does(tmp_path: Path, redis_url: str) -> None:
    account = DemoAccount(username="ana", password=PASSWORD, name="Ana", role="agent")
    async with (
        rig(tmp_path, redis_url, demo=Demo(accounts=[account], handset_url="http://localhost:8081/")) as center,
        Person(center) as person,
    ):
        status, body = await person.call("GET", "/api/v1/session")
        assert status == 401
        assert body["error"]["detail"]["demo_accounts"][0]["password"] == PASSWORD
        assert body["error"]["detail"]["demo_handset"] == "http://localhost:8081/"
        _, session = await person.sign_in("ana")
        assert session["demo"] is True


async def test_outside_the_demo_nobody_learns_a_name(center: Rig) -> None:
    async with Person(center) as person:
        _, body = await person.call("GET", "/api/v1/session")
        assert body["error"]["detail"] == {}


async def test_https_makes_cookies_secure_and_asks_for_https(tmp_path: Path, redis_url: str) -> None:
    async with (
        rig(tmp_path, redis_url, CONTACTCENTER_PUBLIC_URL="https://center.example") as center,
        Person(center) as ana,
    ):
        center.url = f"http://127.0.0.1:{center.process.settings.port}"
        ana.origin = "https://center.example"
        assert (await ana.sign_in("ana"))[0] == 200
        assert "Secure" in ana.headers["Set-Cookie"]
        assert ana.headers["Strict-Transport-Security"].startswith("max-age=")
