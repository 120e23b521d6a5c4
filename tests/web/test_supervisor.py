"""What supervisors and administrators do: configuration, agents, contacts, accounts, what is stuck."""

from __future__ import annotations

from typing import Any

from tests.runtime.waiting import until
from tests.web.rig import PASSWORD, Person, Rig


async def _version(sofia: Person) -> tuple[int, dict[str, Any]]:
    stored = await sofia.get("/api/v1/configuration")
    return stored["version"], stored["document"]


async def test_a_profile_changed_acts_on_the_next_decision(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms("FACTURA"))
        version, document = await _version(sofia)
        profile = document["profiles"]["all"]
        profile["skills"]["bills"] = 5
        status, answer = await sofia.call("PUT", "/api/v1/profiles/all", {"base_version": version, "profile": profile})
        assert (status, answer) == (200, {"version": version + 1})
        assert (await window.until("configuration"))["version"] == version + 1
        assert (await window.until("offer"))["offer"]["contact"]["queue"]["id"] == "bills"
        assert (await ana.get("/api/v1/console"))["configuration_version"] == version + 1


async def test_two_changes_on_one_version_do_not_meet(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        version, document = await _version(sofia)
        body = {"base_version": version, "document": document, "comment": "first"}
        assert (await sofia.call("PUT", "/api/v1/configuration", body))[0] == 200
        status, answer = await sofia.call("PUT", "/api/v1/configuration", body)
        assert (status, answer["error"]["code"]) == (409, "stale_version")
        for method, path in (
            ("PUT", "/api/v1/profiles/all"),
            ("DELETE", f"/api/v1/profiles/spare?base_version={version}"),
        ):
            given = {"base_version": version, "profile": {}} if method == "PUT" else None
            status, answer = await sofia.call(method, path, given)
            assert (status, answer["error"]["code"]) == (409, "stale_version")


async def test_what_is_wrong_in_a_document_is_said_by_path(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        version, document = await _version(sofia)
        document["profiles"]["all"]["skills"]["powr"] = 9
        document["queues"]["power"]["offer_seconds"] = -1
        status, answer = await sofia.call(
            "PUT", "/api/v1/configuration", {"base_version": version, "document": document}
        )
        assert (status, answer["error"]["code"]) == (422, "invalid_configuration")
        paths = [error["path"] for error in answer["error"]["detail"]["errors"]]
        assert any("powr" in path for path in paths)
        assert any("offer_seconds" in path for path in paths)
        odd: dict[str, Any]
        for odd in ({}, {"profiles": 7}, {"queues": []}, {"skills": {"x": None}}):
            status, _ = await sofia.call("PUT", "/api/v1/configuration", {"base_version": version, "document": odd})
            assert status == 422
        assert (await _version(sofia))[0] == version


async def test_a_queue_with_contacts_goes_only_with_a_target(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        await center.text(center.sms("FACTURA"))
        await until(lambda: _waits(center, "bills"))
        version, document = await _version(sofia)
        del document["queues"]["bills"]
        document["entry_points"] = [entry for entry in document["entry_points"] if entry["queue"] != "bills"]
        body = {"base_version": version, "document": document}
        status, answer = await sofia.call("PUT", "/api/v1/configuration", body)
        assert (status, answer["error"]["code"]) == (409, "queue_not_empty")
        status, answer = await sofia.call("PUT", "/api/v1/configuration", {**body, "moves": {"bills": "nowhere"}})
        assert status == 422
        assert (await sofia.call("PUT", "/api/v1/configuration", {**body, "moves": {"bills": "power"}}))[0] == 200
        await until(lambda: _waits(center, "power"))


async def _waits(center: Rig, queue: str) -> bool:
    return bool(await center.rows("SELECT id FROM contact WHERE queue = :queue", queue=queue))


async def test_profiles_come_and_go(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        version, _ = await _version(sofia)
        profile = {
            "name": "New",
            "channels": ["chat"],
            "capacity": {"voice": 0, "live": 1, "async": 0},
            "skills": {"power": 1},
        }
        status, _ = await sofia.call("PUT", "/api/v1/profiles/new", {"base_version": version, "profile": profile})
        assert status == 200
        status, answer = await sofia.call("DELETE", f"/api/v1/profiles/all?base_version={version + 1}")
        assert (status, answer["error"]["code"]) == (409, "profile_in_use")
        assert (await sofia.call("DELETE", f"/api/v1/profiles/nope?base_version={version + 1}"))[0] == 404
        assert (await sofia.call("DELETE", f"/api/v1/profiles/new?base_version={version + 1}"))[0] == 200
        assert (await sofia.call("DELETE", "/api/v1/profiles/new"))[0] == 422


async def test_agents_are_added_and_changed(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        carla = {"id": "carla", "name": "Carla", "profile": "all"}
        status, answer = await sofia.call("POST", "/api/v1/agents", carla)
        assert (status, answer["profile"]["id"]) == (201, "all")
        status, answer = await sofia.call("POST", "/api/v1/agents", carla)
        assert (status, answer["error"]["code"]) == (409, "agent_exists")
        status, answer = await sofia.call("PUT", "/api/v1/agents/carla", {"profile": "spare"})
        assert (status, answer["profile"]["id"], answer["name"]) == (200, "spare", "Carla")
        assert (await sofia.call("PUT", "/api/v1/agents/carla", {"profile": "nope"}))[0] == 422
        assert (await sofia.call("PUT", "/api/v1/agents/nobody", {"name": "X"}))[0] == 404

        async def changed() -> bool:
            agents = (await sofia.get("/api/v1/agents"))["agents"]
            return [agent["profile"]["id"] for agent in agents if agent["id"] == "carla"] == ["spare"]

        await until(changed)


async def test_an_agents_calls_ring_where_a_supervisor_says(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        for telephone, shown in (("+59829001234", "+59829001234"), ("sip:ana@pbx.example:5060", ...), ("", None)):
            status, answer = await sofia.call("PUT", "/api/v1/agents/ana", {"telephone": telephone})
            assert (status, answer["telephone"]) == (200, telephone if shown is ... else shown)
        for telephone in ("29001234", "sip:ana", "agent:beto", "+598 2900", "x" * 201):
            assert (await sofia.call("PUT", "/api/v1/agents/ana", {"telephone": telephone}))[0] == 422
        assert (await ana.call("PUT", "/api/v1/agents/ana", {"telephone": "+59829001234"}))[0] == 403


async def test_a_supervisor_gives_somebody_a_status_and_frees_what_is_stuck(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms())
        contact = await ana.accept(window)
        await sofia.done("/api/v1/agents/ana/status", "PUT", status="not_ready", reason="break")
        told = await window.until("agent", lambda frame: frame["agent"]["status"] == "not_ready")
        assert told["agent"]["reason"] == "break"
        assert (await sofia.act("/api/v1/agents/ana/status", "PUT", status="not_ready", reason="tea"))[0] == 422
        assert (await sofia.act("/api/v1/agents/nobody/status", "PUT", status="available"))[0] == 409
        await sofia.done(f"/api/v1/contacts/{contact}/close", reason="stuck")
        assert (await window.until("contact_removed"))["reason"] == "closed"
        read = await sofia.get(f"/api/v1/contacts/{contact}")
        assert read["contact"]["outcome"] == "system_closed"


async def test_contacts_are_found_page_by_page(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        for number in range(5):
            await center.text(center.sms("x", sender=f"+5989955000{number}"))
        await until(lambda: _five(center))
        seen: list[str] = []
        cursor = ""
        while True:
            page = await sofia.get(f"/api/v1/contacts?limit=2&before={cursor}")
            seen += [contact["address"] for contact in page["contacts"]]
            if page["next"] is None:
                break
            cursor = page["next"]
        assert seen == [f"+5989955000{number}" for number in reversed(range(5))]
        assert (
            len((await sofia.get("/api/v1/contacts?q=550003&state=waiting&queue=power&channel=sms"))["contacts"]) == 1
        )
        assert (await sofia.get("/api/v1/contacts?q=%25_\\&customer=nobody"))["contacts"] == []
        for bad in ("before=x", "before=%00", "limit=0", "limit=x", "limit=999", "before=bmFuIHg="):
            assert (await sofia.call("GET", f"/api/v1/contacts?{bad}"))[0] == 422, bad


async def _five(center: Rig) -> bool:
    return len(await center.rows("SELECT id FROM contact")) == 5


async def test_dead_letters_are_seen_tried_again_and_dropped(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        assert (await sofia.get("/api/v1/outbox"))["items"] == []
        assert (await sofia.get("/api/v1/outbox?state=pending"))["items"] == []
        for path in ("1/retry", "1/drop"):
            status, answer = await sofia.call("POST", f"/api/v1/outbox/{path}")
            assert (status, answer["error"]["code"]) == (409, "not_there")
        for path in ("x/retry", "99999999999999999999/drop"):
            assert (await sofia.call("POST", f"/api/v1/outbox/{path}"))[0] == 404


async def test_what_could_not_be_handled_is_seen_by_administrators(center: Rig) -> None:
    async with center.person("root") as root:
        assert (await root.get("/api/v1/quarantine"))["items"] == []
        assert (await root.call("POST", "/api/v1/quarantine/1/retry"))[0] == 409
        assert (await root.call("POST", "/api/v1/quarantine/1/drop"))[0] == 409


async def test_accounts_are_added_changed_and_shut(center: Rig) -> None:
    new = {
        "username": "Dora",
        "name": "Dora",
        "password": PASSWORD,
        "role": "agent",
        "agent_id": "ana",
        "language": "pt",
    }
    async with center.person("root") as root, Person(center) as dora:
        status, account = await root.call("POST", "/api/v1/accounts", new)
        assert (status, account["username"], account["active"]) == (201, "dora", True)
        assert "password" not in str(account)
        status, answer = await root.call("POST", "/api/v1/accounts", new)
        assert (status, answer["error"]["code"]) == (409, "username_taken")
        assert (await dora.sign_in("dora"))[0] == 200
        path = f"/api/v1/accounts/{account['id']}"
        assert (await root.call("PUT", path, {"name": "Dora Diaz"}))[1]["name"] == "Dora Diaz"
        assert (await dora.call("GET", "/api/v1/session"))[0] == 200, "a name changes nobody's session"
        assert (await root.call("PUT", path, {"role": "supervisor"}))[0] == 200
        assert (await dora.call("GET", "/api/v1/session"))[0] == 401
        assert (await root.call("PUT", path, {"active": False}))[1]["active"] is False
        assert (await dora.sign_in("dora"))[0] == 401
        assert len((await root.get("/api/v1/accounts"))["accounts"]) == 5
        for wrong in ({"password": "short"}, {"role": "god"}, {"agent_id": "nobody"}, {"language": "fr"}):
            assert (await root.call("PUT", path, wrong))[0] == 422, wrong
        assert (await root.call("PUT", "/api/v1/accounts/nobody", {"name": "x"}))[0] == 404
        status, answer = await root.call("PUT", "/api/v1/accounts/account-root", {"role": "agent"})
        assert (status, answer["error"]["code"]) == (409, "last_admin")
