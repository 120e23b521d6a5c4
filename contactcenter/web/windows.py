"""The console windows of this node, connected or waiting to come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from contactcenter.web.feed import Feed
from contactcenter.web.state import Identity

DETACHED_SECONDS: Final = 60.0
"""How long a window that lost its connection is kept told, so that it can resume."""
WINDOWS: Final = 20
"""Windows of one account; past them the oldest is closed."""


class Windows:
    """All windows by their session."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._feeds: dict[str, Feed] = {}

    def __iter__(self) -> Iterator[Feed]:
        return iter(list(self._feeds.values()))

    @property
    def supervisors(self) -> list[Feed]:
        """Windows of those who see everybody's work."""
        return [feed for feed in self._feeds.values() if feed.supervises and feed.closed is None]

    def add(self, feed: Feed) -> None:
        """Keep a new window; one too many closes the account's oldest."""
        self._feeds[feed.session] = feed
        own = [each for each in self._feeds.values() if each.account_id == feed.account_id and each.closed is None]
        for extra in own[:-WINDOWS]:
            extra.end("too_many_windows")

    def remove(self, feed: Feed) -> None:
        """Forget a window."""
        self._feeds.pop(feed.session, None)

    def resume(self, identity: Identity, language: str, session: str, seq: int) -> Feed | None:
        """The window of a lost connection, if it is this account's, in this language, and what it missed is known."""
        feed = self._feeds.get(session)
        if feed is None or feed.account_id != identity.account_id or feed.closed is not None:
            return None
        if feed.language != language:
            return None
        if feed.after(seq) is None:
            return None
        feed.login = identity.login.token_hash
        feed.detached_at = None
        return feed

    def detach(self, feed: Feed) -> None:
        """The window's connection is gone; it may come back."""
        feed.detached_at = self._clock()

    def gone(self) -> list[Feed]:
        """Windows without a connection that nobody will come back to."""
        end = self._clock() - DETACHED_SECONDS
        return [
            feed
            for feed in self._feeds.values()
            if feed.detached_at is not None and (feed.closed is not None or feed.detached_at < end)
        ]

    def say_to_account(self, account_id: str, kind: str, **fields: Any) -> None:
        """Tell one person's windows."""
        for feed in self._feeds.values():
            if feed.account_id == account_id:
                feed.say(kind, **fields)

    def say_to_supervisors(self, kind: str, **fields: Any) -> None:
        """Tell those who see everybody's work."""
        for feed in self.supervisors:
            feed.say(kind, **fields)

    def end(self, reason: str, *, login: str | None = None, account_id: str | None = None) -> None:
        """Close the windows of one session, or of one account."""
        for feed in self._feeds.values():
            if (login is not None and feed.login == login) or (
                account_id is not None and feed.account_id == account_id
            ):
                feed.end(reason)
