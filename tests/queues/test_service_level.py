"""Each formula by hand."""

from __future__ import annotations

import pytest

from contactcenter.domain.words import Outcome, Service
from contactcenter.queues.service_level import (
    ARRIVED,
    COUNTS,
    Facts,
    Tally,
    judge_abandonment,
    judge_answer,
    milliseconds,
    total,
)

CONTACTS = [
    Facts(Service.ON_TIME, Outcome.AGENT_HANDLED, 0, 100_000, 20_000),
    Facts(Service.ON_TIME, Outcome.AGENT_HANDLED, 10_000, 200_000, 0),
    Facts(Service.LATE, None, 50_000),
    Facts(Service.ABANDONED, Outcome.ABANDONED, 30_000),
    Facts(Service.SHORT_ABANDONED, Outcome.ABANDONED, 2_000),
    Facts(outcome=Outcome.REFUSED),
    Facts(outcome=Outcome.SELF_SERVED),
    ARRIVED,
]


def counted(*contacts: Facts) -> Tally:
    tally = Tally()
    for facts in contacts:
        tally.count(facts)
    return tally


def test_the_figures_of_eight_contacts() -> None:
    tally = counted(*CONTACTS)
    assert (tally.offered, tally.answered, tally.within, tally.abandoned, tally.short) == (8, 3, 2, 2, 1)
    assert (tally.refused, tally.other, tally.handled, tally.delayed) == (1, 1, 2, 4)
    assert tally.service_level == 2 / 4
    assert tally.asa == 20.0
    assert tally.abandonment == 1 / 7
    assert tally.aht == 160.0
    assert tally.mean_wait == pytest.approx(92 / 5)
    assert tally.waiting == 4 / 5
    assert tally.share(tally.refused) == 1 / 8


def test_of_nobody_nothing_is_told() -> None:
    nobody = Tally()
    figures = nobody.service_level, nobody.asa, nobody.abandonment, nobody.aht, nobody.mean_wait, nobody.waiting
    assert set(figures) == {None}
    assert nobody.share(0) is None


def test_who_gives_up_at_once_spoils_nothing() -> None:
    only_short = counted(CONTACTS[4])
    assert (only_short.service_level, only_short.abandonment) == (None, None)


def test_what_is_taken_out_again_leaves_nothing() -> None:
    tally = counted(*CONTACTS)
    for facts in CONTACTS:
        tally.count(facts, -1)
    assert tally == Tally()


def test_tallies_add_up() -> None:
    assert total([counted(*CONTACTS[:3]), counted(*CONTACTS[3:])]) == counted(*CONTACTS)
    assert set(COUNTS) == {name for name in Tally.__slots__ if not name.startswith("_")}


def test_a_target_is_met_on_the_second_it_names() -> None:
    assert [judge_answer(waited, 20.0) for waited in (0, 20, 20.001)] == [
        Service.ON_TIME,
        Service.ON_TIME,
        Service.LATE,
    ]
    assert judge_abandonment(5.0, 5.0) is Service.SHORT_ABANDONED
    assert judge_abandonment(5.01, 5.0) is Service.ABANDONED
    assert milliseconds(1.2345) == 1234
