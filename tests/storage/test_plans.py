"""Tables that grow for ever are read by an index: a statement that scans one is slow only years later."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contactcenter.domain.instructions import SendMessage
from contactcenter.domain.messages import Receipt
from contactcenter.domain.words import Delivery
from contactcenter.routing.state import Changes
from contactcenter.storage import (
    Batch,
    Settlement,
    Submitted,
    configurations,
    decisions,
    deliveries,
    intake,
    jobs,
    leases,
    outbox,
    people,
    pruning,
)
from contactcenter.storage import media as media_rows
from contactcenter.testing.storage_base import NOW, configuration, contact_of, draft, received, reported, submitted
from tests.storage.plans import Explained

GROWING = (
    "address", "contact", "customer", "decision", "event", "login", "media", "message", "offer", "outage_report_source",
    "request",
)  # fmt: skip
SCAN = re.compile(
    rf"SCAN ({'|'.join(GROWING)}|[acmr])(?! USING INDEX (uq_contact_open_thread|uq_offer_live_contact))\b"
)


def test_nothing_scans_what_grows(connection: Explained) -> None:
    do, context = connection.do, connection.context

    def commit(changes: Changes, outbox_items: Sequence[SendMessage] = (), handled: Sequence[int] = ()) -> None:
        batch = Batch(id=context.new_id(), epoch=1, changes=changes, handled=list(handled), outbox=list(outbox_items))
        do(decisions.commit_batch, batch, decisions.Prepared(changes, outbox_items, NOW), NOW)

    do(configurations.seed, configuration(), [("ana", "Ana", "all")], "test")
    do(leases.take, "router", 600.0)
    item = received("a")
    (taken,) = do(intake.take_in, [item])
    do(intake.take_in, [item])
    contact = contact_of(item, taken)
    commit(Changes(contacts={contact.id: contact}, messages={item.message_id: contact.id}), handled=[1])
    do(intake.take_in, [submitted("r", contact.id, request_id="q"), submitted("s", contact.id, request_id="q")])
    do(intake.take_in, [submitted("t", contact.id, "x")])
    send = SendMessage(id="send", contact_id=contact.id, message_id="message-r", channel="sms")
    commit(Changes(refused={"message-t": "opted_out"}), [send])
    (claimed,) = do(outbox.claim, 1, NOW, 10)
    do(intake.take_in, [reported(Delivery.DELIVERED, provider_id="SM1")])
    receipt = Receipt(provider_id="SM1", delivery=Delivery.SENT)
    changes = do(outbox.settle, [Settlement(id=claimed.id, state="sent", receipt=receipt)], NOW)
    assert changes[-1].delivery is Delivery.DELIVERED
    do(intake.take_in, [reported(Delivery.READ, message_id="message-r", provider_id="SM1")])
    do(deliveries.sweep)
    do(deliveries.unsettled, "sms", (NOW - 600.0, ""), NOW, 10)
    [plan] = [plan for sql, plan in connection.plans.items() if "delivery IN ('sending', 'sent')" in sql]
    assert "ix_message_unsettled (channel=? AND at>? AND at<?)" in plan
    do(intake.take_in, [Submitted(stimulus=None, draft=draft("n", contact.id, "x", direction="note"))])
    for work in (decisions.load, configurations.agents, outbox.depth, leases.holder):
        do(work)
    do(decisions.answer, "q")
    do(outbox.entries, "dead", 10)
    do(decisions.quarantined, 10)
    do(decisions.read_inbox, 10)
    do(people.login, "token")
    do(people.end_logins_of, "account")
    do(jobs.due, NOW, 10)
    do(media_rows.finish, "m", "path", 1, "image/png")
    for rule in pruning.RULES:
        do(pruning.prune, rule, NOW)
    connection.check(SCAN, more_than=30)
