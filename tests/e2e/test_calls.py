"""Calls to a center of real processes: the whole way, and with the processes killed in mid-call."""

from __future__ import annotations

from typing import Any

from tests.e2e.calling import Calls, people
from tests.localnet.telephone import Telephone, behave, ringing
from tests.runtime.waiting import until

MARTA = "+59899555101"
DESK = "+59829008888"


async def in_line(center: Calls, number: str) -> Telephone:
    """Somebody calls, hears the menus in Spanish, asks for a person and waits."""
    caller = await center.call(number)
    await caller.hear("Eléctrica del Plata")
    await caller.hear("Para español")
    assert await caller.press("1")
    await caller.hear("oprima 9")
    assert await caller.press("0")
    await caller.hear("Ya le comunicamos")
    await caller.hear(kind="play")
    return caller


async def talk(one: Telephone, other: Telephone) -> None:
    """Each hears the other."""
    await one.speak("Buenas tardes")
    await other.hear("Buenas tardes", "person")
    await other.speak("Diga, por favor")
    await one.hear("Diga, por favor", "person")


async def no_error_heard(*telephones: Telephone) -> None:
    """Nobody was told of an application error."""
    for telephone in telephones:
        assert not [said for said in await telephone.transcript() if "error" in said.lower()]


async def test_the_whole_way(center: Calls) -> None:
    async with people(center.center, "ana", "beto", "sofia") as (ana, beto, sofia):
        caller = await in_line(center, MARTA)
        await ana.work()
        contact = await ana.accept()
        desk = await center.rings("ana")
        await desk.post("answer")
        await ana.until(contact, "connected")
        await talk(caller, desk)

        await beto.work()
        await ana.act(f"/api/v1/contacts/{contact}/transfer", queue="averias")
        await desk.until("completed")
        assert await beto.accept() == contact
        second = await center.rings("beto")
        await second.post("answer")
        await beto.until(contact, "connected")
        await talk(caller, second)

        await sofia.act(f"/api/v1/contacts/{contact}/call/supervise", mode="barge", number=DESK)
        third = await ringing(center.http, DESK)
        await third.post("answer")
        await third.hear(kind="connected")
        await talk(caller, third)
        await second.speak("Con mucho gusto")
        await third.hear("Con mucho gusto", "person")

        await caller.post("hangup")
        await beto.until(contact, "wrap_up")
        await second.until("completed")
        await third.until("completed")
        await beto.act(f"/api/v1/contacts/{contact}/wrap-up", disposition="corte-informado")
        assert (await sofia.until(contact, "closed"))["outcome"] == "agent_handled"
        await no_error_heard(caller, desk, second, third)


FAULTS: dict[str, list[dict[str, Any]]] = {
    "reports doubled": [{"kind": "callback_doubled", "times": 50}],
    "reports reversed": [{"kind": "callbacks_reversed", "times": 50}],
    "reports late": [{"kind": "callback_late", "seconds": 0.5, "times": 50}],
    "reports lost": [{"kind": "callback_lost", "times": 50}],
    "too many requests": [{"kind": "rate_limited", "operation": each} for each in ("CreateParticipant", "UpdateCall")],
    "errors": [{"kind": "server_error", "operation": each} for each in ("CreateParticipant", "UpdateCall")],
    "cut off before": [{"kind": "drop_before", "operation": each} for each in ("CreateParticipant", "ListConference")],
    "cut off after": [{"kind": "drop_after", "operation": each} for each in ("CreateParticipant", "UpdateCall")],
}


async def test_each_fault_of_the_network_in_turn(center: Calls) -> None:
    made = center.center
    async with people(made, "ana") as (ana,):
        await ana.work()
        for number, (name, faults) in enumerate(FAULTS.items(), 1):
            for fault in faults:
                made.network.faults.add(**fault)
            caller = await in_line(center, f"+5989955520{number}")
            contact = await ana.accept()
            desk = await center.rings("ana")
            await desk.post("answer")
            await ana.until(contact, "connected")
            await talk(caller, desk)
            if name == "reports lost":  # That one hangs up is found too, 10 s later: see the processes that are killed.
                made.network.faults.clear()
            await (caller if number % 2 else desk).post("hangup")
            await ana.until(contact, "wrap_up")
            await caller.until("completed")
            await desk.until("completed")
            made.network.faults.clear()
            await ana.act(f"/api/v1/contacts/{contact}/wrap-up", disposition="informacion")
            assert await center.times_called("client:ana") == number, name
            await no_error_heard(caller, desk)
        for number, missed in enumerate(("busy", "no_answer", "failed")):
            await behave(center.http, "client:ana", missed)
            caller = await in_line(center, f"+5989955530{number}")
            contact = await ana.accept()
            await ana.until_not_ready()
            await behave(center.http, "client:ana", "ring")
            await ana.be_available()
            assert await ana.accept() == contact
            desk = await center.rings("ana")
            await desk.post("answer")
            await ana.until(contact, "connected")
            await talk(caller, desk)
            await caller.post("hangup")
            await ana.until(contact, "wrap_up")
            await ana.act(f"/api/v1/contacts/{contact}/wrap-up", disposition="informacion")
            await no_error_heard(caller, desk)


async def test_nobody_is_lost_while_processes_are_killed(center: Calls) -> None:
    made = center.center
    async with people(made, "ana", "sofia") as (ana, sofia):
        caller = await in_line(center, MARTA)
        made.kill("web")  # While they wait.
        made.start("web")
        await caller.hear("Un momento, por favor. No corte.")
        await made.ready()
        await caller.hear(kind="play")

        await ana.work()
        made.network.faults.add("slow", seconds=1.0, operation="CreateParticipant")
        contact = await ana.accept()
        await until(lambda: not made.network.faults.coming())
        made.kill("router")  # While it asks for the agent's telephone; it will never know the answer.
        desk = await center.rings("ana")
        await desk.post("answer")
        made.start("router")
        await ana.until(contact, "connected")
        await talk(caller, desk)
        assert await center.times_called("client:ana") == 1

        made.kill("web")  # While they talk; that the agent hangs up is told to nobody.
        await talk(caller, desk)
        await desk.post("hangup")
        made.start("web")
        await made.ready()
        await ana.until(contact, "wrap_up")
        await caller.until("completed")
        await ana.act(f"/api/v1/contacts/{contact}/wrap-up", disposition="informacion")
        assert (await sofia.until(contact, "closed"))["outcome"] == "agent_handled"
        await no_error_heard(caller, desk)
