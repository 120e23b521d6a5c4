"""Forgets what nobody will ask for again, a little in each transaction. Contacts and their history stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contactcenter.storage.steps import Context, Query, Transaction

MOST_ROWS: Final = 2_000
"""Per transaction, so that no decision waits for it."""

DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of `table` whose `column` (UTC seconds) is older than `seconds`, if `also` holds; `order` as indexed."""

    table: str
    key: str
    column: str
    seconds: float
    also: str = "TRUE"
    order: str = ""


RULES: Final = (
    Rule("batch", "id", "at", DAY),
    Rule("request", "id", "created_at", 2 * DAY),
    Rule("login", "token_hash", "expires_at", 0.0),
    Rule("dialogue", "value", "expires_at", DAY),
    Rule("delivery_report", "provider_id", "at", 3 * DAY),
    Rule("outbox", "id", "settled_at", 7 * DAY, "state = 'dropped'", "id"),
    Rule("outbox", "id", "settled_at", 30 * DAY, "state IN ('dead', 'unknown')", "id"),
    Rule("phone_call", "id", "ended_at", 35 * DAY, "ended_at IS NOT NULL"),
    Rule("call_leg", "id", "ended_at", 35 * DAY),
    Rule("outage_report_source", "source", "at", 35 * DAY),
    Rule("job", "id", "finished_at", 7 * DAY, "state IN ('done', 'failed')"),
)


LOG_SECONDS: Final = 35 * DAY


def prune_log(context: Context, now: float) -> Transaction[int]:
    """Delete what agents did long ago, at most `MOST_ROWS`; how many. What each did last stays: they still do it."""
    del context
    rows = yield Query(
        "DELETE FROM agent_log WHERE (agent_id, at) IN (SELECT l.agent_id, l.at FROM agent a JOIN agent_log l"
        " ON l.agent_id = a.id AND l.at < ?"
        " AND l.at < (SELECT MAX(m.at) FROM agent_log m WHERE m.agent_id = a.id) LIMIT ?) RETURNING agent_id",
        (now - LOG_SECONDS, MOST_ROWS),
    )
    return len(rows)


def prune(context: Context, rule: Rule, now: float) -> Transaction[int]:
    """Delete the oldest rows that `rule` names, `MOST_ROWS` at most; how many."""
    del context
    rows = yield Query(
        f"DELETE FROM {rule.table} WHERE {rule.key} IN (SELECT {rule.key} FROM {rule.table}"
        f" WHERE {rule.column} < ? AND {rule.also} ORDER BY {rule.order or rule.column} LIMIT ?) RETURNING {rule.key}",
        (now - rule.seconds, MOST_ROWS),
    )
    return len(rows)
