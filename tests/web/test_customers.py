"""Who sees and who changes what is known of a customer, and that routing hears of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contactcenter.bootstrap.process import Parts
from tests.web.rig import Rig, rig

MARTA = "+59899000001"


async def _customer(center: Rig, address: str = MARTA, text: str = "hola") -> str:
    """The customer with this number, who has just written."""
    assert await center.text(center.sms(text, sender=address)) == 200
    ((customer,),) = await center.rows("SELECT customer_id FROM address WHERE value = :value", value=address)
    return str(customer)


async def test_a_supervisor_says_whose_customer_somebody_is(tmp_path: Path, redis_url: str) -> None:
    async with rig(tmp_path, redis_url, parts=Parts(web=True)) as center, center.person("sofia") as sofia:
        path = f"/api/v1/customers/{await _customer(center)}"
        given = {"name": "  Marta Pérez ", "tier": "A", "account_owner": "ana", "language": "pt"}
        status, answer = await sofia.call("PATCH", path, given)
        assert status == 200
        known = answer["customer"]
        assert (known["name"], known["tier"], known["language"]) == ("Marta Pérez", "A", "pt")
        assert known["account_owner"] == {"id": "ana", "name": "Ana"}
        status, answer = await sofia.call("PATCH", path, {"account_owner": None})
        assert (status, answer["customer"]["account_owner"], answer["customer"]["tier"]) == (200, None, "A")
        assert (await sofia.get(path))["customer"] == answer["customer"]


async def test_the_next_contact_knows_it(tmp_path: Path, redis_url: str) -> None:
    async with rig(tmp_path, redis_url, parts=Parts(web=True)) as center, center.person("sofia") as sofia:
        path = f"/api/v1/customers/{await _customer(center)}"
        await sofia.call("PATCH", path, {"tier": "A", "account_owner": "ana"})
        await _customer(center)
        bodies = [body for (body,) in await center.rows("SELECT body FROM inbox ORDER BY id")]
        assert ['"tier":"A"' in body for body in bodies] == [False, True]
        assert ['"account_owner":"ana"' in body for body in bodies] == [False, True]


@pytest.mark.parametrize(
    "given",
    [
        {"account_owner": "nobody"},
        {"account_owner": ""},
        {"tier": "x" * 33},
        {"tier": "   "},
        {"language": "español"},
        {"name": 7},
        {"name": "x" * 121},
    ],
)
async def test_what_makes_no_sense_is_refused(center: Rig, given: dict[str, Any]) -> None:
    async with center.person("sofia") as sofia:
        path = f"/api/v1/customers/{await _customer(center)}"
        before = (await sofia.get(path))["customer"]
        status, answer = await sofia.call("PATCH", path, given)
        assert status == 422
        if given == {"account_owner": "nobody"}:
            assert answer["error"]["code"] == "unknown_agent"
        assert (await sofia.get(path))["customer"] == before
        assert (await sofia.call("PATCH", "/api/v1/customers/none", {"tier": "A"}))[0] == 404


async def test_agents_see_it_and_do_not_change_it(center: Rig) -> None:
    async with center.person("sofia") as sofia, center.person("ana") as ana, ana.desk() as window:
        path = f"/api/v1/customers/{await _customer(center)}"
        await sofia.call("PATCH", path, {"tier": "B", "account_owner": "ana"})
        contact = await ana.accept(window)
        assert (await ana.get(f"/api/v1/contacts/{contact}"))["contact"]["customer"]["tier"] == "B"
        assert (await ana.get(path))["customer"]["account_owner"] == {"id": "ana", "name": "Ana"}
        assert (await ana.call("PATCH", path, {"tier": "A"}))[0] == 403
        stranger = await _customer(center, "+59899000002", "FACTURA")
        assert (await ana.call("GET", f"/api/v1/customers/{stranger}"))[0] == 404
