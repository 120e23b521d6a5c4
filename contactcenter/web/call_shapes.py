"""What the API says of a call that is up (docs/api.md, "Calls"). Times are ISO 8601 in UTC."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads these; before Python 3.12 it needs this TypedDict

from contactcenter.web.shapes import ContactShape, Named


class ParticipantShape(TypedDict):
    """Somebody in the call, called `since`. `leg` names them to the API; `coaching`: only the agent hears them."""

    leg: str
    role: Literal["customer", "agent", "supervisor", "guest"]
    agent_id: str | None
    name: str | None
    address: str
    state: Literal["calling", "in_call"]
    muted: bool
    held: bool
    coaching: bool
    yours: bool
    since: str


class UnansweredShape(TypedDict):
    """Somebody who was called in and did not come, for a minute: `reason` is busy, no_answer, canceled or failed."""

    leg: str
    agent_id: str | None
    name: str | None
    address: str
    reason: str
    at: str


class WhomShape(TypedDict):
    """Whom an agent has asked to come: a queue, or an agent by name. `agent`: who is coming, or has come."""

    queue: Named
    to_agent: Named | None
    agent: Named | None


class ConsultShape(WhomShape):
    """What has been asked."""

    id: str
    state: str
    since: str


class ConsultOverShape(WhomShape):
    """The last consult, for a minute after its end; `came`: `agent` was in the call."""

    id: str
    came: bool
    at: str


class CallShape(TypedDict):
    """A call as it is now.

    `held`: the customer hears music; `muted`: the reader's own leg; `known` false: the telephone network does not
    answer, and this is what was last written down. `consult`: whom the agent has asked to come. Of a consult it is the
    call that it is about.
    """

    contact_id: str
    state: Literal["ringing", "connected", "over"]
    held: bool
    muted: bool
    recording: Literal["off", "on", "paused"]
    participants: list[ParticipantShape]
    unanswered: list[UnansweredShape]
    consult: ConsultShape | None
    consult_over: ConsultOverShape | None
    known: bool


class CallsShape(TypedDict):
    """An agent's calls; one with `consult` is somebody else's, in which they give advice."""

    calls: list[ContactShape]


class InvitedShape(TypedDict):
    """Somebody's telephone rings: `leg` names them from now on."""

    request_id: str
    status: int
    leg: str


class SoftphoneShape(TypedDict):
    """What makes a console the reader's telephone until `expires_at`."""

    identity: str
    token: str
    expires_at: str
