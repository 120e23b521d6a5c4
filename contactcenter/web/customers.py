"""What people know of a customer: an agent reads it of their own, a supervisor changes it.

Routing goes by it from the customer's next contact on.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import structlog
from pydantic import StringConstraints

from contactcenter.storage.screen_rows import HELD
from contactcenter.web import rendering
from contactcenter.web.access import SIGNED_IN, SUPERVISOR
from contactcenter.web.api import Body, Call, Endpoints
from contactcenter.web.errors import ApiError, not_found
from contactcenter.web.screens import CATALOGUE, LISTINGS, SCREENS
from contactcenter.web.shapes import CustomerDetailShape

endpoints = Endpoints("desk")
log = structlog.get_logger(__name__)

Short = Annotated[str, StringConstraints(min_length=1, max_length=32, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class CustomerChange(Body):
    """What changes; what is not named stays, null takes it away. `account_owner` is an agent's id."""

    name: Name | None = None
    tier: Short | None = None
    language: Language | None = None
    account_owner: Id | None = None


@endpoints.get("/api/v1/customers/{id}", access=SIGNED_IN, errors=(404,))
async def customer(call: Call) -> CustomerDetailShape:
    """A customer with their contacts, the newest first."""
    return await _shown(call, None if call.who.supervises else call.agent_id)


@endpoints.patch("/api/v1/customers/{id}", access=SUPERVISOR, errors=(404,))
async def change_customer(call: Call, body: CustomerChange) -> CustomerDetailShape:
    """Change what is known of a customer; it holds for their next contact."""
    fields = body.model_dump(exclude_unset=True)
    owner = body.account_owner
    if owner is not None and await call.request.app[LISTINGS].agent(owner) is None:
        message = f"There is no agent {owner!r}; GET /api/v1/agents lists them."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_agent", message)
    if not await call.deps.storage.change_customer(call.path("id"), fields):
        raise not_found("No customer")
    log.info("customer.changed", customer=call.path("id"), by=call.who.account_id, fields=sorted(fields))
    answer = await _shown(call, None)
    _tell(call, answer)
    return answer


def _tell(call: Call, answer: CustomerDetailShape) -> None:
    """Whoever has work of theirs open sees it at once."""
    for contact in answer["contacts"]:
        if contact["agent"] is not None and contact["state"] in HELD:
            call.deps.bus.post("desk", {"agent": contact["agent"]["id"], "contacts": [contact["id"]]})
    call.deps.bus.post("overview", {})


async def _shown(call: Call, agent_id: str | None) -> CustomerDetailShape:
    screens = call.request.app[SCREENS]
    view = await screens.customer(call.path("id"), agent_id)
    if view is None:
        raise not_found("No customer")
    renderer = await call.request.app[CATALOGUE].renderer(call.language)
    contacts = await screens.contacts_of(view.id)
    places = await call.deps.storage.utility.places_of(view.id)
    return {
        "customer": rendering.customer(view),
        "contacts": [renderer.contact(each) for each in contacts],
        "places": [renderer.place(one) for one in places],
    }
