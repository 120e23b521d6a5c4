"""Small scenarios whose every second can be told beforehand."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contactcenter.domain.errors import InvalidConfigurationError
from contactcenter.routing.state import Agent, Contact
from contactcenter.simulation import load_scenario, run
from contactcenter.simulation.journeys import Journey
from contactcenter.simulation.scenario import Scenario

HEADER = "arrive_seconds,queue,channel,service_seconds,patience_seconds,customer,skills\n"

DAY = """
name: A small day
day: 2026-11-23
from: "08:00"
to: "09:00"
queues: {line: {wrap_up_seconds: 30}}
profiles: {all: {}}
agents: {ana: {profile: all, count: 1}}
arrivals: [{queue: line, channel: voice, wrap_up: 0}]
workload: workload.csv
"""


class Watcher:
    """Keeps what closed, in order."""

    def __init__(self) -> None:
        self.closed: list[Contact] = []
        self.journeys: list[Journey] = []
        self.statuses: list[tuple[float, str, str]] = []

    def agent_changed(self, agent: Agent, at: float) -> None:
        self.statuses.append((at, agent.id, agent.status.value))

    def contact_closed(self, contact: Contact, journey: Journey) -> None:
        self.closed.append(contact)
        self.journeys.append(journey)


@dataclass
class Played:
    """What came of it, times in seconds since the beginning."""

    scenario: Scenario
    summary: dict[str, Any]
    closed: list[Contact]
    statuses: list[tuple[float, str, str]]

    def waits(self) -> dict[str, tuple[str, float]]:
        """Outcome and wait of each contact, by its customer."""
        found = {}
        for contact in self.closed:
            until = contact.connected_at if contact.connected_at is not None else contact.closed_at or 0.0
            found[contact.customer_id] = (str(contact.outcome), round(until - contact.arrived_at, 3))
        return found


def play(folder: Path, day: str = DAY, lines: str = "", **changes: Any) -> Played:
    """Play a day whose workload is `lines`."""
    (folder / "day.yaml").write_text(day, encoding="utf-8")
    (folder / "workload.csv").write_text(HEADER + lines, encoding="utf-8")
    scenario = replace(load_scenario(folder / "day.yaml"), **changes)
    watcher = Watcher()
    summary = run(scenario, [watcher], io.StringIO())
    start = scenario.day.timestamp() + scenario.start
    statuses = [(round(at - start, 3), agent, status) for at, agent, status in watcher.statuses]
    return Played(scenario, summary, watcher.closed, statuses)


def refusal(folder: Path, day: str = DAY, lines: str | bytes = "") -> str:
    """What is said of a scenario or a workload that cannot be used."""
    (folder / "day.yaml").write_text(day, encoding="utf-8")
    body = lines if isinstance(lines, bytes) else (HEADER + lines).encode()
    (folder / "workload.csv").write_bytes(body)
    with pytest.raises(InvalidConfigurationError) as caught:
        run(load_scenario(folder / "day.yaml"))
    return "\n".join(str(problem).replace(f"{folder}/", "") for problem in caught.value.problems)
