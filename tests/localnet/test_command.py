"""`python -m contactcenter.localnet`, as a process of its own."""

import asyncio
import signal
import sys

import aiohttp

from contactcenter.localnet.__main__ import build, parse
from tests.localnet.center import Center


async def test_it_runs_prints_where_it_is_and_ends_when_asked(center: Center) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "contactcenter.localnet", "--port", "0", "--webhook", f"{center.url}/sms"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        url = line.removeprefix("Handset: ").strip().rstrip("/")
        async with aiohttp.ClientSession(url) as http, http.get("/_handset/people") as answer:
            people = (await answer.json())["people"]
            assert len(people) >= 5
            text = {"from": people[0]["number"], "to": "+59829000000", "body": "hola"}
            async with http.post("/_control/messages", json=text) as sent:
                assert sent.status == 201
        assert (await center.until_heard(1))[0].params["Body"] == "hola"
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


def test_the_demo_people_speak_each_language() -> None:
    network = build(parse(["--number", "+59829000001", "--label", "Reclamos"]))
    assert network.account.numbers["+59829000001"].label == "Reclamos"
    for person in network.handsets.people():
        assert person.about.keys() == person.texts.keys() == {"es", "pt", "en"}
        assert len({len(texts) for texts in person.texts.values()}) == 1
