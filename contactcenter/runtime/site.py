"""Where a process listens."""

from __future__ import annotations

import asyncio

from aiohttp import web


class Site(web.TCPSite):
    """An address whose last visitors are let in before it closes.

    asyncio loses a connection that is accepted in the moment in which its server closes: nobody answers it, and
    nobody hangs up.
    """

    async def stop(self) -> None:
        """Take no more, let those in who were accepted already, then close."""
        if isinstance(self._server, asyncio.Server):
            for listening in self._server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            for _ in range(2):  # accepted; made a connection
                await asyncio.sleep(0)
        await super().stop()
