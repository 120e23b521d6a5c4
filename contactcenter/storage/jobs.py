"""Jobs: the truth of blocking and bulk work. A queue elsewhere only wakes a worker.

A worker that dies loses its lease and the job is due again; a result that comes too late, after another worker has
claimed the job, is not taken (`attempt` says whose it is).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contactcenter.storage.clean import clean
from contactcenter.storage.mapping import json_of, plain_of
from contactcenter.storage.records import Job
from contactcenter.storage.steps import Context, Query, Transaction

_COLUMNS: Final = "id, kind, state, body_json, attempts, result_json, error, run_after, created_at, finished_at"


def _job(row: Sequence[Any]) -> Job:
    id_, kind, state, body, attempts, result, error, run_after, created_at, finished_at = row
    return Job(
        id=id_,
        kind=kind,
        state=state,
        body=plain_of(body),
        attempts=attempts,
        result=plain_of(result) if result else None,
        error=error,
        run_after=run_after,
        created_at=created_at,
        finished_at=finished_at,
    )


def _due(context: Context) -> str:
    return (
        "state IN ('queued', 'running')"
        f" AND (state = 'queued' AND run_after <= ? OR state = 'running' AND lease_until <= {context.now})"
    )


def add(
    context: Context, job_id: str, kind: str, body: Mapping[str, Any], run_after: float | None
) -> Transaction[bool]:
    """Queue a job; False when there is one of this id."""
    now = context.clock()
    rows = yield Query(
        "INSERT INTO job (id, kind, state, attempts, body_json, run_after, created_at)"
        " VALUES (?, ?, 'queued', 0, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
        (job_id, kind, json_of(body), now if run_after is None else run_after, now),
    )
    return bool(rows)


def claim(context: Context, job_id: str, lease_seconds: float) -> Transaction[Job | None]:
    """Take a due job for `lease_seconds`; None when it is not due, or somebody has it."""
    rows = yield Query(
        f"UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = {context.now} + ?"
        f" WHERE id = ? AND {_due(context)} RETURNING {_COLUMNS}",
        (lease_seconds, job_id, context.clock()),
    )
    return _job(rows[0]) if rows else None


def finish(context: Context, job_id: str, result: Mapping[str, Any] | None, attempt: int | None) -> Transaction[bool]:
    """The job is done; False when it is no longer this attempt's."""
    rows = yield Query(
        "UPDATE job SET state = 'done', result_json = ?, error = NULL, lease_until = NULL, finished_at = ?"
        " WHERE id = ? AND state = 'running' AND attempts = COALESCE(?, attempts) RETURNING id",
        (json_of(result) if result is not None else None, context.clock(), job_id, attempt),
    )
    return bool(rows)


def fail(context: Context, job_id: str, error: str, run_after: float | None, attempt: int | None) -> Transaction[bool]:
    """The attempt failed: again at `run_after` (UTC seconds), or never. False when it is no longer this attempt's."""
    again = run_after is not None
    rows = yield Query(
        "UPDATE job SET state = ?, error = ?, lease_until = NULL, run_after = COALESCE(?, run_after), finished_at = ?"
        " WHERE id = ? AND state = 'running' AND attempts = COALESCE(?, attempts) RETURNING id",
        ("queued" if again else "failed", clean(error), run_after, None if again else context.clock(), job_id, attempt),
    )
    return bool(rows)


def due(context: Context, now: float, limit: int) -> Transaction[list[Job]]:
    """Jobs that nobody works on and whose time has come, the oldest first."""
    rows = yield Query(f"SELECT {_COLUMNS} FROM job WHERE {_due(context)} ORDER BY run_after, id LIMIT ?", (now, limit))
    return [_job(row) for row in rows]


def job(context: Context, job_id: str) -> Transaction[Job | None]:
    """One job."""
    del context
    rows = yield Query(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (job_id,))
    return _job(rows[0]) if rows else None
