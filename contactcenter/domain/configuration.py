"""What supervisors decide: skills, profiles, queues, hours and which door leads to which queue.

One immutable `Configuration` is one version of the truth; the router replaces it whole, so that no
decision sees half of a change.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contactcenter.domain.calendars import Calendar, Outside
from contactcenter.domain.hazards import Hazards
from contactcenter.domain.needs import Needs
from contactcenter.domain.words import AgentChoice, MediaClass, PreferredAgent

LEARNING, EXPERT = 1, 5
"""The ends of the proficiency scale."""

Texts = Mapping[str, str]
"""A text by language code (es, pt, en)."""


@dataclass(frozen=True, slots=True)
class SkillProfile:
    """A named set that agents share: channels, capacity per media class, skills with proficiency.

    `exclusive_voice`: a call excludes everything else, and live work excludes a call. `interruptible`:
    a call may come on top of mails and messages; without it they too exclude a call.
    """

    id: str
    name: str
    channels: tuple[str, ...]
    capacity: Mapping[MediaClass, int]
    skills: Mapping[str, int]
    exclusive_voice: bool = True
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Share (0–1) of contacts that must be answered within `seconds`."""

    share: float = 0.8
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a contact turned out to be; chosen in wrap-up."""

    id: str
    name: Texts


@dataclass(frozen=True, slots=True)
class RelaxationStep:
    """What a queue asks less of, `after_seconds` in it; at once when nobody on shift could match before.

    `lower` gives skills a lower minimum. `drop` names skills whose clauses are asked no longer,
    `drop_preferred` every preferred one. Agents of `profiles` may take the contact whatever their skills.
    """

    after_seconds: float
    lower: Mapping[str, int] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    drop_preferred: bool = False
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preference:
    """For `seconds` a contact waits for one agent only, the first of `agents` who is there; never for one away."""

    agents: tuple[PreferredAgent, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """A waiting line: what it asks of an agent and how its contacts are offered. Durations in seconds.

    `skills`, `any_of`, `preferred`: see `Needs`. `hazard`: its contacts go before all others and no limit
    refuses them. `hours` is a calendar's id; `outside` says by channel (`*` any) what happens beyond them.
    `waiting_limit`: calls and chats that find so many of the queue's waiting, and nobody ready, are
    refused. Messages never are: they do not hold a line. `recorded`: what is said in its calls is kept.
    """

    id: str
    name: Texts
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: float = 0.0
    offer_seconds: float = 20.0
    connect_seconds: float = 30.0
    wrap_up_seconds: float = 60.0
    transfer_seconds: float = 60.0
    decline_seconds: float = 60.0
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    dispositions: tuple[Disposition, ...] = ()
    waiting_limit: int | None = None
    any_of: tuple[Mapping[str, int], ...] = ()
    preferred: Mapping[str, int] = field(default_factory=dict)
    relaxation: tuple[RelaxationStep, ...] = ()
    choice: AgentChoice = AgentChoice.LONGEST_IDLE
    preference: Preference | None = None
    hazard: bool = False
    hours: str | None = None
    outside: Mapping[str, Outside] = field(default_factory=dict)
    recorded: bool = False

    @property
    def needs(self) -> Needs:
        """What it asks of an agent."""
        return Needs(self.skills, self.any_of, self.preferred)

    def beyond_hours(self, channel: str) -> Outside:
        """What happens to a contact of `channel` outside the hours."""
        return self.outside.get(channel) or self.outside.get("*") or Outside()


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """What a number, keyword or chat page leads to.

    `address` is ours (a number, a page) or `*`; `keyword` is the first word of the first message,
    compared without case and accents. The most particular entry wins: address and keyword, keyword,
    address, channel.
    """

    channel: str
    queue: str
    address: str = "*"
    keyword: str | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: float = 0.0
    language: str | None = None
    origins: tuple[str, ...] = ()
    any_of: tuple[Mapping[str, int], ...] = ()
    preferred: Mapping[str, int] = field(default_factory=dict)

    @property
    def needs(self) -> Needs:
        """What whoever comes through this door asks on top of the queue."""
        return Needs(self.skills, self.any_of, self.preferred)


@dataclass(frozen=True, slots=True)
class Rule:
    """What some contacts ask on top of their queue: those that match everything named here.

    `flag` is what an account of the customer is registered for (utility.Flag). `priority` is head start in seconds.
    """

    queue: str | None = None
    channel: str | None = None
    language: str | None = None
    tier: str | None = None
    needs: Needs = field(default_factory=Needs)
    priority: float = 0.0
    flag: str | None = None

    def applies(
        self, queue: str, channel: str, language: str | None, tier: str | None, flags: Collection[str] = ()
    ) -> bool:
        """Whether such a contact is meant."""
        return (
            self.queue in (None, queue)
            and self.channel in (None, channel)
            and self.language in (None, language)
            and self.tier in (None, tier)
            and (self.flag is None or self.flag in flags)
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason not to be ready."""

    id: str
    name: Texts


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """Rules of the whole center. Durations in seconds.

    `mass_disconnect_share` of the connected agents (and at least `mass_disconnect_minimum` of them)
    gone within `mass_disconnect_seconds` puts off their automatic logout by `mass_disconnect_pause_seconds`:
    a network died, not a shift ended.

    `waiting_limit` is like a queue's, for all queues together: the places there are to wait at all.

    `urgency`: a freed agent takes the contact that has used up most of its queue's service level, by
    (waited + head start) / service level seconds, and not just the oldest. Once a call has waited
    `call_wait_seconds` (a hazard: at once) for people who are busy with chats, one of them gets no more
    chats until it is theirs; None: never. `time_zone` (IANA name) says when a day ends.

    Customers who give up within `short_abandon_seconds` count neither for nor against the service level.
    """

    disconnect_grace_seconds: float = 30.0
    mass_disconnect_share: float = 0.2
    mass_disconnect_minimum: int = 5
    mass_disconnect_seconds: float = 10.0
    mass_disconnect_pause_seconds: float = 300.0
    waiting_limit: int | None = None
    urgency: bool = False
    call_wait_seconds: float | None = 30.0
    time_zone: str = "UTC"
    short_abandon_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Configuration:
    """One version of everything the router obeys.

    `default_queue` takes what no entry point leads anywhere: a customer is never refused for that. `hazards` None:
    danger is heard by keyword only.
    """

    version: int
    skills: Mapping[str, Texts]
    profiles: Mapping[str, SkillProfile]
    queues: Mapping[str, QueueSettings]
    default_queue: str
    entry_points: tuple[EntryPoint, ...] = ()
    not_ready_reasons: tuple[Reason, ...] = ()
    settings: RoutingSettings = field(default_factory=RoutingSettings)
    rules: tuple[Rule, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    hazards: Hazards | None = None

    def entry_for(self, channel: str, address: str, text: str) -> EntryPoint | None:
        """The door a first message came through, or None when no entry point leads anywhere."""
        word = first_word(text)
        best: tuple[int, EntryPoint] | None = None
        for entry in self.entry_points:
            rank = _match(entry, channel, address, word)
            if rank is not None and (best is None or rank > best[0]):
                best = (rank, entry)
        return best[1] if best else None


def first_word(text: str) -> str:
    """The first word of `text`, without case, accents and punctuation: how keywords are compared."""
    words = text.split(maxsplit=1)
    if not words:
        return ""
    plain = unicodedata.normalize("NFKD", words[0].casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _match(entry: EntryPoint, channel: str, address: str, word: str) -> int | None:
    """How particularly `entry` matches, 0 to 3; None when it does not."""
    if entry.channel != channel or entry.address not in ("*", address):
        return None
    if entry.keyword is not None and first_word(entry.keyword) != word:
        return None
    return 2 * (entry.keyword is not None) + (entry.address != "*")
