"""A colleague or a queue is asked into a call, over the local network: who comes sees whose it is, and may get it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.stimuli import HandedOver
from tests.localnet.telephone import Telephone
from tests.runtime.waiting import until
from tests.web.rig import Person, Window
from tests.web.telephones import FRIEND, Center, Talk, calling_center


@pytest.fixture
async def center(tmp_path: Path, redis_url: str) -> AsyncIterator[Center]:
    """A center that takes calls."""
    async with calling_center(tmp_path, redis_url) as running:
        yield running


async def come(center: Center, talk: Talk, bruno: Person, window: Window) -> tuple[Telephone, str]:
    """Bruno takes what he is asked, and answers his telephone; returns it and the consult."""
    consult = await bruno.accept(window)
    telephone = await center.rings("client:bruno")
    await telephone.post("answer")
    await talk.until_in("customer", "agent", "guest")
    await center.until_state(consult, "connected")
    return telephone, consult


def guest(call: Any) -> str:
    """The leg of whoever was asked."""
    return str(next(one["leg"] for one in call["participants"] if one["role"] == "guest"))


async def holds(person: Person, contact: str) -> Any:
    """The call once this person is its agent, also by their telephone: that is written down last."""
    found: list[Any] = []

    async def so() -> bool:
        found[:] = [await person.get(f"/api/v1/contacts/{contact}/call")]
        return [one["role"] for one in found[0]["participants"] if one["yours"]] == ["agent"]

    await until(so)
    return found[0]


@pytest.mark.parametrize("whom", [{"agent": "bruno"}, {"queue": "reclamos"}])
async def test_whoever_is_asked_comes_and_gets_the_call(center: Center, whom: dict[str, str]) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", **whom, note="asks about her bill", request_id="once")
        await talk.does("consult", **whom, note="asks about her bill", request_id="once")
        asked = await talk.until(held=True)
        assert asked["consult"]["state"] == "offered"
        assert (asked["consult"]["to_agent"] is not None) == ("agent" in whom)
        telephone, consult = await come(center, talk, bruno, window)
        seen = await bruno.get(f"/api/v1/contacts/{consult}/call")
        assert [one["role"] for one in seen["participants"]] == ["customer", "agent", "guest"]
        assert [one["name"] for one in seen["participants"] if one["yours"]] == ["Bruno"]
        detail = await bruno.get(f"/api/v1/contacts/{consult}")
        assert detail["contact"]["consult"] == {"call": talk.contact, "asked_by": "Ana", "named": "agent" in whom}
        assert detail["events"][0]["detail"]["note"] == "asks about her bill"
        await talk.desk.speak("Do you take it?")
        await telephone.hear("Do you take it?", "person")
        assert "Do you take it?" not in await talk.caller.transcript()
        await talk.does("complete", leg=guest(await talk.now()))
        await talk.desk.until("completed")
        await telephone.speak("Good morning")
        await talk.caller.hear("Good morning", "person")
        await window.until("contact", lambda frame: frame["contact"]["id"] == talk.contact)
        await center.until_state(consult, "closed")
        assert (await holds(bruno, talk.contact))["consult"] is None
        assert await talk.refused("hold") == (409, "not_yours")
        await bruno.done(f"/api/v1/contacts/{talk.contact}/end")
        await talk.caller.until("completed")
        await telephone.until("completed")
        await center.until_state(talk.contact, "wrap_up")


async def test_three_talk_when_nobody_is_put_on_hold(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", agent="bruno", hold=False)
        telephone, _ = await come(center, talk, bruno, window)
        await telephone.speak("I am the foreman")
        await talk.caller.hear("I am the foreman", "person")
        assert not (await talk.now())["held"]
        colleagues = {one["id"]: one for one in (await bruno.get("/api/v1/console"))["agents"]}
        assert {one: (is_["ready"], is_["on_call"]) for one, is_ in colleagues.items()} == {
            "ana": (True, True),
            "bruno": (True, True),
        }
        assert "voice" in colleagues["ana"]["channels"]


async def test_why_a_colleague_is_away_is_said(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk():
        reasons = [one["id"] for one in (await bruno.get("/api/v1/console"))["not_ready_reasons"]]
        await bruno.done("/api/v1/agent/status", "PUT", status="not_ready", reason=reasons[0])
        assert await talk.refused("consult", agent="bruno") == (409, "agent_not_available")
        colleagues = {one["id"]: one for one in (await talk.person.get("/api/v1/console"))["agents"]}
        away = [(colleagues[one]["status"], colleagues[one]["reason"]) for one in ("ana", "bruno")]
        assert away == [("available", None), ("not_ready", reasons[0])]


async def test_a_supervisor_finds_the_call_in_which_somebody_gives_advice(center: Center) -> None:
    async with (
        center.talking() as talk,
        center.rig.person("bruno") as bruno,
        bruno.desk() as window,
        center.rig.person("sofia") as sofia,
    ):
        assert (await sofia.get("/api/v1/agents/bruno/calls"))["calls"] == []
        await talk.does("consult", agent="bruno")
        assert (await sofia.get("/api/v1/agents/bruno/calls"))["calls"] == [], "it is offered, not theirs"
        _, consult = await come(center, talk, bruno, window)
        found = {one: (await sofia.get(f"/api/v1/agents/{one}/calls"))["calls"] for one in ("ana", "bruno")}
        assert {one: [each["id"] for each in calls] for one, calls in found.items()} == {
            "ana": [talk.contact],
            "bruno": [consult],
        }
        assert found["bruno"][0]["consult"] == {"call": talk.contact, "asked_by": "Ana", "named": True}
        assert (await sofia.get(f"/api/v1/contacts/{talk.contact}/call"))["consult"]["agent"]["name"] == "Bruno"
        assert (await sofia.call("GET", "/api/v1/agents/nobody/calls"))[0] == 404
        assert (await bruno.call("GET", "/api/v1/agents/ana/calls"))[0] == 403


async def test_one_who_gives_advice_mutes_and_leaves_and_decides_nothing_else(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", queue="reclamos")
        telephone, consult = await come(center, talk, bruno, window)
        path = f"/api/v1/contacts/{consult}"
        for verb, body in (
            ("call/hold", {}),
            ("call/invite", {"number": FRIEND}),
            ("call/consult", {"agent": "ana"}),
            ("call/consult/cancel", {}),
            ("call/complete", {"leg": "any"}),
            ("transfer", {"queue": "averias"}),
        ):
            status, answer = await bruno.act(f"{path}/{verb}", **body)
            assert (status, answer["error"]["code"]) == (409, "consulted"), verb
        await bruno.done(f"{path}/call/mute")
        assert (await bruno.get(f"{path}/call"))["muted"]
        async with center.rig.person("sofia") as sofia:
            status, answer = await sofia.act(f"{path}/call/supervise", mode="listen")
            assert (status, answer["error"]["code"]) == (409, "consulted")
        await bruno.done(f"{path}/end")
        await telephone.until("completed")
        row = await center.until_state(consult, "closed")
        assert row.outcome == "agent_handled"

        async def no_business_of_his() -> bool:
            return (await bruno.call("GET", f"{path}/call"))[0] == 404

        await until(no_business_of_his)
        call = await talk.until(consult=None)
        assert (call["state"], call["consult_over"]["came"]) == ("connected", True)
        assert (call["consult_over"]["id"], call["consult_over"]["agent"]["name"]) == (consult, "Bruno")
        assert await talk.refused("consult/cancel") == (409, "no_consult")


@pytest.mark.parametrize("by", ["cancel", "remove"])
async def test_a_canceled_consult_gives_the_customer_back(center: Center, by: str) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", queue="reclamos")
        telephone, consult = await come(center, talk, bruno, window)
        assert await talk.refused("consult", agent="bruno") == (409, "consult_exists")
        if by == "cancel":
            await talk.does("consult/cancel", resume=True)
        else:
            await talk.does("remove", leg=guest(await talk.now()), resume=True)
        await telephone.until("completed")
        await center.until_state(consult, "closed")
        await talk.until(held=False, consult=None)
        await talk.desk.speak("It is only me again")
        await talk.caller.hear("It is only me again", "person")


async def test_nobody_to_ask_leaves_the_customer_where_they_were(center: Center) -> None:
    async with center.talking() as talk:
        assert await talk.refused("consult") == (409, "invalid_consult")
        assert await talk.refused("consult", agent="nobody") == (409, "unknown_agent")
        assert await talk.refused("consult", agent="ana") == (409, "invalid_consult")
        assert await talk.refused("consult", agent="bruno") == (409, "agent_not_available")
        assert await talk.refused("consult", queue="nowhere") == (409, "unknown_queue")
        assert not (await talk.now())["held"]


async def test_no_figure_counts_a_consult(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", agent="bruno")
        _, consult = await come(center, talk, bruno, window)
        async with center.rig.person("sofia") as sofia:
            overview = await sofia.get("/api/v1/overview")
            assert overview["ledger"]["offered"] == overview["ledger"]["open"] == 1
            assert [one["connected"] for one in overview["queues"] if one["connected"]] == [1]
            listed = await sofia.get("/api/v1/contacts")
            assert [one["id"] for one in listed["contacts"]] == [talk.contact]
            mine = await sofia.get(f"/api/v1/contacts/{consult}")
            history = await sofia.get(f"/api/v1/customers/{mine['contact']['customer']['id']}")
            assert consult not in str(history)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_what_a_killed_node_left_of_a_hand_over_is_done(
    database: str, tmp_path: Path, redis_url: str, request: pytest.FixtureRequest
) -> None:
    environ: dict[str, Any] = {}
    if database == "postgresql":
        environ["CONTACTCENTER_DATABASE_URL"] = request.getfixturevalue("postgres_url").replace("+asyncpg", "")
    async with calling_center(tmp_path, redis_url, **environ) as center:
        await _is_finished(center)


async def _is_finished(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, bruno.desk() as window:
        await talk.does("consult", agent="bruno")
        telephone, _ = await come(center, talk, bruno, window)
        # The router has decided, and nobody is left to see to the legs.
        over = HandedOver(id="h", request_id="h", contact_id=talk.contact, agent_id="ana", to_agent="bruno")
        answer = await center.rig.process.intake.ask(over)
        assert answer is not None
        assert answer.code is None
        await talk.desk.until("completed")
        await telephone.speak("I have you now")
        await talk.caller.hear("I have you now", "person")
        await holds(bruno, talk.contact)
