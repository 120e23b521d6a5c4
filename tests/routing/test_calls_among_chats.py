"""A steady flow of chats never starves a call: somebody's chats run out for it.

The bound: a call that has waited `call_wait_seconds` while somebody available could take it but for
their chats is offered no later than those chats of theirs end; nobody gets a new chat meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.domain import stimuli as it
from contactcenter.domain.configuration import Configuration
from contactcenter.domain.words import AgentStatus, ContactState, MediaClass, Refusal
from contactcenter.routing.eligibility import agent_refusal
from contactcenter.routing.engine import Engine
from contactcenter.testing.routing_center import configuration
from tests.routing.center import Center
from tests.routing.test_restart import snapshot


def waiting_for_calls(seconds: float | None = 20.0, *, hazard: bool = False) -> Configuration:
    """The small center, where calls are waited for so long."""
    base = configuration()
    general = replace(base.queues["general"], hazard=hazard, wrap_up_seconds=1.0)
    return replace(
        base, queues={**base.queues, "general": general}, settings=replace(base.settings, call_wait_seconds=seconds)
    )


def chatting(center: Center, *agents: str, chats: int = 2) -> None:
    """Each has so many chats."""
    for name in agents:
        center.agent(name)
        for number in range(chats):
            center.write(f"{name}{number}", "chat")
            center.accept(f"{name}{number}")


def end(center: Center, chat: str) -> None:
    """A chat is over, wrap-up too."""
    center.end(chat)
    center.finish(chat)


def test_somebody_gets_no_more_chats() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana")
    center.call("call")
    center.wait(19)
    end(center, "ana0")
    center.write("more", "chat")
    assert center.offered() == {"more": "ana"}, "the call has not waited long enough"
    center.accept("more")
    center.wait(1)
    ana = center.engine.agents["ana"]
    assert ana.kept_free_for == "call"
    profile = center.engine.configuration.profiles["expert"]
    assert agent_refusal(ana, profile, MediaClass.LIVE) is Refusal.KEPT_FREE_FOR_A_CALL
    end(center, "ana1")
    center.write("still more", "chat")
    assert center.offered() == {}
    end(center, "more")
    assert center.offered() == {"call": "ana"}
    assert ana.kept_free_for is None


def test_the_one_with_the_fewest_chats() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", "bea")
    end(center, "bea0")
    center.call("call")
    center.wait(20)
    assert center.engine.agents["bea"].kept_free_for == "call"
    assert center.engine.agents["ana"].kept_free_for is None


def test_one_each() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", "bea")
    for number in range(3):
        center.call(f"call{number}")
    center.wait(20)
    assert center.engine._floor.kept_free == {"call0": "ana", "call1": "bea"}


def test_the_oldest_call_comes_first() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", "bea")
    center.call("old")
    center.wait(5)
    center.call("young")
    center.wait(20)
    assert center.engine._floor.kept_free == {"old": "ana", "young": "bea"}
    end(center, "bea0")
    end(center, "bea1")
    assert center.offered() == {"old": "bea"}
    assert center.engine._floor.kept_free == {"young": "ana"}, "who is left goes on for who is left"


def test_chats_again_when_the_caller_hangs_up() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", chats=1)
    center.call("call")
    center.wait(20)
    center.write("more", "chat")
    assert center.offered() == {}
    center.feed(it.CustomerLeft, thread="call")
    assert center.offered() == {"more": "ana"}


@pytest.mark.parametrize("leaving", ["break", "gone", "profile"])
def test_another_is_asked_when_that_one_goes_away(leaving: str) -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", "bea")
    center.call("call")
    center.wait(20)
    if leaving == "break":
        center.status("ana", AgentStatus.NOT_READY, reason="break")
    elif leaving == "gone":
        center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    else:
        center.feed(it.AgentConfigured, agent_id="ana", name="Ana", profile="novice")
    assert center.engine._floor.kept_free == {}
    center.wait(20)
    assert center.engine._floor.kept_free == {"call": "bea"}


def test_for_a_hazard_at_once() -> None:
    center = Center(waiting_for_calls(hazard=True))
    chatting(center, "ana")
    center.call("call")
    assert center.engine._floor.kept_free == {"call": "ana"}


def test_never_where_it_is_switched_off() -> None:
    center = Center(waiting_for_calls(None))
    chatting(center, "ana")
    center.call("call")
    center.wait(3600)
    assert center.engine._floor.kept_free == {}


def test_mail_may_go_on_unless_it_excludes_calls() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana", chats=1)
    center.call("call")
    center.wait(20)
    center.write("mail")
    assert center.offered() == {"mail": "ana"}
    center.accept("mail")
    end(center, "ana0")
    assert center.offered() == {"call": "ana"}, "a mail can be interrupted"


def test_where_mail_excludes_calls_it_runs_out_too() -> None:
    base = waiting_for_calls()
    expert = replace(base.profiles["expert"], interruptible=False)
    center = Center(replace(base, profiles={**base.profiles, "expert": expert}))
    center.agent("ana")
    center.write("mail")
    center.accept("mail")
    center.call("call")
    assert center.offered() == {}
    center.wait(20)
    center.write("another mail")
    assert center.offered() == {}
    end(center, "mail")
    assert center.offered() == {"call": "ana"}


def test_a_change_of_the_configuration_asks_anew() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana")
    center.call("call")
    center.wait(20)
    center.feed(it.ConfigurationChanged, configuration=replace(waiting_for_calls(), version=2))
    assert center.engine._floor.kept_free == {}
    center.wait(20)
    assert center.engine._floor.kept_free == {"call": "ana"}


def test_a_restart_keeps_them_free() -> None:
    center = Center(waiting_for_calls())
    chatting(center, "ana")
    center.call("call")
    center.wait(20)
    center.engine = Engine(center.engine.configuration, snapshot(center))
    center.write("more", "chat")
    assert center.offered() == {}
    end(center, "ana0")
    end(center, "ana1")
    assert center.offered() == {"call": "ana"}


CHAT_SECONDS = 90.0


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.floats(0.5, 20.0), min_size=40, max_size=80),
    agents=st.integers(1, 4),
    bound=st.sampled_from([5.0, 20.0, 60.0]),
)
def test_the_bound(gaps: list[float], agents: int, bound: float) -> None:
    """However chats flow, a call is offered within `bound` and the length of one chat with its wrap-up."""
    center = Center(waiting_for_calls(bound))
    for number in range(agents):
        center.agent(f"agent{number}")
    ends: list[tuple[float, str]] = []
    called = None
    for number, gap in enumerate(gaps):
        _pass(center, center.now + gap, ends)
        center.write(f"chat{number}", "chat")
        _take_all(center, ends)
        if number == 20:
            called = center.call("call", queue="general").place
            _take_all(center, ends)
        contact = center.engine.contacts.get("call")
        if called is not None and contact is not None and contact.state is ContactState.WAITING:
            assert center.now - called <= bound + CHAT_SECONDS + 1.0


def _pass(center: Center, until: float, ends: list[tuple[float, str]]) -> None:
    """Chats end when their time is over, deadlines come."""
    while True:
        due = min([at for at, _ in ends] + [center.engine.next_deadline() or until], default=until)
        if due >= until:
            break
        center.now = max(center.now, due)
        center.feed(it.TimePassed)
        for at, chat in sorted(ends):
            if at <= center.now:
                ends.remove((at, chat))
                end(center, chat)
        _take_all(center, ends)
    center.now = until
    center.feed(it.TimePassed)
    _take_all(center, ends)


def _take_all(center: Center, ends: list[tuple[float, str]]) -> None:
    while offered := center.offered():
        for contact in offered:
            center.accept(contact)
            if contact == "call":
                center.feed(it.ContactConnected, contact_id="call")
            else:
                ends.append((center.now + CHAT_SECONDS, contact))
