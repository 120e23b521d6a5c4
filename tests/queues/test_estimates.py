from __future__ import annotations

import random

import pytest

from contactcenter.domain.words import MediaClass
from contactcenter.queues.calibration import Estimate, Quantiles, Spread, softened
from contactcenter.queues.estimates import Estimates
from contactcenter.queues.experience import ENOUGH_IN_CLASS, ENOUGH_IN_QUEUE, Sight

VOICE, LIVE, ASYNC = MediaClass.VOICE, MediaClass.LIVE, MediaClass.ASYNC


def taught(hold: float = 300.0, media: MediaClass = VOICE, count: int = 40) -> Estimates:
    """Whoever has seen `count` contacts of queue `line` being held for `hold` seconds."""
    estimates = Estimates()
    for number in range(count):
        estimates.held(str(number), "line", media, 0.0)
        estimates.released(str(number), hold)
    return estimates


def told(estimates: Estimates, places: float, slots: int = 10, media: MediaClass = VOICE) -> Estimate:
    estimate = estimates.estimate("line", media, "line", Sight(places, slots))
    assert estimate is not None
    return estimate


def serve(estimates: Estimates, number: int, wait: float, places: float = 4.0, at: float = 0.0) -> None:
    estimates.waits(f"w{number}", "line", VOICE, "line", Sight(places, 10), at)
    estimates.answered(f"w{number}", "line", VOICE, at + wait)


def test_says_nothing_before_it_knows_how_long_contacts_take() -> None:
    assert taught(count=ENOUGH_IN_QUEUE - 1).estimate("line", VOICE, "x", Sight(0, 3)) is None
    assert taught(count=ENOUGH_IN_QUEUE).estimate("line", VOICE, "x", Sight(0, 3)) is not None


def test_a_queue_borrows_from_its_media_class_but_not_from_another() -> None:
    estimates = taught(count=ENOUGH_IN_CLASS)
    assert estimates.estimate("new", VOICE, "x", Sight(0, 3)) is not None
    assert estimates.estimate("new", LIVE, "x", Sight(0, 3)) is None


def test_says_nothing_when_nobody_is_there_to_serve() -> None:
    assert taught().estimate("line", VOICE, "x", Sight(0, 0)) is None


def test_grows_with_the_line_and_shrinks_with_people() -> None:
    estimates = taught()
    waits = [told(estimates, places).p80 for places in (0, 1, 5, 20, 100)]
    assert waits == sorted(waits)
    assert told(estimates, 5, slots=20).p50 < told(estimates, 5, slots=10).p50
    assert all(estimate.p50 <= estimate.p80 for estimate in (told(estimates, 0), told(estimates, 50)))


def test_who_can_hang_up_shortens_the_line_for_the_others() -> None:
    assert told(taught(), 50).p50 < told(taught(media=ASYNC), 50, media=ASYNC).p50


def test_messages_wait_their_place_times_the_pace() -> None:
    estimate = told(taught(300.0, ASYNC), 29, 10, ASYNC)
    assert estimate.p50 == pytest.approx(30 * 300 / 10, rel=0.01)


def test_more_giving_up_makes_later_promises_shorter() -> None:
    estimates = taught()
    before = told(estimates, 30).p50
    for number in range(50):
        estimates.waits(f"g{number}", "line", VOICE, "line", Sight(30, 10), 0.0)
        estimates.gone(f"g{number}", 20.0, gave_up=True)
    assert told(estimates, 30).p50 < before


def test_corrects_itself_when_waits_stray_from_what_was_said() -> None:
    estimates = taught()
    before = told(estimates, 4)
    for number in range(60):
        serve(estimates, number, 3 * before.p50)
    after = told(estimates, 4)
    assert after.p50 == pytest.approx(3 * before.p50, rel=0.15)
    assert after.p80 - after.p50 < before.p80  # They never vary, so the range closes.


def test_a_new_line_borrows_from_its_queue() -> None:
    estimates = taught()
    for number in range(60):
        serve(estimates, number, 400.0)
    other = estimates.estimate("line", VOICE, "another", Sight(4, 10))
    assert other is not None
    assert other.p50 > 250


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_the_range_covers_what_it_says_whatever_the_waits_are(share: float) -> None:
    chance = random.Random(7)
    estimates = taught()
    covered = 0
    for number in range(4_000):
        mean = 60.0 if number < 2_000 else 240.0  # The center slows down without anybody saying so.
        estimates.waits(f"w{number}", "line", VOICE, "line", Sight(2, 10), 0.0)
        waited = chance.expovariate(1 / mean)
        known = estimates.answered(f"w{number}", "line", VOICE, waited)
        assert known is not None
        assert known.estimate is not None
        covered += waited <= (known.estimate.p50 if share < 0.6 else known.estimate.p80)
    assert covered / 4_000 == pytest.approx(share, abs=0.03)


def test_quantiles_do_not_cross() -> None:
    quantiles = Quantiles(1.0, 1.1)
    for value in [5.0, -5.0] * 50:
        quantiles.learn(value)
        assert quantiles.p50 <= quantiles.p80


def test_no_range_is_negative() -> None:
    spread = Spread()
    for _ in range(200):
        spread.learn(-3.0, 0.0)
    assert spread.around(softened(1.0), 0.0) == Estimate(0.0, 0.0)


def test_keeps_score_of_what_was_said() -> None:
    estimates = taught()
    serve(estimates, 1, 1.0)
    serve(estimates, 2, 100_000.0)
    estimates.waits("gone", "line", VOICE, "line", Sight(4, 10), 0.0)
    estimates.gone("gone", 100_000.0, gave_up=True)
    estimates.waits("moved", "line", VOICE, "line", Sight(4, 10), 0.0)
    estimates.gone("moved", 10.0, gave_up=False)
    estimates.waits("untold", "line", VOICE, "line", Sight(4, 0), 0.0)
    estimates.answered("untold", "line", VOICE, 10.0)
    score = estimates.scores["line", False]
    assert (score.answered, score.early, score.late) == (2, 1, 1)
    assert (score.left, score.left_late, score.untold) == (1, 1, 1)
    assert score.waited == 100_001.0


def test_for_whom_somebody_is_free_it_is_the_ringing_that_is_learned() -> None:
    estimates = Estimates()
    for number in range(200):
        estimates.offered_at_once(str(number), "line", LIVE, 0.0)
        estimates.answered(str(number), "line", LIVE, 12.0)
    assert estimates.at_once(LIVE).p50 == pytest.approx(12.0, abs=1.0)
    assert estimates.scores["line", True].answered == 200
    assert estimates.at_once(VOICE).p50 == pytest.approx(3.0)


def test_tells_what_was_promised_once() -> None:
    estimates = taught()
    assert not estimates.has_promised("c")
    estimates.waits("c", "line", VOICE, "line", Sight(0, 10), 0.0)
    assert estimates.has_promised("c")
    known = estimates.answered("c", "line", VOICE, 40.0)
    assert known is not None
    assert (known.waited, known.at_once) == (40.0, False)
    assert estimates.answered("c", "line", VOICE, 50.0) is None


class TestRemaining:
    def promised(self) -> Estimates:
        estimates = taught()
        estimates.waits("c", "line", VOICE, "line", Sight(20, 10), 0.0)
        return estimates

    def test_counts_down_while_nothing_new_is_known(self) -> None:
        estimates = self.promised()
        first = told(estimates, 20)
        later = estimates.remaining("c", first, 60.0)
        assert later == Estimate(first.p50 - 60.0, first.p80 - 60.0)

    def test_is_shortened_at_once(self) -> None:
        estimates = self.promised()
        assert estimates.remaining("c", Estimate(10.0, 20.0), 60.0) == Estimate(10.0, 20.0)
        assert estimates.remaining("c", Estimate(15.0, 25.0), 65.0) == Estimate(5.0, 15.0)

    def test_is_lengthened_only_by_what_matters(self) -> None:
        estimates = self.promised()
        first = told(estimates, 20)
        assert estimates.remaining("c", Estimate(first.p50, 1.2 * first.p80), 0.0) == first
        longer = Estimate(2 * first.p50, 2 * first.p80)
        assert estimates.remaining("c", longer, 0.0) == longer

    def test_is_made_anew_when_its_time_is_over(self) -> None:
        estimates = self.promised()
        assert estimates.remaining("c", Estimate(3.0, 9.0), 50_000.0) == Estimate(3.0, 9.0)

    def test_is_never_negative(self) -> None:
        estimates = self.promised()
        first = told(estimates, 20)
        later = estimates.remaining("c", Estimate(5.0, 10.0), first.p80 - 1.0)
        assert later is not None
        assert later.p50 == 0.0
        assert later.p80 == pytest.approx(1.0)

    def test_is_made_once_something_is_known(self) -> None:
        estimates = taught()
        estimates.waits("c", "line", VOICE, "line", Sight(0, 0), 0.0)
        assert estimates.remaining("c", Estimate(30.0, 60.0), 5.0) == Estimate(30.0, 60.0)
        assert estimates.remaining("c", Estimate(32.0, 62.0), 15.0) == Estimate(20.0, 50.0)

    def test_nothing_is_said_when_nothing_is_known(self) -> None:
        assert self.promised().remaining("c", None, 1.0) is None
        assert self.promised().remaining("stranger", Estimate(1.0, 2.0), 1.0) == Estimate(1.0, 2.0)


def test_forgets_the_oldest_line_beyond_its_memory() -> None:
    estimates = taught()
    for number in range(5_000):
        estimates.waits(f"c{number}", "line", VOICE, number, Sight(1, 10), 0.0)
        estimates.gone(f"c{number}", 1.0, gave_up=False)
    assert len(estimates._lines) == 4_096


def test_what_was_never_seen_teaches_nothing() -> None:
    estimates = Estimates()
    estimates.gone("c", 1.0, gave_up=True)
    estimates.released("c", 1.0)
    assert estimates.answered("c", "line", VOICE, 1.0) is None
    assert not estimates.scores


def test_a_contact_that_rings_again_is_held_to_its_first_promise() -> None:
    estimates = taught()
    estimates.waits("c", "line", VOICE, "line", Sight(0, 10), 0.0)
    estimates.offered_at_once("c", "line", VOICE, 30.0)
    known = estimates.answered("c", "line", VOICE, 40.0)
    assert known is not None
    assert (known.waited, known.at_once) == (40.0, False)


def test_who_gives_up_while_it_rings_is_counted_and_teaches_nothing() -> None:
    estimates = Estimates()
    before = estimates.at_once(VOICE)
    estimates.offered_at_once("c", "line", VOICE, 0.0)
    estimates.gone("c", 7.0, gave_up=True)
    assert (estimates.scores["line", True].left, estimates.scores["line", True].left_late) == (1, 1)
    assert estimates.at_once(VOICE) == before


def test_a_clock_that_was_ahead_before_a_restart_makes_no_negative_waits() -> None:
    estimates = taught(hold=-300.0)
    assert told(estimates, 1_000.0).p50 >= 0.0
    estimates.waits("first", "line", VOICE, "line", Sight(1_000.0, 1), 0.0)
