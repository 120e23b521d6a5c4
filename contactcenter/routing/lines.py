"""The waiting contacts, indexed by what they ask; and which groups of agents could ever serve which line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.history import GROUPS
from contactcenter.domain.words import MediaClass, Refusal
from contactcenter.queues.line import WaitingLine
from contactcenter.routing.eligibility import Requirement, profile_refusal, requirement_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from contactcenter.routing.pool import Group
    from contactcenter.routing.state import Agent, Contact


class Line(WaitingLine):
    """A waiting line with the groups that could serve it, and why the others never can."""

    __slots__ = ("_never", "groups", "media", "requirement")

    def __init__(self, requirement: Requirement) -> None:
        super().__init__()
        self.requirement = requirement
        self.media = requirement.media
        self.groups: list[Group] = []
        self._never: list[tuple[Group, Refusal]] = []

    def admit(self, group: Group) -> bool:
        """Whether people of this group could ever serve the line; takes note of it."""
        refusal = profile_refusal(group.profile, self.requirement)
        if refusal is None:
            self.groups.append(group)
            return True
        self._never.append((group, refusal))
        return False

    def refusals(self) -> dict[str, int]:
        """People who cannot take a contact of this line now, by reason, over at most `GROUPS` groups."""
        counts: dict[str, int] = {}
        for group in self.groups[:GROUPS]:
            for refusal, count in group.refused[self.media].items():
                counts[refusal] = counts.get(refusal, 0) + count
        for group, refusal in self._never[: GROUPS - len(self.groups[:GROUPS])]:
            if group.members:
                counts[refusal] = counts.get(refusal, 0) + len(group.members)
        return counts


class WaitingRoom:
    """All waiting lines: one for each distinct requirement, and one for each agent asked for by name."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups = list(groups)
        self._lines: dict[Requirement, Line] = {}
        self._served: dict[Group, list[Line]] = {group: [] for group in self._groups}
        self._reserved: dict[str, dict[MediaClass, WaitingLine]] = {}
        self._on_hold: dict[str, int] = {}

    def add_group(self, group: Group) -> None:
        """Agents with a profile nobody had before."""
        self._groups.append(group)
        self._served[group] = [line for line in self._lines.values() if line.admit(group)]

    def knows(self, group: Group) -> bool:
        """Whether the group has been added."""
        return group in self._served

    def line_for(self, contact: Contact) -> Line:
        """The line of the contact's requirement, whether it stands in it or not."""
        requirement = requirement_of(contact)
        line = self._lines.get(requirement)
        if line is None:
            line = self._lines[requirement] = Line(requirement)
            for group in self._groups:
                if line.admit(group):
                    self._served[group].append(line)
        return line

    def join(self, contact: Contact) -> None:
        """Stand in line: at the contact's own place, however often it comes back."""
        self._place(contact).join(contact.id, contact.rank)
        self._count(contact, 1)

    def leave(self, contact: Contact) -> None:
        """Leave the line."""
        self._place(contact).leave(contact.id)
        self._count(contact, -1)

    def on_hold(self, queue: str | None = None) -> int:
        """Calls and chats that wait, in one queue or in all."""
        return sum(self._on_hold.values()) if queue is None else self._on_hold.get(queue, 0)

    def _count(self, contact: Contact, more: int) -> None:
        if contact.media is not MediaClass.ASYNC:
            self._on_hold[contact.queue] = self._on_hold.get(contact.queue, 0) + more

    def __contains__(self, contact: Contact) -> bool:
        return contact.id in self._place(contact)

    def __len__(self) -> int:
        reserved = sum(len(line) for lines in self._reserved.values() for line in lines.values())
        return reserved + sum(len(line) for line in self._lines.values())

    def reserved_for(self, agent_id: str) -> list[str]:
        """Contacts that wait for this agent alone."""
        return [contact for line in self._reserved.get(agent_id, {}).values() for contact in line]

    def best_for(self, agent: Agent, group: Group, skipped: Container[str]) -> str | None:
        """The contact whose turn it is for an agent, over all lines they serve, but none of the `skipped`."""
        ready = group.members[agent.id]
        best: tuple[float, str] | None = None
        for media, line in self._reserved.get(agent.id, {}).items():
            if ready[media] is None:
                best = _earlier(best, line.first(skipped))
        for line in self._served[group]:
            if len(line) and ready[line.media] is None:
                best = _earlier(best, line.first(skipped))
        return best[1] if best else None

    def _place(self, contact: Contact) -> WaitingLine:
        if contact.reserved_for is None:
            return self.line_for(contact)
        lines = self._reserved.setdefault(contact.reserved_for, {})
        return lines.setdefault(contact.media, WaitingLine())


def _earlier(one: tuple[float, str] | None, other: tuple[float, str] | None) -> tuple[float, str] | None:
    if one is None or (other is not None and other < one):
        return other
    return one
