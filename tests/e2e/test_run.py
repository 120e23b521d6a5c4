"""All in one process: it survives a power cut, ends gracefully, and plays the demo."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from contactcenter.bootstrap.demo import FOLDER
from tests.e2e.driving import Agent, at_work
from tests.e2e.processes import OURS, PASSWORD, Center, center
from tests.runtime.waiting import until
from tests.services import free_port

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.timeout(120)
async def test_a_power_cut_loses_nothing_and_a_polite_end_lets_the_lease_go(tmp_path: Path) -> None:
    async with center(tmp_path / "center", {}, ["ada"]) as made:
        made.start("run")
        await made.ready()
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(made.network.text(f"+5989900{number:04d}", OURS, f"no power {number}"))
        await asyncio.to_thread(made.kill, "run")
        made.start("run")
        await made.ready()
        async with at_work([Agent(made.url, "ada", PASSWORD)]):
            await until(lambda: closed(made) == 20, 60)
        assert value(made, "SELECT COUNT(*) FROM contact") == 20
        process = made.processes.pop("run")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
        assert value(made, "SELECT until FROM lease") == 0
        assert value(made, "SELECT COUNT(*) FROM node WHERE until > 1e9 + strftime('%s')") == 0


def closed(center: Center) -> int:
    return value(center, "SELECT COUNT(*) FROM contact WHERE state = 'closed'")


def value(center: Center, statement: str) -> int:
    connection = sqlite3.connect(center.settings.database_url.removeprefix("sqlite:///"))
    try:
        return int(connection.execute(statement).fetchone()[0])
    finally:
        connection.close()


@pytest.mark.timeout(120)
async def test_the_demo_serves_its_pages_and_lets_its_people_in(tmp_path: Path) -> None:
    handset = free_port()
    async with center(tmp_path / "center", {"CONTACTCENTER_CONFIG_DIR": str(REPOSITORY)}, []) as made:
        made.start("run", "run", "--demo", "--handset-port", str(handset))
        await made.ready()
        await until(lambda: "Sign in to the console as" in made.log("run"))
        assert (made.settings.data_dir / FOLDER).is_dir()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            async with http.get(f"http://127.0.0.1:{handset}/") as page:
                assert page.status == 200
            async with http.get(f"{made.url}/api/v1/session") as signed_out:
                accounts = (await signed_out.json())["error"]["detail"]["demo_accounts"]
            person = next(account for account in accounts if account["role"] == "supervisor")
            body = {"username": person["username"], "password": person["password"]}
            async with http.post(f"{made.url}/api/v1/session", json=body) as signed_in:
                assert signed_in.status == 200
            async with http.get(f"{made.url}/api/v1/contacts?state=closed") as found:
                assert (await found.json())["contacts"]
