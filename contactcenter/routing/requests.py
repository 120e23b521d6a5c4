"""What a person may do with an offer or a contact; a refusal says why, for the console to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contactcenter.domain.errors import ContactCenterError
from contactcenter.domain.words import ContactState

if TYPE_CHECKING:
    from contactcenter.routing.floor import Floor
    from contactcenter.routing.state import Agent, Contact, Offer


class RefusedError(ContactCenterError):
    """A request that cannot be granted now; `code` is stable, `message` says what to do."""

    def __init__(self, code: str, message: str, **detail: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail


def known_agent(floor: Floor, agent_id: str) -> Agent:
    """The agent of that id.

    Raises:
        RefusedError: `unknown_agent`.
    """
    agent = floor.agents.get(agent_id)
    if agent is None:
        raise RefusedError("unknown_agent", f"There is no agent {agent_id!r}.")
    return agent


def known_contact(floor: Floor, contact_id: str) -> Contact:
    """The open contact of that id.

    Raises:
        RefusedError: `already_ended`.
    """
    contact = floor.contacts.get(contact_id)
    if contact is None:
        raise RefusedError("already_ended", "The contact is closed.")
    return contact


def offered_to(floor: Floor, offer_id: str, agent_id: str) -> Offer:
    """The live offer, if it is this agent's.

    Raises:
        RefusedError: `offer_gone` or `not_yours`.
    """
    offer = floor.offers.get(offer_id)
    if offer is None:
        raise RefusedError("offer_gone", "The offer ended before your answer came; the contact went on.")
    if offer.agent_id != agent_id:
        raise RefusedError("not_yours", "The contact was offered to somebody else.")
    return offer


def held_by(floor: Floor, contact_id: str, agent_id: str, *states: ContactState) -> Contact:
    """The contact, if this agent holds it in one of `states`.

    Raises:
        RefusedError: `already_ended`, `not_yours` or `not_now`.
    """
    contact = known_contact(floor, contact_id)
    if contact.agent_id != agent_id:
        raise RefusedError("not_yours", "You do not have this contact any more.", state=contact.state)
    if contact.state not in states:
        raise _not_now(contact.state)
    return contact


def own(contact: Contact) -> Contact:
    """The contact, if it is a customer's and no consult.

    Raises:
        RefusedError: `consulted`.
    """
    if contact.consult_of is not None:
        raise RefusedError("consulted", "You are asked for advice: the call is the one's who asked.")
    return contact


def _not_now(state: ContactState) -> RefusedError:
    if state is ContactState.WRAP_UP:
        return RefusedError("already_ended", "The conversation has ended; only wrap-up is left.", state=state)
    return RefusedError("not_now", f"The contact is {state}; this cannot be done now.", state=state)
