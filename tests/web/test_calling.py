"""What agents and supervisors do with calls that are up, over the local network: nothing is simulated but people."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.waiting import until
from tests.web.rig import OURS
from tests.web.telephones import FRIEND, MARTA, Center, calling_center


@pytest.fixture
async def center(tmp_path: Path, redis_url: str) -> AsyncIterator[Center]:
    """A center that takes calls."""
    async with calling_center(tmp_path, redis_url) as running:
        yield running


async def test_hold_and_mute_are_heard_and_written_down(center: Center) -> None:
    async with center.talking() as talk:
        await talk.does("hold")
        await talk.caller.hear("hold.wav", "play")
        assert (await talk.until(held=True))["known"]
        await talk.does("resume", request_id="once")
        await talk.does("resume", request_id="once")
        await talk.until(held=False)
        await talk.does("mute")
        assert (await talk.until(muted=True))["participants"][1]["yours"]
        await talk.desk.speak("nobody hears this")
        await talk.does("unmute")
        await talk.until(muted=False)
        await talk.desk.speak("I am back")
        heard = await talk.caller.hear("", "person")
        assert heard["text"] == "I am back"
        lines = [(kind, detail["by"]) for kind, detail in await center.events(talk.contact) if "by" in detail]
        assert lines == [(kind, "account-ana") for kind in ("held", "resumed", "muted", "unmuted")]
        assert (await talk.window.until("call"))["contact_id"] == talk.contact


async def test_three_talk_and_one_is_taken_out(center: Center) -> None:
    async with center.talking() as talk:
        leg = (await talk.does("invite", number=FRIEND))["leg"]
        friend = await center.rings(FRIEND)
        await friend.post("answer")
        await talk.until_in("customer", "agent", "guest")
        await friend.speak("I see the pole")
        await talk.caller.hear("I see the pole", "person")
        await talk.desk.hear("I see the pole", "person")
        assert await talk.refused("invite", number=FRIEND) == (409, "already_in_call")
        assert await talk.refused("invite", number=MARTA) == (409, "already_in_call")
        await talk.does("remove", leg=leg)
        await friend.until("completed")
        await talk.until_in("customer", "agent")
        assert await talk.refused("remove", leg=leg) == (409, "not_in_call")


async def test_an_invitation_that_comes_twice_at_once_rings_once(center: Center) -> None:
    async with center.talking() as talk:
        path = f"/api/v1/contacts/{talk.contact}/call/invite"
        center.network.faults.add("slow", seconds=0.3, operation="CreateParticipant")
        answers = await asyncio.gather(
            *(talk.person.act(path, request_id="twice", number=FRIEND) for _ in range(3)),
            *(talk.refused("invite", number=FRIEND) for _ in range(2)),
        )
        assert [answer[0] for answer in answers[:3]] == [200, 200, 200]
        assert answers[3:] == [(409, "already_in_call")] * 2
        assert await center.calls_to(FRIEND) == 1


async def test_a_call_is_full_also_for_those_who_are_invited_at_once(center: Center) -> None:
    async with center.talking() as talk:
        path = f"/api/v1/contacts/{talk.contact}/call/invite"
        numbers = [f"+598290020{number:02}" for number in range(10)]
        answers = await asyncio.gather(*(talk.person.act(path, number=number) for number in numbers))
        assert sorted(status for status, _ in answers) == [200] * 7 + [409] * 3
        assert len((await talk.now())["participants"]) == 9


async def test_the_customer_waits_for_nobody_when_nothing_could_be_asked(center: Center, tmp_path: Path) -> None:
    async with center.talking() as talk:
        [database] = tmp_path.glob("*.sqlite3")
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            assert await talk.refused("invite", number=FRIEND, consult=True) == (503, "unavailable")
            await talk.until(held=False)
        finally:
            other.close()


async def test_a_consulted_number_gets_the_call_for_good(center: Center) -> None:
    async with center.talking() as talk:
        leg = (await talk.does("invite", number=FRIEND, consult=True))["leg"]
        friend = await center.rings(FRIEND)
        await friend.post("answer")
        await talk.until_in("customer", "agent", "guest")
        await talk.does("complete", leg=leg)
        await talk.desk.until("completed")
        await friend.speak("This is the workshop")
        await talk.caller.hear("This is the workshop", "person")
        await center.until_state(talk.contact, "wrap_up")
        disposition = (await talk.person.get("/api/v1/console"))["queues"]
        queue = next(each for each in disposition if each["dispositions"])
        contact = (await center.until_state(talk.contact, "wrap_up")).queue
        queue = next(each for each in disposition if each["id"] == contact)
        path = f"/api/v1/contacts/{talk.contact}/wrap-up"
        await talk.person.done(path, disposition=queue["dispositions"][0]["id"])
        row = await center.until_state(talk.contact, "closed")
        assert row.outcome == "agent_handled"
        await talk.caller.speak("still here")
        await friend.hear("still here", "person")
        await friend.post("hangup")
        await talk.caller.until("completed")


async def test_a_call_is_forwarded_only_once_the_number_answers(center: Center) -> None:
    async with center.talking() as talk:
        await center.behave(FRIEND, "busy")
        await talk.does("forward", number=FRIEND)
        await talk.until_in("customer", "agent")
        await talk.desk.speak("They are busy")
        await talk.caller.hear("They are busy", "person")
        await center.behave(FRIEND, "ring")

        await talk.until(participants=(await talk.now())["participants"][:2])
        await talk.does("forward", number=FRIEND)
        friend = await center.rings(FRIEND)
        await friend.post("answer")
        await talk.desk.until("completed")
        await friend.speak("Workshop")
        await talk.caller.hear("Workshop", "person")
        await center.until_state(talk.contact, "wrap_up")
        await talk.caller.post("hangup")
        await friend.until("completed")


async def test_a_supervisor_listens_whispers_and_joins(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("sofia") as sofia:
        path = f"/api/v1/contacts/{talk.contact}/call"
        await sofia.done(f"{path}/supervise", mode="listen", number=FRIEND)
        telephone = await center.rings(FRIEND)
        assert (await sofia.act(f"{path}/supervise", mode="barge"))[1]["error"]["code"] == "still_calling"
        await telephone.post("answer")
        call = await talk.until_in("customer", "agent", "supervisor")
        assert "ring" not in (await talk.desk.transcript())[1:] + (await talk.caller.transcript())[1:]
        assert call["participants"][-1]["muted"]
        await talk.caller.speak("No power")
        await telephone.hear("No power", "person")
        await telephone.speak("unheard")

        await sofia.done(f"{path}/supervise", mode="whisper")
        await telephone.speak("Ask for the account")
        await talk.desk.hear("Ask for the account", "person")
        await sofia.done(f"{path}/supervise", mode="barge")
        await telephone.speak("I am her supervisor")
        assert (await talk.caller.hear("", "person"))["text"] == "I am her supervisor"
        assert "unheard" not in await talk.desk.transcript()

        await sofia.done(f"{path}/leave")
        await telephone.until("completed")
        await talk.until_in("customer", "agent")
        assert (await sofia.act(f"{path}/leave"))[1]["error"]["code"] == "not_in_call"
        modes = [detail["mode"] for kind, detail in await center.events(talk.contact) if kind == "supervised"]
        assert modes == ["listen", "whisper", "barge", "left"]
        page = await sofia.get("/api/v1/contacts?state=connected&channel=voice&agent=ana")
        assert [contact["id"] for contact in page["contacts"]] == [talk.contact]
        assert (await sofia.get("/api/v1/contacts?agent=bruno"))["contacts"] == []


async def test_only_who_holds_the_call_acts_on_it(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("bruno") as bruno, center.rig.person("sofia") as sofia:
        path = f"/api/v1/contacts/{talk.contact}/call"
        for verb in ("hold", "mute", "recording/pause"):
            status, body = await bruno.act(f"{path}/{verb}")
            assert (status, body["error"]["code"]) == (409, "not_yours"), verb
        assert (await bruno.call("GET", path))[0] == 404
        assert (await bruno.act(f"{path}/supervise", mode="listen"))[0] == 403
        assert (await sofia.get(path))["state"] == "connected"
        assert await talk.refused("recording/pause") == (409, "not_recorded")
        assert await talk.refused("invite") == (422, "invalid")
        assert await talk.refused("invite", number="911") == (422, "invalid")
        assert await talk.refused("complete", leg="nothing") == (409, "not_in_call")
        await talk.person.done(f"/api/v1/contacts/{talk.contact}/end")
        await talk.caller.until("completed")
        assert await talk.refused("hold") == (409, "already_ended")
        assert (await talk.now())["state"] == "over"


async def test_a_network_that_fails_is_said_and_never_our_fault(center: Center) -> None:
    async with center.talking() as talk:
        center.network.faults.add("server_error", times=20, operation="UpdateParticipant")
        assert await talk.refused("hold") == (503, "network_away")
        center.network.faults.clear()
        center.network.faults.add("refused", times=1, operation="CreateParticipant", code=21211)
        status, answer = await talk.person.act(
            f"/api/v1/contacts/{talk.contact}/call/invite", number=FRIEND, consult=True, request_id="q"
        )
        assert (status, answer["error"]["code"]) == (502, "network_refused")
        assert not (await talk.now())["held"]
        assert await talk.refused("invite", number=FRIEND, request_id="q") == (502, "network_refused")
        center.network.faults.add("server_error", times=20, operation="ListParticipant")
        call = await talk.now()
        assert (call["known"], [one["role"] for one in call["participants"]]) == (False, ["customer", "agent"])


async def test_nobody_is_called_twice_when_an_answer_was_lost(center: Center) -> None:
    async with center.talking() as talk:
        center.network.faults.add("drop_after", times=1, operation="CreateParticipant")
        path = f"/api/v1/contacts/{talk.contact}/call/invite"
        status, _ = await talk.person.act(path, number=FRIEND, request_id="lost")
        assert status == 503
        assert (await talk.person.act(path, number=FRIEND, request_id="lost"))[0] == 200
        await (await center.rings(FRIEND)).post("answer")
        await talk.until_in("customer", "agent", "guest")
        async with center.http.get("/_control/calls", params={"to": FRIEND}) as answer:
            assert len((await answer.json())["calls"]) == 1


async def test_supervisors_hear_that_the_menus_miss_a_queue(center: Center) -> None:
    async with center.rig.person("sofia") as sofia, sofia.window() as wall:
        await wall.until("snapshot")
        stored = await sofia.get("/api/v1/configuration")
        version, document = stored["version"], stored["document"]
        body = {"base_version": version, "queue": {"hazard": False}}
        assert (await sofia.call("PUT", "/api/v1/queues/peligro", body))[0] == 422, "texts of danger lead there too"
        document["entry_points"] = [entry for entry in document["entry_points"] if entry["queue"] != "altas"]
        del document["queues"]["altas"]
        status, answer = await sofia.call(
            "PUT", "/api/v1/configuration", {"base_version": version, "document": document}
        )
        assert status == 200, answer
        alarm = await wall.until("alarm")
        assert (alarm["code"], alarm["detail"]["gone"]) == ("menus_astray", "altas")


async def test_a_console_without_keys_hears_where_its_telephone_is(center: Center) -> None:
    async with center.rig.person("ana") as ana:
        status, answer = await ana.call("GET", "/api/v1/voice/softphone")
        assert (status, answer["error"]["code"]) == (404, "no_softphone")
        assert answer["error"]["detail"] == {"telephone": None, "desk_phone": None}
        await center.rig.storage.legs.set_telephone("ana", FRIEND)
        status, answer = await ana.call("GET", "/api/v1/voice/softphone")
        assert (status, answer["error"]["code"]) == (404, "own_telephone")
        assert answer["error"]["detail"]["telephone"] == FRIEND


async def test_a_console_is_a_telephone_where_keys_are_set(tmp_path: Path, redis_url: str) -> None:
    keys: Any = {"TWILIO_API_KEY_SID": "SK" + "0" * 32, "TWILIO_API_KEY_SECRET": "k" * 32}
    async with calling_center(tmp_path, redis_url, CONTACTCENTER_DIALLED_PREFIXES="+598, +54", **keys) as center:
        async with center.rig.person("ana") as ana, center.rig.person("sofia") as sofia:
            given = await ana.get("/api/v1/voice/softphone")
            assert (given["identity"], given["token"].count(".")) == ("ana", 2)
            assert "wss://*.twilio.com" in ana.headers["Content-Security-Policy"]
            assert (await sofia.get("/api/v1/voice/softphone"))["identity"] != "ana"
        async with center.talking() as talk:
            assert await talk.refused("invite", number="+441234567890") == (422, "number_not_allowed")
            assert await talk.refused("forward", number="+441234567890") == (422, "number_not_allowed")
            assert await talk.refused("invite", number=OURS) == (422, "number_not_allowed"), "our menus would answer"
            async with center.rig.person("sofia") as sofia:
                status, answer = await sofia.call("PUT", "/api/v1/agents/ana", {"telephone": OURS})
                assert (status, answer["error"]["code"]) == (422, "number_not_allowed")


async def test_a_recording_is_paused_while_a_card_number_is_said(tmp_path: Path, redis_url: str) -> None:
    async with calling_center(tmp_path, redis_url, recorded=True) as center, center.talking() as talk:
        assert (await talk.now())["recording"] == "on"
        await talk.does("recording/pause")
        assert (await talk.until(recording="paused"))["known"]
        await talk.does("recording/resume")
        await talk.until(recording="on")


async def test_another_room_is_recorded_from_its_first_moment_and_says_so(tmp_path: Path, redis_url: str) -> None:
    async with calling_center(tmp_path, redis_url, recorded=True) as center, center.talking() as talk:
        await talk.does("recording/pause")
        await talk.until(recording="paused")
        async with center.rig.person("bruno") as bruno, bruno.desk() as window:
            await talk.person.done(f"/api/v1/contacts/{talk.contact}/transfer", agent="bruno")
            assert await bruno.accept(window) == talk.contact
            await (await center.rings("client:bruno")).post("answer")
            await center.until_state(talk.contact, "connected")
            call = await bruno.get(f"/api/v1/contacts/{talk.contact}/call")
            assert call["recording"] == "on", "the pause was the other room's"


@pytest.mark.parametrize(("behaviour", "reason"), [("busy", "busy"), ("failed", "failed")])
async def test_the_agent_is_told_who_did_not_answer(center: Center, behaviour: str, reason: str) -> None:
    async with center.talking() as talk:
        await center.behave(FRIEND, behaviour)
        leg = (await talk.does("invite", number=FRIEND))["leg"]
        found: list[Any] = []

        async def told() -> bool:
            found[:] = (await talk.now())["unanswered"]
            return bool(found)

        await until(told)
        assert [(one["leg"], one["address"], one["reason"]) for one in found] == [(leg, FRIEND, reason)]
        await center.behave(FRIEND, "answer")
        again = (await talk.does("invite", number=FRIEND))["leg"]
        await talk.until_in("customer", "agent", "guest")
        await talk.does("remove", leg=again)
        await talk.until_in("customer", "agent")
        assert [one["leg"] for one in (await talk.now())["unanswered"]] == [leg], "who was taken out is no news"


async def test_a_supervisor_whom_the_network_refused_for_a_moment_comes_in_after_all(center: Center) -> None:
    async with center.talking() as talk, center.rig.person("sofia") as sofia:
        path = f"/api/v1/contacts/{talk.contact}/call"
        for first, repeat in (("once", "once"), ("first", "another")):
            center.network.faults.add("server_error", times=20, operation="CreateParticipant")
            status, _ = await sofia.act(f"{path}/supervise", mode="listen", number=FRIEND, request_id=first)
            assert status == 503
            center.network.faults.clear()
            await sofia.done(f"{path}/supervise", mode="listen", number=FRIEND, request_id=repeat)
            telephone = await center.rings(FRIEND)
            await telephone.post("answer")
            call = await talk.until_in("customer", "agent", "supervisor")
            assert [one["name"] for one in call["participants"] if one["role"] == "supervisor"] == ["Sofia"]
            await sofia.done(f"{path}/leave")
            await telephone.until("completed")


async def test_a_guest_whom_the_network_never_took_is_given_up(center: Center) -> None:
    async with center.talking() as talk:
        center.network.faults.add("server_error", times=20, operation="CreateParticipant")
        assert await talk.refused("invite", number=FRIEND, request_id="lost") == (503, "network_away")
        center.network.faults.clear()
        leg = (await talk.now())["participants"][-1]
        assert (leg["role"], leg["state"]) == ("guest", "calling")
        await talk.does("remove", leg=leg["leg"])
        await talk.until_in("customer", "agent")
        assert len((await talk.now())["participants"]) == 2
        await talk.does("invite", number=FRIEND)
        await (await center.rings(FRIEND)).post("answer")
        await talk.until_in("customer", "agent", "guest")
