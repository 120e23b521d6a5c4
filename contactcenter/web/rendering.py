"""From what SQL holds to what the API says: names in the reader's language, times as ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from contactcenter.domain.configuration import Configuration, Texts
from contactcenter.domain.needs import Clause, Needs, clauses_of
from contactcenter.domain.words import MediaClass
from contactcenter.routing.relaxation import fits
from contactcenter.runtime.media import OTHER
from contactcenter.storage.screen_records import (
    AgentView,
    ContactView,
    CustomerView,
    EventView,
    FloorView,
    LedgerView,
    MediaView,
    MessageView,
    OfferView,
)
from contactcenter.storage.utility_callers import Place
from contactcenter.web.shapes import (
    AgentLoadShape,
    AgentShape,
    AuthorShape,
    ColleagueShape,
    ContactShape,
    EventShape,
    KnownCustomerShape,
    Load,
    MediaShape,
    MessageShape,
    Named,
    NeedsShape,
    OfferShape,
    OverviewShape,
    PlaceShape,
    QueueLoadShape,
    SkillsShape,
    YoursShape,
)

LANGUAGES: Final = ("es", "pt", "en")
PREVIEW: Final = 140
PLACES: Final = 5
"""Places that an offer names."""
_MEDIA_STATES: Final = {"ready": "ready", "pending": "pending", "failed": "failed"}


def iso(seconds: float) -> str:
    """UTC seconds as ISO 8601 with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def maybe(seconds: float | None) -> str | None:
    """`iso`, or nothing."""
    return None if seconds is None else iso(seconds)


def text_in(texts: Texts, language: str) -> str:
    """The text in this language, else in the first that there is."""
    for wanted in (language, "es", "en"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


def spoken(wanted: object) -> str | None:
    """The language of screens that is asked for, as in `pt` or `pt-BR,pt;q=0.9`; None for another."""
    language = wanted[:2].lower() if isinstance(wanted, str) else ""
    return language if language in LANGUAGES else None


class Renderer:
    """Renders with the names of one configuration in one language."""

    def __init__(self, configuration: Configuration, language: str) -> None:
        self.configuration = configuration
        self.language = language

    def queue(self, queue_id: str) -> Named:
        """A queue's name; one that was removed keeps its id."""
        queue = self.configuration.queues.get(queue_id)
        return {"id": queue_id, "name": text_in(queue.name, self.language) if queue else queue_id}

    def profile(self, profile_id: str) -> Named:
        """A profile's name."""
        profile = self.configuration.profiles.get(profile_id)
        return {"id": profile_id, "name": profile.name if profile else profile_id}

    def agent(self, view: AgentView) -> AgentShape:
        """An agent."""
        return {
            "id": view.id,
            "name": view.name,
            "profile": self.profile(view.profile),
            "status": view.status,
            "reason": view.reason,
            "status_since": iso(view.status_since),
            "connected": view.connected,
            "finishing": view.finishing,
            "telephone": view.telephone,
        }

    def contact(self, view: ContactView) -> ContactShape:
        """A contact."""
        asked = _asked(view.clauses)
        in_wrap_up = view.state == "wrap_up"
        return {
            "id": view.id,
            "channel": view.channel,
            "media": view.media,
            "state": view.state,
            "state_since": iso(view.state_since),
            "queue": self.queue(view.queue),
            "priority": view.priority,
            "own_priority": view.own_priority,
            "hazard": view.hazard,
            "kept": view.kept,
            "relaxed": view.relaxed,
            "skills": asked.skills,
            "any_of": asked.any_of,
            "preferred": asked.preferred,
            "own_needs": _needs(view.own_needs),
            "arrived_at": iso(view.arrived_at),
            "place": iso(view.place),
            "agent": None if view.agent_id is None else {"id": view.agent_id, "name": view.agent_name or view.agent_id},
            "reserved_for": view.reserved_for,
            "customer": {
                "id": view.customer_id,
                "name": view.customer_name,
                "tier": view.customer_tier,
                "language": view.customer_language or view.language,
                "flags": (view.customer_flags or "").split(),
            },
            "address": view.address,
            "to": view.our_address,
            "preview": (view.preview or "")[:PREVIEW],
            "last_message_at": maybe(view.last_message_at),
            "connected_at": maybe(view.connected_at),
            "ended_at": maybe(view.ended_at),
            "wrap_up_until": maybe(view.deadline) if in_wrap_up else None,
            "closed_at": maybe(view.closed_at),
            "outcome": view.outcome,
            "disposition": view.disposition,
            "opted_out": view.opted_out,
            "consult": None
            if view.consult_of is None
            else {"call": view.consult_of, "asked_by": view.asker_name, "named": view.consult_to is not None},
            "version": view.version,
        }

    def place(self, place: Place) -> PlaceShape:
        """Where a customer is supplied."""
        outage, premises = place.outage, place.premises
        return {
            "id": premises.id,
            "account": premises.account,
            "address": premises.address,
            "zone": {"id": premises.zone, "name": place.zone_name},
            "outage": None
            if outage is None
            else {
                "id": outage.id,
                "cause": text_in(outage.cause, self.language),
                "started": iso(outage.started),
                "restoration": maybe(outage.restoration),
            },
            "report": place.report,
        }

    def offer(
        self, view: OfferView, contact: ContactView, profile_id: str | None, places: Sequence[Place] = ()
    ) -> OfferShape:
        """An offer, with the agent's own proficiency beside what is asked."""
        profile = self.configuration.profiles.get(profile_id or "")
        yours: Mapping[str, int] = profile.skills if profile else {}
        asked = _asked(contact.clauses)
        return {
            "id": view.id,
            "contact": self.contact(contact),
            "places": [self.place(one) for one in places[:PLACES]],
            "offered_at": iso(view.offered_at),
            "deadline": iso(view.deadline),
            "why": {
                "reason": view.cause,
                "waited_seconds": round(view.waited_seconds, 3),
                "skills": _beside(asked.skills, yours),
                "any_of": [_beside(skills, yours) for skills in asked.any_of],
                "preferred": _beside(asked.preferred, yours),
                "choice": view.choice,
                "steps": view.steps,
                "proficiency": view.proficiency,
                "ready": view.ready,
                "refused": dict(view.refusals),
                "configuration_version": view.configuration_version,
            },
        }

    def colleague(self, view: AgentView, *, on_call: bool) -> ColleagueShape:
        """An agent, as whoever hands a contact on must know them."""
        profile = self.configuration.profiles.get(view.profile)
        capacity = profile.capacity if profile else {}
        channels = sorted(profile.channels) if profile else []
        return {
            "id": view.id,
            "name": view.name,
            "status": view.status,
            "reason": view.reason,
            "profile": self.profile(view.profile),
            "ready": _ready(view),
            "on_call": on_call,
            "channels": [channel for channel in channels if channel != "voice" or capacity.get(MediaClass.VOICE, 0)],
        }

    def overview(self, floor: FloorView, ledger: LedgerView) -> OverviewShape:
        """Who is here, and what waits."""
        loads: dict[str, Load] = {}
        for load in floor.loads:
            mine = loads.setdefault(load.agent_id, _no_load())
            mine[MediaClass(load.media).value] = load.count
        agents = [self._agent_load(view, loads.get(view.id), view.id in floor.offered) for view in floor.agents]
        return {
            "queues": self._queue_loads(floor),
            "agents": agents,
            "waiting": [self.contact(view) for view in floor.waiting],
            "ledger": {"offered": ledger.offered, "open": ledger.open, "outcomes": dict(ledger.outcomes)},
            "statistics": None,
        }

    def _agent_load(self, view: AgentView, load: Load | None, offered: bool) -> AgentLoadShape:
        profile = self.configuration.profiles.get(view.profile)
        capacity = _no_load()
        for media, count in (profile.capacity if profile else {}).items():
            capacity[media.value] = count
        return {**self.agent(view), "contacts": load or _no_load(), "offered": offered, "capacity": capacity}

    def _queue_loads(self, floor: FloorView) -> list[QueueLoadShape]:
        loads: dict[str, QueueLoadShape] = {queue_id: self._empty(queue_id) for queue_id in self.configuration.queues}
        for count in floor.queues:
            load = loads.setdefault(count.queue, self._empty(count.queue))
            match count.state:
                case "waiting" | "offered":
                    load["waiting" if count.state == "waiting" else "offered"] = count.count
                    first = min(filter(None, (load["longest_wait_since"], iso(count.first_at))))
                    load["longest_wait_since"] = first
                case "wrap_up":
                    load["wrap_up"] = count.count
                case _:
                    load["connected"] += count.count
        available = [view for view in floor.agents if _ready(view)]
        for queue_id, load in loads.items():
            load["agents_available"] = sum(1 for view in available if self._serves(view, queue_id))
        return list(loads.values())

    def _serves(self, view: AgentView, queue_id: str) -> bool:
        """Whether the agent's profile has what the queue asks of everybody."""
        profile, queue = self.configuration.profiles.get(view.profile), self.configuration.queues.get(queue_id)
        if profile is None or queue is None:
            return False
        return all(fits(clause, profile.skills) for clause in clauses_of(queue.needs) if not clause.preferred)

    def _empty(self, queue_id: str) -> QueueLoadShape:
        return {
            **self.queue(queue_id),
            "waiting": 0,
            "longest_wait_since": None,
            "offered": 0,
            "connected": 0,
            "wrap_up": 0,
            "agents_available": 0,
            "estimate": None,
        }


class _Asked(NamedTuple):
    """Clauses as people read them."""

    skills: SkillsShape
    any_of: list[SkillsShape]
    preferred: SkillsShape


def _asked(clauses: Sequence[Clause]) -> _Asked:
    asked = _Asked([], [], [])
    for clause in clauses:
        if clause.preferred:
            asked.preferred.extend(clause.any_of)
        elif len(clause.any_of) == 1:
            asked.skills.extend(clause.any_of)
        else:
            asked.any_of.append(list(clause.any_of))
    return asked


def _beside(skills: SkillsShape, yours: Mapping[str, int]) -> YoursShape:
    return [(skill, minimum, yours.get(skill)) for skill, minimum in skills]


def _needs(needs: Needs) -> NeedsShape:
    return {
        "skills": dict(needs.skills),
        "any_of": [dict(skills) for skills in needs.any_of],
        "preferred": dict(needs.preferred),
    }


def _ready(view: AgentView) -> bool:
    """Whether they take new contacts: who finishes does not."""
    return view.status == "available" and view.connected and view.finishing is None


def _no_load() -> Load:
    return {"voice": 0, "live": 0, "async": 0}


def message(view: MessageView, customer: str | None = None) -> MessageShape:
    """A message; `customer` is the customer's name."""
    return {
        "id": view.id,
        "contact_id": view.contact_id or "",
        "direction": view.direction,  # type: ignore[typeddict-item]  # SQL has a CHECK for it
        "author": _author(view, customer),
        "text": view.text,
        "at": iso(view.at),
        "delivery": view.delivery,
        "error": view.error,
        "media": [medium(each) for each in view.media],
    }


def _author(view: MessageView, customer: str | None) -> AuthorShape:
    if view.direction == "in":
        return {"kind": "customer", "name": view.author_name or customer}
    if view.direction == "system":
        return {"kind": "system", "name": view.author_name}
    return {"kind": "agent", "name": view.author_name}


def medium(view: MediaView) -> MediaShape:
    """A picture as the console shows it."""
    return {
        "id": view.id,
        "content_type": view.content_type or OTHER,
        "size": view.size,
        "name": view.name,
        "state": _MEDIA_STATES.get(view.state, "failed"),  # type: ignore[typeddict-item]  # the values are its
        "url": f"/api/v1/media/{view.id}",
    }


def event(view: EventView) -> EventShape:
    """One line of a contact's history."""
    agent: Named | None = None
    if view.agent_id is not None:
        agent = {"id": view.agent_id, "name": view.agent_name or view.agent_id}
    return {"at": iso(view.at), "type": view.type, "agent": agent, "detail": dict(view.detail)}


def customer(view: CustomerView) -> KnownCustomerShape:
    """A customer."""
    owner: Named | None = None
    if view.account_owner is not None:
        owner = {"id": view.account_owner, "name": view.owner_name or view.account_owner}
    return {
        "id": view.id,
        "name": view.name,
        "tier": view.tier,
        "language": view.language,
        "account_owner": owner,
        "flags": (view.flags or "").split(),
    }
