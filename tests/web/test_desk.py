"""An agent's work over the API and the socket, from the first ring to the closed contact."""

from __future__ import annotations

from contactcenter.storage.screen_rows import HELD
from tests.web.rig import Rig


async def test_a_text_reaches_an_agent_who_answers_and_wraps_up(center: Rig) -> None:
    async with center.person("ana") as ana, ana.desk() as window:
        assert await center.text(center.sms("No hay luz", sender="+59899111222")) == 200
        offer = (await window.until("offer"))["offer"]
        assert offer["contact"]["preview"] == "No hay luz"
        assert offer["contact"]["queue"] == {"id": "power", "name": "Outages"}
        assert offer["why"]["skills"] == [["power", 2, 4]]
        await ana.done(f"/api/v1/offers/{offer['id']}/accept")
        ended = await window.until("offer_ended")
        assert (ended["offer_id"], ended["outcome"]) == (offer["id"], "accepted")
        contact = offer["contact"]["id"]
        held = (await window.until("contact"))["contact"]
        assert held["state"] in HELD
        read = await ana.get(f"/api/v1/contacts/{contact}")
        assert [message["text"] for message in read["messages"]] == ["No hay luz"]
        assert [event["type"] for event in read["events"]][:2] == ["arrived", "message_received"]
        answer = await ana.done(f"/api/v1/contacts/{contact}/messages", text="Estamos en camino")
        assert answer["message"]["direction"] == "out"
        said = await window.until("message", lambda frame: frame["message"]["direction"] == "out")
        assert said["message"]["author"] == {"kind": "agent", "name": "Ana"}
        await ana.done(f"/api/v1/contacts/{contact}/end")
        await window.until("contact", lambda frame: frame["contact"]["state"] == "wrap_up")
        await ana.done(f"/api/v1/contacts/{contact}/wrap-up", disposition="done", note="cable")
        gone = await window.until("contact_removed")
        assert (gone["contact_id"], gone["reason"]) == (contact, "closed")
