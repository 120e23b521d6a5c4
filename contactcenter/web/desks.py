"""Keeps agents' windows told: news says where to look, SQL says what is.

One pass reads for all desks with news in a handful of statements; news that arrives meanwhile makes the
next pass, so the more there is the better it shares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import structlog

from contactcenter.storage import Storage, UnavailableError
from contactcenter.storage.screen_records import ContactView, DeskView
from contactcenter.web.catalogue import Catalogue
from contactcenter.web.desk import Desk, Hints, Now
from contactcenter.web.errors import ApiError
from contactcenter.web.feed import Feed
from contactcenter.web.rendering import Renderer, iso

RETRY_SECONDS: Final = 0.5

log = structlog.get_logger(__name__)


class Desks:
    """The desks of the agents who have a window on this node."""

    def __init__(self, storage: Storage, catalogue: Catalogue, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock
        self._desks: dict[str, Desk] = {}
        self._dirty: dict[str, Hints] = {}
        self._joining: dict[Feed, asyncio.Future[None]] = {}
        self._extra: dict[Feed, Mapping[str, Any]] = {}
        self._wake = asyncio.Event()

    def __contains__(self, agent_id: str) -> bool:
        return agent_id in self._desks

    async def join(self, feed: Feed, **extra: Any) -> None:
        """Add an agent's window and tell it everything, with `extra` in its snapshot.

        Raises:
            UnavailableError: SQL does not answer.
            ApiError: 503 while there is no configuration.
        """
        assert feed.agent_id is not None
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._joining[feed] = future
        self._extra[feed] = extra
        self._mark(feed.agent_id).everything = True
        try:
            await future
        finally:
            del self._joining[feed], self._extra[feed]

    def leave(self, feed: Feed) -> None:
        """Forget a window, and its desk with the last one."""
        desk = self._desks.get(feed.agent_id or "")
        if desk is not None:
            desk.feeds.pop(feed.session, None)
            self._drop_empty(desk.agent_id)

    def held(self, agent_id: str, contact_id: str) -> ContactView | None:
        """A contact that the agent holds, as far as their windows were told."""
        desk = self._desks.get(agent_id)
        return desk.contacts.get(contact_id) if desk else None

    def look_at_call(self, contact_id: str) -> None:
        """Tell the windows of whoever holds this call that it changed; supervisors' are told anyway."""
        for desk in self._desks.values():
            shown = [each.id for each in desk.contacts.values() if contact_id in (each.id, each.consult_of)]
            for feed in desk.feeds.values() if shown else ():
                if not feed.supervises:
                    feed.say("call", contact_id=shown[0])

    def news(self, news: Mapping[str, Any]) -> None:
        """The bus says that something happened on a desk."""
        desk = self._desks.get(str(news.get("agent")))
        if desk is None:
            return
        typing = news.get("typing")
        for contact_id in typing if isinstance(typing, list) else ():
            if contact_id in desk.contacts:
                for feed in desk.feeds.values():
                    feed.say("typing", contact_id=contact_id)
        if news.keys() - {"agent", "typing"}:
            self._mark(desk.agent_id).merge(news)

    def look(self, part: int = 0, parts: int = 1) -> None:
        """Compare each `parts`-th desk with SQL: what a lost message would have told."""
        for agent_id in list(self._desks)[part::parts]:
            self._mark(agent_id).everything = True

    async def run(self) -> None:
        """Make passes for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            dirty, self._dirty = self._dirty, {}
            joining = {feed: future for feed, future in self._joining.items() if feed.agent_id in dirty}
            try:
                await self._pass(dirty, joining)
            except (UnavailableError, ApiError) as error:
                self._failed(dirty, joining, error)
                await asyncio.sleep(RETRY_SECONDS)

    def _mark(self, agent_id: str) -> Hints:
        self._wake.set()
        return self._dirty.setdefault(agent_id, Hints())

    async def _pass(self, dirty: Mapping[str, Hints], joining: Mapping[Feed, asyncio.Future[None]]) -> None:
        asked = {feed.agent_id for feed in joining}
        wanted = {agent_id: hints for agent_id, hints in dirty.items() if agent_id in self._desks or agent_id in asked}
        if not wanted:
            return
        for agent_id in wanted:
            self._desks.setdefault(agent_id, Desk(agent_id))
        languages = {feed.language for agent_id in wanted for feed in self._desks[agent_id].feeds.values()}
        languages |= {feed.language for feed in joining}
        try:
            renderers = {language: await self._catalogue.renderer(language) for language in languages}
            now = Now(await self._read(wanted))
            for agent_id, hints in wanted.items():
                more = self._desks[agent_id].update(now, hints, renderers)
                if more is not None:
                    self._mark(agent_id).take(more)
            self._admit(joining, renderers)
        finally:
            for agent_id in wanted:
                self._drop_empty(agent_id)

    async def _read(self, wanted: Mapping[str, Hints]) -> DeskView:
        whole = [agent_id for agent_id, hints in wanted.items() if hints.everything]
        return await self._storage.desks(
            whole,
            statuses_of=[agent_id for agent_id, hints in wanted.items() if hints.status],
            offer_ids=_union([hints.offers for hints in wanted.values()], [self._desks[each].offers for each in whole]),
            contact_ids=_union(
                [hints.contacts for hints in wanted.values()], [self._desks[each].contacts for each in whole]
            ),
            message_ids=_union([hints.messages for hints in wanted.values()]),
            tails_of=_union([hints.tails for hints in wanted.values()]),
        )

    def _admit(self, joining: Mapping[Feed, asyncio.Future[None]], renderers: Mapping[str, Renderer]) -> None:
        for feed, future in joining.items():
            if feed in self._joining and not future.done():
                desk = self._desks[feed.agent_id or ""]
                desk.snapshot(feed, renderers[feed.language], iso(self._clock()), **self._extra[feed])
                desk.feeds[feed.session] = feed
                future.set_result(None)

    def _drop_empty(self, agent_id: str) -> None:
        """Whoever wanted in has gone away meanwhile, or the last window has left."""
        desk = self._desks.get(agent_id)
        if desk is not None and not desk.feeds:
            del self._desks[agent_id]

    def _failed(
        self, dirty: Mapping[str, Hints], joining: Mapping[Feed, asyncio.Future[None]], error: Exception
    ) -> None:
        log.warning("desks.not_read", desks=len(dirty), error=str(error))
        for future in joining.values():
            if not future.done():
                future.set_exception(error)
        for agent_id, hints in dirty.items():
            if agent_id in self._desks:
                self._mark(agent_id).take(hints)


def _union(*groups: Iterable[Iterable[str]]) -> set[str]:
    return set().union(*(each for group in groups for each in group))
