"""A center of real processes, its files, and the local network that texts it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from contactcenter import bootstrap
from contactcenter.bootstrap.database import NewUser, apply_files
from contactcenter.bootstrap.demo import PATIENCE, PATIENT
from contactcenter.config import Settings, load_settings
from contactcenter.config.documents import CHANNELS
from contactcenter.localnet.account import Number, random_sid
from contactcenter.localnet.server import LocalNetwork
from tests.services import free_port
from tests.tables import with_tables

OURS = "+59829000000"
PASSWORD = "a long enough password"
OVERRIDES = "#rc=3&rp=5xx,ct,rt&rt=5000"

SKILLS = """\
scale: {learning: 1, expert: 5}
skills:
  power: {es: Luz, pt: Luz, en: Power}
profiles:
  all:
    name: All
    channels: [sms, chat]
    capacity: {voice: 0, live: 8, async: 8}
    skills: {power: 5}
not_ready_reasons:
  pause: {es: Pausa, pt: Pausa, en: Break}
"""
ROUTING = """\
default_queue: power
queues:
  power:
    name: {es: Luz, pt: Luz, en: Power}
    skills: {power: 2}
    offer_seconds: 20
    wrap_up_seconds: 60
    dispositions:
      done: {es: Hecho, pt: Feito, en: Done}
entry_points:
  - {channel: sms, address: "*", queue: power, language: es}
  - {channel: chat, address: web, queue: power, language: es, origins: ["https://www.example.com"]}
settings: {disconnect_grace_seconds: 60}
"""


@dataclass
class Center:
    """Processes of one deployment by name. `environment` is theirs alone."""

    directory: Path
    environment: dict[str, str]
    settings: Settings
    network: LocalNetwork
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where its web node answers."""
        return self.settings.public_url

    def start(self, name: str, *command: str) -> None:
        """Start `contactcenter COMMAND` under `name` (by default its own)."""
        with (self.directory / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "contactcenter", *(command or (name,))],
                cwd=self.directory,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def name_of(self, pid: int) -> str:
        """Which process this is."""
        return next(name for name, process in self.processes.items() if process.pid == pid)

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.directory / f"{name}.log").read_text(errors="replace")

    async def ready(self, seconds: float = 60.0) -> None:
        """Wait until the web node says that the center can work."""
        end = time.monotonic() + seconds
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            while True:
                for name, process in self.processes.items():
                    if process.poll() is not None:
                        raise RuntimeError(f"{name} ended with {process.returncode}:\n{self.log(name)[-3000:]}")
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                        said = await answer.text()
                except (aiohttp.ClientError, OSError, TimeoutError) as error:
                    said = repr(error)
                if time.monotonic() > end:
                    raise TimeoutError(said)
                await asyncio.sleep(0.05)

    def stop(self) -> None:
        """End what is left, gracefully first."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()


@asynccontextmanager
async def center(
    directory: Path,
    environ: Mapping[str, str],
    agents: Sequence[str],
    *,
    pace: float = 0.0,
    files: Mapping[str, str] | None = None,
    profile: str = "all",
) -> AsyncIterator[Center]:
    """A migrated, configured center with sign-ins; no process runs yet."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in {"skills.yaml": SKILLS, "routing.yaml": ROUTING, **(files or {})}.items():
        (directory / name).write_text(content)
    port, network_port = free_port(), free_port()
    webhooks = f"http://127.0.0.1:{port}/webhooks/twilio"
    number = Number(
        OURS,
        "Center",
        sms_url=f"{webhooks}/sms{OVERRIDES}",
        voice_url=f"{webhooks}/voice{OVERRIDES}",
        voice_fallback_url=f"http://127.0.0.1:{network_port}/twiml/{PATIENCE}",
        voice_status_callback=f"{webhooks}/voice/status{OVERRIDES}",
    )
    network = LocalNetwork(
        account_sid=random_sid("AC"),
        auth_token=random_sid(""),
        numbers=[number],
        port=network_port,
        pace=pace,
        calls_per_second=100.0,
        bins={PATIENCE: PATIENT},
    )
    async with network:
        ours = {
            "CONTACTCENTER_PORT": str(port),
            "CONTACTCENTER_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "CONTACTCENTER_DATA_DIR": str(directory / "data"),
            "CONTACTCENTER_CONFIG_DIR": str(directory),
            "CONTACTCENTER_LOG_FORMAT": "json",
            "CONTACTCENTER_TRUSTED_PROXIES": "127.0.0.0/8",
            "CONTACTCENTER_TWILIO_API_URL": network.url,
            "CONTACTCENTER_TWILIO_NUMBERS": OURS,
            "TWILIO_ACCOUNT_SID": network.account.sid,
            "TWILIO_AUTH_TOKEN": network.account.auth_token,
            **environ,
        }
        # Written bytecode makes the second start of a process several times faster.
        left_out = ("CONTACTCENTER_", "TWILIO_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        made = Center(directory, {**kept, **ours}, load_settings(ours, directory), network)
        await with_tables(made.settings.database_url)
        await bootstrap.migrate(made.settings)
        await apply_files(made.settings, by="test", comment=None, moves={}, channels=CHANNELS)
        for name in agents:
            user = NewUser(username=name, name=name.title(), role="agent", password=PASSWORD, profile=profile)
            await bootstrap.add_user(made.settings, user)
        try:
            yield made
        finally:
            await asyncio.to_thread(made.stop)
