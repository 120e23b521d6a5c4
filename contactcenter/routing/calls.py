"""The legs of a call follow what becomes of its contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain import instructions as do
from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.routing.state import ON_THE_LINE

if TYPE_CHECKING:
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Contact


def hold(floor: Floor, contact: Contact) -> None:
    """A contact is about to wait again: a caller who had an agent's leg hears the hold."""
    agent_id = contact.agent_id
    if contact.media is MediaClass.VOICE and contact.state in ON_THE_LINE and agent_id is not None:
        floor.tell(do.HoldCall(id=floor.new_id(), contact_id=contact.id, agent_id=agent_id, channel=contact.channel))


def end(floor: Floor, contact: Contact) -> None:
    """A conversation is about to be over: its legs end. Whoever waits hears why, unless they hung up."""
    if contact.media is not MediaClass.VOICE or contact.state is ContactState.WRAP_UP:
        return
    waits = contact.state not in ON_THE_LINE
    if not (waits and (contact.customer_left or contact.consult_of is not None)):
        floor.tell(do.EndCall(id=floor.new_id(), contact_id=contact.id, channel=contact.channel, told=waits))
