"""The exact values themselves, as the literature and other tools have them."""

from __future__ import annotations

import pytest

from contactcenter.simulation.theory import Apart, ErlangA, ErlangC, Pooled, erlang_b


@pytest.mark.parametrize(
    ("agents", "load", "waiting", "mean", "abandonment"),
    [(100, 95, 0.5065, 30.4, 0.0202), (90, 84, 0.4120, 20.6, 0.0172), (15, 14, 0.7223, 216.7, 0.0753)],
)
def test_erlang(agents: int, load: float, waiting: float, mean: float, abandonment: float) -> None:
    patient, impatient = ErlangC(agents, load, 300), ErlangA(agents, load, 300, 300)
    assert patient.waiting == pytest.approx(waiting, abs=5e-5)
    assert patient.mean_wait == pytest.approx(mean, abs=0.05)
    assert impatient.abandonment == pytest.approx(abandonment, abs=5e-5)
    assert 0 < impatient.waiting < patient.waiting


def test_service_level() -> None:
    assert ErlangC(100, 95, 300).within(20) == pytest.approx(0.6371, abs=5e-5)
    assert ErlangC(100, 95, 300).within(0) == pytest.approx(1 - 0.5065, abs=5e-5)


def test_erlang_b() -> None:
    assert erlang_b(1, 1.0) == 0.5
    assert erlang_b(10, 5.0) == pytest.approx(0.018385, abs=1e-6)


def test_a_line_that_grows_for_ever_is_refused() -> None:
    with pytest.raises(ValueError, match="add agents"):
        ErlangC(10, 10.0, 300)


def test_endless_patience_is_erlang_c() -> None:
    assert ErlangA(15, 14, 300, 1e7).mean_wait == pytest.approx(ErlangC(15, 14, 300).mean_wait, rel=0.01)


def test_more_load_than_agents_is_carried_by_those_who_give_up() -> None:
    busy = ErlangA(10, 20, 300, 300)
    assert busy.abandonment == pytest.approx(0.5, abs=0.01)


def test_a_limited_waiting_room() -> None:
    pooled = Pooled(90, 84, 10, 30)
    assert pooled.blocking == pytest.approx(0.0036, abs=5e-5)
    assert pooled.mean_wait == pytest.approx(0.4500, abs=5e-5)
    assert Pooled(10, 5, 300, 0).blocking == pytest.approx(erlang_b(10, 5.0))


def test_groups_that_share_a_waiting_room() -> None:
    apart = Apart(6, 90, 84, 10, 30)
    assert apart.blocking == pytest.approx(0.039, abs=5e-4)
    assert apart.mean_wait == pytest.approx(2.46, abs=0.005)
    one, pooled = Apart(1, 90, 84, 10, 30), Pooled(90, 84, 10, 30)
    assert one.blocking == pytest.approx(pooled.blocking)
    assert one.mean_wait == pytest.approx(pooled.mean_wait)
