"""Who reads and who keeps accounts, premises, zones and outages, and that routing hears of it."""

from __future__ import annotations

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
