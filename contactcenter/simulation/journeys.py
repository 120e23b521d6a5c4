"""Customers on their way: when each arrives and what they bring, drawn by chance, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heapify, heapreplace

from contactcenter.domain.words import MediaClass
from contactcenter.simulation.chance import AT_ONCE, Distribution, Draw, Streams
from contactcenter.simulation.scenario import HOUR, Demand, Rate, media_of


@dataclass(slots=True)
class Journey:
    """One contact to come. `at` is the virtual clock (UTC seconds); all else that chance decides is drawn here.

    Drawn when it arrives, whatever happens later: so two scenarios with one seed share their customers.
    `wrap_up` None is all of the queue's. `attempt` counts from 1.
    """

    id: str
    at: float
    queue: str
    channel: str
    media: MediaClass
    service: float
    patience: float
    wrap_up: float | None
    accept: float
    customer: str
    skills: Mapping[str, int]
    priority: float
    demand: Demand
    attempt: int = 1


class Maker:
    """Draws what the customers of one demand bring."""

    def __init__(self, demand: Demand, streams: Streams, accept: Distribution) -> None:
        def draws(name: str, distribution: Distribution) -> Draw:
            return distribution.draws(streams.stream(demand.id, name))

        self._demand = demand
        self._media = media_of(demand.channel)
        self._service = draws("service", demand.service)
        self._patience = draws("patience", demand.patience)
        self._wrap_up = draws("wrap-up", demand.wrap_up) if demand.wrap_up else None
        self._accept = draws("accept", accept) if accept != AT_ONCE else None
        self._customer = (
            partial(streams.stream(demand.id, "customer").randrange, demand.customers) if demand.customers else None
        )
        self._count = 0

    def journey(
        self,
        at: float,
        service: float | None = None,
        patience: float | None = None,
        customer: str | None = None,
        skills: Mapping[str, int] | None = None,
    ) -> Journey:
        """The next customer; what is not said is drawn."""
        demand = self._demand
        self._count += 1
        id_ = f"{demand.id}:{self._count}"
        if customer is None:
            customer = f"{demand.id}:p{self._customer()}" if self._customer else id_
        return Journey(
            id_,
            at,
            demand.queue,
            demand.channel,
            self._media,
            self._service() if service is None else service,
            self._patience() if patience is None else patience,
            self._wrap_up() if self._wrap_up else None,
            self._accept() if self._accept else 0.0,
            customer,
            demand.skills if skills is None else skills,
            demand.priority,
            demand,
        )


def generated(demands: Sequence[Demand], midnight: float, streams: Streams, accept: Distribution) -> Iterator[Journey]:
    """Arrivals of all demands, merged by time. `midnight` is the first day's (UTC seconds)."""
    makers = [Maker(demand, streams, accept) for demand in demands]
    times = [arrival_times(demand.rates, streams, demand.id) for demand in demands]
    upcoming = [(at, position) for position, source in enumerate(times) if (at := next(source, None)) is not None]
    heapify(upcoming)
    never = float("inf")
    while upcoming:
        at, position = upcoming[0]
        if at == never:
            return
        heapreplace(upcoming, (next(times[position], never), position))
        yield makers[position].journey(midnight + at)


def arrival_times(rates: Sequence[Rate], streams: Streams, name: str) -> Iterator[float]:
    """Clock times of a Poisson process whose rate changes in steps.

    Unit exponentials are laid along the expected number of arrivals and carried back to time, so that the
    n-th customer comes earlier when there are more, and is still the n-th.
    """
    draw = streams.stream(name, "arrival").expovariate
    ahead = draw(1.0)
    for rate in rates:
        per_second = rate.per_hour / HOUR
        at = rate.start
        while at + ahead / per_second < rate.end:
            at += ahead / per_second
            yield at
            ahead = draw(1.0)
        ahead -= (rate.end - at) * per_second
