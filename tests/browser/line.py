"""The network between one browser and the center, that can be cut and mended.

A browser's own "offline" leaves open WebSockets alone; a cable that is pulled does not.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, Self

END_OF_HEAD: Final = b"\r\n\r\n"
PIECE: Final = 64 * 1024


class Line:
    """A proxy for browsers whose every connection leads to the center."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cut = False
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The address to give a browser as its proxy."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def cut(self) -> None:
        """Break every connection, and let none through."""
        self._cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._cut = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(END_OF_HEAD)
            if not self._cut:
                await self._join(head, reader, writer)
        self._ends.discard(writer)
        writer.close()

    async def _join(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends.add(far_writer)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            far_writer.write(head)
        await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
        self._ends.discard(far_writer)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
