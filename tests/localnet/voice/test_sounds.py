"""Files that are played: for how long, and for the page."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from twilio.rest import Client

from tests.listening import served
from tests.localnet.conftest import CENTER, MARTA
from tests.localnet.telephone import VoiceCenter, dial, response


def second_of_silence() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(b"\x80" * 8_000)
    return target.getvalue()


@pytest.fixture
async def shelf() -> AsyncIterator[tuple[str, list[str]]]:
    """A web server with sounds, and what was fetched from it."""
    fetched: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        fetched.append(request.path)
        if request.path == "/page.html":
            return web.Response(text="no sound", content_type="text/html")
        return web.Response(body=second_of_silence(), content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/{name}", serve)
    async with served(app) as url:
        yield url, fetched


async def test_a_file_takes_its_time_is_fetched_once_and_is_served_to_the_page(
    app: VoiceCenter, http: aiohttp.ClientSession, shelf: tuple[str, list[str]]
) -> None:
    base, fetched = shelf
    app.pages["/voice"] = response(f"<Play loop='100'>{base}/a.wav</Play><Say>Ya</Say>")  # a second each, and not ten
    marta = await dial(http, MARTA, CENTER)
    await marta.hear("Ya")
    assert fetched == ["/a.wav"]
    async with http.get(f"/_telephone/calls/{marta.sid}/sounds/1") as answer:
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        assert await answer.read() == second_of_silence()


@pytest.mark.parametrize("place", ["0", "999999", "x", "-1"])
async def test_what_is_no_sound_is_not_served(
    app: VoiceCenter, http: aiohttp.ClientSession, shelf: tuple[str, list[str]], place: str
) -> None:
    app.pages["/voice"] = response(f"<Play>{shelf[0]}/page.html</Play><Pause length='60'/>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="play")
    async with http.get(f"/_telephone/calls/{marta.sid}/sounds/{place}") as answer:
        assert answer.status in {400, 404}
    async with http.get(f"/_telephone/calls/{marta.sid}/sounds/1") as answer:
        assert answer.status == 404
    async with http.get("/_telephone/nobody/events") as answer:
        assert answer.status == 400


async def test_hold_music_is_a_file_or_instructions_that_may_be_asked_for_by_get(
    app: VoiceCenter, http: aiohttp.ClientSession, client: Client, shelf: tuple[str, list[str]]
) -> None:
    app.pages["/voice"] = response("<Dial><Conference>r</Conference></Dial>")
    marta = await dial(http, MARTA, CENTER)
    await marta.hear(kind="music")
    [room] = await asyncio.to_thread(client.conferences.list, friendly_name="r")
    participant = client.conferences(room.sid or "").participants(marta.sid)
    music = f"{shelf[0]}/b.wav"
    await asyncio.to_thread(participant.update, hold=True, hold_url=music, hold_method="GET")
    heard = await marta.hear(kind="music")
    assert heard["text"] == music
    async with http.get(f"/_telephone/calls/{marta.sid}/sounds/{marta.after - 1}") as answer:
        assert answer.status == 200
    await asyncio.to_thread(participant.update, hold=False)
    sound = f"{shelf[0]}/b"  # nothing in the address says what it is
    await asyncio.to_thread(participant.update, hold=True, hold_url=sound, hold_method="GET")
    assert (await marta.hear(kind="play"))["text"] == sound
