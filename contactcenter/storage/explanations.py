"""What an explanation is made of, read in one transaction: it needs no router, SQL is the truth.

The waiting contacts are counted by line in SQL; only the one that is asked about is read whole.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, case, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.domain.configuration import Configuration, SkillProfile
from contactcenter.domain.words import MediaClass
from contactcenter.routing.explanation import LineCount, goes_before, waits
from contactcenter.routing.lines import LineKey
from contactcenter.routing.staffing import profile_of
from contactcenter.routing.state import Agent, Contact
from contactcenter.storage import mapping
from contactcenter.storage.errors import NotConfiguredError
from contactcenter.storage.screen_rows import AGENT, CONTACT, DECISION, HELD, OFFER
from contactcenter.storage.screens import Connect, Reader
from contactcenter.storage.steps import Rows
from contactcenter.storage.tables import TABLES

MOST_DECISIONS: Final = 200
"""Decisions about one contact that are shown, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision of the past (domain.history.Decision) with what came of its offer. Times in UTC seconds."""

    offer_id: str
    agent_id: str
    agent_name: str | None
    at: float
    cause: str
    configuration_version: int
    waited_seconds: float
    refusals: Mapping[str, int]
    choice: str
    steps: int
    proficiency: int
    ready: int
    outcome: str | None
    ended_at: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPicture:
    """A contact, and while it waits those who might take it and what else waits; as of `at` (UTC seconds)."""

    at: float
    configuration: Configuration
    contact: Contact
    decisions: tuple[DecisionView, ...]
    agents: tuple[Agent, ...] = ()
    lines: tuple[LineCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPicture:
    """A person, those who are signed in, and what waits; as of `at` (UTC seconds).

    `reserved` counts by queue what waits for this person alone.
    """

    at: float
    configuration: Configuration
    agent: Agent
    staff: tuple[tuple[SkillProfile, int], ...]
    lines: tuple[LineCount, ...]
    reserved: Mapping[str, int]


class Explanations(Reader):
    """Reads for explanations. All raise `UnavailableError` when SQL does not answer.

    What is read may be all agents: it becomes records in a thread, and one explanation is read at a time.
    """

    def __init__(self, connect: Connect, clock: Callable[[], float] = time.time) -> None:
        super().__init__(connect)
        self._clock = clock
        self._one = asyncio.Semaphore(1)

    async def contact(self, contact_id: str) -> ContactPicture | None:
        """What explains where a contact is; None when there is no such contact.

        Raises:
            NotConfiguredError: there is no configuration yet.
        """
        agents: Rows = ()
        held: Rows = ()
        ringing: Rows = ()
        lines: Rows = ()
        async with self._one, self._reading() as connection:
            found = (
                await connection.execute(_columns(CONTACT, mapping.CONTACT).where(CONTACT.c.id == contact_id))
            ).first()
            if found is None:
                return None
            contact = mapping.contact_of(found)
            configuration = await _configuration(connection)
            at = self._clock()
            decisions = (await connection.execute(_decisions(contact_id))).all()
            if waits(contact):
                agents = (await connection.execute(_columns(AGENT, mapping.AGENT))).all()
                held = (await connection.execute(_held())).all()
                ringing = (await connection.execute(_ringing())).all()
                lines = (await connection.execute(_lines(goes_before(configuration, contact, at), contact_id))).all()
        return await asyncio.to_thread(
            lambda: ContactPicture(
                at=at,
                configuration=configuration,
                contact=contact,
                decisions=tuple(map(_decision, reversed(decisions))),
                agents=_agents(agents, held, ringing),
                lines=tuple(map(_line, lines)),
            )
        )

    async def agent(self, agent_id: str) -> AgentPicture | None:
        """What explains what a person could take; None when there is no such agent.

        Raises:
            NotConfiguredError: there is no configuration yet.
        """
        async with self._one, self._reading() as connection:
            found = (await connection.execute(_columns(AGENT, mapping.AGENT).where(AGENT.c.id == agent_id))).first()
            if found is None:
                return None
            configuration = await _configuration(connection)
            held = (await connection.execute(_held().where(CONTACT.c.agent_id == agent_id))).all()
            ringing = (await connection.execute(_ringing().where(OFFER.c.agent_id == agent_id))).all()
            staff = (await connection.execute(_STAFF)).all()
            lines = (await connection.execute(_lines({}, ""))).all()
            reserved = (await connection.execute(_reserved(agent_id))).all()
        (agent,) = _agents([found], held, ringing)
        return AgentPicture(
            at=self._clock(),
            configuration=configuration,
            agent=agent,
            staff=tuple((profile_of(configuration, profile), count) for profile, count in staff),
            lines=tuple(map(_line, lines)),
            reserved={row[0]: row[1] for row in reserved},
        )


# --- statements


def _columns(table: Any, names: Sequence[str]) -> Select[Any]:
    return select(*(table.c[name] for name in names))


async def _configuration(connection: AsyncConnection) -> Configuration:
    table = TABLES["configuration"]
    newest = select(table.c.body_json).order_by(table.c.version.desc()).limit(1)
    body = (await connection.execute(newest)).scalar()
    if body is None:
        raise NotConfiguredError("there is no configuration yet; `contactcenter config apply` stores one")
    return mapping.configuration_of(body)


_RANK: Final = CONTACT.c.place - CONTACT.c.priority
_KEY: Final = tuple(CONTACT.c[name] for name in ("queue", "channel", "media", "clauses_json", "relaxed", "hazard"))
_WAITING: Final = and_(CONTACT.c.closed_at.is_(None), CONTACT.c.state == "waiting")
_STAFF: Final = select(AGENT.c.profile, func.count()).where(AGENT.c.status != "logged_out").group_by(AGENT.c.profile)


def _lines(before: Mapping[str, float], contact_id: str) -> Select[Any]:
    """The lines in which somebody waits; those that go before a rank, by queue, are counted apart."""
    queues: defaultdict[float, list[str]] = defaultdict(list)
    for queue, rank in before.items():
        queues[rank].append(queue)
    earlier = [
        and_(
            CONTACT.c.queue.in_(names),
            or_(literal(rank) > _RANK, and_(literal(rank) == _RANK, CONTACT.c.id < contact_id)),
        )
        for rank, names in queues.items()
    ]
    first = case((or_(false(), *earlier), 1), else_=0)
    return (
        select(*_KEY, func.count(), func.min(_RANK), func.min(CONTACT.c.place), func.sum(first))
        .where(_WAITING, CONTACT.c.reserved_for.is_(None), CONTACT.c.kept.is_(False))
        .group_by(*_KEY)
    )


def _held() -> Select[Any]:
    """What people have in hand."""
    return select(CONTACT.c.id, CONTACT.c.media, CONTACT.c.agent_id).where(
        CONTACT.c.closed_at.is_(None), CONTACT.c.agent_id.is_not(None), CONTACT.c.state.in_(HELD)
    )


def _ringing() -> Select[Any]:
    return select(OFFER.c.id, OFFER.c.agent_id).where(OFFER.c.outcome.is_(None))


def _reserved(agent_id: str) -> Select[Any]:
    return (
        select(CONTACT.c.queue, func.count())
        .where(_WAITING, CONTACT.c.reserved_for == agent_id)
        .group_by(CONTACT.c.queue)
    )


def _decisions(contact_id: str) -> Select[Any]:
    """The newest first."""
    names = (
        "offer_id", "agent_id", "at", "cause", "configuration_version", "waited_seconds", "refusals_json", "choice",
        "steps", "proficiency", "ready",
    )  # fmt: skip
    return (
        select(*(DECISION.c[name] for name in names), AGENT.c.name, OFFER.c.outcome, OFFER.c.ended_at, OFFER.c.reason)
        .outerjoin(OFFER, OFFER.c.id == DECISION.c.offer_id)
        .outerjoin(AGENT, AGENT.c.id == DECISION.c.agent_id)
        .where(DECISION.c.contact_id == contact_id)
        .order_by(DECISION.c.at.desc(), DECISION.c.offer_id.desc())
        .limit(MOST_DECISIONS)
    )


# --- rows


def _line(row: Sequence[Any]) -> LineCount:
    queue, channel, media, clauses, relaxed, hazard, count, first, oldest, earlier = row
    key = LineKey(queue, channel, MediaClass(media), mapping.clauses_of(clauses), relaxed, bool(hazard))
    return LineCount(key=key, count=count, first=first, oldest=oldest, earlier=int(earlier))


def _agents(rows: Rows, held: Rows, ringing: Rows) -> tuple[Agent, ...]:
    """People with what they hold and what rings at them."""
    agents = {agent.id: agent for agent in map(mapping.agent_of, rows)}
    for contact_id, media, agent_id in held:
        if agent_id in agents:
            agents[agent_id].holds[contact_id] = MediaClass(media)
    for offer_id, agent_id in ringing:
        if agent_id in agents:
            agents[agent_id].offer_id = offer_id
    return tuple(agents.values())


def _decision(row: Sequence[Any]) -> DecisionView:
    (
        offer_id, agent_id, at, cause, version, waited, refusals, choice, steps, proficiency, ready, name, outcome,
        ended_at, reason,
    ) = row  # fmt: skip
    return DecisionView(
        offer_id=offer_id,
        agent_id=agent_id,
        agent_name=name,
        at=at,
        cause=cause,
        configuration_version=version,
        waited_seconds=waited,
        refusals=mapping.plain_of(refusals),
        choice=choice,
        steps=steps,
        proficiency=proficiency,
        ready=ready,
        outcome=outcome,
        ended_at=ended_at,
        reason=reason,
    )
