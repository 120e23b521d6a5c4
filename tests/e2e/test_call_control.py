"""What is done during a call, under each fault of the network, and with the processes killed while it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contactcenter.domain.utility import Account, Premises, Register, Zone
from contactcenter.storage import Storage
from tests.e2e.calling import Calls, Person, people
from tests.e2e.processes import Center
from tests.e2e.test_calls import DESK, in_line, no_error_heard, talk
from tests.localnet.telephone import Telephone, ringing
from tests.runtime.waiting import until

VERBS: Final = ("CreateParticipant", "UpdateParticipant", "UpdateCall", "ListConference")
"""Whatever is asked of a call that is up begins with one of them."""
ALWAYS: Final = 200


@dataclass(frozen=True)
class Fault:
    """A fault of the network; `every`: before each thing that is done, each time."""

    kind: str
    every: bool = False
    seconds: float | None = None

    def begin(self, made: Center) -> None:
        """It happens from now on."""
        if not self.every:
            made.network.faults.add(self.kind, times=ALWAYS, seconds=self.seconds)

    def again(self, made: Center) -> None:
        """It happens to what is done next."""
        if self.every:
            made.network.faults.clear()
            for operation in VERBS:
                made.network.faults.add(self.kind, operation=operation)


FAULTS: Final = (
    Fault("rate_limited", every=True),
    Fault("server_error", every=True),
    Fault("drop_before", every=True),
    Fault("drop_after", every=True),
    Fault("callback_lost"),
    Fault("callback_late", seconds=0.5),
    Fault("callback_doubled"),
    Fault("callbacks_reversed"),
    Fault("webhook_copies"),
)


def customer(number: int) -> str:
    return f"+5989955540{number}"


async def known_customers(made: Center) -> None:
    """Each fault has somebody whose power may be away."""
    storage = await Storage.open(made.settings.database_url)
    try:
        each = range(len(FAULTS))
        accounts = tuple(Account(f"440200{number}", f"Cliente {number}", customer(number)) for number in each)
        premises = tuple(Premises(f"P-{number}", f"440200{number}", f"Calle {number}", "Z") for number in each)
        await storage.utility.put(Register((Zone("Z", "Centro", "Rivera"),), accounts, premises, ()))
    finally:
        await storage.close()


async def report(center: Calls, number: str) -> None:
    """Somebody says by keys that they have no power, and hears at the next call that it is known."""
    caller = await center.call(number)
    for question, key in (("Para español", "1"), ("Si no tiene luz", "1"), ("se quedó sin luz", "1")):
        await caller.hear(question)
        assert await caller.press(key)
    told = re.search(r"con el número (\d+)", (await caller.hear("Registramos su corte"))["text"])
    assert told is not None
    await caller.until("completed")
    again = await center.call(number)
    await again.hear(f"el reporte de su corte, número {told[1]}")
    await again.post("hangup")
    await no_error_heard(caller, again)


async def connected(center: Calls, agent: Person, name: str, contact: str | None = None) -> tuple[str, Telephone]:
    """An agent accepts what rings, and takes up their telephone."""
    accepted = await agent.accept()
    assert contact in (None, accepted)
    desk = await center.rings(name)
    await desk.post("answer")
    await agent.until(accepted, "connected")
    return accepted, desk


async def test_each_step_under_each_fault(center: Calls) -> None:
    made = center.center
    await known_customers(made)
    async with people(made, "ana", "beto", "sofia") as (ana, beto, sofia):
        await ana.work()
        for number, fault in enumerate(FAULTS):
            fault.begin(made)
            await report(center, customer(number))

            caller = await in_line(center, f"+5989955560{number}")
            contact, desk = await connected(center, ana, "ana")
            await talk(caller, desk)
            path = f"/api/v1/contacts/{contact}"
            fault.again(made)
            await ana.act(f"{path}/call/hold")
            await caller.hear(kind="music")
            fault.again(made)
            await ana.act(f"{path}/call/resume")
            await talk(caller, desk)

            await (beto.be_available() if number else beto.work())
            fault.again(made)
            await ana.act(f"{path}/transfer", queue="averias")
            await desk.until("completed")
            await caller.hear(kind="play")
            made.network.faults.clear()
            fault.begin(made)
            _, second = await connected(center, beto, "beto", contact)
            await talk(caller, second)

            fault.again(made)
            await sofia.act(f"{path}/call/supervise", mode="whisper", number=DESK)
            third = await ringing(center.http, DESK)
            await third.post("answer")
            await third.hear(kind="connected")
            await third.speak("Ofrézcale el plan")
            await second.hear("Ofrézcale el plan", "person")
            fault.again(made)
            await sofia.act(f"{path}/call/supervise", mode="barge")
            await third.speak("Le habla la supervisora")
            await caller.hear("Le habla la supervisora", "person")
            assert "Ofrézcale el plan" not in await caller.transcript()

            fault.again(made)
            await beto.act(f"{path}/end")
            for telephone in (caller, second, third):
                await telephone.until("completed")
            await beto.act(f"{path}/wrap-up", disposition="corte-informado")
            await beto.act("/api/v1/agent/status", "PUT", status="not_ready", reason="pausa")
            assert (await sofia.until(contact, "closed"))["outcome"] == "agent_handled", fault.kind
            made.network.faults.clear()
            await no_error_heard(caller, desk, second, third)
            assert await center.times_called("client:ana") == number + 1, fault.kind
            assert await center.times_called("client:beto") == number + 1, fault.kind
            assert await center.times_called(DESK) == number + 1, fault.kind


async def test_processes_are_killed_while_a_call_is_handed_on(center: Calls) -> None:
    made = center.center
    async with people(made, "ana", "beto", "sofia") as (ana, beto, sofia):
        await ana.work()
        caller = await in_line(center, "+59899555701")
        contact, desk = await connected(center, ana, "ana")
        path = f"/api/v1/contacts/{contact}"

        await ana.act(f"{path}/call/hold")
        await caller.hear(kind="music")
        made.kill("router")  # While the caller is on hold: nothing of a talk is the router's.
        await ana.act(f"{path}/call/resume")
        await talk(caller, desk)
        made.start("router")

        await beto.work()
        made.network.faults.add("slow", seconds=1.0, operation="UpdateCall")
        await ana.act(f"{path}/transfer", queue="averias")
        await until(lambda: not made.network.faults.coming())
        made.kill("router")  # While it moves the caller to the hold; it will never know the answer.
        made.start("router")
        await desk.until("completed")
        await caller.hear(kind="play")
        _, second = await connected(center, beto, "beto", contact)
        await talk(caller, second)

        await sofia.act(f"{path}/call/supervise", mode="listen", number=DESK)
        third = await ringing(center.http, DESK)
        made.kill("web")  # While the supervisor's telephone rings.
        await third.post("answer")
        await third.hear(kind="connected")
        await talk(caller, second)
        await third.hear("Diga, por favor", "person")
        made.start("web")
        await made.ready()
        await sofia.act(f"{path}/call/supervise", mode="barge")
        await third.speak("Le habla la supervisora")
        await caller.hear("Le habla la supervisora", "person")

        await caller.post("hangup")
        await second.until("completed")
        await third.until("completed")
        await beto.until(contact, "wrap_up")
        await beto.act(f"{path}/wrap-up", disposition="corte-informado")
        assert (await sofia.until(contact, "closed"))["outcome"] == "agent_handled"
        assert [await center.times_called(each) for each in ("client:ana", "client:beto", DESK)] == [1, 1, 1]
        await no_error_heard(caller, desk, second, third)
