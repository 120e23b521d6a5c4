"""The demo as a newcomer starts it: one process with everything in it, on ports and a data directory of its own."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from contactcenter.demo import PASSWORD
from tests.services import Server, free_port

PATIENCE_SECONDS: Final = 15.0
RETRY_SECONDS: Final = 0.2
"""A loaded machine's disk may keep SQL waiting for longer than the center waits for SQL: it says 503, ask again."""

ROOT: Final = Path(__file__).parents[2]
BUILT: Final = ROOT / "contactcenter" / "console" / "dist"
DOCUMENTS: Final = ("skills.yaml", "routing.yaml", "ivr.yaml")
OPEN_STATES: Final = ("waiting", "offered", "connecting", "connected", "wrap_up")


class DemoCenter(Server):
    """`contactcenter run --demo`. `changes` replaces pieces of text in its copy of the configuration."""

    def __init__(self, changes: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None) -> None:
        super().__init__("browser-")
        self._settings = settings or {}
        self.handset_port = free_port()
        self._configure(changes or {})

    @property
    def url(self) -> str:
        """The center's public address: the one that browsers may come from."""
        return f"http://localhost:{self.port}"

    @property
    def handset_url(self) -> str:
        """The page with the telephone, and the network's control API."""
        return f"http://127.0.0.1:{self.handset_port}"

    def _configure(self, changes: Mapping[str, str]) -> None:
        shutil.copytree(ROOT / "crisis_messages", self.directory / "crisis_messages")
        left = dict(changes)
        for name in DOCUMENTS:
            text = (ROOT / name).read_text()
            for before in [piece for piece in left if piece in text]:
                text = text.replace(before, left.pop(before))
            (self.directory / name).write_text(text)
        if left:
            raise ValueError(f"not in the configuration any more: {', '.join(left)}")

    def _launch(self) -> None:
        for name in ("index.html", "widget.js"):
            if not (BUILT / name).exists():
                raise RuntimeError(f"the console is not built ({name} is missing): run `make frontend`")
        environment = {
            "CONTACTCENTER_PORT": self.port,
            "CONTACTCENTER_PUBLIC_URL": self.url,
            "CONTACTCENTER_CONFIG_DIR": self.directory,
            "CONTACTCENTER_DATA_DIR": self.directory / "data",
            "CONTACTCENTER_LOG_FORMAT": "text",
            **self._settings,
        }
        words = [f"{name}={value}" for name, value in environment.items()]
        run = [sys.executable, "-m", "contactcenter", "run", "--demo", "--handset-port", str(self.handset_port)]
        self._spawn(["env", *words, *run])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, TimeoutError):
            return False


class Operator:
    """The supervisor's API and the network's control API: puts things straight between two tests."""

    def __init__(self, center: DemoCenter, session: aiohttp.ClientSession) -> None:
        self._center = center
        self._session = session
        self._token = ""
        self._configuration: dict[str, Any] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, center: DemoCenter) -> AsyncIterator[Self]:
        """An operator who is signed in while the block runs."""
        async with aiohttp.ClientSession() as session:
            operator = cls(center, session)
            found = await operator._ask("POST", "/session", {"username": "ana", "password": PASSWORD})
            operator._token = found["csrf_token"]
            operator._configuration = await operator._ask("GET", "/configuration")
            yield operator

    async def clean_up(self) -> None:
        """Nobody is on shift, nothing is open, the configuration is as it was, the network behaves."""
        for agent in (await self._ask("GET", "/overview"))["agents"]:
            if agent["status"] != "logged_out":
                path = f"/agents/{agent['id']}/status"
                await self._ask("PUT", path, {"request_id": uuid.uuid4().hex, "status": "logged_out"})
        for state in OPEN_STATES:
            for contact in (await self._ask("GET", f"/contacts?state={state}"))["contacts"]:
                await self._close(contact["id"])
        version = (await self._ask("GET", "/configuration"))["version"]
        if version != self._configuration["version"]:
            body = {"base_version": version, "document": self._configuration["document"]}
            await self._ask("PUT", "/configuration", body)
        await self.network("POST", "reset")

    async def profile(self, name: str) -> dict[str, Any]:
        """A skill profile as it is now."""
        found: dict[str, Any] = (await self._ask("GET", "/configuration"))["document"]["profiles"][name]
        return found

    async def network(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Ask the local network for something (docs/localnet.md)."""
        async with self._session.request(method, f"{self._center.handset_url}/_control/{path}", json=body) as answer:
            answer.raise_for_status()

    async def _close(self, contact_id: str) -> None:
        body = {"request_id": uuid.uuid4().hex, "reason": "the test is over"}
        await self._ask("POST", f"/contacts/{contact_id}/close", body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        url = f"{self._center.url}/api/v1{path}"
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            async with self._session.request(method, url, json=body, headers={"X-CSRF-Token": self._token}) as answer:
                if answer.status == HTTPStatus.CONFLICT:
                    return {}  # It ended meanwhile.
                if answer.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > end:
                    answer.raise_for_status()
                    found: dict[str, Any] = await answer.json()
                    return found
            await asyncio.sleep(RETRY_SECONDS)
