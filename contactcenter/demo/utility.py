"""The utility's register of the demo: the customers' accounts, where they live, and one known outage."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from contactcenter.demo.people import EMILY, FRIGORIFICO, JOAO, LUCIA, MARTA, NELSON, DemoCustomer
from contactcenter.domain.utility import Account, Flag, Outage, Premises, Register, Zone

_HOUR: Final = 3_600.0
OWNER: Final = "valentina"
"""The agent who looks after the large account; without this agent nobody does."""

ZONES: Final = (
    Zone("MVD-07", "Pocitos", "Montevideo"),
    Zone("MVD-12", "Malvín", "Montevideo"),
    Zone("PAY-02", "Zona industrial", "Paysandú"),
    Zone("RIV-03", "Rivera centro", "Rivera"),
    Zone("SAL-04", "Salto nuevo", "Salto"),
    Zone("MAL-05", "Punta del Este", "Maldonado"),
)


def _account(
    number: str, customer: DemoCustomer, tier: str = "C", owner: str | None = None, flags: tuple[Flag, ...] = ()
) -> Account:
    return Account(number, customer.name, customer.address, tier, owner, flags, customer.language)


def demo_register(now: float, agents: Collection[str]) -> Register:
    """The register at `now` (UTC seconds), for a center with these agents.

    The outage is in Rivera: nobody's account that the demo's stories text about is without power.
    """
    owner = OWNER if OWNER in agents else None
    return Register(
        zones=ZONES,
        accounts=(
            _account("4401873", MARTA),
            _account("5120984", NELSON),
            _account("2210456", LUCIA, flags=(Flag.LIFE_SUPPORT,)),
            _account("6604410", JOAO, "B"),
            _account("9000015", FRIGORIFICO, "A", owner),
            _account("7718302", EMILY),
        ),
        premises=(
            Premises("P-1001", "4401873", "Av. Brasil 2587, apto 402", "MVD-07"),
            Premises("P-1002", "5120984", "Comercio 1745", "MVD-12"),
            Premises("P-1003", "2210456", "Artigas 1130", "SAL-04"),
            Premises("P-1004", "6604410", "Sarandí 620", "RIV-03"),
            Premises("P-1005", "6604410", "Depósito, Ruta 27 km 4", "RIV-03"),
            Premises("P-1006", "9000015", "Ruta 3 km 369, planta", "PAY-02"),
            Premises("P-1007", "7718302", "Calle 20 y 27, casa Brisa", "MAL-05"),
        ),
        outages=(
            Outage(
                "O-2001",
                "RIV-03",
                {
                    "es": "Falla en una línea de media tensión; la cuadrilla trabaja en el lugar",
                    "pt": "Falha em uma linha de média tensão; a equipe está no local",
                    "en": "A fault on a medium-voltage line; the crew is on site",
                },
                started=now - 2 * _HOUR,
                restoration=now + 3 * _HOUR,
            ),
        ),
    )
