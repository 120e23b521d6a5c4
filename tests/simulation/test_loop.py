"""Every second of small days: who waits how long, who gives up, who comes and goes."""

from __future__ import annotations

from pathlib import Path

from contactcenter.simulation.chance import Fixed
from contactcenter.simulation.scenario import Retrials
from tests.simulation.playing import DAY, play


def test_one_agent_serves_in_turn(tmp_path: Path) -> None:
    day = play(tmp_path, lines="0,line,voice,100,,a,\n10,line,voice,50,,b,\n20,line,voice,50,,c,\n")
    assert day.waits() == {"a": ("agent_handled", 0), "b": ("agent_handled", 90), "c": ("agent_handled", 130)}
    total = day.summary["total"]
    assert (total["offered"], total["answered"], total["asa_seconds"]) == (3, 3, 73.333)
    assert (total["p50_seconds"], total["longest_seconds"], total["aht_seconds"]) == (90, 130, 66.667)
    assert total["occupancy"] == round(200 / 3600, 3)
    assert total["service_level"] == round(1 / 3, 5)


def test_who_is_out_of_patience_gives_up(tmp_path: Path) -> None:
    lines = "0,line,voice,100,,a,\n10,line,voice,50,30,b,\n20,line,voice,50,3,c,\n30,line,voice,50,500,d,\n"
    day = play(tmp_path, lines=lines)
    assert day.waits() == {
        "a": ("agent_handled", 0),
        "b": ("abandoned", 30),
        "c": ("abandoned", 3),
        "d": ("agent_handled", 70),
    }
    total = day.summary["total"]
    assert (total["abandoned"], total["short_abandoned"], total["service_level"]) == (2, 1, round(1 / 3, 5))
    assert total["mean_wait_seconds"] == (0 + 30 + 3 + 70) / 4


def test_the_engine_ends_wrap_up_when_the_queues_time_is_over(tmp_path: Path) -> None:
    lines = "0,line,voice,100,,a,\n10,line,voice,50,,b,\n"
    whole = play(tmp_path, DAY.replace(", wrap_up: 0", ""), lines)
    assert whole.waits()["b"] == ("agent_handled", 120)
    some = play(tmp_path, DAY.replace("wrap_up: 0", "wrap_up: 12"), lines)
    assert some.waits()["b"] == ("agent_handled", 102)
    too_long = play(tmp_path, DAY.replace("wrap_up: 0", "wrap_up: 500"), lines)
    assert too_long.waits()["b"] == ("agent_handled", 120)


def test_agents_take_a_moment_to_accept(tmp_path: Path) -> None:
    day = play(tmp_path, DAY + "accept: 4\n", "0,line,voice,100,,a,\n10,line,voice,50,92,b,\n")
    assert day.waits() == {"a": ("agent_handled", 4), "b": ("abandoned", 92)}


def test_who_does_not_answer_in_time_is_passed_over_for_a_moment(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up_seconds: 30", "offer_seconds: 5") + "accept: 8\nrona_pause_seconds: 100\n"
    day = play(tmp_path, text, "0,line,voice,100,150,a,\n")
    assert day.waits() == {"a": ("abandoned", 150)}
    assert (5, "ana-1", "not_ready") in day.statuses
    assert (105, "ana-1", "available") in day.statuses
    assert day.summary["total"]["offers_each"] == 2


def test_who_gave_up_tries_again(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up: 0", "wrap_up: 0, patience: 1000, retrials: {share: 1, after: 60, most: 2}")
    day = play(tmp_path, text, "0,line,voice,100,,a,\n10,line,voice,50,30,b,\n")
    assert [(contact.id, contact.outcome, contact.customer_id) for contact in day.closed] == [
        ("line/voice:2", "abandoned", "b"),
        ("line/voice:1", "agent_handled", "a"),
        ("line/voice:2~2", "agent_handled", "b"),
    ]
    again = day.closed[-1]
    assert again.arrived_at == day.closed[0].closed_at + 60  # type: ignore[operator]  # it is closed
    assert day.summary["total"]["retried"] == 1


def test_nobody_tries_for_ever(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up: 0", "wrap_up: 0, patience: 5, retrials: {share: 1, after: 60, most: 3}")
    day = play(tmp_path, text, "0,line,voice,3000,,a,\n10,line,voice,50,5,b,\n")
    assert day.summary["total"]["abandoned"] == 4


def test_nobody_tries_again_whose_share_is_none(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up: 0", "wrap_up: 0, retrials: {share: 0, after: 60}")
    assert play(tmp_path, text, "0,line,voice,300,,a,\n10,line,voice,50,5,b,\n").summary["total"]["offered"] == 2


def test_a_full_line_refuses(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up_seconds: 30", "waiting_limit: 1")
    day = play(tmp_path, text, "0,line,voice,100,,a,\n10,line,voice,50,,b,\n20,line,voice,50,,c,\n")
    assert day.waits()["c"] == ("refused", 0)
    assert (day.summary["total"]["refused"], day.summary["total"]["blocking"]) == (1, 0.33333)


def test_people_come_and_go_with_their_shifts(tmp_path: Path) -> None:
    shifts = """
  early: {profile: all, count: 1, to: "08:10"}
  late: {profile: all, count: 1, from: "08:20"}
"""
    text = DAY.replace(" {ana: {profile: all, count: 1}}", shifts)
    day = play(tmp_path, text, "590,line,voice,100,,a,\n600,line,voice,50,,b,\n")
    assert day.waits() == {"a": ("agent_handled", 0), "b": ("agent_handled", 600)}
    early = {status: at for at, agent, status in day.statuses if agent == "early-1"}
    assert list(early) == ["available", "not_ready", "logged_out"]
    assert early["logged_out"] == 690
    staffed = [interval["agents"] for interval in day.summary["intervals"]]
    assert staffed == [round((690 + 600) / 1800, 3), 1.0]


def test_a_break_begins_after_the_contact_in_hand(tmp_path: Path) -> None:
    text = DAY.replace("count: 1", 'count: 1, breaks: [{at: "08:01", minutes: 5}]')
    day = play(tmp_path, text, "0,line,voice,100,,a,\n10,line,voice,50,,b,\n")
    assert day.waits()["b"] == ("agent_handled", 350)


def test_a_break_does_not_outlast_the_shift(tmp_path: Path) -> None:
    text = DAY.replace("count: 1", 'count: 1, to: "08:03", breaks: [{at: "08:01", minutes: 5}]')
    day = play(tmp_path, text, "200,line,voice,10,20,a,\n")
    assert day.waits() == {"a": ("abandoned", 20)}
    assert day.statuses[-1] == (180, "ana-1", "logged_out")


def test_who_worked_before_the_beginning_is_not_there(tmp_path: Path) -> None:
    text = DAY.replace("count: 1", 'count: 1, from: "06:00", to: "07:00"')
    assert play(tmp_path, text, "0,line,voice,10,20,a,\n").waits() == {"a": ("abandoned", 20)}


def test_who_never_gets_anybody_is_told_of(tmp_path: Path) -> None:
    text = DAY.replace("queues: {line:", "queues: {lonely: {skills: {none: 1}}, line:").replace(
        "profiles: {all: {}}", "profiles: {all: {}, other: {skills: {none: 3}}}"
    )
    day = play(tmp_path, text, "0,lonely,voice,10,,a,\n")
    assert (day.summary["ledger"]["open"], day.summary["total"]["offered"]) == (1, 0)


def test_a_changed_profile_acts_on_the_next_decision(tmp_path: Path) -> None:
    text = """
name: Before and after
day: 2026-11-23
from: "08:00"
to: "09:00"
interval_minutes: 30
queues: {line: {skills: {bills: 2}}}
profiles: {other: {skills: {outages: 3}}, bills: {skills: {bills: 3}}}
agents: {ana: {profile: other, count: 1}, bea: {profile: other, count: 1}}
arrivals: [{queue: line, channel: voice, wrap_up: 0}]
workload: workload.csv
changes:
  - {at: "08:30", profiles: {other: {skills: {bills: 2}}}}
  - {at: "08:40", profiles: {other: {skills: {bills: null}}}, agents: {bea: bills}}
"""
    lines = "1700,line,voice,10,,a,\n1900,line,voice,10,,b,\n2405,line,voice,10,,c,\n2406,line,voice,10,,d,\n"
    day = play(tmp_path, text, lines)
    assert day.waits() == {
        "a": ("agent_handled", 100),
        "b": ("agent_handled", 0),
        "c": ("agent_handled", 0),
        "d": ("agent_handled", 9),
    }
    assert [(phase["from"], phase["to"], phase["total"]["offered"]) for phase in day.summary["phases"]] == [
        ("08:00", "08:30", 1),
        ("08:30", "09:00", 3),
    ]


def test_several_chats_at_once_one_call_alone(tmp_path: Path) -> None:
    text = DAY.replace("all: {}", "all: {capacity: {voice: 1, live: 2, async: 1}}")
    day = play(tmp_path, text, "0,line,chat,100,,a,\n1,line,chat,100,,b,\n2,line,chat,9,,c,\n3,line,voice,9,,d,\n")
    waits = {customer: wait for customer, (_, wait) in day.waits().items()}
    assert (waits["a"], waits["b"]) == (0, 0)
    assert waits["d"] == 128, "after 30 seconds the call keeps the agent free until both chats are wrapped up"
    assert waits["c"] > waits["d"]


def test_what_arrives_before_the_count_begins_is_not_counted(tmp_path: Path) -> None:
    day = play(tmp_path, DAY + "warm_up_minutes: 10\n", "0,line,voice,900,,a,\n650,line,voice,50,,b,\n")
    assert (day.summary["total"]["offered"], day.summary["ledger"]["offered"]) == (1, 2)


def test_the_doors_close_at_the_end_and_who_is_in_is_served(tmp_path: Path) -> None:
    day = play(tmp_path, lines="3590,line,voice,100,,a,\n3595,line,voice,100,,b,\n3600,line,voice,100,,c,\n")
    assert day.waits() == {"a": ("agent_handled", 0), "b": ("agent_handled", 95)}
    assert day.summary["total"]["occupancy"] == round(10 / 3600, 3)


def test_dispositions_are_chosen(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up_seconds: 30", "dispositions: {done: {en: Done}}")
    assert play(tmp_path, text, "0,line,voice,10,,a,\n").closed[0].disposition == "done"


def test_retrials_draw_their_own_chance(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up: 0", "wrap_up: 0, retrials: {share: 0.5, after: {exponential: {mean: 60}}}")
    lines = "0,line,voice,3000,,a,\n" + "".join(f"{at},line,voice,50,5,c{at},\n" for at in range(1, 61))
    first = play(tmp_path, text, lines)
    assert 15 < first.summary["total"]["retried"] < 45
    assert play(tmp_path, text, lines).summary["total"] == first.summary["total"]
    assert Retrials(0.5, Fixed(1.0)).most == 1
