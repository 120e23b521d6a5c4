"""News within a process, between processes, and past every trouble of Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from contactcenter.runtime.bus import ALONE_SECONDS, Bus
from contactcenter.runtime.redis_clients import RedisClients
from tests.runtime.waiting import until
from tests.services import RedisServer


@asynccontextmanager
async def bus(url: str | None, node: str, alone_seconds: float = ALONE_SECONDS) -> AsyncIterator[Bus]:
    made = Bus(RedisClients(url) if url else None, node, alone_seconds=alone_seconds)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


def collector(heard: list[dict[str, Any]]) -> Callable[[dict[str, Any]], None]:
    return heard.append


async def test_a_process_hears_itself_at_once_and_once(redis_url: str) -> None:
    heard: list[dict[str, Any]] = []
    async with bus(redis_url, "a") as a, bus(redis_url, "b") as b:
        a.subscribe("desk", collector(heard))
        others: list[dict[str, Any]] = []
        b.subscribe("desk", collector(others))
        await a.wait_connected()
        await b.wait_connected()
        await a.publish("desk", {"n": 1})
        assert heard == [{"n": 1}]
        await until(lambda: others == [{"n": 1}])
        await b.publish("desk", {"n": 2})
        await until(lambda: heard == [{"n": 1}, {"n": 2}])


async def test_a_topic_subscribed_later_is_heard_too(redis_url: str) -> None:
    async with bus(redis_url, "a") as a, bus(redis_url, "b") as b:
        await b.wait_connected()
        heard: list[dict[str, Any]] = []
        b.subscribe("late", collector(heard))

        async def arrives() -> bool:
            await a.publish("late", {})
            return bool(heard)

        await until(arrives)


async def test_a_topic_subscribed_while_the_line_is_made_is_heard(redis_url: str) -> None:
    """At whichever step of connecting it comes."""
    async with bus(redis_url, "speaker") as speaker:
        await speaker.wait_connected()
        for turns in range(40):
            heard: list[dict[str, Any]] = []
            async with bus(redis_url, f"listener-{turns}") as listener:
                for _ in range(turns):
                    await asyncio.sleep(0)
                listener.subscribe(f"topic-{turns}", collector(heard))
                await listener.wait_connected()

                async def arrives(topic: str = f"topic-{turns}", heard: list[dict[str, Any]] = heard) -> bool:
                    await speaker.publish(topic, {})
                    return bool(heard)

                await until(arrives)


async def test_whoever_is_alone_tells_nobody_until_somebody_comes(redis_url: str) -> None:
    heard: list[dict[str, Any]] = []
    async with bus(redis_url, "a", alone_seconds=0.2) as a:
        assert not a.alone
        await until(lambda: a.alone)
        await a.publish("t", {"n": 1})
        async with bus(redis_url, "b") as b:
            b.subscribe("t", collector(heard))
            await b.wait_connected()
            assert not b.alone

            async def arrives() -> bool:
                await a.publish("t", {"n": 2})
                return bool(heard)

            await until(arrives)
        assert {"n": 1} not in heard
        await until(lambda: a.alone)


async def test_a_subscriber_that_fails_disturbs_nobody() -> None:
    heard: list[dict[str, Any]] = []
    async with bus(None, "a") as a:

        def broken(_: dict[str, Any]) -> None:
            raise ValueError("no")

        a.subscribe("x", broken)
        unsubscribe = a.subscribe("x", collector(heard))
        await a.publish("x", {"n": 1})
        unsubscribe()
        await a.publish("x", {"n": 2})
        assert heard == [{"n": 1}]
        assert a.connected


async def test_it_works_without_redis_and_recovers_with_it() -> None:
    with RedisServerOf() as server:
        async with bus(server.url, "a") as a, bus(server.url, "b") as b:
            heard: list[dict[str, Any]] = []
            b.subscribe("t", collector(heard))
            await b.wait_connected()
            await a.wait_connected()
            server.kill()
            await until(lambda: not b.connected)
            await a.publish("t", {"lost": True})
            server.start()
            await until(lambda: a.connected and b.connected)

            async def arrives() -> bool:
                await a.publish("t", {"lost": False})
                return {"lost": False} in heard

            await until(arrives)


class RedisServerOf(RedisServer):
    """A Redis that this test may kill."""
