"""What the API says of statistics. Shares are 0 to 1, durations seconds, times ISO 8601; null: nobody to tell of."""

from __future__ import annotations

from typing_extensions import TypedDict


class ContactFigures(TypedDict):
    """Contacts of some kind that arrived in some time; docs/metrics.md has the formulas."""

    offered: int
    answered: int
    answered_within: int
    abandoned: int
    short_abandoned: int
    refused: int
    other: int
    handled: int
    service_level: float | None
    abandonment: float | None
    asa_seconds: float | None
    aht_seconds: float | None
    talk_seconds: float
    wrap_up_seconds: float


class AgentFigures(TypedDict):
    """What agents' time went into. `not_ready_seconds` by reason."""

    staffed_seconds: float
    available_seconds: float
    busy_seconds: float
    voice_seconds: float
    live_seconds: float
    async_seconds: float
    only_wrap_up_seconds: float
    not_ready_seconds: dict[str, float]
    answered: int
    occupancy: float | None
    aht_seconds: float | None
    talk_seconds: float
    wrap_up_seconds: float


class ContactLine(ContactFigures):
    """One line of a report; `id` is a queue, a channel, or `all`."""

    start: str
    end: str
    id: str
    name: str


class AgentLine(AgentFigures):
    """One agent's line of a report."""

    start: str
    end: str
    id: str
    name: str


class StatisticsShape(TypedDict):
    """A report: lines by time, and sums of the whole time. Which list is filled says `by`."""

    since: str
    until: str
    interval: str
    by: str
    time_zone: str
    contacts: list[ContactLine]
    contact_totals: list[ContactLine]
    agents: list[AgentLine]
    agent_totals: list[AgentLine]


class NamedContacts(ContactFigures):
    """Live figures of a queue or a channel."""

    id: str
    name: str


class NamedAgents(AgentFigures):
    """Live figures of a group of agents (a profile)."""

    id: str
    name: str


class WindowShape(TypedDict):
    """A stretch of time up to now: `interval` (the present half-hour), `15m`, `30m` or `today`."""

    id: str
    since: str
    total: ContactFigures
    queues: list[NamedContacts]
    channels: list[NamedContacts]
    groups: list[NamedAgents]


class LiveShape(TypedDict):
    """Live figures, as of `at`."""

    at: str
    windows: list[WindowShape]
