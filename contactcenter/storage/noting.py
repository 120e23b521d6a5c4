"""Lines of a contact's history that the router does not write: what people did to a call while it went on."""

from __future__ import annotations

from contactcenter.domain.history import ContactEvent
from contactcenter.storage.clean import clean_all
from contactcenter.storage.mapping import EVENT, event_row
from contactcenter.storage.steps import Context, Insert, Transaction


def note(context: Context, event: ContactEvent, request_id: str) -> Transaction[bool]:
    """Write the line and answer the request that asked for it; False, and nothing, when that was done before."""
    now = context.clock()
    rows = yield Insert(
        "request",
        ("id", "message_id", "created_at", "answered_at", "code", "message", "detail_json"),
        [(request_id, None, now, now, None, "", "{}")],
        "ON CONFLICT (id) DO NOTHING",
        "id",
    )
    if not rows:
        return False
    line = ContactEvent(event.contact_id, event.at, event.type, event.agent_id, clean_all(event.detail))
    yield Insert("event", EVENT, [event_row(line)])
    return True
