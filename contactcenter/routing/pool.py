"""The agents, indexed by profile: a decision looks at groups, never at every person.

Sets of groups are bits of an integer, so that "who of those that serve this line is ready" is one `&`.
"""

from __future__ import annotations

from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

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


class Claim(NamedTuple):
    """An agent's turn: by the ordering's measure, then least loaded, then longest idle, then by id."""

    measure: float
    load: int
    idle_since: float
    agent_id: str
    ticket: int


class Group:
    """Agents of one profile; `bit` is its bit in sets of groups.

    `away` counts them by why they can be offered nothing, `refused` by media class (see `INDEX`) and why
    their load leaves no room; `ready` is how many could take one now. `heaps` are their claims by media
    class and ordering; a claim holds whose ticket is that of `tickets`.
    """

    __slots__ = (
        "_free",
        "_members",
        "_pool",
        "_works",
        "away",
        "bit",
        "heaps",
        "profile",
        "ready",
        "refused",
        "tickets",
    )

    def __init__(self, profile: SkillProfile, pool: AgentPool, position: int) -> None:
        self.profile = profile
        self.bit = 1 << position
        self.ready = [0] * len(MEDIA)
        self.away: dict[Refusal, int] = {}
        self.refused: list[dict[Refusal, int]] = [{} for _ in MEDIA]
        self._pool = pool
        self._works = tuple(INDEX[media] for media in MEDIA if profile.capacity.get(media, 0))
        self._free = tuple(None if profile.capacity.get(media, 0) else Refusal.NO_CAPACITY_FOR_MEDIA for media in MEDIA)
        self._members: dict[str, Refusal | tuple[Refusal | None, ...]] = {}
        self.heaps: list[dict[Ordering, list[Claim]]] = [{one: [] for one in pool.orderings} for _ in MEDIA]
        self.tickets: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        """Ids of the agents."""
        return iter(self._members)

    def refusals(self, agent_id: str) -> tuple[Refusal | None, ...]:
        """For each media class (see `INDEX`): why this agent cannot be offered a contact of it now, as indexed."""
        known = self._members[agent_id]
        return known if isinstance(known, tuple) else (known,) * len(MEDIA)

    def refusal(self, agent_id: str, media: MediaClass) -> Refusal | None:
        """Why this agent cannot be offered a contact of this media class now, as indexed."""
        return self.refusals(agent_id)[INDEX[media]]

    @property
    def staffed(self) -> bool:
        """Whether anybody of the group is signed in."""
        return len(self._members) > self.away.get(Refusal.LOGGED_OUT, 0)

    def refresh(self, agent: Agent) -> None:
        """Take note of what this agent can do now."""
        presence = presence_refusal(agent)
        before = self._members.get(agent.id)
        if presence is not None and before is presence:
            return
        if before is not None:
            self._uncount(before)
        ticket = self.tickets[agent.id] = self.tickets.get(agent.id, 0) + 1
        if presence is not None:
            self._members[agent.id] = presence
            self.away[presence] = self.away.get(presence, 0) + 1
        else:
            self._enter(agent, ticket)
        if before is None:
            self._pool.population += 1
        if presence is Refusal.LOGGED_OUT or before is Refusal.LOGGED_OUT or before is None:
            self._pool.note_staffing(self)

    def remove(self, agent_id: str) -> None:
        """The agent has another profile now."""
        self._uncount(self._members.pop(agent_id))
        self.tickets[agent_id] += 1
        self._pool.population += 1
        self._pool.note_staffing(self)

    def best(self, ordering: Ordering, media: int, barred: Container[str] = ()) -> Claim | None:
        """Whose turn it is among the ready that are not `barred`; `media` by its `INDEX`."""
        heap, tickets = self.heaps[media][ordering], self.tickets
        while heap and tickets[heap[0][3]] != heap[0][4]:
            heappop(heap)
        if not heap or heap[0][3] not in barred:
            return heap[0] if heap else None
        return min((claim for claim in heap if self._valid(claim) and claim[3] not in barred), default=None)

    def _enter(self, agent: Agent, ticket: int) -> None:
        """Count and line up somebody who is there, for every media class there is room for."""
        refusals = self._refusals(agent)
        self._members[agent.id] = refusals
        load, idle_since, limit = len(agent.holds), agent.idle_since, 4 * len(self._members) + _SLACK
        for media in self._works:
            refusal = refusals[media]
            if refusal is not None:
                counts = self.refused[media]
                counts[refusal] = counts.get(refusal, 0) + 1
                continue
            if not self.ready[media]:
                self._pool.ready[media] |= self.bit
            self.ready[media] += 1
            for ordering, heap in self.heaps[media].items():
                measure = self._pool.measure(ordering, agent) if ordering else 0.0
                heappush(heap, Claim(measure, load, idle_since, agent.id, ticket))
                limit += _SLACK  # Not all of them in one decision.
                if len(heap) > limit:
                    heap[:] = [claim for claim in heap if self._valid(claim)]
                    heapify(heap)

    def _refusals(self, agent: Agent) -> tuple[Refusal | None, ...]:
        if not agent.holds and agent.kept_free_for is None:
            return self._free
        return tuple(load_refusal(agent, self.profile, media) for media in MEDIA)

    def _uncount(self, known: Refusal | tuple[Refusal | None, ...]) -> None:
        if not isinstance(known, tuple):
            _less(self.away, known)
            return
        for media in self._works:
            refusal = known[media]
            if refusal is not None:
                _less(self.refused[media], refusal)
                continue
            self.ready[media] -= 1
            if not self.ready[media]:
                self._pool.ready[media] &= ~self.bit

    def _valid(self, claim: Claim) -> bool:
        return self.tickets[claim.agent_id] == claim.ticket


def _less(counts: dict[Refusal, int], refusal: Refusal) -> None:
    counts[refusal] -= 1
    if not counts[refusal]:
        del counts[refusal]


class AgentPool:
    """All agents by profile.

    `ready` has for each media class (see `INDEX`) the groups in which somebody is ready, `staffed` those
    in which somebody is signed in; `restaffed` says that the latter changed and nobody has looked yet.
    `population` is another number whenever a group has other people.
    """

    def __init__(self, profiles: Mapping[str, SkillProfile], choices: Iterable[AgentChoice] = ()) -> None:
        self.orderings = tuple(sorted({Ordering.IDLE, *(ORDERINGS[one] for one in choices if one in ORDERINGS)}))
        self.ready = [0] * len(MEDIA)
        self.staffed = 0
        self.restaffed = False
        self.population = 0
        self.today_ends = 0.0
        self.groups: list[Group] = []
        self._by_profile: dict[str, Group] = {}
        self._home: dict[str, Group] = {}
        for profile in profiles.values():
            self._add(profile)

    def group_of(self, agent_id: str) -> Group:
        """The group in which this agent works."""
        return self._home[agent_id]

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
        home = self._home.get(agent.id)
        if home is not None and home.profile.id == agent.profile:
            home.refresh(agent)
            return
        if home is not None:
            home.remove(agent.id)
        group = self._by_profile.get(agent.profile)
        if group is None:
            group = self._add(_unknown(agent.profile))
        self._home[agent.id] = group
        group.refresh(agent)

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
