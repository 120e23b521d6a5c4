"""A day on PostgreSQL: every screen is read there too."""

from __future__ import annotations

from pathlib import Path

from contactcenter.web.chat_rooms import AWAY_SECONDS, ChatRooms
from contactcenter.web.screens import SCREENS
from tests.runtime.waiting import until
from tests.web.rig import Rig, rig


async def test_a_day_on_postgresql(tmp_path: Path, redis_url: str, postgres_url: str) -> None:
    url = postgres_url.replace("+asyncpg", "")
    async with (
        rig(tmp_path, redis_url, database_url=url) as center,
        center.person("sofia") as sofia,
        sofia.window() as wall,
        center.person("ana") as ana,
        ana.desk() as window,
        center.chat(name="Marta") as marta,
    ):
        await wall.until("overview", lambda frame: frame["overview"]["queues"][0]["agents_available"] == 1)
        await marta.write("hola")
        contact = await ana.accept(window)
        read = await ana.get(f"/api/v1/contacts/{contact}")
        assert [event["type"] for event in read["events"]][:2] == ["arrived", "message_received"]
        await ana.done(f"/api/v1/contacts/{contact}/messages", text="buenas")
        assert (await marta.until("message"))["message"]["text"] == "buenas"
        await ana.done(f"/api/v1/contacts/{contact}/notes", text="a note")
        customer = read["contact"]["customer"]["id"]
        assert (await ana.get(f"/api/v1/customers/{customer}"))["contacts"][0]["id"] == contact
        assert [each["name"] for each in (await sofia.get("/api/v1/agents"))["agents"]] == ["Ana", "Bruno"]
        found = (await sofia.get("/api/v1/contacts?q=mart&state=connected&queue=power&channel=chat"))["contacts"]
        assert [each["id"] for each in found] == [contact]
        counted = await wall.until("overview", lambda frame: frame["overview"]["ledger"]["open"] == 1)
        assert counted["overview"]["ledger"] == {"offered": 1, "open": 1, "outcomes": {}}
        assert (await sofia.get("/api/v1/overview"))["agents"][0]["contacts"]["live"] == 1
        await _stays_away(center)
        await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done")
        assert (await window.until("contact_removed"))["reason"] == "closed"
        async with center.chat(marta.token) as again:
            assert again.welcome["state"] == "ended"
            assert [each["text"] for each in again.welcome["messages"]] == ["hola", "buenas"]


async def _stays_away(center: Rig) -> None:
    """Another node that has heard nothing of this chat for long says that its customer left."""
    now = [0.0]
    rooms = ChatRooms(center.dependencies(clock=lambda: center.process.wiring.clock() + now[0]), center.app[SCREENS])
    now[0] = AWAY_SECONDS + 5
    await rooms.tell_who_left()

    async def left() -> bool:
        return bool((await center.rows("SELECT customer_left FROM contact"))[0][0])

    await until(left)
