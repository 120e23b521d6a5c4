"""What is done to one contact from outside the conversation, and statuses that wait for the end of the work."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runtime.waiting import until
from tests.web.rig import OURS, Person, Rig


async def waiting(center: Rig, sofia: Person, text: str = "no power") -> str:
    """Somebody texts while nobody is there; their contact."""
    fields = center.sms(text)
    await center.text(fields)
    found: list[str] = []

    async def arrived() -> bool:
        page = await sofia.get(f"/api/v1/contacts?state=waiting&q={fields['From'].removeprefix('+')}")
        found[:] = [contact["id"] for contact in page["contacts"]]
        return bool(found)

    await until(arrived)
    return found[0]


async def read(person: Person, contact: str) -> Any:
    return (await person.get(f"/api/v1/contacts/{contact}"))["contact"]


async def test_a_contact_is_moved_to_a_queue_and_to_a_person(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        contact = await waiting(center, sofia)
        before = await read(sofia, contact)
        path = f"/api/v1/contacts/{contact}/move"
        await sofia.done(path, queue="bills")
        moved = await read(sofia, contact)
        assert moved["queue"]["id"] == "bills"
        assert moved["place"] == before["place"]
        assert moved["skills"] == [["bills", 5]]
        assert (await sofia.act(path, agent="ana"))[1]["error"]["code"] == "agent_not_available"
        async with ana.desk() as window:
            await sofia.done(path, queue="power")
            offer = (await window.until("offer"))["offer"]
            assert offer["why"]["reason"] == "moved"
            await sofia.done(path, queue="bills")
            assert (await window.until("offer_ended"))["outcome"] == "withdrawn"
            await sofia.done(path, agent="ana")
            assert await ana.accept(window) == contact
            status, answer = await sofia.act(path, queue="power")
            assert (status, answer["error"]["code"]) == (409, "held")
        events = (await sofia.get(f"/api/v1/contacts/{contact}"))["events"]
        assert [event["detail"]["queue"] for event in events if event["type"] == "queue_changed"][:2] == [
            "bills",
            "power",
        ]


async def test_the_wall_shows_a_hazard_first(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        first, second = await waiting(center, sofia), await waiting(center, sofia)
        await sofia.done(f"/api/v1/contacts/{second}/priority", hazard=True)
        overview = await sofia.get("/api/v1/overview")
        assert [contact["id"] for contact in overview["waiting"]] == [second, first]


async def test_a_contact_gets_a_head_start_and_becomes_a_hazard(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        first = await waiting(center, sofia)
        second = await waiting(center, sofia)
        third = await waiting(center, sofia)
        await sofia.done(f"/api/v1/contacts/{second}/priority", priority_seconds=600)
        await sofia.done(f"/api/v1/contacts/{third}/priority", hazard=True)
        hastened = await read(sofia, second)
        assert (hastened["own_priority"], hastened["priority"]) == (600, 600)
        async with ana.desk() as window:
            assert [await ana.accept(window) for _ in range(3)] == [third, second, first]


async def test_what_a_contact_asks_is_changed(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        held = await _take(center, ana, window)
        wanted: dict[str, Any] = {"skills": {}, "any_of": [{"power": 5, "bills": 1}], "preferred": {"bills": 4}}
        await ana.done(f"/api/v1/contacts/{held}/needs", "PUT", **wanted)
        own = await read(ana, held)
        assert own["own_needs"] == wanted
        assert own["skills"] == [["power", 2]]
        assert own["any_of"] == [[["bills", 1], ["power", 5]]]
        assert own["preferred"] == [["bills", 4]]
        await ana.done("/api/v1/agent/status", "PUT", status="not_ready", reason="break")

        contact = await waiting(center, sofia)
        assert (await ana.act(f"/api/v1/contacts/{contact}/needs", "PUT", skills={"bills": 2}))[0] == 409
        await sofia.done(f"/api/v1/contacts/{contact}/needs", "PUT", skills={"power": 5})
        await ana.done("/api/v1/agent/status", "PUT", status="available")
        await sofia.done(f"/api/v1/contacts/{contact}/needs", "PUT", skills={"power": 4})
        offer = (await window.until("offer"))["offer"]
        assert offer["contact"]["id"] == contact
        assert offer["why"]["skills"] == [["power", 4, 4]]


async def _take(center: Rig, ana: Person, window: Any) -> str:
    await center.text(center.sms())
    return await ana.accept(window)


async def test_a_repeated_change_of_needs_is_answered_the_same_after_the_contact_went_on(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        held = await _take(center, ana, window)
        path = f"/api/v1/contacts/{held}/needs"
        await ana.done(path, "PUT", skills={"power": 3}, request_id="again")
        await ana.done(f"/api/v1/contacts/{held}/transfer", queue="bills")
        await window.until("contact_removed")
        await ana.done(path, "PUT", skills={"power": 3}, request_id="again")
        assert (await ana.act(path, "PUT", skills={"power": 3}))[0] == 409


async def test_a_repeated_move_is_answered_the_same(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        contact = await waiting(center, sofia)
        for _ in range(2):
            await sofia.done(f"/api/v1/contacts/{contact}/move", queue="bills", request_id="once")
        events = (await sofia.get(f"/api/v1/contacts/{contact}"))["events"]
        assert [event["type"] for event in events].count("queue_changed") == 1


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("move", {}, "invalid_move"),
        ("move", {"queue": "power", "agent": "ana"}, "invalid_move"),
        ("move", {"queue": "nowhere"}, "unknown_queue"),
        ("move", {"agent": "nobody"}, "unknown_agent"),
        ("priority", {}, "invalid_priority"),
        ("priority", {"priority_seconds": 1e9}, "invalid"),
        ("priority", {"priority_seconds": "soon"}, "invalid"),
        ("priority", {"hazard": "yes"}, "invalid"),
        ("needs", {"skills": {"magic": 2}}, "unknown_skill"),
        ("needs", {"skills": {"power": 6}}, "invalid"),
        ("needs", {"any_of": [{}]}, "invalid"),
        ("needs", {"any_of": [{"power": 1}] * 11}, "invalid"),
        ("needs", {"preferred": {f"s{number}": 1 for number in range(21)}}, "invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    center: Rig, verb: str, body: dict[str, Any], code: str
) -> None:
    async with center.person("sofia") as sofia:
        method = "PUT" if verb == "needs" else "POST"
        status, answer = await sofia.act(f"/api/v1/contacts/unknown/{verb}", method, **body)
        assert (status, answer["error"]["code"]) == (422, code)


async def test_what_is_not_there_or_over_is_not_changed(center: Rig) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "move": {"queue": "bills"},
        "priority": {"hazard": True},
        "needs": {"skills": {"power": 1}},
    }
    async with center.person("sofia") as sofia:
        contact = await waiting(center, sofia)
        await sofia.done(f"/api/v1/contacts/{contact}/close", reason="test")
        for verb, body in bodies.items():
            method = "PUT" if verb == "needs" else "POST"
            assert (await sofia.act(f"/api/v1/contacts/unknown/{verb}", method, **body))[0] == 404
            status, answer = await sofia.act(f"/api/v1/contacts/{contact}/{verb}", method, **body)
            assert (status, answer["error"]["code"]) == (409, "already_ended")


async def test_agents_do_not_move_or_hasten(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("bruno") as bruno:
        contact = await waiting(center, sofia)
        assert (await bruno.act(f"/api/v1/contacts/{contact}/move", queue="bills"))[0] == 403
        assert (await bruno.act(f"/api/v1/contacts/{contact}/priority", hazard=True))[0] == 403
        assert (await bruno.act(f"/api/v1/contacts/{contact}/needs", "PUT", skills={"power": 1}))[0] == 409
        assert (await bruno.act("/api/v1/contacts/unknown/needs", "PUT", skills={"power": 1}))[0] == 404


async def test_who_finishes_gets_nothing_new_and_stops_when_done(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        contact = await _take(center, ana, window)
        await ana.done("/api/v1/agent/status", "PUT", status="not_ready", reason="break", when_done=True)
        told = (await window.until("agent", lambda frame: frame["agent"]["finishing"] is not None))["agent"]
        assert (told["status"], told["finishing"]) == ("available", "break")
        overview = await sofia.get("/api/v1/overview")
        assert [queue["agents_available"] for queue in overview["queues"] if queue["id"] == "power"] == [0]
        await center.text(center.sms())
        await ana.done(f"/api/v1/contacts/{contact}/end")
        await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done")
        told = (await window.until("agent", lambda frame: frame["agent"]["status"] == "not_ready"))["agent"]
        assert (told["reason"], told["finishing"]) == ("break", None)
        assert [frame["type"] for frame in window.frames].count("offer") == 1


async def test_choosing_available_takes_finishing_back(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        await _take(center, ana, window)
        path = "/api/v1/agents/ana/status"
        await sofia.done(path, "PUT", status="not_ready", reason="break", when_done=True)
        await window.until("agent", lambda frame: frame["agent"]["finishing"] == "break")
        await center.text(center.sms())
        await ana.done("/api/v1/agent/status", "PUT", status="available")
        await window.until("agent", lambda frame: frame["agent"]["finishing"] is None)
        await window.until("offer")
        assert (await ana.act("/api/v1/agent/status", "PUT", status="available", when_done=True))[0] == 422


async def test_forced_out_gives_back_what_was_held(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        contact = await _take(center, ana, window)
        assert (await ana.act("/api/v1/agent/status", "PUT", status="logged_out"))[0] == 409
        await sofia.done("/api/v1/agents/ana/status", "PUT", status="logged_out")
        assert (await window.until("contact_removed"))["reason"] == "requeued"
        assert (await read(sofia, contact))["state"] == "waiting"


async def test_an_alarm_says_in_values_what_it_says_in_english(center: Rig) -> None:
    async with center.person("sofia") as sofia, sofia.window() as window:
        await window.until("snapshot")
        detail = {"channel": "sms", "error": "21606: not ours"}
        center.process.bus.post("alarm", {"code": "dead_letter", "message": "x", "detail": detail})
        assert (await window.until("alarm"))["detail"] == detail
        center.process.bus.post("alarm", {"code": "odd", "message": "x", "detail": OURS})
        assert (await window.until("alarm"))["detail"] == {}
