"""The collector under a router: what stays is looked at once, what became garbage is found when there is time."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from contactcenter.runtime.garbage import QUIET_SECONDS, Garbage


class Node:
    """Something in a cycle."""

    def __init__(self) -> None:
        self.me = self


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="garbage")
def _garbage(clock: Clock) -> Iterator[Garbage]:
    garbage = Garbage(clock)
    garbage.clear()
    garbage.keep()
    yield garbage
    garbage.let_go()


def frozen_cycle() -> weakref.ref[Node]:
    """A cycle that became garbage after it was frozen."""
    node = Node()
    gc.collect()
    return weakref.ref(node)


def test_what_survives_a_whole_collection_is_not_looked_at_again(garbage: Garbage) -> None:
    made = [[number] for number in range(50_000)]
    gc.collect()
    assert not any(one is made[-1] for one in gc.get_objects()), "the frozen are of no generation"
    assert gc.isenabled()
    del garbage


def test_frozen_garbage_is_found_in_a_quiet_moment_and_not_before(clock: Clock) -> None:
    garbage = Garbage(clock, cheap=10**9)
    garbage.keep()
    gone = frozen_cycle()
    gc.collect()
    garbage.rest()
    assert gone() is not None
    clock.now += QUIET_SECONDS
    garbage.rest()
    assert gone() is None
    garbage.let_go()


def test_with_very_much_alive_it_waits_until_that_has_doubled(clock: Clock) -> None:
    garbage = Garbage(clock, cheap=0)
    garbage.keep()
    gone = frozen_cycle()
    clock.now += QUIET_SECONDS
    garbage.rest()
    assert gone() is not None
    more = [[number] for number in range(gc.get_freeze_count() + 1_000)]
    gc.collect()
    garbage.rest()
    assert gone() is not None, "asked again too soon"
    clock.now += QUIET_SECONDS
    garbage.rest()
    assert gone() is None
    assert more
    garbage.let_go()


def test_nothing_is_collected_while_much_is_made(garbage: Garbage) -> None:
    with garbage.paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_router_that_ends_leaves_the_collector_as_it_was(clock: Clock) -> None:
    callbacks, thresholds = list(gc.callbacks), gc.get_threshold()
    garbage = Garbage(clock)
    garbage.keep()
    garbage.keep()
    garbage.let_go()
    garbage.let_go()
    assert gc.callbacks == callbacks
    assert gc.get_threshold() == thresholds
    assert gc.get_freeze_count() == 0
    garbage.rest()
    assert gc.get_freeze_count() == 0
