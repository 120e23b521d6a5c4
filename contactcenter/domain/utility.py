"""What the utility knows of those it serves: accounts, premises, zones, and the outages of a zone.

Numbers are the utility's own. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TIERS: Final = ("A", "B", "C")
"""Large accounts, businesses, residents; of several accounts the first of these counts."""


class Flag(StrEnum):
    """What an account is on a register for."""

    LIFE_SUPPORT = "life_support"
    SPECIAL_CASE = "special_case"


class OutageState(StrEnum):
    """Whether people are still without power."""

    OPEN = "open"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the network that loses power together."""

    id: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Account:
    """A contract. `telephone` (E.164) says whose it is, `owner` is the agent who looks after it."""

    number: str
    name: str
    telephone: str | None = None
    tier: str = "C"
    owner: str | None = None
    flags: tuple[Flag, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Premises:
    """A place that is supplied: `account` and `zone` are their numbers."""

    id: str
    account: str
    address: str
    zone: str


@dataclass(frozen=True, slots=True)
class Outage:
    """A zone without power since `started`; `cause` by language. `restoration` None: nobody can say yet."""

    id: str
    zone: str
    cause: Mapping[str, str]
    started: float
    restoration: float | None = None
    state: OutageState = OutageState.OPEN


@dataclass(frozen=True, slots=True)
class Register:
    """Records that come in together; they may name each other."""

    zones: tuple[Zone, ...] = ()
    accounts: tuple[Account, ...] = ()
    premises: tuple[Premises, ...] = ()
    outages: tuple[Outage, ...] = ()
