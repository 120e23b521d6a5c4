from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from contactcenter.runtime.site import Site


@pytest.mark.parametrize("turns", range(6))
async def test_whoever_knocks_while_it_closes_is_let_in_or_turned_away(turns: int) -> None:
    runner = web.AppRunner(web.Application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await Site(runner, "127.0.0.1", 0).start()
    with socket.create_connection(runner.addresses[0]) as visitor:
        visitor.settimeout(5.0)
        for _ in range(turns):  # of the loop: in one of them the visitor is accepted
            await asyncio.sleep(0)
        await runner.cleanup()
        try:
            assert await asyncio.to_thread(visitor.recv, 1) == b""
        except ConnectionResetError:
            assert turns < 2, "accepted, and then not told that it is over"
