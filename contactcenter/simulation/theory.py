"""What the theory of queues says exactly, to hold the simulator and the engine against.

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges" (1917) for B and C; C. Palm, "Research on telephone traffic carried by full
availability groups" (1957) for A, in the form of O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call
center with impatient customers" (2002); L. Kleinrock, "Queueing Systems", volume 1 (1975) for a limited
waiting room; F. Kelly, "Reversibility and Stochastic Networks" (1979), chapter 1.6, for groups that share one.

Loads are in erlangs, times in the unit of the mean service time that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

_NEGLIGIBLE = 1e-16
"""Terms below this share of the sum change no digit of it."""


def erlang_b(agents: int, load: float) -> float:
    """Share of contacts that find all agents busy when nobody may wait."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


@dataclass(frozen=True, slots=True)
class ErlangC:
    """Exponential arrivals and service, everybody waits as long as it takes (M/M/n).

    `load` must be less than `agents`, or the line grows for ever.
    """

    agents: int
    load: float
    service: float

    def __post_init__(self) -> None:
        if not self.load < self.agents:
            raise ValueError(f"{self.agents} agents cannot carry {self.load} erlangs; add agents")

    @property
    def waiting(self) -> float:
        """Share of contacts that wait at all."""
        blocked = erlang_b(self.agents, self.load)
        return self.agents * blocked / (self.agents - self.load * (1 - blocked))

    @property
    def mean_wait(self) -> float:
        """Mean wait of all contacts."""
        return self.waiting * self.service / (self.agents - self.load)

    def within(self, seconds: float) -> float:
        """Share of contacts answered within `seconds`."""
        return 1 - self.waiting * exp(-(self.agents - self.load) * seconds / self.service)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """As Erlang C, but each customer gives up after a patience that is exponential (M/M/n+M)."""

    agents: int
    load: float
    service: float
    patience: float

    def _states(self) -> tuple[float, float, float]:
        """The weight of all states, of those in which all agents are busy, and of the mean line."""
        weight, total = 1.0, 1.0
        for busy in range(1, self.agents):
            weight *= self.load / busy
            total += weight
        full = line = 0.0
        waiting = 0
        while True:
            weight *= self.load / (self.agents + waiting * self.service / self.patience)
            full += weight
            line += waiting * weight
            waiting += 1
            if waiting > 1 and weight * waiting < _NEGLIGIBLE * (total + full):
                return total + full, full, line

    @property
    def waiting(self) -> float:
        """Share of contacts that wait at all (those who give up included)."""
        total, full, _ = self._states()
        return full / total

    @property
    def mean_wait(self) -> float:
        """Mean wait of all contacts, those who give up included."""
        total, _, line = self._states()
        return line / total * self.service / self.load

    @property
    def abandonment(self) -> float:
        """Share of contacts that give up: in the long run each waiting one does at rate 1 / patience."""
        return self.mean_wait / self.patience


@dataclass(frozen=True, slots=True)
class Pooled:
    """Exponential arrivals and service, `places` to wait, who finds none is refused (M/M/n/n+k)."""

    agents: int
    load: float
    service: float
    places: int

    @property
    def blocking(self) -> float:
        """Share of contacts that are refused."""
        weights = _weights(self.agents, self.load, self.places)
        return weights[-1] / sum(weights)

    @property
    def mean_wait(self) -> float:
        """Mean wait of those who are not refused."""
        weights = _weights(self.agents, self.load, self.places)
        line = sum(place * weight for place, weight in enumerate(weights[self.agents :])) / sum(weights)
        return line * self.service / (self.load * (1 - self.blocking))


@dataclass(frozen=True, slots=True)
class Apart:
    """`groups` equal groups that help nobody else but share `places` to wait.

    `agents` and `load` are those of all groups together.
    """

    groups: int
    agents: int
    load: float
    service: float
    places: int

    def _lines(self) -> tuple[list[float], list[float]]:
        """Weight of each number that waits in one group; and of those states in which it is full."""
        own_agents, own_load = self.agents // self.groups, self.load / self.groups
        weights = _weights(own_agents, own_load, self.places)
        full = weights[own_agents:]
        return [sum(weights[: own_agents + 1]), *full[1:]], full

    def _others(self, line: list[float]) -> list[float]:
        """Weight of each number that waits in all groups but one."""
        others = [1.0] + [0.0] * self.places
        for _ in range(self.groups - 1):
            others = [sum(others[n] * line[total - n] for n in range(total + 1)) for total in range(self.places + 1)]
        return others

    def _solved(self) -> tuple[float, float]:
        line, full = self._lines()
        others = self._others(line)
        at_most = [sum(others[: places + 1]) for places in range(self.places + 1)]
        total = sum(weight * at_most[self.places - waiting] for waiting, weight in enumerate(line))
        blocked = sum(weight * others[self.places - waiting] for waiting, weight in enumerate(full)) / total
        queue = sum(n * weight * at_most[self.places - n] for n, weight in enumerate(line)) / total
        return blocked, queue

    @property
    def blocking(self) -> float:
        """Share of contacts that are refused: all places taken, and all agents of their own group busy."""
        return self._solved()[0]

    @property
    def mean_wait(self) -> float:
        """Mean wait of those who are not refused."""
        blocked, queue = self._solved()
        return queue * self.service / (self.load / self.groups * (1 - blocked))


def _weights(agents: int, load: float, places: int) -> list[float]:
    """Weight of each number of contacts in a group that has so many places to wait."""
    weights = [1.0]
    for number in range(1, agents + places + 1):
        weights.append(weights[-1] * load / min(number, agents))
    return weights
