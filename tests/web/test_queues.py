"""Supervisors change one queue, and the next decision obeys."""

from __future__ import annotations

from typing import Any

from tests.runtime.waiting import until
from tests.web.rig import Person, Rig


async def _version(sofia: Person) -> tuple[int, dict[str, Any]]:
    stored = await sofia.get("/api/v1/configuration")
    return stored["version"], stored["document"]


async def test_a_queue_changed_acts_on_the_next_decision(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        await center.text(center.sms("FACTURA"))
        version, document = await _version(sofia)
        before = document["queues"]["bills"]
        body = {"base_version": version, "queue": {"skills": {"bills": 3}}}
        assert await sofia.call("PUT", "/api/v1/queues/bills", body) == (200, {"version": version + 1})
        assert (await window.until("offer"))["offer"]["contact"]["queue"]["id"] == "bills"
        _, document = await _version(sofia)
        assert document["queues"]["bills"] == {**before, "skills": {"bills": 3}}, "what is left out stays as it is"


async def test_a_queue_is_recorded_from_now_on(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        for recorded in (True, False):
            version, document = await _version(sofia)
            body = {"base_version": version, "queue": {"recorded": recorded}}
            assert (await sofia.call("PUT", "/api/v1/queues/bills", body))[0] == 200
            _, after = await _version(sofia)
            assert after["queues"]["bills"] == {**document["queues"]["bills"], "recorded": recorded}
        version, _ = await _version(sofia)
        body = {"base_version": version, "queue": {"recorded": "sí"}}
        status, answer = await sofia.call("PUT", "/api/v1/queues/bills", body)
        assert (status, answer["error"]["code"]) == (422, "invalid_configuration")


async def test_a_queue_is_added_and_removed(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        version, _ = await _version(sofia)
        queue = {"name": {"es": "Nueva"}, "relaxation": [{"after_seconds": 30, "profiles": ["spare"]}]}
        status, _ = await sofia.call("PUT", "/api/v1/queues/new", {"base_version": version, "queue": queue})
        assert status == 200
        _, document = await _version(sofia)
        assert document["queues"]["new"]["relaxation"][0]["profiles"] == ["spare"]
        assert document["queues"]["new"]["choice"] == "longest_idle"
        status, answer = await sofia.call("DELETE", f"/api/v1/queues/bills?base_version={version + 1}")
        assert (status, answer["error"]["code"]) == (422, "invalid_configuration"), "a door leads to it"
        assert (await sofia.call("DELETE", f"/api/v1/queues/nope?base_version={version + 1}"))[0] == 404
        assert (await sofia.call("DELETE", "/api/v1/queues/new"))[0] == 422
        assert (await sofia.call("DELETE", f"/api/v1/queues/new?base_version={version + 1}"))[0] == 200


async def test_the_contacts_of_a_removed_queue_go_to_the_target(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        await center.text(center.sms("FACTURA"))
        await until(lambda: _waits(center, "bills"))
        version, document = await _version(sofia)
        doors = [entry for entry in document["entry_points"] if entry["queue"] != "bills"]
        whole = {"base_version": version, "document": {**document, "entry_points": doors}}
        assert (await sofia.call("PUT", "/api/v1/configuration", whole))[0] == 200
        path = f"/api/v1/queues/bills?base_version={version + 1}"
        status, answer = await sofia.call("DELETE", path)
        assert (status, answer["error"]["code"]) == (409, "queue_not_empty")
        assert (await sofia.call("DELETE", f"{path}&target=nope"))[0] == 422
        assert (await sofia.call("DELETE", f"{path}&target=power"))[0] == 200
        await until(lambda: _waits(center, "power"))


async def _waits(center: Rig, queue: str) -> bool:
    return bool(await center.rows("SELECT id FROM contact WHERE queue = :queue", queue=queue))


async def test_what_is_wrong_in_a_queue_is_said_by_path(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        version, _ = await _version(sofia)
        wrong = {"relaxation": [{"after_seconds": 5}], "hours": "nunca", "choice": "whoever"}
        status, answer = await sofia.call("PUT", "/api/v1/queues/bills", {"base_version": version, "queue": wrong})
        assert (status, answer["error"]["code"]) == (422, "invalid_configuration")
        paths = {error["path"] for error in answer["error"]["detail"]["errors"]}
        assert paths == {"queues.bills.relaxation[0]", "queues.bills.hours", "queues.bills.choice"}
        odd: Any
        for odd in (
            {"name": None},
            {"relaxation": {"a": 1}},
            {"outside": {"*": {"do": []}}},
            {"any_of": "es"},
            {"x": 1},
        ):
            status, _ = await sofia.call("PUT", "/api/v1/queues/bills", {"base_version": version, "queue": odd})
            assert status == 422, odd
        stale = {"base_version": version - 1, "queue": {}}
        assert (await sofia.call("PUT", "/api/v1/queues/bills", stale))[0] == 409
        body = {"base_version": version, "queue": {"skills": {}}}
        assert (await ana.call("PUT", "/api/v1/queues/bills", body))[0] == 403
        assert (await sofia.call("PUT", "/api/v1/queues/Ñandú", body))[0] in (404, 422)
