"""What operators mend: messages that could not be sent, stimuli that could not be handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, Literal

from contactcenter.storage import OutboxEntry
from contactcenter.web.access import ADMIN, SUPERVISOR
from contactcenter.web.api import Call, Endpoints, Query
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.rendering import iso
from contactcenter.web.shapes import DoneShape, OutboxItemShape, OutboxShape, QuarantineShape

LARGEST: Final = 2**63 - 1

endpoints = Endpoints("operations")


class States(Query):
    """Which items; the dead ones wait for a person."""

    state: Literal["pending", "sending", "dead", "dropped", "unknown"] = "dead"


@endpoints.get("/api/v1/outbox", access=SUPERVISOR)
async def outbox(call: Call, query: States) -> OutboxShape:
    """What is to be sent, by state; the oldest first, at most 200."""
    return {"items": [_item(entry) for entry in await call.deps.storage.outbox_entries(query.state)]}


def _item(entry: OutboxEntry) -> OutboxItemShape:
    return {
        "id": str(entry.id),
        "kind": entry.kind,
        "contact_id": entry.contact_id,
        "attempts": entry.attempts,
        "error": entry.error,
        "created_at": iso(entry.created_at),
        "state": entry.state,
    }


@endpoints.post("/api/v1/outbox/{id}/retry", access=SUPERVISOR, errors=(404, 409))
async def retry(call: Call) -> DoneShape:
    """Try to send it again."""
    return await _mend(call, call.deps.storage.retry_outbox, "dispatcher")


@endpoints.post("/api/v1/outbox/{id}/drop", access=SUPERVISOR, errors=(404, 409))
async def drop(call: Call) -> DoneShape:
    """Give it up."""
    return await _mend(call, call.deps.storage.drop_outbox, "dispatcher")


@endpoints.get("/api/v1/quarantine", access=ADMIN)
async def quarantine(call: Call) -> QuarantineShape:
    """Stimuli that could not be handled, with the error."""
    return {
        "items": [
            {"id": str(row.id), "kind": row.kind, "error": row.error, "received_at": iso(row.received_at)}
            for row in await call.deps.storage.quarantined()
        ]
    }


@endpoints.post("/api/v1/quarantine/{id}/retry", access=ADMIN, errors=(404, 409))
async def retry_stimulus(call: Call) -> DoneShape:
    """Let the router try it again."""
    return await _mend(call, call.deps.storage.retry_quarantined, "router")


@endpoints.post("/api/v1/quarantine/{id}/drop", access=ADMIN, errors=(404, 409))
async def drop_stimulus(call: Call) -> DoneShape:
    """Delete it; what it said is lost."""
    return await _mend(call, call.deps.storage.drop_quarantined, "router")


async def _mend(call: Call, work: Callable[[int], Awaitable[bool]], topic: str) -> DoneShape:
    text = call.path("id")
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST:
        raise not_found()
    if not await work(int(text)):
        message = "It is not there (any more), or somebody else has dealt with it."
        raise ApiError(HTTPStatus.CONFLICT, "not_there", message)
    call.deps.bus.post(topic, {})
    return {"id": text}
