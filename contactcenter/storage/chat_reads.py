"""What customers' browsers are told: read after every message of a chat, so it takes the short way like desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from contactcenter.storage import screen_rows as rows
from contactcenter.storage.desk_reads import marks_of, messages_of, where
from contactcenter.storage.screen_records import ChatView, ContactView, MessageView
from contactcenter.storage.steps import TEXT, Context, Each, Transaction


def chats(_: Context, kind: str, threads: Collection[str], last: int) -> Transaction[Mapping[str, ChatView]]:
    """See `storage.Storage.chats`."""
    found = yield Each(
        "SELECT address.value, address.customer_id FROM address WHERE address.kind = ?"
        " AND address.value IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(thread,) for thread in sorted(set(threads))],
        (kind,),
    )
    customers: dict[str, str] = {row[0]: row[1] for row in found}
    contacts = yield from _contacts(customers)
    held = {contact.id for listed in contacts.values() for contact in listed}
    marks = yield from marks_of(held, last)
    unassigned = yield from _unassigned(customers.values())
    messages = yield from messages_of([*(mark.id for mark in marks), *unassigned])
    said: defaultdict[str, list[MessageView]] = defaultdict(list)
    for message in messages:
        if message.direction != "note":
            said[unassigned.get(message.id) or message.contact_id or ""].append(message)
    views = {}
    for thread, customer in customers.items():
        listed = contacts[thread]
        all_said = [message for contact in listed for message in said[contact.id]] + said[customer]
        all_said.sort(key=lambda message: (message.at, message.id))
        newest = max(listed, key=lambda contact: (contact.arrived_at, contact.id), default=None)
        views[thread] = ChatView(customer_id=customer, contact=newest, messages=tuple(all_said[-last:]))
    return views


def _contacts(customers: Mapping[str, str]) -> Transaction[defaultdict[str, list[ContactView]]]:
    """The contacts of each thread."""
    found = yield from where(rows.contacts, "contact.customer_id", customers.values())
    contacts: defaultdict[str, list[ContactView]] = defaultdict(list)
    for row in found:
        contacts[row["thread"]].append(rows.contact(row))
    return contacts


def _unassigned(customers: Collection[str]) -> Transaction[dict[str, str]]:
    """Messages that the router has not joined to a contact yet, with their customer."""
    found = yield Each(
        "SELECT message.id, message.customer_id FROM message WHERE message.contact_id IS NULL"
        " AND message.direction = 'in' AND message.customer_id IN (SELECT v.id FROM {rows})",
        (("id", TEXT),),
        [(customer,) for customer in sorted(set(customers))],
    )
    return {row[0]: row[1] for row in found}
