"""Choosing one of those who may take a contact, as its queue wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentChoice
from contactcenter.routing.pool import AGENT

if TYPE_CHECKING:
    from collections.abc import Container

    from contactcenter.routing.demand import Demand
    from contactcenter.routing.lines import Line
    from contactcenter.routing.pool import AgentPool, Claim, Ordering


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
            found = _first(pool, groups, media, ordering, barred)
        if found is not None:
            return found
    return None


def _first(pool: AgentPool, groups: int, media: int, ordering: Ordering, barred: Container[str]) -> Claim | None:
    """The first claim over some groups. Written out, because a decision may look at a hundred groups."""
    found: Claim | None = None
    members = pool.groups
    while groups:
        low = groups & -groups
        groups ^= low
        group = members[low.bit_length() - 1]
        claim: Claim | None = group.heaps[media][ordering][0]
        if claim is not None and (not group.holds(claim) or claim[AGENT] in barred):
            claim = group.best(ordering, media, barred)
        if claim is not None and (found is None or claim < found):
            found = claim
    return found


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
