"""A whole center that takes calls over the local network, with the menus that we ship."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from contactcenter.bootstrap.process import Parts
from contactcenter.config.ivr import LoadedIvr, load_ivr
from contactcenter.domain.calendars import Calendar, Outside
from contactcenter.domain.utility import Account, Outage, OutageState, Premises, Register, Zone
from contactcenter.domain.words import OutsideHours
from contactcenter.localnet import LocalNetwork, Number
from tests.localnet.telephone import Telephone, dial
from tests.runtime.waiting import until
from tests.web.rig import ACCOUNT_SID, OURS, TOKEN, Rig, rig

MARTA = "+59899100101"
STRANGER = "+59899100199"
_SHIPPED = load_ivr(Path(__file__).resolve().parents[2])
_ALL = replace(_SHIPPED.configuration.profiles["polivalente"], id="all")
_ALTAS = replace(_SHIPPED.configuration.queues["altas"], hours="never", outside={"*": Outside(do=OutsideHours.SERVE)})
MENUS = LoadedIvr(
    _SHIPPED.ivr,
    replace(
        _SHIPPED.configuration,
        profiles={**_SHIPPED.configuration.profiles, "all": _ALL},
        queues={**_SHIPPED.configuration.queues, "altas": _ALTAS},
        calendars={**_SHIPPED.configuration.calendars, "never": Calendar(id="never", time_zone="UTC", weekly={})},
    ),
)
"""Whatever the day, who calls about new connections leaves a message, and it is answered at once."""
ZONE = Zone("Z-1", "Norte", "Artigas")
PREMISES = Premises("P-1", "4401873", "18 de Julio 1234", "Z-1")
OUTAGE = Outage("O-1", "Z-1", {"es": "tormenta"}, 1_000.0, None, OutageState.OPEN)


@dataclass
class Telephony:
    """The center, the network, and the way to its control."""

    center: Rig
    network: LocalNetwork
    http: aiohttp.ClientSession

    async def call(self, number: str = STRANGER) -> Telephone:
        return await dial(self.http, number, OURS)

    async def fault(self, kind: str, **fields: Any) -> None:
        async with self.http.post("/_control/faults", json={"kind": kind, **fields}) as answer:
            assert answer.status == 201, await answer.text()

    async def put(self, *, outage: bool = False) -> None:
        """Marta's account, and that her power is out."""
        whose = Account("4401873", "Marta", MARTA, tier="C", language="es")
        outages = (OUTAGE,) if outage else ()
        await self.center.storage.utility.put(
            Register(zones=(ZONE,), accounts=(whose,), premises=(PREMISES,), outages=outages)
        )

    async def until_contacts(self, *wanted: tuple[Any, ...]) -> None:
        """Wait until the contacts are these: state, outcome, queue."""

        async def there() -> bool:
            rows = await self.center.rows("SELECT state, outcome, queue FROM contact ORDER BY arrived_at, id")
            return [tuple(row) for row in rows] == list(wanted)

        await until(there)

    def alerts(self) -> list[str]:
        """What the network found wrong with our answers."""
        return [f"{alert.code} {alert.problem}" for alert in self.network.webhooks.alerts]


@asynccontextmanager
async def telephony(folder: Path, redis_url: str, **options: Any) -> AsyncIterator[Telephony]:
    """Serve both while the block runs."""
    async with AsyncExitStack() as stack:
        number = Number(OURS)
        network = await stack.enter_async_context(
            LocalNetwork(
                account_sid=ACCOUNT_SID, auth_token=TOKEN, numbers=[number], tempo=0.002, calls_per_second=1_000.0
            )
        )
        given: dict[str, Any] = {
            "ivr": MENUS,
            "parts": Parts(web=True, router=True, worker=True),
            "CONTACTCENTER_TWILIO_API_URL": network.url,
            "CONTACTCENTER_TWILIO_NUMBERS": OURS,
            "CONTACTCENTER_TWILIO_CALLS_PER_SECOND": "1000",
        }
        center = await stack.enter_async_context(rig(folder, redis_url, **(given | options)))
        voice = f"{center.url}/webhooks/twilio/voice"
        number.voice_url, number.voice_status_callback = voice, f"{voice}/status"
        http = await stack.enter_async_context(aiohttp.ClientSession(network.url))
        yield Telephony(center, network, http)
        assert not network.violations, network.violations
