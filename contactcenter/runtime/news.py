"""What a committed batch means to those who watch: news for the bus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from contactcenter.domain.history import EventType
from contactcenter.domain.instructions import (
    AnswerRequest,
    EndOffer,
    Instruction,
    OfferContact,
    SendMessage,
)
from contactcenter.domain.words import ContactState, MediaClass
from contactcenter.metrics import Metrics
from contactcenter.routing.state import HELD, Agent, Changes, Contact, Offer
from contactcenter.runtime.census import Census

News = tuple[str, dict[str, Any]]
"""Topic and payload."""

_REASONS = {EventType.TRANSFERRED: "transferred", EventType.REQUEUED: "requeued"}
_CHAT_STATES = {
    ContactState.CONNECTED: "connected",
    ContactState.WRAP_UP: "ended",
    ContactState.CLOSED: "ended",
}


class Picture(Protocol):
    """What is read of the engine."""

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """Open contacts."""

    @property
    def agents(self) -> Mapping[str, Agent]:
        """All agents."""


class _Seen(NamedTuple):
    """What was last told of a contact."""

    state: ContactState
    queue: str
    holder: str | None


class Newsroom:
    """Compares each batch with what was told before. It belongs to one engine and is dropped with it."""

    def __init__(self, picture: Picture, metrics: Metrics) -> None:
        self._picture = picture
        self._census = Census(picture.agents.values(), metrics)
        self._seen: dict[str, _Seen] = {}
        for contact in picture.contacts.values():
            seen = self._seen[contact.id] = _see(contact)
            self._census.moved(None, seen[:2])
        self._census.flush()

    def of(self, changes: Changes, instructions: Iterable[Instruction]) -> list[News]:
        """The news of a batch that was just committed; keeps the counts."""
        desks: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        news: list[News] = []
        for instruction in instructions:
            self._instruction(instruction, desks, news)
        reasons = {event.contact_id: _REASONS[event.type] for event in changes.events if event.type in _REASONS}
        for contact in changes.contacts.values():
            self._contact(contact, reasons.get(contact.id), desks, news)
        for message_id, contact_id in changes.messages.items():
            self._message(message_id, contact_id, changes, desks, news)
        for agent_id in changes.agents:
            desks[agent_id]["status"] = True
        self._census.take(changes, self._picture.contacts)
        news += [("desk", {"agent": agent_id, **told}) for agent_id, told in desks.items()]
        if changes.contacts or changes.agents or changes.offers:
            news.append(("overview", {}))
        return news

    def _instruction(self, instruction: Instruction, desks: defaultdict[str, dict[str, Any]], news: list[News]) -> None:
        match instruction:
            case AnswerRequest():
                answer = {
                    "request_id": instruction.request_id,
                    "code": instruction.code,
                    "message": instruction.message,
                    "detail": dict(instruction.detail),
                }
                news.append(("answer", answer))
            case OfferContact():
                desks[instruction.agent_id].setdefault("offers", []).append(instruction.offer_id)
            case EndOffer():
                ended = [instruction.offer_id, instruction.contact_id, instruction.outcome.value]
                desks[instruction.agent_id].setdefault("offers_ended", []).append(ended)
            case SendMessage():
                contact = self._picture.contacts.get(instruction.contact_id)
                if contact is not None and contact.agent_id is not None:
                    said = [instruction.contact_id, instruction.message_id]
                    desks[contact.agent_id].setdefault("messages", []).append(said)
            case _:
                pass

    def _contact(
        self, contact: Contact, reason: str | None, desks: defaultdict[str, dict[str, Any]], news: list[News]
    ) -> None:
        before, now = self._seen.get(contact.id), _see(contact)
        if before is not None and before.holder is not None and before.holder != now.holder:
            why = "closed" if contact.state is ContactState.CLOSED else reason or "requeued"
            desks[before.holder].setdefault("removed", []).append([contact.id, why])
        if now.holder is not None:
            desks[now.holder].setdefault("contacts", []).append(contact.id)
        if contact.media is MediaClass.LIVE and (before is None or before[::2] != now[::2]):
            news.append(("chat", {"thread": contact.thread, "message": None, "state": self._chat_state(contact)}))
        if contact.consult_of is not None and before != now:
            news.append(("call_changed", {"contact": contact.consult_of}))
        self._census.moved(before and before[:2], now[:2])
        if contact.state is ContactState.CLOSED:
            self._seen.pop(contact.id, None)
        else:
            self._seen[contact.id] = now

    def _chat_state(self, contact: Contact) -> dict[str, Any]:
        state = _CHAT_STATES.get(contact.state, "waiting")
        agent = self._picture.agents.get(contact.agent_id or "") if state == "connected" else None
        return {"state": state, "agent": agent.name if agent is not None else None}

    def _message(
        self,
        message_id: str,
        contact_id: str,
        changes: Changes,
        desks: defaultdict[str, dict[str, Any]],
        news: list[News],
    ) -> None:
        contact = changes.contacts.get(contact_id) or self._picture.contacts.get(contact_id)
        if contact is None:
            return
        holder = _see(contact).holder
        if holder is not None:
            desks[holder].setdefault("messages", []).append([contact_id, message_id])
        if contact.media is MediaClass.LIVE:
            news.append(("chat", {"thread": contact.thread, "message": message_id, "state": None}))


def _see(contact: Contact) -> _Seen:
    return _Seen(contact.state, contact.queue, contact.agent_id if contact.state in HELD else None)


def live_offers(offers: Mapping[str, Offer]) -> list[News]:
    """News of offers that ring already: what a router that just took over tells again."""
    return [("desk", {"agent": offer.agent_id, "offers": [offer.id]}) for offer in offers.values()]
