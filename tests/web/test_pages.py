"""Files, health and figures; pictures of replies; reading and exporting."""

from __future__ import annotations

import io
from pathlib import Path

import aiohttp

from contactcenter.bootstrap.process import Parts
from contactcenter.runtime.media import MediaLinks
from contactcenter.web import create_app
from contactcenter.web.state import Demo
from contactcenter.web.static import CONSOLE
from tests.listening import served
from tests.runtime.waiting import until
from tests.web.rig import PNG, Person, Rig, rig


async def test_health_says_what_is_missing(tmp_path: Path, redis_url: str) -> None:
    async with rig(tmp_path, redis_url, parts=Parts(web=True)) as center, Person(center) as anybody:
        assert await anybody.call("GET", "/healthz") == (200, {"status": "ok"})
        status, body = await anybody.call("GET", "/readyz")
        assert (status, body["missing"]) == (503, ["router"])


async def test_a_whole_center_is_ready_and_measured(center: Rig) -> None:
    async with Person(center) as anybody:
        status, body = await anybody.call("GET", "/readyz")
        assert (status, body["status"]) == (200, "ready")
        await center.text(center.sms())
        _, figures = await anybody.call("GET", "/metrics")
        assert b'contactcenter_webhooks_total{channel="sms",code="200"} 1.0' in figures


async def test_the_console_and_the_widget_are_served_from_their_folder_only(center: Rig, tmp_path: Path) -> None:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>Console</title>")
    (built / "assets" / "index-abc.js").write_text("1")
    (built / "widget.js").write_text("2")
    (tmp_path / "secret.txt").write_text("secret")
    app = create_app(center.dependencies(), console=built)
    async with served(app) as url, aiohttp.ClientSession() as session:
        for path, status, text, caching in (
            ("/", 200, "<title>Console</title>", "no-cache"),
            ("/console", 200, "<title>Console</title>", "no-cache"),
            ("/console/contacts/123", 200, "<title>Console</title>", "no-cache"),
            ("/console/assets/index-abc.js", 200, "1", "immutable"),
            ("/console/assets/nothing.js", 404, "not_found", "no-store"),
            ("/console/%2e%2e/secret.txt", 404, "not_found", "no-store"),
            ("/console/..%2fsecret.txt", 200, "<title>Console</title>", "no-cache"),
            ("/console/%00", 200, "<title>Console</title>", "no-cache"),
            ("/chat/widget.js", 200, "2", "max-age=300"),
        ):
            async with session.get(url + path) as answer:
                body = await answer.text()
                assert (answer.status, text in body) == (status, True), path
                assert caching in answer.headers["Cache-Control"], path
                assert "secret" not in body
        async with session.get(f"{url}/chat/widget.js") as answer:
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert app[CONSOLE] == built


async def test_a_console_that_is_not_built_says_how(center: Rig, tmp_path: Path) -> None:
    app = create_app(center.dependencies(), console=tmp_path / "nothing")
    async with served(app) as url, aiohttp.ClientSession() as session:
        async with session.get(f"{url}/console/") as answer:
            assert (answer.status, "make frontend" in await answer.text()) == (503, True)
        async with session.get(f"{url}/chat/widget.js") as answer:
            assert (answer.status, "make frontend" in await answer.text()) == (503, True)


async def test_the_demo_s_page_is_the_demo_s_only(center: Rig, tmp_path: Path, redis_url: str) -> None:
    async with Person(center) as anybody:
        for path in ("/demo/chat", "/demo/style.css"):
            assert (await anybody.call("GET", path))[0] == 404
        for path in ("/api/v1/docs", "/api/v1/docs/docs.js", "/api/v1/docs/docs.css"):
            assert (await anybody.call("GET", path))[0] == 200
        assert (await anybody.call("GET", "/api/v1/docs/nothing"))[0] == 404
    async with rig(tmp_path / "demo", redis_url, demo=Demo()) as demo, Person(demo) as anybody:
        _, page = await anybody.call("GET", "/demo/chat")
        assert b'<script src="/chat/widget.js" data-page="web"' in page
        assert (await anybody.call("GET", "/demo/style.css"))[0] == 200
        assert (await anybody.call("GET", "/demo/..%2fdocs%2findex.html"))[0] == 404


def _form(content: bytes, name: str = "file") -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(name, io.BytesIO(content), filename='a" b.png', content_type="image/png")
    return form


async def test_an_agent_s_picture_goes_with_a_reply_once(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window, center.person("bruno") as bruno:
        async with center.chat() as marta:
            await marta.write("hola")
            contact = await ana.accept(window)
            status, picture = await ana.call("POST", "/api/v1/media", data=_form(PNG))
            assert (status, picture["content_type"], picture["size"]) == (201, "image/png", len(PNG))
            assert (await bruno.call("GET", picture["url"]))[0] == 404
            path = f"/api/v1/contacts/{contact}/messages"
            assert (await ana.act(path, text="", media_ids=["nothing"]))[0] == 422
            answer = await ana.done(path, text="", media_ids=[picture["id"]])
            assert answer["message"]["media"][0]["id"] == picture["id"]
            assert (await ana.act(path, text="again", media_ids=[picture["id"]]))[0] == 422, "it is used"
            message = (await marta.until("message"))["message"]
            async with aiohttp.ClientSession() as session, session.get(center.url + message["media"][0]["url"]) as got:
                assert await got.read() == PNG
        async with ana.session.get(f"{center.url}{picture['url']}?download=1") as got:
            assert got.headers["Content-Disposition"].startswith("attachment")


async def test_uploads_are_pictures_or_nothing(center: Rig) -> None:
    async with center.person("ana") as ana:
        for form, wanted in (
            (_form(b"<svg/>"), 415),
            (_form(PNG, "other"), 400),
            (_form(PNG + bytes(10_000_000)), 413),
        ):
            assert (await ana.call("POST", "/api/v1/media", data=form))[0] == wanted
        assert (await ana.call("POST", "/api/v1/media", {"file": "x"}))[0] == 415
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="):
            status, _ = await ana.call("POST", "/api/v1/media", data=b"--x\r\n\r\n", headers={"Content-Type": kind})
            assert status == 400, kind
    assert await center.rows("SELECT id FROM media") == []


async def test_a_gateway_fetches_by_a_signed_link_that_ends(center: Rig) -> None:
    now = 1_000_000.0
    links = MediaLinks(center.process.settings.data_dir, center.url, lambda: now)
    async with center.person("ana") as ana, aiohttp.ClientSession() as gateway:
        _, picture = await ana.call("POST", "/api/v1/media", data=_form(PNG))
        async with gateway.get(center.process.links.link(picture["id"])) as answer:
            assert (answer.status, await answer.read()) == (200, PNG)
        for url in (
            links.link(picture["id"]),
            center.process.links.link("other").replace("other", picture["id"]),
            f"{center.url}/media/{picture['id']}",
            f"{center.url}/media/{picture['id']}?expires=9999999999&signature=%ED%A0%80",
            f"{center.url}/media/{picture['id']}?expires=١&signature=x",
        ):
            async with gateway.get(url) as answer:
                assert answer.status == 403, url


async def test_the_desk_speaks_the_account_s_language(center: Rig) -> None:
    async with center.person("ana") as ana:
        desk = await ana.get("/api/v1/console")
        assert [queue["name"] for queue in desk["queues"]] == ["Outages", "Bills"]
        assert desk["queues"][0]["dispositions"] == [{"id": "done", "name": "Done"}]
        assert desk["not_ready_reasons"] == [{"id": "break", "name": "Break"}]
        assert desk["answers"][0]["title"] == "Storm"
        assert {channel["id"] for channel in desk["channels"]} == {"sms", "chat"}
        assert desk["agent"]["profile"] == {"id": "all", "name": "All"}


async def test_the_desk_speaks_the_language_that_is_asked_for(center: Rig) -> None:
    async with center.person("ana") as ana:
        ana.session.headers["Accept-Language"] = "es-UY,es;q=0.9"
        desk = await ana.get("/api/v1/console")
        assert [queue["name"] for queue in desk["queues"]] == ["Averías", "Facturas"]
        ana.session.headers["Accept-Language"] = "fr"
        desk = await ana.get("/api/v1/console")
        assert [queue["name"] for queue in desk["queues"]] == ["Outages", "Bills"]


async def test_a_history_becomes_a_file(tmp_path: Path, redis_url: str) -> None:
    async with (
        rig(tmp_path, redis_url, parts=Parts(web=True, router=True, worker=True)) as center,
        center.person("ana") as ana,
        ana.desk() as window,
    ):
        await center.text(center.sms("keep this"))
        contact = await ana.accept(window)
        status, started = await ana.call("POST", f"/api/v1/contacts/{contact}/export", {})
        assert status == 202
        path = f"/api/v1/jobs/{started['job_id']}"

        async def done() -> bool:
            return bool((await ana.get(path))["state"] == "done")

        await until(done, 30)
        url = (await ana.get(path))["url"]
        status, page = await ana.call("GET", url)
        assert (status, b"keep this" in page) == (200, True)
        assert ana.headers["Content-Disposition"].startswith("attachment")
        async with center.person("bruno") as bruno:
            assert (await bruno.call("GET", path))[0] == 404
            assert (await bruno.call("GET", url))[0] == 404
