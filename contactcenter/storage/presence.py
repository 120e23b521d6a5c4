"""Who is there: console sessions in SQL, each under the lease of its web node."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.domain.stimuli import ConsoleClosed, ConsoleOpened
from contactcenter.storage.steps import Context, Insert, Query, Transaction
from contactcenter.storage.written import INBOX, inbox_row


def open_console(
    context: Context, session_id: str, agent_id: str, account_id: str, node_id: str, stimulus_id: str
) -> Transaction[bool]:
    """Note an open console and tell the router; False when this session is open already."""
    now = context.clock()
    rows = yield Query(
        "INSERT INTO console_session (id, agent_id, account_id, node_id, opened_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        (session_id, agent_id, account_id, node_id, now),
    )
    if not rows:
        return False
    stimulus = ConsoleOpened(id=stimulus_id, session_id=session_id, agent_id=agent_id)
    yield Insert("inbox", INBOX, [inbox_row(stimulus, now)])
    return True


def close_console(context: Context, session_id: str, stimulus_id: str) -> Transaction[bool]:
    """Forget a console and tell the router; False when it is closed already."""
    rows = yield Query("DELETE FROM console_session WHERE id = ? RETURNING agent_id", (session_id,))
    if not rows:
        return False
    stimulus = ConsoleClosed(id=stimulus_id, session_id=session_id, agent_id=rows[0][0])
    yield Insert("inbox", INBOX, [inbox_row(stimulus, context.clock())])
    return True


def beat(context: Context, node_id: str, seconds: float) -> Transaction[None]:
    """This node lives for `seconds` more."""
    yield Query(
        f"INSERT INTO node (id, until) VALUES (?, {context.now} + ?)"
        " ON CONFLICT (id) DO UPDATE SET until = excluded.until",
        (node_id, seconds),
    )


def expire(context: Context, new_id: Callable[[], str]) -> Transaction[int]:
    """Close the consoles of nodes that stopped beating; how many. `new_id` names the stimuli."""
    yield Query(f"DELETE FROM node WHERE until <= {context.now}")
    rows = yield Query(
        "DELETE FROM console_session WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = console_session.node_id)"
        " RETURNING id, agent_id"
    )
    if rows:
        now = context.clock()
        gone = [ConsoleClosed(id=new_id(), session_id=session, agent_id=agent) for session, agent in rows]
        yield Insert("inbox", INBOX, [inbox_row(stimulus, now) for stimulus in gone])
    return len(rows)
