"""The servers the other tests rest on start empty, restart, and keep their tests apart."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
from playwright.async_api import Browser
from redis.asyncio import Redis

from tests.services import PostgresServer, RedisServer


def dsn(url: str) -> str:
    return url.replace("+asyncpg", "")


async def tables(url: str) -> list[str]:
    connection = await asyncpg.connect(dsn(url))
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return [row["tablename"] for row in rows]


async def test_each_test_has_a_database_of_its_own(postgres_url: str, postgres_server: PostgresServer) -> None:
    connection = await asyncpg.connect(dsn(postgres_url))
    await connection.execute("CREATE TABLE kept (id int)")
    await connection.close()
    template = postgres_url.rpartition("/")[2]
    copy = postgres_server.url(postgres_server.create_database(template))
    empty = postgres_server.url(postgres_server.create_database())

    assert await tables(copy) == ["kept"]
    assert await tables(empty) == []


async def test_redis_is_empty_after_a_flush(redis_url: str, redis_server: RedisServer) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.set("key", "value")
        redis_server.flush()
        assert await redis.dbsize() == 0


async def test_a_server_of_ones_own_can_be_killed_and_started_again() -> None:
    with PostgresServer() as server:
        server.execute("CREATE DATABASE kept")
        server.kill()
        server.start()
        assert await tables(server.url("kept")) == []


def test_ports_are_handed_out_free(free_port: Callable[[], int]) -> None:
    assert 1024 <= free_port() <= 65535


async def test_the_browser_draws_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<h1>Buenos días</h1>")
    assert await page.inner_text("h1") == "Buenos días"
