"""How often something may be done: counted in Redis for all nodes, in memory while Redis is away.

A limit guards people and passwords; it never guards the truth, so losing its counters is harmless.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

Clock = Callable[[], float]

KEYS: Final = 50_000
"""Counters kept in memory; past them the oldest windows go first."""
AWAY_SECONDS: Final = 5.0
"""After a failure Redis is left alone for this long."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in each window of `seconds`."""

    count: int
    seconds: float


class Limiter(Protocol):
    """Counts by key."""

    async def take(self, key: str, rate: Rate) -> float | None:
        """Count one. None when it is within the rate, else the seconds until the next is."""
        ...

    async def give_back(self, key: str, rate: Rate) -> None:
        """Count one less: what was taken turned out to be harmless."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class MemoryLimiter:
    """Counts of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, int], int] = {}

    async def take(self, key: str, rate: Rate) -> float | None:
        """See `Limiter`."""
        window, left = _window(self._clock(), rate)
        count = self._counts.pop((key, window), 0) + 1
        self._counts[key, window] = count
        while len(self._counts) > KEYS:
            del self._counts[next(iter(self._counts))]
        return left if count > rate.count else None

    async def give_back(self, key: str, rate: Rate) -> None:
        """See `Limiter`."""
        window, _ = _window(self._clock(), rate)
        if self._counts.get((key, window), 0) > 0:
            self._counts[key, window] -= 1

    async def close(self) -> None:
        """See `Limiter`."""


class RedisLimiter:
    """Counts of all nodes; of this process alone while Redis does not answer."""

    def __init__(self, redis: Redis, clock: Clock, *, namespace: str = "contactcenter") -> None:
        self._redis = redis
        self._clock = clock
        self._prefix = f"{namespace}:limit:"
        self._memory = MemoryLimiter(clock)
        self._away_until = -math.inf

    async def take(self, key: str, rate: Rate) -> float | None:
        """See `Limiter`."""
        local = await self._memory.take(key, rate)
        if local is not None or self._clock() < self._away_until:
            return local
        window, left = _window(self._clock(), rate)
        name = self._name(key, window)
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.incr(name)
                pipeline.expire(name, math.ceil(rate.seconds) + 1)
                count, _ = await pipeline.execute()
        except (RedisError, OSError) as error:
            self._failed(error)
            return None
        return left if count > rate.count else None

    async def give_back(self, key: str, rate: Rate) -> None:
        """See `Limiter`."""
        await self._memory.give_back(key, rate)
        if self._clock() < self._away_until:
            return
        window, _ = _window(self._clock(), rate)
        name = self._name(key, window)
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.decr(name)
                pipeline.expire(name, math.ceil(rate.seconds) + 1)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            self._failed(error)

    async def close(self) -> None:
        """See `Limiter`."""
        await self._redis.aclose()

    def _name(self, key: str, window: int) -> str:
        """Hashed: keys hold what people typed, and no name grows past a bound."""
        return f"{self._prefix}{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}:{window}"

    def _failed(self, error: Exception) -> None:
        self._away_until = self._clock() + AWAY_SECONDS
        log.warning("limits.redis_away", error=str(error) or type(error).__name__)


def _window(now: float, rate: Rate) -> tuple[int, float]:
    """Number of the present window, and seconds until the next."""
    number = int(now // rate.seconds)
    return number, (number + 1) * rate.seconds - now
