"""The agents, indexed by profile: a decision looks at groups, never at every person.

Sets of groups are bits of an integer, so that "who of those that serve this line is ready" is one `&`.
"""

from __future__ import annotations

from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from contactcenter.domain.configuration import SkillProfile
from contactcenter.domain.words import AgentChoice, MediaClass, Refusal
from contactcenter.routing.eligibility import MEDIA, load_refusal, presence_refusal

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from contactcenter.routing.state import Agent

_SLACK = 16
"""Claims beyond four for each agent that a heap may hold before those that hold no more are thrown out."""
INDEX = {media: position for position, media in enumerate(MEDIA)}
"""Position of a media class wherever something is kept for each."""


class Ordering(IntEnum):
    """What the people of one group are ordered by."""

    IDLE = 0
    OCCUPANCY = 1
    CONTACTS = 2


ORDERINGS = {AgentChoice.LEAST_OCCUPIED: Ordering.OCCUPANCY, AgentChoice.FEWEST_CONTACTS: Ordering.CONTACTS}
"""Choices that need an ordering of their own; all others are settled by the longest idle."""


Claim = tuple[float, int, float, str, int]
"""An agent's turn: by the ordering's measure, then least loaded, then longest idle, then by id; last the ticket.

Plain, because every change of an agent makes some.
"""
AGENT: Final = 3
TICKET: Final = 4


class Openness:
    """What somebody may be offered: `refusals` by media class (see `INDEX`), None where there is room.

    `able` are the media classes with room, `busy` those that the profile works and the load leaves no room
    for, with the reason; `away` is why nothing at all may be offered. One object for all who are alike.
    """

    __slots__ = ("able", "away", "busy", "refusals")

    def __init__(self, refusals: tuple[Refusal | None, ...], works: tuple[int, ...], away: Refusal | None) -> None:
        self.refusals = refusals
        self.away = away
        there = works if away is None else ()
        self.able = tuple(media for media in there if refusals[media] is None)
        self.busy = tuple((media, refusal) for media in there if (refusal := refusals[media]) is not None)


class Standing:
    """Where an agent stands in the pool. Claims hold that carry this `ticket`."""

    __slots__ = ("group", "open", "ticket")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.ticket = 0
        self.open: Openness | None = None

    @property
    def able(self) -> tuple[int, ...]:
        """Media classes (see `INDEX`) of which the agent may be offered a contact now."""
        return self.open.able if self.open is not None else ()


class Group:
    """Agents of one profile; `bit` is its bit in sets of groups.

    `away` counts them by why they can be offered nothing, `refused` by media class (see `INDEX`) and why
    their load leaves no room; `ready` is how many could take one now. `heaps` are their claims by media
    class and ordering; a claim holds whose ticket is that of `members`.
    """

    __slots__ = ("_away", "_loads", "_pool", "_works", "away", "bit", "heaps", "members", "profile", "ready", "refused")

    def __init__(self, profile: SkillProfile, pool: AgentPool, position: int) -> None:
        self.profile = profile
        self.bit = 1 << position
        self.ready = [0] * len(MEDIA)
        self.away: dict[Refusal, int] = {}
        self.refused: list[dict[Refusal, int]] = [{} for _ in MEDIA]
        self.members: dict[str, Standing] = {}
        self.heaps: list[dict[Ordering, list[Claim]]] = [{one: [] for one in pool.orderings} for _ in MEDIA]
        self._pool = pool
        self._works = tuple(INDEX[media] for media in MEDIA if profile.capacity.get(media, 0))
        self._away: dict[Refusal, Openness] = {}
        self._loads: dict[tuple[MediaClass | None, ...], Openness] = {}

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[str]:
        """Ids of the agents."""
        return iter(self.members)

    def refusal(self, agent_id: str, media: MediaClass) -> Refusal | None:
        """Why this agent cannot be offered a contact of this media class now, as indexed."""
        known = self.members[agent_id].open
        assert known is not None, "members are open or away"
        return known.refusals[INDEX[media]]

    @property
    def staffed(self) -> bool:
        """Whether anybody of the group is signed in."""
        return len(self.members) > self.away.get(Refusal.LOGGED_OUT, 0)

    def refresh(self, agent: Agent, standing: Standing) -> None:
        """Take note of what this agent can do now."""
        away = presence_refusal(agent)
        before = standing.open
        if before is not None:
            if away is not None and before.away is away:
                return
            self._uncount(before)
        self._pool.tickets += 1
        standing.ticket = self._pool.tickets
        standing.open = now = self._openness(agent) if away is None else self._gone(away)
        if away is None:
            self._enter(agent, standing.ticket, now)
        else:
            self.away[away] = self.away.get(away, 0) + 1
        if before is None:
            self.members[agent.id] = standing
            self._pool.population += 1
        if before is None or away is Refusal.LOGGED_OUT or before.away is Refusal.LOGGED_OUT:
            self._pool.note_staffing(self)

    def remove(self, agent_id: str) -> None:
        """The agent has another profile now."""
        standing = self.members.pop(agent_id)
        assert standing.open is not None, "it was refreshed when it was made"
        self._uncount(standing.open)
        self._pool.population += 1
        self._pool.note_staffing(self)

    def best(self, ordering: Ordering, media: int, barred: Container[str] = ()) -> Claim | None:
        """Whose turn it is among the ready that are not `barred`; `media` by its `INDEX`."""
        heap = self.heaps[media][ordering]
        while heap and not self.holds(heap[0]):
            heappop(heap)
        if not heap or heap[0][AGENT] not in barred:
            return heap[0] if heap else None
        return min((claim for claim in heap if self.holds(claim) and claim[AGENT] not in barred), default=None)

    def holds(self, claim: Claim) -> bool:
        """Whether the agent still is as they were when they made this claim."""
        standing = self.members.get(claim[AGENT])
        return standing is not None and standing.ticket == claim[TICKET]

    def _enter(self, agent: Agent, ticket: int, now: Openness) -> None:
        """Count and line up somebody who is there, for every media class there is room for."""
        for media, refusal in now.busy:
            counts = self.refused[media]
            counts[refusal] = counts.get(refusal, 0) + 1
        if not now.able:
            return
        pool, limit = self._pool, 4 * len(self.members) + _SLACK
        load, idle_since = len(agent.holds), agent.idle_since
        claims = [(0.0, load, idle_since, agent.id, ticket)]
        if len(pool.orderings) > 1:
            others = [pool.measure(ordering, agent) for ordering in pool.orderings[1:]]
            claims += [(measure, load, idle_since, agent.id, ticket) for measure in others]
        for media in now.able:
            if not self.ready[media]:
                pool.ready[media] |= self.bit
            self.ready[media] += 1
            for claim, heap in zip(claims, self.heaps[media].values(), strict=True):
                heappush(heap, claim)
                limit += _SLACK  # Not all of them in one decision.
                if len(heap) > limit:
                    heap[:] = [known for known in heap if self.holds(known)]
                    heapify(heap)

    def _openness(self, agent: Agent) -> Openness:
        """What the load of somebody who is there leaves room for."""
        load: tuple[MediaClass | None, ...] = tuple(sorted(agent.holds.values()))
        if agent.kept_free_for is not None:
            load = (None, *load)
        known = self._loads.get(load)
        if known is None:
            refusals = tuple(load_refusal(agent, self.profile, media) for media in MEDIA)
            known = self._loads[load] = Openness(refusals, self._works, None)
        return known

    def _gone(self, away: Refusal) -> Openness:
        known = self._away.get(away)
        if known is None:
            known = self._away[away] = Openness((away,) * len(MEDIA), self._works, away)
        return known

    def _uncount(self, before: Openness) -> None:
        if before.away is not None:
            _less(self.away, before.away)
            return
        for media, refusal in before.busy:
            _less(self.refused[media], refusal)
        for media in before.able:
            self.ready[media] -= 1
            if not self.ready[media]:
                self._pool.ready[media] &= ~self.bit


def _less(counts: dict[Refusal, int], refusal: Refusal) -> None:
    counts[refusal] -= 1
    if not counts[refusal]:
        del counts[refusal]


class AgentPool:
    """All agents by profile.

    `ready` has for each media class (see `INDEX`) the groups in which somebody is ready, `staffed` those
    in which somebody is signed in; `restaffed` says that the latter changed and nobody has looked yet.
    `population` is another number whenever a group has other people; `tickets` counts those given out.
    """

    def __init__(self, profiles: Mapping[str, SkillProfile], choices: Iterable[AgentChoice] = ()) -> None:
        self.orderings = tuple(sorted({Ordering.IDLE, *(ORDERINGS[one] for one in choices if one in ORDERINGS)}))
        self.ready = [0] * len(MEDIA)
        self.staffed = 0
        self.restaffed = False
        self.population = 0
        self.tickets = 0
        self.today_ends = 0.0
        self.groups: list[Group] = []
        self._by_profile: dict[str, Group] = {}
        self._standing: dict[str, Standing] = {}
        for profile in profiles.values():
            self._add(profile)

    def group_of(self, agent_id: str) -> Group:
        """The group in which this agent works."""
        return self._standing[agent_id].group

    def standing(self, agent_id: str) -> Standing:
        """What the pool knows of this agent."""
        return self._standing[agent_id]

    def members(self, groups: int) -> Iterator[Group]:
        """The groups of a set."""
        while groups:
            low = groups & -groups
            groups ^= low
            yield self.groups[low.bit_length() - 1]

    def refresh(self, agent: Agent) -> None:
        """Take note of a changed, new or re-profiled agent.

        A profile that was deleted makes a group of those who still have it; no line serves it, so none is told.
        """
        standing = self._standing.get(agent.id)
        if standing is None or standing.group.profile.id != agent.profile:
            if standing is not None:
                standing.group.remove(agent.id)
            group = self._by_profile.get(agent.profile)
            if group is None:
                group = self._add(_unknown(agent.profile))
            standing = self._standing[agent.id] = Standing(group)
        standing.group.refresh(agent, standing)

    def note_staffing(self, group: Group) -> None:
        """Somebody of the group came or went."""
        staffed = self.staffed | group.bit if group.staffed else self.staffed & ~group.bit
        if staffed != self.staffed:
            self.staffed = staffed
            self.restaffed = True

    def measure(self, ordering: Ordering, agent: Agent) -> float:
        """What `ordering` goes by: the lowest first."""
        if ordering is Ordering.OCCUPANCY:
            return agent.occupancy
        return float(agent.taken) if agent.taken_until >= self.today_ends else 0.0

    def _add(self, profile: SkillProfile) -> Group:
        group = Group(profile, self, len(self.groups))
        self.groups.append(group)
        self._by_profile[profile.id] = group
        return group


def _unknown(profile_id: str) -> SkillProfile:
    """What an agent can do whose profile was deleted: nothing, until a supervisor gives another."""
    return SkillProfile(profile_id, profile_id, (), {}, {})
