"""Every route says who may use it, and means it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from contactcenter.web.access import Access, Role, access_of
from contactcenter.web.app import ENDPOINTS, _check_access
from tests.web.rig import Person, Rig


def _routes(app: web.Application) -> Iterator[tuple[str, str, Access | None]]:
    for route in app.router.routes():
        resource = route.resource
        assert resource is not None
        yield route.method, resource.canonical, access_of(route.handler)


async def test_every_route_says_who_may_use_it(center: Rig) -> None:
    routes = list(_routes(center.app))
    assert len(routes) > 50
    for method, path, access in routes:
        assert access is not None, (method, path)
        assert access.role is not None or access.why, (method, path)


async def test_only_these_routes_are_open(center: Rig) -> None:
    public = {path for _, path, access in _routes(center.app) if access is not None and access.role is None}
    assert public == {
        "/", "/console", "/console/{path}", "/api/v1/docs", "/api/v1/docs/{file}", "/api/v1/openapi.json",
        "/api/v1/session", "/demo/chat", "/demo/{file}", "/healthz", "/readyz", "/metrics", "/media/{id}",
        "/chat/widget.js", "/chat/socket", "/chat/media", "/chat/media/{id}", "/sounds/{file}",
        "/webhooks/{path}",
    }  # fmt: skip


def test_an_application_with_an_unguarded_route_does_not_start() -> None:
    async def open_to_all(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/oops", open_to_all)
    with pytest.raises(RuntimeError, match="/oops"):
        _check_access(app)


async def test_nobody_gets_in_without_a_session_or_with_too_small_a_role(center: Rig) -> None:
    async with Person(center) as stranger, center.person("ana") as ana, center.person("sofia") as sofia:
        for endpoint in ENDPOINTS:
            role = endpoint.access.role
            if role is None or endpoint.path == "/api/v1/session":
                continue
            path = endpoint.path.replace("{id}", "some-id")
            assert (await stranger.call(endpoint.method, path))[0] == 401, endpoint.path
            if role.rank > Role.AGENT.rank:
                assert (await ana.call(endpoint.method, path))[0] == 403, endpoint.path
            if role is Role.ADMIN:
                assert (await sofia.call(endpoint.method, path))[0] == 403, endpoint.path


async def test_an_account_without_an_agent_takes_no_contacts(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        status, body = await sofia.act("/api/v1/agent/status", "PUT", status="available")
        assert (status, body["error"]["code"]) == (403, "no_agent")


async def test_contacts_of_others_do_not_exist(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.person("bruno") as bruno:
        await center.text(center.sms("mine", sender="+59899000001"))
        contact = await ana.accept(window)
        read = await ana.get(f"/api/v1/contacts/{contact}")
        customer = read["contact"]["customer"]["id"]
        assert (await ana.get(f"/api/v1/customers/{customer}"))["contacts"][0]["id"] == contact
        assert (await bruno.call("GET", f"/api/v1/contacts/{contact}"))[0] == 404
        assert (await bruno.call("GET", f"/api/v1/customers/{customer}"))[0] == 404
        status, body = await bruno.act(f"/api/v1/contacts/{contact}/messages", text="I take over")
        assert (status, body["error"]["code"]) == (409, "not_yours")
        assert (await bruno.act(f"/api/v1/contacts/{contact}/notes", text="hm"))[0] == 409
        assert (await bruno.act(f"/api/v1/contacts/{contact}/end"))[0] == 409
        assert (await bruno.act("/api/v1/contacts/unknown/messages", text="x"))[0] == 404
        assert len(await center.rows("SELECT id FROM message")) == 1, "nothing was written"
        async with center.person("sofia") as sofia:
            assert (await sofia.get(f"/api/v1/contacts/{contact}"))["contact"]["id"] == contact


async def test_earlier_contacts_of_a_customer_at_hand_may_be_read(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms("first", sender="+59899000001"))
        first = await ana.accept(window)
        await ana.done(f"/api/v1/contacts/{first}/end")
        await ana.done(f"/api/v1/contacts/{first}/wrap-up", disposition="done")
        await window.until("contact_removed")
        assert (await ana.call("GET", f"/api/v1/contacts/{first}"))[0] == 404, "not hers any more"
        await center.text(center.sms("second", sender="+59899000001"))
        offer = (await window.until("offer"))["offer"]
        assert offer["contact"]["id"] != first
        assert (await ana.get(f"/api/v1/contacts/{first}"))["contact"]["disposition"] == "done"


async def test_security_headers_are_on_every_answer(center: Rig, tmp_path: Path) -> None:
    async with center.person("ana") as ana:
        for path in ("/", "/console/", "/api/v1/console", "/api/v1/nothing", "/webhooks/twilio/sms", "/chat/widget.js"):
            await ana.call("GET", path, allow_redirects=False)
            policy = ana.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy, path
            assert "unsafe" not in policy, path
            assert ana.headers["X-Content-Type-Options"] == "nosniff", path
            assert len(ana.headers["X-Request-ID"]) > 20, path
