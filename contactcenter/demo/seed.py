"""Seeds the demo: configuration, sign-ins, the utility's register, and history told through the same door as live work.

The stories are taken in, decided by an engine of their own under the router's lease, and committed as any
batch is: what the console shows later was never written by hand. Only the clock is the story's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contactcenter.config import LoadedConfiguration
from contactcenter.demo.people import DemoSignIn, sign_ins
from contactcenter.demo.scribe import Scribe, StoryClock
from contactcenter.demo.stories import STORIES, Story
from contactcenter.demo.utility import demo_register
from contactcenter.routing.engine import Engine
from contactcenter.storage import MADE_UP, Account, Storage

HOLDER: Final = "demo"
LEASE_SECONDS: Final = MADE_UP.limit
"""Nobody else decides meanwhile, and a stalled disk must not take it away."""
_DAY: Final = 86_400.0
_HOUR: Final = 3_600.0


async def seed_demo(
    url: str,
    loaded: LoadedConfiguration,
    *,
    clock: Callable[[], float],
    hash_password: Callable[[str], str],
) -> list[DemoSignIn]:
    """Put the demo into the migrated database at `url`, unless it is there; who can sign in.

    Must end before a router of this database starts. `clock` in UTC seconds; the same clock makes the same
    history. A second call adds only accounts that are missing.
    """
    now = clock()
    story_clock = StoryClock(now - 8 * _DAY)
    count = itertools.count(1)
    storage = await Storage.open(url, clock=story_clock, new_id=lambda: f"demo-{next(count):05d}", use=MADE_UP)
    try:
        agents = [(agent.id, agent.name, agent.profile) for agent in loaded.demo_agents]
        people = sign_ins(loaded.demo_agents)
        fresh = await storage.seed(loaded.configuration, agents, HOLDER)
        await _add_accounts(storage, people, hash_password)
        if fresh and agents:
            await _tell(storage, story_clock, now)
        if fresh:  # After the stories: they were told by people who knew nothing of it.
            await storage.utility.put(demo_register(now, [agent.id for agent in loaded.demo_agents]))
    finally:
        await storage.close()
    return people


async def _add_accounts(storage: Storage, people: list[DemoSignIn], hash_password: Callable[[str], str]) -> None:
    known = {account.username for account in await storage.accounts()}
    missing = [person for person in people if person.username not in known]
    hashes = {password: hash_password(password) for password in {person.password for person in missing}}
    for person in missing:
        await storage.put_account(
            Account(
                id=f"demo-{person.username}",
                username=person.username,
                name=person.name,
                role=person.role,
                agent_id=person.agent_id,
                language=person.language,
                password_hash=hashes[person.password],
            )
        )


async def _tell(storage: Storage, clock: StoryClock, now: float) -> None:
    lease = await storage.take_lease(HOLDER, LEASE_SECONDS)
    if lease is None:
        return  # A router runs already; the demo works without a past.
    try:
        loaded = await storage.load()
        engine = Engine(loaded.configuration, replace(loaded.snapshot, at=clock()))
        scribe = Scribe(storage, engine, lease.epoch, clock)
        for story in STORIES:
            clock.move_to(begin_of(story, now))
            await scribe.tell(story)
            lease = await storage.renew_lease(lease, LEASE_SECONDS)
    finally:
        await storage.release_lease(lease)


def begin_of(story: Story, now: float) -> float:
    """When a story began (UTC seconds): on its day at its hour in Montevideo, or hours before `now`."""
    if story.days_ago == 0:
        return now - story.hour * _HOUR
    montevideo = 3 * _HOUR
    midnight = (now - montevideo) // _DAY * _DAY + montevideo
    return midnight - story.days_ago * _DAY + story.hour * _HOUR
