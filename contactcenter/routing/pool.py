"""The agents, indexed by profile: a decision looks at groups, never at every person."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from contactcenter.domain.configuration import SkillProfile
from contactcenter.domain.words import MediaClass, Refusal
from contactcenter.routing.eligibility import MEDIA, agent_refusals

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from contactcenter.routing.state import Agent

_SLACK = 16


class Claim(NamedTuple):
    """An agent's turn: least loaded first, then longest idle, then by id so that ties are settled."""

    load: int
    idle_since: float
    agent_id: str
    ticket: int


class Group:
    """Agents of one profile.

    `refused` counts them by media class and reason; `ready` is how many could take one now.
    """

    __slots__ = ("_heaps", "_tickets", "members", "profile", "ready", "refused")

    def __init__(self, profile: SkillProfile) -> None:
        self.profile = profile
        self.members: dict[str, dict[MediaClass, Refusal | None]] = {}
        self.ready: dict[MediaClass, int] = dict.fromkeys(MEDIA, 0)
        self.refused: dict[MediaClass, dict[Refusal, int]] = {media: {} for media in MEDIA}
        self._heaps: dict[MediaClass, list[Claim]] = {media: [] for media in MEDIA}
        self._tickets: dict[str, int] = {}

    def refresh(self, agent: Agent) -> None:
        """Take note of what this agent can do now."""
        if agent.id in self.members:
            self._forget(agent.id)
        ticket = self._tickets[agent.id] = self._tickets.get(agent.id, 0) + 1
        claim = Claim(len(agent.holds), agent.idle_since, agent.id, ticket)
        refusals = self.members[agent.id] = agent_refusals(agent, self.profile)
        for media, refusal in refusals.items():
            if refusal is None:
                self.ready[media] += 1
                heappush(self._heaps[media], claim)
            else:
                counts = self.refused[media]
                counts[refusal] = counts.get(refusal, 0) + 1
        self._compact()

    def remove(self, agent_id: str) -> None:
        """The agent has another profile now."""
        self._forget(agent_id)
        self._tickets[agent_id] += 1

    def best(self, media: MediaClass, barred: Container[str] = ()) -> Claim | None:
        """Whose turn it is among the ready that are not `barred`."""
        heap = self._heaps[media]
        claim = self._head(media)
        if claim is None or claim.agent_id not in barred:
            return claim
        aside = []
        while claim is not None and claim.agent_id in barred:
            aside.append(heappop(heap))
            claim = self._head(media)
        for skipped in aside:
            heappush(heap, skipped)
        return claim

    def _head(self, media: MediaClass) -> Claim | None:
        heap = self._heaps[media]
        while heap:
            if self._valid(heap[0], media):
                return heap[0]
            heappop(heap)
        return None

    def _valid(self, claim: Claim, media: MediaClass) -> bool:
        if self._tickets[claim.agent_id] != claim.ticket:
            return False
        return self.members[claim.agent_id][media] is None

    def _forget(self, agent_id: str) -> None:
        for media, refusal in self.members.pop(agent_id).items():
            if refusal is None:
                self.ready[media] -= 1
            else:
                counts = self.refused[media]
                counts[refusal] -= 1
                if not counts[refusal]:
                    del counts[refusal]

    def _compact(self) -> None:
        limit = 2 * len(self.members) + _SLACK
        for heap in self._heaps.values():
            if len(heap) > limit:
                heap[:] = [claim for claim in heap if self._tickets[claim.agent_id] == claim.ticket]
                heapify(heap)


class AgentPool:
    """All agents by profile."""

    def __init__(self, profiles: Mapping[str, SkillProfile]) -> None:
        self.groups: dict[str, Group] = {name: Group(profile) for name, profile in profiles.items()}
        self._home: dict[str, Group] = {}

    def group_of(self, agent_id: str) -> Group:
        """The group in which this agent works."""
        return self._home[agent_id]

    def refresh(self, agent: Agent) -> None:
        """Take note of a changed, new or re-profiled agent."""
        group = self.groups.get(agent.profile)
        if group is None:
            group = self.groups[agent.profile] = Group(_unknown(agent.profile))
        home = self._home.get(agent.id)
        if home is not group:
            if home is not None:
                home.remove(agent.id)
            self._home[agent.id] = group
        group.refresh(agent)


def _unknown(profile_id: str) -> SkillProfile:
    """What an agent can do whose profile was deleted: nothing, until a supervisor gives another."""
    return SkillProfile(profile_id, profile_id, (), {}, {})
