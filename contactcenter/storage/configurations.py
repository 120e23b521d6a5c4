"""Configuration: versions of one document; a change and its stimulus are one commit. And the agents."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from contactcenter.domain.configuration import Configuration
from contactcenter.domain.stimuli import AgentConfigured, ConfigurationChanged
from contactcenter.domain.words import AgentStatus
from contactcenter.storage import mapping
from contactcenter.storage.errors import NotConfiguredError, QueueNotEmptyError, StaleVersionError
from contactcenter.storage.records import AgentRecord, StoredConfiguration
from contactcenter.storage.steps import Context, Insert, Query, Transaction
from contactcenter.storage.written import INBOX, inbox_row


def latest(context: Context) -> Transaction[StoredConfiguration]:
    """The version that holds now.

    Raises:
        NotConfiguredError: there is none yet.
    """
    del context
    rows = yield Query(
        "SELECT version, at, made_by, comment, body_json FROM configuration ORDER BY version DESC LIMIT 1"
    )
    if not rows:
        raise NotConfiguredError("there is no configuration yet; `contactcenter config apply` stores one")
    version, at, made_by, comment, body = rows[0]
    configuration = mapping.configuration_of(body)
    return StoredConfiguration(version=version, at=at, by=made_by, comment=comment, configuration=configuration)


def change(
    context: Context,
    base_version: int,
    configuration: Configuration,
    by: str,
    comment: str | None,
    moves: Mapping[str, str],
    stimulus_id: str,
    request_id: str | None,
) -> Transaction[int]:
    """Store the next version and tell the router, which takes the contacts of removed queues where `moves` says.

    Raises:
        StaleVersionError: somebody was faster.
        QueueNotEmptyError: a removed queue has contacts and no target.
    """
    rows = yield Query("SELECT MAX(version) FROM configuration")
    current = rows[0][0] or 0
    if current != base_version:
        raise StaleVersionError(current)
    used = yield Query("SELECT DISTINCT queue FROM contact WHERE closed_at IS NULL")
    stranded = tuple(sorted(row[0] for row in used if row[0] not in configuration.queues and row[0] not in moves))
    if stranded:
        raise QueueNotEmptyError(stranded)
    configuration = dataclasses.replace(configuration, version=current + 1)
    if not (yield from _store(context, configuration, by, comment)):
        raise StaleVersionError(configuration.version)
    now = context.clock()
    if request_id is not None:
        yield Query(
            "INSERT INTO request (id, created_at, message, detail_json) VALUES (?, ?, '', '{}')", (request_id, now)
        )
    stimulus = ConfigurationChanged(id=stimulus_id, request_id=request_id, configuration=configuration, moves=moves)
    yield Insert("inbox", INBOX, [inbox_row(stimulus, now)])
    return configuration.version


def _store(context: Context, configuration: Configuration, by: str, comment: str | None) -> Transaction[bool]:
    rows = yield Query(
        "INSERT INTO configuration (version, at, made_by, comment, body_json) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (version) DO NOTHING RETURNING version",
        (configuration.version, context.clock(), by, comment, mapping.json_of(configuration)),
    )
    return bool(rows)


def seed(
    context: Context, configuration: Configuration, agents: Sequence[tuple[str, str, str]], by: str
) -> Transaction[bool]:
    """Store the first version and its agents (id, name, profile); False when there is a configuration already."""
    rows = yield Query("SELECT 1 FROM configuration LIMIT 1")
    if rows or not (yield from _store(context, dataclasses.replace(configuration, version=1), by, None)):
        return False
    now = context.clock()
    for agent_id, name, profile in agents:
        yield from _add_agent(agent_id, name, profile, now)
    return True


def put_agent(
    context: Context, agent_id: str, name: str, profile: str, stimulus_id: str, request_id: str | None
) -> Transaction[bool]:
    """Tell the router to add or change an agent, which writes the row; False for a repeated request."""
    now = context.clock()
    if request_id is not None:
        rows = yield Query(
            "INSERT INTO request (id, created_at, message, detail_json) VALUES (?, ?, '', '{}')"
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            (request_id, now),
        )
        if not rows:
            return False
    stimulus = AgentConfigured(id=stimulus_id, request_id=request_id, agent_id=agent_id, name=name, profile=profile)
    yield Insert("inbox", INBOX, [inbox_row(stimulus, now)], "ON CONFLICT (stimulus_id) DO NOTHING")
    return True


def _add_agent(agent_id: str, name: str, profile: str, now: float) -> Transaction[None]:
    yield Query(
        "INSERT INTO agent (id, name, profile, status, status_since, idle_since, sessions_json, version)"
        " VALUES (?, ?, ?, 'logged_out', ?, ?, '[]', 0) ON CONFLICT (id) DO NOTHING",
        (agent_id, name, profile, now, now),
    )


def agents(context: Context) -> Transaction[list[AgentRecord]]:
    """Everybody, by name."""
    del context
    rows = yield Query("SELECT id, name, profile, status, reason, status_since FROM agent ORDER BY name, id")
    return [
        AgentRecord(
            id=row[0], name=row[1], profile=row[2], status=AgentStatus(row[3]), reason=row[4], status_since=row[5]
        )
        for row in rows
    ]
