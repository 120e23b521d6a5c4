"""Nerves, never memory: news for whoever listens now, in this process and over Redis in the others.

Nothing depends on news arriving: whoever reads it also sweeps SQL. So publishing never fails and never
waits for Redis; what Redis does not take within its timeout is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from redis.exceptions import RedisError

from contactcenter.runtime.tasks import cancel

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

    from contactcenter.runtime.redis_clients import RedisClients

Payload = Mapping[str, Any]
Callback = Callable[[dict[str, Any]], None]

BACKLOG: Final = 10_000
"""News kept for a slow Redis; the oldest is dropped first."""
PIPELINE: Final = 500
"""News sent in one round trip."""
RECONNECT_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
PING_SECONDS: Final = 5.0
"""A silent line is asked for a sign of life this often; no answer within as long means that it is dead."""
GREET_SECONDS: Final = 1.5
"""How often a process tells the others that it is there."""
ALONE_SECONDS: Final = 6.0
"""Nobody else was heard for so long: there is nobody to tell. News through Redis costs more than deciding it."""
_GREETING: Final = "greeting"

log = structlog.get_logger(__name__)


class Bus:
    """Publishes and delivers news by topic.

    Without `clients` it serves this process only. `node_id` keeps a process from hearing its own echo.
    Start it in the event loop that will use it. `alone_seconds` as `ALONE_SECONDS`.
    """

    def __init__(
        self,
        clients: RedisClients | None,
        node_id: str,
        *,
        namespace: str = "contactcenter",
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._clients = clients
        self._node = node_id
        self._prefix = f"{namespace}:"
        self._alone_seconds = alone_seconds
        self._others_at = time.monotonic()
        self._callbacks: dict[str, list[Callback]] = {_GREETING: []}
        self._local: dict[str, list[Callback]] = {}
        self._backlog: deque[tuple[str, bytes]] = deque(maxlen=BACKLOG)
        self._filled = asyncio.Event()
        self._pubsub: PubSub | None = None
        self._joins: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._connected = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether news of other processes arrives now; True when there are none by construction."""
        return self._clients is None or self._connected.is_set()

    @property
    def alone(self) -> bool:
        """Whether no other process listens, as far as is known: never before the line has stood for a while."""
        if self._clients is None:
            return True
        return self._connected.is_set() and time.monotonic() - self._others_at >= self._alone_seconds

    async def wait_connected(self) -> None:
        """Return once news of other processes arrives."""
        if self._clients is not None:
            await self._connected.wait()

    async def start(self) -> None:
        """Begin to send and listen; Redis need not answer yet."""
        if self._clients is None:
            return
        self._tasks = [
            asyncio.create_task(self._send(self._clients), name="bus-send"),
            asyncio.create_task(self._listen(self._clients), name="bus-listen"),
            asyncio.create_task(self._greet(), name="bus-greet"),
        ]

    async def close(self) -> None:
        """Stop; news not yet sent gets one short chance."""
        if self._tasks and self._backlog and self.connected:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    while self._backlog:
                        self._filled.set()
                        await asyncio.sleep(0.01)
        await cancel(*self._tasks, *self._joins)
        self._tasks = []
        self._connected.clear()

    def subscribe(self, topic: str, callback: Callback, *, local: bool = False) -> Callable[[], None]:
        """Call `callback` with each payload of `topic`; returns what ends that. It must not block.

        `local`: only what this process publishes.
        """
        if local:
            return _add(self._local.setdefault(topic, []), callback)
        if topic not in self._callbacks:
            self._callbacks[topic] = []
            if self._pubsub is not None:
                task = asyncio.create_task(self._join(self._pubsub, topic), name="bus-join")
                self._joins.add(task)
                task.add_done_callback(self._joins.discard)
        return _add(self._callbacks[topic], callback)

    async def publish(self, topic: str, payload: Payload) -> None:
        """Deliver to this process's subscribers at once and to the others soon. Never raises."""
        self.post(topic, payload)

    def post(self, topic: str, payload: Payload) -> None:
        """`publish` for callers that are not coroutines."""
        self._deliver(topic, dict(payload), self._local)
        self._deliver(topic, dict(payload), self._callbacks)
        if self._tasks and not self.alone:
            self._tell(topic, payload)

    def _tell(self, topic: str, payload: Payload) -> None:
        """The others, soon."""
        self._backlog.append((self._prefix + topic, msgspec.json.encode([self._node, payload])))
        self._filled.set()

    async def _greet(self) -> None:
        """Tell whoever believes to be alone that they are not."""
        while True:
            await self._connected.wait()
            self._tell(_GREETING, {})
            await asyncio.sleep(GREET_SECONDS)

    def _deliver(self, topic: str, payload: dict[str, Any], to: Mapping[str, list[Callback]]) -> None:
        for callback in tuple(to.get(topic, ())):
            try:
                callback(payload)
            except Exception:
                log.exception("bus.subscriber_failed", topic=topic)

    async def _send(self, clients: RedisClients) -> None:
        client = clients.commands()
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._backlog:
                    await self._flush(client)
        finally:
            await client.aclose()

    async def _flush(self, client: Redis) -> None:
        news = [self._backlog.popleft() for _ in range(min(len(self._backlog), PIPELINE))]
        try:
            async with client.pipeline(transaction=False) as pipeline:
                for channel, body in news:
                    pipeline.publish(channel, body)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            lost = len(news) + len(self._backlog)
            self._backlog.clear()
            log.warning("bus.news_dropped", count=lost, error=str(error) or type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS[1])

    async def _listen(self, clients: RedisClients) -> None:
        failures = 0
        while True:
            client = clients.listener()
            try:
                async with client.pubsub() as pubsub:
                    await self._follow(pubsub)
            except (RedisError, OSError) as error:
                if self._connected.is_set() or not failures:
                    log.warning("bus.disconnected", error=str(error) or type(error).__name__)
                failures = 0 if self._connected.is_set() else failures
            finally:
                self._connected.clear()
                with contextlib.suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
            failures += 1

    async def _follow(self, pubsub: PubSub) -> None:
        """Hand on what arrives until the line breaks."""
        await pubsub.subscribe(f"{self._prefix}node:{self._node}")
        joined: set[str] = set()
        while missing := self._callbacks.keys() - joined:  # Others subscribe while this one waits for Redis.
            await pubsub.subscribe(*(self._prefix + topic for topic in sorted(missing)))
            joined |= missing
        self._pubsub = pubsub
        unanswered = False
        try:
            while True:
                message = await pubsub.get_message(timeout=PING_SECONDS)
                if message is not None:
                    unanswered = False
                    self._received(message)
                elif unanswered:
                    raise ConnectionError("Redis does not answer")
                else:
                    await pubsub.ping()
                    unanswered = True
        finally:
            self._pubsub = None

    async def _join(self, pubsub: PubSub, topic: str) -> None:
        with contextlib.suppress(RedisError, OSError):
            await pubsub.subscribe(self._prefix + topic)

    def _received(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            self._others_at = time.monotonic()  # whoever is there has not had time to say so
            self._connected.set()
        if message["type"] != "message":
            return
        topic = message["channel"].decode().removeprefix(self._prefix)
        try:
            node, payload = msgspec.json.decode(message["data"], type=tuple[str, dict[str, Any]])
        except msgspec.DecodeError:
            log.warning("bus.unreadable_news", topic=topic)
            return
        if node != self._node:
            self._others_at = time.monotonic()
            self._deliver(topic, payload, self._callbacks)


def _add(callbacks: list[Callback], callback: Callback) -> Callable[[], None]:
    callbacks.append(callback)

    def unsubscribe() -> None:
        with contextlib.suppress(ValueError):
            callbacks.remove(callback)

    return unsubscribe
