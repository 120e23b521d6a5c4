"""Twilio's connection overrides: `#rc=3&rp=5xx,ct,rt` at the end of a webhook address.

Published limits and defaults: connect timeout ct 100–10000 ms (5000), read timeout rt
100–15000 ms (15000), total tt 100–15000 ms (15000), retries rc 0–5 (1), policy rp (ct).
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

_LIMITS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}
POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How patiently an address is called. Times in seconds; `problem` says what was ignored."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    problem: str | None = None

    def repeats(self, failure: str) -> bool:
        """Whether a failure of this class (`ct`, `rt`, `4xx`, `5xx`) is worth another attempt."""
        return failure in self.policy or "all" in self.policy


def read_overrides(address: str) -> tuple[str, Overrides]:
    """Split an address into what is requested and signed, and how it is to be called."""
    url, fragment = urldefrag(address)
    numbers: dict[str, int] = {}
    policy = frozenset({"ct"})
    problem = None
    for name, value in parse_qsl(fragment, keep_blank_values=True):
        if name in _LIMITS:
            low, high = _LIMITS[name]
            if value.isdecimal() and low <= int(value) <= high:
                numbers[name] = int(value)
            else:
                problem = f"{name} is between {low} and {high}, not {value!r}"
        elif name == "rp":
            asked = frozenset(value.split(","))
            if asked <= POLICIES:
                policy = asked
            else:
                problem = f"rp takes {', '.join(sorted(POLICIES))}, not {value!r}"
    return url, Overrides(
        connect=numbers.get("ct", 5_000) / 1_000,
        read=numbers.get("rt", 15_000) / 1_000,
        total=numbers.get("tt", 15_000) / 1_000,
        retries=numbers.get("rc", 1),
        policy=policy,
        problem=problem,
    )
