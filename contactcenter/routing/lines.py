"""The waiting contacts, indexed by what they ask; and which groups of agents serve which line.

Sets of lines, like sets of groups, are bits of an integer: the lines with somebody in them that a freed
agent serves are one `&` away, however many lines there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contactcenter.domain.history import GROUPS
from contactcenter.domain.words import AgentChoice, MediaClass, Refusal
from contactcenter.queues.line import WaitingLine
from contactcenter.routing.eligibility import MEDIA, profile_refusal
from contactcenter.routing.pool import INDEX, ORDERINGS, Ordering
from contactcenter.routing.relaxation import asked, fits, proficiency, steps_held

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from contactcenter.domain.configuration import QueueSettings
    from contactcenter.domain.needs import Clause
    from contactcenter.routing.pool import AgentPool, Group, Standing
    from contactcenter.routing.state import Contact

_MOST_LINES = 2048
"""Lines kept before the empty ones are forgotten."""


class LineKey(NamedTuple):
    """What contacts of one line have in common."""

    queue: str
    channel: str
    media: MediaClass
    clauses: tuple[Clause, ...]
    relaxed: int
    hazard: bool


class Served(NamedTuple):
    """Who serves a line at one level of relaxation.

    `tiers` are the same groups as `groups`, the better first, as far as the profile alone tells.
    """

    groups: int
    tiers: tuple[int, ...]
    proficiency: dict[int, int]
    refused: list[tuple[Group, Refusal]]


class Line(WaitingLine):
    """A waiting line with the groups that serve it, and why the others do not.

    `level` is how many relaxation steps hold: those its contacts have earned, and, while nobody on shift
    could serve it, as many more as it takes. `wanted` is for `Demand` to use.
    """

    __slots__ = (
        "_never_counts", "_never_known", "_pool", "_steps", "bit", "channel", "choice", "groups", "key", "level",
        "media", "ordering", "served", "served_at", "target", "wanted", "wanted_at",
    )  # fmt: skip

    def __init__(self, key: LineKey, queue: QueueSettings, pool: AgentPool, position: int) -> None:
        super().__init__()
        self.key = key
        self.channel = key.channel
        self.media = INDEX[key.media]
        self.choice = queue.choice
        self.ordering = ORDERINGS.get(queue.choice, Ordering.IDLE)
        self.target = queue.service_level.seconds
        self.bit = 1 << position
        self.wanted = self.wanted_at = 0.0
        self._pool = pool
        self._steps = queue.relaxation
        self._never_known: tuple[int, int, int] | None = None
        self._never_counts: dict[Refusal, int] = {}
        self.served_at: dict[int, Served] = {}
        self.level = key.relaxed
        self.served = self._served(key.relaxed)
        self.groups = self.served.groups
        self.restaff()

    def restaff(self) -> bool:
        """Look again who is on shift; whether other groups serve the line now."""
        before, self.level = self.groups, steps_held(self.key.relaxed, len(self._steps), self._staffed)
        self.served = self._served(self.level)
        self.groups = self.served.groups
        return self.groups != before

    def _staffed(self, level: int) -> bool:
        return bool(self._served(level).groups & self._pool.staffed)

    def _served(self, level: int) -> Served:
        if level not in self.served_at:
            self.served_at[level] = self._look(level)
        return self.served_at[level]

    def _look(self, level: int) -> Served:
        what = asked(self.key.clauses, self._steps, level)
        groups, refused = 0, []
        ranks: dict[tuple[int, int], int] = {}
        known: dict[int, int] = {}
        for group in self._pool.groups:
            profile = group.profile
            refusal = profile_refusal(profile, self.channel, MEDIA[self.media], what)
            if refusal is not None:
                refused.append((group, refusal))
                continue
            groups |= group.bit
            known[group.bit] = good = proficiency((*what.required, *what.wished), profile.skills)
            missed = sum(1 for clause in what.wished if not fits(clause, profile.skills))
            rank = (missed, _SIGN.get(self.choice, 0) * good)
            ranks[rank] = ranks.get(rank, 0) | group.bit
        return Served(groups, tuple(ranks[rank] for rank in sorted(ranks)), known, refused)

    def refusals(self) -> dict[str, int]:
        """People who cannot take a contact of this line now, by reason, over at most `GROUPS` groups."""
        counts: dict[str, int] = {}
        groups, left, media, members = self.groups, GROUPS, self.media, self._pool.groups
        while groups and left:
            low = groups & -groups
            groups ^= low
            left -= 1
            group = members[low.bit_length() - 1]
            for known in (group.away, group.refused[media]):
                if known:
                    for refusal, count in known.items():
                        counts[refusal] = counts.get(refusal, 0) + count
        if left:
            for refusal, count in self._never(left).items():
                counts[refusal] = counts.get(refusal, 0) + count
        return counts

    def _never(self, most: int) -> dict[Refusal, int]:
        """People of `most` groups at most that cannot serve the line at all, by reason."""
        known = (self._pool.population, self.level, most)
        if self._never_known != known:
            self._never_known = known
            counts: dict[Refusal, int] = {}
            for group, refusal in self.served.refused[:most]:
                if len(group):
                    counts[refusal] = counts.get(refusal, 0) + len(group)
            self._never_counts = counts
        return self._never_counts


_SIGN = {AgentChoice.MOST_PROFICIENT: -1, AgentChoice.LEAST_PROFICIENT: 1}


class ReservedLine(WaitingLine):
    """Contacts that wait for one agent only, of one media class and one target."""

    __slots__ = ("hazard", "media", "target")

    def __init__(self, media: MediaClass, target: float, *, hazard: bool) -> None:
        super().__init__()
        self.media = INDEX[media]
        self.target = target
        self.hazard = hazard


_NOBODY: dict[tuple[MediaClass, float, bool], ReservedLine] = {}


class WaitingRoom:
    """All who wait: in lines by what they ask, for one agent by name, or for their queue to open."""

    def __init__(self, queues: dict[str, QueueSettings], pool: AgentPool, *, urgency: bool = False) -> None:
        self._queues = queues
        self._pool = pool
        self._urgency = urgency
        self._lines: dict[LineKey, Line] = {}
        self._by_bit: list[Line] = []
        self._most = _MOST_LINES
        self._active = [0] * len(MEDIA)
        self._hazards = 0
        self._serves: dict[int, int] = {}
        self._standing: dict[str, WaitingLine] = {}
        self._reserved: dict[str, dict[tuple[MediaClass, float, bool], ReservedLine]] = {}
        self._kept: dict[str, WaitingLine] = {}
        self._on_hold: dict[str, int] = {}

    # Lines

    def line_for(self, contact: Contact) -> Line:
        """The line of what the contact asks, whether it stands in it or not."""
        key = LineKey(contact.queue, contact.channel, contact.media, contact.clauses, contact.relaxed, contact.hazard)
        line = self._lines.get(key)
        return self._add(key) if line is None else line

    def lines(self) -> Iterable[Line]:
        """All lines, empty ones too."""
        return self._by_bit

    def knows(self, line: Line) -> bool:
        """Whether the line has not been forgotten."""
        return self._lines.get(line.key) is line

    def known(self, queue: str, channel: str) -> Line | None:
        """The longest of the lines of this queue and channel that there have been; None: there has been none."""
        lines = [line for line in self._by_bit if line.key.queue == queue and line.channel == channel]
        return max(lines, key=len, default=None)

    def rivals(self, line: Line, medias: Iterable[MediaClass]) -> Iterator[Line]:
        """Other lines of these media classes in which people wait for somebody who serves `line` too."""
        lines = 0
        for media in medias:
            lines |= self._active[INDEX[media]]
        lines &= ~line.bit
        while lines:
            low = lines & -lines
            lines ^= low
            other = self._by_bit[low.bit_length() - 1]
            if other.groups & line.groups:
                yield other

    def _add(self, key: LineKey) -> Line:
        if len(self._by_bit) >= self._most:
            self._forget_empty()
        line = self._lines[key] = Line(key, self._queues[key.queue], self._pool, len(self._by_bit))
        self._by_bit.append(line)
        self._note_hazard(line)
        self._serve(line, line.groups)
        return line

    def _serve(self, line: Line, groups: int) -> None:
        """Note the line with each of these groups, or take it off where it was noted."""
        for group in self._pool.members(groups):
            self._serves[group.bit] = self._serves.get(group.bit, 0) ^ line.bit

    def _note_hazard(self, line: Line) -> None:
        if line.key.hazard:
            self._hazards |= line.bit

    def _forget_empty(self) -> None:
        kept = [line for line in self._by_bit if len(line)]
        self._lines, self._by_bit, self._serves, self._active, self._hazards = {}, [], {}, [0] * len(MEDIA), 0
        for position, line in enumerate(kept):
            line.bit = 1 << position
            self._lines[line.key] = line
            self._by_bit.append(line)
            self._note_hazard(line)
            self._active[line.media] |= line.bit
            self._serve(line, line.groups)
        self._most = max(_MOST_LINES, 2 * len(kept))

    def restaff(self) -> list[Line]:
        """Somebody came or went: lines in which people wait and that have other groups now."""
        changed = []
        for line in self._by_bit:
            before = line.groups
            if line.restaff():
                self._serve(line, before ^ line.groups)
                if len(line):
                    changed.append(line)
        return changed

    # Standing in line

    def join(self, contact: Contact) -> None:
        """Stand in line: at the contact's own place, however often it comes back."""
        line: WaitingLine
        if contact.kept:
            line = self._kept.setdefault(contact.queue, WaitingLine())
        elif contact.reserved_for is not None:
            line = self._reserved_line(contact, contact.reserved_for)
        else:
            line = own = self.line_for(contact)
            self._active[own.media] |= own.bit
        line.join(contact.id, contact.rank)
        self._standing[contact.id] = line
        self._count(contact, 1)

    def leave(self, contact: Contact) -> None:
        """Leave the line."""
        line = self._standing.pop(contact.id)
        line.leave(contact.id)
        if not len(line):
            if isinstance(line, Line):
                self._active[line.media] &= ~line.bit
            elif isinstance(line, ReservedLine):
                self._drop_reserved(contact.reserved_for or "", line)
        self._count(contact, -1)

    def __contains__(self, contact: Contact) -> bool:
        return contact.id in self._standing

    def __len__(self) -> int:
        return len(self._standing)

    def standing(self, contact: Contact) -> WaitingLine:
        """The line in which a waiting contact stands."""
        return self._standing[contact.id]

    def on_hold(self, queue: str | None = None) -> int:
        """Calls and chats that wait, in one queue or in all."""
        return sum(self._on_hold.values()) if queue is None else self._on_hold.get(queue, 0)

    def kept(self, queue: str) -> str | None:
        """The first of those who wait for this queue to open."""
        line = self._kept.get(queue)
        head = line.head() if line else None
        return head[1] if head else None

    def reserved_for(self, agent_id: str) -> list[str]:
        """Contacts that wait for this agent alone."""
        return [contact for line in self._reserved.get(agent_id, {}).values() for contact in line]

    def _count(self, contact: Contact, more: int) -> None:
        if contact.media is not MediaClass.ASYNC and not contact.kept:
            self._on_hold[contact.queue] = self._on_hold.get(contact.queue, 0) + more

    def _reserved_line(self, contact: Contact, agent_id: str) -> ReservedLine:
        key = (contact.media, self._queues[contact.queue].service_level.seconds, contact.hazard)
        lines = self._reserved.setdefault(agent_id, {})
        line = lines.get(key)
        if line is None:
            line = lines[key] = ReservedLine(key[0], key[1], hazard=key[2])
        return line

    def _drop_reserved(self, agent_id: str, line: ReservedLine) -> None:
        lines = self._reserved[agent_id]
        for key in [key for key, one in lines.items() if one is line]:
            del lines[key]
        if not lines:
            del self._reserved[agent_id]

    # Whose turn it is

    def best_for(
        self, agent_id: str, standing: Standing, skipped: Container[str], now: float, only: MediaClass | None = None
    ) -> str | None:
        """The contact whose turn it is for an agent, over all lines they serve, but none of the `skipped`."""
        able = standing.able if only is None else [media for media in standing.able if MEDIA[media] is only]
        lines = 0
        for media in able:
            lines |= self._active[media]
        lines &= self._serves.get(standing.group.bit, 0)
        if not lines and (not able or agent_id not in self._reserved):
            return None
        reserved = [line for line in self._reserved.get(agent_id, _NOBODY).values() if line.media in able]
        best = self._first(lines & self._hazards, [line for line in reserved if line.hazard], skipped, now)
        if best is None:
            best = self._first(lines & ~self._hazards, [line for line in reserved if not line.hazard], skipped, now)
        return best

    def _first(self, lines: int, reserved: list[ReservedLine], skipped: Container[str], now: float) -> str | None:
        """Who comes first of all heads of these lines. Written out, because a decision may look at a hundred lines."""
        best: tuple[float, str] | None = None
        by_bit, urgency = self._by_bit, self._urgency
        while lines:
            low = lines & -lines
            lines ^= low
            line = by_bit[low.bit_length() - 1]
            head: tuple[float, str] | None = line.first_known or line.top()
            if head is not None and head[1] in skipped:
                head = line.first(skipped)
            if head is None:
                continue
            if urgency:
                head = ((head[0] - now) / line.target, head[1])
            if best is None or head < best:
                best = head
        for one in reserved:  # Who is asked for by name has not declined it.
            head = one.top()
            if urgency:
                head = ((head[0] - now) / one.target, head[1])
            if best is None or head < best:
                best = head
        return None if best is None else best[1]
