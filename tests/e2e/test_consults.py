"""A queue is asked into a call and gets it, under each fault of the network, and while processes are killed."""

from __future__ import annotations

from typing import Any

from tests.e2e.calling import Calls, Person, people
from tests.e2e.test_call_control import ALWAYS, connected
from tests.e2e.test_calls import in_line, no_error_heard, talk
from tests.localnet.telephone import Telephone
from tests.runtime.waiting import until

FAULTS = (
    ("rate_limited", ("CreateParticipant", "UpdateParticipant", "ListConference")),
    ("server_error", ("CreateParticipant", "UpdateParticipant", "ListParticipant")),
    ("drop_before", ("CreateParticipant", "UpdateParticipant")),
    ("drop_after", ("CreateParticipant", "UpdateParticipant", "UpdateCall")),
    ("callback_lost", ()),
    ("callback_doubled", ()),
    ("callbacks_reversed", ()),
)


def begin(center: Calls, fault: str, operations: tuple[str, ...]) -> None:
    """A fault: once before each of these, or, of callbacks, always."""
    faults = center.center.network.faults
    for operation in operations:
        faults.add(fault, operation=operation)
    if not operations:
        faults.add(fault, times=ALWAYS)


async def advice(agent: Person, contact: str, role: str = "guest") -> str:
    """The leg of whoever came, once they are in the call."""
    found: list[Any] = []

    async def came() -> bool:
        call = await agent.ask("GET", f"/api/v1/contacts/{contact}/call")
        found[:] = [one["leg"] for one in call["participants"] if (one["role"], one["state"]) == (role, "in_call")]
        return bool(found) and (call["consult"] is None or call["consult"]["state"] == "connected")

    await until(came)
    return str(found[0])


async def finished(agent: Person, sofia: Person, contact: str, *telephones: Telephone) -> None:
    """Whoever got the call hangs up and says what it was; nobody heard an error."""
    await telephones[-1].post("hangup")
    await telephones[0].until("completed")
    await agent.until(contact, "wrap_up")
    await agent.act(f"/api/v1/contacts/{contact}/wrap-up", disposition="corte-informado")
    assert (await sofia.until(contact, "closed"))["outcome"] == "agent_handled"
    await no_error_heard(*telephones)


async def test_a_queue_is_asked_and_gets_the_call_under_each_fault(center: Calls) -> None:
    async with people(center.center, "ana", "beto", "sofia") as (ana, beto, sofia):
        for number, (fault, operations) in enumerate(FAULTS):
            await (ana.be_available() if number else ana.work())
            caller = await in_line(center, f"+5989955580{number}")
            contact, desk = await connected(center, ana, "ana")
            await (beto.be_available() if number else beto.work())
            begin(center, fault, operations)
            path = f"/api/v1/contacts/{contact}"
            await ana.act(f"{path}/call/consult", queue="averias", note="pide hablar con averías")
            await caller.hear(kind="music")
            consult, second = await connected(center, beto, "beto")
            leg = await advice(ana, contact)
            await talk(desk, second)
            heard = await caller.transcript()
            assert "Buenas tardes" not in heard[-2:]
            await ana.act("/api/v1/agent/status", "PUT", status="not_ready", reason="pausa")
            begin(center, fault, operations)
            await ana.act(f"{path}/call/complete", leg=leg)
            await desk.until("completed")
            await talk(caller, second)
            center.center.network.faults.clear()
            await finished(beto, sofia, contact, caller, desk, second)
            assert (await sofia.contact(consult))["state"] == "closed", fault
            assert await center.times_called("client:beto") == number + 1, fault
            await beto.act("/api/v1/agent/status", "PUT", status="not_ready", reason="pausa")


async def test_processes_are_killed_while_a_queue_is_asked(center: Calls) -> None:
    made = center.center
    async with people(made, "ana", "beto", "sofia") as (ana, beto, sofia):
        await ana.work()
        caller = await in_line(center, "+59899555901")
        contact, desk = await connected(center, ana, "ana")
        path = f"/api/v1/contacts/{contact}"
        await ana.act(f"{path}/call/consult", queue="averias")
        made.kill("router")  # The consult waits; nobody is there yet.
        made.start("router")
        await beto.work()
        assert await beto.accept() != contact
        second = await center.rings("beto")
        made.kill("router")  # While the colleague's telephone rings.
        await second.post("answer")
        made.start("router")
        leg = await advice(ana, contact)
        await talk(desk, second)
        made.kill("web")  # Between the advice and the decision.
        made.start("web")
        await made.ready()
        await ana.act(f"{path}/call/complete", leg=leg)
        made.kill("web")  # Whatever it had not done yet is done by whoever looks next.
        made.start("web")
        await made.ready()
        await desk.until("completed")
        await talk(caller, second)
        assert [await center.times_called(each) for each in ("client:ana", "client:beto")] == [1, 1]
        await finished(beto, sofia, contact, caller, desk, second)
