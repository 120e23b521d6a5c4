"""The tables of the statistics: what agents did when, half-hours that are counted, and what is shown live.

`start` is a half-hour's beginning in UTC seconds; sums are whole milliseconds.
"""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from contactcenter.storage.table_base import CLUSTERED, Row


def _sum() -> int:
    value: int = Field(default=0, sa_type=BigInteger)
    return value


def _start(*, key: bool = True) -> int:
    value: int = Field(primary_key=key, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    return value


class AgentLogRow(Row, table=True):
    """From `at` on the agent does this (queues.staffing.Doing); written in the decision's commit.

    `answered` contacts were taken at `at`. One tree and nothing else: every contact writes here several times.
    """

    __tablename__ = "agent_log"
    __table_args__ = CLUSTERED

    agent_id: str = Field(primary_key=True)
    at: float = Field(primary_key=True)
    profile: str
    status: str
    reason: str | None = None
    voice: int
    live: int
    messages: int
    wrap_up: int
    answered: int


class SpanRow(Row, table=True):
    """A half-hour that was counted. `final`: all its contacts are closed, so that its counts stay.

    `staffed`: its agents' times are written.
    """

    __tablename__ = "statistic_span"

    start: int = _start()
    final: bool
    staffed: bool


class ContactCountRow(Row, table=True):
    """The contacts that arrived in a half-hour (queues.service_level.Tally)."""

    __tablename__ = "statistic_contact"
    __table_args__ = CLUSTERED

    start: int = _start()
    queue: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    offered: int = _sum()
    answered: int = _sum()
    within: int = _sum()
    abandoned: int = _sum()
    short: int = _sum()
    refused: int = _sum()
    other: int = _sum()
    handled: int = _sum()
    delayed: int = _sum()
    wait: int = _sum()
    lost_wait: int = _sum()
    talk: int = _sum()
    wrap_up: int = _sum()


class AgentTimeRow(Row, table=True):
    """What an agent's half-hour went into (queues.staffing.Times), by the profile they had."""

    __tablename__ = "statistic_agent"
    __table_args__ = CLUSTERED

    start: int = _start()
    agent_id: str = Field(primary_key=True)
    profile: str = Field(primary_key=True)
    available: int = _sum()
    busy: int = _sum()
    voice: int = _sum()
    live: int = _sum()
    messages: int = _sum()
    wrap_up: int = _sum()
    talk: int = _sum()
    after: int = _sum()
    answered: int = _sum()
    not_ready_json: str


class ProjectionRow(Row, table=True):
    """What is shown live, as the router that decides last knew it; made anew at any time."""

    __tablename__ = "projection"

    name: str = Field(primary_key=True)
    at: float
    body_json: str
