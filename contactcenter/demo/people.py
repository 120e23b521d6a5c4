"""Who can sign in to the demo, and the customers who have written before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contactcenter.config import AgentSeed

PASSWORD: Final = "demo"  # noqa: S105  the sign-in page of the demo shows it to everybody
CENTER_NUMBER: Final = "+59829001234"
LARGE_ACCOUNTS_NUMBER: Final = "+59829009000"
"""Our numbers; the second is an entry point of routing.yaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSignIn:
    """An account of the demo; `agent_id` None: somebody who takes no contacts."""

    username: str
    name: str
    role: str
    agent_id: str | None = None
    language: str = "es"
    password: str = PASSWORD


def sign_ins(agents: Sequence[AgentSeed]) -> list[DemoSignIn]:
    """Every sign-in, agents first; a username is the agent's id."""
    people = [
        DemoSignIn(username=agent.id, name=agent.name, role="agent", agent_id=agent.id, language=agent.language)
        for agent in agents
    ]
    return [
        *people,
        DemoSignIn(username="ana", name="Ana Morales", role="supervisor"),
        DemoSignIn(username="rafael", name="Rafael Techera", role="admin"),
    ]


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer who has written before. `address`: a telephone number, or a name for a chat."""

    name: str
    address: str
    language: str = "es"


MARTA: Final = DemoCustomer("Marta Suárez", "+59899100101")
NELSON: Final = DemoCustomer("Nelson Rodríguez", "+59894100102")
LUCIA: Final = DemoCustomer("Lucía Pereira", "+59891100103")
JOAO: Final = DemoCustomer("João Ferreira", "+59898100104", "pt")
FRIGORIFICO: Final = DemoCustomer("Frigorífico del Litoral", "+59899100105")
EMILY: Final = DemoCustomer("Emily Carter", "+59892100106", "en")
RUBEN: Final = DemoCustomer("Rubén Acosta", "ruben")
GABRIELA: Final = DemoCustomer("Gabriela Núñez", "gabriela")
TOM: Final = DemoCustomer("Tom Bennett", "tom", "en")
"""Those with a number are the people of the handset: what they text finds what they wrote before."""
