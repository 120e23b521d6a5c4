"""The way in: everything that arrived together is deduplicated and written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from contactcenter.domain.stimuli import Asked, Stimulus
from contactcenter.storage import arrivals, calls, deliveries
from contactcenter.storage.call_records import Called
from contactcenter.storage.clean import clean
from contactcenter.storage.mapping import texts_of
from contactcenter.storage.records import Answer, Draft, Incoming, Received, Reported, Submitted, Taken
from contactcenter.storage.steps import TEXT, Context, Each, Insert, Query, Transaction
from contactcenter.storage.written import Written, inbox_row, write


def take_in(context: Context, items: Sequence[Incoming]) -> Transaction[list[Taken]]:
    """Write what is new of `items`; the results are in their order."""
    taken: dict[int, Taken] = {}
    received = [(place, item) for place, item in enumerate(items) if isinstance(item, Received)]
    submitted = [(place, item) for place, item in enumerate(items) if isinstance(item, Submitted)]
    called = [(place, item) for place, item in enumerate(items) if isinstance(item, Called)]
    reported = [(place, item) for place, item in enumerate(items) if isinstance(item, Reported)]
    written = Written()
    if received:
        yield from arrivals.take_messages(context, received, taken, written)
    if submitted:
        yield from _take_submissions(context, submitted, taken, written)
    if called:
        results = yield from calls.take_calls(context, [item for _, item in called], written)
        for (place, _), (new, stored) in zip(called, results, strict=True):
            taken[place] = Taken(duplicate=not new, call=stored)
    yield from write(written)
    if reported:
        moved = yield from deliveries.report(context, [item.report for _, item in reported])
        taken.update(zip((place for place, _ in reported), moved, strict=True))
    return [taken[place] for place in range(len(items))]


def request_id_of(item: Submitted) -> str | None:
    """The request that makes a repeat of `item` harmless, if there is one."""
    if item.request_id is not None:
        return item.request_id
    return item.stimulus.request_id if isinstance(item.stimulus, Asked) else None


def _take_submissions(
    context: Context, submitted: list[tuple[int, Submitted]], taken: dict[int, Taken], written: Written
) -> Transaction[None]:
    now = context.clock()
    asked = {request: item for _, item in reversed(submitted) if (request := request_id_of(item)) is not None}
    fresh: set[str] = set()
    if asked:
        rows = yield Insert(
            "request",
            ("id", "message_id", "created_at", "message", "detail_json"),
            [(request, _draft_id(asked[request]), now, "", "{}") for request in sorted(asked)],
            "ON CONFLICT (id) DO NOTHING",
            "id",
        )
        fresh = {row[0] for row in rows}
    repeated = [request for request in asked if request not in fresh]
    answers = (yield from answers_of(repeated)) if repeated else {}
    channels = yield from _channels([item.draft for _, item in submitted if item.draft])
    stimuli = yield from _known_stimuli(
        [item.stimulus for _, item in submitted if item.stimulus and request_id_of(item) is None]
    )
    for place, item in submitted:
        request = request_id_of(item)
        if request is not None and (request not in fresh or asked[request] is not item):
            message_id, answer = answers.get(request, (_draft_id(asked[request]), None))
            taken[place] = Taken(duplicate=True, message_id=message_id, answer=answer)
            continue
        if item.stimulus is not None:
            if item.stimulus.id in stimuli:
                taken[place] = Taken(duplicate=True, message_id=_draft_id(item))
                continue
            stimuli.add(item.stimulus.id)
            written.inbox.append(inbox_row(item.stimulus, now))
        if item.draft is not None:
            _write_draft(item.draft, channels.get(item.draft.contact_id, ("", "")), now, written)
        taken[place] = Taken(message_id=_draft_id(item), contact_id=item.draft.contact_id if item.draft else None)


def answers_of(requests: Sequence[str]) -> Transaction[dict[str, tuple[str | None, Answer | None]]]:
    """Per known request: the draft's message id, and the answer when it has been decided."""
    rows = yield Each(
        "SELECT r.id, r.message_id, r.answered_at, r.code, r.message, r.detail_json FROM request r"
        " WHERE r.id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(request,) for request in requests],
    )
    return {
        id_: (
            message_id,
            None
            if answered_at is None
            else Answer(request_id=id_, code=code, message=message, detail=texts_of(detail)),
        )
        for id_, message_id, answered_at, code, message, detail in rows
    }


def _known_stimuli(stimuli: Sequence[Stimulus]) -> Transaction[set[str]]:
    if not stimuli:
        return set()
    rows = yield Each(
        "SELECT stimulus_id FROM inbox WHERE stimulus_id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(stimulus.id,) for stimulus in stimuli],
    )
    return {row[0] for row in rows}


def _channels(drafts: Sequence[Draft]) -> Transaction[dict[str, tuple[str, str]]]:
    """Per contact: its channel and customer."""
    if not drafts:
        return {}
    rows = yield Each(
        "SELECT c.id, c.channel, c.customer_id FROM contact c WHERE c.id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        sorted({(draft.contact_id,) for draft in drafts}),
    )
    return {id_: (channel, customer_id) for id_, channel, customer_id in rows}


def _draft_id(item: Submitted) -> str | None:
    return item.draft.message_id if item.draft else None


def _write_draft(draft: Draft, contact: tuple[str, str], now: float, written: Written) -> None:
    channel, customer_id = contact
    delivery = "queued" if draft.direction == "out" else None
    written.messages.append(
        (
            draft.message_id,
            draft.contact_id if channel else None,
            customer_id or None,
            channel,
            None,
            draft.direction,
            "message",
            draft.agent_id,
            clean(draft.author_name),
            clean(draft.text),
            now,
            delivery,
            None,
        )
    )
    written.attached += [(media, draft.message_id, place) for place, media in enumerate(draft.media_ids)]


def last_received(_: Context, channel: str) -> Transaction[float | None]:
    """When the newest message of `channel` was received: ids begin with their time, so the last one is found first."""
    rows = yield Query(
        "SELECT at FROM message WHERE channel = ? AND direction = 'in' ORDER BY id DESC LIMIT 1", (channel,)
    )
    return rows[0][0] if rows else None
