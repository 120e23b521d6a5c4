"""The estimated wait on its way from the router to supervisors and to the customer who waits."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from contactcenter.runtime.forecast import STALE_SECONDS
from contactcenter.web.forecasts import Forecasts
from tests.web.rig import Person, Rig, Window

NEWS = {"queues": {"power": [60.0, 120.0], "bills": None}, "contacts": {"c": [30.0, 90.0]}}


def test_what_is_old_is_not_shown() -> None:
    now = [1_000.0]
    forecasts = Forecasts(lambda: now[0])
    assert forecasts.queue("power") is None
    forecasts.heard(NEWS)
    assert forecasts.queue("power") == {"p50": 60.0, "p80": 120.0}
    assert forecasts.contact("c") == {"p50": 30.0, "p80": 90.0}
    assert forecasts.queue("bills") is None
    assert forecasts.contact("stranger") is None
    now[0] += STALE_SECONDS + 1
    assert forecasts.queue("power") is None


@pytest.mark.parametrize("news", [{}, {"queues": 7, "contacts": {}}, {"queues": {"power": [1]}, "contacts": {}}])
def test_news_that_make_no_sense_say_nothing(news: dict[str, object]) -> None:
    forecasts = Forecasts(lambda: 1_000.0)
    forecasts.heard(news)
    assert forecasts.queue("power") is None


async def serve(ana: Person, window: Window, chats: AsyncExitStack, center: Rig) -> None:
    """One chat from its beginning to its end."""
    customer = await chats.enter_async_context(center.chat())
    await customer.write("hola")
    contact = await ana.accept(window)
    await ana.done(f"/api/v1/contacts/{contact}/end")
    await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done")


async def test_who_waits_is_told_how_long(center: Rig) -> None:
    async with (
        AsyncExitStack() as chats,
        center.person("ana") as ana,
        center.person("sofia") as sofia,
        ana.desk() as window,
        sofia.window() as wall,
    ):
        for _ in range(3):
            await serve(ana, window, chats, center)
        for _ in range(3):
            busy = await chats.enter_async_context(center.chat())
            await busy.write("hola")
            await ana.accept(window)
        marta = await chats.enter_async_context(center.chat())
        await marta.write("hola")
        told = await marta.until("status", lambda frame: "wait" in frame)
        assert told["state"] == "waiting"
        assert 0 <= told["wait"]["p50"] <= told["wait"]["p80"]
        seen = await wall.until(
            "overview",
            lambda frame: frame["overview"]["waiting"] and frame["overview"]["queues"][0]["estimate"] is not None,
        )
        [waiting] = seen["overview"]["waiting"]
        detail = await sofia.get(f"/api/v1/contacts/{waiting['id']}")
        assert detail["estimate"]["p80"] >= detail["estimate"]["p50"]
