"""Workload files: what may be missing, and what is said of a line that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.domain.needs import Clause
from contactcenter.simulation import load_scenario, run
from tests.simulation.playing import DAY, HEADER, play, refusal

SKILLED = DAY.replace("queues: {line: {", "queues: {line: {skills: {a: 1}, ").replace(
    "all: {}", "all: {skills: {a: 3}}"
)


def test_the_last_three_columns_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "day.yaml").write_text(DAY, encoding="utf-8")
    (tmp_path / "workload.csv").write_text(
        "channel,queue,service_seconds,arrive_seconds\nvoice,line,5,0\n\nvoice,line,5,1\n", encoding="utf-8-sig"
    )
    total = run(load_scenario(tmp_path / "day.yaml"))["total"]
    assert (total["answered"], total["longest_seconds"]) == (2, 4)


def test_patience_comes_from_the_scenario_when_the_line_says_nothing(tmp_path: Path) -> None:
    text = DAY.replace("wrap_up: 0", "wrap_up: 0, patience: 7")
    day = play(tmp_path, text, "0,line,voice,100\n1,line,voice,9,,b,\n2,line,voice,9,3,c,\n3,line,chat,1,,d\n")
    assert {customer: wait for customer, (_, wait) in day.waits().items() if customer in "bcd"} == {
        "b": 7,
        "c": 3,
        "d": 97,
    }


def test_skills_are_asked_for_on_top_of_the_queues(tmp_path: Path) -> None:
    day = play(tmp_path, SKILLED, "0,line,voice,10,20,a,a:3\n100,line,voice,10,20,b,a:4\n200,line,voice,1,9,c,a:3\n")
    assert [contact.outcome for contact in day.closed] == ["agent_handled", "abandoned", "agent_handled"]
    assert day.closed[1].clauses == (Clause((("a", 4),)),)


def test_a_workload_of_nobody(tmp_path: Path) -> None:
    total = play(tmp_path).summary["total"]
    assert (total["offered"], total["service_level"], total["asa_seconds"]) == (0, None, None)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("0,line,voice,5\n9,lime,voice,5\n", "workload.csv:3: queue: there is no queue 'lime'; did you mean 'line'?"),
        ("0,line,fax,5\n", "workload.csv:2: channel: there is no channel 'fax'; use one of: chat"),
        ("soon,line,voice,5\n", "workload.csv:2: arrive_seconds: 'soon' is no number of seconds; use 0 or more"),
        ("-1,line,voice,5\n", "workload.csv:2: arrive_seconds: '-1' is no number"),
        ("nan,line,voice,5\n", "workload.csv:2: arrive_seconds: 'nan' is no number"),
        ("9,line,voice,5\n8,line,voice,5\n", "workload.csv:3: arrive_seconds: 8 is before the line above (9); sort"),
        ("0,line,voice,inf\n", "workload.csv:2: service_seconds: 'inf' is no number of seconds; use 0 or more"),
        ("0,line,voice,\n", "workload.csv:2: service_seconds: '' is no number of seconds; use 0 or more"),
        (
            "0,line,voice,5,long\n",
            "workload.csv:2: patience_seconds: 'long' is no number of seconds; use 0 or more, or",
        ),
        ("0,line,voice,5,-1\n", "workload.csv:2: patience_seconds: '-1' is no number of seconds"),
        ("0,line,voice\n", "workload.csv:2: line: has 3 values; the first line names 7"),
        ("0,line,voice,5,,,,,\n", "workload.csv:2: line: has 9 values; the first line names 7"),
        ("0,line,voice,5,,a,b:3\n", "workload.csv:2: skills: there is no skill 'b'; use one of: a"),
        ("0,line,voice,5,,a,a\n", "workload.csv:2: skills: 'a' needs a minimum; write such as a:3, spaces between"),
        ("0,line,voice,5,,a,a:9\n", "workload.csv:2: skills: 'a:9' needs a minimum"),
        ('0,line,voice,5,,"a"b,\n', "workload.csv:2: line: ',' expected after '\"'; write a text that has a comma"),
        (f"0,line,voice,5,,{'a' * 10_001},\n", "workload.csv:2: line: has 10019 characters; use at most 10000"),
        (HEADER.encode() + b"0,line,voice,5,,\xff,\n", "is not UTF-8; save the file as UTF-8"),
        (b"", "arrive_seconds, queue, channel, service_seconds is missing; begin with the line arrive_seconds"),
        (b"arrive,queue\n", "workload.csv:1: header: 'arrive' is no column; did you mean 'arrive_seconds'?"),
        (HEADER.strip().encode() + b",queue\n", "workload.csv:1: header: names a column twice; keep one"),
    ],
)
def test_a_line_that_cannot_be_used(tmp_path: Path, lines: str | bytes, complaint: str) -> None:
    assert complaint in refusal(tmp_path, SKILLED, lines)


def test_a_file_that_went_away(tmp_path: Path) -> None:
    (tmp_path / "day.yaml").write_text(DAY, encoding="utf-8")
    (tmp_path / "workload.csv").write_text(HEADER, encoding="utf-8")
    scenario = load_scenario(tmp_path / "day.yaml")
    (tmp_path / "workload.csv").unlink()
    with pytest.raises(InvalidConfigurationError, match="cannot be read"):
        run(scenario)
