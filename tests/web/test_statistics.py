"""What supervisors read of statistics: live on the wall, as a report, as a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.runtime.waiting import until
from tests.web.rig import Person, Rig

PATH = "/api/v1/statistics"


async def handled(center: Rig, ana: Person) -> None:
    """One text message from arrival to disposition."""
    async with ana.desk() as window:
        await center.text(center.sms())
        contact = await ana.accept(window)
        await ana.done(f"/api/v1/contacts/{contact}/end")
        await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done")


async def test_the_wall_shows_how_well_it_goes(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, sofia.window() as wall:
        await handled(center, ana)

        def told(frame: dict[str, Any]) -> bool:
            live = frame["overview"]["statistics"]
            return live is not None and live["windows"][-1]["total"]["handled"] == 1

        frame = await wall.until("overview", told)
        windows = {window["id"]: window for window in frame["overview"]["statistics"]["windows"]}
        assert list(windows) == ["interval", "15m", "30m", "today"]
        today = windows["today"]
        assert today["total"]["service_level"] == 1.0
        assert today["total"]["aht_seconds"] is not None
        assert [(queue["id"], queue["name"], queue["offered"]) for queue in today["queues"]] == [
            ("power", "Outages", 1)
        ]
        assert [channel["id"] for channel in today["channels"]] == ["sms"]
        (group,) = today["groups"]
        assert (group["id"], group["answered"]) == ("all", 1)
        assert 0 < group["occupancy"] <= 1


async def test_a_report_by_queue_channel_and_agent(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        await handled(center, ana)

        async def written() -> bool:
            report = await sofia.get(PATH)
            return any(line["handled"] == 1 for line in report["contacts"])

        await until(written, seconds=30)
        for by, name in (("queue", "Outages"), ("channel", "sms"), ("total", "all")):
            report = await sofia.get(f"{PATH}?by={by}&interval=1h")
            assert (report["by"], report["interval"], report["time_zone"]) == (by, "1h", "UTC")
            (line,) = report["contacts"]
            (total,) = report["contact_totals"]
            assert (line["name"], line["offered"], line["answered"], line["answered_within"]) == (name, 1, 1, 1)
            assert (line["service_level"], line["abandonment"]) == (1.0, 0.0)
            assert total["offered"] == 1
        agents = await sofia.get(f"{PATH}?by=agent&interval=1d")
        (line,) = agents["agents"]
        assert (line["id"], line["name"], line["answered"]) == ("ana", "Ana", 1)
        parts = line["available_seconds"] + line["busy_seconds"] + sum(line["not_ready_seconds"].values())
        assert line["staffed_seconds"] == pytest.approx(parts)
        assert line["busy_seconds"] > 0
        assert [total["id"] for total in agents["agent_totals"]] == ["ana"]

        status, raw = await sofia.call("GET", f"{PATH}.csv?by=queue")
        assert status == 200
        assert sofia.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in sofia.headers["Content-Disposition"]
        (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        assert (row["id"], row["name"], row["offered"], row["service_level"]) == ("power", "Outages", "1", "1.0")
        status, raw = await sofia.call("GET", f"{PATH}.csv?by=agent")
        (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
        assert row["name"] == "Ana"
        assert "signed_in" in row["not_ready_seconds_by_reason"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=yesterday", 422, "invalid"),
        ("from=2026-13-45", 422, "bad_range"),
        ("from=2026-11-22T25:00:00Z", 422, "bad_range"),
        ("from=2026-11-22&to=2026-11-21T00:00:00Z", 422, "bad_range"),
        ("from=2025-01-01&to=2026-01-01", 422, "too_much"),
        ("from=2020-01-01&to=2026-01-01&interval=1d", 422, "too_much"),
        ("to=9999-12-31", 422, "bad_range"),
        ("from=0001-01-01&to=0001-01-02", 200, None),
        ("interval=7m", 422, "invalid"),
        ("by=weather", 422, "invalid"),
        ("from=2026-11-22T00:00:00%2B05:45&to=2026-11-22", 200, None),
        ("from=2026-11-22T00:00:00+03:00&to=2026-11-22", 200, None),
        ("from=2026-11-22T08:30&to=2026-11-22T09:00", 200, None),
        ("from=2025-01-01&to=2025-12-31&interval=1d&by=agent", 200, None),
    ],
)
async def test_odd_questions_are_answered_clearly(center: Rig, query: str, status: int, code: str | None) -> None:
    async with center.person("sofia") as sofia:
        for path in (PATH, f"{PATH}.csv"):
            found, body = await sofia.call("GET", f"{path}?{query}")
            assert (found, body["error"]["code"] if code else None) == (status, code), body


async def test_only_supervisors_read_reports(center: Rig) -> None:
    async with center.person("ana") as ana:
        for path in (PATH, f"{PATH}.csv"):
            assert (await ana.call("GET", path))[0] == 403
