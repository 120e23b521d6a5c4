"""The one place where Redis clients are made, with the timeouts that each use needs."""

from __future__ import annotations

from typing import Final

import redis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, ExponentialBackoff
from redis.retry import Retry as BlockingRetry

COMMAND_SECONDS: Final = 1.0
"""How long a command may take: Redis is nerves, and slow nerves are as good as none."""

CONNECTIONS: Final = 16
"""Connections of one process; past them callers wait a moment instead of failing."""


class RedisClients:
    """Makes clients for one Redis (`redis://`, `rediss://` or `unix://`)."""

    def __init__(self, url: str) -> None:
        self.url = url

    def commands(self) -> Redis:
        """A client for short commands: fails within about two seconds, never waits for ever."""
        pool = BlockingConnectionPool.from_url(
            self.url,
            max_connections=CONNECTIONS,
            timeout=COMMAND_SECONDS,
            socket_timeout=COMMAND_SECONDS,
            socket_connect_timeout=COMMAND_SECONDS,
            retry=Retry(ConstantBackoff(0.02), 1),
            legacy_responses=False,
        )
        return Redis.from_pool(pool)

    def listener(self) -> Redis:
        """A client for a reader that waits as long as it takes; the caller pings to notice a dead line."""
        # A unix socket's connection refuses the option: it has no network to keep alive.
        keepalive = {} if self.url.startswith("unix:") else {"socket_keepalive": True}
        return Redis.from_url(
            self.url,
            **keepalive,
            socket_timeout=None,
            socket_connect_timeout=COMMAND_SECONDS,
            retry=Retry(ConstantBackoff(0.02), 0),
            legacy_responses=False,
        )

    def jobs(self) -> redis.Redis:
        """A blocking client for RQ, with the response shapes RQ expects."""
        retry = BlockingRetry(ExponentialBackoff(cap=0.5, base=0.05), 2)
        return redis.Redis.from_url(self.url, socket_connect_timeout=COMMAND_SECONDS, retry=retry)
