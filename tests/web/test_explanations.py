"""Explanations over the API: what supervisors see of everything, agents of their own work and themselves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runtime.waiting import until
from tests.web.rig import Person, Rig


async def waiting_contact(center: Rig, sofia: Person, text: str = "no power") -> str:
    """A text message that nobody takes; the contact's id."""
    assert await center.text(center.sms(text)) == 200
    found: list[Any] = []

    async def waits() -> bool:
        found[:] = (await sofia.get("/api/v1/contacts?state=waiting"))["contacts"]
        return bool(found)

    await until(waits)
    return str(found[0]["id"])


async def test_a_waiting_contact_says_who_could_take_it(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        contact = await waiting_contact(center, sofia)
        found = await sofia.get(f"/api/v1/contacts/{contact}/explanation")
    assert (found["id"], found["state"], found["queue"]["name"], found["decisions"]) == (
        contact, "waiting", "Outages", [],
    )  # fmt: skip
    waiting = found["waiting"]
    assert (waiting["position"], waiting["in_line"], waiting["able"], waiting["ever"]) == (1, 1, 0, False)
    assert waiting["asked"] == {"required": [[["power", 2]]], "wished": [], "profiles": []}
    (group,) = waiting["groups"]
    assert (group["profile"], group["refusal"], group["members"], group["signed_in"], group["ahead"]) == (
        {"id": "all", "name": "All"}, None, 2, 0, 0,
    )  # fmt: skip
    assert group["refused"] == {"logged_out": 2}
    assert [(one["name"], one["refusal"]) for one in group["people"]] == [
        ("Ana", "logged_out"),
        ("Bruno", "logged_out"),
    ]


async def test_what_was_decided_stays_explained(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as desk, center.person("sofia") as sofia:
        assert await center.text(center.sms()) == 200
        offer = (await desk.until("offer"))["offer"]
        path = f"/api/v1/contacts/{offer['contact']['id']}/explanation"
        rings = await ana.get(path)
        assert (rings["state"], rings["waiting"]) == ("offered", None)
        assert [one["outcome"] for one in rings["decisions"]] == [None]
        await ana.done(f"/api/v1/offers/{offer['id']}/decline", reason="busy")
        declined = await sofia.get(path)
        (decision,) = declined["decisions"]
        assert (decision["agent"], decision["outcome"], decision["choice"], decision["configuration_version"]) == (
            {"id": "ana", "name": "Ana"}, "declined", "longest_idle", 1,
        )  # fmt: skip
        (person,) = [one for one in declined["waiting"]["groups"][0]["people"] if one["id"] == "ana"]
        assert person["refusal"] == "declined_this_contact"
        assert person["until"] > declined["at"]
        assert (await ana.call("GET", path))[0] == 404, "it is no longer hers to see"


async def test_what_a_person_could_take_and_what_if(center: Rig) -> None:
    async with center.person("sofia") as sofia:
        await waiting_contact(center, sofia, "FACTURA 1")
        found = await sofia.get("/api/v1/agents/ana/explanation")
        assert (found["name"], found["status"], found["what_if"]) == ("Ana", "logged_out", None)
        own = found["abilities"]
        assert own["now"] == dict.fromkeys(("voice", "live", "async"), "logged_out")
        assert (own["served"], own["waiting"]) == ([], 0)
        assert [(one["queue"]["id"], one["refusal"], one["waiting"]) for one in own["others"]] == [
            ("bills", "proficiency_too_low", 1)
        ]
        other = (await sofia.get("/api/v1/agents/ana/explanation?skill=bills=5,power=0"))["what_if"]
        assert other["skills"] == {"bills": 5}
        assert [one["queue"]["id"] for one in other["gained"]] == ["bills"]
        assert (other["gained_waiting"], other["lost"]) == (1, [])
        spare = (await sofia.get("/api/v1/agents/ana/explanation?profile=spare"))["what_if"]
        assert (spare["profile"]["id"], spare["gained"]) == ("spare", [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("skill=nothing=3", "no skill 'nothing'"),
        ("skill=power=9", "proficiency"),
        ("skill=power", "proficiency"),
        ("skill==", "proficiency"),
        ("profile=nobody", "no profile 'nobody'"),
        ("skill=" + ",".join(f"s{n}=1" for n in range(30)), "at most 20"),
    ],
)
async def test_what_there_is_not_is_named_with_the_remedy(center: Rig, query: str, said: str) -> None:
    async with center.person("sofia") as sofia:
        status, answer = await sofia.call("GET", f"/api/v1/agents/ana/explanation?{query}")
    assert (status, answer["error"]["code"]) == (422, "unknown_skill")
    assert said in answer["error"]["message"]


async def test_agents_ask_about_themselves_and_their_own_work(center: Rig) -> None:
    async with center.person("ana") as ana, center.person("sofia") as sofia:
        contact = await waiting_contact(center, sofia)
        answers: list[Any] = [
            await ana.call("GET", f"/api/v1/contacts/{contact}/explanation"),
            await ana.call("GET", "/api/v1/agents/bruno/explanation"),
            await sofia.call("GET", "/api/v1/agents/nobody/explanation"),
            await sofia.call("GET", "/api/v1/contacts/nothing/explanation"),
        ]
        assert [status for status, _ in answers] == [404] * 4
        assert (await ana.get("/api/v1/agents/ana/explanation"))["id"] == "ana"
