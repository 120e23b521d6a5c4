"""Who reads and who keeps accounts, premises, zones and outages, and that routing hears of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from contactcenter.bootstrap.process import Parts
from tests.web.rig import Person, Rig, rig

MARTA = "+59899000001"
BASE = "/api/v1/utility"
ZONE = {"name": "Pocitos", "department": "Montevideo"}
ACCOUNT = {"name": "Marta", "telephone": MARTA, "tier": "B", "owner": "ana", "flags": ["life_support"]}
PREMISES = {"account": "4401873", "address": "Av. Brasil 2587", "zone": "MVD-1"}
OUTAGE = {
    "zone": "MVD-1",
    "cause": {"es": "Cable roto", "en": "Broken cable"},
    "started": "2026-11-22T08:00:00-03:00",
    "restoration": "2026-11-22T14:30:00Z",
}


async def put(person: Person, what: str, body: dict[str, Any]) -> tuple[int, Any]:
    return await person.call("PUT", f"{BASE}/{what}", body)


async def put_all(person: Person) -> None:
    for what, body in (
        ("zones/MVD-1", ZONE),
        ("accounts/4401873", ACCOUNT),
        ("premises/P-1", PREMISES),
        ("outages/O-1", OUTAGE),
    ):
        status, answer = await put(person, what, body)
        assert status == 200, answer


async def test_a_supervisor_puts_what_an_agent_reads(tmp_path: Path, redis_url: str) -> None:
    async with (
        rig(tmp_path, redis_url, parts=Parts(web=True)) as center,
        center.person("sofia") as sofia,
        center.person("ana") as ana,
    ):
        await put_all(sofia)
        await put_all(sofia)
        detail = await ana.get(f"{BASE}/accounts/4401873")
        account = {"number": "4401873", "language": None, **ACCOUNT}
        outage = {
            "id": "O-1",
            **OUTAGE,
            "started": "2026-11-22T11:00:00.000Z",
            "restoration": "2026-11-22T14:30:00.000Z",
            "state": "open",
        }
        assert detail["account"] == account
        assert (detail["premises"], detail["outages"]) == ([{"id": "P-1", **PREMISES}], [outage])
        customer = detail["customer_id"]
        assert (await ana.get(f"{BASE}/accounts?customer={customer}"))["accounts"] == [account]
        assert (await ana.get(f"{BASE}/zones"))["zones"] == [{"id": "MVD-1", **ZONE}]
        assert (await ana.get(f"{BASE}/outages?state=open"))["outages"] == [outage]
        status, over = await put(sofia, "outages/O-1", {**OUTAGE, "state": "restored"})
        assert (status, over["state"]) == (200, "restored")
        assert (await ana.get(f"{BASE}/accounts/4401873"))["outages"] == []
        assert (await ana.get(f"{BASE}/outages"))["outages"] == [over]
        for what, body in (("zones/MVD-1", ZONE), ("accounts/1", ACCOUNT), ("outages/O-1", OUTAGE)):
            assert (await put(ana, what, body))[0] == 403


async def test_the_customers_next_contact_goes_by_the_account(tmp_path: Path, redis_url: str) -> None:
    async with rig(tmp_path, redis_url, parts=Parts(web=True)) as center, center.person("sofia") as sofia:
        await put(sofia, "accounts/4401873", ACCOUNT)
        assert await center.text(center.sms("hola", sender=MARTA)) == 200
        ((body,),) = await center.rows("SELECT body FROM inbox ORDER BY id")
        assert all(part in body for part in ('"tier":"B"', '"account_owner":"ana"', '"flags":["life_support"]'))
        ((name, customer),) = await center.rows("SELECT name, id FROM customer")
        assert name == "Marta"
        assert (await sofia.get(f"/api/v1/customers/{customer}"))["customer"]["flags"] == ["life_support"]


async def test_an_offer_says_where_the_customer_is_and_what_is_known_there(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        await put_all(sofia)
        async with ana.desk() as window:
            assert await center.text(center.sms("hola", sender=MARTA)) == 200
            offer = (await window.until("offer"))["offer"]
            assert offer["contact"]["customer"]["flags"] == ["life_support"]
            (place,) = offer["places"]
            assert place == {
                "id": "P-1",
                "account": "4401873",
                "address": "Av. Brasil 2587",
                "zone": {"id": "MVD-1", "name": "Pocitos"},
                "outage": {
                    "id": "O-1",
                    "cause": "Broken cable",
                    "started": "2026-11-22T11:00:00.000Z",
                    "restoration": "2026-11-22T14:30:00.000Z",
                },
                "report": None,
            }
            customer = offer["contact"]["customer"]["id"]
            assert (await ana.get(f"/api/v1/customers/{customer}"))["places"] == [place]
            told = await center.storage.report_outage("call:1", "voice", MARTA, None, time.time())
            assert told is not None
            async with ana.window() as second:
                again = (await second.until("snapshot"))["offers"][0]["places"]
            assert again == [place]
            assert (await ana.get(f"/api/v1/customers/{customer}"))["places"][0]["report"] == told.number


async def test_supervisors_see_what_was_reported(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana:
        await put_all(sofia)
        await center.text(center.sms("LUZ", sender=MARTA))
        await center.text(center.sms("LUZ 4401873"))
        await center.storage.report_outage("call:1", "voice", "+59899000002", None, time.time())
        counted = center.process.metrics.render().decode()
        for result in ("new", "joined"):
            assert f'contactcenter_outage_reports_total{{channel="sms",result="{result}"}} 1.0' in counted
        seen = await sofia.get(f"{BASE}/reports")
        assert [(one["zone"], one["reports"], one["times"], one["outage"]) for one in seen["zones"]] == [
            (None, 1, 1, None),
            ({"id": "MVD-1", "name": "Pocitos"}, 1, 2, "O-1"),
        ]
        unknown, known = seen["reports"]
        assert (unknown["telephone"], unknown["times"], unknown["zone"]) == ("+59899000002", 1, None)
        assert (known["address"], known["account"], known["times"], known["outage"]) == (
            "Av. Brasil 2587", "4401873", 2, "O-1",
        )  # fmt: skip
        assert (await sofia.get(f"{BASE}/reports?zone=MVD-1"))["reports"] == [known]
        await put(sofia, "outages/O-1", {**OUTAGE, "state": "restored"})
        assert (await sofia.get(f"{BASE}/reports"))["reports"] == [unknown]
        assert [one["number"] for one in (await sofia.get(f"{BASE}/reports?state=restored"))["reports"]] == [
            known["number"]
        ]
        assert len((await sofia.get(f"{BASE}/reports?state=all"))["reports"]) == 2
        assert (await sofia.get(f"{BASE}/reports?state=expired"))["reports"] == []
        status, file = await sofia.call("GET", f"{BASE}/reports.csv?state=all")
        assert status == 200
        assert f"{known['number']},restored,MVD-1,Pocitos,Av. Brasil 2587,4401873,Marta,'{MARTA},O-1," in str(file)
        for path in ("reports", "reports.csv"):
            assert (await ana.call("GET", f"{BASE}/{path}"))[0] == 403


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("accounts/1", {**ACCOUNT, "owner": "nobody"}, "unknown_reference"),
        ("premises/P-1", {**PREMISES, "account": "none"}, "unknown_reference"),
        ("outages/O-1", {**OUTAGE, "zone": "none"}, "unknown_reference"),
        ("accounts/1", {**ACCOUNT, "telephone": "099000001"}, "invalid"),
        ("accounts/1", {**ACCOUNT, "tier": "D"}, "invalid"),
        ("accounts/1", {**ACCOUNT, "flags": ["vip"]}, "invalid"),
        ("accounts/1@2", ACCOUNT, "invalid"),
        (f"zones/{'z' * 65}", ZONE, "invalid"),
        ("zones/Z", {"name": "  ", "department": "x"}, "invalid"),
        ("outages/O-1", {**OUTAGE, "cause": {}}, "invalid"),
        ("outages/O-1", {**OUTAGE, "cause": {"fr": "x"}}, "invalid"),
        ("outages/O-1", {**OUTAGE, "started": "2026-11-22T08:00:00"}, "invalid"),
        ("outages/O-1", {**OUTAGE, "started": "9999-12-31T23:59:00-14:00"}, "invalid"),
        ("outages/O-1", {**OUTAGE, "restoration": "2026-11-21T08:00:00Z"}, "invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused(center: Rig, what: str, body: dict[str, Any], code: str) -> None:
    async with center.person("sofia") as sofia:
        await put(sofia, "zones/MVD-1", ZONE)
        status, answer = await put(sofia, what, body)
        assert (status, answer["error"]["code"]) == (422, code)
        assert (await sofia.get(f"{BASE}/outages"))["outages"] == []
        assert (await sofia.call("GET", f"{BASE}/accounts/1"))[0] == 404
