"""Choosing one of those who may take a contact, as its queue wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentChoice

if TYPE_CHECKING:
    from collections.abc import Container

    from contactcenter.routing.demand import Demand
    from contactcenter.routing.lines import Line
    from contactcenter.routing.pool import AgentPool, Claim


def choose(pool: AgentPool, demand: Demand, line: Line, barred: Container[str], now: float) -> Claim | None:
    """Whose turn it is for a contact of `line`, among the ready that are not `barred`; None if nobody's."""
    media, ordering = line.media, line.ordering
    ready = line.groups & pool.ready[media]
    if not ready:
        return None
    for tier in line.served.tiers:
        groups = tier & ready
        if groups and line.choice is AgentChoice.SPARE_GENERALIST and groups & (groups - 1):
            found = _sparing(pool, demand, line, groups, barred, now)
        else:
            found = None
            while groups:
                low = groups & -groups
                groups ^= low
                claim = pool.groups[low.bit_length() - 1].best(ordering, media, barred)
                if claim is not None and (found is None or claim < found):
                    found = claim
        if found is not None:
            return found
    return None


def _sparing(
    pool: AgentPool, demand: Demand, line: Line, groups: int, barred: Container[str], now: float
) -> Claim | None:
    """The one whom the other lines will miss least; the rest as for the longest idle."""
    best: tuple[float, Claim] | None = None
    missed = demand.missed(line, groups, now)
    for group in pool.members(groups):
        claim = group.best(line.ordering, line.media, barred)
        if claim is not None and (best is None or (missed[group.bit], claim) < best):
            best = (missed[group.bit], claim)
    return best[1] if best else None
