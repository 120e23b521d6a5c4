"""Why a contact still waits: who could take it, why each is passed over, what comes next.

A pure function of what SQL holds at one moment; nothing here decides. Whether somebody may take
something is asked of `eligibility` and `relaxation`, as the engine does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import TYPE_CHECKING

from contactcenter.domain.words import AgentStatus, ContactState, Refusal
from contactcenter.queues.hours import OpeningHours
from contactcenter.routing.eligibility import agent_refusal, media_refusal, profile_refusal
from contactcenter.routing.lines import LineKey
from contactcenter.routing.staffing import Coverage, Staffing, on_shift, profile_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from contactcenter.domain.configuration import Configuration, RelaxationStep, SkillProfile
    from contactcenter.routing.relaxation import Asked
    from contactcenter.routing.state import Agent, Contact

PEOPLE = 50
"""People that an explanation names; the others it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCount:
    """Contacts that wait in one line for whoever can take them.

    `first` is the lowest rank (UTC seconds less head start), `oldest` the earliest place (UTC seconds).
    `earlier` counts those that go before the contact somebody asks about, hazards aside.
    """

    key: LineKey
    count: int
    first: float
    oldest: float
    earlier: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person, and why they are not offered the contact now; None: they could be.

    `until` (UTC seconds) is when the refusal ends by itself, if it does. `reason` is the one they gave
    for not being ready.
    """

    agent_id: str
    name: str
    refusal: Refusal | None
    until: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """The people of one profile. `refusal` is the profile's own: nobody who has it can take the contact.

    `signed_in` are on shift, `ready` have no refusal, `refused` counts the others by theirs. `ahead` counts
    the contacts that would be offered to them first. `people` are some of them, the ready first.
    """

    profile: str
    refusal: Refusal | None
    members: int
    signed_in: int
    ready: int
    refused: Mapping[Refusal, int]
    ahead: int
    people: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A relaxation step: `at` (UTC seconds) is its time, None until the queue opens.

    `holds`: it is taken; `absence`: before its time, because nobody on shift could take the contact.
    `able` people on shift could take it after this step.
    """

    step: RelaxationStep
    at: float | None
    holds: bool
    absence: bool
    able: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why a contact waits, as of `at`. Times in UTC seconds.

    `level` relaxation steps hold, `asked` is what is left to ask. `position` from 1 among the `in_line` of
    its line; None when it waits for one person or for its queue to open. `able` people on shift could take
    it when they are free; `ever`: somebody could, now or after a later step. `opens_at` is when its queue
    opens, if it is kept for that; `day` what is particular about today in the queue's calendar.
    """

    at: float
    asked: Asked
    level: int
    position: int | None
    in_line: int
    steps: tuple[StepView, ...]
    groups: tuple[GroupView, ...]
    able: int
    ever: bool
    opens_at: float | None = None
    day: str | None = None

    @property
    def next_step(self) -> StepView | None:
        """The step that comes next, if one does."""
        return next((step for step in self.steps if not step.holds), None)


def explain(
    configuration: Configuration,
    contact: Contact,
    agents: Collection[Agent],
    lines: Sequence[LineCount],
    at: float,
    *,
    most: int = PEOPLE,
) -> Waiting:
    """Why `contact`, which waits, is with nobody at `at` (UTC seconds).

    `lines` are all lines somebody waits in, with `earlier` counted for this contact. At most `most` people
    are named, those of groups that could take it first.
    """
    key, staffing = line_of(contact), Staffing(configuration, on_shift(configuration, agents))
    steps, level = staffing.steps(key.queue), staffing.level(key)
    able = [staffing.able(key, count) for count in range(len(steps) + 1)]
    own = next((line for line in lines if line.key == key), None)
    in_line = contact.reserved_for is None and not contact.kept
    opens_at, day = _opening(configuration, key.queue, at) if contact.kept else (None, None)
    begins = opens_at if contact.kept else contact.queued_at
    return Waiting(
        at=at,
        asked=staffing.asked(key, level),
        level=level,
        position=1 + (own.earlier if own else 0) if in_line else None,
        in_line=own.count if own else 0,
        steps=tuple(
            StepView(
                step=step,
                at=None if begins is None else begins + step.after_seconds,
                holds=number <= level,
                absence=contact.relaxed < number <= level,
                able=able[number],
            )
            for number, step in enumerate(steps, start=1)
        ),
        groups=_Groups(staffing, contact, lines).views(agents, most),
        able=able[level],
        ever=any(able[level:]),
        opens_at=opens_at,
        day=day,
    )


def waits(contact: Contact) -> bool:
    """Whether there is something to explain: nobody has the contact or is asked to take it."""
    return contact.state is ContactState.WAITING


def _refusal(contact: Contact, agent: Agent, profile: SkillProfile, needed: Asked) -> Refusal | None:
    if contact.reserved_for == agent.id:  # Whoever asked for them knows why: skills are not looked at.
        refusal = media_refusal(profile, contact.channel, contact.media)
    else:
        refusal = profile_refusal(profile, contact.channel, contact.media, needed)
        if refusal is None and contact.reserved_for is not None:
            refusal = Refusal.RESERVED_FOR_ANOTHER
        if refusal is None and agent.id in contact.passed_over:
            refusal = Refusal.DECLINED_THIS_CONTACT
    return refusal or agent_refusal(agent, profile, contact.media)


# --- the line


def line_of(contact: Contact) -> LineKey:
    """The line in which a contact stands, or would."""
    return LineKey(contact.queue, contact.channel, contact.media, contact.clauses, contact.relaxed, contact.hazard)


def _opening(configuration: Configuration, queue: str, at: float) -> tuple[float | None, str | None]:
    """When a queue opens, or `at` if it is open; and what is particular about the day."""
    settings = configuration.queues.get(queue)
    calendar = configuration.calendars.get(settings.hours or "") if settings else None
    if calendar is None:
        return at, None
    hours = OpeningHours(calendar)
    return at if hours.is_open(at) else hours.next_opening(at), hours.holiday_name(at)


# --- the groups


class _Groups:
    """What all groups of one explanation share."""

    def __init__(self, staffing: Staffing, contact: Contact, lines: Sequence[LineCount]) -> None:
        self.configuration = staffing.configuration
        self.contact = contact
        self.needed = staffing.asked_now(line_of(contact))
        before = [(line.key, _before(contact, line)) for line in lines]
        self.lines = [(key, count, staffing.asked_now(key)) for key, count in before if count]

    def views(self, agents: Collection[Agent], most: int) -> tuple[GroupView, ...]:
        """One of each profile that somebody has; those that could take the contact first, the larger first."""
        members: dict[str, list[Agent]] = {}
        for agent in agents:
            members.setdefault(agent.profile, []).append(agent)
        profiles = [profile_of(self.configuration, name) for name in members]
        refusals = {profile.id: self._profile_refusal(profile, members[profile.id]) for profile in profiles}
        ahead = self._ahead([profile for profile in profiles if refusals[profile.id] is None])
        found = [self._view(profile, refusals[profile.id], members[profile.id], ahead) for profile in profiles]
        found.sort(key=lambda view: (view.refusal is not None, -view.signed_in, view.profile))
        return tuple(_named(found, most))

    def _profile_refusal(self, profile: SkillProfile, members: Sequence[Agent]) -> Refusal | None:
        contact = self.contact
        if any(agent.id == contact.reserved_for for agent in members):
            return media_refusal(profile, contact.channel, contact.media)
        return profile_refusal(profile, contact.channel, contact.media, self.needed)

    def _view(
        self,
        profile: SkillProfile,
        refusal: Refusal | None,
        members: Sequence[Agent],
        ahead: Mapping[str, int],
    ) -> GroupView:
        candidates = [self._candidate(agent, profile) for agent in members]
        refused = Counter(one.refusal for one in candidates if one.refusal is not None)
        return GroupView(
            profile=profile.id,
            refusal=refusal,
            members=len(members),
            signed_in=sum(1 for agent in members if agent.status is not AgentStatus.LOGGED_OUT),
            ready=sum(1 for one in candidates if one.refusal is None),
            refused=dict(refused.most_common()),
            ahead=ahead.get(profile.id, 0),
            people=tuple(candidates),
        )

    def _candidate(self, agent: Agent, profile: SkillProfile) -> Candidate:
        contact = self.contact
        refusal = _refusal(contact, agent, profile, self.needed)
        until = None
        if refusal is Refusal.DECLINED_THIS_CONTACT:
            until = contact.passed_over[agent.id]
        elif refusal is Refusal.RESERVED_FOR_ANOTHER:
            until = contact.reserved_until
        reason = agent.reason if refusal is Refusal.NOT_READY else None
        return Candidate(agent_id=agent.id, name=agent.name, refusal=refusal, until=until, reason=reason)

    def _ahead(self, profiles: Sequence[SkillProfile]) -> dict[str, int]:
        """By profile how many contacts its people would be offered first."""
        coverage = Coverage(profiles)
        counts: Counter[int] = Counter()
        for key, count, needed in self.lines:
            counts[coverage.serving(key.channel, key.media, needed)] += count
        return {
            profile.id: sum(count for serving, count in counts.items() if serving >> position & 1)
            for position, profile in enumerate(profiles)
        }


def _named(groups: Iterable[GroupView], most: int) -> Iterator[GroupView]:
    """The groups with only so many people named in all."""
    for group in groups:
        limit = most if group.refusal is None else min(most, _OF_THE_UNABLE)
        people = tuple(nsmallest(limit, group.people, key=_prominence))
        most -= len(people)
        yield replace(group, people=people)


_OF_THE_UNABLE = 5
"""People named of a group that cannot take the contact: they are examples."""
_ORDER = {refusal: position for position, refusal in enumerate(reversed(Refusal), start=1)}


def _prominence(candidate: Candidate) -> tuple[int, str]:
    """The ready, then those whom least keeps from it, then by name."""
    return (0 if candidate.refusal is None else _ORDER[candidate.refusal], candidate.name)


def goes_before(configuration: Configuration, contact: Contact, at: float) -> dict[str, float]:
    """For each queue the rank under which its contacts go before this one at `at`, hazards aside."""
    own = target_of(configuration, contact.queue)
    if not configuration.settings.urgency:
        return dict.fromkeys(configuration.queues, contact.rank)
    return {
        queue: contact.rank if target == own else at + (contact.rank - at) * target / own
        for queue, target in ((queue, target_of(configuration, queue)) for queue in configuration.queues)
    }


def target_of(configuration: Configuration, queue: str) -> float:
    """Seconds of a queue's service level: what waiting is measured by where urgency counts."""
    settings = configuration.queues.get(queue)
    return settings.service_level.seconds if settings else 1.0


def _before(contact: Contact, line: LineCount) -> int:
    if line.key.hazard is contact.hazard:
        return line.earlier
    return line.count if line.key.hazard else 0
