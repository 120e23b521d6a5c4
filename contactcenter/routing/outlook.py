"""What a waiting contact can expect: the estimates of `queues`, fed with what the floor sees.

Nothing here takes part in a decision; it only watches, and answers when it is asked.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from contactcenter.domain.words import ContactState, MediaClass, Refusal
from contactcenter.queues.experience import Sight
from contactcenter.routing.eligibility import MEDIA
from contactcenter.routing.lines import Line

if TYPE_CHECKING:
    from contactcenter.queues.calibration import Estimate
    from contactcenter.queues.estimates import Estimates
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact

_FRESH_SECONDS: Final = 2.0
"""How old a count of people may be."""
_FEW_LINES: Final = 8
"""Lines beside one's own that are looked at each time."""
_MANY_LINES: Final = 32
"""With more of them they are looked at less often."""
_AWAY: Final = (Refusal.LOGGED_OUT, Refusal.NOT_READY, Refusal.DISCONNECTED, Refusal.FINISHING)
_IN_THE_WAY: Final = {
    MediaClass.VOICE: (MediaClass.VOICE, MediaClass.LIVE),
    MediaClass.LIVE: (MediaClass.LIVE, MediaClass.VOICE),
    MediaClass.ASYNC: (MediaClass.ASYNC, MediaClass.VOICE),
}
"""Whose work keeps people from work of this media class; mails and messages can be put aside for a call."""


class _Ends(NamedTuple):
    """Places in other lines before the ranks `first` and `last`; to be used until `until` (UTC seconds)."""

    until: float
    first: float
    at_first: float
    last: float
    at_last: float


class Outlook:
    """Looks at the lines on behalf of `estimates`. It belongs to one floor."""

    def __init__(self, estimates: Estimates) -> None:
        self.estimates = estimates
        self._people: dict[tuple[int, int | None], int] = {}
        self._fresh_until = 0.0
        self._ends: dict[Line, _Ends] = {}

    def forget_people(self) -> None:
        """Groups mean something else from now on."""
        self._people.clear()
        self._ends.clear()

    # Watching

    def entered(self, floor: Floor, contact: Contact) -> None:
        """A contact came, or came back to its place, and somebody was free for it or not."""
        estimates = self.estimates
        if not estimates.listens:
            return
        if contact.state is ContactState.OFFERED:
            estimates.offered_at_once(contact.id, contact.queue, contact.media, floor.now)
            return
        if contact.kept or estimates.has_promised(contact.id):
            return
        line = floor.room.standing(contact)
        if isinstance(line, Line):
            sight = self._sight(floor, line, contact.rank, own=True)
            estimates.waits(contact.id, contact.queue, contact.media, line.key, sight, floor.now)

    def answered(self, contact: Contact, now: float) -> dict[str, float | None]:
        """What an accepted contact was told of its wait, for its history; empty when it was not seen to come."""
        if not self.estimates.listens:
            return {}
        told = self.estimates.answered(contact.id, contact.queue, contact.media, now)
        if told is None:
            return {}
        p50, p80 = told.estimate or (None, None)
        return {"answered_in": round(told.waited, 1), "estimate_p50": p50, "estimate_p80": p80}

    # Telling

    def of(self, floor: Floor, contact: Contact) -> Estimate | None:
        """How long a waiting contact still has to wait; None when that cannot be known.

        Nothing is said of one that waits for an opening or for one person alone.
        """
        if contact.state is ContactState.OFFERED:
            return self.estimates.at_once(contact.media)
        if contact.state is not ContactState.WAITING:
            return None
        line = floor.room.standing(contact)
        if not isinstance(line, Line):
            return None
        sight = self._sight(floor, line, contact.rank, own=True)
        fresh = self.estimates.estimate(contact.queue, contact.media, line.key, sight)
        return self.estimates.remaining(contact.id, fresh, floor.now)

    def newcomer(self, floor: Floor, line: Line, priority: float = 0.0) -> Estimate | None:
        """What somebody would be told who came now; `priority` is seconds of head start."""
        key = line.key
        if line.groups & floor.pool.ready[line.media] and not len(line):
            return self.estimates.at_once(key.media)
        sight = self._sight(floor, line, floor.now - priority, own=False)
        return self.estimates.estimate(key.queue, key.media, key, sight)

    def queues(self, floor: Floor) -> dict[str, Estimate | None]:
        """What a newcomer would be told, by queue: of the lines there have been, the longest speaks for it."""
        longest: dict[str, Line] = {}
        for line in floor.room.lines():
            known = longest.get(line.key.queue)
            if known is None or len(line) > len(known):
                longest[line.key.queue] = line
        return {queue: self.newcomer(floor, line) for queue, line in longest.items()}

    def waiting(self, floor: Floor, most: int) -> dict[str, Estimate]:
        """What those are told who wait now, at most so many: calls and chats before what can be put aside."""
        lines = sorted((line for line in floor.room.lines() if len(line)), key=_patience)
        contacts = (floor.contacts[contact_id] for line in lines for contact_id in line)
        return {contact.id: told for contact in islice(contacts, most) if (told := self.of(floor, contact)) is not None}

    # Looking

    def _sight(self, floor: Floor, line: Line, rank: float, *, own: bool) -> Sight:
        """Who is before `rank` in the line, and in all lines that its people serve too."""
        slots = self._count(floor, line.groups, line.media)
        ahead = line.ahead_of(rank, own=own)
        if not slots:
            return Sight(ahead, 0, ahead)
        return Sight(ahead + self._beside(floor, line, rank), slots, ahead)

    def _beside(self, floor: Floor, line: Line, rank: float) -> float:
        """Who is before `rank` in other lines, by the share of their people that serve this line too.

        Where there are many lines, it is worked out for the ends of the line, now and then.
        """
        known = self._ends.get(line)
        if known is None or not known.until > floor.now:
            rivals = list(floor.room.rivals(line, _IN_THE_WAY[MEDIA[line.media]]))
            if len(rivals) <= _FEW_LINES:
                return self._before_all(floor, line, rivals, rank)
            known = self._look_beside(floor, line, rivals, rank)
        if known.last <= known.first:
            return known.at_last
        share = min(1.0, max(0.0, (rank - known.first) / (known.last - known.first)))
        return known.at_first + share * (known.at_last - known.at_first)

    def _look_beside(self, floor: Floor, line: Line, rivals: list[Line], rank: float) -> _Ends:
        first, last = line.span() or (rank, rank)
        first, last = min(first, rank), max(last, rank)
        self._ends = {one: ends for one, ends in self._ends.items() if ends.until > floor.now}
        known = self._ends[line] = _Ends(
            floor.now + _FRESH_SECONDS * max(1.0, len(rivals) / _MANY_LINES),
            first,
            self._before_all(floor, line, rivals, first),
            last,
            self._before_all(floor, line, rivals, last),
        )
        return known

    def _before_all(self, floor: Floor, line: Line, rivals: list[Line], rank: float) -> float:
        places = 0.0
        for other in rivals:
            before = self._before(floor, line, other, rank)
            if before:
                common = self._count(floor, line.groups & other.groups, None)
                places += before * common / max(1, self._count(floor, other.groups, None))
        return places

    @staticmethod
    def _before(floor: Floor, line: Line, other: Line, rank: float) -> float:
        if other.key.hazard is not line.key.hazard:
            return float(len(other)) if other.key.hazard else 0.0
        if floor.configuration.settings.urgency:
            rank = floor.now + (rank - floor.now) * other.target / line.target
        return other.ahead_of(rank, own=False)

    def _count(self, floor: Floor, groups: int, media: int | None) -> int:
        """People of these groups who are there; or how many contacts of a media class they can hold together."""
        if floor.now >= self._fresh_until or self._fresh_until > floor.now + _FRESH_SECONDS:
            self._people.clear()
            self._fresh_until = floor.now + _FRESH_SECONDS
        known = self._people.get((groups, media))
        if known is None:
            known = self._people[groups, media] = sum(
                (len(group) - sum(map(group.away.get, _AWAY, _NONE)))
                * (1 if media is None else group.profile.capacity.get(MEDIA[media], 0))
                for group in floor.pool.members(groups)
            )
        return known


def _patience(line: Line) -> bool:
    return line.key.media is MediaClass.ASYNC


_NONE: Final = (0,) * len(_AWAY)
