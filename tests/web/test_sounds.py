"""What calls play: fetched by the telephone network without a session."""

from __future__ import annotations

import aiohttp

from contactcenter.config.sounds import OWN
from tests.web.rig import Rig


async def test_the_network_fetches_recordings_and_the_hold_music_and_nothing_else(center: Rig) -> None:
    folder = center.dependencies().settings.config_dir / "sounds"
    (folder / "es").mkdir(parents=True)
    (folder / "es" / "main.mp3").write_bytes(b"ID3 hola")
    (folder / "notes.txt").write_text("secret")
    (folder.parent / "secret.mp3").write_text("secret")
    music = (OWN / "hold.wav").read_bytes()
    async with aiohttp.ClientSession() as session:
        for method, path, status, kind, body in (
            ("GET", "/sounds/hold.wav", 200, "audio/wav", music),
            ("HEAD", "/sounds/hold.wav", 200, "audio/wav", b""),
            ("GET", "/sounds/es/main.mp3", 200, "audio/mpeg", b"ID3 hola"),
            ("GET", "/sounds/es%2Fmain.mp3", 200, "audio/mpeg", b"ID3 hola"),
        ):
            async with session.request(method, f"{center.url}{path}") as answer:
                assert (answer.status, answer.content_type) == (status, kind), path
                assert await answer.read() == body
                assert answer.headers["Cache-Control"] == "public, max-age=86400"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert int(answer.headers["Content-Length"]) == len(body or music)
        for path in ("notes.txt", "..%2fsecret.mp3", "%2e%2e/secret.mp3", "%00", "es", "es/", "__init__.py", "%ff.mp3"):
            async with session.get(f"{center.url}/sounds/{path}") as answer:
                assert answer.status == 404, path
                assert "secret" not in await answer.text()
        async with session.get(f"{center.url}/sounds/hold.wav", headers={"Range": "bytes=0-3"}) as answer:
            assert (answer.status, await answer.read()) == (206, b"RIFF")
        async with session.post(f"{center.url}/sounds/hold.wav") as answer:
            assert answer.status == 405
