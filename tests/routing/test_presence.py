"""Agents who come, go, choose and vanish."""

from __future__ import annotations

import pytest

from contactcenter.domain import instructions as do
from contactcenter.domain import stimuli as it
from contactcenter.domain.words import AgentStatus, ContactState, Outcome
from tests.routing.center import Center, with_settings


def test_signing_in_is_not_being_available() -> None:
    center = Center()
    ana = center.agent("ana", available=False)
    center.write("first")
    assert (ana.status, ana.reason) == (AgentStatus.NOT_READY, "signed_in")
    assert center.offered() == {}
    assert center.status("ana") is None
    assert center.offered() == {"first": "ana"}


def test_being_available_twice_keeps_the_turn() -> None:
    center = Center()
    ana = center.agent("ana")
    since = ana.idle_since
    center.wait(5)
    center.status("ana")
    assert ana.idle_since == since


def test_not_ready_needs_a_reason_and_takes_the_offer_back() -> None:
    center = Center()
    center.agent("ana")
    contact = center.write("first")
    assert center.status("ana", AgentStatus.NOT_READY, reason="tired") == "unknown_reason"
    assert center.offered() == {"first": "ana"}
    assert center.status("ana", AgentStatus.NOT_READY, reason="break") is None
    assert contact.state is ContactState.WAITING


def test_any_reason_will_do_where_none_is_listed() -> None:
    center = Center(with_settings())
    center.agent("ana")
    assert center.status("ana", AgentStatus.NOT_READY, reason="tired") is None


def test_logging_out_with_work_in_hand_is_refused_unless_a_supervisor_does_it() -> None:
    center = Center()
    center.agent("ana")
    talking = center.write("talking")
    center.accept("talking")
    wrapping = center.write("wrapping")
    center.accept("wrapping")
    center.end("wrapping")
    assert center.status("ana", AgentStatus.LOGGED_OUT) == "holds_contacts"
    assert center.status("ana", AgentStatus.LOGGED_OUT, by="sofia") is None
    assert (talking.state, talking.agent_id) == (ContactState.WAITING, None)
    assert wrapping.outcome is Outcome.AGENT_HANDLED


def test_wrap_up_does_not_keep_anybody_from_going_home() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.accept("first")
    center.end("first")
    assert center.status("ana", AgentStatus.LOGGED_OUT) is None


def test_without_a_console_nobody_is_ready() -> None:
    center = Center()
    center.feed(it.AgentConfigured, agent_id="ana", name="Ana", profile="expert")
    assert center.status("ana") == "not_connected"
    assert center.status("ana", AgentStatus.NOT_READY, reason="break") == "not_connected"
    assert center.status("nobody") == "unknown_agent"


def test_a_reload_loses_nothing() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.write("first")
    center.accept("first")
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    center.write("second")
    assert center.offered() == {}, "whoever is away is offered nothing new"
    center.wait(29)
    center.feed(it.ConsoleOpened, session_id="ana-2", agent_id="ana")
    assert (contact.agent_id, ana.status) == ("ana", AgentStatus.AVAILABLE)
    assert center.offered() == {"second": "ana"}
    center.wait(60)
    assert contact.agent_id == "ana"


def test_an_agent_who_stays_away_is_logged_out_and_the_contact_keeps_its_place() -> None:
    center = Center()
    ana = center.agent("ana")
    contact = center.write("first")
    place = contact.place
    center.accept("first")
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    center.wait(30)
    assert ana.status is AgentStatus.LOGGED_OUT
    assert (contact.state, contact.place) == (ContactState.WAITING, place)


def test_whoever_talks_on_the_telephone_is_not_cut_off_because_a_browser_is_gone() -> None:
    center = Center()
    ana = center.agent("ana", "outages")
    center.write("mail")
    center.accept("mail")
    center.call("call")
    center.accept("call")
    center.feed(it.ContactConnected, contact_id="call")
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    center.wait(120)
    assert (ana.status, set(ana.holds)) == (AgentStatus.AVAILABLE, {"call"})
    assert center.contact("mail").state is ContactState.WAITING
    center.call("second")
    assert center.offered() == {}, "nobody rings where no console is open"
    center.feed(it.ContactEnded, contact_id="call", agent_id="ana")
    center.wait(300)
    assert (ana.status, ana.holds) == (AgentStatus.LOGGED_OUT, {})
    assert center.contact("call").outcome is Outcome.AGENT_HANDLED


def test_an_offer_rings_on_through_a_reload() -> None:
    center = Center()
    center.agent("ana")
    center.write("first")
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    center.feed(it.ConsoleOpened, session_id="ana-2", agent_id="ana")
    assert center.accept("first") == "ana"


def test_one_of_two_windows_may_close() -> None:
    center = Center()
    ana = center.agent("ana")
    center.feed(it.ConsoleOpened, session_id="ana-2", agent_id="ana")
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    assert ana.grace_until is None


def test_windows_of_nobody_are_nothing() -> None:
    center = Center()
    assert center.feed(it.ConsoleOpened, session_id="x", agent_id="nobody") == []
    assert center.feed(it.ConsoleClosed, session_id="x", agent_id="nobody") == []
    center.agent("ana")
    assert center.feed(it.ConsoleClosed, session_id="x", agent_id="ana") == []


def test_closing_the_window_after_logging_out_is_nothing() -> None:
    center = Center()
    ana = center.agent("ana")
    center.status("ana", AgentStatus.LOGGED_OUT)
    center.feed(it.ConsoleClosed, session_id="ana-1", agent_id="ana")
    assert ana.grace_until is None


def vanish(center: Center, names: list[str]) -> list[str]:
    """The last windows of these people close; returns the alarms."""
    told = [one for name in names for one in center.feed(it.ConsoleClosed, session_id=f"{name}-1", agent_id=name)]
    return [one.code for one in told if isinstance(one, do.RaiseAlarm)]


@pytest.mark.parametrize(("gone", "alarms"), [(2, 0), (3, 1)])
def test_when_many_vanish_at_once_nobody_is_logged_out(gone: int, alarms: int) -> None:
    center = Center(with_settings(mass_disconnect_minimum=3))
    names = [f"agent{number}" for number in range(6)]
    agents = [center.agent(name) for name in names]
    assert len(vanish(center, names[:gone])) == alarms
    center.wait(31)
    logged_out = [agent for agent in agents if agent.status is AgentStatus.LOGGED_OUT]
    assert len(logged_out) == (0 if alarms else gone)
    center.wait(300)
    assert [agent.status for agent in agents[:gone]] == [AgentStatus.LOGGED_OUT] * gone


def test_one_alarm_tells_of_all_who_vanish() -> None:
    center = Center(with_settings(mass_disconnect_minimum=3))
    names = [f"agent{number}" for number in range(6)]
    agents = [center.agent(name) for name in names]
    assert vanish(center, names) == ["mass_disconnect"]
    center.wait(299)
    assert {agent.status for agent in agents} == {AgentStatus.AVAILABLE}


def test_a_small_share_that_vanishes_is_no_alarm() -> None:
    center = Center(with_settings(mass_disconnect_minimum=1))
    names = [f"agent{number}" for number in range(10)]
    for name in names:
        center.agent(name)
    assert vanish(center, names[:2]) == []
    center.wait(11)
    assert vanish(center, names[2:3]) == [], "those who went long ago do not count"


def test_a_new_profile_acts_on_the_next_decision() -> None:
    center = Center()
    center.agent("ana", "novice")
    center.write("first", text="luz")
    assert center.offered() == {}
    assert center.ask(it.AgentConfigured, agent_id="ana", name="Ana", profile="outages") is None
    assert center.offered() == {"first": "ana"}
    assert center.ask(it.AgentConfigured, agent_id="ana", name="Ana", profile="none") == "unknown_profile"
