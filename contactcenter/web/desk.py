"""One agent's desk as their windows know it: compares what SQL says now with what was told, and tells the rest.

So news on the bus only says where to look; news that got lost is found by the next sweep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contactcenter.storage.screen_records import (
    AgentView,
    ContactView,
    DeskView,
    MessageMark,
    MessageView,
    OfferView,
)
from contactcenter.storage.screen_rows import HELD
from contactcenter.storage.utility_callers import Place
from contactcenter.web import rendering
from contactcenter.web.feed import Feed, encode
from contactcenter.web.rendering import Renderer

PENDING: Final = "pending"
MESSAGES: Final = 2000
"""Messages of which a desk remembers what it told."""


@dataclass(slots=True)
class Hints:
    """Where to look for one agent. `status`: their own row; `everything`: all they have, compared with what was told.

    `tails`: contacts whose last messages are compared.
    """

    status: bool = False
    offers: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    tails: set[str] = field(default_factory=set)
    removed: dict[str, str] = field(default_factory=dict)
    everything: bool = False

    def merge(self, news: Mapping[str, Any]) -> None:
        """Take up one piece of news, of whatever shape."""
        self.status = self.status or bool(news.get("status"))
        self.offers.update(_ids(news.get("offers"), 0))
        self.offers.update(_ids(news.get("offers_ended"), 0))
        self.contacts.update(_ids(news.get("contacts"), 0))
        self.contacts.update(_ids(news.get("removed"), 0))
        self.removed.update(zip(_ids(news.get("removed"), 0), _ids(news.get("removed"), 1), strict=False))
        for name in ("messages", "deliveries", "media"):
            self.messages.update(_ids(news.get(name), 1))

    def take(self, other: Hints) -> None:
        """Take up what another knew."""
        self.status = self.status or other.status
        self.offers |= other.offers
        self.contacts |= other.contacts
        self.messages |= other.messages
        self.tails |= other.tails
        self.removed = {**other.removed, **self.removed}
        self.everything = self.everything or other.everything


def _ids(value: object, place: int) -> list[str]:
    """The ids in a list of ids, or at `place` in a list of lists."""
    items = value if isinstance(value, list | tuple) else ()
    lists = [each if isinstance(each, list | tuple) else (each,) for each in items]
    return [str(each[place]) for each in lists if len(each) > place]


class Now:
    """What was read for many desks at once, found by desk."""

    def __init__(self, view: DeskView) -> None:
        self.agents = view.agents
        self.offers = view.offers
        self.contacts = view.contacts
        self.places = view.places
        self.ringing: defaultdict[str, list[OfferView]] = defaultdict(list)
        self.held: defaultdict[str, list[ContactView]] = defaultdict(list)
        self.messages: defaultdict[str, list[MessageView]] = defaultdict(list)
        self.marks: defaultdict[str, list[MessageMark]] = defaultdict(list)
        for offer in view.offers.values():
            if offer.outcome is None:
                self.ringing[offer.agent_id].append(offer)
        for contact in view.contacts.values():
            if contact.agent_id is not None and contact.state in HELD:
                self.held[contact.agent_id].append(contact)
        for message in view.messages:
            self.messages[message.contact_id or ""].append(message)
        for mark in view.marks:
            self.marks[mark.contact_id].append(mark)


class Desk:
    """What the windows of one agent were told."""

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.feeds: dict[str, Feed] = {}
        self.agent: AgentView | None = None
        self.offers: dict[str, OfferView] = {}
        self.contacts: dict[str, ContactView] = {}
        self._offered: dict[str, ContactView] = {}
        self._places: dict[str, tuple[Place, ...]] = {}
        self._marks: dict[str, MessageMark] = {}
        self._begun = False

    def update(self, now: Now, hints: Hints, renderers: Mapping[str, Renderer]) -> Hints | None:
        """Tell the windows what is new; the hints for a second look, if one is needed."""
        told = _Told(self.feeds.values(), renderers)
        self._agent(now, told)
        self._ended_offers(now, hints, told)
        fresh = self._held_contacts(now, hints, told)
        self._new_offers(now, told)
        unread: set[str] = set()
        for contact in self.contacts.values():
            self._said(contact, now.messages.get(contact.id, ()), told)
            unread |= self._unread(now.marks.get(contact.id, ()))
        begun, self._begun = self._begun, True
        return Hints(tails=fresh, messages=unread) if begun and (fresh or unread) else None

    def snapshot(self, feed: Feed, renderer: Renderer, server_time: str, **more: Any) -> None:
        """Tell one window everything."""
        feed.say(
            "snapshot",
            session=feed.session,
            server_time=server_time,
            agent=None if self.agent is None else renderer.agent(self.agent),
            offers=[self._offer(view, renderer) for view in self.offers.values()],
            contacts=[renderer.contact(view) for view in self.contacts.values()],
            **more,
        )

    def _agent(self, now: Now, told: _Told) -> None:
        agent = now.agents.get(self.agent_id)
        if agent is not None and agent != self.agent:
            self.agent = agent
            if self._begun:
                told.all("agent", lambda renderer: {"agent": renderer.agent(agent)})

    def _ended_offers(self, now: Now, hints: Hints, told: _Told) -> None:
        for offer_id in list(self.offers):
            view = now.offers.get(offer_id)
            if view.outcome is None if view is not None else not hints.everything:
                continue
            known = self.offers.pop(offer_id)
            self._offered.pop(known.contact_id, None)
            self._places.pop(known.contact_id, None)
            outcome = "withdrawn" if view is None or view.outcome is None else view.outcome
            told.plain("offer_ended", offer_id=offer_id, contact_id=known.contact_id, outcome=outcome)

    def _new_offers(self, now: Now, told: _Told) -> None:
        for view in now.ringing.get(self.agent_id, ()):
            contact = now.contacts.get(view.contact_id)
            if view.id in self.offers or contact is None:
                continue
            self.offers[view.id] = view
            self._offered[contact.id] = contact
            self._places[contact.id] = now.places.get(contact.customer_id, ())
            if self._begun:
                told.all("offer", lambda renderer, view=view: {"offer": self._offer(view, renderer)})

    def _offer(self, view: OfferView, renderer: Renderer) -> Mapping[str, Any]:
        profile = self.agent.profile if self.agent else None
        contact = self._offered[view.contact_id]
        return renderer.offer(view, contact, profile, self._places.get(contact.id, ()))

    def _held_contacts(self, now: Now, hints: Hints, told: _Told) -> set[str]:
        """Returns the contacts that are new here."""
        for contact_id, known in list(self.contacts.items()):
            view = now.contacts.get(contact_id)
            if view is None and not hints.everything:
                continue
            if view is not None and view.agent_id == self.agent_id and view.state in HELD:
                continue
            del self.contacts[contact_id]
            self._forget(contact_id)
            reason = hints.removed.get(contact_id) or _reason(known, view)
            told.plain("contact_removed", contact_id=contact_id, reason=reason)
        fresh: set[str] = set()
        for view in now.held.get(self.agent_id, ()):
            if self.contacts.get(view.id) == view:
                continue
            if view.id not in self.contacts:
                fresh.add(view.id)
            self.contacts[view.id] = view
            if self._begun:
                told.all("contact", lambda renderer, view=view: {"contact": renderer.contact(view)})
        return fresh

    def _unread(self, marks: Iterable[MessageMark]) -> set[str]:
        """Messages that are not as they were told; before the first snapshot there is nothing to tell."""
        unread: set[str] = set()
        for mark in marks:
            if not self._begun:
                self._marks[mark.id] = mark
            elif self._marks.get(mark.id) != mark:
                unread.add(mark.id)
        return unread

    def _said(self, contact: ContactView, messages: Iterable[MessageView], told: _Told) -> None:
        for view in messages:
            mark, known = _mark(view, contact.id), self._marks.get(view.id)
            if known == mark:
                continue
            self._marks[view.id] = mark
            if known is not None:
                self._changed(known, view, told)
            elif self._begun:
                shape = rendering.message(view, contact.customer_name)
                told.plain("message", contact_id=contact.id, message=shape)
        while len(self._marks) > MESSAGES:
            del self._marks[next(iter(self._marks))]

    def _changed(self, known: MessageMark, view: MessageView, told: _Told) -> None:
        if (known.delivery, known.error) != (view.delivery, view.error):
            told.plain(
                "message_updated",
                contact_id=view.contact_id,
                message_id=view.id,
                delivery=view.delivery,
                error=view.error,
            )
        for medium in view.media if known.pending else ():
            if medium.state != PENDING:
                shape = rendering.medium(medium)
                told.plain("media_updated", contact_id=view.contact_id, message_id=view.id, media=shape)

    def _forget(self, contact_id: str) -> None:
        gone = [mark.id for mark in self._marks.values() if mark.contact_id == contact_id]
        for message_id in gone:
            del self._marks[message_id]


def _mark(view: MessageView, contact_id: str) -> MessageMark:
    pending = sum(1 for medium in view.media if medium.state == PENDING)
    return MessageMark(view.id, contact_id, view.delivery, view.error, pending)


class _Told:
    """Says one thing to all windows of a desk, encoded once a language."""

    def __init__(self, feeds: Iterable[Feed], renderers: Mapping[str, Renderer]) -> None:
        self._feeds = list(feeds)
        self._renderers = renderers

    def all(self, kind: str, make: Any) -> None:
        """Something with names in it."""
        frames: dict[str, bytes] = {}
        for feed in self._feeds:
            if feed.language not in frames:
                frames[feed.language] = encode(kind, make(self._renderers[feed.language]))
            feed.add(frames[feed.language])

    def plain(self, kind: str, **fields: Any) -> None:
        """Something that is the same in every language."""
        frame = encode(kind, fields)
        for feed in self._feeds:
            feed.add(frame)


def _reason(known: ContactView, view: ContactView | None) -> str:
    """Why a contact is gone, when nobody said."""
    if view is None or view.state == "closed":
        return "closed"
    return "transferred" if view.queue != known.queue or view.reserved_for is not None else "requeued"
