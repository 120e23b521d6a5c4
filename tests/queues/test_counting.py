"""Live counts are what counting everybody once would say, in whatever order things happen."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.domain.words import Outcome, Service
from contactcenter.queues.counting import Counting, Key, Seen, ended, summed
from contactcenter.queues.intervals import SPAN, span_of
from contactcenter.queues.service_level import ARRIVED, Facts, Tally

START = 1_000_000 * SPAN


@dataclass
class Story:
    """What became of one contact, step by step."""

    arrived: float
    steps: list[tuple[str, Facts, bool]]


FACTS = st.sampled_from(
    [
        [ARRIVED],
        [ARRIVED, Facts(Service.ON_TIME, None, 3_000), Facts(Service.ON_TIME, Outcome.AGENT_HANDLED, 3_000, 60_000, 5)],
        [ARRIVED, Facts(Service.ABANDONED, Outcome.ABANDONED, 40_000)],
        [ARRIVED, Facts(outcome=Outcome.REFUSED)],
        [Facts(Service.LATE, Outcome.SYSTEM_CLOSED, 99_000, 1_000, 0)],
    ]
)
STORIES = st.lists(
    st.builds(
        lambda offset, facts, queues: Story(
            START + offset,
            [
                (queues[min(step, 1)], one, one.outcome is not None and step == len(facts) - 1)
                for step, one in enumerate(facts)
            ],
        ),
        st.integers(0, 3 * SPAN),
        FACTS,
        st.tuples(st.sampled_from("ab"), st.sampled_from("ab")),
    ),
    max_size=12,
)


def truth(stories: list[Story], start: float, end: float) -> dict[Key, Tally]:
    tallies: dict[Key, Tally] = {}
    for story in stories:
        queue, facts, _ = story.steps[-1]
        if start <= story.arrived < end:
            tallies.setdefault((queue, "sms"), Tally()).count(facts)
    return tallies


def without_empty(tallies: dict[Key, Tally]) -> dict[Key, Tally]:
    return {key: tally for key, tally in tallies.items() if tally != Tally()}


@given(STORIES, st.randoms(use_true_random=False), st.integers(0, 12))
def test_counting_by_difference_is_counting(stories: list[Story], random: object, before: int) -> None:
    counting, old = Counting(), Counting()
    for story in stories[:before]:
        queue, facts, closed = story.steps[-1]
        seen = Seen("old", story.arrived, queue, "sms", facts, closed=True)
        (old.recall if closed else counting.see)(seen._replace(id=f"old{id(story)}", closed=closed))
    counting.absorb(old)
    told = [(number, step) for number, story in enumerate(stories[before:]) for step in range(len(story.steps))]
    random.shuffle(told)  # type: ignore[attr-defined]
    told = [(number, sorted(s for n, s in told if n == number)[i]) for number, i in _ranks(told)]
    for number, step in told:
        story = stories[before:][number]
        queue, facts, closed = story.steps[step]
        counting.see(Seen(str(number), story.arrived, queue, "sms", facts, closed=closed))
    for span in range(START, START + 4 * SPAN, SPAN):
        found = without_empty(counting.spans.get(span, {}))
        assert found == truth(stories, span, span + SPAN)
        still = sum(1 for story in stories if not story.steps[-1][2] and span_of(story.arrived) == span)
        assert counting.open[span] == still
    newest = max((story.arrived for story in stories), default=START)
    recent = (newest // 60 - 15) * 60
    assert without_empty(counting.since(recent)) == truth(stories, recent, newest + 1)
    everything = counting.spans_since(START, START + 4 * SPAN)
    assert without_empty(everything) == truth(stories, START, START + 4 * SPAN)


def _ranks(told: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep each contact's steps in order, whatever the others do between them."""
    counts: dict[int, int] = {}
    ranks = []
    for number, _ in told:
        ranks.append((number, counts.get(number, 0)))
        counts[number] = counts.get(number, 0) + 1
    return ranks


def test_what_is_written_and_closed_is_forgotten() -> None:
    counting = Counting()
    counting.see(Seen("open", START, "a", "sms", ARRIVED, closed=False))
    counting.see(Seen("closed", START + SPAN, "a", "sms", Facts(outcome=Outcome.REFUSED), closed=True))
    counting.put(START - SPAN, {("a", "sms"): Tally(offered=3)})
    counting.drop(START + 5 * SPAN)
    assert sorted(counting.spans) == [START, START + SPAN], "changed and not written down yet"
    counting.changed.clear()
    counting.drop(START + 5 * SPAN)
    assert sorted(counting.spans) == [START], "its contact is open"
    assert counting.open == {START: 1}


def test_sums_leave_their_parts_alone() -> None:
    part = {("a", "sms"): Tally(offered=1)}
    assert summed([part, part]) == {("a", "sms"): Tally(offered=2)}
    assert part == {("a", "sms"): Tally(offered=1)}
    assert (ended(START, START + SPAN - 1), ended(START, START + SPAN)) == (False, True)


def test_seeing_the_same_again_counts_nothing() -> None:
    counting = Counting()
    seen = Seen("a", START, "bills", "sms", Facts(Service.ON_TIME, None, 3_000), closed=False)
    counting.see(seen)
    before = summed(counting.spans.values())
    assert counting.see(seen) == seen.facts
    assert summed(counting.spans.values()) == before
    assert next(iter(before.values())).answered == 1
