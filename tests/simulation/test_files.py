"""What a run leaves: the table, the files, the page; the same for the same seed."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from contactcenter.cli import main
from contactcenter.simulation.page import page
from contactcenter.simulation.plots import Plot, Series
from contactcenter.simulation.progress import Progress
from contactcenter.simulation.table import duration, percent, table
from tests.simulation.playing import DAY, HEADER, play

CHANCE = """
name: "Chance & <b>co</b>"
about: Two queues.
day: 2026-11-23
from: "08:00"
to: "10:00"
queues: {one: {}, two: {skills: {a: 1}}}
profiles: {all: {skills: {a: 1}}}
agents: {ana: {profile: all, count: 4}}
changes: [{at: "09:00", profiles: {all: {skills: {a: 2}}}}]
arrivals:
  - {queue: one, channel: voice, poisson: {per_hour: 60}, service: {exponential: {mean: 180}}, patience: 60}
  - {queue: two, channel: chat, poisson: {per_hour: 30}, service: {exponential: {mean: 180}}}
"""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.yaml"
    path.write_text(CHANCE, encoding="utf-8")
    return path


def simulated(day: Path, out: Path, *arguments: str) -> dict[str, Any]:
    assert main(["simulate", str(day), "--out", str(out), *arguments]) == 0
    found: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return found


def test_table_and_files(day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = simulated(day, tmp_path / "out")
    said = capsys.readouterr()
    assert "Chance & <b>co</b>   2026-11-23 08:00 to 2026-11-23 10:00   seed 1" in said.out
    assert re.search(r"^one .* 80 % in 20 s", said.out, re.MULTILINE)
    assert re.search(r"^all ", said.out, re.MULTILINE)
    assert "09:00 to 10:00   occupancy" in said.out
    assert said.err == "", "no bar without a terminal"
    with (tmp_path / "out" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == summary["total"]["offered"] == summary["run"]["contacts"]
    answered = [float(row["wait_seconds"]) for row in rows if row["talk_seconds"]]
    assert sum(answered) / len(answered) == pytest.approx(summary["total"]["asa_seconds"], abs=0.001)
    assert not list((tmp_path / "out").glob("*.part"))


def test_the_same_seed_is_the_same_day(day: Path, tmp_path: Path) -> None:
    first, same = simulated(day, tmp_path / "a"), simulated(day, tmp_path / "b")
    assert first.pop("run")["stimuli"] == same.pop("run")["stimuli"]
    assert first == same
    lines = [(tmp_path / name / "contacts.csv").read_bytes() for name in "ab"]
    assert lines[0] == lines[1]
    assert simulated(day, tmp_path / "c", "--seed", "2")["total"] != first["total"]


def test_a_workload_on_the_command_line_goes_before_chance(day: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text(HEADER + "0,one,voice,60,,=1+1,\n", encoding="utf-8")
    assert simulated(day, tmp_path / "out", "--workload", str(calls))["total"]["offered"] == 1
    assert "'=1+1" in (tmp_path / "out" / "contacts.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["none.yaml"], ["day.yaml", "--workload", "none.csv"]])
def test_wrong_use_is_said(
    day: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(day.parent)
    assert main(["simulate", *arguments]) == 2
    assert "none." in capsys.readouterr().err


def test_a_faulty_line_leaves_no_file(day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text(HEADER + "0,one,voice,60\n5,none,voice,60\n", encoding="utf-8")
    assert main(["simulate", str(day), "--out", str(tmp_path / "out"), "--workload", str(calls)]) == 2
    assert "calls.csv:3: queue: there is no queue 'none'" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())


def test_a_place_that_cannot_be_written(day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert main(["simulate", str(day), "--out", str(tmp_path / "out")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    (tmp_path / "there" / "summary.json").mkdir(parents=True)
    assert main(["simulate", str(day), "--out", str(tmp_path / "there")]) == 1


class Page(HTMLParser):
    """Refuses tags that are not closed in order, and anything that would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.titles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe", "object", "use")
        for name, value in attrs:
            assert name not in ("src", "href", "style")
            assert not name.startswith("on")
            assert "//" not in (value or "")
        if tag not in ("meta", "!doctype"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.titles.append(data)


def test_the_page_is_one_file_that_asks_nobody(day: Path, tmp_path: Path) -> None:
    simulated(day, tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    reader = Page()
    reader.feed(text)
    reader.close()
    assert not reader.open
    assert {"Waits, all queues", "Service level", "Occupancy"} <= set(reader.titles)
    assert "Chance &amp; &lt;b&gt;co&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "@import" not in text
    assert "url(" not in text
    assert "nan" not in re.sub(r"[a-z]*ance", "", text.lower())


def test_the_page_of_a_day_without_anybody(tmp_path: Path) -> None:
    reader = Page()
    reader.feed(page(play(tmp_path, DAY).summary))
    reader.close()
    assert not reader.open


def test_a_line_pauses_where_there_is_nothing() -> None:
    plot = Plot("T", ["a", "b", "c", "d"], [Series("s", [1.0, 2.0, None, 3.0], 0)], str)
    drawing = plot.svg()
    assert len(re.findall(r'class="l0" d="M[^"L]*L[^"M]*M', drawing)) == 1
    assert drawing.count("<circle") == 1
    assert "s: –" in drawing


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (7, ["0", "2", "4", "6", "8"]),
        (0.5, ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
        (3000, ["0", "1000", "2000", "3000"]),
    ],
)
def test_grid_lines_are_round(highest: float, labels: list[str]) -> None:
    plot = Plot("T", ["a"], [Series("s", [highest], 0)], lambda value: f"{value:g}")
    assert re.findall(r'text-anchor="end">([^<]*)<', plot.svg()) == labels


@pytest.mark.parametrize(("highest", "last"), [(50, "50 s"), (700, "15:00"), (400_000, "120:00:00")])
def test_grid_lines_of_times_are_round(highest: float, last: str) -> None:
    plot = Plot("T", ["a"], [Series("s", [highest], 0)], duration, times=True)
    assert re.findall(r'text-anchor="end">([^<]*)<', plot.svg())[-1] == last


def test_words_for_people() -> None:
    assert [duration(value) for value in (None, 0, 12.34, 59.96, 60, 245, 7980)] == [
        "–",
        "0 s",
        "12.3 s",
        "1:00",
        "1:00",
        "4:05",
        "2:13:00",
    ]
    assert [percent(value) for value in (None, 0.1234)] == ["–", "12.3 %"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal() -> None:
    now = iter([0.0, 1.0, 1.1, 2.0])
    terminal = Terminal()
    bar = Progress(terminal, lambda: next(now))
    bar.show(0.25, 1_000)
    bar.show(0.26, 1_100)
    bar.show(0.5, 2_000)
    bar.clear()
    shown = terminal.getvalue().split("\r\x1b[K")[1:]
    assert [part.strip("█░ ") for part in shown] == [
        "25 %  1,000 contacts, 3 s left",
        "50 %  2,000 contacts, 2 s left",
        "",
    ]


def test_a_long_run_draws_its_bar(tmp_path: Path) -> None:
    from contactcenter.simulation import Request, simulate

    (tmp_path / "day.yaml").write_text(CHANCE.replace("per_hour: 60", "per_hour: 900"), encoding="utf-8")
    terminal = Terminal()
    simulate(Request(tmp_path / "day.yaml"), terminal)
    assert "contacts" in terminal.getvalue()


def test_standard_errors_only_when_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CHANCE.replace('to: "10:00"', 'to: "13:00"\nsteady: true')
    (tmp_path / "day.yaml").write_text(text, encoding="utf-8")
    summary = simulated(tmp_path / "day.yaml", tmp_path / "out")
    assert summary["standard_errors"]["mean_wait_seconds"] > 0
    assert "In the long run" in capsys.readouterr().out


def test_says_how_true_the_estimated_waits_were(day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = simulated(day, tmp_path / "out")
    estimates = summary["estimates"]
    waited, at_once = estimates["queues"]["one"]["waited"], estimates["queues"]["one"]["at_once"]
    assert waited["told"] + waited["untold"] + at_once["told"] == summary["queues"]["one"]["answered"]
    assert waited["abandoned"] == summary["queues"]["one"]["abandoned"]
    assert 0 <= waited["p50_coverage"] <= waited["p80_coverage"] <= 1
    assert "Estimated waits of those who waited:" in capsys.readouterr().out
    assert "<h2>Estimated waits</h2>" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_nothing_is_said_of_estimates_where_nobody_waited(tmp_path: Path) -> None:
    summary = play(tmp_path, DAY, "0,line,voice,10,,a,\n").summary
    assert summary["estimates"]["total"]["waited"]["told"] == 0
    assert summary["estimates"]["total"]["waited"]["p80_coverage"] is None
    assert "Estimated waits" not in page(summary)
    assert "Estimated waits" not in table(summary)


def test_estimates_can_be_left_out(tmp_path: Path) -> None:
    summary = play(tmp_path, DAY + "estimates: false\n", "0,line,voice,10,,a,\n1,line,voice,10,,b,\n").summary
    assert summary["estimates"]["queues"] == {}
