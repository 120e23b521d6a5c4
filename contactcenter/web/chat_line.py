"""One browser of a chat: what it was told, and what it has to be told now."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from math import ceil, floor
from typing import Any, Final

from contactcenter.channels import chat_protocol as protocol
from contactcenter.channels.chat_session import ChatSession
from contactcenter.storage.screen_records import ContactView, MediaView, MessageView
from contactcenter.web.rendering import iso

WAITING_FRAMES: Final = 500
"""Frames that a slow browser may owe; past them it must connect again."""
KNOWN: Final = 2000
HIDDEN: Final = frozenset({"queued", "failed"})
"""Deliveries of messages that have not left, or never will: the customer does not see them."""
_STATES: Final = {"connected": "connected", "wrap_up": "ended", "closed": "ended"}


class ChatLine:
    """A connected browser. `frames` is None-terminated: then the socket must go.

    `expects`: a message to it was on its way at the last look.
    """

    def __init__(self, session: ChatSession, token: str) -> None:
        assert session.thread is not None
        self.session = session
        self.thread = session.thread
        self.token = token
        self.contact: ContactView | None = None
        self.expects = False
        self.frames: asyncio.Queue[str | None] = asyncio.Queue(WAITING_FRAMES)
        self._status: tuple[str, str | None] = ("new", None)
        self._wait: tuple[float, float] | None = None
        self._known: dict[str, None] = {}

    def say(self, frame: str) -> None:
        """Send a frame soon; a browser that takes too little is let go."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Let the browser go."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)

    def welcome(
        self, contact: ContactView | None, messages: Iterable[MessageView], texts: Mapping[str, str], max_media: int
    ) -> None:
        """Tell everything."""
        said = list(messages)
        self.contact = contact
        self._status = status_of(contact, said)
        shown = [view for view in said if self._fresh(view)]
        state, agent = self._status
        self.say(
            protocol.welcome(
                token=self.token,
                state=state,
                agent=agent,
                messages=[self.shape(view) for view in shown],
                texts=texts,
                max_media_bytes=max_media,
            )
        )

    def update(self, contact: ContactView | None, messages: Iterable[MessageView], pushed: Iterable[str] = ()) -> None:
        """Tell what is new. `pushed` messages are on their way now, whatever their delivery says."""
        said = list(messages)
        self.contact = contact
        urgent = set(pushed)
        self.expects = False
        for view in said:
            self.expects = self.expects or view.delivery == "queued"
            if self._fresh(view, urgent=view.id in urgent):
                self.say(protocol.message(self.shape(view)))
        status = status_of(contact, said)
        if status != self._status:
            self._status, self._wait = status, None
            self.say(protocol.status(state=status[0], agent=status[1]))

    def expect(self, wait: tuple[float, float] | None) -> None:
        """Tell how long it still takes, P50 and P80 in seconds, whenever that is another number of minutes."""
        state, agent = self._status
        if state == "waiting" and _minutes(wait) != _minutes(self._wait):
            self._wait = wait
            self.say(protocol.status(state=state, agent=agent, wait=wait))

    def wrote(self, message_id: str) -> None:
        """The browser wrote this one itself: it is not told of it again."""
        self._remember(message_id)

    def shape(self, view: MessageView) -> dict[str, Any]:
        """A message as the customer sees it (docs/api.md, Message')."""
        client_id = None
        if view.direction == "in" and view.provider_id is not None:
            client_id = view.provider_id.removeprefix(f"{self.thread}:")
        return {
            "id": view.id,
            "direction": view.direction,
            "name": view.author_name if view.direction != "in" else None,
            "text": view.text,
            "at": iso(view.at),
            "media": [self._medium(each) for each in view.media],
            "client_id": client_id,
        }

    def _medium(self, view: MediaView) -> dict[str, Any]:
        return {
            "id": view.id,
            "content_type": view.content_type,
            "size": view.size,
            "name": view.name,
            "state": view.state,
            "url": f"/chat/media/{view.id}?token={self.token}",
        }

    def _fresh(self, view: MessageView, *, urgent: bool = False) -> bool:
        if view.id in self._known or view.direction == "note" or (view.delivery in HIDDEN and not urgent):
            return False
        self._remember(view.id)
        if view.direction != "in":
            self.session.sent([view.id])
        return True

    def _remember(self, message_id: str) -> None:
        self._known[message_id] = None
        while len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]


def _minutes(wait: tuple[float, float] | None) -> tuple[int, int] | None:
    return None if wait is None else (floor(wait[0] / 60), ceil(wait[1] / 60))


def status_of(contact: ContactView | None, said: Iterable[MessageView]) -> tuple[str, str | None]:
    """How far a chat is, and the agent's name while there is one.

    What the customer wrote and the router has not joined to a contact yet waits, whatever was before.
    """
    state = "new" if contact is None else _STATES.get(contact.state, "waiting")
    if state in ("new", "ended") and any(view.direction == "in" and view.contact_id is None for view in said):
        state = "waiting"
    return state, contact.agent_name if contact is not None and state == "connected" else None
